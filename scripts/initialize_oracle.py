"""Step 2: creates the oracle, with its gateway. See --help."""

from gridtokenx.operator import commands

if __name__ == "__main__":
    commands.main(commands.initialize_oracle)
