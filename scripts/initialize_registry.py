"""Step 1: creates the registry. See --help."""

from gridtokenx.operator import commands

if __name__ == "__main__":
    commands.main(commands.initialize_registry)
