"""The API gateway's work: submitting readings, each meter's in time order, and clearing epochs."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from itertools import zip_longest

from solders.instruction import Instruction
from solders.keypair import Keypair
from solders.message import Message
from solders.pubkey import Pubkey
from solders.signature import Signature

from gridtokenx.chain.connection.client import Client
from gridtokenx.chain.flight import IN_FLIGHT, in_flight
from gridtokenx.chain.interface.failures import TransactionFailed
from gridtokenx.chain.signing.prepare import TRANSACTION_BYTES, size_of
from gridtokenx.market.actions import oracle
from gridtokenx.market.ami import Reading
from gridtokenx.market.read import fetch_many
from gridtokenx.market.records import Epoch, MeterAccount, MeterStatus
from gridtokenx.market.settling import lacks_funds

READINGS_PER_TRANSACTION = 11
"""As many readings of meters with short ids fit into a transaction; with a priority fee, one less."""
BUDGET_INSTRUCTIONS = 2
BUDGET_BYTES = 32 + 2 * 3 + 5 + 9
"""What limit and price take: the compute budget's address, and two instructions without accounts."""

Build = Callable[[Reading], Instruction]
STOPS = frozenset(("UnauthorizedGateway", "OracleInactive", "SystemPaused", "MaintenanceMode"))
"""Refusals that are about the gateway or the system: no other reading would fare better."""

OF_THE_EPOCH = frozenset(("MarketClearingInProgress", "EpochOver", "AccountNotInitialized"))
"""How the chain refuses to clear an epoch that is not over or cleared already, past its time, or closed."""


@dataclass(frozen=True, slots=True)
class Submitted:
    """A reading and the transaction that carried it."""

    reading: Reading
    signature: Signature


@dataclass(frozen=True, slots=True)
class RefusedReading:
    """A reading that the chain does not take, and why."""

    reading: Reading
    reason: str


ReadingOutcome = Submitted | RefusedReading


@dataclass(frozen=True, slots=True)
class Backlog:
    """Readings sorted by what the chain knows of their meters: new ones, known ones, and those that it cannot take."""

    new: list[Reading]
    known: list[Reading]
    refused: list[RefusedReading]


async def backlog(client: Client, readings: Sequence[Reading]) -> Backlog:
    """The work to do for readings. `known`: readings that are not newer than their meter's last one."""
    ids = sorted({reading.meter_id for reading in readings})
    found = await fetch_many(client, MeterAccount, [client.addresses.meter(meter_id) for meter_id in ids])
    meters = dict(zip(ids, found, strict=True))
    sorted_out = Backlog([], [], [])
    for reading in readings:
        meter = meters[reading.meter_id]
        if meter is None:
            reason = f"{reading.meter_id} is not registered; register or assign it first"
            sorted_out.refused.append(RefusedReading(reading, reason))
        elif reading.timestamp <= meter.last_reading_at:
            sorted_out.known.append(reading)
        elif reading.timestamp <= meter.registered_at:
            sorted_out.refused.append(
                RefusedReading(reading, f"it was measured before {meter.meter_id} was registered")
            )
        elif meter.status is not MeterStatus.ACTIVE:
            sorted_out.refused.append(RefusedReading(reading, f"{meter.meter_id} is {meter.status}"))
        else:
            sorted_out.new.append(reading)
    return sorted_out


async def submit(
    client: Client,
    gateway: Keypair,
    readings: Iterable[Reading],
    *,
    build: Build | None = None,
    told: Callable[[ReadingOutcome], None] | None = None,
    limit: int = IN_FLIGHT,
    together: int = 1,
) -> list[ReadingOutcome]:
    """Submits readings: up to `limit` transactions at once, and a meter's next reading when the one before was decided.
    One outcome for each reading, in the order of the meters.

    `together` readings of different meters, at most, share a transaction (`READINGS_PER_TRANSACTION` fit when ids are
    short). `build` makes a reading's instruction (default: submit_meter_reading); `told` hears of each outcome as it
    comes. A refused reading is that reading's alone: those beside it are sent again without it. Raises
    TransactionFailed for a refusal that is about the gateway or the system; what landed stays, and `backlog` tells the
    rest.
    """

    def plain(reading: Reading) -> Instruction:
        return reading_instruction(client, gateway, reading)

    carrier = _Carrier(client, gateway, plain if build is None else build, told)
    lanes: dict[str, list[Reading]] = defaultdict(list)
    for reading in readings:
        lanes[reading.meter_id].append(reading)
    groups = [list(lanes.values())[start : start + together] for start in range(0, len(lanes), together)]
    await in_flight(carrier.drive, groups, limit)
    return [outcome for meter in lanes for outcome in carrier.outcomes[meter]]


def fitting(client: Client, gateway: Pubkey, readings: Sequence[Reading], build: Build) -> list[list[Reading]]:
    """Readings in batches that fit into a transaction: long ids take more room."""
    batches: list[list[Reading]] = []
    built: list[Instruction] = []
    for reading in readings:
        one = build(reading)
        if batches and _fits(client, gateway, [*built, one]):
            batches[-1].append(reading)
            built.append(one)
        else:
            batches.append([reading])
            built = [one]
    return batches


def fitting_runs(
    client: Client, gateway: Pubkey, runs: Sequence[Sequence[Reading]], build: Build
) -> list[list[Reading]]:
    """Batches that fit into a transaction each, of runs of readings: a run is one meter's, in order.

    The chain takes a meter's readings in order, and batches are sent side by side: all that a run has stands in one
    batch, and what finds no room there is left out, for the next time.
    """
    batches: list[list[Reading]] = []
    built: list[Instruction] = []
    for run in runs:
        made = [build(reading) for reading in run[:READINGS_PER_TRANSACTION]]
        if not batches or not _fits(client, gateway, [*built, *made]):
            batches.append([])
            built = []
        room = len(made)
        while room > 1 and not _fits(client, gateway, [*built, *made[:room]]):
            room -= 1
        batches[-1] += run[:room]
        built += made[:room]
    return batches


def _fits(client: Client, gateway: Pubkey, batch: Sequence[Instruction]) -> bool:
    if len(batch) > READINGS_PER_TRANSACTION:
        return False
    size = size_of(Message(list(batch), gateway))
    return size + (BUDGET_BYTES if client.pays_priority else 0) <= TRANSACTION_BYTES


@dataclass
class _Carrier:
    """Sends readings of a group of meters, row by row, and keeps what became of each, meter by meter."""

    client: Client
    gateway: Keypair
    build: Build
    told: Callable[[ReadingOutcome], None] | None
    outcomes: dict[str, list[ReadingOutcome]] = field(default_factory=lambda: defaultdict(list))

    async def drive(self, lanes: Sequence[Sequence[Reading]]) -> None:
        """The lanes' first readings together, then their second ones, and so on."""
        for row in zip_longest(*lanes):
            rest = [reading for reading in row if reading is not None]
            for batch in fitting(self.client, self.gateway.pubkey(), rest, self.build):
                await self._carry(batch)

    async def _carry(self, batch: list[Reading]) -> None:
        """A batch lands as a whole or not at all: whoever is refused leaves it, and the others are sent again."""
        while batch:
            try:
                receipt = await self.client.send([self.build(reading) for reading in batch], payer=self.gateway)
            except TransactionFailed as failure:
                if failure.name in STOPS or lacks_funds(failure):
                    raise
                culprit = self._culprit(failure, batch)
                if culprit is None:
                    # The error does not say which reading it was: submit each alone.
                    for reading in batch:
                        await self._carry([reading])
                    return
                batch.remove(culprit)
                self._note(RefusedReading(culprit, str(failure)))
            else:
                for reading in batch:
                    self._note(Submitted(reading, receipt.signature))
                return

    def _culprit(self, failure: TransactionFailed, batch: Sequence[Reading]) -> Reading | None:
        """Whose instruction failed. The count tells which instructions (limit and price) stand before the readings."""
        if len(batch) == 1:
            return batch[0]
        index = failure.failure.instruction
        if index is None:
            return None
        place = index - (BUDGET_INSTRUCTIONS if self.client.pays_priority else 0)
        return batch[place] if 0 <= place < len(batch) else None

    def _note(self, outcome: ReadingOutcome) -> None:
        self.outcomes[outcome.reading.meter_id].append(outcome)
        if self.told is not None:
            self.told(outcome)


def reading_instruction(client: Client, gateway: Keypair, reading: Reading) -> Instruction:
    """submit_meter_reading of a reading."""
    return oracle.submit_meter_reading(
        client,
        gateway.pubkey(),
        meter_id=reading.meter_id,
        produced=reading.generated_wh,
        consumed=reading.consumed_wh,
        timestamp=reading.timestamp,
    )


async def clear_epochs(client: Client, gateway: Keypair, epochs: Iterable[Epoch]) -> dict[int, Signature]:
    """Has the market clear epochs that are over, the oldest first; `orderbook.to_clear` names them. By their indexes,
    those that were cleared: one that another was faster with, or that is too late, keeps no other from it."""
    done: dict[int, Signature] = {}
    for epoch in epochs:
        clear = oracle.trigger_market_clearing(client, gateway.pubkey(), epoch.index)
        try:
            done[epoch.index] = (await client.send(clear, payer=gateway)).signature
        except TransactionFailed as failure:
            if failure.name not in OF_THE_EPOCH:
                raise
    return done
