"""Which IDL belongs to a program: registered by a client, from a file, or published on the chain."""

import json
import logging
import time
import tomllib
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

from solders.pubkey import Pubkey

from solana_localnet.chain.decoded import AccountReader
from solana_localnet.idl.document import Idl, IdlError, read_idl
from solana_localnet.idl.onchain import anchor_address, metadata_address, read_published
from solana_localnet.settings import ValidatorSettings

log = logging.getLogger("localnet.idl")

RESCAN_SECONDS = 1.0
MAX_REGISTRATIONS = 64
"""Registered IDLs kept per program."""


@dataclass(slots=True)
class _File:
    """A file that was read. idl: None when it holds no IDL."""

    changed: int
    idl: Idl | None


class Library:
    """Finds the IDL of a program. paths: files and folders of *.json; names: addresses by program name.

    names: for documents without an address, as older Anchor wrote them.
    """

    def __init__(self, paths: Sequence[Path] = (), names: dict[str, Pubkey] | None = None) -> None:
        self.paths = paths
        self.names = names or {}
        self._registered: dict[Pubkey, list[tuple[int, Idl]]] = {}
        self._files: dict[Path, _File] = {}
        self._by_address: dict[Pubkey, Idl] = {}
        self._scanned = float("-inf")
        self._published: dict[Pubkey, tuple[Any, Idl | None]] = {}

    def register(self, idl: Idl, slot: int) -> None:
        """Makes `idl` the program's own from `slot` on. Raises IdlError when it does not say whose it is."""
        if idl.address is None:
            raise IdlError("the IDL names no `address`")
        entries = self._registered.setdefault(idl.address, [])
        entries[:] = [entry for entry in entries if entry[0] != slot][-MAX_REGISTRATIONS + 1 :]
        entries.append((slot, idl))
        entries.sort(key=lambda entry: entry[0])

    def forget_registered(self) -> None:
        """Forgets what clients registered."""
        self._registered.clear()

    def find(self, program: Pubkey, read: AccountReader, slot: int | None = None) -> Idl | None:
        """The IDL of `program` as of `slot` (now, when None). read: the chain's accounts."""
        entries = self._registered.get(program)
        if entries:
            known = len(entries) if slot is None else bisect_right(entries, slot, key=lambda entry: entry[0])
            if known:
                return entries[known - 1][1]
        found = self._from_files().get(program)
        return found if found is not None else self._from_chain(program, read)

    def _from_chain(self, program: Pubkey, read: AccountReader) -> Idl | None:
        """The IDL that the program published. The library unpacks it again only when one of the two accounts has
        changed."""
        places = [read(anchor_address(program)), read(metadata_address(program))]
        state = [None if account is None else account.data for account in places]
        cached = self._published.get(program)
        if cached is None or cached[0] != state:
            document = None if state == [None, None] else read_published(program, read)
            try:
                idl = None if document is None else read_idl(document)
            except IdlError as error:
                log.warning("program %s published an IDL that cannot be used: %s", program, error)
                idl = None
            cached = self._published[program] = (state, idl)
        return cached[1]

    def _from_files(self) -> dict[Pubkey, Idl]:
        now = time.monotonic()
        if now - self._scanned >= RESCAN_SECONDS:
            self._scanned = now
            self._scan()
        return self._by_address

    def _scan(self) -> None:
        seen: dict[Path, _File] = {}
        for path in self.paths:
            for file in sorted(path.glob("*.json")) if path.is_dir() else [path]:
                try:
                    changed = file.stat().st_mtime_ns
                except OSError:
                    continue
                known = self._files.get(file)
                seen[file] = known if known is not None and known.changed == changed else _read(file, changed)
        self._files = seen
        self._by_address = {}
        for file in seen.values():
            address = None if file.idl is None else file.idl.address or self.names.get(file.idl.name)
            if address is not None and file.idl is not None:
                self._by_address.setdefault(address, file.idl)


def open_library(settings: ValidatorSettings) -> Library:
    """A library of `--idl` and of the Anchor workspace's target/idl. Raises IdlError for a path that does not exist."""
    paths, names = list(settings.idls), dict[str, Pubkey]()
    for path in paths:
        if not path.exists():
            raise IdlError(f"{path} cannot be read: there is no such file or folder; --idl names IDLs")
    if settings.anchor_toml is not None:
        paths.append(settings.anchor_toml.parent / "target" / "idl")
        names = _workspace_names(settings.anchor_toml)
    return Library(paths, names)


def _workspace_names(anchor_toml: Path) -> dict[str, Pubkey]:
    """Addresses under [programs.…] of an Anchor.toml, by program name; leaves out values that are not addresses."""
    try:
        clusters = cast(dict[str, dict[str, Any]], tomllib.loads(anchor_toml.read_text()).get("programs", {}))
    except (OSError, ValueError):
        return {}
    names: dict[str, Pubkey] = {}
    for programs in (clusters.get("localnet", {}), *clusters.values()):
        for name, entry in programs.items():
            address = cast(dict[str, Any], entry).get("address") if isinstance(entry, dict) else entry
            try:
                names.setdefault(name, Pubkey.from_string(str(address)))
            except ValueError:
                continue
    return names


def _read(file: Path, changed: int) -> _File:
    try:
        return _File(changed, read_idl(json.loads(file.read_text())))
    except (OSError, ValueError) as error:
        log.warning("%s is no IDL: %s", file, error)
        return _File(changed, None)
