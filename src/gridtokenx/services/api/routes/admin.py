"""Actions of authorities, signed by their own wallets; and enrolment, keys and dead letters, which no chain has."""

from __future__ import annotations

import secrets
import time
from dataclasses import replace
from enum import StrEnum
from typing import Annotated, Any

from fastapi import Depends, Path
from pydantic import Field
from solders.pubkey import Pubkey
from sqlalchemy import select, update

from gridtokenx.market.actions import governance, oracle, registry
from gridtokenx.market.actions import market as market_actions
from gridtokenx.market.ami import MeterType
from gridtokenx.market.read import require
from gridtokenx.market.records import Market, MeterStatus, OracleData, UserStatus
from gridtokenx.services.api.identity import RecOffice, Requires
from gridtokenx.services.api.prepared import prepare_for
from gridtokenx.services.api.problems import Problem
from gridtokenx.services.api.routes.readings import key_hash
from gridtokenx.services.api.routes.router import new_router
from gridtokenx.services.api.state import State
from gridtokenx.services.api.values import Body, KeyText, MeterId, Positive
from gridtokenx.services.database.chain_tables import GovernanceLog
from gridtokenx.services.database.service_tables import DeadLetter, Enrolment, Ingest, MeterKey

router = new_router("admin")
Engineering = Annotated[str, Depends(Requires("engineering"))]
Registrar = Annotated[str, Depends(Requires("registry"))]
OracleOffice = Annotated[str, Depends(Requires("oracle"))]
TradingOffice = Annotated[str, Depends(Requires("trading"))]
Operator = Annotated[str, Depends(Requires("operator"))]
MOST = 500


class PauseBody(Body):
    """Why; everybody can read it."""

    reason: Annotated[str, Field(min_length=1, max_length=42)]


class SwitchBody(Body):
    """On or off."""

    enabled: bool


class GatewayBody(Body):
    """The new gateway's key."""

    new_gateway: KeyText


class MarketBody(Body):
    """Rules for epochs to come; omitted values stay."""

    fee_bps: Annotated[int | None, Field(ge=0, le=1_000)] = None
    clearing_enabled: bool | None = None
    min_order_wh: Positive | None = None
    require_erc: bool | None = None


class GovernedProgram(StrEnum):
    """Whose authority governance can replace."""

    REGISTRY = "registry"
    ENERGY_TOKEN = "energy_token"
    ORACLE = "oracle"
    TRADING = "trading"


class AuthorityBody(Body):
    """Which program goes to whom."""

    program: GovernedProgram
    new_authority: KeyText


class UserStatusBody(Body):
    """A user's new status."""

    wallet: KeyText
    status: UserStatus


class MeterStatusBody(Body):
    """A meter's new status."""

    meter_id: MeterId
    status: MeterStatus


class EnrolBody(Body):
    """Which wallet may register a meter."""

    meter_id: MeterId
    wallet: KeyText
    meter_type: MeterType


class KeyBody(Body):
    """A meter's key: an Ed25519 public key, or nothing for an API key, which is shown once."""

    meter_id: MeterId
    public_key: KeyText | None = None


class RevokeBody(Body):
    """A meter whose keys are to work no longer."""

    meter_id: MeterId


@router.post("/api/admin/pause", status_code=202)
async def pause(body: PauseBody, wallet: RecOffice, state: State) -> dict[str, Any]:
    """Stops the whole system; users can still take their money home."""
    key = Pubkey.from_string(wallet)
    stop = governance.emergency_pause(state.client, key, body.reason)
    return await prepare_for(state, wallet, "emergency_pause", [stop], key)


@router.post("/api/admin/unpause", status_code=202)
async def unpause(wallet: RecOffice, state: State) -> dict[str, Any]:
    """Lets the system go on."""
    key = Pubkey.from_string(wallet)
    return await prepare_for(state, wallet, "emergency_unpause", [governance.emergency_unpause(state.client, key)], key)


@router.post("/api/admin/maintenance", status_code=202)
async def maintenance(body: SwitchBody, wallet: Engineering, state: State) -> dict[str, Any]:
    """Puts the system into maintenance, or takes it out."""
    key = Pubkey.from_string(wallet)
    switch = governance.set_maintenance_mode(state.client, key, body.enabled)
    return await prepare_for(state, wallet, "set_maintenance_mode", [switch], key)


@router.post("/api/admin/oracle/status", status_code=202)
async def oracle_status(body: SwitchBody, wallet: OracleOffice, state: State) -> dict[str, Any]:
    """Switches the oracle on or off."""
    key = Pubkey.from_string(wallet)
    switch = oracle.update_oracle_status(state.client, key, body.enabled)
    return await prepare_for(state, wallet, "update_oracle_status", [switch], key)


@router.post("/api/admin/oracle/gateway", status_code=202)
async def gateway(body: GatewayBody, wallet: OracleOffice, state: State) -> dict[str, Any]:
    """Replaces the gateway's key."""
    key = Pubkey.from_string(wallet)
    change = oracle.update_api_gateway(state.client, key, Pubkey.from_string(body.new_gateway))
    return await prepare_for(state, wallet, "update_api_gateway", [change], key)


@router.post("/api/admin/market", status_code=202)
async def market(body: MarketBody, wallet: TradingOffice, state: State) -> dict[str, Any]:
    """Changes rules of epochs to come."""
    client, key = state.client, Pubkey.from_string(wallet)
    found = await require(client, Market, client.addresses.market, "initialize the market")
    instructions = [
        market_actions.update_market_params(
            client,
            key,
            market_fee_bps=found.market_fee_bps if body.fee_bps is None else body.fee_bps,
            clearing_enabled=found.clearing_enabled if body.clearing_enabled is None else body.clearing_enabled,
        )
    ]
    config = market_actions.config_of(found)
    if body.min_order_wh is not None:
        config = replace(config, min_order_wh=body.min_order_wh)
    if body.require_erc is not None:
        config = replace(config, require_erc=body.require_erc)
    if config != market_actions.config_of(found):
        instructions.append(market_actions.update_market_config(client, key, config))
    return await prepare_for(state, wallet, "update_market", instructions, key)


@router.post("/api/admin/authorities", status_code=202)
async def authorities(body: AuthorityBody, wallet: Engineering, state: State) -> dict[str, Any]:
    """Gives a program to another authority."""
    key = Pubkey.from_string(wallet)
    change = governance.manage_authority(state.client, key, body.program, Pubkey.from_string(body.new_authority))
    return await prepare_for(state, wallet, "manage_authorities", [change], key)


@router.post("/api/admin/users/status", status_code=202)
async def user_status(body: UserStatusBody, wallet: Registrar, state: State) -> dict[str, Any]:
    """Activates, suspends or deactivates a user."""
    key = Pubkey.from_string(wallet)
    change = registry.update_user_status(state.client, key, Pubkey.from_string(body.wallet), body.status)
    return await prepare_for(state, wallet, "update_user_status", [change], key)


@router.post("/api/admin/meters/status", status_code=202)
async def meter_status(body: MeterStatusBody, wallet: Registrar, state: State) -> dict[str, Any]:
    """Switches a meter."""
    key = Pubkey.from_string(wallet)
    change = registry.update_meter_status(state.client, key, body.meter_id, body.status)
    return await prepare_for(state, wallet, "update_meter_status", [change], key)


@router.post("/api/admin/meters/enrol")
async def enrol(body: EnrolBody, wallet: Registrar, state: State) -> dict[str, Any]:
    """Says whose a meter is, so that its owner can register it."""
    async with state.database.write() as session:
        row = Enrolment(
            meter_id=body.meter_id, wallet=body.wallet, meter_type=str(body.meter_type), created_at=int(time.time())
        )
        await session.merge(row)
    return {"success": True, "enrolled_by": wallet}


@router.post("/api/admin/meters/keys")
async def give_key(body: KeyBody, wallet: Registrar, state: State) -> dict[str, Any]:
    """Gives a meter a key. An API key is shown this once: only its keyed hash is kept."""
    api_key = None if body.public_key is not None else secrets.token_urlsafe(32)
    if api_key is None:
        kind, value = "ed25519", str(body.public_key)
    else:
        kind, value = "api_key", key_hash(state.settings.secret.get_secret_value(), api_key)
    async with state.database.write() as session:
        if (await session.scalars(select(MeterKey).where(MeterKey.value == value))).first() is not None:
            raise Problem(409, "a key in use", "this public key is a meter's already")
        row = MeterKey(
            id=secrets.token_urlsafe(9),
            meter_id=body.meter_id,
            kind=kind,
            value=value,
            counter=0,
            created_at=int(time.time()),
            revoked_at=None,
        )
        session.add(row)
    return {"success": True, "key_id": row.id, "api_key": api_key, "given_by": wallet}


@router.post("/api/admin/meters/keys/revoke")
async def revoke_keys(body: RevokeBody, wallet: Registrar, state: State) -> dict[str, Any]:
    """Makes all of a meter's keys useless."""
    async with state.database.write() as session:
        await session.execute(
            update(MeterKey)
            .where(MeterKey.meter_id == body.meter_id, MeterKey.revoked_at.is_(None))
            .values(revoked_at=int(time.time()))
        )
    return {"success": True, "revoked_by": wallet}


@router.get("/api/admin/log")
async def log(_: Operator, state: State) -> dict[str, Any]:
    """Actions of authorities on the chain, the newest first."""
    async with state.database.read() as session:
        rows = await session.scalars(select(GovernanceLog).order_by(GovernanceLog.slot.desc()).limit(MOST))
        return {
            "acts": [
                {
                    "signature": row.signature,
                    "slot": row.slot,
                    "block_time": row.block_time,
                    "program": row.program,
                    "instruction": row.instruction,
                    "authority": row.authority,
                    "arguments": row.arguments,
                }
                for row in rows
            ]
        }


@router.get("/api/admin/oracle")
async def oracle_state(_: Operator, state: State) -> dict[str, Any]:
    """The oracle's settings."""
    found = await require(state.client, OracleData, state.client.addresses.oracle_data, "initialize the oracle")
    return {
        "api_gateway": str(found.api_gateway),
        "active": found.active,
        "total_readings": str(found.total_readings),
        "max_reading_wh": str(found.max_reading_wh),
        "market_clearing_interval": found.market_clearing_interval,
    }


@router.get("/api/deadletters")
async def dead_letters(_: Operator, state: State) -> dict[str, Any]:
    """Messages and readings that wait for a person, the oldest first."""
    async with state.database.read() as session:
        query = select(DeadLetter).where(DeadLetter.state == "open").order_by(DeadLetter.created_at).limit(MOST)
        rows = (await session.scalars(query)).all()
    return {
        "dead_letters": [
            {
                "id": row.id,
                "source": row.source,
                "content": row.content,
                "reason": row.reason,
                "created_at": row.created_at,
            }
            for row in rows
        ]
    }


@router.post("/api/alerts/{name}/discard")
async def discard_alert(name: Annotated[str, Path(max_length=300)], _: Operator, state: State) -> dict[str, Any]:
    """Leaves an alert that was seen to. It comes again when its cause is still there."""
    if name not in {alert.name for alert in await state.alerts.all()}:
        raise Problem(404, "there is no such alert", "GET /api/status names those that last")
    await state.alerts.clear(name)
    return {"success": True, "name": name}


async def _decide(state: State, letter_id: str, decision: str, reading: str) -> dict[str, Any]:
    async with state.database.write() as session:
        row = await session.get(DeadLetter, letter_id, with_for_update=True)
        if row is None or row.state != "open":
            raise Problem(404, "there is no such open letter", "it was decided, or never was")
        if decision == "retried" and row.ingest_id is None:
            raise Problem(409, "nothing to try again", "send the corrected reading anew, and discard this one")
        row.state = decision
        if row.ingest_id is not None:
            await session.execute(
                update(Ingest)
                .where(Ingest.id == row.ingest_id, Ingest.state.in_(("quarantined", "refused", "late", "dead")))
                .values(state=reading, attempts=0, signature=None, reason=None if reading == "queued" else row.reason)
            )
    return {"success": True, "id": letter_id, "state": decision}


@router.post("/api/deadletters/{letter_id}/retry")
async def retry(letter_id: str, _: Operator, state: State) -> dict[str, Any]:
    """Sends a reading that waited to the chain; its meter's limits hold there, whatever a person says."""
    return await _decide(state, letter_id, "retried", "queued")


@router.post("/api/deadletters/{letter_id}/discard")
async def discard(letter_id: str, _: Operator, state: State) -> dict[str, Any]:
    """Leaves it for good."""
    return await _decide(state, letter_id, "discarded", "dead")
