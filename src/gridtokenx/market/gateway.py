"""The API gateway's work: submitting readings, several meters at once, each meter's in time order."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from solders.instruction import Instruction
from solders.keypair import Keypair
from solders.signature import Signature

from gridtokenx.chain.client import Client
from gridtokenx.chain.errors import StateError
from gridtokenx.chain.failures import TransactionFailed
from gridtokenx.chain.flight import IN_FLIGHT, in_flight
from gridtokenx.market.actions import oracle
from gridtokenx.market.ami import Reading
from gridtokenx.market.read import fetch_many
from gridtokenx.market.records import MeterAccount

Build = Callable[[Reading], Instruction]
OUT_OF_SERVICE = "InvalidMeterStatus"
"""How registry refuses the reading of a meter that is Inactive or in Maintenance."""


@dataclass(frozen=True, slots=True)
class Submitted:
    """A reading and the transaction that carried it."""

    reading: Reading
    signature: Signature


async def pending(client: Client, readings: Sequence[Reading]) -> list[Reading]:
    """Those readings that the chain does not have yet: newer than their meter's last.

    Raises StateError for a meter that is not registered.
    """
    ids = sorted({reading.meter_id for reading in readings})
    meters = await fetch_many(client, MeterAccount, [client.addresses.meter(meter_id) for meter_id in ids])
    if missing := [meter_id for meter_id, meter in zip(ids, meters, strict=True) if meter is None]:
        raise StateError(f"not registered: {', '.join(missing)}; register or assign them first")
    last = {meter.meter_id: meter.last_reading_at for meter in meters if meter is not None}
    return [reading for reading in readings if reading.timestamp > last[reading.meter_id]]


async def submit(
    client: Client,
    gateway: Keypair,
    readings: Iterable[Reading],
    *,
    build: Build | None = None,
    landed: Callable[[Submitted], None] | None = None,
    limit: int = IN_FLIGHT,
) -> list[Submitted]:
    """Submits readings, one transaction each: up to `limit` meters at once, and a meter's next reading when the one
    before has landed.

    `build` makes a reading's instruction (default: submit_meter_reading); `landed` is told of each one. A meter that
    is not Active is passed over, since its owner may put it into maintenance at any time. Raises TransactionFailed for
    the first reading that is refused otherwise. What landed stays, and `pending` tells the rest.
    """

    def plain(reading: Reading) -> Instruction:
        return reading_instruction(client, gateway, reading)

    make = plain if build is None else build
    lanes: dict[str, list[Reading]] = defaultdict(list)
    for reading in readings:
        lanes[reading.meter_id].append(reading)

    async def drive(lane: list[Reading]) -> list[Submitted]:
        done: list[Submitted] = []
        for reading in lane:
            try:
                receipt = await client.send(make(reading), payer=gateway)
            except TransactionFailed as failure:
                if failure.name != OUT_OF_SERVICE:
                    raise
                break
            done.append(Submitted(reading, receipt.signature))
            if landed is not None:
                landed(done[-1])
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
