"""Runs the demo from an empty localnet to the audit, and says whether everything was as it should be."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from pathlib import Path

from localnet.spawn import Localnet, LocalnetError, spawn
from rich.console import Console
from rich.table import Table

from gridtokenx.ami import load_meters, load_readings
from gridtokenx.audit import audit, read_state
from gridtokenx.client import Client
from gridtokenx.cluster import check_cluster, parse_cluster
from gridtokenx.demo import certificates, founding, market, metering, minting, pausing, picture
from gridtokenx.demo.world import Cast, Member, World, keypair
from gridtokenx.errors import GridTokenXError
from gridtokenx.surfnet import Surfnet
from gridtokenx.workspace import Workspace, find_workspace

INTERRUPTED = 130


def run_demo(picture_folder: Path | None = None) -> int:
    """Exit status: 0 after `demo: ok`, 1 when something differs or fails. Ends every process that it started."""
    console = Console(highlight=False)
    started = time.perf_counter()
    try:
        workspace = find_workspace()
        with _start(workspace) as net:
            differences = asyncio.run(_live(console, workspace, net, picture_folder or workspace.root / "target" / "demo"))
    except KeyboardInterrupt:
        console.print("demo: interrupted")
        return INTERRUPTED
    except* (GridTokenXError, LocalnetError, OSError) as group:
        differences = [str(error) for error in group.exceptions]
    for difference in differences:
        console.print(f"demo: {difference}", markup=False)
    if differences:
        console.print(f"demo: {len(differences)} things differ")
        return 1
    console.print(f"  {time.perf_counter() - started:.0f} s in total")
    console.print("demo: ok")
    return 0
