"""Members of a simulated campus take back what did not trade: as soon as they can, and nothing else."""

from __future__ import annotations

import pytest
from tests.services.support.campus import Campus

from gridtokenx.market import settling
from gridtokenx.market.actions.tokens import amount_of
from gridtokenx.market.ami import Reading
from gridtokenx.market.orderbook import all_epochs, open_orders
from gridtokenx.market.units import GRID_PER_WH
from gridtokenx.services.campus import simulator
from gridtokenx.services.campus.simulator import Simulator
from gridtokenx.services.database.engine import Database


async def held(campus: Campus, place: int) -> int:
    """Wh of GRID that a member has."""
    (account,) = await campus.client.raw_accounts([campus.client.addresses.grid_account(campus.people[place].key)])
    return 0 if account is None else amount_of(account.data) // GRID_PER_WH


async def standing(campus: Campus) -> set[int]:
    return {order.order_id for order in (await open_orders(campus.client)).values()}


@pytest.mark.parametrize("closed", ["before", "not yet", "meanwhile"])
async def test_unsold_energy_comes_home(
    campus: Campus, database: Database, monkeypatch: pytest.MonkeyPatch, closed: str
):
    """The epoch's account is closed before the members look, or still there, or closed while they sign."""
    people = campus.people[:-1]
    members = Simulator(
        campus.client, database, campus.keys, people, [Reading(900, "M", 0, 0)], "http://127.0.0.1:1", "s" * 40, 1.0
    )
    await campus.next_quarter()
    await campus.read_meter(people[0], 9_000, 0)
    await campus.mint(people[0])
    before, index = await held(campus, 0), await campus.open_epoch()
    sells = await campus.order(people[0], True, 4_000)
    stranger = await campus.order(campus.people[-1], False, 500, 100_000)
    now = await campus.next_quarter()
    await members._take_back(now)
    assert {sells, stranger} <= await standing(campus), "its auction was not yet"
    assert await held(campus, 0) == before - 4_000

    await campus.clear(index)
    epochs = await all_epochs(campus.client)
    if closed != "not yet":
        await settling.close_epochs(campus.client, [e for e in epochs if e.index == index], campus.keys.matcher)
    if closed == "meanwhile":
        answers = [epochs]

        async def stale(client: object) -> object:
            return answers.pop() if answers else await all_epochs(campus.client)

        monkeypatch.setattr(simulator, "all_epochs", stale)
    await members._take_back(now)
    left = await standing(campus)
    assert sells not in left
    assert await held(campus, 0) == before
    if closed == "not yet":
        assert stranger in left, "it is nobody's of theirs"
