"""Orders: offering and bidding in a quarter-hour, taking back, closing."""

from __future__ import annotations

import secrets
from enum import StrEnum
from typing import Annotated, Any

from fastapi import Path
from solders.pubkey import Pubkey
from sqlalchemy import select

from gridtokenx.market.actions import trading
from gridtokenx.market.read import fetch, require
from gridtokenx.market.records import Epoch, Market, Order
from gridtokenx.market.units import U64_MAX
from gridtokenx.services.api.identity import ActiveUser, Wallet
from gridtokenx.services.api.prepared import payer_for, prepare_for
from gridtokenx.services.api.problems import Problem
from gridtokenx.services.api.routes.router import new_router
from gridtokenx.services.api.state import ApiState, State
from gridtokenx.services.api.values import Body, CertificateId, Positive, Time
from gridtokenx.services.database.account_tables import OrderRow

router = new_router("orders")
OrderId = Annotated[str, Path(pattern=r"^[0-9]{1,20}$")]
MOST = 500


class Side(StrEnum):
    """Which side of the book."""

    SELL = "sell"
    BUY = "buy"


class OrderBody(Body):
    """An order: Wh, at a limit in base units of the payment mint per kWh, in an epoch (default: the present one)."""

    side: Side
    energy_wh: Positive
    price_per_kwh: Positive
    epoch: Time | None = None
    certificate_id: CertificateId | None = None
    pays_itself: bool = False


@router.post("/api/orders", status_code=202)
async def create(body: OrderBody, wallet: ActiveUser, state: State) -> dict[str, Any]:
    """Places an order; its energy or its money is locked."""
    client, key = state.client, Pubkey.from_string(wallet)
    market = await require(client, Market, client.addresses.market, "initialize the market")
    present = await client.clock() // market.epoch_length
    epoch = present if body.epoch is None else body.epoch
    if await fetch(client, Epoch, client.addresses.epoch(epoch)) is None:
        raise Problem(409, "the epoch is not open", f"epoch {epoch} takes no orders; the present one is {present}")
    if body.side is Side.BUY and body.certificate_id is not None:
        raise Problem(422, "a bid has no certificate", "leave certificate_id out; trades name the seller's")
    payer, order_id = payer_for(state, wallet, body.pays_itself), secrets.randbits(63)
    if body.side is Side.SELL:
        certificate = None if body.certificate_id is None else client.addresses.certificate(body.certificate_id)
        made = trading.create_sell_order(
            client,
            key,
            market,
            epoch=epoch,
            order_id=order_id,
            energy_amount=body.energy_wh,
            price_per_kwh=body.price_per_kwh,
            certificate=certificate,
            payer=payer,
        )
    else:
        made = trading.create_buy_order(
            client,
            key,
            market,
            epoch=epoch,
            order_id=order_id,
            energy_amount=body.energy_wh,
            max_price_per_kwh=body.price_per_kwh,
            payer=payer,
        )
    answer = {"order_id": str(order_id), "order": str(client.addresses.order(order_id)), "epoch": epoch}
    return await prepare_for(state, wallet, f"create_{body.side}_order", [made], payer, answer)


async def _own(state: ApiState, order_id: str, wallet: str) -> Order:
    number = int(order_id)
    found = None
    if number <= U64_MAX:
        found = await fetch(state.client, Order, state.client.addresses.order(number))
    if found is None or str(found.owner) != wallet:
        raise Problem(404, "there is no such order", "you have none under this id on the chain")
    return found


@router.delete("/api/orders/{order_id}", status_code=202)
async def cancel(order_id: OrderId, wallet: Wallet, state: State) -> dict[str, Any]:
    """Takes an order back, as far as it can be; possible during a pause."""
    order, client = await _own(state, order_id, wallet), state.client
    market = await require(client, Market, client.addresses.market, "initialize the market")
    there = await fetch(client, Epoch, client.addresses.epoch(order.epoch)) is not None
    back = trading.cancel_order(client, market, order, epoch_exists=there)
    return await prepare_for(state, wallet, "cancel_order", [back], payer_for(state, wallet, False))


@router.post("/api/orders/{order_id}/close", status_code=202)
async def close(order_id: OrderId, wallet: Wallet, state: State) -> dict[str, Any]:
    """Deletes a finished order; the rent goes back to who paid it."""
    order = await _own(state, order_id, wallet)
    gone = trading.close_order(state.client, order)
    return await prepare_for(state, wallet, "close_order", [gone], payer_for(state, wallet, False))


@router.get("/api/orders")
async def orders(wallet: Wallet, state: State) -> dict[str, Any]:
    """One's own orders, the newest first."""
    async with state.database.read() as session:
        query = select(OrderRow).where(OrderRow.owner == wallet).order_by(OrderRow.sequence.desc()).limit(MOST)
        rows = (await session.scalars(query)).all()
    return {"orders": [order_json(row) for row in rows]}


def order_json(row: OrderRow) -> dict[str, Any]:
    """An order as lists tell it."""
    return {
        "order_id": str(row.order_id),
        "sequence": str(row.sequence),
        "address": row.address,
        "side": row.side.lower(),
        "epoch": row.epoch,
        "energy_wh": str(row.amount_wh),
        "filled_wh": str(row.filled_wh),
        "cancelled_wh": str(row.cancelled_wh),
        "price_per_kwh": str(row.price_per_kwh),
        "locked": str(row.locked),
        "status": row.status,
        "created_at": row.created_at,
        "certificate": row.certificate,
        "closed": row.closed,
    }
