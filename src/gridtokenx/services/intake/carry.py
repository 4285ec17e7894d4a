"""Carries readings to the chain, each exactly once: the signature is written down before the transaction is sent."""

from __future__ import annotations

import secrets
import time
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, cast

import structlog
from solana.rpc.commitment import Confirmed
from solders.instruction import Instruction
from solders.keypair import Keypair
from solders.transaction import Transaction
from sqlalchemy import bindparam, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from gridtokenx.chain.connection.client import Client
from gridtokenx.chain.errors import GridTokenXError
from gridtokenx.chain.flight import in_flight
from gridtokenx.chain.history.landed import landed
from gridtokenx.chain.interface.failures import TransactionExpired, TransactionFailed
from gridtokenx.chain.signing.cosign import sign
from gridtokenx.chain.signing.prepare import build
from gridtokenx.market.actions import oracle
from gridtokenx.market.ami import INTERVAL_SECONDS, Reading
from gridtokenx.market.gateway import BUDGET_INSTRUCTIONS, STOPS, fitting_runs, reading_instruction
from gridtokenx.market.read import fetch_many
from gridtokenx.market.records import MeterAccount
from gridtokenx.market.settling import lacks_funds
from gridtokenx.services.alerts import Alerts
from gridtokenx.services.database.account_tables import MeterRow
from gridtokenx.services.database.chain_tables import ReadingRow
from gridtokenx.services.database.engine import Database
from gridtokenx.services.database.lease import Lease
from gridtokenx.services.database.service_tables import DeadLetter, Ingest

BATCHES_AT_ONCE = 32
BATCHES_TOGETHER = 128
"""Transactions that are written down together before the first of them is sent."""
QUEUED_AT_ONCE = 2_000
ATTEMPTS = 5
STATUSES = 256

log = structlog.get_logger("carry")


@dataclass
class Carry:
    """Takes queued readings to the chain; only the holder of the lease writes."""

    client: Client
    database: Database
    lease: Lease
    gateway: Keypair
    gap_patience: float = 1_800.0
    mints: bool = False
    told: Callable[[str], None] = lambda _: None
    """Hears of each step as it is done; tests end the process there."""
    alerts: Alerts = field(init=False)

    def __post_init__(self) -> None:
        self.alerts = Alerts(self.database)

    async def step(self) -> int:
        """Carries what can be carried now; how many readings landed. Raises ClusterError when the node is away: what
        was under way is looked for in the next step."""
        await self.recover()
        runs = await self._due()
        by_key = {(row.meter_id, row.interval_end): row for run in runs for row in run}
        readings = [[_reading(row) for row in run] for run in runs]
        owners = await self._owners([run[0].meter_id for run in readings])

        built: dict[tuple[str, int], Instruction] = {}

        def instruction(reading: Reading) -> Instruction:
            key = (reading.meter_id, reading.timestamp)
            if key not in built:
                built[key] = self._instruction(reading, owners.get(reading.meter_id))
            return built[key]

        batches = fitting_runs(self.client, self.gateway.pubkey(), readings, instruction)
        landed = 0
        for start in range(0, len(batches), BATCHES_TOGETHER):
            part = batches[start : start + BATCHES_TOGETHER]
            landed += await self._carry([[by_key[r.meter_id, r.timestamp] for r in batch] for batch in part], built)
        return landed

    def _instruction(self, reading: Reading, owner: MeterAccount | None) -> Instruction:
        if not self.mints or owner is None:
            return reading_instruction(self.client, self.gateway, reading)
        return oracle.process_energy_data(
            self.client,
            self.gateway.pubkey(),
            meter_id=reading.meter_id,
            owner=owner.owner,
            produced=reading.generated_wh,
            consumed=reading.consumed_wh,
            timestamp=reading.timestamp,
        )

    async def _owners(self, ids: Sequence[str]) -> dict[str, MeterAccount]:
        if not self.mints:
            return {}
        found = await fetch_many(self.client, MeterAccount, [self.client.addresses.meter(one) for one in ids])
        return {one: meter for one, meter in zip(ids, found, strict=True) if meter is not None}

    # --- what is due ----------------------------------------------------------------------------------------------

    async def _due(self) -> list[list[Ingest]]:
        """Of each meter, the oldest queued readings that follow each other without a gap, unless one before them is
        waited for; what is late is put aside."""
        async with self.database.read() as session:
            query = select(Ingest).where(Ingest.state == "queued")
            queued = (await session.scalars(query.order_by(Ingest.interval_end).limit(QUEUED_AT_ONCE))).all()
        lanes: dict[str, list[Ingest]] = defaultdict(list)
        for row in queued:
            lanes[row.meter_id].append(row)
        ids = list(lanes)
        found = await fetch_many(self.client, MeterAccount, [self.client.addresses.meter(one) for one in ids])
        due: list[list[Ingest]] = []
        gaps: list[str] = []
        for meter_id, meter in zip(ids, found, strict=True):
            rows = await self._newer(lanes[meter_id], meter)
            if not rows:
                continue
            if meter is not None and self._has_gap(rows[0], meter):
                if time.time() - rows[0].received_at < self.gap_patience:
                    continue
                gaps.append(meter_id)
            due.append(_without_gaps(rows))
        await self._tell_gaps(gaps)
        return due

    async def _tell_gaps(self, gaps: Sequence[str]) -> None:
        if gaps:
            words = f"quarter-hours before the last reading never came from {', '.join(gaps[:20])}"
            await self.alerts.tell("gaps", words, "ask the meters' operator; what comes later is refused by the chain")

    def _has_gap(self, row: Ingest, meter: MeterAccount) -> bool:
        return meter.last_reading_at > 0 and row.interval_end - meter.last_reading_at > INTERVAL_SECONDS

    async def _newer(self, lane: Sequence[Ingest], meter: MeterAccount | None) -> Sequence[Ingest]:
        """The readings from the first on that is newer than the meter's last."""
        for place, row in enumerate(lane):
            if meter is None or row.interval_end > meter.last_reading_at:
                return lane[place:]
            await self._settle_known(row, meter)
        return []

    async def _settle_known(self, row: Ingest, meter: MeterAccount) -> None:
        """A reading that is not newer than the meter's last: it is on the chain already, or it came too late. Which of
        both only the indexer can tell, when it is where the chain is."""
        async with self.database.write() as session:
            await self.lease.guard(session)
            indexed = await session.scalar(
                select(func.max(MeterRow.last_reading_at)).where(MeterRow.meter_id == row.meter_id)
            )
            if (indexed or 0) < meter.last_reading_at:
                return
            kept = await session.get(Ingest, row.id)
            there = await session.get(ReadingRow, (row.meter_id, row.interval_end))
            if kept is None or kept.state != "queued":
                return
            if there is not None and (there.generated_wh, there.consumed_wh) == (row.generated_wh, row.consumed_wh):
                kept.state, kept.signature, kept.slot = "confirmed", there.signature, there.slot
                return
            if there is not None:
                words = f"the chain has {there.generated_wh} and {there.consumed_wh} Wh for this quarter-hour already"
                await _refuse(session, kept, "refused", words)
                return
            await _refuse(session, kept, "late", "the chain has a later reading of this meter; it takes no earlier one")

    # --- batches --------------------------------------------------------------------------------------------------

    async def _carry(self, batches: Sequence[Sequence[Ingest]], built: Mapping[tuple[str, int], Instruction]) -> int:
        """Writes all of them down, sends them, and writes down those that landed; how many readings."""
        latest = (await self.client.connection.get_latest_blockhash(Confirmed)).value
        signed: dict[str, tuple[Transaction, Sequence[Ingest]]] = {}
        for rows in batches:
            batch = await self.client.budgeted([built[row.meter_id, row.interval_end] for row in rows])
            if self.client.guard is not None:
                self.client.guard(batch, [self.gateway.pubkey()])
            made = build(batch, self.gateway.pubkey(), latest.blockhash, latest.last_valid_block_height)
            transaction = sign(made, [self.gateway])
            signed[str(transaction.signatures[0])] = (transaction, rows)
        await self._write_down({name: rows for name, (_, rows) in signed.items()}, latest.last_valid_block_height)
        self.told("written")

        async def send(signature: str) -> tuple[str, int | None] | None:
            transaction, rows = signed[signature]
            height = latest.last_valid_block_height
            try:
                receipt = await self.client.send_signed(bytes(transaction), transaction.signatures[0], height)
            except TransactionFailed as failure:
                await self._failed(signature, rows, failure)
            except TransactionExpired:
                await self._again(signature)
            else:
                return signature, receipt.slot
            return None

        there = [one for one in await in_flight(send, signed, BATCHES_AT_ONCE) if one is not None]
        self.told("landed")
        await self._landed(there)
        return sum(len(signed[signature][1]) for signature, _ in there)

    async def _write_down(self, batches: Mapping[str, Sequence[Ingest]], height: int) -> None:
        """The signatures, before anything is sent."""
        table = Ingest.__table__.c
        written = (
            update(Ingest)
            .where(table.id == bindparam("row"), table.state == "queued")
            .values(
                state="submitted",
                signature=bindparam("sent_as"),
                last_valid_height=height,
                attempts=table.attempts + 1,
            )
        )
        async with self.database.write() as session:
            await self.lease.guard(session)
            connection = await session.connection()
            told = [{"row": row.id, "sent_as": signature} for signature, rows in batches.items() for row in rows]
            await connection.execute(written, told)

    async def _landed(self, there: Sequence[tuple[str, int | None]]) -> None:
        """Signatures with the slots in which they landed."""
        if not there:
            return
        table = Ingest.__table__.c
        written = (
            update(Ingest)
            .where(table.signature == bindparam("sent_as"), table.state == "submitted")
            .values(state="confirmed", slot=bindparam("at"), reason=None)
        )
        async with self.database.write() as session:
            connection = await session.connection()
            await connection.execute(written, [{"sent_as": signature, "at": slot} for signature, slot in there])
        self.told("confirmed")

    async def _again(self, signature: str, *, refused: bool = False) -> None:
        """It never landed, or was `refused`, and never will: everything in it is queued again. A transaction that never
        landed does not count as an attempt for a reading."""
        async with self.database.write() as session:
            await session.execute(
                update(Ingest)
                .where(Ingest.signature == signature, Ingest.state == "submitted")
                .values(state="queued", signature=None, attempts=Ingest.attempts - (0 if refused else 1))
            )

    async def _failed(self, signature: str, rows: Sequence[Ingest], failure: TransactionFailed) -> None:
        """A transaction that was refused changed nothing: who was refused is put aside, the others are queued."""
        stops = failure.name in STOPS or lacks_funds(failure)
        culprit = None if stops else self._culprit(rows, failure)
        async with self.database.write() as session:
            await self.lease.guard(session)
            kept = await session.scalars(
                select(Ingest).where(Ingest.signature == signature, Ingest.state == "submitted")
            )
            for row in kept.all():
                row.state, row.signature = "queued", None
                if stops or (culprit is not None and row.id != culprit.id):
                    # It was not about this reading: however many others are refused, it has all its attempts.
                    row.attempts -= 1
                if culprit is not None and row.id == culprit.id and row.attempts >= 2:
                    await _refuse(session, row, "refused", str(failure))
                elif not stops and row.attempts >= ATTEMPTS:
                    await _refuse(session, row, "dead", f"refused {row.attempts} times: {failure}")
        if stops:
            what = "unpause the system" if failure.name in ("SystemPaused", "MaintenanceMode") else "mend its cause"
            await self.alerts.tell("readings stand still", str(failure), f"{what}; readings wait, none is lost")
            raise StandsStill(str(failure))

    def _culprit(self, rows: Sequence[Ingest], failure: TransactionFailed) -> Ingest | None:
        index = failure.failure.instruction
        if len(rows) == 1:
            return rows[0]
        if index is None:
            return None
        place = index - (BUDGET_INSTRUCTIONS if self.client.pays_priority else 0)
        return rows[place] if 0 <= place < len(rows) else None

    # --- after a restart ------------------------------------------------------------------------------------------

    async def recover(self) -> int:
        """Looks for what was written down as sent; how many readings were decided."""
        async with self.database.read() as session:
            rows = (await session.scalars(select(Ingest).where(Ingest.state == "submitted"))).all()
        heights: dict[str, int] = {row.signature: row.last_valid_height or 0 for row in rows if row.signature}
        decided = 0
        for start in range(0, len(heights), STATUSES):
            part = list(heights)[start : start + STATUSES]
            answer = await self.client.call("getSignatureStatuses", part, {"searchTransactionHistory": True})
            statuses = cast(list[dict[str, Any] | None], answer["value"])
            for signature, status in zip(part, statuses, strict=True):
                decided += await self._decide(signature, status, heights[signature])
        return decided

    async def _decide(self, signature: str, status: dict[str, Any] | None, height: int) -> bool:
        if status is not None and status["confirmationStatus"] in ("confirmed", "finalized"):
            if status["err"] is None:
                await self._landed([(signature, status["slot"])])
            else:
                await self._again(signature, refused=True)
            return True
        if status is not None or await self.client.call("getBlockHeight") <= height:
            return False
        # Its blockhash is dead. A node may have forgotten it: the transaction itself is asked for, too.
        found = await landed(self.client, signature)
        if found is None or found.error is not None:
            await self._again(signature, refused=found is not None)
        else:
            await self._landed([(signature, found.slot)])
        return True


class StandsStill(GridTokenXError):
    """No reading fares better now: the system is paused, or the gateway's key cannot pay."""


def _reading(row: Ingest) -> Reading:
    return Reading(row.interval_end, row.meter_id, row.generated_wh, row.consumed_wh)


def _without_gaps(rows: Sequence[Ingest]) -> list[Ingest]:
    """The rows up to the first gap between two of them."""
    found = [rows[0]]
    for row in rows[1:]:
        if row.interval_end - found[-1].interval_end > INTERVAL_SECONDS:
            break
        found.append(row)
    return found


async def _refuse(session: AsyncSession, row: Ingest, state: str, reason: str) -> None:
    row.state, row.reason = state, reason
    session.add(
        DeadLetter(
            id=secrets.token_hex(12),
            source=row.source,
            content=f"{row.meter_id},{row.interval_end},{row.generated_wh},{row.consumed_wh}",
            reason=reason,
            created_at=int(time.time()),
            state="open",
            ingest_id=row.id,
        )
    )
