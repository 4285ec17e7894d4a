"""Chains on which a program's address belongs to somebody else, so that its calls can be tried with anything."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import anchorpy
from anchorpy_core.idl import Idl
from tests.support.chain import ROOT
from tests.support.world import World

SOURCES = Path(__file__).resolve().parents[1] / "market" / "programs" / "impostors"


def compile_impostor(name: str, folder: Path) -> None:
    """Compiles impostors/false_`name`.py beside the real programs that it calls, into `folder`."""
    workspace = folder / "programs"
    if not workspace.exists():
        shutil.copytree(ROOT / "programs_py", workspace)
    shutil.copy(SOURCES / f"false_{name}.py", workspace)
    command = [Path(sys.executable).parent / "seahorse", "build", f"false_{name}.py", "--out-dir", str(folder)]
    built = subprocess.run(command, cwd=workspace, capture_output=True, text=True, check=False)
    assert built.returncode == 0, built.stderr


async def with_impostor(town: World, name: str, folder: Path) -> World:
    """A copy of a campus on which `name` is the impostor, whose instructions are in `programs["impostor"]`."""
    compile_impostor(name, folder)
    world = await World.start({name: folder / f"false_{name}.so"})
    await world.travel(max(0, await town.now() - await world.now()) + 1)
    for key, state in (await town.snapshot()).items():
        await world.set_account(key, state)
    world.watched |= town.watched
    idl = Idl.from_json((folder / f"false_{name}.legacy.json").read_text())
    world.programs["impostor"] = anchorpy.Program(idl, world.ids[name], world.provider)
    return world
