"""Keypair files: the JSON array of 64 bytes that Solana's tools write."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import cast

from solders.keypair import Keypair

from gridtokenx.chain.errors import WalletError

WALLET_VARIABLE = "ANCHOR_WALLET"
"""Set by `anchor run`."""

KEYPAIR_BYTES = 64


def load_keypair(path: Path | str) -> Keypair:
    """The keypair in a file. Raises WalletError for a file that is missing, malformed, or whose halves do not match."""
    file = Path(path).expanduser()
    try:
        content = json.loads(file.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise WalletError(f"no wallet at {file}; name a keypair file with --wallet") from None
    except OSError as error:
        raise WalletError(f"the wallet {file} cannot be read: {error.strerror}") from None
    except ValueError:
        raise WalletError(
            f"{file} is no keypair file: not JSON; it must be an array of {KEYPAIR_BYTES} numbers"
        ) from None
    if not isinstance(content, list) or not all(
        isinstance(n, int) and 0 <= n < 256 for n in cast(list[object], content)
    ):
        raise WalletError(f"{file} is no keypair file: it must be an array of {KEYPAIR_BYTES} numbers from 0 to 255")
    numbers = bytes(cast(list[int], content))
    if len(numbers) != KEYPAIR_BYTES:
        raise WalletError(f"{file} is no keypair file: {len(numbers)} numbers instead of {KEYPAIR_BYTES}")
    keypair = Keypair.from_seed(numbers[:32])
    if bytes(keypair.pubkey()) != numbers[32:]:
        raise WalletError(
            f"{file} is damaged: its public key does not belong to its secret key; restore it from a backup"
        )
    return keypair


def save_keypair(keypair: Keypair, path: Path) -> None:
    """Writes a keypair file that only its owner can read."""
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        json.dump(list(bytes(keypair)), file)


def wallet_path(given: str | None, configured: str | None) -> Path:
    """Where the wallet is: the command's option, else `anchor run`'s variable, else Anchor.toml. Raises WalletError
    when none of them names it.
    """
    path = given or os.environ.get(WALLET_VARIABLE) or configured
    if not path:
        raise WalletError("no wallet; name a keypair file with --wallet")
    return Path(path).expanduser()
