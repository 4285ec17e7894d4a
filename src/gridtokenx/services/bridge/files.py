"""A folder of CSV files: each is taken in line by line, then goes to `done/`, or to `failed/` with its reasons."""

from __future__ import annotations

import asyncio
import contextlib
import os
import time
from dataclasses import dataclass
from pathlib import Path

import structlog
from watchfiles import awatch  # pyright: ignore[reportUnknownVariableType]

from gridtokenx.chain.errors import ClusterError
from gridtokenx.market.ami import AmiError, Reading, read_records
from gridtokenx.services.bridge.registers import Intake
from gridtokenx.services.intake.accept import Verdict, accept

QUIET_SECONDS = 1.0
"""A file that was written to within this time may not be finished."""
LOOKS_EVERY_MS = 2_000
UNFINISHED = (".part", ".tmp", ".partial")
AT_ONCE = 500

log = structlog.get_logger("files")


@dataclass
class Folder:
    """A folder that other systems write CSV files to."""

    path: Path
    intake: Intake

    async def run(self) -> None:
        """Takes every file in, until it is cancelled."""
        for name in ("done", "failed"):
            (self.path / name).mkdir(parents=True, exist_ok=True)
        await self.step()
        async for _ in awatch(self.path, rust_timeout=LOOKS_EVERY_MS, yield_on_timeout=True, recursive=False):
            with contextlib.suppress(ClusterError):
                await self.step()

    async def step(self) -> int:
        """Takes in what is there and finished; how many files."""
        taken = 0
        for file in sorted(self.path.iterdir()):
            if self._is_finished(file):
                await self.take(file)
                taken += 1
        return taken

    def _is_finished(self, file: Path) -> bool:
        if not file.is_file() or file.name.startswith(".") or file.suffix in UNFINISHED:
            return False
        return time.time() - file.stat().st_mtime >= QUIET_SECONDS

    async def take(self, file: Path) -> None:
        """Takes one file in. Lines that are no readings, or are refused, are told beside it; the others count."""
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
        target = self.path / where / f"{int(time.time())}-{file.name}"
        if reasons:
            target.with_name(target.name + ".reasons").write_text("\n".join(reasons) + "\n", encoding="utf-8")
            await self.intake.bury("files", file.name, "; ".join(reasons)[:2_000])
        os.replace(file, target)
        log.info("file taken in", file=file.name, to=where, reasons=len(reasons))

    async def _accept(self, batch: list[Reading], reasons: list[str]) -> None:
        if not batch:
            return
        for result in await accept(self.intake.database, self.intake.book, batch, "files"):
            if result.verdict in (Verdict.DIFFERS, Verdict.IMPLAUSIBLE):
                reasons.append(f"{result.reading.meter_id} at {result.reading.timestamp}: {result.reason}")
