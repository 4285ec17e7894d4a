"""Key files: the JSON array of 64 numbers that Solana's tools read and write."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

from solders.keypair import Keypair

from seahorse.deploy.rpc import DeployError


def load_keypair(path: str | Path) -> Keypair:
    """The keypair in a file. Raises DeployError when it is missing or damaged."""
    file = Path(path).expanduser()
    try:
        numbers: Any = json.loads(file.read_text(encoding="utf-8"))
        raw = bytes(numbers)
    except FileNotFoundError:
        raise DeployError(f"there is no key file {file}; make one with `seahorse keys new {file}`") from None
    except OSError as error:
        raise DeployError(f"{file} cannot be read: {error.strerror}") from None
    except (ValueError, TypeError):
        raise DeployError(f"{file} is no key file: it must be a JSON array of 64 numbers from 0 to 255") from None
    if len(raw) != 64 or bytes(Keypair.from_seed(raw[:32]).pubkey()) != raw[32:]:
        raise DeployError(f"{file} is damaged: its public key does not belong to its secret key; restore it")
    return Keypair.from_seed(raw[:32])


def save_keypair(keypair: Keypair, path: Path) -> None:
    """Write a new key file that only its owner can read. Raises DeployError when the file is there already."""
    path = path.expanduser()
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        raise DeployError(
            f"{path} exists already; a key that is overwritten is lost for ever: give another path"
        ) from None
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        json.dump(list(bytes(keypair)), file)
