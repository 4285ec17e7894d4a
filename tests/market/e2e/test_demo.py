"""The demo command: ends with its one line, finds what differs, and leaves no process behind, however it ends."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from dataclasses import replace
from itertools import groupby
from pathlib import Path

from rich.console import Console

from gridtokenx.chain.connection.client import Client
from gridtokenx.chain.connection.surfnet import Surfnet
from gridtokenx.chain.files.workspace import find_workspace
from gridtokenx.demo.phases import founding, metering
from gridtokenx.demo.world import DemoRun, Member, Roles, keypair
from gridtokenx.market.ami import complete_readings, load_meters
from solana_localnet.spawn import spawn

ROOT = Path(__file__).resolve().parents[3]
DEMO = [sys.executable, "-m", "gridtokenx.demo"]


def localnets() -> set[int]:
    """Processes that are localnets."""
    found: set[int] = set()
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            command = (folder / "cmdline").read_bytes().split(b"\0")
        except OSError:
            continue
        if b"localnet" in command and b"--exit-with-stdin" in command:
            found.add(int(folder.name))
    return found


def children(pid: int) -> set[int]:
    """Localnets that a process has started."""
    own: set[int] = set()
    for candidate in localnets():
        try:
            stat = Path(f"/proc/{candidate}/stat").read_text()
        except OSError:
            continue
        if int(stat.rsplit(")", 1)[1].split()[1]) == pid:
            own.add(candidate)
    return own


def test_the_whole_life_ends_well_and_leaves_nothing_behind():
    started = subprocess.Popen(DEMO, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    said, _ = started.communicate(timeout=300)
    assert started.returncode == 0, said[-4000:]
    assert said.splitlines()[-1] == "demo: ok"
    assert children(started.pid) == set()
    for name, magic in (("day.png", b"\x89PNG"), ("day.svg", b"<?xml")):
        picture = ROOT / "target" / "demo" / name
        assert picture.read_bytes().startswith(magic)
        assert time.time() - picture.stat().st_mtime < 300
    fresh, kept = ROOT / "target" / "demo" / "day.svg", ROOT / "docs" / "day.svg"
    assert fresh.read_bytes() == kept.read_bytes(), f"the README's picture is old: cp {fresh.relative_to(ROOT)} docs/"


def _heed_interrupts() -> None:
    # A shell that runs this in the background has told its children to ignore them.
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def test_an_interrupted_demo_takes_its_localnet_along():
    started = subprocess.Popen(
        DEMO, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, preexec_fn=_heed_interrupts
    )
    assert started.stdout is not None
    for line in started.stdout:
        if "Programs are deployed" in line:
            break
    running = children(started.pid)
    assert len(running) == 1
    started.send_signal(signal.SIGINT)
    rest, _ = started.communicate(timeout=30)
    assert started.returncode == 130, rest
    assert "demo: interrupted" in rest
    assert not running & localnets()


def test_a_localnet_that_does_not_start_is_told():
    environment = dict(os.environ, LOCALNET_PYTHON="/bin/false")
    result = subprocess.run(DEMO, cwd=ROOT, capture_output=True, text=True, timeout=60, env=environment, check=False)
    assert result.returncode == 1
    assert "demo: the localnet ended with status 1" in result.stdout
    assert "Traceback" not in result.stdout + result.stderr


async def test_one_watt_hour_too_few_is_found():
    workspace = find_workspace(ROOT)
    data = ROOT / "data" / "ami"
    meters = load_meters(data / "meters.csv")
    readings = complete_readings(data / "readings.csv", meters)[: 2 * len(meters)]
    start = readings[0].timestamp - 900
    authority = str(Roles().deployer.pubkey())
    programs = [
        (str(workspace.program_ids[n]), workspace.bytecode_path(n), authority) for n in workspace.built_programs
    ]
    with spawn(upgradeable_programs=programs, start_time=start) as net:
        async with Client(net.rpc_url, Roles().deployer, workspace, preflight=False) as client:
            members = [Member(meter, keypair(meter.meter_id)) for meter in meters]
            quiet = Console(file=open(os.devnull, "w"))  # noqa: SIM115
            world = DemoRun(quiet, client, Surfnet(client), net.ws_url, members, readings)
            await founding.fund(world)
            await founding.make_credit(world)
            await founding.initialize_system(world)
            await founding.register(world)
            await world.surfnet.pause_clock()
            for timestamp, slot in groupby(readings, key=lambda reading: reading.timestamp):
                await world.surfnet.travel_to(timestamp)
                await metering.submit_slot(world, list(slot))
            await metering.check_totals(world, {})
            assert world.differences == []

            honest = next(r for r in readings if r.meter_id == "METER_003")
            world.readings = [replace(r, consumed_wh=r.consumed_wh + 1) if r is honest else r for r in readings]
            await metering.check_totals(world, {})
            expected = sum(r.consumed_wh for r in readings if r.meter_id == "METER_003")
            assert world.differences == [f"METER_003: consumed Wh: {expected} instead of {expected + 1}"]
