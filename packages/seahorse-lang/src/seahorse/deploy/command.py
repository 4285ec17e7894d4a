"""`seahorse deploy`: the project's programs, with the keys and the cluster that its Anchor.toml names."""

from __future__ import annotations

import asyncio
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from solders.keypair import Keypair
from solders.pubkey import Pubkey

from seahorse.deploy.clusters import cluster_url, is_local
from seahorse.deploy.deployment import Deployment, DeploymentRefused, Unfinished, close_buffer, deploy_program
from seahorse.deploy.loader import read_buffer
from seahorse.deploy.rpc import DeployError, Rpc
from seahorse.deploy.wallet import load_keypair, save_keypair
from seahorse.driver.keys import ProgramKey, program_keys
from seahorse.driver.project import Project

POCKET_MONEY = 10 * 10**9
"""Lamports that a wallet on a cluster of this machine gets when it has less."""


@dataclass(frozen=True)
class DeploymentPlan:
    """One program to deploy: its bytecode and keys. `buffer`: where the key of an unfinished deployment is kept."""

    name: str
    code: bytes
    program: Keypair | Pubkey
    buffer: Path


@dataclass(frozen=True)
class Options:
    """The options of the command line; None for each that is absent."""

    cluster: str | None = None
    wallet: Path | None = None
    program_keypair: Path | None = None
    priority_fee: int = 0
    force: bool = False


def plan(project: Project, names: list[str], program_keypair: Path | None) -> list[DeploymentPlan]:
    """The programs to deploy, by default all. Raises DeployError when one is not built for its address."""
    known = {key.name: key for key in program_keys(project)}
    if unknown := [name for name in names if name not in known]:
        raise DeployError(f"there is no program {', '.join(unknown)}; there are {', '.join(known)}")
    chosen = names or list(known)
    if program_keypair is not None and len(chosen) != 1:
        raise DeployError("--program-keypair is one program's: name the program, too")
    return [_plan_one(project, known[name], program_keypair) for name in chosen]


def _plan_one(project: Project, key: ProgramKey, program_keypair: Path | None) -> DeploymentPlan:
    binary = project.target / "deploy" / f"{key.name}.so"
    idl = project.target / "idl" / f"{key.name}.json"
    if not binary.is_file() or not idl.is_file():
        raise DeployError(f"{key.name} is not built; run `seahorse build`")
    built_for = json.loads(idl.read_text(encoding="utf-8"))["address"]
    if built_for != key.declared:
        raise DeployError(f"{key.name} was built for {built_for}, now declares {key.declared}; run `seahorse build`")
    file = program_keypair or (key.keypair if key.keypair.is_file() else None)
    program: Keypair | Pubkey = Pubkey.from_string(key.declared) if file is None else load_keypair(file)
    if isinstance(program, Keypair) and str(program.pubkey()) != key.declared:
        raise DeployError(
            f"{file} is the key of {program.pubkey()}, but {key.name} declares {key.declared}; "
            "run `seahorse keys sync`, then `seahorse build`"
        )
    return DeploymentPlan(key.name, binary.read_bytes(), program, project.target / "deploy" / f"{key.name}-buffer.json")


def deploy_project(project: Project, names: list[str], options: Options, console: Console) -> None:
    """Deploy or upgrade programs of a project, one after the other, and print what was done. Raises DeployError."""
    provider: dict[str, Any] = project.anchor_toml().get("provider", {})
    url = cluster_url(options.cluster or provider.get("cluster") or "localnet")
    wallet = load_keypair(options.wallet or project.root / Path(provider.get("wallet") or "wallet.json").expanduser())
    asyncio.run(_deploy_all(url, wallet, plan(project, names, options.program_keypair), options, console))


async def _deploy_all(
    url: str, wallet: Keypair, plans: list[DeploymentPlan], options: Options, console: Console
) -> None:
    async with Rpc(url, priority_fee=options.priority_fee) as rpc:
        if is_local(url) and await rpc.balance(wallet.pubkey()) < POCKET_MONEY:
            await rpc.airdrop(wallet.pubkey(), POCKET_MONEY)
        for one in plans:
            done = await _deploy_one(rpc, wallet, one, options.force, console)
            console.print(f"{one.name}  {done.program}  {done.action}  {done.bytes:,} bytes", highlight=False)


async def _deploy_one(rpc: Rpc, wallet: Keypair, one: DeploymentPlan, force: bool, console: Console) -> Deployment:
    buffer = await _unfinished_buffer(rpc, wallet, one)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True) as bar:
        task = bar.add_task(one.name, total=None)

        def tell(written: int, total: int) -> None:
            bar.update(task, completed=written, total=total)

        try:
            done = await deploy_program(rpc, one.code, wallet, one.program, force=force, buffer=buffer, progress=tell)
        except Unfinished as error:
            if buffer is None:
                save_keypair(error.buffer, one.buffer)
            raise DeployError(f"{error}\nrun the command again to go on: the buffer's key is in {one.buffer}") from None
        except DeploymentRefused:
            one.buffer.unlink(missing_ok=True)
            raise
    one.buffer.unlink(missing_ok=True)
    return done


async def _unfinished_buffer(rpc: Rpc, wallet: Keypair, one: DeploymentPlan) -> Keypair | None:
    """The buffer of a deployment that broke off. A buffer for code of another size is closed, so that the wallet gets
    its rent back."""
    if not one.buffer.is_file():
        return None
    key = load_keypair(one.buffer)
    found = await read_buffer(rpc, key.pubkey())
    if found is not None and found.authority == wallet.pubkey() and len(found.code) != len(one.code):
        await close_buffer(rpc, key.pubkey(), wallet)
        found = None
    if found is None:
        one.buffer.unlink()
    return None if found is None else key
