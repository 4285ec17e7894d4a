"""The engine of a new ledger when the test names none."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from seahorse.testing.engines.virtual_machine import Engine

EngineName = Literal["vm", "python", "both"]
_chosen: list[EngineName] = ["vm"]
# The replacement for the virtual machine: the one that also counts for a profile.
_machine: list[Callable[[int], Engine]] = []


def default_engine() -> EngineName:
    return _chosen[-1]


def choose(name: str) -> None:
    """New ledgers have this engine. Raises ValueError for a name that is none."""
    if name not in ("vm", "python", "both"):
        raise ValueError(f"{name!r} is no engine; there are vm, python and both")
    _chosen[-1] = name


def machine_of(make: Callable[[int], Engine] | None) -> None:
    """New ledgers make their virtual machine so, from a compute limit. None: as always."""
    _machine[:] = [] if make is None else [make]


def stand_in() -> Callable[[int], Engine] | None:
    """The function that makes the virtual machine of a new ledger, if not Engine."""
    return _machine[0] if _machine else None
