"""The bridge's role: its sources, and what carries readings to the chain."""

from __future__ import annotations

import asyncio
import contextlib
from dataclasses import dataclass
from pathlib import Path
from zoneinfo import ZoneInfo

import structlog
from solana.exceptions import SolanaRpcException
from solders.keypair import Keypair

from gridtokenx.chain.connection.client import Client
from gridtokenx.chain.errors import ClusterError
from gridtokenx.services.alerts import Alerts
from gridtokenx.services.bridge.broker import Broker
from gridtokenx.services.bridge.files import Folder
from gridtokenx.services.bridge.registers import Intake
from gridtokenx.services.database.engine import Database
from gridtokenx.services.database.lease import Lease, LeaseLost
from gridtokenx.services.intake.carry import Carry, StandsStill
from gridtokenx.services.intake.meters import MeterBook

IDLE_SECONDS = 0.25
PAUSE, LONGEST_PAUSE = 0.5, 10.0
STILL_SECONDS = 5.0
AWAY = (ClusterError, SolanaRpcException, OSError, TimeoutError)

log = structlog.get_logger("bridge")


@dataclass
class BridgeRole:
    """Runs until it is cancelled."""

    client: Client
    database: Database
    gateway: Keypair
    zone: ZoneInfo
    folder: Path | None = None
    mqtt: str | None = None
    gap_patience: float = 1_800.0
    mints: bool = False

    async def run(self) -> None:
        """Takes readings in from every source, and carries them to the chain."""
        intake = Intake(self.database, MeterBook(self.client), self.zone)
        async with asyncio.TaskGroup() as group:
            if self.folder is not None:
                group.create_task(Folder(self.folder, intake).run())
            if self.mqtt is not None:
                group.create_task(Broker(self.mqtt, intake).run())
            group.create_task(self._carry())

    async def _carry(self) -> None:
        lease = Lease(self.database, "bridge")
        carry = Carry(self.client, self.database, lease, self.gateway, gap_patience=self.gap_patience, mints=self.mints)
        alerts, pause, told = Alerts(self.database), PAUSE, True
        try:
            while True:
                try:
                    if not await lease.take():
                        await asyncio.sleep(PAUSE)
                        continue
                    landed = await carry.step()
                except StandsStill as error:
                    log.warning("stands still", reason=str(error))
                    await asyncio.sleep(STILL_SECONDS)
                except LeaseLost:
                    log.warning("another bridge took over")
                except AWAY as error:
                    log.warning("node away", error=str(error))
                    await alerts.tell("bridge", f"readings wait: {error}", "start the node, or name another")
                    told = True
                    await asyncio.sleep(pause)
                    pause = min(pause * 2, LONGEST_PAUSE)
                else:
                    pause = PAUSE
                    if told:  # also what another process, or this one before it was started again, told
                        await alerts.clear("bridge")
                        told = False
                    if landed:
                        log.info("carried", readings=landed)
                        await alerts.clear("readings stand still")
                    else:
                        await asyncio.sleep(IDLE_SECONDS)
        finally:
            with contextlib.suppress(Exception):
                await lease.release()
