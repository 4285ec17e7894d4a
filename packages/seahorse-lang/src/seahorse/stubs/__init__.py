"""Programs of others: from an Anchor IDL to a Python module that programs import."""

from seahorse.stubs.add import AddedProgram, StubError, add_program

__all__ = ["AddedProgram", "StubError", "add_program"]
