"""Keypair files: read back as written, and refused with a reason when they are not keypair files."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from solders.keypair import Keypair

from gridtokenx.chain.errors import WalletError
from gridtokenx.chain.files.wallet import WALLET_VARIABLE, load_keypair, save_keypair, wallet_path


def test_a_saved_keypair_is_loaded_and_private(tmp_path: Path):
    keypair, file = Keypair(), tmp_path / "keys" / "id.json"
    save_keypair(keypair, file)
    assert load_keypair(file) == keypair
    assert file.stat().st_mode & 0o077 == 0


KEY = list(bytes(Keypair.from_seed(bytes(32))))


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ("{", "not JSON"),
        ("{}", "an array of 64 numbers"),
        (json.dumps(KEY[:32]), "32 numbers instead of 64"),
        (json.dumps([*KEY[:63], 256]), "numbers from 0 to 255"),
        (json.dumps([*KEY[:63], (KEY[63] + 1) % 256]), "does not belong to its secret key"),
        (json.dumps(["x"] * 64), "numbers from 0 to 255"),
    ],
)
def test_what_is_no_keypair_is_told(tmp_path: Path, content: str, reason: str):
    file = tmp_path / "id.json"
    file.write_text(content)
    with pytest.raises(WalletError, match=reason):
        load_keypair(file)


def test_a_missing_file_is_told(tmp_path: Path):
    with pytest.raises(WalletError, match=r"no wallet at .*; name a keypair file with --wallet"):
        load_keypair(tmp_path / "none.json")


def test_which_wallet(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv(WALLET_VARIABLE, "/from/anchor")
    assert wallet_path("/given", "/configured") == Path("/given")
    assert wallet_path(None, "/configured") == Path("/from/anchor")
    monkeypatch.delenv(WALLET_VARIABLE)
    assert wallet_path(None, "/configured") == Path("/configured")
    with pytest.raises(WalletError, match="--wallet"):
        wallet_path(None, None)
