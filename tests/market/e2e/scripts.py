"""The operator's scripts, run as an operator runs them."""

from __future__ import annotations

import asyncio
import json
import sys
from dataclasses import dataclass
from pathlib import Path

from solders.keypair import Keypair
from tests.support.chain import ROOT


@dataclass(frozen=True)
class Ran:
    """How a script ended and what it said."""

    status: int
    output: str
    errors: str


def wallet_file(folder: Path, wallet: Keypair, name: str = "wallet.json") -> Path:
    """A keypair file as the Solana tools write it."""
    path = folder / name
    path.write_text(json.dumps(list(bytes(wallet))))
    return path


async def run_script(name: str, *arguments: object) -> Ran:
    """Runs scripts/`name`.py; the event loop goes on meanwhile."""
    command = [sys.executable, str(ROOT / "scripts" / f"{name}.py"), *(str(argument) for argument in arguments)]
    pipe = asyncio.subprocess.PIPE
    process = await asyncio.create_subprocess_exec(*command, cwd=ROOT, stdout=pipe, stderr=pipe)
    output, errors = await process.communicate()
    return Ran(process.returncode or 0, output.decode(), errors.decode())


async def initialize(url: str, wallet: Path, gateway: object, rec: object) -> list[Ran]:
    """Document A's initialization sequence; every step must succeed."""
    common = ("--cluster", url, "--wallet", wallet)
    steps = [
        await run_script("initialize_registry", *common),
        await run_script("initialize_oracle", "--api-gateway", gateway, *common),
        await run_script("initialize_token", *common),
        await run_script("initialize_market", *common),
        await run_script("initialize_poa", "--authority", rec, *common),
    ]
    assert [step.status for step in steps] == [0] * 5, [step.errors for step in steps]
    return steps
