"""Programs of others: from an Anchor IDL to a Python module that programs import."""

from seahorse.stubs.add import Added, StubError, add_program

__all__ = ["Added", "StubError", "add_program"]
