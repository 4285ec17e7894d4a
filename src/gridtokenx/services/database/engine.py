"""Connections to the database: many readers beside one writer, on SQLite as on PostgreSQL."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any, cast

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, event, make_url, select
from sqlalchemy.exc import OperationalError
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, async_sessionmaker, create_async_engine

from gridtokenx.chain.errors import GridTokenXError
from gridtokenx.services.database import account_tables, chain_tables, service_tables
from gridtokenx.services.database.chain_tables import ChainIdentity

BUSY_SECONDS = 30
CONNECTIONS = 20


class DatabaseError(GridTokenXError):
    """A database that cannot be used."""


class Database:
    """Sessions that read see one state; sessions that write are alone on SQLite, and begin by locking it."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.is_sqlite = url.startswith("sqlite")
        self._reader = _engine(url, "BEGIN")
        self._writer = _engine(url, "BEGIN IMMEDIATE") if self.is_sqlite else self._reader
        self._read = async_sessionmaker(self._reader, expire_on_commit=False)
        self._write = async_sessionmaker(self._writer, expire_on_commit=False)
        # Within a process, writers wait here instead of in SQLite, which would poll.
        self._lock = asyncio.Lock()

    @asynccontextmanager
    async def read(self) -> AsyncGenerator[AsyncSession, None]:
        """A session whose changes are thrown away."""
        async with self._read() as session:
            yield session

    @asynccontextmanager
    async def write(self) -> AsyncGenerator[AsyncSession, None]:
        """A session that is committed at the end, or rolled back when the block raises."""
        if self.is_sqlite:
            async with self._lock, self._write() as session, session.begin():
                yield session
        else:
            async with self._write() as session, session.begin():
                yield session

    async def migrate(self) -> None:
        """Brings the tables up to date. Raises DatabaseError when the database does not answer."""
        try:
            if self.is_sqlite:
                # Here the thread that would find out ends with an error of its own.
                sqlite3.connect(make_url(self.url).database or ":memory:").close()
            async with self._writer.begin() as connection:
                await connection.run_sync(_upgrade)
        except (OperationalError, sqlite3.OperationalError, OSError) as error:
            reason = error.orig if isinstance(error, OperationalError) else error
            raise DatabaseError(f"the database cannot be opened: {reason}; check the setting database") from None

    async def belong_to(self, genesis_hash: str) -> None:
        """Says of which chain the tables are, or finds that they are of another: then raises DatabaseError."""
        async with self.write() as session:
            known = (await session.scalars(select(ChainIdentity.genesis_hash))).first()
            if known is None:
                session.add(ChainIdentity(genesis_hash=genesis_hash))
        if known not in (None, genesis_hash):
            raise DatabaseError(
                f"the database has the tables of another chain (genesis hash {known}, here it is {genesis_hash}); "
                "give the setting database an empty one: the indexer fills it from the chain"
            )

    async def close(self) -> None:
        """Ends the connections."""
        await self._reader.dispose()
        await self._writer.dispose()


def _engine(url: str, begin: str) -> AsyncEngine:
    if not url.startswith("sqlite"):
        return create_async_engine(url, pool_size=CONNECTIONS, pool_pre_ping=True)
    engine = create_async_engine(url, connect_args={"timeout": BUSY_SECONDS}, pool_size=CONNECTIONS)

    @event.listens_for(engine.sync_engine, "connect")
    def prepare(connection: Any, _record: Any) -> None:  # pyright: ignore[reportUnusedFunction]
        # Python's driver would begin transactions on its own, and too late.
        connection.isolation_level = None
        connection.driver_connection._execute = _steady(connection.driver_connection)
        cursor = connection.cursor()
        for line in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", f"busy_timeout={BUSY_SECONDS * 1000}"):
            cursor.execute(f"PRAGMA {line}")
        cursor.close()

    @event.listens_for(engine.sync_engine, "begin")
    def start(connection: Connection) -> None:  # pyright: ignore[reportUnusedFunction]
        connection.exec_driver_sql(begin)

    return engine


def _steady(driver: Any) -> Callable[..., Awaitable[Any]]:
    """How a connection takes the steps of its thread, so that a cancelled task leaves no lock behind.

    The engine waits for each step. Otherwise the thread could take the lock after its task has ended. And SQLite keeps
    a closed connection alive, with its lock, while a statement of it is: so what is closed is rolled back first.
    """
    take = driver._execute

    async def step(*told: Any, **more: Any) -> Any:
        if told[0] == driver._conn.close:
            await waited(driver._conn.rollback)
        return await waited(*told, **more)

    async def waited(*told: Any, **more: Any) -> Any:
        work = asyncio.ensure_future(take(*told, **more))
        try:
            return await asyncio.shield(work)
        except asyncio.CancelledError:
            while not work.done():
                with suppress(asyncio.CancelledError):
                    await asyncio.wait([work])
            if not work.cancelled():
                work.exception()
            raise

    return step


def alembic_config() -> Config:
    """Alembic's configuration, without a file."""
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    return config


def _upgrade(connection: Connection) -> None:
    config = alembic_config()
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


def metadata() -> Any:
    """All tables, for Alembic."""
    # The tables of every module belong to one base: importing one of each suffices.
    return cast(Any, [account_tables, chain_tables, service_tables][0]).Base.metadata
