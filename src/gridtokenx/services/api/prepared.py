"""Transactions that wait for signatures: prepared, compared, signed last by the sponsor, sent, and followed."""

from __future__ import annotations

import asyncio
import secrets
import time
from base64 import b64decode, b64encode
from binascii import Error as Base64Error
from collections.abc import Sequence
from typing import Any

import structlog
from solana.exceptions import SolanaRpcException
from solders.instruction import Instruction
from solders.pubkey import Pubkey
from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError

from gridtokenx.chain.connection.client import Receipt
from gridtokenx.chain.errors import ClusterError
from gridtokenx.chain.history.landed import Landed, landed
from gridtokenx.chain.interface.failures import TransactionExpired, TransactionFailed
from gridtokenx.chain.signing.cosign import cosign, decode, signature_of, submit_signed
from gridtokenx.chain.signing.prepare import Prepared, prepare, simulate
from gridtokenx.market.units import GRID_PER_WH
from gridtokenx.services.api.problems import Problem
from gridtokenx.services.api.state import ApiState
from gridtokenx.services.database.service_tables import ErcRequest, PreparedTx
from gridtokenx.services.indexer.jsonable import jsonable
from gridtokenx.services.keys.allowlist import NotAllowed
from gridtokenx.services.keys.sponsor import spent_by

MOST_OPEN = 50
"""Transactions that one wallet may have prepared and not yet sent, within a few minutes."""
OPEN_SECONDS = 180
OLD_SECONDS = 10
"""Seconds after which a transaction is followed here, too: its request may be gone."""

log = structlog.get_logger("prepared")


def payer_for(state: ApiState, wallet: str, pays_itself: bool) -> Pubkey:
    """The payer of fee and rent of a user's transaction."""
    if state.sponsor is None or pays_itself:
        return Pubkey.from_string(wallet)
    return state.sponsor.key


async def prepare_for(
    state: ApiState,
    wallet: str,
    kind: str,
    instructions: Sequence[Instruction],
    payer: Pubkey,
    answer: dict[str, Any] | None = None,
    *,
    approver: str | None = None,
) -> dict[str, Any]:
    """Prepares a transaction, simulates it, and keeps it by its hash; what the caller gets. `approver`: who else must
    sign, after the user. Raises TransactionFailed when the chain would refuse it."""
    batch = await state.client.budgeted(instructions)
    prepared = await prepare(state.client, batch, payer)
    sponsored = 0
    if state.sponsor is not None and payer == state.sponsor.key:
        state.sponsor.check(prepared.decoded)
        sponsored = await state.sponsor.most(prepared.decoded)
    seen = await simulate(state.client, prepared)
    if sponsored and seen.payer_loss > sponsored:
        raise NotAllowed(f"it would cost the sponsor {seen.payer_loss} lamports, {sponsored} at most are foreseen")
    now, row_id = int(time.time()), secrets.token_urlsafe(18)
    async with state.database.write() as session:
        waiting = PreparedTx.created_at > now - OPEN_SECONDS
        query = select(PreparedTx.id).where(PreparedTx.wallet == wallet, PreparedTx.state == "prepared", waiting)
        if len((await session.scalars(query)).all()) >= MOST_OPEN:
            raise Problem(429, "too many transactions wait", "sign those that you have, or wait three minutes")
        session.add(
            PreparedTx(
                id=row_id,
                wallet=wallet,
                kind=kind,
                message=prepared.message,
                message_hash=prepared.hash,
                last_valid_height=prepared.last_valid_height,
                sponsored=sponsored,
                approver=approver,
                answer=answer or {},
                created_at=now,
                state="prepared",
                partly_signed=None,
                signed=None,
                signature=None,
                slot=None,
                reason=None,
            )
        )
    return {
        "id": row_id,
        "transaction": prepared.base64,
        "message_hash": prepared.hash,
        "last_valid_block_height": prepared.last_valid_height,
        "signers": [str(key) for key in prepared.signers if not _is_ours(state, key)],
        "sponsored_lamports": str(sponsored),
        "state": "awaiting_approval" if approver is not None else "prepared",
        **(answer or {}),
    }


def _is_ours(state: ApiState, key: Pubkey) -> bool:
    return state.sponsor is not None and key == state.sponsor.key


async def find(state: ApiState, row_id: str, wallet: str) -> PreparedTx:
    """A transaction of the caller's, or one that he must approve. Raises Problem 404 for others' and unknown ones."""
    async with state.database.read() as session:
        row = await session.get(PreparedTx, row_id)
    if row is None or wallet not in (row.wallet, row.approver):
        raise Problem(404, "there is no such transaction", "you have prepared none under this id")
    return row


def raw_of(text: str) -> bytes:
    """A transaction's bytes from base64. Raises Problem."""
    try:
        return b64decode(text, validate=True)
    except (Base64Error, ValueError):
        raise Problem(422, "this is no base64", "send the signed transaction in base64") from None


async def submit(state: ApiState, row_id: str, wallet: str, text: str) -> tuple[int, dict[str, Any]]:
    """Takes a signed transaction back: compares it, signs last, writes it down, sends it, and follows it to its end."""
    row, raw = await find(state, row_id, wallet), raw_of(text)
    if row.state in ("confirmed", "failed", "expired"):
        return await outcome(state, row)
    prepared = Prepared(row.message, row.last_valid_height)
    if row.state != "submitted":
        if await _is_dead(state, prepared):
            await _finish(state, row_id, "expired", reason="the blockhash is dead")
            raise Problem(410, "too late", "its blockhash is dead; prepare the transaction again")
        waiting = await _await_approval(state, row, prepared, raw, wallet)
        if waiting is not None:
            return 202, waiting
        await _sign_last(state, row, prepared, raw)
        row = await find(state, row_id, wallet)
    return await follow(state, row)


async def _await_approval(
    state: ApiState, row: PreparedTx, prepared: Prepared, raw: bytes, wallet: str
) -> dict[str, Any] | None:
    """Keeps the user's signature until the approver's comes; None when nobody else is waited for."""
    if row.approver is None or wallet == row.approver:
        return None
    returned = decode(raw)
    if bytes(returned.message) != prepared.message:
        cosign(prepared, raw)
    place = prepared.signers.index(Pubkey.from_string(row.wallet))
    if not returned.signatures[place].verify(prepared.signers[place], prepared.message):
        raise Problem(422, "this cannot be sent", f"the signature of {row.wallet} is missing or false")
    async with state.database.write() as session:
        kept = await session.get(PreparedTx, row.id)
        if kept is not None and kept.state in ("prepared", "awaiting_approval"):
            kept.partly_signed, kept.state = raw, "awaiting_approval"
    return {"id": row.id, "state": "awaiting_approval", "approver": row.approver, **row.answer}


async def _is_dead(state: ApiState, prepared: Prepared) -> bool:
    return (await state.client.connection.get_block_height()).value > prepared.last_valid_height


async def _sign_last(state: ApiState, row: PreparedTx, prepared: Prepared, raw: bytes) -> None:
    """The sponsor's signature: after the comparison, and after its loss was written down."""
    sponsor = state.sponsor
    ours = [sponsor.keypair] if sponsor is not None and sponsor.key in prepared.signers else []
    signed = cosign(prepared, raw, ours)
    if sponsor is not None and ours:
        sponsor.check(prepared.decoded)
    async with state.database.write() as session:
        kept = await session.get(PreparedTx, row.id, with_for_update=True)
        assert kept is not None
        if kept.state not in ("prepared", "awaiting_approval"):
            return
        if sponsor is not None and ours:
            await sponsor.promise(session, row.id, row.wallet, row.sponsored)
        kept.signed, kept.signature, kept.state = signed, str(signature_of(signed)), "submitted"


async def follow(state: ApiState, row: PreparedTx) -> tuple[int, dict[str, Any]]:
    """Sends what is written down, as often as it takes, until it landed or never will."""
    assert row.signed is not None
    try:
        receipt: Receipt = await submit_signed(state.client, row.signed, row.last_valid_height)
    except TransactionFailed as failure:
        # Preflight's refusal has no signature: then nothing landed, and the blockhash may still live.
        await _finish(state, row.id, "failed", reason=str(failure), landed_at=str(failure.signature or ""))
        raise
    except TransactionExpired:
        await _finish(state, row.id, "expired", reason="it did not land before its blockhash died")
        raise
    await _finish(state, row.id, "confirmed", slot=receipt.slot, landed_at=str(receipt.signature))
    async with state.database.read() as session:
        done = await session.get(PreparedTx, row.id)
    assert done is not None
    return await outcome(state, done)


async def _finish(
    state: ApiState,
    row_id: str,
    new: str,
    *,
    reason: str | None = None,
    slot: int | None = None,
    landed_at: str = "",
) -> None:
    spent = 0
    if state.sponsor is not None and landed_at:
        spent = await spent_by(state.client, landed_at, state.sponsor.key)
    async with state.database.write() as session:
        row = await session.get(PreparedTx, row_id)
        if row is None or row.state in ("confirmed", "failed", "expired"):
            return
        row.state, row.reason, row.slot = new, reason, slot
        if new == "confirmed" and row.kind == "issue_erc":
            asked = await session.get(ErcRequest, row.answer["request_id"])
            if asked is not None:
                asked.state = "issued"
        if state.sponsor is not None and row.sponsored and row.signed is not None:
            await state.sponsor.settle(session, row_id, spent)


async def outcome(state: ApiState, row: PreparedTx) -> tuple[int, dict[str, Any]]:
    """The outcome of a transaction: HTTP status and body."""
    body: dict[str, Any] = {
        "id": row.id,
        "kind": row.kind,
        "state": row.state,
        "success": row.state == "confirmed",
        "signature": row.signature,
        "slot": row.slot,
        "reason": row.reason,
        **row.answer,
    }
    if row.state == "confirmed" and row.signature is not None:
        found = await landed(state.client, row.signature)
        if found is not None:
            body |= _result(found, row.wallet)
    return (200 if row.state in ("confirmed", "failed") else 410 if row.state == "expired" else 202), body


def _result(found: Landed, wallet: str) -> dict[str, Any]:
    """The facts about a transaction for its user."""
    events = [{"name": event.name, "fields": jsonable(event.fields)} for event in found.events]
    told: dict[str, Any] = {"events": events}
    for event in found.events:
        if event.name == "GridTokensMinted" and str(event["meter_owner"]) == wallet:
            told["minted_amount"] = str(event["amount"] // GRID_PER_WH)
    return told


async def keep_following(state: ApiState) -> None:
    """Follows all transactions that the database has as sent and that no request waits for: after a restart, and after
    the cluster was away. Runs until it is cancelled."""
    while True:
        try:
            await resume(state, int(time.time()) - OLD_SECONDS)
        except (ClusterError, SolanaRpcException, SQLAlchemyError, OSError) as error:
            log.warning("cannot follow", error=str(error))
        await asyncio.sleep(OLD_SECONDS)


async def resume(state: ApiState, before: int) -> int:
    """Follows what was sent and prepared before a time to its end; how many."""
    async with state.database.read() as session:
        query = select(PreparedTx).where(PreparedTx.state == "submitted", PreparedTx.created_at <= before)
        rows = (await session.scalars(query)).all()
    for row in rows:
        try:
            await follow(state, row)
        except (TransactionFailed, TransactionExpired):
            continue
    return len(rows)


async def for_approval(state: ApiState, wallet: str) -> list[dict[str, Any]]:
    """Transactions that wait for a wallet's approval, with the user's signature on them."""
    now = int(time.time())
    async with state.database.read() as session:
        query = select(PreparedTx).where(
            PreparedTx.approver == wallet,
            PreparedTx.state == "awaiting_approval",
            PreparedTx.created_at > now - OPEN_SECONDS,
        )
        rows = (await session.scalars(query.order_by(PreparedTx.created_at))).all()
    return [
        {
            "id": row.id,
            "kind": row.kind,
            "wallet": row.wallet,
            "transaction": b64encode(row.partly_signed or b"").decode(),
            "created_at": row.created_at,
            **row.answer,
        }
        for row in rows
    ]
