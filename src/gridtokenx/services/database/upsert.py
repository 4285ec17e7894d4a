"""Writes many rows with few statements: what is there is looked for at once, not row by row."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from functools import cache
from typing import Any, cast

from sqlalchemy import insert, inspect, select, tuple_
from sqlalchemy.dialects import postgresql, sqlite
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
    """Adds rows, or overwrites those with the same primary keys with what was set of them; of two alike, the later one
    counts. One statement for all rows of a table that have the same columns set."""
    groups: dict[tuple[type[Any], tuple[str, ...]], dict[Key, dict[str, Any]]] = defaultdict(dict)
    for row in rows:
        kind = cast(type[Any], type(row))
        values = set_values(row)
        groups[kind, tuple(values)][key_of(row)] = values
    if not groups:
        return
    await session.flush()
    for (kind, names), by_key in groups.items():
        await session.execute(_upsertion(session, kind, names), list(by_key.values()))
        _forget(session, kind, by_key)


async def insert_all(session: AsyncSession, rows: Sequence[Any]) -> None:
    """Adds new rows of one table, all at once."""
    if rows:
        await session.execute(insert(cast(type[Any], type(rows[0]))), [set_values(row) for row in rows])


def set_values(row: Any) -> dict[str, Any]:
    """The columns of a row that were set, in the order of the table."""
    given: dict[str, Any] = row.__dict__
    return {name: given[name] for name in _columns(cast(type[Any], type(row))) if name in given}


@cache
def _columns(kind: type[Any]) -> tuple[str, ...]:
    return tuple(column.key for column in cast(Any, inspect(kind)).columns)


async def insert_missing(session: AsyncSession, row: Any) -> None:
    """Inserts a row unless there is one of its key. Waits for another transaction that inserts the same."""
    kind = cast(type[Any], type(row))
    await session.execute(_insertion(session, kind).values(set_values(row)).on_conflict_do_nothing())


def _insertion(session: AsyncSession, kind: type[Any]) -> Any:
    return (postgresql if session.get_bind().dialect.name == "postgresql" else sqlite).insert(kind)


def _upsertion(session: AsyncSession, kind: type[Any], names: Sequence[str]) -> Any:
    made = _insertion(session, kind)
    keys = [column.key for column in cast(Any, inspect(kind)).primary_key]
    changes = {name: made.excluded[name] for name in names if name not in keys}
    return made.on_conflict_do_update(index_elements=keys, set_=changes)


def _forget(session: AsyncSession, kind: type[Any], keys: Iterable[Key]) -> None:
    """What the session knew of rows that were overwritten: it reads them anew."""
    mapper = cast(Any, inspect(kind))
    for key in keys:
        known = session.identity_map.get(mapper.identity_key_from_primary_key(key))
        if known is not None:
            session.expunge(known)
