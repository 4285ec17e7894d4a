"""The call that runs: what operations of the prelude work on."""

from __future__ import annotations

from typing import Any, Protocol


class Running(Protocol):
    """The part of a call that objects and functions of the prelude use."""

    initialized: dict[int, Any]
    created: dict[int, bool]

    @property
    def program(self) -> bytes: ...

    @property
    def signers(self) -> set[bytes]: ...

    @property
    def writable(self) -> set[bytes]: ...

    def write_back(self) -> None: ...

    def sysvar(self, name: str) -> Any: ...

    def log(self, text: str) -> None: ...

    def emit(self, event: Any) -> None: ...

    def bump_of(self, slot: int) -> int: ...

    def signing_seeds(self, account: Any, seeds: list[Any] | None) -> list[bytes]: ...

    def resize(self, account: Any, space: int, payer: Any) -> None: ...

    def migrate(self, account: Any, to: Any, payer: Any) -> Any: ...

    def forget(self, account: Any) -> None: ...

    def invoke(self, program: bytes, metas: list[tuple[bytes, bool, bool]], data: bytes, seeds: list[Any]) -> None: ...

    def log_units(self) -> None: ...

    def units_left(self) -> int: ...

    def return_data(self) -> Any: ...

    def slot_hash(self, slot: int) -> bytes | None: ...

    def call(self, program: str, instruction: str, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any: ...


RUNNING: list[Running] = []


def current() -> Running:
    """The innermost running call. Raises RuntimeError outside of any."""
    if not RUNNING:
        raise RuntimeError("this works in an instruction only: call it on a ledger")
    return RUNNING[-1]
