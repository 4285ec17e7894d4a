"""Step 3: creates GRID and its mint. See --help."""

from gridtokenx.operator import commands

if __name__ == "__main__":
    commands.main(commands.initialize_token)
