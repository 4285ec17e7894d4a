"""A mosquitto of the tests' own, which can be ended and started again with what it kept."""

from __future__ import annotations

import asyncio
import os
import shutil
import signal
import socket
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path


def mosquitto_program() -> str | None:
    """The broker's program, or None."""
    found = shutil.which("mosquitto")
    return found or ("/usr/sbin/mosquitto" if Path("/usr/sbin/mosquitto").exists() else None)


@dataclass
class Mosquitto:
    """A broker on one port of the loopback; its sessions and messages lie in `folder`."""

    folder: Path
    port: int = 0
    lines: Sequence[str] = ()
    """More of its configuration: `{folder}` stands for its folder."""
    scheme: str = "mqtt"
    process: asyncio.subprocess.Process | None = field(default=None)

    @property
    def url(self) -> str:
        return f"{self.scheme}://127.0.0.1:{self.port}"

    async def start(self) -> None:
        program = mosquitto_program()
        assert program is not None
        if not self.port:
            with socket.socket() as probe:
                probe.bind(("127.0.0.1", 0))
                self.port = probe.getsockname()[1]
        lines = [
            f"listener {self.port} 127.0.0.1",
            *([] if self.lines else ["allow_anonymous true"]),
            "persistence true",
            f"persistence_location {self.folder}/",
            "autosave_on_changes true",
            "autosave_interval 1",
            *(line.format(folder=self.folder) for line in self.lines),
            *(["user root"] if os.geteuid() == 0 else []),
        ]
        (self.folder / "mosquitto.conf").write_text("\n".join(lines) + "\n", encoding="utf-8")
        with (self.folder / "mosquitto.log").open("a") as output:
            self.process = await asyncio.create_subprocess_exec(
                program, "-c", self.folder / "mosquitto.conf", stdout=output, stderr=output
            )
        await self._answers()

    async def _answers(self) -> None:
        for _ in range(200):
            try:
                _, writer = await asyncio.open_connection("127.0.0.1", self.port)
            except OSError:
                await asyncio.sleep(0.05)
            else:
                writer.close()
                return
        raise AssertionError((self.folder / "mosquitto.log").read_text())

    async def end(self) -> None:
        if self.process is not None:
            self.process.send_signal(signal.SIGTERM)
            await self.process.wait()
            self.process = None

    async def restart(self) -> None:
        await self.end()
        await self.start()
