"""An Anchor IDL, in either of its two forms, as one kind of record."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from solders.pubkey import Pubkey

from seahorse.stubs.names import snake_case

# Accounts that have no address in older IDLs, since their names tell it. `token_program` may be either token program.
_KNOWN = {
    "system_program": "11111111111111111111111111111111",
    "associated_token_program": "ATokenGPvbdGVxr1b2hvZbsiqW5xWH25efTNsLJA8knL",
    "rent": "SysvarRent111111111111111111111111111111111",
    "clock": "SysvarC1ock11111111111111111111111111111111",
}


class StubError(Exception):
    """An IDL that `seahorse add` cannot read or write; the message says what to do."""


@dataclass(frozen=True)
class IdlField:
    """A field or argument: its name in snake_case, and its type as the IDL writes it."""

    name: str
    type: Any
    docs: list[str]


@dataclass(frozen=True)
class IdlVariant:
    """A variant of an enum, with its data (fields without names are named by position)."""

    name: str
    docs: list[str]
    fields: list[IdlField]


@dataclass(frozen=True)
class IdlType:
    """A struct, a tuple struct (fields named by position), an enum, or another name of a type (`type`).

    `layout`: how it lies in an account, where that is not as Borsh lays it.
    """

    name: str
    docs: list[str]
    kind: str
    fields: list[IdlField]
    variants: list[IdlVariant]
    generic: bool
    layout: str | None


@dataclass(frozen=True)
class IdlSeed:
    """A seed: its bytes (`const`), or where they come from: an argument (`arg`) or an account (`account`), and the
    fields in it. `account`: the type of the account whose field it is, where the IDL says it."""

    kind: str
    value: bytes = b""
    path: tuple[str, ...] = ()
    account: str | None = None


@dataclass(frozen=True)
class IdlPda:
    """How an address is derived; `program`: by which program, None for the IDL's own."""

    seeds: tuple[IdlSeed, ...]
    program: IdlSeed | None


@dataclass(frozen=True)
class StubAccount:
    """An account of an instruction. `relations`: accounts that have a field of this name, which holds its address."""

    name: str
    docs: list[str]
    writable: bool
    signer: bool
    optional: bool
    address: str | None
    pda: IdlPda | None = None
    relations: tuple[str, ...] = ()


@dataclass(frozen=True)
class IdlInstruction:
    """`discriminator`: None where the IDL does not say it, so that it is the hash of the name."""

    name: str
    docs: list[str]
    discriminator: bytes | None
    accounts: list[StubAccount]
    args: list[IdlField]
    returns: Any


@dataclass(frozen=True)
class IdlDocument:
    """A whole IDL. `accounts`, `events`: the types that are such, each with its discriminator where the IDL says it."""

    name: str
    address: str | None
    docs: list[str]
    instructions: list[IdlInstruction]
    accounts: dict[str, bytes | None]
    types: dict[str, IdlType]
    errors: list[tuple[int, str, str]]
    constants: list[tuple[str, Any, str]] = field(default_factory=list[tuple[str, Any, str]])
    events: dict[str, bytes | None] = field(default_factory=dict[str, "bytes | None"])


def read_idl(text: str, name: str | None = None) -> IdlDocument:
    """Read an IDL; `name` is used in place of the program's. Raises StubError when it is not one."""
    try:
        idl: Any = json.loads(text)
    except json.JSONDecodeError as error:
        raise StubError(f"this is not JSON: {error}; give the IDL of an Anchor program") from None
    if not isinstance(idl, dict) or not isinstance(idl.get("instructions"), list):  # pyright: ignore[reportUnknownMemberType]
        raise StubError("this is not an Anchor IDL: it has no list `instructions`")
    try:
        return _document(idl, name)
    except (KeyError, TypeError, AttributeError, ValueError) as error:
        raise StubError(f"this IDL is malformed: {type(error).__name__} {error}") from None


def _document(idl: Any, name: str | None) -> IdlDocument:
    metadata: Any = idl.get("metadata") or {}
    types = [_type(t) for t in _rows(idl, "types")]
    accounts: dict[str, bytes | None] = {}
    # Shank does not say by what a program knows its accounts: they are types without a discriminator.
    without_discriminators = metadata.get("origin") == "shank"
    for account in _rows(idl, "accounts"):
        if not without_discriminators:
            accounts[account["name"]] = bytes(account["discriminator"]) if "discriminator" in account else None
        if "type" in account:
            types.append(_type(account))
    events: dict[str, bytes | None] = {}
    for event in _rows(idl, "events"):
        events[event["name"]] = bytes(event["discriminator"]) if "discriminator" in event else None
        if "fields" in event:
            types.append(_type({"name": event["name"], "type": {"kind": "struct", "fields": event["fields"]}}))
    return IdlDocument(
        name=name or snake_case(metadata.get("name") or idl["name"]),
        address=idl.get("address") or metadata.get("address"),
        docs=_docs(idl),
        instructions=[_instruction(i) for i in idl["instructions"]],
        accounts=accounts,
        types=_unique(types),
        errors=[(int(e["code"]), e["name"], e.get("msg") or e["name"]) for e in _rows(idl, "errors")],
        constants=[(c["name"], c["type"], str(c["value"])) for c in _rows(idl, "constants")],
        events=events,
    )


def _rows(entry: Any, key: str) -> list[Any]:
    return list(entry.get(key) or ())


def _unique(types: list[IdlType]) -> dict[str, IdlType]:
    found: dict[str, IdlType] = {}
    for t in types:
        if t.name in found and found[t.name] != t:
            raise StubError(f"this IDL defines the type `{t.name}` twice")
        found[t.name] = t
    return found


def _docs(entry: Any) -> list[str]:
    return [str(line).strip() for line in _rows(entry, "docs")]


def _type(entry: Any) -> IdlType:
    body: Any = entry["type"]
    kind: str = body["kind"]
    name, docs, generic = entry["name"], _docs(entry), bool(entry.get("generics"))
    if kind not in ("struct", "enum"):
        # `type`: another name of a type.
        return IdlType(name, docs, kind, [IdlField("alias", body.get("alias"), [])], [], generic, None)
    fields = _fields(body)
    variants = [IdlVariant(v["name"], _docs(v), _fields(v)) for v in _rows(body, "variants")]
    return IdlType(name, docs, kind, fields, variants, generic, _layout(entry))


def _layout(entry: Any) -> str | None:
    """None for Borsh, and for what lies in memory as Borsh would lay it: bytemuck's `Pod` has no padding, nor has a
    packed struct."""
    serialization = str(entry.get("serialization", "borsh"))
    form: Any = entry.get("repr") or {}
    packed = bool(form.get("packed"))
    plain = serialization in ("borsh", "bytemuck") or (serialization == "bytemuckunsafe" and packed)
    return None if plain else serialization


def _fields(entry: Any) -> list[IdlField]:
    return [_field(f, i) for i, f in enumerate(_rows(entry, "fields"))]


def _field(entry: Any, position: int) -> IdlField:
    named: Any = entry
    if isinstance(entry, dict) and "name" in named and "type" in named:
        return IdlField(snake_case(named["name"]), named["type"], _docs(named))
    return IdlField(f"field{position}", entry, [])


def _instruction(entry: Any) -> IdlInstruction:
    discriminator = entry.get("discriminator")
    # Shank's IDLs, which tell programs without Anchor: one number.
    number: Any = entry.get("discriminant")
    if discriminator is None and isinstance(number, dict):
        width = {"u8": 1, "u16": 2, "u32": 4, "u64": 8}.get(str(number.get("type")), 0)  # pyright: ignore[reportUnknownMemberType,reportUnknownArgumentType]
        discriminator = int(number["value"]).to_bytes(width, "little")  # pyright: ignore[reportUnknownArgumentType]
    return IdlInstruction(
        name=snake_case(entry["name"]),
        docs=_docs(entry),
        discriminator=bytes(discriminator) if discriminator is not None else None,
        accounts=list(_accounts(entry["accounts"], "")),
        args=[_field(a, i) for i, a in enumerate(entry["args"])],
        returns=entry.get("returns"),
    )


def _accounts(entries: list[Any], group: str) -> Iterator[StubAccount]:
    """The accounts in order; those of a group have its name before theirs."""
    for entry in entries:
        name = group + snake_case(entry["name"])
        if "accounts" in entry:
            yield from _accounts(entry["accounts"], f"{name}_")
            continue
        yield StubAccount(
            name,
            _docs(entry),
            bool(entry.get("writable", entry.get("isMut", False))),
            bool(entry.get("signer", entry.get("isSigner", False))),
            bool(entry.get("optional", entry.get("isOptional", False))),
            entry.get("address") or _KNOWN.get(name),
            _pda(entry["pda"]) if entry.get("pda") else None,
            tuple(snake_case(related) for related in _rows(entry, "relations")),
        )


def _pda(entry: Any) -> IdlPda | None:
    """None where a seed is one that nobody can tell from the IDL."""
    program = entry.get("program") or entry.get("programId")
    seeds = [_seed(seed) for seed in entry["seeds"]]
    owner = None if program is None else _seed(program)
    if (program is not None and owner is None) or None in seeds:
        return None
    return IdlPda(tuple(seed for seed in seeds if seed is not None), owner)


def _seed(entry: Any) -> IdlSeed | None:
    kind = str(entry["kind"])
    if kind == "const":
        value = _seed_bytes(entry.get("type"), entry["value"])
        return None if value is None else IdlSeed(kind, value)
    if kind not in ("arg", "account") or not isinstance(entry.get("path"), str):
        return None
    path = tuple(snake_case(part) for part in entry["path"].split("."))
    account: Any = entry.get("account")
    return IdlSeed(kind, path=path, account=account if isinstance(account, str) else None)


def _seed_bytes(kind: Any, value: Any) -> bytes | None:
    """The bytes of a constant; before 0.30 it is written as its type has it."""
    match kind, value:
        case _, list():
            return bytes(value)  # pyright: ignore[reportUnknownArgumentType]
        case "string", str():
            return value.encode()
        case "publicKey" | "pubkey", str():
            return bytes(Pubkey.from_string(value))
        case str(), int() if re.fullmatch(r"[ui](8|16|32|64|128)", kind):
            return value.to_bytes(int(kind[1:]) // 8, "little", signed=kind[0] == "i")
        case _:
            return None
