"""The engine of a new ledger when the test names none."""

from __future__ import annotations

from typing import Literal

EngineName = Literal["vm", "python", "both"]
_chosen: list[EngineName] = ["vm"]


def default_engine() -> EngineName:
    return _chosen[-1]


def choose(name: str) -> None:
    """New ledgers have this engine. Raises ValueError for a name that is none."""
    if name not in ("vm", "python", "both"):
        raise ValueError(f"{name!r} is no engine; there are vm, python and both")
    _chosen[-1] = name
