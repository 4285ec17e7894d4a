"""`python -m solana_localnet`: the same command as the `localnet` console script."""

from solana_localnet.cli import main

if __name__ == "__main__":
    main()
