"""Certificates: prosumers ask, the REC authority's wallet signs."""

from __future__ import annotations

import secrets
import time
from datetime import UTC, datetime
from typing import Annotated, Any

from pydantic import Field
from solders.pubkey import Pubkey
from sqlalchemy import select

from gridtokenx.market.actions import governance
from gridtokenx.market.read import fetch, require
from gridtokenx.market.records import MeterAccount, PoAConfig
from gridtokenx.services.api.identity import ActiveUser, RecOffice, Wallet
from gridtokenx.services.api.prepared import payer_for, prepare_for
from gridtokenx.services.api.problems import Problem
from gridtokenx.services.api.routes.router import new_router
from gridtokenx.services.api.state import State
from gridtokenx.services.api.values import Body, CertificateId, KeyText, MeterId, Positive
from gridtokenx.services.database.account_tables import CertificateRow
from gridtokenx.services.database.service_tables import ErcRequest

router = new_router("certificates")
MOST_OPEN = 20


class IssueBody(Body):
    """Document A's four fields; energy in Wh."""

    meter_id: MeterId
    energy_amount: Positive
    renewable_source: Annotated[str, Field(min_length=1, max_length=64)]
    validation_data: Annotated[str, Field(min_length=1, max_length=256)]


class ReasonBody(Body):
    """Why."""

    reason: Annotated[str, Field(min_length=1, max_length=128)]


class CertificateTransferBody(Body):
    """To whom."""

    new_owner: KeyText


class RetireBody(Body):
    """How much is used outside of the market, Wh, and for whom."""

    amount: Positive
    beneficiary: KeyText


@router.post("/api/governance/erc/issue", status_code=202)
async def ask(body: IssueBody, wallet: ActiveUser, state: State) -> dict[str, Any]:
    """Asks for a certificate. The REC authority decides."""
    meter = await fetch(state.client, MeterAccount, state.client.addresses.meter(body.meter_id))
    if meter is None or str(meter.owner) != wallet:
        raise Problem(403, "not your meter", f"{body.meter_id} is not yours on the chain")
    if body.renewable_source != str(meter.meter_type):
        raise Problem(422, "another source", f"{body.meter_id} is a {meter.meter_type} meter; write that")
    free = meter.total_generation - meter.claimed_erc_generation
    if body.energy_amount > free:
        raise Problem(422, "claimed already", f"{free} Wh of this meter's generation are not certified yet")
    now = int(time.time())
    async with state.database.write() as session:
        waiting = select(ErcRequest.id).where(ErcRequest.wallet == wallet, ErcRequest.state == "open")
        if len((await session.scalars(waiting)).all()) >= MOST_OPEN:
            raise Problem(429, "too many requests wait", "wait until the REC authority has decided")
        day = datetime.fromtimestamp(now, UTC).strftime("%Y-%m-%d")
        row = ErcRequest(
            id=secrets.token_urlsafe(12),
            wallet=wallet,
            meter_id=body.meter_id,
            energy_amount=body.energy_amount,
            renewable_source=body.renewable_source,
            validation_data=body.validation_data,
            certificate_id=f"ERC-{day}-{secrets.token_hex(4)}",
            created_at=now,
            state="open",
            reason=None,
        )
        session.add(row)
    return {"success": True, **_request_json(row)}


def _request_json(row: ErcRequest) -> dict[str, Any]:
    return {
        "request_id": row.id,
        "certificate_id": row.certificate_id,
        "wallet": row.wallet,
        "meter_id": row.meter_id,
        "energy_amount": str(row.energy_amount),
        "renewable_source": row.renewable_source,
        "validation_data": row.validation_data,
        "state": row.state,
        "reason": row.reason,
        "created_at": row.created_at,
    }


@router.get("/api/governance/erc/requests")
async def requests(wallet: Wallet, state: State) -> dict[str, Any]:
    """One's own requests; for the REC authority, everybody's open ones."""
    async with state.database.read() as session:
        query = select(ErcRequest).order_by(ErcRequest.created_at)
        if "rec" in await state.roles.of(wallet):
            query = query.where(ErcRequest.state == "open")
        else:
            query = query.where(ErcRequest.wallet == wallet)
        rows = (await session.scalars(query.limit(500))).all()
    return {"requests": [_request_json(row) for row in rows]}


@router.post("/api/governance/erc/requests/{request_id}/approve", status_code=202)
async def approve(request_id: str, wallet: RecOffice, state: State) -> dict[str, Any]:
    """Prepares the certificate for the REC authority's wallet, which pays for it."""
    async with state.database.read() as session:
        row = await session.get(ErcRequest, request_id)
    if row is None or row.state != "open":
        raise Problem(404, "there is no such open request", "it was decided, or never made")
    key = Pubkey.from_string(wallet)
    made = governance.issue_erc(
        state.client,
        key,
        certificate_id=row.certificate_id,
        meter_id=row.meter_id,
        owner=Pubkey.from_string(row.wallet),
        energy_amount=row.energy_amount,
        renewable_source=row.renewable_source,
        validation_data=row.validation_data,
    )
    answer = {"certificate_id": row.certificate_id, "request_id": row.id}
    return await prepare_for(state, wallet, "issue_erc", [made], key, answer)


@router.post("/api/governance/erc/requests/{request_id}/reject")
async def reject(request_id: str, body: ReasonBody, wallet: RecOffice, state: State) -> dict[str, Any]:
    """Declines a request, with the reason."""
    async with state.database.write() as session:
        row = await session.get(ErcRequest, request_id, with_for_update=True)
        if row is None or row.state != "open":
            raise Problem(404, "there is no such open request", "it was decided, or never made")
        row.state, row.reason = "rejected", body.reason
    return {"success": True, "rejected_by": wallet, **_request_json(row)}


@router.post("/api/certificates/{certificate_id}/validate", status_code=202)
async def validate(certificate_id: CertificateId, wallet: ActiveUser, state: State) -> dict[str, Any]:
    """Asks that a certificate may back offers: its owner signs, then the REC authority."""
    config = await require(state.client, PoAConfig, state.client.addresses.poa_config, "initialize governance")
    payer = payer_for(state, wallet, False)
    asked = governance.validate_erc_for_trading(
        state.client, Pubkey.from_string(wallet), config.authority, certificate_id
    )
    answer = {"certificate_id": certificate_id}
    approver = str(config.authority)
    return await prepare_for(state, wallet, "validate_erc", [asked], payer, answer, approver=approver)


@router.post("/api/certificates/{certificate_id}/revoke", status_code=202)
async def revoke(certificate_id: CertificateId, body: ReasonBody, wallet: RecOffice, state: State) -> dict[str, Any]:
    """Takes a certificate back for good."""
    key = Pubkey.from_string(wallet)
    gone = governance.revoke_erc(state.client, key, certificate_id, body.reason)
    return await prepare_for(state, wallet, "revoke_erc", [gone], key, {"certificate_id": certificate_id})


@router.post("/api/certificates/{certificate_id}/transfer", status_code=202)
async def transfer(
    certificate_id: CertificateId, body: CertificateTransferBody, wallet: Wallet, state: State
) -> dict[str, Any]:
    """Gives a certificate away."""
    payer = payer_for(state, wallet, False)
    given = governance.transfer_erc(
        state.client, Pubkey.from_string(wallet), certificate_id, Pubkey.from_string(body.new_owner)
    )
    return await prepare_for(state, wallet, "transfer_erc", [given], payer, {"certificate_id": certificate_id})


@router.post("/api/certificates/{certificate_id}/retire", status_code=202)
async def retire(certificate_id: CertificateId, body: RetireBody, wallet: Wallet, state: State) -> dict[str, Any]:
    """Uses certified energy outside of the market."""
    payer = payer_for(state, wallet, False)
    used = governance.retire_erc(
        state.client,
        Pubkey.from_string(wallet),
        certificate_id,
        amount=body.amount,
        beneficiary=Pubkey.from_string(body.beneficiary),
    )
    return await prepare_for(state, wallet, "retire_erc", [used], payer, {"certificate_id": certificate_id})


@router.get("/api/certificates")
async def certificates(wallet: Wallet, state: State) -> dict[str, Any]:
    """One's own certificates."""
    async with state.database.read() as session:
        query = select(CertificateRow).where(CertificateRow.owner == wallet, ~CertificateRow.closed)
        rows = (await session.scalars(query.order_by(CertificateRow.issued_at))).all()
    return {
        "certificates": [
            {
                "certificate_id": row.certificate_id,
                "meter_id": row.meter_id,
                "energy_amount": str(row.energy_amount),
                "reserved_amount": str(row.reserved_amount),
                "retired_amount": str(row.retired_amount),
                "renewable_source": row.renewable_source,
                "status": row.status,
                "validated_for_trading": row.validated_for_trading,
                "issued_at": row.issued_at,
                "expires_at": row.expires_at,
            }
            for row in rows
        ]
    }
