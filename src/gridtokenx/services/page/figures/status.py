"""How the services are: for everybody in short, for who runs them with all that waits for a person."""

from __future__ import annotations

import time
from typing import Any

from sqlalchemy import select

from gridtokenx.services.api.prepared import for_approval
from gridtokenx.services.api.routes.market import WITHOUT_CURVES
from gridtokenx.services.api.routes.operations import counts
from gridtokenx.services.api.state import ApiState
from gridtokenx.services.crank.funds import FUNDS
from gridtokenx.services.database.account_tables import EpochRow
from gridtokenx.services.database.chain_tables import Cursor, GovernanceLog
from gridtokenx.services.database.service_tables import DeadLetter, ErcRequest
from gridtokenx.services.indexer.run import SWEPT_AT

EPOCHS = 96


async def status_figures(state: ApiState) -> dict[str, Any]:
    """Epochs, lag and proof, readings by state and source, alerts."""
    async with state.database.read() as session:
        epochs = (
            await session.scalars(
                select(EpochRow).options(*WITHOUT_CURVES).order_by(EpochRow.index.desc()).limit(EPOCHS)
            )
        ).all()[::-1]
        states, sources = await counts(session)
        proof = await session.get(Cursor, "proof")
        begins = await session.get(Cursor, "history begins")
        swept = await session.get(Cursor, SWEPT_AT)
    return {
        "epochs": epochs,
        "now": await state.client.clock(),
        "states": list(states.items()),
        "sources": list(sources.items()),
        "proven": None if proof is None else int(time.time()) - proof.value,
        "begins": 0 if begins is None else begins.value,
        "swept": None if swept is None else int(time.time()) - swept.value,
        "alerts": await state.alerts.all(),
    }


async def operator_figures(state: ApiState, wallet: str) -> dict[str, Any]:
    """Work that waits for this operator: dead letters, requests, approvals; actions of authorities; balances of
    keys."""
    async with state.database.read() as session:
        letters = select(DeadLetter).where(DeadLetter.state == "open").order_by(DeadLetter.created_at).limit(50)
        acts = select(GovernanceLog).order_by(GovernanceLog.slot.desc()).limit(20)
        requests = select(ErcRequest).where(ErcRequest.state == "open")
        funds = await session.scalars(select(Cursor).where(Cursor.name.startswith(FUNDS)))
        told = {row.name.removeprefix(FUNDS): row.value for row in funds.all()}
        return {
            **await status_figures(state),
            "letters": (await session.scalars(letters)).all(),
            "acts": (await session.scalars(acts)).all(),
            "requests": (await session.scalars(requests)).all(),
            "approvals": await for_approval(state, wallet),
            "funds": [(name, told[name], told.get(f"{name} days")) for name in told if not name.endswith(" days")],
        }
