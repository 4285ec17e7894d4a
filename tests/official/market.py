"""Checks of the five programs as somebody deploys them who has none of their keys: under ids of one's own."""

import json
import shutil
from pathlib import Path

from tests.official.anchor import CLIENT, COMPILER, anchor, built_idl, fetched
from tests.official.checks import Desk, check, expect
from tests.official.tools import ROOT

NAMES = ("registry", "oracle", "energy_token", "trading", "governance")
COPIED = ("programs_py", "scripts", "src", "Anchor.toml")


def checkout(desk: Desk) -> Path:
    """A checkout of the project with ids of its own, built once on each desk."""
    folder = desk.folder / "checkout"
    if folder.exists():
        return folder
    folder.mkdir()
    for name in COPIED:
        source = ROOT / name
        if source.is_dir():
            shutil.copytree(source, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(source, folder / name)
    (folder / ".venv").symlink_to(ROOT / ".venv")
    seahorse = str(COMPILER / "seahorse")
    desk.run(seahorse, "keys", "new", "--all", within=folder)
    said = desk.run(seahorse, "keys", "sync", within=folder)
    expect(said.count(" -> ") == len(NAMES), said)
    desk.run(seahorse, "build", within=folder, seconds=600)
    return folder


def ids(folder: Path) -> dict[str, str]:
    return {n: json.loads((folder / "target" / "idl" / f"{n}.json").read_text())["address"] for n in NAMES}


def gridtokenx(desk: Desk, folder: Path, *line: str) -> str:
    where = ("--cluster", desk.cluster.rpc_url)
    return desk.run(str(CLIENT / "gridtokenx"), *line, *where, within=folder)


@check("the five under own ids: keys, build, anchor deploy")
def deployment(desk: Desk) -> None:
    """Nobody has the keys of the published ids; five others are made, and everything follows from them."""
    folder = checkout(desk)
    anchor(desk, folder, "deploy", seconds=600)
    for name, program in ids(folder).items():
        expect(fetched(desk, folder, program) == built_idl(folder, name), f"the IDL of {name} is on the chain")
    said = gridtokenx(desk, folder, "deploy", "--wallet", desk.key("wallet"))
    expect(said.count("unchanged") == len(NAMES), said)


@check("the five: anchor run initialize-*, status, audit")
def initialization(desk: Desk) -> None:
    """The whole sequence, each step by `anchor run`; a second time it changes nothing."""
    folder = checkout(desk)
    steps = {
        "initialize-registry": (),
        "initialize-oracle": ("--api-gateway", desk.address("gateway")),
        "initialize-token": (),
        "initialize-market": (),
        "initialize-poa": ("--authority", desk.address("wallet")),
    }
    for step, options in steps.items():
        anchor(desk, folder, "run", step, *(("--", *options) if options else ()))
    again = anchor(desk, folder, "run", "initialize-registry")
    expect("nothing changed" in again, again)
    status = gridtokenx(desk, folder, "status")
    expect(all(program in status for program in ids(folder).values()), status)
    gridtokenx(desk, folder, "audit")
