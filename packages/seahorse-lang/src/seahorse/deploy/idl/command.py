"""`seahorse idl`: the IDLs of the project's programs to the chain, and a program's IDL from there."""

from __future__ import annotations

import asyncio
import json
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

from solders.keypair import Keypair
from solders.pubkey import Pubkey

from seahorse.deploy.clusters import cluster_url
from seahorse.deploy.idl import anchor_account, metadata
from seahorse.deploy.rpc import DeployError, Rpc
from seahorse.deploy.wallet import load_keypair
from seahorse.driver.project import Project


class IdlPlace(StrEnum):
    """Where an IDL is kept."""

    ANCHOR = "anchor"
    METADATA = "metadata"


@dataclass(frozen=True)
class Upload:
    """The form of the IDL to upload: `legacy` is the older one, which AnchorPy reads."""

    place: IdlPlace
    legacy: bool = False


def upload(
    project: Project, names: list[str], what: Upload, cluster: str | None, wallet: Path | None
) -> list[tuple[str, Pubkey]]:
    """Write the IDLs of programs, by default of all. Returns each with its address. Raises DeployError."""
    provider: dict[str, Any] = project.anchor_toml().get("provider", {})
    url = cluster_url(cluster or provider.get("cluster") or "localnet")
    key = load_keypair(wallet or project.root / Path(provider.get("wallet") or "wallet.json").expanduser())
    return asyncio.run(_upload(url, key, _idls(project, names, what.legacy), what.place))


def _idls(project: Project, names: list[str], legacy: bool) -> list[tuple[str, Pubkey, str]]:
    """Name, address and text of each IDL."""
    folder = project.target / "idl"
    known = [path.stem for path in sorted(folder.glob("*.json"))]
    if unknown := [name for name in names if name not in known]:
        raise DeployError(f"no IDL was built of {', '.join(unknown)}; run `seahorse build`")
    if not known:
        raise DeployError(f"there is no IDL in {folder}; run `seahorse build`")
    found: list[tuple[str, Pubkey, str]] = []
    for name in names or known:
        address = Pubkey.from_string(json.loads((folder / f"{name}.json").read_text(encoding="utf-8"))["address"])
        path = folder / "legacy" / f"{name}.json" if legacy else folder / f"{name}.json"
        # Without what only people need.
        text = json.dumps(json.loads(path.read_text(encoding="utf-8")), separators=(",", ":"), ensure_ascii=False)
        found.append((name, address, text))
    return found


async def _upload(
    url: str, wallet: Keypair, idls: list[tuple[str, Pubkey, str]], place: IdlPlace
) -> list[tuple[str, Pubkey]]:
    put = anchor_account.upload_idl if place is IdlPlace.ANCHOR else metadata.upload_metadata
    async with Rpc(url) as rpc:
        return [(name, await put(rpc, program, text, wallet)) for name, program, text in idls]


def fetch(program: str, cluster: str, place: IdlPlace | None) -> str:
    """The IDL of a program, as text that people read. `place` None: wherever it is. Raises DeployError."""
    try:
        address = Pubkey.from_string(program)
    except ValueError:
        raise DeployError(f"{program} is no address") from None
    text = asyncio.run(_fetch(cluster_url(cluster), address, place))
    try:
        return json.dumps(json.loads(text), indent=2, ensure_ascii=False) + "\n"
    except ValueError as error:
        raise DeployError(f"the IDL that the chain keeps for {program} is not JSON: {error}") from None


async def _fetch(url: str, program: Pubkey, place: IdlPlace | None) -> str:
    async with Rpc(url) as rpc:
        if place is not IdlPlace.METADATA and (text := await anchor_account.fetch_idl(rpc, program)) is not None:
            return text
        if place is IdlPlace.METADATA or (place is None and (await rpc.accounts([metadata.PROGRAM_METADATA]))[0]):
            text = await metadata.fetch_metadata(rpc, program)
            if text is not None:
                return text
    raise DeployError(f"{program} has no IDL on {url}; save it from its documentation")
