"""Matcher and gateway go on when a user makes his own orders or readings impossible: nobody stops the others."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from solders.instruction import AccountMeta, Instruction
from solders.keypair import Keypair
from solders.pubkey import Pubkey
from tests.support import calls, campus
from tests.support.campus import People
from tests.support.snapshots import TOKEN_PROGRAM
from tests.support.world import World

from gridtokenx.chain.client import Client
from gridtokenx.chain.failures import TransactionFailed
from gridtokenx.chain.workspace import find_workspace
from gridtokenx.market.ami import Reading
from gridtokenx.market.gateway import pending, submit
from gridtokenx.market.orderbook import expire_orders, match_all, open_orders
from gridtokenx.market.read import require
from gridtokenx.market.records import Market

PRICE = 150_000_000


@pytest_asyncio.fixture
async def world() -> AsyncIterator[World]:
    """The campus, on a chain of its own."""
    found = await World.start()
    await campus.initialize(found)
    await campus.populate(found)
    yield found
    await found.close()


@pytest_asyncio.fixture
async def who(world: World) -> People:
    return await campus.people(world)


@pytest_asyncio.fixture
async def client(world: World) -> AsyncIterator[Client]:
    async with Client(world.net.rpc_url, world.payer, find_workspace()) as found:
        yield found


async def the_market(client: Client) -> Market:
    return await require(client, Market, client.addresses.market, "initialize the market")


def close_account(world: World, account: Pubkey, owner: Keypair) -> Instruction:
    """SPL Token's CloseAccount."""
    metas = [
        AccountMeta(account, False, True),
        AccountMeta(world.payer.pubkey(), False, True),
        AccountMeta(owner.pubkey(), True, False),
    ]
    return Instruction(TOKEN_PROGRAM, b"\x09", metas)


def give_away(account: Pubkey, owner: Keypair, to: Pubkey) -> Instruction:
    """SPL Token's SetAuthority of a token account's owner."""
    metas = [AccountMeta(account, False, True), AccountMeta(owner.pubkey(), True, False)]
    return Instruction(TOKEN_PROGRAM, bytes([6, 2, 1]) + bytes(to), metas)


async def spoil(world: World, who: People, how: str) -> None:
    """Mallory makes what goes to her GRID account impossible to pay."""
    account = world.grid(who.mallory)
    if how == "closed":
        await world.send(close_account(world, account, who.mallory), who.mallory)
    else:
        await world.send(give_away(account, who.mallory, who.stranger.pubkey()), who.mallory)


async def lend_to_mallory(world: World, who: People, amount: int) -> None:
    await world.send(*campus.transfer(world, who.alice, who.mallory, amount))


@pytest.mark.parametrize("how", ["closed", "given away"])
async def test_accounts_that_cannot_be_paid(world: World, who: People, client: Client, how: str) -> None:
    """The best bid is one whose owner cannot receive what he bids for. The next one trades."""
    await lend_to_mallory(world, who, 160_000_000)
    await world.run(
        calls.create_sell_order(world, who.alice, 1, 2_000, PRICE),
        calls.create_buy_order(world, who.mallory, 2, 1_000, PRICE + 10_000_000),
        calls.create_buy_order(world, who.bob, 3, 1_500, PRICE),
    )
    await spoil(world, who, how)
    made = await match_all(client, await the_market(client), who.carol)
    assert [match.buy for match in made] == [world.at.order(3)]


async def test_pair_that_traded_before(world: World, who: People, client: Client) -> None:
    """The best bid is under the id of one that has traded with this offer before. The next one trades."""
    await lend_to_mallory(world, who, 1_000_000_000)
    market = await the_market(client)
    await world.run(
        calls.create_sell_order(world, who.alice, 1, 2_000, PRICE),
        calls.create_buy_order(world, who.mallory, 2, 100, PRICE),
    )
    assert len(await match_all(client, market, who.carol)) == 1
    await world.run(
        calls.close_order(world, who.mallory, 2),
        calls.create_buy_order(world, who.mallory, 2, 100, PRICE + 1),
        calls.create_buy_order(world, who.bob, 3, 1_500, PRICE),
    )
    assert [match.buy for match in await match_all(client, market, who.carol)] == [world.at.order(3)]


async def test_refund_that_cannot_be_paid(world: World, who: People, client: Client) -> None:
    """An expired order whose owner gave his account away stays; the others in its transaction go home."""
    await lend_to_mallory(world, who, 1_000_000_000)
    await world.run(
        calls.create_buy_order(world, who.mallory, 1, 100, PRICE),
        calls.create_buy_order(world, who.bob, 2, 100, PRICE),
        calls.create_sell_order(world, who.alice, 3, 100, PRICE + 1),
    )
    await spoil(world, who, "given away")
    await world.travel(2 * 86_400)
    await expire_orders(client, await the_market(client), list((await open_orders(client)).values()), who.carol)
    assert set(await open_orders(client)) == {world.at.order(1)}


async def test_refusals_that_concern_everybody_are_told(world: World, who: People, client: Client) -> None:
    """A pause is not passed over."""
    await world.run(
        calls.create_sell_order(world, who.alice, 1, 2_000, PRICE),
        calls.create_buy_order(world, who.bob, 2, 1_500, PRICE),
    )
    await campus.pause(world)
    with pytest.raises(TransactionFailed, match="SystemPaused"):
        await match_all(client, await the_market(client), who.carol)


async def test_meter_in_maintenance_does_not_stop_the_gateway(world: World, who: People, client: Client) -> None:
    """Mallory's meter is out of service. The readings of all others arrive."""
    await world.run(calls.update_meter_status(world, who.mallory, "METER_004", "Maintenance"))
    now = await world.now()
    readings = [
        Reading(timestamp=now - wait, meter_id=meter, generated_wh=100, consumed_wh=0)
        for meter in ("METER_004", campus.GRID_METER)
        for wait in (1, 0)
    ]
    await submit(client, who.gateway, readings, limit=1)
    assert [reading.meter_id for reading in await pending(client, readings)] == ["METER_004"] * 2
