"""The base of all tables, and columns for numbers that fill 64 bits."""

from __future__ import annotations

from typing import Any

from sqlalchemy import JSON, BigInteger, Dialect, String
from sqlalchemy.orm import DeclarativeBase
from sqlalchemy.types import TypeDecorator

HALF = 2**63


class U64(TypeDecorator[int]):
    """An unsigned number of 64 bits in a signed column: what is above 2^63 - 1 is stored as its negative twin, so that
    a user's order id of 2^64 - 1 is no reason to stop. Sums and comparisons are right below that."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: int | None, dialect: Dialect) -> int | None:
        """To the database."""
        return value - 2 * HALF if value is not None and value >= HALF else value

    def process_result_value(self, value: Any | None, dialect: Dialect) -> int | None:
        """From the database."""
        return value + 2 * HALF if value is not None and value < 0 else value


class Base(DeclarativeBase):
    """All tables. Keys and signatures are base58 text."""

    type_annotation_map = {int: BigInteger, str: String, dict[str, Any]: JSON, list[int]: JSON}  # noqa: RUF012
