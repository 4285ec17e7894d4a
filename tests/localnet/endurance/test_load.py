"""A short version of the load run: `python -m bench.localnet_load` is the long one."""

import asyncio
import sys

import pytest
from bench.localnet_load import run

from solana_localnet.spawn import spawn


@pytest.mark.parametrize("subscribers", [0, 60])
def test_nothing_is_lost_under_load(subscribers: int) -> None:
    with spawn(python=sys.executable, args=["--quiet"]) as net:
        result = asyncio.run(run(net, 600, 3.0, 8, subscribers))
    assert not result.errors
    assert result.missing == 0
    assert len(result.signatures) > 300
    assert result.different == 0
    assert all(count == len(result.signatures) + 8 for count in result.events)
