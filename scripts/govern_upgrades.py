"""Step 6: hands the programs' upgrade authority to governance. See --help."""

from gridtokenx.operator import commands

if __name__ == "__main__":
    commands.main(commands.govern_upgrades)
