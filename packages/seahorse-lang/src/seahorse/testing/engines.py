"""Which engine a new ledger has when the test does not say."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Literal

EngineName = Literal["vm", "python", "both"]
_chosen: list[EngineName] = ["vm"]


def default_engine() -> EngineName:
    return _chosen[-1]


@contextmanager
def engine_chosen(name: EngineName) -> Iterator[None]:
    """Ledgers made inside have this engine."""
    _chosen.append(name)
    try:
        yield
    finally:
        _chosen.pop()
