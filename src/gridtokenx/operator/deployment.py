"""Deploys the built programs to a cluster, one after the other."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable, Sequence
from pathlib import Path

from gridtokenx.chain.connection.client import Client
from gridtokenx.chain.connection.deploy import Deployment, deploy
from gridtokenx.chain.errors import StateError
from gridtokenx.chain.files.wallet import load_keypair

ProgramProgress = Callable[[str, int, int], None]


async def deploy_programs(
    client: Client,
    names: Sequence[str] = (),
    *,
    keypairs: Path | None = None,
    force: bool = False,
    progress: ProgramProgress | None = None,
) -> AsyncGenerator[tuple[str, Deployment], None]:
    """Deploys or upgrades `names` (default: all that are built); yields each result as it is there.

    `keypairs` is a folder with NAME-keypair.json, which a first deployment needs. The client's payer is, or becomes,
    the upgrade authority. Calls `progress` with (name, chunks written, chunks in all).
    """
    workspace = client.workspace
    built = workspace.built_programs
    if unknown := [name for name in names if name not in built]:
        raise StateError(
            f"{', '.join(unknown)}: not built; there are {', '.join(built) or 'no programs'}; run `make build`"
        )
    for name in names or built:
        keypair = None if keypairs is None else keypairs / f"{name}-keypair.json"

        def tell(done: int, total: int, name: str = name) -> None:
            if progress is not None:
                progress(name, done, total)

        result = await deploy(
            client,
            workspace.program_ids[name],
            workspace.load_bytecode(name),
            client.payer,
            program_keypair=load_keypair(keypair) if keypair is not None and keypair.exists() else None,
            force=force,
            progress=tell,
        )
        yield name, result
