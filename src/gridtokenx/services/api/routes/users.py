"""Members and their meters: registering, in two steps."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import Depends
from fastapi.responses import JSONResponse
from pydantic import Field
from solders.pubkey import Pubkey
from sqlalchemy import select

from gridtokenx.market.actions import registry, tokens, trading
from gridtokenx.market.ami import Affiliation, MeterType, UserType
from gridtokenx.market.read import require
from gridtokenx.market.records import Market, Registry
from gridtokenx.services.api.identity import Requires, Wallet
from gridtokenx.services.api.prepared import payer_for, prepare_for
from gridtokenx.services.api.problems import Problem
from gridtokenx.services.api.routes.router import new_router
from gridtokenx.services.api.state import ApiState, State
from gridtokenx.services.api.values import Body, KeyText, Location, MeterId
from gridtokenx.services.database.account_tables import MeterRow
from gridtokenx.services.database.service_tables import Contact, Enrolment

router = new_router("users")
RegisteredUser = Annotated[str, Depends(Requires("user"))]


class RegisterBody(Body):
    """Document A's body; `pays_itself` refuses the sponsor."""

    user_type: UserType
    location: Location
    wallet_pubkey: KeyText
    affiliation: Affiliation = Affiliation.STUDENT
    pays_itself: bool = False


class MeterBody(Body):
    """A meter to register as one's own."""

    meter_id: MeterId
    meter_type: MeterType
    pays_itself: bool = False


class ContactBody(Body):
    """Where notices go."""

    mail: Annotated[str | None, Field(max_length=254, pattern=r"^[^@\s]+@[^@\s]+$")] = None
    webhook: Annotated[str | None, Field(max_length=500, pattern=r"^https?://")] = None


async def _approver(state: ApiState) -> str | None:
    """The authority that signs registrations too, while registration is not open."""
    found = await require(state.client, Registry, state.client.addresses.registry, "initialize the registry")
    return None if found.open_registration else str(found.authority)


@router.post("/api/users/register", status_code=202)
async def register(body: RegisterBody, wallet: Wallet, state: State) -> dict[str, Any]:
    """Joins the market: user, trading account and token accounts, in one transaction for the wallet to sign."""
    if body.wallet_pubkey != wallet:
        raise Problem(403, "not your wallet", f"you are signed in as {wallet}")
    key, client = Pubkey.from_string(wallet), state.client
    if await state.roles.member(wallet) is not None:
        raise Problem(409, "registered already", f"{wallet} is a user", user_account=str(client.addresses.user(key)))
    payer, approver = payer_for(state, wallet, body.pays_itself), await _approver(state)
    market = await require(client, Market, client.addresses.market, "initialize the market")
    instructions = [
        registry.register_user(
            client,
            key,
            user_type=body.user_type,
            location=body.location,
            affiliation=body.affiliation,
            registry_authority=None if approver is None else Pubkey.from_string(approver),
            payer=payer,
        ),
        trading.open_trading_account(client, key, payer=payer),
        tokens.create_associated_token_account(payer, key, market.energy_mint),
    ]
    if market.payment_mint != market.energy_mint:
        instructions.append(tokens.create_associated_token_account(payer, key, market.payment_mint))
    answer = {"user_account": str(client.addresses.user(key))}
    return await prepare_for(state, wallet, "register_user", instructions, payer, answer, approver=approver)


@router.post("/api/meters", status_code=202)
async def register_meter(body: MeterBody, wallet: RegisteredUser, state: State) -> dict[str, Any]:
    """Registers a meter that is enrolled to this wallet."""
    async with state.database.read() as session:
        enrolment = await session.get(Enrolment, body.meter_id)
    if enrolment is None or enrolment.wallet != wallet:
        raise Problem(403, "not your meter", f"{body.meter_id} is not enrolled to you; ask the registry authority")
    if enrolment.meter_type != body.meter_type:
        raise Problem(422, "another type of meter", f"{body.meter_id} is enrolled as {enrolment.meter_type}")
    payer, approver = payer_for(state, wallet, body.pays_itself), await _approver(state)
    instruction = registry.register_meter(
        state.client,
        Pubkey.from_string(wallet),
        meter_id=body.meter_id,
        meter_type=body.meter_type,
        registry_authority=None if approver is None else Pubkey.from_string(approver),
        payer=payer,
    )
    answer = {"meter_account": str(state.client.addresses.meter(body.meter_id))}
    return await prepare_for(state, wallet, "register_meter", [instruction], payer, answer, approver=approver)


@router.get("/api/meters")
async def meters(wallet: Wallet, state: State) -> dict[str, Any]:
    """One's own meters."""
    async with state.database.read() as session:
        query = select(MeterRow).where(MeterRow.owner == wallet, ~MeterRow.closed).order_by(MeterRow.meter_id)
        rows = (await session.scalars(query)).all()
        enrolled = await session.scalars(select(Enrolment).where(Enrolment.wallet == wallet))
        waiting = [
            {"meter_id": row.meter_id, "meter_type": row.meter_type}
            for row in enrolled
            if row.meter_id not in {one.meter_id for one in rows}
        ]
    return {"meters": [meter_json(row) for row in rows], "enrolled": waiting}


def meter_json(row: MeterRow) -> dict[str, Any]:
    """A meter as lists tell it; Wh."""
    return {
        "meter_id": row.meter_id,
        "owner": row.owner,
        "meter_type": row.meter_type,
        "status": row.status,
        "total_generation": str(row.total_generation),
        "total_consumption": str(row.total_consumption),
        "settled_net_generation": str(row.settled_net_generation),
        "claimed_erc_generation": str(row.claimed_erc_generation),
        "unsettled": str(row.unsettled),
        "last_reading_at": row.last_reading_at,
    }


@router.post("/api/contact")
async def contact(body: ContactBody, wallet: Wallet, state: State) -> JSONResponse:
    """Says where one's notices go; nothing: nowhere but the page."""
    async with state.database.write() as session:
        await session.merge(Contact(wallet=wallet, mail=body.mail, webhook=body.webhook))
    return JSONResponse({"success": True})
