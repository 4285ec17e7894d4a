"""Runs the demo from an empty localnet to the audit, and says whether everything was as it should be."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path

from rich.console import Console

from gridtokenx.chain.connection.client import Client
from gridtokenx.chain.connection.cluster import check_cluster, parse_cluster
from gridtokenx.chain.connection.surfnet import Surfnet
from gridtokenx.chain.errors import GridTokenXError, leaves
from gridtokenx.chain.files.workspace import Checkout, find_workspace
from gridtokenx.demo import picture
from gridtokenx.demo.phases import auditing, certificates, day, founding, pausing, trading, upgrading
from gridtokenx.demo.world import DemoRun, Member, Roles, keypair
from gridtokenx.market.ami import Meter, Reading, complete_readings, load_meters
from solana_localnet.spawn import Localnet, LocalnetError, spawn

INTERRUPTED = 130
FOUNDING_SECONDS = 1800
"""How long before the day's first reading the chain begins: time enough to found the market."""
LOG_WIDTH = 120
"""Columns where there is no terminal to ask."""


def run_demo(picture_folder: Path | None = None) -> int:
    """Exit status: 0 after `demo: ok`, 1 when something differs or fails. Ends every process that it started."""
    console = Console(highlight=False)
    if not console.is_terminal:
        console = Console(highlight=False, width=LOG_WIDTH)
    started = time.perf_counter()
    try:
        workspace = find_workspace()
        folder = picture_folder or workspace.root / "target" / "demo"
        meters = load_meters(workspace.root / "data" / "ami" / "meters.csv")
        readings = complete_readings(workspace.root / "data" / "ami" / "readings.csv", meters)
        with _start(workspace, readings[0].timestamp - FOUNDING_SECONDS) as net:
            differences = asyncio.run(_live(console, workspace, net, folder, meters, readings))
    except KeyboardInterrupt:
        console.print("demo: interrupted")
        return INTERRUPTED
    except (GridTokenXError, LocalnetError, ExceptionGroup) as error:
        causes = list(leaves(error))
        if not all(isinstance(cause, GridTokenXError | LocalnetError) for cause in causes):
            raise
        differences = [str(cause) for cause in causes]
    for difference in differences:
        console.print(f"demo: {difference}", markup=False)
    if differences:
        console.print(f"demo: not ok, {len(differences)} differences")
        return 1
    console.print(f"  {time.perf_counter() - started:.0f} s in total")
    console.print("demo: ok")
    return 0


def _start(workspace: Checkout, start_time: int) -> Localnet:
    """A localnet whose clock starts before the day, with the built programs at their ids, which the demo's deployer
    may upgrade."""
    authority = str(Roles().deployer.pubkey())
    return spawn(
        upgradeable_programs=[
            (str(workspace.program_ids[name]), workspace.bytecode_path(name), authority)
            for name in workspace.built_programs
        ],
        start_time=start_time,
    )


async def _live(
    console: Console,
    workspace: Checkout,
    net: Localnet,
    folder: Path,
    meters: Sequence[Meter],
    readings: Sequence[Reading],
) -> list[str]:
    members = [Member(meter, keypair(meter.meter_id)) for meter in meters]
    async with Client(net.rpc_url, Roles().deployer, workspace, preflight=False) as client:
        await check_cluster(client.connection, parse_cluster(net.rpc_url))
        world = DemoRun(console, client, Surfnet(client), net.ws_url, members, readings)
        await _phases(world, folder)
    return world.differences


async def _phases(world: DemoRun, folder: Path) -> None:
    """Everything in SPEC's order of a system's life."""
    await _phase(world, "Accounts are funded", founding.fund)
    await _phase(world, "Programs are deployed", founding.deploy)
    await _phase(world, "The token that pays is made", founding.make_credit)
    await _phase(world, "The system is initialized", founding.initialize_system)
    await world.surfnet.pause_clock()
    await _phase(world, "Users and meters are registered", founding.register)
    traded: list[trading.Traded] = []

    async def live(world: DemoRun) -> None:
        traded.extend(await day.live_the_day(world))

    await _phase(world, "A day: metered, minted, traded in 96 auctions", live)
    await _phase(world, "The day is closed", trading.close_the_day)
    await _phase(world, "A certificate's life", certificates.certify)
    await _phase(world, "An emergency pause", pausing.pause_and_go_on)
    await _phase(world, "Upgrades become governance's", upgrading.hand_over)
    await _phase(world, "Audit from chain state alone", auditing.show_audit)

    await _phase(world, "Settled epochs are closed", trading.close_settled)

    async def draw(world: DemoRun) -> None:
        for path in await asyncio.to_thread(picture.draw, world.readings, traded, folder):
            world.console.print(f"  {path.relative_to(world.client.workspace.root)}")

    await _phase(world, "The picture of the day", draw)


async def _phase(world: DemoRun, title: str, work: Callable[[DemoRun], Awaitable[None]]) -> None:
    world.console.print(f"[bold]{title}[/]")
    started = time.perf_counter()
    known = len(world.differences)
    await work(world)
    new = len(world.differences) - known
    verdict = f"[red]{new} differences[/]" if new else "as it should be"
    world.console.print(f"  {verdict}, {time.perf_counter() - started:.1f} s\n")
