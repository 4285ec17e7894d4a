"""The indexer's role: woken by subscriptions, never trusting them; away nodes are waited for."""

from __future__ import annotations

import asyncio
import contextlib
import time
from dataclasses import dataclass

import structlog
from solana.exceptions import SolanaRpcException

from gridtokenx.chain.connection.client import Client
from gridtokenx.chain.errors import ClusterError, StateError
from gridtokenx.chain.history.stream import news
from gridtokenx.services.alerts import Alerts
from gridtokenx.services.database.engine import Database
from gridtokenx.services.database.lease import Lease, LeaseLost
from gridtokenx.services.indexer.finality import FinalityWatch
from gridtokenx.services.indexer.proof import begin, prove
from gridtokenx.services.indexer.sweep import Indexer

SWEEP_SECONDS = 2.0
"""The longest that passes between sweeps, whatever subscriptions say."""
GATHER_SECONDS = 0.1
"""From the first news to the sweep: what comes together is taken in together."""
PROOF_SECONDS = 60.0
FINALITY_SECONDS = 2.0
SWEPT, SWEPT_AT = "swept", "swept at"
"""The cursors that say up to which slot the history was looked through, whether or not anything was in it, and when."""
PAUSE, LONGEST_PAUSE = 0.5, 10.0
AWAY = (ClusterError, SolanaRpcException, OSError, TimeoutError)

log = structlog.get_logger("indexer")


@dataclass
class IndexerRole:
    """Runs until it is cancelled."""

    client: Client
    database: Database
    websocket: str
    sweep_seconds: float = SWEEP_SECONDS
    proof_seconds: float = PROOF_SECONDS

    async def run(self) -> None:
        """Keeps the tables where the chain is."""
        lease = Lease(self.database, "indexer")
        indexer = Indexer(self.client, self.database, lease)
        alerts = Alerts(self.database)
        wake = asyncio.Event()
        listener = asyncio.create_task(self._listen(indexer, wake))
        pause = PAUSE
        try:
            while True:
                try:
                    if not await lease.take():
                        await asyncio.sleep(PAUSE)
                        continue
                    await self._work(indexer, alerts, lease, wake)
                except AWAY as error:
                    await alerts.tell("node", f"the node does not answer: {error}", "start it, or name another")
                    log.warning("node away", error=str(error))
                    await asyncio.sleep(pause)
                    pause = min(pause * 2, LONGEST_PAUSE)
                except LeaseLost:
                    log.warning("another indexer took over")
                else:
                    pause = PAUSE
        finally:
            listener.cancel()
            await asyncio.gather(listener, return_exceptions=True)
            with contextlib.suppress(Exception):
                await lease.release()

    async def _work(self, indexer: Indexer, alerts: Alerts, lease: Lease, wake: asyncio.Event) -> None:
        indexer.recent.clear()
        begins = await begin(indexer)
        if begins:
            log.info("history is pruned", begins_at_slot=begins)
        finality, proven, settled = FinalityWatch(indexer), float("-inf"), float("-inf")
        await alerts.clear("node")
        while await lease.take():
            now = time.monotonic()
            looks = now - settled > FINALITY_SECONDS
            slot = (await self.client.connection.get_slot()).value if looks else 0
            taken = await indexer.step()
            if looks:
                settled = now
                if not indexer.missing:
                    await alerts.note(SWEPT, slot)
                    await alerts.note(SWEPT_AT, int(time.time()))
                await finality.step()
            if now - proven > self.proof_seconds:
                proven = now
                await self._prove(indexer, alerts)
            if taken:
                log.info("taken in", transactions=taken)
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(wake.wait(), self.sweep_seconds)
            await asyncio.sleep(GATHER_SECONDS)
            wake.clear()

    async def _prove(self, indexer: Indexer, alerts: Alerts) -> None:
        result = await prove(indexer)
        wrong = [count for count in result or [] if not count.holds]
        if wrong:
            words = ", ".join(f"{c.name}: {c.chain} on the chain, {c.rows} in the tables" for c in wrong)
            log.error("gap", differences=words)
            await indexer.resync()
            result = await prove(indexer)
            wrong = [count for count in result or [] if not count.holds]
            if wrong:
                words = ", ".join(f"{c.name}: {c.chain} on the chain, {c.rows} in the tables" for c in wrong)
                await alerts.tell("gap", words, "ask a node with the whole history (cluster), then restart the indexer")
                return
        if result is not None:
            await alerts.clear("gap")
            await alerts.note("proof", int(time.time()))

    async def _listen(self, indexer: Indexer, wake: asyncio.Event) -> None:
        while True:
            try:
                async for _ in news(self.websocket, indexer.addresses.values()):
                    wake.set()
            except (ClusterError, StateError) as error:
                log.warning("no subscription", error=str(error))
                await asyncio.sleep(PAUSE)
