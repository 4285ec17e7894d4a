"""One transaction as the chain keeps it: instructions at every depth, events, and the accounts that it wrote."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, cast

from based58 import b58decode
from solders.pubkey import Pubkey

from gridtokenx.chain.connection.client import Client
from gridtokenx.chain.interface import logs as log_reader
from gridtokenx.chain.interface.programs import DecodedEvent

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class LandedInstruction:
    """An instruction that ran: `depth` 1 was the transaction's own, deeper ones were called by programs."""

    program: Pubkey
    accounts: tuple[Pubkey, ...]
    data: bytes
    depth: int


@dataclass(frozen=True, slots=True)
class Landed:
    """A transaction. `truncated`: its log was cut off, so that `events` may lack some; `error` is the node's word."""

    signature: str
    slot: int
    block_time: int | None
    error: str | None
    fee: int
    units: int
    logs: tuple[str, ...]
    truncated: bool
    events: tuple[DecodedEvent, ...]
    instructions: tuple[LandedInstruction, ...]
    written: tuple[Pubkey, ...]


async def landed(client: Client, signature: str, commitment: str = "confirmed") -> Landed | None:
    """A transaction, or None when the node does not have it (yet, or any more). Raises ClusterError."""
    options = {"encoding": "json", "commitment": commitment, "maxSupportedTransactionVersion": 0}
    answer = await client.call("getTransaction", signature, options)
    return None if answer is None else read(client, signature, answer)


def read(client: Client, signature: str, answer: Json) -> Landed:
    """The answer of getTransaction in its `json` encoding."""
    meta, message = cast(Json, answer["meta"]), cast(Json, answer["transaction"]["message"])
    loaded = cast(dict[str, list[str]], meta.get("loadedAddresses") or {"writable": [], "readonly": []})
    keys = [Pubkey.from_string(k) for k in [*message["accountKeys"], *loaded["writable"], *loaded["readonly"]]]
    logs = tuple(cast(list[str], meta.get("logMessages") or []))
    error = meta.get("err")
    return Landed(
        signature=signature,
        slot=answer["slot"],
        block_time=answer.get("blockTime"),
        error=None if error is None else str(error),
        fee=meta["fee"],
        units=meta.get("computeUnitsConsumed") or 0,
        logs=logs,
        truncated=log_reader.truncated(logs),
        events=() if error is not None else tuple(log_reader.events(logs, client.programs)),
        instructions=tuple(_instructions(message, meta, keys)),
        written=_written(message, len(loaded["writable"]), keys),
    )


def _instructions(message: Json, meta: Json, keys: Sequence[Pubkey]) -> list[LandedInstruction]:
    """In the order in which they ran."""
    groups = cast(list[Json], meta.get("innerInstructions") or [])
    inner = {cast(int, group["index"]): cast(list[Json], group["instructions"]) for group in groups}
    found: list[LandedInstruction] = []
    for index, entry in enumerate(cast(list[Json], message["instructions"])):
        found.append(_instruction(entry, keys, 1))
        found += [_instruction(called, keys, called.get("stackHeight") or 2) for called in inner.get(index, [])]
    return found


def _instruction(entry: Json, keys: Sequence[Pubkey], depth: int) -> LandedInstruction:
    accounts = tuple(keys[index] for index in cast(list[int], entry["accounts"]))
    data = cast(str, entry["data"]).encode()
    return LandedInstruction(keys[cast(int, entry["programIdIndex"])], accounts, b58decode(data), depth)


def _written(message: Json, loaded_writable: int, keys: Sequence[Pubkey]) -> tuple[Pubkey, ...]:
    header = cast(dict[str, int], message["header"])
    own, signed = len(message["accountKeys"]), header["numRequiredSignatures"]
    writable = [
        *range(signed - header["numReadonlySignedAccounts"]),
        *range(signed, own - header["numReadonlyUnsignedAccounts"]),
        *range(own, own + loaded_writable),
    ]
    return tuple(keys[index] for index in writable)
