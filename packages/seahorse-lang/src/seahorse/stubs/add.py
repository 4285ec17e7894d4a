"""Adds a program of others to a project: `seahorse add`."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from pathlib import Path

from solders.pubkey import Pubkey

from seahorse.deploy.clusters import cluster_url
from seahorse.deploy.rpc import DeployError
from seahorse.diagnostics import CompileError, Sources, render
from seahorse.driver.files import write_file
from seahorse.semantics import check_program
from seahorse.stubs.document import StubError, read_idl
from seahorse.stubs.fetch import fetch_idl
from seahorse.stubs.module import FIRST_LINE, Stub, stub_of
from seahorse.stubs.names import is_free


@dataclass(frozen=True)
class AddedProgram:
    """A module that was written. `changed`: whether it is another than before; `left_out`: name and reason."""

    path: Path
    changed: bool
    left_out: list[tuple[str, str]]


def add_program(
    folder: Path, source: str, name: str | None = None, address: str | None = None, cluster: str = "mainnet"
) -> AddedProgram:
    """Write the module of a program into `folder`. `source`: the file of its IDL, or its address on `cluster`.

    A module that `seahorse add` wrote is written anew; any other file stays. Raises StubError; then nothing is written.
    """
    text, known = idl_text(source, cluster)
    document = read_idl(text)
    module = name or document.name
    if not is_free(module):
        raise StubError(f"`{module}` cannot name a module here; give another: --name other_name")
    where = address or known or document.address
    if where is None:
        raise StubError("this IDL does not say the program's address; give it: --address ADDRESS")
    stub = stub_of(document, str(address_of(where)))
    path = folder / f"{module}.py"
    before = path.read_text(encoding="utf-8") if path.is_file() else None
    if before is not None and not before.startswith(FIRST_LINE):
        raise StubError(f"{path} is there already, and `seahorse add` did not write it; give another name: --name")
    if (folder / module).is_dir():
        raise StubError(f"{folder / module} is a folder; give another name: --name")
    _check(stub, path)
    if stub.text != before:
        write_file(path, stub.text.encode())
    return AddedProgram(path, stub.text != before, stub.left_out)


def idl_text(source: str, cluster: str) -> tuple[str, str | None]:
    """The text of an IDL, and the program's address when that is how it was found. Raises StubError."""
    file = Path(source)
    if file.is_file():
        try:
            return file.read_text(encoding="utf-8"), None
        except (OSError, UnicodeDecodeError) as error:
            raise StubError(f"{file} cannot be read: {error}") from None
    try:
        program = Pubkey.from_string(source)
    except ValueError:
        raise StubError(
            f"{source} is neither a file nor an address; give the IDL's file or the program's address"
        ) from None
    try:
        url = cluster_url(cluster)
    except DeployError as error:
        raise StubError(str(error)) from None
    return asyncio.run(fetch_idl(url, program)), str(program)


def address_of(text: str) -> Pubkey:
    """An address that a user or an IDL gave. Raises StubError."""
    try:
        return Pubkey.from_string(text)
    except ValueError:
        raise StubError(f"`{text}` is not an address; give the program's: --address ADDRESS") from None


def _check(stub: Stub, path: Path) -> None:
    """The compiler must accept the module: `seahorse add` checks it in a file beside its final place."""
    trial = path.with_name(f"{path.stem}_trial_.py")
    write_file(trial, stub.text.encode())
    sources = Sources()
    try:
        check_program(trial, sources)
    except CompileError as error:
        told = "\n".join(render(d, sources) for d in error.diagnostics[:5])
        raise StubError(f"this IDL gives a module that the compiler refuses:\n{told}") from None
    finally:
        trial.unlink()
