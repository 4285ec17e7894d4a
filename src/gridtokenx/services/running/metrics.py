"""Figures for Prometheus, on the loopback only: they tell who runs the services more than others need to know."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from dataclasses import dataclass, field

from prometheus_client import CollectorRegistry, Gauge, start_http_server
from sqlalchemy import func, select

from gridtokenx.services.database.chain_tables import ChainEvent, Cursor, TxSeen
from gridtokenx.services.database.engine import Database
from gridtokenx.services.database.service_tables import Alert, DeadLetter, Ingest
from gridtokenx.services.running.web import PortTaken

EVERY = 5.0
LOOPBACK = "127.0.0.1"


@dataclass
class Metrics:
    """Refreshes the figures until it is cancelled."""

    database: Database
    port: int
    registry: CollectorRegistry = field(default_factory=CollectorRegistry)

    async def run(self) -> None:
        """Serves /metrics."""
        gauges = {
            name: Gauge(f"gridtokenx_{name}", words, registry=self.registry)
            for name, words in (
                ("indexed_slot", "Last slot that was taken in"),
                ("events", "Sequence number of the last event"),
                ("proven_at", "When the counters last equalled the rows, unix seconds"),
                ("alerts", "Alerts that last"),
                ("dead_letters", "Dead letters that wait for a person"),
            )
        }
        told: set[str] = set()
        readings = Gauge("gridtokenx_readings", "Readings by state", ["state"], registry=self.registry)
        try:
            server, _ = start_http_server(self.port, addr=LOOPBACK, registry=self.registry)
        except OSError as error:
            raise PortTaken(LOOPBACK, self.port, "metrics_port", error) from None
        try:
            while True:
                async with self.database.read() as session:
                    gauges["indexed_slot"].set(await session.scalar(select(func.max(TxSeen.slot))) or 0)
                    gauges["events"].set(await session.scalar(select(func.max(ChainEvent.seq))) or 0)
                    proof = await session.get(Cursor, "proof")
                    gauges["proven_at"].set(0 if proof is None else proof.value)
                    gauges["alerts"].set(await session.scalar(select(func.count()).select_from(Alert)) or 0)
                    letters = select(func.count()).select_from(DeadLetter).where(DeadLetter.state == "open")
                    gauges["dead_letters"].set(await session.scalar(letters) or 0)
                    states = select(Ingest.state, func.count()).group_by(Ingest.state)
                    counts: dict[str, int] = defaultdict(int)
                    for state, count in (await session.execute(states)).all():
                        counts[state] = count
                    told |= counts.keys()
                    for state in told:
                        readings.labels(state).set(counts[state])
                await asyncio.sleep(EVERY)
        finally:
            server.shutdown()
            server.server_close()
