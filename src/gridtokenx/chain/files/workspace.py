"""The project's files: Anchor.toml, what was compiled, and the program ids."""

from __future__ import annotations

import json
import os
import tomllib
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, cast

from solders.pubkey import Pubkey

from gridtokenx.chain.errors import WorkspaceError
from gridtokenx.chain.files.release import FOLDER, program_ids

PROGRAM_NAMES = ("registry", "oracle", "energy_token", "trading", "governance")
"""In the order of the initialization sequence."""

ROOT_VARIABLE = "GRIDTOKENX_ROOT"


@dataclass(frozen=True)
class Checkout:
    """A checkout of the project. Paths are absolute."""

    root: Path

    @cached_property
    def anchor_toml(self) -> dict[str, Any]:
        """Anchor.toml as a dictionary. Raises WorkspaceError when it cannot be read."""
        path = self.root / "Anchor.toml"
        try:
            return tomllib.loads(path.read_text(encoding="utf-8"))
        except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
            raise WorkspaceError(f"{path} cannot be read: {error}") from None

    @cached_property
    def program_ids(self) -> dict[str, Pubkey]:
        """Program ids by name, from `[programs.localnet]`; they are the same on every cluster."""
        section = cast(dict[str, dict[str, str]], self.anchor_toml.get("programs", {})).get("localnet", {})
        missing = [name for name in PROGRAM_NAMES if name not in section]
        if missing:
            raise WorkspaceError(f"Anchor.toml: [programs.localnet] lacks {', '.join(missing)}; add their ids")
        return {name: Pubkey.from_string(section[name]) for name in PROGRAM_NAMES}

    @property
    def built_programs(self) -> tuple[str, ...]:
        """Programs whose IDL was built, in initialization order."""
        return tuple(n for n in PROGRAM_NAMES if self.idl_path(n).exists() and self.legacy_idl_path(n).exists())

    def idl_path(self, name: str) -> Path:
        """The IDL, Anchor spec 0.1.0."""
        return self.root / "target" / "idl" / f"{name}.json"

    def legacy_idl_path(self, name: str) -> Path:
        """The older IDL form that AnchorPy reads."""
        return self.root / "target" / "idl" / "legacy" / f"{name}.json"

    def bytecode_path(self, name: str) -> Path:
        """The program itself, sBPF."""
        return self.root / "target" / "deploy" / f"{name}.so"

    def load_idl(self, name: str) -> dict[str, Any]:
        """The IDL as a dictionary. Raises WorkspaceError when the program was not built."""
        try:
            return cast(dict[str, Any], json.loads(self.idl_path(name).read_text(encoding="utf-8")))
        except OSError:
            raise WorkspaceError(f"{name} is not built: {self.idl_path(name)} is missing; run `make build`") from None
        except ValueError as error:
            raise WorkspaceError(f"{self.idl_path(name)} is not JSON ({error}); run `make build`") from None

    def load_legacy_idl(self, name: str) -> str:
        """The older IDL's text. Raises WorkspaceError when the program was not built."""
        try:
            return self.legacy_idl_path(name).read_text(encoding="utf-8")
        except OSError:
            path = self.legacy_idl_path(name)
            raise WorkspaceError(f"{name} is not built: {path} is missing; run `make build`") from None

    def load_bytecode(self, name: str) -> bytes:
        """The program's ELF. Raises WorkspaceError when it was not built."""
        try:
            return self.bytecode_path(name).read_bytes()
        except OSError:
            path = self.bytecode_path(name)
            raise WorkspaceError(f"{name} is not built: {path} is missing; run `make build`") from None

    def provider(self, key: str) -> str | None:
        """`cluster` or `wallet` of `[provider]`."""
        value = cast(dict[str, Any], self.anchor_toml.get("provider", {})).get(key)
        return value if isinstance(value, str) else None


class Installed(Checkout):
    """Files that the package carries, for machines without a checkout: IDLs and ids, but no programs to deploy."""

    @cached_property
    def anchor_toml(self) -> dict[str, Any]:
        """The programs' entries in the release's Anchor.toml."""
        return {"programs": {"localnet": program_ids()}}

    def idl_path(self, name: str) -> Path:
        """The IDL, Anchor spec 0.1.0."""
        return self.root / f"{name}.json"

    def legacy_idl_path(self, name: str) -> Path:
        """The older IDL form that AnchorPy reads."""
        return self.root / "legacy" / f"{name}.json"


def installed() -> Installed:
    """The files that this package brings along."""
    return Installed(FOLDER)


def find_workspace(start: Path | None = None) -> Checkout:
    """The checkout around `start` (the current folder), or the one that this package was installed from.

    GRIDTOKENX_ROOT overrides both. Raises WorkspaceError when there is none.
    """
    if ROOT_VARIABLE in os.environ:
        root = Path(os.environ[ROOT_VARIABLE]).resolve()
        if not (root / "Anchor.toml").exists():
            raise WorkspaceError(
                f"{ROOT_VARIABLE} is {root}, where there is no Anchor.toml; name a checkout of the project"
            )
        return Checkout(root)
    here = (start or Path.cwd()).resolve()
    for folder in (here, *here.parents, *Path(__file__).resolve().parents):
        if (folder / "Anchor.toml").exists() and (folder / "programs_py").is_dir():
            return Checkout(folder)
    raise WorkspaceError(f"no Anchor.toml in {here} or above; run this inside a checkout of the project")
