"""Texts of accounts, which have a maximum in bytes: a longer one fails where it is stored."""

from __future__ import annotations

from seahorse.engine.state.errors import custom
from seahorse.ir.errors import AnchorError


def stored(text: str, room: int) -> str:
    """A text on its way into a `String[N]` of an account. Raises InstructionError when it is too long."""
    if len(text.encode()) > room:
        raise custom(AnchorError.AccountDidNotSerialize)
    return str(text)


class Added:
    """The right side of `account.text += value`."""

    def __init__(self, value: str, room: int) -> None:
        self._value, self._room = value, room

    def __radd__(self, left: str) -> str:
        return stored(left + self._value, self._room)
