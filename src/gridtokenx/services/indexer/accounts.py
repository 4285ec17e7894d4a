"""Rows for accounts; and the outcome of orders, trades and epochs whose account somebody closed."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from gridtokenx.chain.connection.client import Client
from gridtokenx.market.records import (
    Epoch,
    ErcCertificate,
    Market,
    MeterAccount,
    Order,
    TradeRecord,
    TradingAccount,
    UserAccount,
)
from gridtokenx.services.database.account_tables import (
    AccountRow,
    CertificateRow,
    EpochRow,
    MeterRow,
    OrderRow,
    TraderRow,
    UserRow,
)
from gridtokenx.services.database.chain_tables import ChainEvent, Trade
from gridtokenx.services.database.upsert import Key, key_of, present, upsert
from gridtokenx.services.indexer.decode import Creation, Matched, Rows

KINDS = (UserAccount, MeterAccount, ErcCertificate, TradingAccount, Order, Epoch, TradeRecord, Market)
BY_ADDRESS = (UserRow, MeterRow, CertificateRow, TraderRow)
OPEN = ("Active", "PartiallyFilled")


@dataclass(frozen=True, slots=True)
class Standing:
    """An account at a slot; `record` is None for one that is closed, or none of ours."""

    address: str
    slot: int
    record: Any | None


def standing(client: Client, address: str, slot: int, owner: str | None, data: bytes) -> Standing:
    """The values in an account's bytes. Other programs' accounts, and kinds that have no table, are as good as
    closed."""
    program = next((p for p in client.programs if str(p.id) == owner), None)
    if program is None or len(data) < 8:
        return Standing(address, slot, None)
    kind = next((k for k in KINDS if program.name == k.PROGRAM and data.startswith(k.DISCRIMINATOR)), None)
    return Standing(address, slot, None if kind is None else kind.decode(data))


def _user(at: Standing, r: UserAccount) -> UserRow:
    return UserRow(
        address=at.address,
        wallet=str(r.authority),
        user_type=str(r.user_type),
        status=str(r.status),
        location=r.location,
        affiliation=str(r.affiliation),
        registered_at=r.registered_at,
        meter_count=r.meter_count,
        slot=at.slot,
        closed=False,
    )


def _meter(at: Standing, r: MeterAccount) -> MeterRow:
    return MeterRow(
        address=at.address,
        meter_id=r.meter_id,
        owner=str(r.owner),
        meter_type=str(r.meter_type),
        status=str(r.status),
        registered_at=r.registered_at,
        last_reading_at=r.last_reading_at,
        total_generation=r.total_generation,
        total_consumption=r.total_consumption,
        settled_net_generation=r.settled_net_generation,
        claimed_erc_generation=r.claimed_erc_generation,
        slot=at.slot,
        closed=False,
    )


def _certificate(at: Standing, r: ErcCertificate) -> CertificateRow:
    return CertificateRow(
        address=at.address,
        certificate_id=r.certificate_id,
        owner=str(r.owner),
        meter_id=r.meter_id,
        energy_amount=r.energy_amount,
        reserved_amount=r.reserved_amount,
        retired_amount=r.retired_amount,
        renewable_source=r.renewable_source,
        validation_data=r.validation_data,
        issued_at=r.issued_at,
        expires_at=r.expires_at,
        status=str(r.status),
        validated_for_trading=r.validated_for_trading,
        slot=at.slot,
        closed=False,
    )


def _trader(at: Standing, r: TradingAccount) -> TraderRow:
    return TraderRow(address=at.address, wallet=str(r.user), open_orders=r.open_orders, slot=at.slot, closed=False)


def _order(at: Standing, r: Order) -> OrderRow:
    return OrderRow(
        address=at.address,
        sequence=r.sequence,
        order_id=r.order_id,
        side=str(r.order_type),
        owner=str(r.owner),
        epoch=r.epoch,
        amount_wh=r.amount,
        filled_wh=r.filled_amount,
        cancelled_wh=r.cancelled_amount,
        price_per_kwh=r.price_per_kwh,
        locked=r.locked,
        status=str(r.status),
        created_at=r.created_at,
        expires_at=r.expires_at,
        certificate=None if r.erc_certificate is None else str(r.erc_certificate),
        payer=str(r.payer),
        slot=at.slot,
        closed=False,
    )


def _epoch(at: Standing, r: Epoch) -> EpochRow:
    return EpochRow(
        index=r.index,
        starts_at=r.starts_at,
        ends_at=r.ends_at,
        settles_until=r.settles_until,
        price_floor=r.rules.price_floor,
        price_tick=r.rules.price_tick,
        fee_bps=r.rules.market_fee_bps,
        orders=r.orders,
        supply=r.supply,
        demand=r.demand,
        cleared=r.cleared,
        price=r.price,
        volume=r.volume,
        unsettled=r.unsettled,
        marginal_ask=r.marginal_ask,
        marginal_bid=r.marginal_bid,
        offers=list(r.offers),
        bids=list(r.bids),
        cleared_at=None,
        slot=at.slot,
        closed=False,
    )


MAKERS: dict[str, Callable[[Standing, Any], AccountRow]] = {
    "UserAccount": _user,
    "MeterAccount": _meter,
    "ErcCertificate": _certificate,
    "TradingAccount": _trader,
    "Order": _order,
    "Epoch": _epoch,
}


async def store(session: AsyncSession, client: Client, found: Sequence[Standing], rows: Sequence[Rows]) -> None:
    """Brings the tables to where the accounts stand; `rows` are the transactions that changed them, in order."""
    standings = {at.address: at for at in found}
    await _store_trades(session, standings, rows)
    await _store_gone(session, [at for at in found if at.record is None])
    await _store_standing(session, [at for at in found if at.record is not None])
    await _store_vanished_orders(session, client, standings, [c for r in rows for c in r.creations])
    await session.flush()
    await _finish_closed_orders(session)
    await _store_results(session, rows)


async def _store_gone(session: AsyncSession, gone: Sequence[Standing]) -> None:
    """Accounts that are there no more, or never were ours."""
    slots = {at.address: at.slot for at in gone}
    for kind in BY_ADDRESS:
        for row in (await present(session, kind, [(address,) for address in slots])).values():
            if row.slot <= slots[row.address]:
                row.closed, row.slot = True, slots[row.address]
    for slot in set(slots.values()):
        of_slot = [address for address, at in slots.items() if at == slot]
        await session.execute(
            update(OrderRow).where(OrderRow.address.in_(of_slot), OrderRow.slot <= slot).values(closed=True)
        )


async def _store_standing(session: AsyncSession, found: Sequence[Standing]) -> None:
    """Accounts as they stand, unless something newer is known."""
    made = [(at, maker(at, at.record)) for at in found if (maker := MAKERS.get(type(at.record).__name__)) is not None]
    known: dict[type[Any], dict[Key, Any]] = {}
    for kind in {type(row) for _, row in made}:
        known[kind] = await present(session, kind, [key_of(row) for _, row in made if type(row) is kind])
    kept: list[AccountRow] = []
    for at, row in made:
        there = known[type(row)].get(key_of(row))
        if there is not None and there.slot > at.slot:
            continue
        if isinstance(row, EpochRow) and there is not None:
            row.cleared_at = there.cleared_at
        if isinstance(row, OrderRow):
            await _close_orders(session, at, row.sequence)
        kept.append(row)
    await upsert(session, kept)


async def standing_addresses(session: AsyncSession) -> list[str]:
    """Addresses at which something stands, as far as the tables know."""
    found: list[str] = []
    for kind in (*BY_ADDRESS, OrderRow):
        found += (await session.scalars(select(kind.address).where(~kind.closed))).all()
    return found


async def _close_orders(session: AsyncSession, at: Standing, but: int) -> None:
    """Orders that stood at an address and stand there no more."""
    gone = update(OrderRow).where(OrderRow.address == at.address, OrderRow.slot <= at.slot, OrderRow.sequence != but)
    await session.execute(gone.values(closed=True))


async def _store_vanished_orders(
    session: AsyncSession, client: Client, standings: Mapping[str, Standing], creations: Sequence[Creation]
) -> None:
    """Orders that were made and are gone already: they have the sequence numbers that nobody else has, in order."""
    await session.flush()
    vanished: list[Creation] = []
    for place, creation in enumerate(creations):
        if await session.scalar(select(OrderRow.sequence).where(OrderRow.made_in == creation.made_in)) is not None:
            continue
        last = all(other.address != creation.address for other in creations[place + 1 :])
        at = standings.get(creation.address)
        if last and at is not None and isinstance(at.record, Order):
            row = await session.get(OrderRow, (creation.address, at.record.sequence))
            if row is not None:
                row.made_in = creation.made_in
        else:
            vanished.append(creation)
    if not vanished:
        return
    market = standings.get(str(client.addresses.market))
    if market is None or market.record is None:
        return
    await session.flush()
    known = set((await session.scalars(select(OrderRow.sequence))).all())
    free = (number for number in range(market.record.next_order_id) if number not in known)
    for creation, sequence in zip(vanished, free, strict=False):
        epoch = next((r.record for r in standings.values() if r.address == creation.epoch and r.record), None)
        index = epoch.index if epoch is not None else await _epoch_of(session, creation)
        session.add(
            OrderRow(
                address=creation.address,
                sequence=sequence,
                order_id=creation.order_id,
                side=creation.side,
                owner=creation.owner,
                epoch=index,
                amount_wh=creation.amount,
                filled_wh=0,
                cancelled_wh=0,
                price_per_kwh=creation.price,
                locked=0,
                status="Active",
                created_at=creation.made_at,
                expires_at=0,
                certificate=creation.certificate,
                payer=creation.payer,
                made_in=creation.made_in,
                slot=market.slot,
                closed=True,
            )
        )


async def _epoch_of(session: AsyncSession, creation: Creation) -> int:
    """The epoch of an order, from its event, when somebody has closed both accounts."""
    name = "SellOrderCreated" if creation.side == "Sell" else "BuyOrderCreated"
    events = await session.scalars(
        select(ChainEvent).where(ChainEvent.name == name).order_by(ChainEvent.seq.desc()).limit(500)
    )
    return next((int(e.fields["epoch"]) for e in events if e.fields["order_id"] == str(creation.order_id)), 0)


async def _finish_closed_orders(session: AsyncSession) -> None:
    """A closed order traded the sum of its trades; its owner got the rest back."""
    rows = await session.scalars(select(OrderRow).where(OrderRow.closed, OrderRow.status.in_(OPEN)))
    for row in rows.all():
        of_order = or_(Trade.sell_sequence == row.sequence, Trade.buy_sequence == row.sequence)
        filled = await session.scalar(select(func.sum(Trade.amount_wh)).where(of_order))
        row.filled_wh = int(filled or 0)
        row.cancelled_wh = row.amount_wh - row.filled_wh
        row.locked = 0
        row.status = "Completed" if row.cancelled_wh == 0 else "Cancelled"


async def _store_trades(session: AsyncSession, standings: Mapping[str, Standing], rows: Sequence[Rows]) -> None:
    found: list[Trade] = []
    for one in rows:
        for match in one.matches:
            at = standings.get(match.record)
            record = at.record if at is not None and isinstance(at.record, TradeRecord) else None
            trade = _trade(one, match, record)
            if trade is not None:
                found.append(trade)
    await upsert(session, found)


def _trade(rows: Rows, match: Matched, record: TradeRecord | None) -> Trade | None:
    """From the record; from the event, when the record is closed; None when both are gone, which the proof tells."""
    if record is not None:
        certificate = record.erc_certificate
        return Trade(
            address=match.record,
            signature=rows.landed.signature,
            slot=rows.landed.slot,
            seller=str(record.seller),
            buyer=str(record.buyer),
            sell_order=match.sell_order,
            buy_order=match.buy_order,
            sell_sequence=record.sell_sequence,
            buy_sequence=record.buy_sequence,
            epoch=record.epoch,
            amount_wh=record.amount,
            price_per_kwh=record.price_per_kwh,
            total_value=record.total_value,
            fee_amount=record.fee_amount,
            executed_at=record.executed_at,
            certificate=None if certificate is None else str(certificate),
        )
    event = match.event
    if event is None:
        return None
    return Trade(
        address=match.record,
        signature=rows.landed.signature,
        slot=rows.landed.slot,
        seller=str(event["seller"]),
        buyer=str(event["buyer"]),
        sell_order=match.sell_order,
        buy_order=match.buy_order,
        sell_sequence=None,
        buy_sequence=None,
        epoch=event["epoch"],
        amount_wh=event["amount"],
        price_per_kwh=event["price"],
        total_value=event["total_value"],
        fee_amount=event["fee_amount"],
        executed_at=event["timestamp"],
        certificate=None if event["erc_certificate"] is None else str(event["erc_certificate"]),
    )


async def _store_results(session: AsyncSession, rows: Iterable[Rows]) -> None:
    """The results of cleared epochs, and their times: somebody may close the account of an epoch before the indexer
    reads it again."""
    for one in rows:
        for event in one.landed.events:
            if event.name == "EpochClosed":
                row = await session.get(EpochRow, event["epoch"])
                if row is not None:
                    row.closed = True
            if event.name != "MarketCleared":
                continue
            row = await session.get(EpochRow, event["epoch"])
            if row is None:
                continue
            row.cleared, row.cleared_at = True, event["timestamp"]
            for name in ("price", "volume", "marginal_ask", "marginal_bid", "supply", "demand"):
                setattr(row, name, event[name])
