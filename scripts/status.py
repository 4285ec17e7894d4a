"""Shows what is on a cluster. See --help."""

from gridtokenx.operator import commands

if __name__ == "__main__":
    commands.main(commands.status)
