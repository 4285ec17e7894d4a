"""Crank and gateway go on when a user makes his own orders or readings impossible: nobody stops the others."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import replace
from typing import Any

import pytest
import pytest_asyncio
from solders.instruction import AccountMeta, Instruction
from solders.keypair import Keypair
from solders.pubkey import Pubkey
from solders.system_program import TransferParams, transfer
from tests.market.e2e.campus import CRANK, DEPLOYER, GATEWAY, PRICE, REC, Campus, deployed, populated

from gridtokenx.chain.interface.addresses import TOKEN_PROGRAM, associated_token_address
from gridtokenx.chain.interface.failures import TransactionFailed
from gridtokenx.market import settling
from gridtokenx.market.actions import governance, registry, trading
from gridtokenx.market.actions import market as authority
from gridtokenx.market.ami import INTERVAL_SECONDS, Reading
from gridtokenx.market.audit import audit, read_state
from gridtokenx.market.gateway import RefusedReading, Submitted, backlog, clear_epochs, submit
from gridtokenx.market.orderbook import all_epochs, open_orders, to_clear, to_close, to_settle
from gridtokenx.market.read import fetch
from gridtokenx.market.records import Epoch, MeterStatus, OrderStatus
from gridtokenx.market.units import GRID_PER_WH
from gridtokenx.operator import initialize


@pytest_asyncio.fixture
async def campus() -> AsyncIterator[Campus]:
    """The campus, on a chain of its own."""
    async with populated() as found:
        yield found


def close_account(account: Pubkey, owner: Keypair) -> Instruction:
    """SPL Token's CloseAccount."""
    metas = [
        AccountMeta(account, False, True),
        AccountMeta(owner.pubkey(), False, True),
        AccountMeta(owner.pubkey(), True, False),
    ]
    return Instruction(TOKEN_PROGRAM, b"\x09", metas)


def give_away(account: Pubkey, owner: Keypair, to: Pubkey) -> Instruction:
    """SPL Token's SetAuthority of a token account's owner."""
    metas = [AccountMeta(account, False, True), AccountMeta(owner.pubkey(), True, False)]
    return Instruction(TOKEN_PROGRAM, bytes([6, 2, 1]) + bytes(to), metas)


async def spoil(campus: Campus, how: str) -> None:
    """Mallory makes what goes to her GRID account impossible to pay."""
    mallory = campus.members["mallory"]
    account = associated_token_address(mallory.pubkey(), campus.client.addresses.energy_mint)
    if how == "given away":
        await campus.act(give_away(account, mallory, REC.pubkey()), by=mallory)
        return
    await campus.give("mallory", "alice", await campus.grid("mallory"))
    await campus.act(close_account(account, mallory), by=mallory)


@pytest.mark.parametrize("how", ["closed", "given away"])
async def test_accounts_that_cannot_be_paid(campus: Campus, how: str) -> None:
    """Mallory bids most and sells cheapest, and then cannot be paid. Her orders are passed over, each once; the rest settles."""
    index = await campus.open_epoch()
    await campus.sell("mallory", 1, 500, PRICE - 10_000_000)
    await campus.buy("mallory", 2, 1_000, PRICE + 10_000_000)
    await campus.sell("alice", 3, 2_000, PRICE)
    await campus.buy("bob", 4, 800, PRICE)
    await campus.buy("carol", 5, 700, PRICE)
    await campus.clear(index)
    await spoil(campus, how)
    settled = await campus.settle(index)
    assert set(settled.passed_over) == {campus.client.addresses.order(1), campus.client.addresses.order(2)}
    assert all(how.split()[0][:4] in why or "gone" in why for why in settled.passed_over.values())
    assert settled.volume_wh == 1_500
    assert [(await campus.order(order_id)).filled_amount for order_id in (3, 4, 5)] == [1_500, 800, 700]


Hook = Callable[[], Awaitable[object]]


def before_first_match(campus: Campus, monkeypatch: pytest.MonkeyPatch, meanwhile: Hook) -> None:
    """Lets something happen between the crank's plan and its first transaction."""
    send, waiting = campus.client.send, [meanwhile]

    async def overtaken(*args: Any, **named: Any) -> Any:
        if waiting:
            await waiting.pop()()
        return await send(*args, **named)

    monkeypatch.setattr(campus.client, "send", overtaken)


async def test_an_order_that_changes_between_plan_and_transaction(
    campus: Campus, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Somebody settles the first pair himself, and its buyer closes the order and places another under its id."""
    index = await campus.open_epoch()
    for number, name in enumerate(("alice", "carol")):
        await campus.sell(name, 1 + number, 1_000, PRICE)
    for number, name in enumerate(("bob", "mallory")):
        await campus.buy(name, 11 + number, 1_000, PRICE)
    await campus.clear(index)
    market, client = await campus.market(), campus.client
    next_epoch = await campus.open_epoch()

    async def overtake() -> None:
        sell, buy = await campus.order(1), await campus.order(11)
        rival = campus.members["mallory"]
        await client.send(trading.match_orders(client, rival.pubkey(), market, sell, buy), payer=rival)
        done = await campus.order(11)
        await client.send(trading.close_order(client, done), payer=campus.members["bob"])
        await campus.buy("bob", 11, 300, PRICE)

    before_first_match(campus, monkeypatch, overtake)
    settled = await campus.settle(index)
    assert settled.volume_wh == 1_000
    assert [(await campus.order(order_id)).filled_amount for order_id in (1, 2, 12)] == [1_000] * 3
    assert (await campus.order(11)).epoch == next_epoch
    assert audit(await read_state(client)).failures == []


async def test_ids_that_come_again_the_next_day(campus: Campus) -> None:
    """The same two orders on two days: both trade, each trade has its record, and the audit raises no alarm."""
    for _ in range(2):
        index = await campus.open_epoch()
        await campus.sell("alice", 1, 1_000, PRICE)
        await campus.buy("bob", 2, 1_000, PRICE)
        await campus.clear(index)
        assert (await campus.settle(index)).volume_wh == 1_000
        for name, order_id in (("alice", 1), ("bob", 2)):
            close = trading.close_order(campus.client, await campus.order(order_id))
            await campus.client.send(close, payer=campus.members[name])
        await campus.travel(86_400)
    assert (await campus.market()).total_trades == 2
    assert audit(await read_state(campus.client)).failures == []


async def test_a_certificate_that_is_revoked_before_settlement(campus: Campus) -> None:
    """Its offer is passed over and can be taken back at once; the others settle."""
    client, rec = campus.client, REC
    alice = campus.members["alice"]
    issue = governance.issue_erc(
        client,
        rec.pubkey(),
        certificate_id="ERC-1",
        meter_id="METER_alice",
        owner=alice.pubkey(),
        energy_amount=5_000,
        renewable_source="Solar",
        validation_data="",
    )
    await client.send(issue, payer=rec)
    validate = governance.validate_erc_for_trading(client, alice.pubkey(), rec.pubkey(), "ERC-1")
    await client.send(validate, rec, payer=alice)
    index = await campus.open_epoch()
    await campus.sell("alice", 1, 1_000, PRICE, client.addresses.certificate("ERC-1"))
    await campus.sell("carol", 2, 1_000, PRICE)
    await campus.buy("bob", 3, 2_000, PRICE)
    await campus.clear(index)
    await client.send(governance.revoke_erc(client, rec.pubkey(), "ERC-1", "wrong meter"), payer=rec)
    settled = await campus.settle(index)
    assert settled.passed_over == {client.addresses.order(1): "its certificate ERC-1 is Revoked"}
    assert settled.volume_wh == 1_000
    before = await campus.grid("alice")
    await campus.cancel("alice", 1)
    assert await campus.grid("alice") - before == 1_000 * GRID_PER_WH
    assert audit(await read_state(client)).failures == []


async def test_refunds_that_cannot_be_paid(campus: Campus) -> None:
    """An order past its time whose owner gave his account away stays; the others in its transaction go home."""
    await campus.open_epoch()
    await campus.buy("mallory", 1, 100, PRICE)
    await campus.buy("bob", 2, 100, PRICE)
    await campus.sell("alice", 3, 100, PRICE + 1_000_000)
    await spoil(campus, "given away")
    await campus.travel(2 * 86_400)
    late = list((await open_orders(campus.client)).values())
    stuck = await settling.expire_orders(campus.client, await campus.market(), late, CRANK)
    assert set(stuck) == set(await open_orders(campus.client)) == {campus.client.addresses.order(1)}


async def crossing(campus: Campus) -> int:
    """An epoch that is cleared, with one match to settle."""
    index = await campus.open_epoch()
    await campus.sell("alice", 1, 2_000, PRICE)
    await campus.buy("bob", 2, 1_500, PRICE)
    await campus.clear(index)
    return index


async def pause(campus: Campus) -> Keypair:
    await campus.client.send(governance.emergency_pause(campus.client, REC.pubkey(), "drill"), payer=REC)
    return CRANK


async def maintain(campus: Campus) -> Keypair:
    switch = governance.set_maintenance_mode(campus.client, DEPLOYER.pubkey(), True)
    await campus.client.send(switch, payer=DEPLOYER)
    return CRANK


async def poor(campus: Campus) -> Keypair:
    return Keypair()


async def almost_poor(campus: Campus) -> Keypair:
    """Enough for fees, too little for the rent of a trade's record."""
    crank = Keypair()
    await campus.client.connection.request_airdrop(crank.pubkey(), 1_500_000)
    return crank


@pytest.mark.parametrize(
    ("what", "words"),
    [
        (pause, "SystemPaused"),
        (maintain, "MaintenanceMode"),
        (poor, "AccountNotFound|InsufficientFunds"),
        (almost_poor, "InsufficientFunds|custom error 0x1"),
    ],
)
async def test_what_concerns_the_crank_stops_it(
    campus: Campus, what: Callable[[Campus], Awaitable[Keypair]], words: str
) -> None:
    index = await crossing(campus)
    crank = await what(campus)
    campus.client.preflight = True  # as operators have it: who cannot pay is told at once
    with pytest.raises(TransactionFailed, match=words):
        await settling.settle_epoch(campus.client, await campus.market(), index, crank)


async def test_another_matcher_stops_the_crank_in_the_epochs_that_were_opened_for_him(campus: Campus) -> None:
    """The matcher of an epoch is the one that the market named when it was opened."""
    before = await crossing(campus)
    config = replace(authority.config_of(await campus.market()), matcher=GATEWAY.pubkey())
    change = authority.update_market_config(campus.client, DEPLOYER.pubkey(), config)
    await campus.client.send(change, payer=DEPLOYER)
    assert (await campus.settle(before)).volume_wh == 1_500
    index = await campus.open_epoch()
    await campus.sell("alice", 3, 2_000, PRICE)
    await campus.buy("bob", 4, 1_500, PRICE)
    await campus.clear(index)
    with pytest.raises(TransactionFailed, match="UnauthorizedMatcher"):
        await campus.settle(index)


async def test_epochs_of_another_matcher_keep_no_other_from_being_settled(campus: Campus) -> None:
    """The market changes its matcher and back: what was opened in between is refused, and told, after all else is settled."""
    market = await campus.market()
    indexes: list[int] = []
    for number, matcher in enumerate((market.matcher, GATEWAY.pubkey(), CRANK.pubkey())):
        config = replace(authority.config_of(market), matcher=matcher)
        await campus.client.send(
            authority.update_market_config(campus.client, DEPLOYER.pubkey(), config), payer=DEPLOYER
        )
        indexes.append(await campus.open_epoch())
        await campus.sell("alice", 10 + number, 200, PRICE)
        await campus.buy("bob", 20 + number, 100, PRICE)
    await campus.travel(INTERVAL_SECONDS)
    client = campus.client
    await clear_epochs(client, GATEWAY, to_clear(await all_epochs(client), await client.clock()))
    epochs = to_settle(await all_epochs(client), await client.clock())
    with pytest.raises(TransactionFailed, match="UnauthorizedMatcher"):
        await settling.settle_all(client, market, epochs, CRANK)
    assert [epoch.unsettled for epoch in await all_epochs(client)] == [0, 100, 0]
    done = await settling.settle_all(client, market, epochs, GATEWAY)
    assert sum(settled.volume_wh for settled in done) == 100


async def test_an_index_that_comes_again_in_epochs_of_another_length(campus: Campus) -> None:
    """Orders and trades of the old epoch are none of the new one's: the crank leaves them alone, the audit is content."""
    client, length = campus.client, INTERVAL_SECONDS + 1
    index = await campus.open_epoch()
    await campus.sell("mallory", 1, 300, PRICE)
    await campus.sell("alice", 2, 1_000, PRICE - 10_000_000)
    await campus.buy("bob", 3, 1_000, PRICE)
    await campus.clear(index)
    assert (await campus.settle(index)).volume_wh == 1_000
    assert await settling.close_epochs(client, await all_epochs(client), CRANK) == 1
    config = replace(authority.config_of(await campus.market()), epoch_length=length)
    await campus.act(authority.update_market_config(client, DEPLOYER.pubkey(), config), by=DEPLOYER)
    await campus.surfnet.travel_to(index * length)
    market = await campus.market()
    assert await settling.open_epochs(client, [index], CRANK) == [index]
    terms = {"epoch": index, "energy_amount": 700}
    for name, order_id in (("alice", 4), ("carol", 5)):
        seller = campus.members[name]
        sell = trading.create_sell_order(
            client, seller.pubkey(), market, order_id=order_id, price_per_kwh=PRICE + 20_000_000, **terms
        )
        await campus.act(sell, by=seller)
    bob = campus.members["bob"]
    buy = trading.create_buy_order(
        client, bob.pubkey(), market, order_id=6, max_price_per_kwh=PRICE + 30_000_000, **terms
    )
    await campus.act(buy, by=bob)
    assert audit(await read_state(client)).failures == []
    await campus.surfnet.travel_to((index + 1) * length)
    await clear_epochs(client, GATEWAY, await all_epochs(client))
    settled = await campus.settle(index)
    assert (settled.volume_wh, settled.passed_over) == (700, {})
    assert audit(await read_state(client)).failures == []
    await campus.cancel("mallory", 1)
    assert audit(await read_state(client)).failures == []


async def test_lamports_at_the_addresses_of_the_system() -> None:
    """Mallory sends some to every account of the initialization before it: each is made nevertheless, once."""
    async with deployed() as campus:
        client, at = campus.client, campus.client.addresses
        named = [at.registry, at.oracle_data, at.token_info, at.energy_mint, at.market, at.vault(at.energy_mint)]
        for key in (*named, at.poa_config):
            gift = TransferParams(from_pubkey=DEPLOYER.pubkey(), to_pubkey=key, lamports=1_000_000)
            await campus.act(transfer(gift), by=DEPLOYER)
        for created in (True, False):
            steps = [
                await initialize.initialize_registry(client, DEPLOYER),
                await initialize.initialize_oracle(client, DEPLOYER, GATEWAY.pubkey()),
                *await initialize.initialize_token(client, DEPLOYER),
                *await initialize.initialize_market(client, DEPLOYER),
                await initialize.initialize_poa(client, DEPLOYER, REC.pubkey()),
            ]
            assert {step.created for step in steps} == {created}


async def test_lamports_at_the_address_of_an_epoch(campus: Campus) -> None:
    """Mallory sends some to that of the next quarter-hour: it opens nevertheless. And to that of a closed one."""
    client, mallory = campus.client, campus.members["mallory"]
    index = await client.clock() // INTERVAL_SECONDS + 1

    def gift(epoch: int) -> Instruction:
        to = client.addresses.epoch(epoch)
        return transfer(TransferParams(from_pubkey=mallory.pubkey(), to_pubkey=to, lamports=2_000_000))

    await campus.act(gift(index), by=mallory)
    assert await campus.open_epoch() == index
    await campus.sell("alice", 1, 1_000, PRICE)
    await campus.clear(index)
    closed = await settling.close_epochs(client, to_close(await all_epochs(client), await client.clock()), CRANK)
    assert closed == 1
    await campus.act(gift(index), by=mallory)
    assert (await campus.settle(index)).matches == []
    there = await fetch(client, Epoch, client.addresses.epoch(index))
    back = trading.cancel_order(client, await campus.market(), await campus.order(1), epoch_exists=there is not None)
    await campus.act(back, by=campus.members["alice"])
    assert (await campus.order(1)).locked == 0


async def test_triggers_that_are_late_and_epochs_that_were_missed(campus: Campus) -> None:
    """Eight quarter-hours, each trigger 400 s late; two are missed altogether and made up for. Then all are closed."""
    client, opened = campus.client, list[int]()
    for number in range(8):
        index = await campus.open_epoch()
        opened.append(index)
        await campus.sell("alice", 10 + number, 200, PRICE)
        await campus.buy("bob", 30 + number, 100, PRICE)
        await campus.travel(400)
        if number not in (4, 7):
            await clear_epochs(client, GATEWAY, to_clear(await all_epochs(client), await client.clock()))
    await campus.travel(INTERVAL_SECONDS)
    await clear_epochs(client, GATEWAY, to_clear(await all_epochs(client), await client.clock()))
    epochs = await all_epochs(client)
    assert [(epoch.index, epoch.volume) for epoch in epochs] == [(index, 100) for index in opened]
    done = await settling.settle_all(client, await campus.market(), to_settle(epochs, await client.clock()), CRANK)
    assert [settled.volume_wh for settled in done] == [100] * 8
    now = await client.clock()
    assert await settling.close_epochs(client, to_close(await all_epochs(client), now), CRANK) == 8
    assert audit(await read_state(client)).failures == []


async def test_an_epoch_that_cannot_be_cleared_keeps_no_other_from_it(campus: Campus) -> None:
    """One was cleared, one was closed, one is not over: the others are cleared, and told."""
    client, opened = campus.client, list[int]()
    for _ in range(4):
        opened.append(await campus.open_epoch())
    planned = await all_epochs(client)
    first, second, third, _ = planned
    assert list(await clear_epochs(client, GATEWAY, [first, second])) == [first.index, second.index]
    assert await settling.close_epochs(client, [second], CRANK) == 1
    assert list(await clear_epochs(client, GATEWAY, planned)) == [third.index]
    with pytest.raises(TransactionFailed, match="UnauthorizedGateway"):
        await clear_epochs(client, CRANK, planned)
    await campus.travel(3 * 86_400)
    assert await clear_epochs(client, GATEWAY, planned) == {}


async def test_readings_that_are_refused_hold_up_no_other(campus: Campus) -> None:
    """An inactive meter, an unknown one, an impossible reading, a night of zeros: each row has its own outcome."""
    client = campus.client
    off = registry.update_meter_status(client, DEPLOYER.pubkey(), "METER_mallory", MeterStatus.INACTIVE)
    await client.send(off, payer=DEPLOYER)
    now = await campus.travel(INTERVAL_SECONDS)
    rows = [
        Reading(now - 400, "METER_mallory", 100, 0),
        Reading(now, "METER_nobody", 100, 0),
        Reading(now - 400, "METER_bob", 10**9, 0),
        Reading(now, "METER_bob", 200, 0),
        Reading(now, "METER_carol", 0, 0),
        Reading(now - 10 * INTERVAL_SECONDS, "METER_alice", 5, 5),
    ]
    todo = await backlog(client, rows)
    assert [item.reading.meter_id for item in todo.refused] == ["METER_mallory", "METER_nobody"]
    assert [reading.meter_id for reading in todo.known] == ["METER_alice"]
    outcomes = {
        (item.reading.meter_id, item.reading.timestamp): item
        for item in await submit(client, GATEWAY, todo.new, limit=1)
    }
    wrong = outcomes["METER_bob", now - 400]
    assert isinstance(wrong, RefusedReading)
    assert "InvalidMeterReading" in wrong.reason
    assert all(isinstance(outcomes[meter, now], Submitted) for meter in ("METER_bob", "METER_carol"))


async def test_what_concerns_the_gateway_stops_it(campus: Campus) -> None:
    now = await campus.travel(INTERVAL_SECONDS)
    readings = [Reading(now, "METER_alice", 1, 1)]
    with pytest.raises(TransactionFailed, match="UnauthorizedGateway"):
        await submit(campus.client, CRANK, readings, limit=1)
    await pause(campus)
    with pytest.raises(TransactionFailed, match="SystemPaused"):
        await submit(campus.client, GATEWAY, readings, limit=1)


async def test_an_order_can_be_taken_back_as_far_as_it_was_not_allotted(campus: Campus) -> None:
    """Before clearing all of it; afterwards the rest, and what was allotted stays for the crank."""
    index = await campus.open_epoch()
    await campus.sell("carol", 9, 700, PRICE)
    await campus.cancel("carol", 9)
    await campus.sell("alice", 1, 2_000, PRICE)
    await campus.buy("bob", 2, 1_500, PRICE)
    assert (await campus.clear(index)).supply == 2_000
    await campus.cancel("alice", 1)
    with pytest.raises(TransactionFailed, match="OrderNotCancellable"):
        await campus.cancel("bob", 2)
    assert (await campus.settle(index)).volume_wh == 1_500
    assert (await campus.order(1)).status is OrderStatus.COMPLETED
    assert audit(await read_state(campus.client)).failures == []
