"""A campus for a file's tests, and an empty database: SQLite always, PostgreSQL where it is installed."""

from __future__ import annotations

import os
import shutil
from collections.abc import AsyncIterator, Iterator
from importlib.metadata import version
from pathlib import Path

import pytest
from tests.services.support.campus import Campus, founded
from tests.services.support.postgres import Server, postgres_programs, started

from gridtokenx.services.database.engine import Database

# The services live in the client's environment.
collect_ignore_glob = [] if version("solders").startswith("0.26") else ["test_*.py"]


@pytest.fixture(scope="module")
async def campus(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Campus]:
    async with founded(tmp_path_factory.mktemp("campus")) as found:
        yield found


@pytest.fixture(scope="session")
def postgres() -> Iterator[Server | None]:
    if postgres_programs() is None:
        yield None
        return
    with started() as server:
        yield server


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    found = Database(f"sqlite+aiosqlite:///{tmp_path}/gridtokenx.db")
    await found.migrate()
    yield found
    await found.close()


@pytest.fixture(params=["sqlite", "postgresql"])
async def each_database(
    request: pytest.FixtureRequest, tmp_path: Path, postgres: Server | None
) -> AsyncIterator[Database]:
    if request.param == "postgresql":
        if postgres is None:
            if os.environ.get("SERVICES_POSTGRES") == "required":
                pytest.fail("PostgreSQL is not installed")
            pytest.skip("PostgreSQL is not installed")
        url = postgres.new_database()
    else:
        url = f"sqlite+aiosqlite:///{tmp_path}/gridtokenx.db"
    found = Database(url)
    await found.migrate()
    yield found
    await found.close()


@pytest.fixture(scope="session")
def have_mosquitto() -> bool:
    return shutil.which("mosquitto") is not None or Path("/usr/sbin/mosquitto").exists()
