"""kill -9 at a few random moments, on both databases; `make soak-services` does a hundred."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.services.soak import soak
from tests.services.support.postgres import Server


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
async def test_nothing_is_lost_or_doubled(kind: str, tmp_path: Path, postgres: Server | None):
    if kind == "postgresql" and postgres is None:
        pytest.skip("PostgreSQL is not installed")
    url = postgres.new_database() if kind == "postgresql" and postgres is not None else None
    counted = await soak(3, 7, tmp_path, url)
    assert counted["readings"] == 12
