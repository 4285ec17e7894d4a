"""Confirmed transactions become final, or the indexer takes them back: the cluster may drop a block before it is
final."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, cast

from sqlalchemy import delete, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from gridtokenx.chain.history.landed import landed
from gridtokenx.services.database.chain_tables import (
    ChainEvent,
    GovernanceLog,
    GridMovement,
    ReadingRow,
    Trade,
    TxSeen,
)
from gridtokenx.services.database.service_tables import Ingest
from gridtokenx.services.indexer.sweep import Indexer

STATUSES = 256
SLOTS_OF_DOUBT = 32
"""Slots behind the final one, where a transaction must be final or lost."""
RETRACTED, NO_EVENT = "TransactionRetracted", -1
"""The event that takes a transaction's others back. It is no program's."""
ASKED = 3
"""How often a node must say that it does not know a transaction until it is taken back."""


@dataclass
class FinalityWatch:
    """Follows transactions until they are final."""

    indexer: Indexer
    doubts: dict[str, int] = field(default_factory=dict[str, int])

    async def step(self) -> tuple[int, int]:
        """How many became final, and how many were taken back."""
        client, database = self.indexer.client, self.indexer.database
        final = cast(int, await client.call("getSlot", {"commitment": "finalized"}))
        async with database.read() as session:
            query = select(TxSeen).where(TxSeen.state == "confirmed", TxSeen.slot <= final).order_by(TxSeen.slot)
            waiting = (await session.scalars(query.limit(STATUSES))).all()
        if not waiting:
            return 0, 0
        options = {"searchTransactionHistory": True}
        answer = await client.call("getSignatureStatuses", [row.signature for row in waiting], options)
        statuses = cast(list[dict[str, Any] | None], answer["value"])
        pairs = list(zip(waiting, statuses, strict=True))
        done = [row.signature for row, s in pairs if s is not None and s["confirmationStatus"] == "finalized"]
        lost = [row.signature for row, s in pairs if s is None and row.slot < final - SLOTS_OF_DOUBT]
        gone = [signature for signature in lost if await self._is_gone(signature)]
        async with database.write() as session:
            await self.indexer.lease.guard(session)
            await session.execute(update(TxSeen).where(TxSeen.signature.in_(done)).values(state="finalized"))
        if gone:
            await self._retract(gone)
        return len(done), len(gone)

    async def _is_gone(self, signature: str) -> bool:
        """Whether a transaction is lost for good: nodes forget statuses, and are asked several times."""
        if await landed(self.indexer.client, signature) is not None:
            self.doubts.pop(signature, None)
            return False
        self.doubts[signature] = self.doubts.get(signature, 0) + 1
        return self.doubts[signature] >= ASKED

    async def _tell(self, session: AsyncSession, signatures: Sequence[str]) -> None:
        """An event for who heard of these transactions."""
        seq = await session.scalar(select(func.max(ChainEvent.seq))) or 0
        for number, signature in enumerate(signatures, start=1):
            seen = await session.get(TxSeen, signature)
            session.add(
                ChainEvent(
                    seq=seq + number,
                    signature=signature,
                    ordinal=NO_EVENT,
                    slot=0 if seen is None else seen.slot,
                    block_time=None,
                    program="",
                    name=RETRACTED,
                    fields={"signature": signature},
                    retracted=False,
                )
            )

    async def _retract(self, signatures: Sequence[str]) -> None:
        """Takes back what lost transactions brought; accounts are read anew, and readings queued again."""
        async with self.indexer.database.write() as session:
            await self.indexer.lease.guard(session)
            for table in (ReadingRow, GridMovement, GovernanceLog, Trade):
                await session.execute(delete(table).where(table.signature.in_(signatures)))
            await session.execute(update(ChainEvent).where(ChainEvent.signature.in_(signatures)).values(retracted=True))
            await session.execute(update(TxSeen).where(TxSeen.signature.in_(signatures)).values(state="retracted"))
            await self._tell(session, signatures)
            await session.execute(
                update(Ingest).where(Ingest.signature.in_(signatures)).values(state="queued", signature=None)
            )
        for signature in signatures:
            self.doubts.pop(signature, None)
        await self.indexer.resync()
