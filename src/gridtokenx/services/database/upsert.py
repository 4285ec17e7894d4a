"""Writes many rows with few statements: what is there is looked for at once, not row by row."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Any, cast

from sqlalchemy import inspect, select, tuple_
from sqlalchemy.ext.asyncio import AsyncSession

KEYS_PER_QUERY = 400
Key = tuple[Any, ...]


def key_of(row: Any) -> Key:
    """A row's primary key."""
    kind = cast(type[Any], type(row))
    return tuple(cast(Any, inspect(kind)).primary_key_from_instance(row))


async def present(session: AsyncSession, kind: type[Any], keys: Sequence[Key]) -> dict[Key, Any]:
    """The rows of a table that have these primary keys, by key."""
    columns = cast(Any, inspect(kind)).primary_key
    found: dict[Key, Any] = {}
    wanted = list(dict.fromkeys(keys))
    for start in range(0, len(wanted), KEYS_PER_QUERY):
        part = wanted[start : start + KEYS_PER_QUERY]
        of_part = tuple_(*columns).in_(part) if len(columns) > 1 else columns[0].in_([one[0] for one in part])
        for row in (await session.scalars(select(kind).where(of_part))).all():
            found[key_of(row)] = row
    return found


async def upsert(session: AsyncSession, rows: Sequence[Any]) -> None:
    """Adds rows, or overwrites those with the same primary keys; of two alike, the later one counts."""
    kinds: dict[type[Any], dict[Key, Any]] = defaultdict(dict)
    for row in rows:
        kinds[type(row)][key_of(row)] = row
    for kind, by_key in kinds.items():
        known = await present(session, kind, list(by_key))
        for key, row in by_key.items():
            if key in known:
                await session.merge(row)
            else:
                session.add(row)
