"""Puts the system into maintenance, or takes it out. See --help."""

from gridtokenx.operator import commands, service

if __name__ == "__main__":
    commands.main(service.maintenance)
