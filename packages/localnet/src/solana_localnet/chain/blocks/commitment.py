"""Commitment levels, and what is the newest block at each."""

from dataclasses import dataclass
from enum import IntEnum
from typing import Any

ROOT_DISTANCE = 31
"""Blocks by which `finalized` stays behind under `--finality real` (Agave roots a block after 32 votes)."""


class Level(IntEnum):
    """How sure a client wants to be. The names are the protocol's."""

    PROCESSED = 0
    CONFIRMED = 1
    FINALIZED = 2


LEVEL_NAMES = ("processed", "confirmed", "finalized")
_LEVELS = {
    "processed": Level.PROCESSED,
    "recent": Level.PROCESSED,
    "confirmed": Level.CONFIRMED,
    "single": Level.CONFIRMED,
    "singleGossip": Level.CONFIRMED,
}


def level_of(name: Any) -> Level:
    """The level that a client names. None and names that do not exist mean finalized, as in Agave."""
    return _LEVELS.get(name, Level.FINALIZED) if isinstance(name, str) else Level.FINALIZED


@dataclass(frozen=True, slots=True)
class Tip:
    """The newest block of a level. transactions: how many landed up to it; time: unix seconds."""

    slot: int
    height: int
    blockhash: bytes
    time: int
    transactions: int
