"""Decoded values as JSON: u64 as text, since JavaScript's numbers end at 2^53; times and small numbers as numbers."""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum
from typing import Any, cast

TIMES = ("timestamp", "_at", "_until", "_height")
SMALL = ("_bps", "slot", "decimals", "count", "confidence", "orders")


def jsonable(value: Any, name: str = "") -> Any:
    """A value as JSON. `name` is its field's: it tells times and counts from amounts."""
    if isinstance(value, bool) or value is None or isinstance(value, str):
        return str(value) if isinstance(value, Enum) else value
    if isinstance(value, int):
        return value if name.endswith(TIMES) or name.endswith(SMALL) else str(value)
    if isinstance(value, Mapping):
        return {key: jsonable(item, key) for key, item in cast(Mapping[str, Any], value).items()}
    if isinstance(value, (list, tuple)):
        return [jsonable(item, name) for item in cast(list[Any], value)]
    if isinstance(value, (bytes, bytearray)):
        return bytes(value).hex()
    return str(value)
