"""Towns for attacks, each test with a ledger of its own."""

from __future__ import annotations

import pytest
from tests.market.security.town import Town, empty_town, open_town


@pytest.fixture
def bare() -> Town:
    """Deployed programs, nothing initialized."""
    return empty_town()


@pytest.fixture
def town() -> Town:
    """In business; energy is paid in GRID, so that one vault holds everything."""
    return open_town()


@pytest.fixture(params=["GRID", "THB"])
def market(request: pytest.FixtureRequest) -> Town:
    """In business with one vault, and with two."""
    return open_town(request.param)


@pytest.fixture
def baht() -> Town:
    """In business; energy is paid in a token with 2 decimals, in a vault of its own."""
    return open_town("THB")
