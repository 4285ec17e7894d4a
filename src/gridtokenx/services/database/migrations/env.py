"""Runs the steps on the connection that `Database.migrate` brings."""

from __future__ import annotations

from typing import Any, Literal

from alembic import context

from gridtokenx.services.database.engine import metadata
from gridtokenx.services.database.types import U64


def render(kind: str, item: Any, _context: Any) -> str | Literal[False]:
    """Columns of our own types are written as what they are in the database."""
    return "sa.BigInteger()" if kind == "type" and isinstance(item, U64) else False


def run() -> None:
    """Every step that the database lacks, in one transaction."""
    connection = context.config.attributes["connection"]
    context.configure(connection=connection, target_metadata=metadata(), render_item=render)
    with context.begin_transaction():
        context.run_migrations()


run()
