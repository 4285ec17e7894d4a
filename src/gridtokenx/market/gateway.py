"""The API gateway's work: submitting readings, each meter's in time order, and clearing epochs."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from solders.instruction import Instruction
from solders.keypair import Keypair
from solders.signature import Signature

from gridtokenx.chain.connection.client import Client
from gridtokenx.chain.flight import IN_FLIGHT, in_flight
from gridtokenx.chain.interface.failures import TransactionFailed
from gridtokenx.market.actions import oracle
from gridtokenx.market.ami import Reading
from gridtokenx.market.read import fetch_many
from gridtokenx.market.records import Epoch, MeterAccount, MeterStatus
from gridtokenx.market.settling import lacks_funds

Build = Callable[[Reading], Instruction]
STOPS = frozenset(("UnauthorizedGateway", "OracleInactive", "SystemPaused", "MaintenanceMode"))
"""Refusals that are about the gateway or the system: no other reading would fare better."""


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


Outcome = Submitted | RefusedReading


@dataclass(frozen=True, slots=True)
class Backlog:
    """Readings sorted by what the chain knows of their meters: new ones, known ones, and those that it cannot take."""

    new: list[Reading]
    known: list[Reading]
    refused: list[RefusedReading]


async def backlog(client: Client, readings: Sequence[Reading]) -> Backlog:
    """What is to do about readings: known are those that are not newer than their meter's last."""
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
    told: Callable[[Outcome], None] | None = None,
    limit: int = IN_FLIGHT,
) -> list[Outcome]:
    """Submits readings, one transaction each: up to `limit` meters at once, and a meter's next reading when the one
    before was decided. One outcome for each reading, in the order of the meters.

    `build` makes a reading's instruction (default: submit_meter_reading); `told` hears of each outcome as it comes. A
    refused reading is that reading's alone. Raises TransactionFailed for a refusal that is about the gateway or the
    system; what landed stays, and `backlog` tells the rest.
    """

    def plain(reading: Reading) -> Instruction:
        return reading_instruction(client, gateway, reading)

    make = plain if build is None else build
    lanes: dict[str, list[Reading]] = defaultdict(list)
    for reading in readings:
        lanes[reading.meter_id].append(reading)

    async def one(reading: Reading) -> Outcome:
        try:
            return Submitted(reading, (await client.send(make(reading), payer=gateway)).signature)
        except TransactionFailed as failure:
            if failure.name in STOPS or lacks_funds(failure):
                raise
            return RefusedReading(reading, str(failure))

    async def drive(lane: list[Reading]) -> list[Outcome]:
        done: list[Outcome] = []
        for reading in lane:
            done.append(await one(reading))
            if told is not None:
                told(done[-1])
        return done

    return [item for lane in await in_flight(drive, lanes.values(), limit) for item in lane]


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


async def clear_epochs(client: Client, gateway: Keypair, epochs: Iterable[Epoch]) -> list[Signature]:
    """Has the market clear epochs that are over, the oldest first; `orderbook.to_clear` names them."""
    done: list[Signature] = []
    for epoch in epochs:
        clear = oracle.trigger_market_clearing(client, gateway.pubkey(), epoch.index)
        done.append((await client.send(clear, payer=gateway)).signature)
    return done
