"""Step 4: creates the market and its vaults. See --help."""

from gridtokenx.operator import commands

if __name__ == "__main__":
    commands.main(commands.initialize_market)
