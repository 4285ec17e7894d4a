"""Writes a client: `seahorse client`."""

from __future__ import annotations

import json
import keyword
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from solders.pubkey import Pubkey

from seahorse.client.package import ClientPackage, ClientProgram
from seahorse.client.text import MARK
from seahorse.driver.compile import Compiler
from seahorse.driver.files import write_file
from seahorse.idl import anchor_idl
from seahorse.stubs import StubError
from seahorse.stubs.add import address_of, idl_text
from seahorse.stubs.document import read_idl


@dataclass(frozen=True)
class ClientRun:
    """What a run did: the files that it wrote, those that it removed, and what is left out: name and reason."""

    written: list[Path]
    removed: list[Path]
    left_out: list[tuple[str, str]]


@dataclass(frozen=True)
class ClientSources:
    """Where programs come from: the .py files of programs, files of IDLs, or addresses of programs on `cluster`.

    `name`, `address`: of the one IDL that there is, in place of what it says itself.
    """

    given: list[str]
    name: str | None = None
    address: str | None = None
    cluster: str = "mainnet"


def programs_of(sources: ClientSources, compiler: Compiler) -> list[ClientProgram]:
    """The programs of a client. Raises CompileError, StubError."""
    files = [Path(one) for one in sources.given if one.endswith(".py")]
    idls = [one for one in sources.given if not one.endswith(".py")]
    if (sources.name is not None or sources.address is not None) and (files or len(idls) != 1):
        raise StubError(
            "--name and --address are for one IDL; give its file or the program's address, and nothing else"
        )
    for file in files:
        if not file.is_file():
            raise StubError(f"{file} is not a file; give the path of a program's .py file")
    return [*_compiled(files, compiler), *(_of_idl(one, sources) for one in idls)]


def _compiled(files: list[Path], compiler: Compiler) -> list[ClientProgram]:
    programs: list[ClientProgram] = []
    for program in compiler.lower_all(files):
        document = read_idl(json.dumps(anchor_idl(program)))
        own = frozenset(declaration.name for declaration in program.accounts)
        programs.append(ClientProgram(document, Pubkey.from_bytes(program.id), own))
    return programs


def _of_idl(source: str, sources: ClientSources) -> ClientProgram:
    text, known = idl_text(source, sources.cluster)
    document = read_idl(text, sources.name)
    where = sources.address or known or document.address
    if where is None:
        raise StubError(f"the IDL of {document.name} does not say the program's address; give it: --address ADDRESS")
    return ClientProgram(document, address_of(where))


def write_client(client: ClientPackage, folder: Path, *, check: bool = False) -> ClientRun:
    """Make a folder the client: write what differs, remove what an earlier run wrote and this one does not.

    Raises StubError, and changes nothing, where a file is there that no run wrote; with `check`, where anything would
    change.
    """
    name = folder.resolve().name
    if not name.isidentifier() or keyword.iskeyword(name):
        raise StubError(f"Python cannot import a package of the name `{name}`; give another --out")
    wanted = {folder / path: text.encode() for path, text in client.files.items()}
    for path in wanted:
        if path.is_dir() or any(parent.is_file() for parent in path.parents) or (path.is_file() and not _is_ours(path)):
            raise StubError(f"{path} is there already, and `seahorse client` did not write it; give another --out")
    old = [path for path in sorted(folder.rglob("*.py")) if path not in wanted and _is_ours(path)]
    new = [path for path, data in wanted.items() if not path.is_file() or path.read_bytes() != data]
    if check and (old or new):
        raise StubError(f"{[*old, *new][0]} is not what the programs give now; run `seahorse client` again")
    for path in new:
        write_file(path, wanted[path])
    for path in old:
        path.unlink()
    _remove_empty({path.parent for path in old}, folder)
    return ClientRun(new, old, client.left_out)


def _remove_empty(folders: Sequence[Path] | set[Path], top: Path) -> None:
    for folder in sorted(folders, reverse=True):
        if folder != top and folder.is_dir() and not any(folder.iterdir()):
            folder.rmdir()


def _is_ours(path: Path) -> bool:
    with path.open(encoding="utf-8", errors="replace") as file:
        return file.readline().rstrip() == MARK
