"""The second step of everything: what the wallet signed comes back."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import Response
from pydantic import Field

from gridtokenx.services.api.identity import Wallet
from gridtokenx.services.api.prepared import find, for_approval, outcome, submit
from gridtokenx.services.api.routes.router import new_router
from gridtokenx.services.api.state import State
from gridtokenx.services.api.values import Body

router = new_router("transactions")


class SignedBody(Body):
    """The transaction with the wallet's signature, base64."""

    transaction: Annotated[str, Field(min_length=1, max_length=2_000)]


@router.post("/api/tx/{row_id}/signed")
async def signed(row_id: str, body: SignedBody, wallet: Wallet, state: State, response: Response) -> dict[str, Any]:
    """Compares it with what was prepared (409 when it differs), signs last, sends it, and tells how it ended (410: the
    blockhash is dead)."""
    response.status_code, told = await submit(state, row_id, wallet, body.transaction)
    return told


@router.get("/api/tx/{row_id}")
async def transaction(row_id: str, wallet: Wallet, state: State) -> dict[str, Any]:
    """How a transaction stands."""
    return (await outcome(state, await find(state, row_id, wallet)))[1]


@router.get("/api/approvals")
async def approvals(wallet: Wallet, state: State) -> dict[str, Any]:
    """Transactions that wait for the caller's signature, beside a user's."""
    return {"waiting": await for_approval(state, wallet)}
