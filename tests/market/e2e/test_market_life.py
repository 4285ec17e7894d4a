"""The life of the system from its initialization to the audit, with document A's worked examples to the last base unit."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from itertools import groupby
from pathlib import Path

import pytest
import pytest_asyncio
from solders.pubkey import Pubkey
from tests.market.e2e.campus import CRANK, DEPLOYER, GATEWAY, PRICE, REC, Campus, deployed
from tests.market.e2e.scripts import initialize, run_script, wallet_file
from tests.market.fee import EXAMPLE_FEE, EXAMPLE_VALUE

from gridtokenx.chain.interface.failures import TransactionFailed
from gridtokenx.market.actions import energy_token, governance, market, oracle, registry, tokens, trading
from gridtokenx.market.ami import (
    INTERVAL_SECONDS,
    Affiliation,
    Meter,
    MeterType,
    Reading,
    UserType,
    complete_readings,
    load_meters,
)
from gridtokenx.market.auction import allotment
from gridtokenx.market.audit import audit, read_state
from gridtokenx.market.gateway import Submitted, submit
from gridtokenx.market.orderbook import open_orders
from gridtokenx.market.read import require
from gridtokenx.market.records import ErcCertificate, MeterAccount, OrderStatus, PoAConfig, Registry, TradeRecord
from gridtokenx.market.units import GRID_PER_WH

ROOT = Path(__file__).resolve().parents[3]
MORNING, NOON = 40, 44
"""Four quarter-hours before noon, of the day in data/ami."""


@dataclass
class Life:
    """The campus of the data, and what happened to it that leaves no counter on the chain."""

    campus: Campus
    meters: list[Meter]
    readings: tuple[Reading, ...]
    by_oracle: set[str] = field(default_factory=set[str])
    next_order: int = 1

    def order_id(self) -> int:
        """An id that no order has."""
        self.next_order += 1
        return self.next_order

    @property
    def prosumers(self) -> list[str]:
        return [meter.meter_id for meter in self.meters if meter.user_type is UserType.PROSUMER]


@pytest_asyncio.fixture(scope="module")
async def life(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Life]:
    """Step 1: a chain that the operator's scripts initialized."""
    meters = load_meters(ROOT / "data/ami/meters.csv")
    readings = complete_readings(ROOT / "data/ami/readings.csv", meters)
    async with deployed() as campus:
        wallet = wallet_file(tmp_path_factory.mktemp("wallets"), DEPLOYER)
        await initialize(campus.net.rpc_url, wallet, GATEWAY.pubkey(), REC.pubkey())
        await campus.surfnet.pause_clock()
        yield Life(campus, meters, readings)


async def refused(campus: Campus, error: str, instruction: object, *signers: object, payer: object) -> None:
    with pytest.raises(TransactionFailed, match=error):
        await campus.client.send(instruction, *signers, payer=payer)  # pyright: ignore


async def test_step_2_users_and_meters(life: Life) -> None:
    """METER_001 to METER_015, each with its user, trading account and GRID account."""
    campus = life.campus
    for meter in life.meters:
        await campus.join(meter.meter_id, meter.user_type)
        await campus.meter(meter.meter_id, meter.meter_id, meter.meter_type)
    assert list(campus.members) == [f"METER_{number:03}" for number in range(1, 16)]
    found = await require(campus.client, Registry, campus.client.addresses.registry, "initialize it")
    assert (found.user_count, found.meter_count) == (15, 15)


async def test_step_3_readings_and_minting(life: Life) -> None:
    """Readings of the data; every other prosumer mints, for the rest the oracle mints along with the reading."""
    campus, client = life.campus, life.campus.client
    life.by_oracle = set(life.prosumers[::2])
    slots = [list(group) for _, group in groupby(life.readings, key=lambda reading: reading.timestamp)]
    totals = {meter.meter_id: [0, 0] for meter in life.meters}

    for slot in slots[MORNING:NOON]:
        now = await campus.travel(INTERVAL_SECONDS)
        moved = [Reading(now, r.meter_id, r.generated_wh, r.consumed_wh) for r in slot]
        outcomes = await submit(client, GATEWAY, moved, build=lambda r: reading_of(life, r))
        assert all(isinstance(outcome, Submitted) for outcome in outcomes)
        for reading in slot:
            totals[reading.meter_id][0] += reading.generated_wh
            totals[reading.meter_id][1] += reading.consumed_wh
    for meter in life.prosumers:
        if meter not in life.by_oracle and totals[meter][0] > totals[meter][1]:
            await campus.mint(meter, meter)
    for meter, (generated, consumed) in totals.items():
        account = await require(client, MeterAccount, client.addresses.meter(meter), "assign it")
        assert (account.total_generation, account.total_consumption) == (generated, consumed)
        assert await campus.grid(meter) == account.settled_net_generation * GRID_PER_WH
        if meter not in life.by_oracle:
            expected = max(0, generated - consumed) if meter in life.prosumers else 0
            assert account.settled_net_generation == expected
    late = oracle.submit_meter_reading(
        client,
        GATEWAY.pubkey(),
        meter_id="METER_001",
        produced=1,
        consumed=0,
        timestamp=await client.clock() + 61,
    )
    await refused(campus, "InvalidMeterReading", late, payer=GATEWAY)


def reading_of(life: Life, reading: Reading):
    """process_energy_data for the meters that the oracle mints for, submit_meter_reading for the others."""
    client = life.campus.client
    energies = {"produced": reading.generated_wh, "consumed": reading.consumed_wh, "timestamp": reading.timestamp}
    if reading.meter_id not in life.by_oracle:
        return oracle.submit_meter_reading(client, GATEWAY.pubkey(), meter_id=reading.meter_id, **energies)
    owner = life.campus.members[reading.meter_id].pubkey()
    return oracle.process_energy_data(client, GATEWAY.pubkey(), meter_id=reading.meter_id, owner=owner, **energies)


async def test_settlement_of_3000_wh(life: Life) -> None:
    """Document A: 5000 Wh generated and 2000 Wh consumed become 3.0 GRID, once."""
    campus = life.campus
    await campus.join("alice")
    await campus.meter("alice", "METER-001")
    await campus.travel(INTERVAL_SECONDS)
    await campus.read("METER-001", 5000, 2000)
    await campus.mint("alice", "METER-001")
    assert await campus.grid("alice") == 3_000_000_000
    with pytest.raises(TransactionFailed, match="NoUnsettledBalance"):
        await campus.mint("alice", "METER-001")


async def test_trade_of_1500_wh(life: Life) -> None:
    """Document A: 2000 Wh at 0.15 against 1500 Wh at 0.16; the seller gets 0.2244375 and the buyer 0.015 back."""
    campus, client = life.campus, life.campus.client
    await campus.join("bob", UserType.CONSUMER)
    await campus.give("alice", "bob", 1_000_000_000)
    index, sell, buy = await campus.open_epoch(), life.order_id(), life.order_id()
    await campus.sell("alice", sell, 2000, PRICE)
    await campus.buy("bob", buy, 1500, 160_000_000)
    assert await campus.grid("alice") == 0
    assert await campus.grid("bob") == 760_000_000
    cleared = await campus.clear(index)
    assert (cleared.volume, cleared.price, cleared.marginal_bid) == (1500, PRICE, 160_000_000)
    await campus.settle(index)
    offer, bid = await campus.order(sell), await campus.order(buy)
    record = client.addresses.trade(offer.sequence, bid.sequence)
    trade = await require(client, TradeRecord, record, "settle it")
    assert (trade.total_value, trade.fee_amount) == (EXAMPLE_VALUE, EXAMPLE_FEE)
    assert await campus.grid("alice") == EXAMPLE_VALUE - EXAMPLE_FEE
    assert await campus.grid("bob") == 760_000_000 + 15_000_000 + 1_500_000_000
    assert (offer.status, offer.remaining) == (OrderStatus.PARTIALLY_FILLED, 500)
    assert bid.status is OrderStatus.COMPLETED
    await campus.cancel("alice", sell)
    assert await campus.grid("alice") == 724_437_500


async def issue(campus: Campus, certificate: str, energy: int) -> None:
    instruction = governance.issue_erc(
        campus.client,
        REC.pubkey(),
        certificate_id=certificate,
        meter_id="METER-001",
        owner=campus.members["alice"].pubkey(),
        energy_amount=energy,
        renewable_source="Solar",
        validation_data="REC-CERT-2025-001",
    )
    await campus.client.send(instruction, payer=REC)


async def test_certificate_of_5000_wh(life: Life) -> None:
    """Document A: of 10,000 Wh, 5,000 are certified; 6,000 more are refused until 5,000 more are generated. Then: once only."""
    campus, client = life.campus, life.campus.client
    alice = campus.members["alice"]
    await campus.travel(INTERVAL_SECONDS)
    await campus.read("METER-001", 5000, 0)
    await issue(campus, "ERC-2025-11-07-001", 5000)
    with pytest.raises(TransactionFailed, match="InsufficientAvailableEnergy"):
        await issue(campus, "ERC-2025-11-07-002", 6000)
    await campus.travel(INTERVAL_SECONDS)
    await campus.read("METER-001", 5000, 0)
    await issue(campus, "ERC-2025-11-07-002", 6000)
    await campus.mint("alice", "METER-001")

    address = client.addresses.certificate("ERC-2025-11-07-001")
    index, order, buy = await campus.open_epoch(), life.order_id(), life.order_id()
    with pytest.raises(TransactionFailed, match="CertificateNotValidated"):
        await campus.sell("alice", order, 3000, PRICE, address)
    validate = governance.validate_erc_for_trading(client, alice.pubkey(), REC.pubkey(), "ERC-2025-11-07-001")
    await client.send(validate, REC, payer=alice)
    await campus.sell("alice", order, 3000, PRICE, address)
    with pytest.raises(TransactionFailed, match="InsufficientCertifiedEnergy"):
        await campus.sell("alice", life.order_id(), 2001, PRICE, address)
    await campus.buy("bob", buy, 1000, PRICE)
    await campus.clear(index)
    await campus.settle(index)
    assert await counted(campus, address) == (2000, 1000)
    await campus.cancel("alice", order)
    assert await counted(campus, address) == (0, 1000)
    await client.send(governance.revoke_erc(client, REC.pubkey(), "ERC-2025-11-07-001", "a worked example"), payer=REC)
    await campus.open_epoch()
    with pytest.raises(TransactionFailed, match="CertificateRevoked"):
        await campus.sell("alice", life.order_id(), 1000, PRICE, address)


async def counted(campus: Campus, certificate: Pubkey) -> tuple[int, int]:
    """What of a certificate is reserved and retired, Wh."""
    found = await require(campus.client, ErcCertificate, certificate, "issue it")
    return found.reserved_amount, found.retired_amount


async def test_step_4_quarter_hours_of_trading(life: Life) -> None:
    """Three auctions among the members of the data: one price each, and everybody gets what he was allotted."""
    campus = life.campus
    sellers = [meter for meter in life.prosumers if await campus.grid(meter) > 2 * 10**9]
    buyers = [meter.meter_id for meter in life.meters if meter.user_type is UserType.CONSUMER]
    assert len(sellers) >= 3
    for buyer, seller in zip(buyers, sellers * len(buyers), strict=False):
        await campus.give(seller, buyer, 200_000_000)
    for round_number in range(3):
        index, placed = await campus.open_epoch(), list[int]()
        for number, (seller, buyer) in enumerate(zip(sellers, buyers, strict=False)):
            ask = 140_000_000 + 2_000_000 * ((round_number + number) % 15)
            bid = 140_000_000 + 2_000_000 * ((3 * round_number + 2 * number) % 15)
            placed += [life.order_id(), life.order_id()]
            await campus.sell(seller, placed[-2], 100 + 11 * number, ask)
            await campus.buy(buyer, placed[-1], 100 + 13 * number, bid)
        cleared = await campus.clear(index)
        settled = await campus.settle(index)
        assert settled.passed_over == {}
        assert 0 <= cleared.volume - settled.volume_wh < max(cleared.orders, 1)
        for order_id in placed:
            order = await campus.order(order_id)
            assert 0 <= allotment(cleared, order) - order.filled_amount < len(placed)
        owners = {key.pubkey(): name for name, key in campus.members.items()}
        for order in (await open_orders(campus.client)).values():
            await campus.cancel(owners[order.owner], order.order_id)
    assert (await campus.market()).total_trades >= 5


async def test_step_6_pause(life: Life) -> None:
    """Nothing moves during a pause but money that goes home."""
    campus, client = life.campus, life.campus.client
    alice, stranger = campus.members["alice"], CRANK
    index, order = await campus.open_epoch(), life.order_id()
    await campus.sell("alice", order, 100, PRICE)
    await client.send(governance.emergency_pause(client, REC.pubkey(), "drill"), payer=REC)
    join = registry.register_user(
        client, stranger.pubkey(), user_type=UserType.CONSUMER, location="B1", affiliation=Affiliation.STAFF
    )
    assign = registry.assign_meter(
        client, DEPLOYER.pubkey(), meter_id="PAUSED", owner=alice.pubkey(), meter_type=MeterType.GRID
    )
    send = energy_token.transfer_tokens(client, alice.pubkey(), campus.members["bob"].pubkey(), 1)
    for instruction, payer in (
        (join, stranger),
        (assign, DEPLOYER),
        (send, alice),
        (energy_token.burn_tokens(client, alice.pubkey(), 1), alice),
        (trading.open_epoch(client, stranger.pubkey(), index + 1), stranger),
        (oracle.trigger_market_clearing(client, GATEWAY.pubkey(), index), GATEWAY),
    ):
        await refused(campus, "SystemPaused", instruction, payer=payer)
    for attempt in (campus.sell("alice", 999, 100, PRICE), campus.buy("bob", 999, 100, PRICE)):
        with pytest.raises(TransactionFailed, match="SystemPaused"):
            await attempt
    before = await campus.grid("alice")
    await campus.cancel("alice", order)
    assert await campus.grid("alice") == before + 100 * GRID_PER_WH
    await client.send(governance.emergency_unpause(client, REC.pubkey()), payer=REC)
    await client.send(send, payer=alice)
    config = await require(client, PoAConfig, client.addresses.poa_config, "initialize it")
    assert not config.emergency_paused


async def test_step_7_audit(life: Life) -> None:
    """The books balance from chain state alone, and the operator's audit finds the same; it also finds a missing unit."""
    campus, client = life.campus, life.campus.client
    burned = 123 * GRID_PER_WH
    bob, deployer = campus.members["bob"], DEPLOYER.pubkey()
    await client.send(energy_token.burn_tokens(client, bob.pubkey(), burned), payer=bob)
    found = await campus.market()
    assert found.unclaimed_fees > EXAMPLE_FEE
    batch = [
        tokens.create_associated_token_account(deployer, deployer, found.payment_mint),
        market.withdraw_fees(client, deployer, found),
    ]
    await client.send(batch, payer=DEPLOYER)
    result = audit(await read_state(client), burned=burned, withdrawn_fees=found.unclaimed_fees)
    assert result.failures == []

    command = ("--cluster", campus.net.rpc_url, "--burned", burned, "--withdrawn-fees", found.unclaimed_fees)
    ran = await run_script("audit", *command)
    assert ran.status == 0, ran.output + ran.errors
    wrong = await run_script("audit", "--cluster", campus.net.rpc_url, "--burned", burned + 1)
    assert (wrong.status, "1 of " in wrong.errors) == (1, True)
