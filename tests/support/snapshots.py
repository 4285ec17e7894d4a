"""Everything that the programs could change, read at once: what a refused instruction must leave alone."""

from __future__ import annotations

from base64 import b64decode
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from solders.pubkey import Pubkey
from tests.support.rpc import Rpc

SYSTEM_PROGRAM = Pubkey.default()
TOKEN_PROGRAM = Pubkey.from_string("TokenkegQfeZyiNwAJbNbGKPFXCWuBvf9Ss623VQ5DA")
MAX_MULTIPLE_ACCOUNTS = 100


@dataclass(frozen=True)
class AccountState:
    """An account as the chain stores it."""

    lamports: int
    owner: Pubkey
    data: bytes

    @classmethod
    def from_json(cls, value: dict[str, Any]) -> AccountState:
        """From an account in base64 encoding."""
        return cls(value["lamports"], Pubkey.from_string(value["owner"]), b64decode(value["data"][0]))


Snapshot = dict[Pubkey, AccountState]


async def snapshot(rpc: Rpc, owners: Iterable[Pubkey], wallets: Iterable[Pubkey]) -> Snapshot:
    """All accounts that `owners` own (SPL token accounts and mints too), and `wallets`. Absent accounts are absent."""
    config = {"encoding": "base64"}
    programs = [*owners, TOKEN_PROGRAM]
    keys = list(wallets)
    chunks = [keys[at : at + MAX_MULTIPLE_ACCOUNTS] for at in range(0, len(keys), MAX_MULTIPLE_ACCOUNTS)]
    answers = await rpc.batch(
        *(("getProgramAccounts", [str(owner), config]) for owner in programs),
        *(("getMultipleAccounts", [[str(key) for key in chunk], config]) for chunk in chunks),
    )
    found: Snapshot = {}
    for rows in answers[: len(programs)]:
        found.update({Pubkey.from_string(row["pubkey"]): AccountState.from_json(row["account"]) for row in rows})
    for chunk, answer in zip(chunks, answers[len(programs) :], strict=True):
        values = zip(chunk, answer["value"], strict=True)
        found.update({key: AccountState.from_json(value) for key, value in values if value is not None})
    return found


def difference(before: Snapshot, after: Snapshot) -> set[Pubkey]:
    """The accounts that are not the same in both: made, changed in any byte or balance, or gone."""
    return {key for key in before.keys() | after.keys() if before.get(key) != after.get(key)}
