"""A founded campus with `gridtokenx serve` in processes of their own, and what those processes used."""

from __future__ import annotations

import asyncio
import os
import re
import secrets
import sys
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from gridtokenx.chain.connection.client import Client
from gridtokenx.chain.connection.surfnet import Surfnet
from gridtokenx.chain.files.workspace import find_workspace
from gridtokenx.market.ami import Meter
from gridtokenx.services.campus.cast import CampusKeys, Resident, campus_keys, residents
from gridtokenx.services.campus.founding import found, spawn_campus
from gridtokenx.services.database.engine import Database
from solana_localnet.spawn import Localnet

LISTENING = re.compile(r"listening on \S+:(\d+)")
PATIENCE_SECONDS = 120
TICKS = os.sysconf("SC_CLK_TCK")
KIB_PER_MIB = 1024


@dataclass
class Served:
    """One process of the services. `port` is 0 where it has no API."""

    name: str
    process: asyncio.subprocess.Process
    port: int

    @property
    def cpu(self) -> float:
        """Seconds of CPU so far."""
        return cpu_of(self.process.pid)

    @property
    def memory(self) -> float:
        """Resident MiB."""
        return memory_of(self.process.pid)


def cpu_of(pid: int) -> float:
    """Seconds of CPU that a process used so far."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


def memory_of(pid: int) -> float:
    """Resident MiB of a process."""
    line = next(one for one in Path(f"/proc/{pid}/status").read_text().splitlines() if one.startswith("VmRSS"))
    return int(line.split()[1]) / KIB_PER_MIB


@dataclass
class MeasuredSite:
    """A campus, its database, and how to start services on it."""

    net: Localnet
    client: Client
    keys: CampusKeys
    people: list[Resident]
    surfnet: Surfnet
    url: str
    database: Database
    secret: str = field(default_factory=lambda: secrets.token_urlsafe(32))
    served: list[Served] = field(default_factory=list[Served])

    async def serve(self, *roles: str) -> Served:
        """Starts a process with these roles; returns when it listens, or has been started if it has no API."""
        environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith("GTX_")},
            "GTX_CLUSTER": self.net.rpc_url,
            "GTX_WEBSOCKET": self.net.ws_url,
            "GTX_DATABASE": self.url,
            "GTX_PORT": "0",
            "GTX_SECRET": self.secret,
            "GTX_GATEWAY_KEY": str(self.keys.path("gateway")),
            "GTX_MATCHER_KEY": str(self.keys.path("matcher")),
            "GTX_SPONSOR_KEY": str(self.keys.path("sponsor")),
            "GTX_READINGS_PATIENCE": "1",
        }
        words = [word for role in roles for word in ("--role", role)]
        line = [sys.executable, "-c", "from gridtokenx.cli import main; main()", "serve", *words]
        log = (self.keys.folder.parent / f"{'-'.join(roles)}.log").open("w")
        process = await asyncio.create_subprocess_exec(
            *line, env=environment, stdout=asyncio.subprocess.PIPE, stderr=log
        )
        port = 0
        if "api" in roles:
            assert process.stdout is not None
            async with asyncio.timeout(PATIENCE_SECONDS):
                while not (found := LISTENING.search((await process.stdout.readline()).decode())):
                    if process.stdout.at_eof():
                        raise RuntimeError(f"the services ended; see {log.name}")
            port = int(found[1])
        self.served.append(Served("+".join(roles), process, port))
        return self.served[-1]

    async def end(self) -> None:
        """Ends the services."""
        for one in self.served:
            if one.process.returncode is None:
                one.process.terminate()
        await asyncio.gather(*(one.process.wait() for one in self.served))


@asynccontextmanager
async def site(
    folder: Path, meters: Sequence[Meter], start_time: int, database: str | None
) -> AsyncGenerator[MeasuredSite]:
    """A campus with these meters' owners; its clock stands still."""
    workspace = find_workspace()
    keys = campus_keys(folder / "keys")
    people = residents(folder / "keys", list(meters))
    url = database or f"sqlite+aiosqlite:///{folder}/services.db"
    with spawn_campus(workspace, keys, start_time=start_time, block_delay_ms=None) as net:
        async with Client(net.rpc_url, keys.deployer, workspace, preflight=False) as client:
            await found(client, keys, people, open_registration=True)
            surfnet = Surfnet(client)
            tables = Database(url)
            await tables.migrate()
            made = MeasuredSite(net, client, keys, people, surfnet, url, tables)
            try:
                yield made
            finally:
                await made.end()
                await tables.close()
