"""The crank's role: backs off when the node is away, is quiet during a pause, and never exits."""

from __future__ import annotations

import asyncio
import contextlib
import time
from dataclasses import dataclass, field

import structlog
from solana.exceptions import SolanaRpcException
from solders.keypair import Keypair

from gridtokenx.chain.connection.client import Client
from gridtokenx.chain.errors import ClusterError, StateError
from gridtokenx.chain.interface.failures import TransactionExpired, TransactionFailed
from gridtokenx.services.alerts import Alerts
from gridtokenx.services.crank.funds import Funds
from gridtokenx.services.crank.steps import QUIET, Crank, Turn
from gridtokenx.services.database.engine import Database
from gridtokenx.services.database.lease import Lease, LeaseLost

TURN_SECONDS = 1.0
PAUSED_SECONDS = 5.0
FUNDS_SECONDS = 60.0
PAUSE, LONGEST_PAUSE = 0.5, 30.0
AWAY = (ClusterError, TransactionExpired, SolanaRpcException, OSError, TimeoutError)

log = structlog.get_logger("crank")


@dataclass
class CrankRole:
    """Runs until it is cancelled."""

    client: Client
    database: Database
    gateway: Keypair
    matcher: Keypair
    sponsor: Keypair | None
    ahead: int
    patience: float
    turn_seconds: float = TURN_SECONDS
    alerts: Alerts = field(init=False)

    def __post_init__(self) -> None:
        self.alerts = Alerts(self.database)

    async def run(self) -> None:
        """Turns for ever."""
        lease = Lease(self.database, "crank")
        crank = Crank(
            self.client,
            self.database,
            lease,
            self.gateway,
            self.matcher,
            self.sponsor,
            ahead=self.ahead,
            patience=self.patience,
        )
        keys = {"gateway": self.gateway.pubkey(), "matcher": self.matcher.pubkey()}
        if self.sponsor is not None:
            keys["sponsor"] = self.sponsor.pubkey()
        funds, looked, pause = Funds(self.client, self.alerts, keys), float("-inf"), PAUSE
        try:
            while True:
                if not await lease.take():
                    await asyncio.sleep(PAUSE)
                    continue
                try:
                    await self._told(await crank.turn())
                    if time.monotonic() - looked > FUNDS_SECONDS:
                        looked = time.monotonic()
                        await funds.look()
                except TransactionFailed as failure:
                    await self._refused(failure)
                    await asyncio.sleep(PAUSED_SECONDS)
                except LeaseLost:
                    log.warning("another crank took over")
                except StateError as error:
                    await self.alerts.tell("crank", str(error), "initialize the system first")
                    await asyncio.sleep(PAUSED_SECONDS)
                except AWAY as error:
                    await self.alerts.tell("crank", f"the node does not answer: {error}", "start it, or name another")
                    await asyncio.sleep(pause)
                    pause = min(pause * 2, LONGEST_PAUSE)
                else:
                    pause = PAUSE
                    await asyncio.sleep(self.turn_seconds)
        finally:
            with contextlib.suppress(Exception):
                await lease.release()

    async def _told(self, turn: Turn) -> None:
        await self.alerts.clear("crank")
        await self.alerts.clear("paused")
        if turn.did:
            log.info("turned", cleared=turn.cleared, matches=turn.matches, opened=len(turn.opened), closed=turn.closed)
        for order, reason in turn.passed_over.items():
            log.warning("order passed over", order=str(order), reason=reason)
        if turn.late:
            epochs = ", ".join(map(str, turn.late[:20]))
            words = f"epochs {epochs} were cleared more than a quarter-hour late"
            await self.alerts.tell("late epochs", words, "nothing is lost; see the crank's log for why, then discard")

    async def _refused(self, failure: TransactionFailed) -> None:
        if failure.name in QUIET:
            if await self.alerts.tell("paused", str(failure), "the REC authority or the engineers let it go on"):
                log.warning("paused", reason=str(failure))
            return
        await self.alerts.tell("crank", str(failure), "check the gateway's and the matcher's keys and their SOL")
        log.error("refused", reason=str(failure))
