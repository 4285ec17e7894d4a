"""Variations of good calls: other arguments, other states of the accounts, other accounts, other signatures, another time.

Account data stays well formed: a program's accounts are written by the program alone.
"""

from __future__ import annotations

import random
import struct
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from solders.pubkey import Pubkey
from tests.backends.rust.equality.vector import ABSENT, SYSTEM, Meta, Stored, Vector

from seahorse.testing import DecodedRecord, DeployedProgram
from seahorse.testing.codec import CodecError, DataReader

TOKEN = Pubkey.from_string("TokenkegQfeZyiNwAJbNbGKPFXCWuBvf9Ss623VQ5DA")
MOST_TOKENS = 10**16
_BITS = {f"{s}{b}": (s == "i", b) for s in "ui" for b in (8, 16, 32, 64, 128)}


class Mutator:
    """Makes variations. `programs` decode accounts and arguments; `keys` are addresses to point to; `executable` are the
    accounts of programs."""

    def __init__(
        self,
        programs: dict[str, DeployedProgram],
        keys: list[Pubkey],
        executable: dict[Pubkey, Stored],
        rng: random.Random,
    ) -> None:
        self.programs = {p.id: p for p in programs.values()}
        self.keys = keys
        self.executable = executable
        self.rng = rng

    def known(self, v: Vector, key: Pubkey) -> Stored:
        """The account at an address, which may be a program that the vector has not named yet."""
        return v.accounts.setdefault(key, self.executable.get(key, ABSENT))

    def vary(self, good: Vector) -> Vector:
        """One to three changes to a good call."""
        out = replace(good, metas=list(good.metas), accounts=dict(good.accounts), what="")
        done: list[str] = []
        wanted = self.rng.choice((1, 1, 1, 2, 2, 3))
        while len(done) < wanted:
            # Some changes do not apply to some calls.
            if (what := self.rng.choices(_CHANGES, _WEIGHTS)[0](self, out)) is not None:
                done.append(what)
        out.what = "; ".join(done)
        return out

    # --- values ---

    def value(self, kind: Any, old: Any, program: DeployedProgram, longest: int) -> Any:
        """Another value of an IDL type."""
        rng = self.rng
        if isinstance(kind, str):
            if kind in _BITS:
                return self.integer(kind, old)
            if kind == "bool":
                return not old
            if kind == "string":
                return self.text(longest)
            if kind == "pubkey":
                return rng.choice([*self.keys, SYSTEM, Pubkey(rng.randbytes(32))])
            return old
        if "option" in kind:
            if old is not None and rng.random() < 0.4:
                return None
            return self.value(kind["option"], old, program, longest)
        if "array" in kind:
            items = list(old)
            at = rng.randrange(len(items))
            items[at] = self.value(kind["array"][0], items[at], program, longest)
            return items
        if "defined" in kind:
            body = program.codec._types[kind["defined"]["name"]]  # pyright: ignore[reportPrivateUsage]
            if body["kind"] == "enum":
                return self.rng.choice(body["variants"])["name"]
            fields = {f["name"]: f["type"] for f in body["fields"]}
            if old is None:
                return {name: self.value(t, None, program, longest) for name, t in fields.items()}
            changed = self.rng.choice(list(fields))
            values = {name: old[name] for name in fields}
            return values | {changed: self.value(fields[changed], old[changed], program, longest)}
        return old

    def integer(self, kind: str, old: Any) -> int:
        signed, bits = _BITS[kind]
        old = 0 if old is None else old
        low, high = (-(1 << (bits - 1)), (1 << (bits - 1)) - 1) if signed else (0, (1 << bits) - 1)
        rng = self.rng
        near = [old + d for d in (-2, -1, 1, 2, 1000)] + [old * 2, old // 2] if isinstance(old, int) else []
        found = rng.choice(
            [0, 1, 2, 3, 10, 100, 5_000, 10**6, 10**9, high, high - 1, low, rng.randint(low, high), *near]
        )
        return min(max(found, low), high)

    def text(self, longest: int) -> str:
        rng = self.rng
        length = rng.choice([0, 1, 5, 31, 32, 33, longest - 1, longest])
        length = max(0, min(length, longest))
        alphabet = rng.choice(["abcXYZ019-_ ", "METER_0123", "aé", "\n\x7f~ a"])
        out = ""
        while len((out + (c := rng.choice(alphabet))).encode()) <= length:
            out += c
        return out


# --- changes: each alters the vector and says what it did, or gives None when it does not apply -----------------


def _described(m: Mutator, v: Vector) -> dict[str, Any] | None:
    """The instruction in the IDL, unless the discriminator has been spoiled."""
    all_ = m.programs[v.program].instructions.values()
    return next((i for i in all_ if bytes(i["discriminator"]) == v.data[:8]), None)


def _argument(m: Mutator, v: Vector) -> str | None:
    program = m.programs[v.program]
    described = _described(m, v)
    if described is None or not described["args"]:
        return None
    try:
        reader = DataReader(v.data[8:])
        values = {a["name"]: program.codec.decode(a["type"], reader) for a in described["args"]}
    except (CodecError, UnicodeDecodeError):
        return None
    arg = m.rng.choice(described["args"])
    # Some are longer than any limit.
    longest = m.rng.choice([32, 50, 64, 100, 128, 256, 300])
    values[arg["name"]] = m.value(arg["type"], values[arg["name"]], program, longest)
    out = b"".join(program.codec.encode(a["type"], values[a["name"]], a["name"]) for a in described["args"])
    v.data = v.data[:8] + out
    return f"argument {arg['name']} = {values[arg['name']]!r}"


def _state(m: Mutator, v: Vector) -> str | None:
    """A field of an account of one of the programs."""
    held = [k for k, a in v.accounts.items() if a.owner in m.programs and len(a.data) > 8]
    if not held:
        return None
    key = m.rng.choice(held)
    stored = v.accounts[key]
    program = m.programs[stored.owner]
    try:
        record = program.decode_account(stored.data)
    except (LookupError, CodecError, UnicodeDecodeError):
        return None
    return _set_field(m, v, key, program, record)


def _set_field(m: Mutator, v: Vector, key: Pubkey, program: DeployedProgram, record: DecodedRecord) -> str | None:
    name = record._type  # pyright: ignore[reportPrivateUsage]
    fields = program.codec._types[name]["fields"]  # pyright: ignore[reportPrivateUsage]
    chosen = m.rng.choice([f for f in fields if f["name"] != "bump"])
    values = {f: record[f] for f in record}
    values[chosen["name"]] = m.value(chosen["type"], values[chosen["name"]], program, 30)
    stored = v.accounts[key]
    data = stored.data[:8] + program.codec.encode_struct(name, values)
    if len(data) > len(stored.data):
        return None
    v.accounts[key] = replace(stored, data=data + stored.data[len(data) :])
    return f"{name}.{chosen['name']} = {values[chosen['name']]!r}"


def _token(m: Mutator, v: Vector) -> str | None:
    """A field of a token account or a mint."""
    held = [k for k, a in v.accounts.items() if a.owner == TOKEN and len(a.data) in (82, 165)]
    if not held:
        return None
    key = m.rng.choice(held)
    stored = v.accounts[key]
    data = bytearray(stored.data)
    if len(data) == 165:
        kind = m.rng.choice(["mint", "owner", "amount", "amount", "amount", "state", "delegate"])
        if kind == "amount":
            # The token program keeps every balance below its mint's supply.
            amount = m.integer("u64", struct.unpack_from("<Q", data, 64)[0])
            struct.pack_into("<Q", data, 64, min(amount, MOST_TOKENS))
        elif kind == "state":
            data[108] = m.rng.choice((0, 1, 2))
        elif kind == "delegate":
            data[72:108] = struct.pack("<I", 1) + bytes(m.rng.choice(m.keys))
            struct.pack_into("<Q", data, 121, m.integer("u64", 5))
        else:
            at = 0 if kind == "mint" else 32
            data[at : at + 32] = bytes(m.rng.choice(m.keys))
    else:
        kind = m.rng.choice(["authority", "supply", "decimals", "initialized"])
        if kind == "authority":
            data[4:36] = bytes(m.rng.choice(m.keys))
        elif kind == "supply":
            struct.pack_into("<Q", data, 36, m.rng.choice((0, 1, MOST_TOKENS, 2**63)) + 4 * MOST_TOKENS)
        elif kind == "decimals":
            data[44] = m.rng.randrange(256)
        else:
            data[45] = 0
    v.accounts[key] = replace(stored, data=bytes(data))
    return f"token {kind} of {key}"


def _clock(m: Mutator, v: Vector) -> str | None:
    slot, start, epoch, leader, now = v.clock
    delta = m.rng.choice((-(10**9), -90_000, -901, -60, -1, 1, 59, 61, 899, 900, 3_600, 86_401, 400 * 86_400, 10**12))
    v.clock = (slot, start, epoch, leader, now + delta)
    return f"clock {delta:+d}"


def _signature(m: Mutator, v: Vector) -> str | None:
    at = m.rng.randrange(len(v.metas)) if v.metas else None
    if at is None:
        return None
    v.metas[at] = replace(v.metas[at], signer=not v.metas[at].signer)
    return f"signature of account {at} = {v.metas[at].signer}"


def _read_only(m: Mutator, v: Vector) -> str | None:
    places = [i for i, x in enumerate(v.metas) if x.writable]
    if not places:
        return None
    at = m.rng.choice(places)
    v.metas[at] = replace(v.metas[at], writable=False)
    return f"account {at} read-only"


def _other_account(m: Mutator, v: Vector) -> str | None:
    if not v.metas:
        return None
    at = m.rng.randrange(len(v.metas))
    fresh = Pubkey(m.rng.randbytes(32))
    key = m.rng.choice([x.key for x in v.metas] + [fresh, v.program])
    executable = m.known(v, key).executable
    v.metas[at] = replace(v.metas[at], key=key, writable=v.metas[at].writable and not executable)
    return f"account {at} = {key}"


def _owner(m: Mutator, v: Vector) -> str | None:
    held = [k for k, a in v.accounts.items() if a.data and not a.executable]
    if not held:
        return None
    key = m.rng.choice(held)
    owner = m.rng.choice([*m.programs, TOKEN, SYSTEM])
    v.accounts[key] = replace(v.accounts[key], owner=owner)
    return f"{key} owned by {owner}"


def _look_alike(m: Mutator, v: Vector) -> str | None:
    """The same data at another address."""
    places = [i for i, x in enumerate(v.metas) if v.at(x.key).data and not v.at(x.key).executable]
    if not places:
        return None
    at = m.rng.choice(places)
    key = Pubkey(m.rng.randbytes(32))
    v.accounts[key] = v.at(v.metas[at].key)
    v.metas[at] = replace(v.metas[at], key=key)
    return f"account {at} copied to another address"


def _discriminator(m: Mutator, v: Vector) -> str | None:
    held = [k for k, a in v.accounts.items() if a.owner in m.programs and len(a.data) > 8]
    if not held:
        return None
    key = m.rng.choice(held)
    data = v.accounts[key].data
    changed = m.rng.choice([bytes(8) + data[8:], data[:7] + bytes([data[7] ^ 1]) + data[8:], data[:5], b""])
    v.accounts[key] = replace(v.accounts[key], data=changed)
    return f"discriminator of {key}"


def _fewer_accounts(m: Mutator, v: Vector) -> str | None:
    if not v.metas:
        return None
    count = m.rng.randrange(len(v.metas))
    v.metas = v.metas[:count]
    return f"only {count} accounts"


def _absent(m: Mutator, v: Vector) -> str | None:
    """An optional account left out, or given."""
    described = _described(m, v)
    if described is None:
        return None
    places = [i for i, a in enumerate(described["accounts"]) if a.get("optional") and i < len(v.metas)]
    if not places:
        return None
    at = m.rng.choice(places)
    key = m.rng.choice([v.program, *(x.key for x in v.metas), Pubkey(m.rng.randbytes(32))])
    executable = m.known(v, key).executable
    v.metas[at] = Meta(key, m.rng.random() < 0.5, m.rng.random() < 0.5 and not executable)
    return f"optional account {at} = {key}"


def _data(m: Mutator, v: Vector) -> str | None:
    kind = m.rng.randrange(4)
    if kind == 0:
        v.data = v.data[: m.rng.randrange(len(v.data) + 1)]
        return f"data cut to {len(v.data)} bytes"
    if kind == 1:
        v.data += m.rng.randbytes(3)
        return "data longer"
    at = m.rng.randrange(len(v.data)) if v.data else 0
    if not v.data:
        return None
    v.data = v.data[:at] + bytes([m.rng.choice((0, 1, 2, 0x80, 0xFF))]) + v.data[at + 1 :]
    return f"data byte {at}"


def _funded(m: Mutator, v: Vector) -> str | None:
    """An address that does not exist yet holds lamports already; or it is in use."""
    free = [k for k, a in v.accounts.items() if a == ABSENT]
    if not free:
        return None
    key = m.rng.choice(free)
    lamports = m.rng.choice((890_880, 1_000_000, 10**9))
    data = m.rng.choice((b"", b"", b"used"))
    v.accounts[key] = Stored(SYSTEM, lamports if not data else 10**9, data)
    return f"{key} holds {lamports} lamports and {len(data)} bytes"


def _poor(m: Mutator, v: Vector) -> str | None:
    """A signer without enough for the rent of what it pays."""
    rich = [x.key for x in v.metas if x.signer and v.at(x.key).owner == SYSTEM and v.at(x.key).lamports]
    if not rich:
        return None
    key = m.rng.choice(rich)
    v.accounts[key] = replace(v.accounts[key], lamports=m.rng.choice((890_880, 1_000_000, 2_500_000)))
    return f"{key} is poor"


Change = Callable[[Mutator, Vector], "str | None"]
_CHANGES: list[Change] = [
    _argument,
    _state,
    _token,
    _clock,
    _signature,
    _read_only,
    _other_account,
    _owner,
    _look_alike,
    _discriminator,
    _fewer_accounts,
    _absent,
    _data,
    _funded,
    _poor,
]
_WEIGHTS = [24, 34, 10, 8, 6, 3, 6, 2, 2, 2, 1, 4, 4, 3, 1]
