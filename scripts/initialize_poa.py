"""Step 5: creates governance, which opens the market. See --help."""

from gridtokenx.operator import commands

if __name__ == "__main__":
    commands.main(commands.initialize_poa)
