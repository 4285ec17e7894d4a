"""A folder of CSV files: each is taken in line by line, then goes to `done/`, or to `failed/` with its reasons."""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import Collection
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

import structlog
from solana.exceptions import SolanaRpcException
from watchfiles import awatch  # pyright: ignore[reportUnknownVariableType]

from gridtokenx.chain.errors import ClusterError, StateError
from gridtokenx.market.ami import AmiError, Reading, read_records
from gridtokenx.services.alerts import Alerts
from gridtokenx.services.bridge.registers import Intake
from gridtokenx.services.database.storable import storable
from gridtokenx.services.intake.accept import Verdict, accept

QUIET_SECONDS = 1.0
"""A file that was written to within this time may not be finished."""
LOOKS_EVERY_MS = 2_000
FOLDER, ABOUT_FILES = "folder of files", "file "
"""Alerts: of the folder itself, and of a file in it."""
UNFINISHED = (".part", ".tmp", ".partial")
AT_ONCE = 500
AWAY = (ClusterError, StateError, SolanaRpcException)

log = structlog.get_logger("files")


def _told(file: Path) -> str:
    """The name of the alert of a file. A file's name may be of any bytes."""
    return storable(ABOUT_FILES + file.name)


@dataclass
class Folder:
    """A folder that other systems write CSV files to."""

    path: Path
    intake: Intake
    alerts: Alerts = field(init=False)

    def __post_init__(self) -> None:
        self.alerts = Alerts(self.intake.database)

    async def run(self) -> None:
        """Takes every file in, until it is cancelled."""
        while True:
            try:
                for name in ("done", "failed"):
                    (self.path / name).mkdir(parents=True, exist_ok=True)
                await self.alerts.clear(FOLDER)
                await self.step()
                async for _ in awatch(self.path, rust_timeout=LOOKS_EVERY_MS, yield_on_timeout=True, recursive=False):
                    await self.step()
            except OSError as error:
                log.warning("no folder", reason=str(error))
                await self.alerts.tell(
                    FOLDER, storable(str(error)), "let the bridge write to the folder, or name another"
                )
                await asyncio.sleep(LOOKS_EVERY_MS / 1_000)

    async def step(self) -> int:
        """Takes in what is there and finished; how many files. A file that the bridge cannot take in now stays for the
        next step."""
        taken = 0
        files = sorted(self.path.iterdir())
        await self._forget_who_is_gone({_told(file) for file in files})
        for file in files:
            try:
                if self._is_finished(file):
                    await self.take(file)
                    taken += 1
            except AWAY as error:
                log.warning("files wait", file=_told(file), reason=str(error))
                return taken
            except OSError as error:
                log.warning("file waits", file=_told(file), reason=str(error))
                await self.alerts.tell(
                    _told(file), storable(str(error)), "let the bridge read and move it, or remove it"
                )
            else:
                await self.alerts.clear(_told(file))
        return taken

    async def _forget_who_is_gone(self, there: Collection[str]) -> None:
        for alert in await self.alerts.all():
            if alert.name.startswith(ABOUT_FILES) and alert.name not in there:
                await self.alerts.clear(alert.name)

    def _is_finished(self, file: Path) -> bool:
        if not file.is_file() or file.name.startswith(".") or file.suffix in UNFINISHED:
            return False
        return time.time() - file.stat().st_mtime >= QUIET_SECONDS

    def _place(self, where: str, name: str) -> Path:
        """Where a file goes: no other file's place."""
        now = int(time.time())
        names = (f"{now}-{number}-{name}" if number else f"{now}-{name}" for number in count())
        return next(path for path in (self.path / where / one for one in names) if not path.exists())

    async def take(self, file: Path) -> None:
        """Takes one file in. The bridge reports malformed and refused lines in a file beside it, and takes in the
        others."""
        reasons: list[str] = []
        batch: list[Reading] = []
        try:
            content = await asyncio.to_thread(file.read_bytes)
            for record in read_records(content.splitlines(), Path(file.name)):
                if isinstance(record, AmiError):
                    reasons.append(str(record))
                    continue
                batch.append(record)
                if len(batch) == AT_ONCE:
                    await self._accept(batch, reasons)
                    batch = []
            await self._accept(batch, reasons)
        except AmiError as error:
            reasons.append(str(error))
        where = "failed" if reasons else "done"
        target = self._place(where, file.name)
        if reasons:
            target.with_name(target.name + ".reasons").write_text(storable("\n".join(reasons)) + "\n", encoding="utf-8")
            await self.intake.bury("files", file.name, "; ".join(reasons)[:2_000])
        os.replace(file, target)
        log.info("file taken in", file=_told(file), to=where, reasons=len(reasons))

    async def _accept(self, batch: list[Reading], reasons: list[str]) -> None:
        if not batch:
            return
        for result in await accept(self.intake.database, self.intake.book, batch, "files"):
            if result.verdict in (Verdict.DIFFERS, Verdict.IMPLAUSIBLE):
                reasons.append(f"{result.reading.meter_id} at {result.reading.timestamp}: {result.reason}")
