"""The call that runs: what operations of the prelude work on."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from seahorse.engine.runtime.invocation import Invocation

RUNNING: list[Invocation] = []


def current() -> Invocation:
    """The innermost running call. Raises RuntimeError outside of any."""
    if not RUNNING:
        raise RuntimeError("this works in an instruction only: call it on a ledger")
    return RUNNING[-1]
