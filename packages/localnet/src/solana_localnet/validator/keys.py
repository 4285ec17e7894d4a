"""Keypair files: those that the command line names, and those that a validator leaves in its ledger."""

import json
import os
import re
from pathlib import Path
from typing import Any

from solders.keypair import Keypair
from solders.pubkey import Pubkey

from solana_localnet.chain.validator import Validator

KEYPAIR_PATH = re.compile(r"^keypair_path:\s*[\"']?(.+?)[\"']?\s*$", re.MULTILINE)
FAUCET_FILE, IDENTITY_FILE = "faucet-keypair.json", "validator-keypair.json"
VOTE_FILE, STAKE_FILE = "vote-account-keypair.json", "stake-account-keypair.json"


class KeyFileError(Exception):
    """A file without a keypair, or a text that is not an address and names no file. The text says what to do."""


def read_keypair(path: Path) -> Keypair:
    """A keypair from the file that `solana-keygen` writes: 64 numbers. Raises KeyFileError."""
    try:
        numbers: Any = json.loads(path.read_text())
        return Keypair.from_bytes(bytes(numbers))
    except (OSError, ValueError, TypeError) as error:
        raise KeyFileError(f"{path} is not a keypair file: {error}") from None


def write_keypair(path: Path, keypair: Keypair) -> None:
    """Writes a keypair file that only its owner may read."""
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "w") as file:
        json.dump(list(bytes(keypair)), file)


def address_of(text: str, flag: str) -> Pubkey:
    """An address, or the address of a keypair file. Raises KeyFileError."""
    try:
        return Pubkey.from_string(text)
    except ValueError:
        if not Path(text).exists():
            raise KeyFileError(f"{flag}: {text!r} is neither an address nor a keypair file") from None
    return read_keypair(Path(text)).pubkey()


def wallet(config: Path | None) -> Pubkey | None:
    """The address of the `solana` command's wallet, None where there is none.

    config: the command's configuration file; by default the one in the home directory.
    """
    home = Path("~/.config/solana").expanduser()
    file = home / "id.json"
    try:
        named = KEYPAIR_PATH.search((config or home / "cli" / "config.yml").read_text())
        if named is not None:
            file = Path(named[1]).expanduser()
    except OSError:
        pass
    try:
        return read_keypair(file).pubkey()
    except KeyFileError:
        return None


def ledger_faucet(ledger: Path) -> Keypair | None:
    """The faucet's key that is in the ledger already, as a script may put it there, or None. Raises KeyFileError."""
    file = ledger / FAUCET_FILE
    return read_keypair(file) if file.exists() else None


def write_ledger_keys(ledger: Path, faucet: Keypair, validator: Validator) -> None:
    """Leaves the keypair files of a validator in its ledger, for scripts that pay with them."""
    names = (FAUCET_FILE, IDENTITY_FILE, VOTE_FILE, STAKE_FILE)
    for name, keypair in zip(names, (faucet, *validator.keypairs), strict=True):
        if not (ledger / name).exists() or read_keypair(ledger / name) != keypair:
            write_keypair(ledger / name, keypair)
