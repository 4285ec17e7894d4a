"""Finds an instruction's accounts from its IDL: the caller need not name those that are constant or derived."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

from solders.pubkey import Pubkey

from gridtokenx.chain.interface.addresses import find_address

Json = dict[str, Any]

INTEGER_BYTES = {"u8": 1, "i8": 1, "u16": 2, "i16": 2, "u32": 4, "i32": 4, "u64": 8, "i64": 8, "u128": 16, "i128": 16}


class UnresolvedAccount(ValueError):
    """An account that the IDL does not determine and the caller did not name."""


def resolve_accounts(
    program: Pubkey, instruction: Json, given: Mapping[str, Pubkey | None], arguments: Mapping[str, Any]
) -> dict[str, Pubkey]:
    """Addresses of all accounts of `instruction` (its entry in an IDL of spec 0.1.0), by name.

    `given` wins over what the IDL says; None stands for an absent optional account, which Anchor spells as the
    program's own id. Raises UnresolvedAccount for an account that is neither given nor determined, and for a name
    in `given` that the instruction does not have.
    """
    entries = {cast(str, entry["name"]): entry for entry in cast(list[Json], instruction["accounts"])}
    if unknown := sorted(set(given) - set(entries)):
        raise UnresolvedAccount(
            f"{instruction['name']} has no account {', '.join(unknown)}; it has {', '.join(entries)}"
        )
    found = {name: program if key is None else key for name, key in given.items()}
    waiting = [entry for name, entry in entries.items() if name not in found]
    while waiting:
        rest = [entry for entry in waiting if not _resolve(program, instruction, entry, found, arguments)]
        if len(rest) == len(waiting):
            names = ", ".join(entry["name"] for entry in rest)
            raise UnresolvedAccount(f"{instruction['name']} needs {names}; name the account")
        waiting = rest
    return {name: found[name] for name in entries}


def _resolve(
    program: Pubkey, instruction: Json, entry: Json, found: dict[str, Pubkey], arguments: Mapping[str, Any]
) -> bool:
    """Adds the account of `entry` to `found`, if what it depends on is there."""
    if "address" in entry:
        found[entry["name"]] = Pubkey.from_string(entry["address"])
        return True
    if entry.get("optional"):
        found[entry["name"]] = program
        return True
    pda = entry.get("pda")
    if pda is None:
        return False
    seeds = [_seed(instruction, seed, found, arguments) for seed in pda["seeds"]]
    owner = bytes(program) if "program" not in pda else _seed(instruction, pda["program"], found, arguments)
    if owner is None or any(seed is None for seed in seeds):
        return False
    found[entry["name"]] = find_address(tuple(seed for seed in seeds if seed is not None), Pubkey.from_bytes(owner))
    return True


def _seed(instruction: Json, seed: Json, found: Mapping[str, Pubkey], arguments: Mapping[str, Any]) -> bytes | None:
    """One seed's bytes, or None when they cannot be told from what is known (an account's data, say)."""
    if seed["kind"] == "const":
        return bytes(seed["value"])
    path = cast(str, seed["path"])
    if seed["kind"] == "account":
        return bytes(found[path]) if path in found else None
    if path not in arguments:
        return None
    kind = next(arg["type"] for arg in cast(list[Json], instruction["args"]) if arg["name"] == path)
    return _encode_seed(kind, arguments[path])


def _encode_seed(kind: object, value: Any) -> bytes | None:
    if kind == "pubkey":
        return bytes(value)
    if kind == "string":
        return cast(str, value).encode("utf-8")
    if kind == "bytes":
        return bytes(value)
    if isinstance(kind, str) and kind in INTEGER_BYTES:
        return cast(int, value).to_bytes(INTEGER_BYTES[kind], "little", signed=kind.startswith("i"))
    return None
