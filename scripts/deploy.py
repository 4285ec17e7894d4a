"""Deploys or upgrades the built programs. See --help."""

from gridtokenx.operator import commands

if __name__ == "__main__":
    commands.main(commands.deploy)
