"""The signatures of an address since a slot: paged from the newest, told from the oldest."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, cast

from solders.pubkey import Pubkey

from gridtokenx.chain.connection.client import Client

PAGE = 1_000
"""getSignaturesForAddress gives no more."""


@dataclass(frozen=True, slots=True)
class Seen:
    """A transaction that mentioned an address."""

    signature: str
    slot: int
    failed: bool


async def sweep(client: Client, address: Pubkey, since: int, commitment: str = "confirmed") -> list[Seen]:
    """Every transaction that mentioned `address` in slot `since` or later, oldest first. Raises ClusterError.

    It stops by the slot: a signature to stop at (`until`) may be on a fork that died, and then never comes.
    """
    found: list[Seen] = []
    before: str | None = None
    while True:
        options: dict[str, Any] = {"limit": PAGE, "commitment": commitment}
        if before is not None:
            options["before"] = before
        rows = cast(list[dict[str, Any]], await client.call("getSignaturesForAddress", str(address), options))
        page = [Seen(row["signature"], row["slot"], row["err"] is not None) for row in rows]
        found += [row for row in page if row.slot >= since]
        if len(page) < PAGE or page[-1].slot < since:
            return found[::-1]
        before = page[-1].signature
