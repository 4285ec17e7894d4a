"""`python -m localnet`: the same command as the `localnet` console script."""

from localnet.cli import main

if __name__ == "__main__":
    main()
