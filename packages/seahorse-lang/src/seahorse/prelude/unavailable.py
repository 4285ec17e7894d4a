"""The error of the prelude when plain Python calls an operation that works only on the chain."""

from typing import NoReturn


def only_on_chain(operation: str) -> NoReturn:
    """Refuse an operation that needs a ledger: accounts, tokens, the clock, other programs."""
    raise RuntimeError(f"{operation} works on the chain only: compile the program and call its instruction")
