"""Audits the whole chain state. See --help."""

from gridtokenx.operator import commands

if __name__ == "__main__":
    commands.main(commands.audit_chain)
