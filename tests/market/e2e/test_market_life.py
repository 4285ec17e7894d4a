"""The life of the system from its initialization to the audit, with document A's worked examples to the last base unit."""

from __future__ import annotations

import csv
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from solders.keypair import Keypair
from tests.market.e2e.books import audit
from tests.market.e2e.scripts import initialize, run_script, wallet_file
from tests.support import calls
from tests.support.campus import People, people, transfer
from tests.support.chain import ROOT
from tests.support.errors import Governance, Oracle, Registry, Trading
from tests.support.events import plain
from tests.support.snapshots import TOKEN_PROGRAM, AccountState
from tests.support.world import GRID_PER_WH, World

DATA = ROOT / "data/ami"
INTERVAL = 900
MORNING, NOON = 40, 44
"""Four quarter-hours before noon, of the day in data/ami."""
PRICES = range(140_000_000, 170_000_000, 2_000_000)


@dataclass
class Life:
    """The campus of the data: who has which meter, and what was burned and withdrawn meanwhile."""

    world: World
    who: People
    wallet: Path
    users: dict[str, Keypair] = field(default_factory=dict)
    prosumers: list[str] = field(default_factory=list)
    next_order: int = 1

    def order_id(self) -> int:
        """An id that no order has."""
        self.next_order += 1
        return self.next_order


def rows(name: str) -> list[dict[str, str]]:
    """A file of data/ami."""
    with (DATA / name).open() as file:
        return list(csv.DictReader(file))


@pytest_asyncio.fixture(scope="module")
async def life(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Life]:
    """Step 1: a chain that the operator's scripts initialized."""
    world = await World.start()
    wallet = wallet_file(tmp_path_factory.mktemp("wallets"), world.deployer)
    who = await people(world)
    await initialize(world.net.rpc_url, wallet, who.gateway.pubkey(), who.rec.pubkey())
    yield Life(world, who, wallet)
    await world.close()


async def test_step_2_users_and_meters(life: Life) -> None:
    """METER_001 to METER_015, each with its user, trading account and GRID account."""
    world = life.world
    for row in rows("meters.csv"):
        user = life.users[row["meter_id"]] = await world.wallet(row["user"])
        await world.run(
            calls.register_user(world, user, row["user_type"], row["location"], row["affiliation"]),
            calls.register_meter(world, user, row["meter_id"], row["meter_type"]),
            calls.open_trading_account(world, user),
        )
        await world.open_token_account(user)
        if row["user_type"] == "Prosumer":
            life.prosumers.append(row["meter_id"])
    assert list(life.users) == [f"METER_{number:03}" for number in range(1, 16)]
    registry = await world.account("registry", "Registry", world.at.registry)
    assert (registry["user_count"], registry["meter_count"]) == (15, 15)


async def test_step_3_readings_and_minting(life: Life) -> None:
    """Readings of the data; every other prosumer mints, for the rest the oracle mints along with the reading."""
    world = life.world
    day = rows("readings.csv")
    times = sorted({int(row["timestamp"]) for row in day})[MORNING:NOON]
    totals: dict[str, list[int]] = {meter: [0, 0] for meter in life.users}
    minted_by_oracle = set(life.prosumers[::2])
    for time in times:
        now = await world.travel(INTERVAL)
        for row in (row for row in day if int(row["timestamp"]) == time):
            meter, energies = row["meter_id"], (int(row["generated_wh"]), int(row["consumed_wh"]))
            if meter in minted_by_oracle:
                call = calls.process_energy_data(world, life.users[meter], meter, *energies, now)
            else:
                call = calls.submit_meter_reading(world, meter, *energies, now)
            await world.run(call)
            totals[meter] = [sum(pair) for pair in zip(totals[meter], energies, strict=True)]
    for meter in life.prosumers[1::2]:
        await world.run(calls.mint_grid_tokens(world, life.users[meter], meter))
    for meter, (generated, consumed) in totals.items():
        account = await world.account("registry", "MeterAccount", world.at.meter(meter))
        assert [account["total_generation"], account["total_consumption"]] == [generated, consumed]
        balance = await world.balance(world.grid(life.users[meter]))
        assert balance == account["settled_net_generation"] * GRID_PER_WH
        if meter not in minted_by_oracle:
            expected = max(0, generated - consumed) if meter in life.prosumers else 0
            assert account["settled_net_generation"] == expected
    late = calls.submit_meter_reading(world, "METER_001", 1, 0, await world.now() + 61)
    await world.refused(late, Oracle.INVALID_METER_READING)


async def test_settlement_of_3000_wh(life: Life) -> None:
    """Document A: 5000 Wh generated and 2000 Wh consumed become 3.0 GRID, once."""
    world, alice = life.world, life.who.alice
    await world.run(calls.register_user(world, alice), calls.open_trading_account(world, alice))
    await world.run(calls.register_meter(world, alice, "METER-001"))
    await world.open_token_account(alice)
    await world.run(calls.submit_meter_reading(world, "METER-001", 5000, 2000, await world.now()))
    done = await world.done(calls.mint_grid_tokens(world, alice, "METER-001"))
    assert [event.name for event in done.events] == ["MeterBalanceSettled", "GridTokensMinted"]
    assert done.events[0].fields["tokens_to_mint"] == 3000
    assert await world.balance(world.grid(alice)) == 3_000_000_000
    again = calls.mint_grid_tokens(world, alice, "METER-001")
    await world.refused(again, Registry.NO_UNSETTLED_BALANCE)


async def test_trade_of_1500_wh(life: Life) -> None:
    """Document A: 2000 Wh at 0.15 against 1500 Wh at 0.16; the seller gets 0.2244375 and the buyer 0.015 back."""
    world, alice, bob = life.world, life.who.alice, life.who.bob
    await world.run(calls.register_user(world, bob, "Consumer"), calls.open_trading_account(world, bob))
    await world.open_token_account(bob)
    await world.send(*transfer(world, alice, bob, 1_000_000_000))
    sell, buy = life.order_id(), life.order_id()
    await world.run(
        calls.create_sell_order(world, alice, sell, 2000, 150_000_000),
        calls.create_buy_order(world, bob, buy, 1500, 160_000_000),
    )
    assert await world.balance(world.grid(alice)) == 0
    assert await world.balance(world.grid(bob)) == 760_000_000
    match = calls.match_orders(world, life.who.carol, (alice, sell), (bob, buy))
    (event,) = (await world.done(match)).events
    assert (event.fields["total_value"], event.fields["fee_amount"]) == (225_000_000, 562_500)
    assert await world.balance(world.grid(alice)) == 224_437_500
    assert await world.balance(world.grid(bob)) == 760_000_000 + 15_000_000 + 1_500_000_000
    rest = await world.account("trading", "Order", world.at.order(sell))
    assert (rest["status"], rest["amount"] - rest["filled_amount"]) == ("PartiallyFilled", 500)
    assert (await world.account("trading", "Order", world.at.order(buy)))["status"] == "Completed"
    await world.run(calls.cancel_order(world, alice, sell))
    assert await world.balance(world.grid(alice)) == 724_437_500


async def test_certificate_of_5000_wh(life: Life) -> None:
    """Document A: of 10,000 Wh, 5,000 are certified; 6,000 more are refused until 5,000 more are generated."""
    world, alice, rec = life.world, life.who.alice, life.who.rec
    now = await world.travel(INTERVAL)
    await world.run(calls.submit_meter_reading(world, "METER-001", 5000, 0, now))
    first = calls.issue_erc(world, "ERC-2025-11-07-001", "METER-001", 5000)
    second = calls.issue_erc(world, "ERC-2025-11-07-002", "METER-001", 6000)
    await world.run(first)
    await world.refused(second, Governance.INSUFFICIENT_AVAILABLE_ENERGY)
    now = await world.travel(INTERVAL)
    await world.run(calls.submit_meter_reading(world, "METER-001", 5000, 0, now), second)
    await world.refused(first, 0)
    await world.run(calls.mint_grid_tokens(world, alice, "METER-001"))

    order = life.order_id()
    sell = calls.create_sell_order(world, alice, order, 5000, 150_000_000, "ERC-2025-11-07-001")
    await world.refused(sell, Trading.INVALID_CERTIFICATE)
    await world.run(calls.validate_erc(world, alice, "ERC-2025-11-07-001"), sell)
    backing = (await world.account("trading", "Order", world.at.order(order)))["erc_certificate"]
    assert backing == world.at.certificate("ERC-2025-11-07-001")
    await world.run(calls.revoke_erc(world, "ERC-2025-11-07-001", "a worked example"))
    another = calls.create_sell_order(world, alice, life.order_id(), 1000, 150_000_000, "ERC-2025-11-07-001")
    await world.refused(another, Trading.INVALID_CERTIFICATE)
    assert rec.pubkey() == (await config(world))["authority"]


async def config(world: World) -> dict[str, Any]:
    return await world.account("governance", "PoAConfig", world.at.poa_config)


async def test_step_4_epochs_of_trading(life: Life) -> None:
    """Three epochs: prosumers sell, consumers buy, and crossing orders match by price, then time."""
    world = life.world
    sellers = [meter for meter in life.prosumers if await world.balance(world.grid(life.users[meter])) > 10**9]
    buyers = [meter for meter in life.users if meter not in life.prosumers]
    assert len(sellers) >= 3
    assert len(buyers) >= 3
    for buyer, seller in zip(buyers, sellers * len(buyers), strict=False):
        await world.send(*transfer(world, life.users[seller], life.users[buyer], 100_000_000))
    trades = 0
    for epoch in range(1, 4):
        await world.travel(INTERVAL)
        await world.run(calls.trigger_market_clearing(world))
        assert (await world.account("trading", "Market", world.at.market))["epoch"] == epoch
        await world.refused(calls.trigger_market_clearing(world), Oracle.MARKET_CLEARING_IN_PROGRESS)
        orders: dict[int, Keypair] = {}
        for number, (seller, buyer) in enumerate(zip(sellers, buyers, strict=False)):
            sell, buy = life.order_id(), life.order_id()
            orders |= {sell: life.users[seller], buy: life.users[buyer]}
            ask, bid = PRICES[(epoch + number) % len(PRICES)], PRICES[(3 * epoch + 2 * number) % len(PRICES)]
            await world.run(
                calls.create_sell_order(world, life.users[seller], sell, 100 + 11 * number, ask),
                calls.create_buy_order(world, life.users[buyer], buy, 90 + 13 * number, bid),
            )
        trades += await match_all(world, life.who.carol, orders)
    assert trades >= 3
    assert (await world.account("trading", "Market", world.at.market))["total_trades"] == trades + 1


async def match_all(world: World, matcher: Keypair, orders: dict[int, Keypair]) -> int:
    """Matches until the best sell and the best buy order do not cross; every trade is at the seller's price."""
    count = 0
    while True:
        book = [(key, await world.account("trading", "Order", world.at.order(key))) for key in orders]
        is_open = [(key, order) for key, order in book if order["status"] in ("Active", "PartiallyFilled")]
        rank = {
            "Sell": lambda o: (o["price_per_kwh"], o["sequence"]),
            "Buy": lambda o: (-o["price_per_kwh"], o["sequence"]),
        }
        sides = {
            side: sorted(((rank[side](order), key) for key, order in is_open if order["order_type"] == side))
            for side in rank
        }
        if not sides["Sell"] or not sides["Buy"] or sides["Sell"][0][0][0] > -sides["Buy"][0][0][0]:
            return count
        sell, buy = sides["Sell"][0][1], sides["Buy"][0][1]
        match = calls.match_orders(world, matcher, (orders[sell], sell), (orders[buy], buy))
        (event,) = (await world.done(match)).events
        assert event.fields["price"] == sides["Sell"][0][0][0]
        count += 1


async def test_step_6_pause(life: Life) -> None:
    """Nothing moves during a pause but money that goes home."""
    world, who = life.world, life.who
    order = life.order_id()
    await world.run(calls.create_sell_order(world, who.alice, order, 100, 150_000_000))
    await world.run(world.call("governance", "emergency_pause", "drill", authority=who.rec))
    now = await world.now()
    for call in (
        calls.register_user(world, who.stranger),
        calls.register_meter(world, who.alice, "PAUSED"),
        calls.submit_meter_reading(world, "METER-001", 1, 0, now),
        calls.process_energy_data(world, who.alice, "METER-001", 1, 0, now),
        calls.trigger_market_clearing(world),
        calls.transfer_tokens(world, who.alice, who.bob, 1),
        calls.burn_tokens(world, who.alice, 1),
        calls.create_sell_order(world, who.alice, life.order_id(), 1, 1),
        calls.create_buy_order(world, who.bob, life.order_id(), 1, 1),
        calls.issue_erc(world, "PAUSED", "METER-001", 100),
    ):
        await world.refused(call, Governance.SYSTEM_PAUSED)
    balance = await world.balance(world.grid(who.alice))
    await world.run(calls.cancel_order(world, who.alice, order))
    assert await world.balance(world.grid(who.alice)) == balance + 100 * GRID_PER_WH
    await world.run(world.call("governance", "emergency_unpause", authority=who.rec))
    await world.run(calls.transfer_tokens(world, who.alice, who.bob, 1))


async def test_step_7_audit(life: Life) -> None:
    """The books balance from chain state alone, and the operator's audit finds the same; it also finds a missing unit."""
    world = life.world
    burned = 123 * GRID_PER_WH
    await world.run(calls.burn_tokens(world, life.who.bob, burned))
    account = await world.open_token_account(world.deployer)
    fees = (await world.account("trading", "Market", world.at.market))["unclaimed_fees"]
    assert fees > 562_500
    await world.run(world.call("trading", "withdraw_fees", authority=world.deployer, fee_token_account=account))
    audit(await decoded(world), world.at.energy_mint, burned, fees)

    command = ("--cluster", world.net.rpc_url, "--burned", burned, "--withdrawn-fees", fees)
    ran = await run_script("audit", *command)
    assert ran.status == 0, ran.output + ran.errors
    vault = world.at.vault(world.at.energy_mint)
    state = await world.state(vault)
    short = (await world.balance(vault) - 1).to_bytes(8, "little")
    await world.set_account(vault, AccountState(state.lamports, state.owner, state.data[:64] + short + state.data[72:]))
    with pytest.raises(AssertionError):
        audit(await decoded(world), world.at.energy_mint, burned, fees)
    assert (await run_script("audit", *command)).status == 1
    await world.set_account(vault, state)


async def decoded(world: World) -> dict[str, dict[Any, dict[str, Any]]]:
    """Every account of the programs by type name and address, mints and token accounts included."""
    by_id = {program.program_id: program for program in world.programs.values()}
    found: dict[str, dict[Any, dict[str, Any]]] = {}
    for key, state in (await world.snapshot()).items():
        if state.owner in by_id:
            parsed = by_id[state.owner].coder.accounts.parse(state.data)
            found.setdefault(parsed.name, {})[key] = plain(parsed.data)
        elif state.owner == TOKEN_PROGRAM and len(state.data) == 82:
            found.setdefault("Mint", {})[key] = {"supply": await world.supply(key)}
        elif state.owner == TOKEN_PROGRAM:
            mint = type(key).from_bytes(state.data[:32])
            found.setdefault("Token", {})[key] = {"mint": mint, "amount": await world.balance(key)}
    return found
