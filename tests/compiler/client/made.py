"""Clients that tests make and import, and IDLs to make them of."""

from __future__ import annotations

import importlib
import itertools
import json
import sys
from pathlib import Path
from typing import Any

from seahorse.client.command import ClientSources, programs_of, write_client
from seahorse.client.package import ClientPackage, client_of
from seahorse.driver.compile import Compiler

ADDRESS = "Fg6PaFpoGXkYsidMpWTK6W2BeZ7FEfcYkg476zPFsLnS"
ROOT = Path(__file__).resolve().parents[3]
_numbers = itertools.count()


class Made:
    """A client that was written and can be imported."""

    def __init__(self, folder: Path, left_out: list[tuple[str, str]]) -> None:
        self.folder = folder
        self.left_out = left_out

    def module(self, path: str) -> Any:
        """A module of it, such as `other.accounts`."""
        if str(self.folder.parent) not in sys.path:
            sys.path.insert(0, str(self.folder.parent))
        return importlib.import_module(f"{self.folder.name}.{path}")


def client_from(
    file: Path, *, name: str | None = None, address: str | None = None, sync: bool = False
) -> ClientPackage:
    """The client of the IDL in a file. Raises StubError."""
    return client_of(programs_of(ClientSources([str(file)], name, address), Compiler()), sync=sync)


def made(tmp_path: Path, document: dict[str, Any], *, sync: bool = False, **options: Any) -> Made:
    """The client of an IDL, in a package of its own name."""
    file = tmp_path / "idl.json"
    file.write_text(json.dumps(document))
    client = client_from(file, sync=sync, **options)
    folder = tmp_path / f"made_{next(_numbers)}"
    return Made(folder, write_client(client, folder).left_out)


def idl(**parts: Any) -> dict[str, Any]:
    """An IDL of Anchor's spec 0.1.0 with some parts."""
    return {"address": ADDRESS, "metadata": {"name": "other", "spec": "0.1.0"}, "instructions": [], **parts}


def fields(**types: Any) -> list[dict[str, Any]]:
    """Named fields."""
    return [{"name": name, "type": kind} for name, kind in types.items()]


def struct(name: str, docs: list[str] | None = None, /, **types: Any) -> dict[str, Any]:
    """A struct."""
    return {"name": name, "docs": docs or [], "type": {"kind": "struct", "fields": fields(**types)}}


def enum(name: str, *variants: str | dict[str, Any]) -> dict[str, Any]:
    """An enum; a variant with data is given as the IDL has it."""
    rows = [{"name": v} if isinstance(v, str) else v for v in variants]
    return {"name": name, "type": {"kind": "enum", "variants": rows}}


def defined(name: str) -> dict[str, Any]:
    """A type by its name."""
    return {"defined": {"name": name}}


def instruction(name: str, accounts: list[Any] | None = None, /, **args: Any) -> dict[str, Any]:
    """An instruction with named arguments."""
    return {"name": name, "accounts": accounts or [], "args": fields(**args)}
