"""A validator that runs already (CLUSTER_URL): the five programs on it, under ids made for one chain of the tests.

Nobody has the keys of the published ids, and what one module of tests has initialized would be in the way of the next:
so each chain has programs of its own. Whatever only localnet can do (its clock, accounts put where no program put them)
skips the test that asks for it, and says so.
"""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import sys
import tempfile
import tomllib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NoReturn

import pytest
from solders.keypair import Keypair
from solders.pubkey import Pubkey

ROOT = Path(__file__).resolve().parents[3]
URL = os.environ.get("CLUSTER_URL") or None
COMMITMENT = "confirmed"
WAIT_SECONDS = 60
# How far a time in an account may be from the clock as it is looked at: a few transactions.
CLOCK_SECONDS = 10
# Methods that look at the chain, with how many arguments come before their options.
_LOOKING = {"getAccountInfo": 1, "getMultipleAccounts": 1, "getProgramAccounts": 1, "getBalance": 1}
_LOOKING |= {"simulateTransaction": 1, "requestAirdrop": 2}


@dataclass
class Deployed:
    """Programs on a validator of somebody else: where it is, and a project folder that was built for them."""

    rpc_url: str
    folder: tempfile.TemporaryDirectory[str]
    ids: dict[str, Pubkey] = field(default_factory=dict[str, Pubkey])

    def close(self) -> None:
        """Forgets the folder. The validator goes on."""
        self.folder.cleanup()


def not_there(what: str) -> NoReturn:
    """Ends a test that needs something only localnet has."""
    pytest.skip(f"{URL} is not ours: {what}")


def options(method: str, params: list[Any]) -> list[Any]:
    """The parameters of a call; on a foreign validator, of what is confirmed rather than finalized."""
    if URL is None or method not in _LOOKING:
        return params
    before = _LOOKING[method]
    given: dict[str, Any] = params[before] if len(params) > before else {}
    return [*params[:before], {"commitment": COMMITMENT, **given}]


async def own_programs(url: str, authority: Keypair) -> Deployed:
    """Builds the programs for new ids and deploys them. Raises RuntimeError with what the command said."""
    made = Deployed(url, tempfile.TemporaryDirectory(prefix="own-programs-"))
    folder = Path(made.folder.name)
    shutil.copytree(ROOT / "programs_py", folder / "programs_py", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "Anchor.toml", folder)
    (folder / "deployer.json").write_text(json.dumps(list(bytes(authority))))
    for line in (
        ("keys", "new", "--all"),
        ("keys", "sync"),
        ("build", "--no-rust"),
        ("deploy", "--cluster", url, "--wallet", "deployer.json"),
    ):
        await _seahorse(folder, *line)
    ids = tomllib.loads((folder / "Anchor.toml").read_text())["programs"]["localnet"]
    made.ids = {name: Pubkey.from_string(text) for name, text in ids.items()}
    return made


async def _seahorse(folder: Path, *line: str) -> None:
    command = Path(sys.executable).parent / "seahorse"
    process = await asyncio.create_subprocess_exec(
        command, *line, cwd=folder, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT
    )
    said, _ = await process.communicate()
    if process.returncode:
        raise RuntimeError(f"seahorse {' '.join(line)}: {said.decode()[-2000:]}")


class Moment(int):
    """A time, in seconds, by a clock that nobody stops: equal to every time that is a few seconds away."""

    def __eq__(self, other: object) -> bool:
        return isinstance(other, int) and abs(int(self) - int(other)) <= CLOCK_SECONDS

    def __ne__(self, other: object) -> bool:
        return not self == other

    def __add__(self, other: int) -> Moment:
        return Moment(int(self) + other)

    def __sub__(self, other: int) -> Moment:
        return Moment(int(self) - other)

    __hash__ = int.__hash__
