"""Accounts of a running RPC, for --clone and its relatives. Plain HTTP of the standard library: a few requests."""

import base64
import binascii
import json
import urllib.error
import urllib.request
from collections.abc import Iterable, Sequence
from typing import Any, cast

from solders.account import Account
from solders.pubkey import Pubkey

MONIKERS = {
    "localhost": "http://localhost:8899",
    "devnet": "https://api.devnet.solana.com",
    "testnet": "https://api.testnet.solana.com",
    "mainnet-beta": "https://api.mainnet-beta.solana.com",
}
MAX_ACCOUNTS = 100
"""Accounts that getMultipleAccounts answers at once."""
TIMEOUT = 30.0


class RemoteError(Exception):
    """The RPC to clone from does not answer, or not what is needed. The text says what to do."""


def url_of(text: str) -> str:
    """A URL, from itself, a cluster's name, or the name's first letter."""
    for name, url in MONIKERS.items():
        if text in (name, name[0]):
            return url
    if not text.startswith(("http://", "https://")):
        raise RemoteError(f"--url: {text!r} is neither a URL (http://…) nor one of {', '.join(MONIKERS)}")
    return text


class Remote:
    """One running RPC."""

    def __init__(self, text: str) -> None:
        self.url = url_of(text)

    def call(self, method: str, *params: Any) -> Any:
        """The result of a method. Raises RemoteError."""
        body = json.dumps({"jsonrpc": "2.0", "id": 1, "method": method, "params": params}).encode()
        request = urllib.request.Request(self.url, body, {"Content-Type": "application/json"})
        try:
            with urllib.request.urlopen(request, timeout=TIMEOUT) as response:
                answer: Any = json.load(response)
        except (OSError, ValueError, urllib.error.URLError) as error:
            raise RemoteError(f"{self.url} does not answer {method}: {error}") from None
        if not isinstance(answer, dict) or "result" not in answer:
            problem: Any = cast(dict[str, Any], answer).get("error") if isinstance(answer, dict) else answer
            raise RemoteError(f"{self.url} refuses {method}: {problem}")
        return cast(dict[str, Any], answer)["result"]

    def slot(self) -> int:
        """The slot it is in."""
        return int(self.call("getSlot"))

    def accounts(self, keys: Iterable[Pubkey]) -> dict[Pubkey, Account | None]:
        """The accounts at these addresses, None for each that does not exist."""
        wanted = list(dict.fromkeys(keys))
        found: dict[Pubkey, Account | None] = {}
        for start in range(0, len(wanted), MAX_ACCOUNTS):
            part = wanted[start : start + MAX_ACCOUNTS]
            result = self.call("getMultipleAccounts", [str(key) for key in part], {"encoding": "base64"})
            try:
                found |= {key: _account(item) for key, item in zip(part, result["value"], strict=True)}
            except (KeyError, TypeError, ValueError, binascii.Error) as error:
                raise RemoteError(
                    f"{self.url} answers getMultipleAccounts with no list of accounts: {error!r}"
                ) from None
        return found

    def existing(self, keys: Sequence[Pubkey], flag: str) -> dict[Pubkey, Account]:
        """As `accounts`, but each account must exist. flag: the option by which a person named them."""
        found = self.accounts(keys)
        missing = [str(key) for key, account in found.items() if account is None]
        if missing:
            raise RemoteError(f"{flag}: {self.url} has no account {', '.join(missing)}; --maybe-clone passes over it")
        return {key: account for key, account in found.items() if account is not None}


def _account(item: Any) -> Account | None:
    if item is None:
        return None
    data = base64.b64decode(item["data"][0], validate=True)
    return Account(item["lamports"], data, Pubkey.from_string(item["owner"]), item["executable"], item["rentEpoch"])
