"""Where IDLs come from: clients, files that may change, the Anchor workspace, and the chain itself."""

import json
import os
import time
from pathlib import Path
from typing import Any

import pytest
from solders.account import Account
from solders.pubkey import Pubkey
from tests.localnet.explorer import meter

from solana_localnet.idl import library as module
from solana_localnet.idl.document import IdlError, read_idl
from solana_localnet.idl.library import Library, open_library
from solana_localnet.idl.onchain import (
    METADATA_PROGRAM,
    anchor_address,
    metadata_address,
    pack_anchor,
    pack_metadata,
)
from solana_localnet.settings import Settings

PROGRAM = Pubkey(bytes([9] * 32))
Accounts = dict[Pubkey, Account]


def named(name: str, program: Pubkey | None = PROGRAM) -> dict[str, Any]:
    document = meter.idl(program or PROGRAM)
    document["metadata"]["name"] = name
    if program is None:
        del document["address"]
    return document


def name(found: Any) -> str | None:
    return None if found is None else found.name


def test_registrations_hold_from_their_slot_on() -> None:
    library = Library()
    for slot, text in ((5, "five"), (20, "twenty"), (20, "twenty again"), (10, "ten")):
        library.register(read_idl(named(text)), slot)
    read: Accounts = {}
    found = [name(library.find(PROGRAM, read.get, slot)) for slot in (4, 5, 9, 10, 19, 20, 99)]
    assert found == [None, "five", "five", "ten", "ten", "twenty again", "twenty again"]
    assert name(library.find(PROGRAM, read.get)) == "twenty again"
    library.forget_registered()
    assert library.find(PROGRAM, read.get) is None
    with pytest.raises(IdlError, match="names no `address`"):
        library.register(read_idl(named("x", None)), 1)


@pytest.mark.parametrize("owner", [PROGRAM, METADATA_PROGRAM])
def test_published_on_the_chain(owner: Pubkey) -> None:
    library = Library()
    anchor = owner == PROGRAM
    place = anchor_address(PROGRAM) if anchor else metadata_address(PROGRAM)

    def pack(document: bytes) -> bytes:
        return pack_anchor(PROGRAM, document, bytes(8)) if anchor else pack_metadata(PROGRAM, document)

    accounts: Accounts = {place: Account(1, pack(json.dumps(named("published")).encode()), owner, False, 0)}
    assert name(library.find(PROGRAM, accounts.get)) == "published"
    accounts[place] = Account(1, pack(json.dumps(named("upgraded")).encode()), owner, False, 0)
    assert name(library.find(PROGRAM, accounts.get)) == "upgraded"
    whole = pack(json.dumps(named("cut")).encode())
    for data in (b"", whole[:50], whole[:-9], pack(b"[1]"), pack(b"not json"), pack(b'{"instructions": 1}')):
        accounts[place] = Account(1, data, owner, False, 0)
        assert library.find(PROGRAM, accounts.get) is None
    # An account that a stranger made at a place of his own says nothing about the program.
    accounts[place] = Account(1, whole, Pubkey.default(), False, 0)
    assert library.find(PROGRAM, accounts.get) is None


def test_an_idl_that_unpacks_to_gigabytes_is_refused() -> None:
    data = pack_anchor(PROGRAM, b" " * (9 << 20), bytes(8))
    assert len(data) < 20_000
    accounts = {anchor_address(PROGRAM): Account(1, data, PROGRAM, False, 0)}
    assert Library().find(PROGRAM, accounts.get) is None


def test_files_are_read_again_when_they_change(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "RESCAN_SECONDS", 0.0)
    file = tmp_path / "one.json"
    library = Library([tmp_path])
    assert library.find(PROGRAM, {}.get) is None
    for text in ("first", "second"):
        file.write_text(json.dumps(named(text)))
        os.utime(file, ns=(time.time_ns(), time.time_ns() + len(text)))
        assert name(library.find(PROGRAM, {}.get)) == text
    file.write_text("{")
    os.utime(file, ns=(1, 1))
    assert library.find(PROGRAM, {}.get) is None
    file.unlink()
    assert library.find(PROGRAM, {}.get) is None


def test_the_workspace_of_an_anchor_toml(tmp_path: Path) -> None:
    other = Pubkey(bytes([8] * 32))
    (tmp_path / "target" / "idl").mkdir(parents=True)
    (tmp_path / "target" / "idl" / "a.json").write_text(json.dumps(named("with_address")))
    (tmp_path / "target" / "idl" / "b.json").write_text(json.dumps(named("without", None)))
    toml = tmp_path / "Anchor.toml"
    toml.write_text(f'[programs.localnet]\nwithout = {{ address = "{other}" }}\nbad = "x"\n')
    library = open_library(Settings(anchor_toml=toml))
    assert name(library.find(PROGRAM, {}.get)) == "with_address"
    assert name(library.find(other, {}.get)) == "without"
    with pytest.raises(IdlError, match="no such file"):
        open_library(Settings(idls=[tmp_path / "nowhere"]))


def test_a_registration_goes_before_a_file_and_a_file_before_the_chain(tmp_path: Path) -> None:
    (tmp_path / "one.json").write_text(json.dumps(named("file")))
    place = anchor_address(PROGRAM)
    data = pack_anchor(PROGRAM, json.dumps(named("chain")).encode(), bytes(8))
    read = {place: Account(1, data, PROGRAM, False, 0)}.get
    library = Library([tmp_path])
    assert name(Library().find(PROGRAM, read)) == "chain"
    assert name(library.find(PROGRAM, read)) == "file"
    library.register(read_idl(named("registered")), 3)
    assert name(library.find(PROGRAM, read)) == "registered"
    assert name(library.find(PROGRAM, read, 2)) == "file"
