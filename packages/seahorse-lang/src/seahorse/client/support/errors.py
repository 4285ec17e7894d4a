"""Errors of programs as exceptions."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import ClassVar, TypeVar

from solders.pubkey import Pubkey

from .logs import failed_program

E = TypeVar("E", bound="ProgramError")


class ProgramError(Exception):
    """An error that a program chose: its number, name and message."""

    code: ClassVar[int]
    name: ClassVar[str]
    message: ClassVar[str]

    def __init__(self) -> None:
        super().__init__(f"{self.name} ({self.code}): {self.message}")


def error(code: int, name: str, message: str) -> Callable[[type[E]], type[E]]:
    """Gives a class its number, name and message."""

    def give(kind: type[E]) -> type[E]:
        kind.code, kind.name, kind.message = code, name, message
        return kind

    return give


def code_in(failure: object, lines: Iterable[str], program: Pubkey) -> int | None:
    """The program's code in a transaction's error as solders reads it; None when another program failed by the log,
    or the runtime did."""
    if failed_program(lines) not in (None, str(program)):
        return None
    code = getattr(getattr(failure, "err", None), "code", None)
    return code if isinstance(code, int) else None
