"""Upgrades programs that governance holds, during maintenance. See --help."""

from gridtokenx.operator import commands

if __name__ == "__main__":
    commands.main(commands.upgrade)
