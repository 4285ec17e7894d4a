"""The crank's turn: what it may not do keeps it from nothing else, and it tells what is in its way."""

from __future__ import annotations

import pytest
from tests.services.support.campus import Campus

from gridtokenx.chain.interface.failures import TransactionFailed
from gridtokenx.market.actions import oracle
from gridtokenx.market.gateway import clear_epochs
from gridtokenx.market.read import fetch, require
from gridtokenx.market.records import Epoch
from gridtokenx.services.crank.steps import Crank
from gridtokenx.services.database.engine import Database
from gridtokenx.services.database.lease import Lease


async def crank(campus: Campus, database: Database) -> Crank:
    lease = Lease(database, "crank")
    assert await lease.take()
    keys = campus.keys
    return Crank(campus.client, database, lease, keys.gateway, keys.matcher, ahead=0, patience=0.0)


async def crossing(campus: Campus) -> int:
    """A quarter-hour that is over, in which a seller and a buyer meet; its index."""
    seller, buyer, *_ = campus.people
    await campus.next_quarter()
    await campus.read_meter(seller, 3_000, 0)
    await campus.mint(seller)
    index = await campus.open_epoch()
    await campus.order(seller, True, 1_000)
    await campus.order(buyer, False, 1_000)
    await campus.next_quarter()
    return index


async def switch_oracle(campus: Campus, on: bool) -> None:
    deployer = campus.keys.deployer
    await campus.client.send(oracle.update_oracle_status(campus.client, deployer.pubkey(), on), payer=deployer)


async def test_what_is_cleared_is_settled_while_nothing_can_be_cleared(campus: Campus, database: Database):
    """The oracle is switched off between two quarter-hours: the first changes hands, the second waits."""
    client, turning = campus.client, await crank(campus, database)
    first = await crossing(campus)
    found = await require(client, Epoch, client.addresses.epoch(first), "open it")
    await clear_epochs(client, campus.keys.gateway, [found])
    second = await crossing(campus)
    await switch_oracle(campus, False)
    with pytest.raises(TransactionFailed, match="OracleInactive"):
        await turning.turn()
    assert await fetch(client, Epoch, client.addresses.epoch(first)) is None  # settled and closed
    waiting = await require(client, Epoch, client.addresses.epoch(second), "open it")
    assert not waiting.cleared
    await switch_oracle(campus, True)
    done = await turning.turn()
    assert (done.cleared, done.matches, done.closed) == ([second], 1, 1)
