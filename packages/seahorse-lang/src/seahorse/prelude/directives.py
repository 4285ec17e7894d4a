"""Directives that make a Python file a program: `declare_id`, `ID` and `@instruction`."""

import sys
from collections.abc import Callable
from typing import Any, TypeVar, overload

from seahorse.prelude.values.pubkey import SYSTEM_PROGRAM_ID, Pubkey

__all__ = ["ID", "declare_id", "instruction"]

F = TypeVar("F", bound=Callable[..., Any])

ID: Pubkey = SYSTEM_PROGRAM_ID
"""The address of the program, as its `declare_id` says; another program's is `other.ID`."""


def declare_id(id: str, *, external: bool = False) -> None:
    """Make this module a program and say its address, a base58 literal. Sets `ID`.

    Args:
        id: the address.
        external: this is a program of others, which `seahorse add` wrote from its IDL: it has no code here.
    """
    sys._getframe(1).f_globals["ID"] = Pubkey(id)  # pyright: ignore[reportPrivateUsage]


@overload
def instruction(function: F) -> F: ...


@overload
def instruction(
    *,
    discriminator: bytes | list[int] | None = None,
    fallback: bool = False,
    event_cpi: bool = False,
    rare: bool = False,
) -> Callable[[F], F]: ...


def instruction(
    function: Any = None,
    *,
    discriminator: bytes | list[int] | None = None,
    fallback: bool = False,
    event_cpi: bool = False,
    rare: bool = False,
) -> Any:
    """Make a function an instruction of the program: its account parameters and arguments, in any order.

    `discriminator`: the bytes that its data begins with, where an interface of other programs says them; by default
    8 that are made of the name, as Anchor does it.

    `fallback`: the instruction takes what begins with no discriminator; its argument, of type bytes, is all of
    the data.

    `event_cpi`: its events are calls of the program itself, which no log cuts off; clients pass the accounts
    `event_authority` and `program` as well.

    `rare`: it is called seldom, so that its bytecode may take a few more compute units to be smaller. It does the same.

    The signature stays what it is, so that another program can call it with the same names and types. A
    return type other than None is passed back as return data.
    """

    def plain(decorated: Any) -> Any:
        return decorated

    return function if function is not None else plain
