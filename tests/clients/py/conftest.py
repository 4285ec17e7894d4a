"""A localnet for the Python clients, which run in another environment than the server."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from solana_localnet.spawn import Localnet, spawn

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture(scope="module")
def net() -> Iterator[Localnet]:
    """A localnet with default options."""
    with spawn() as running:
        yield running
