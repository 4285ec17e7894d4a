"""Calls of Anchor's IDL instructions: each as it should be, and spoiled in up to three places."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from dataclasses import replace

from solders.pubkey import Pubkey
from tests.backends.rust.equality.vector import ABSENT, SYSTEM, Meta, Stored, Vector

from seahorse.ir.idl_account import IDL_DATA, IDL_DISCRIMINATOR, IDL_TAG, IdlOperation, idl_address, idl_base

RENT_PER_BYTE, OVERHEAD = 6_960, 128
CLOCK = (10, 0, 0, 0, 1_700_000_000)
LOADER = Pubkey.from_string("BPFLoaderUpgradeab1e11111111111111111111111")


def named(name: str) -> Pubkey:
    return Pubkey(name.encode().ljust(32, b"."))


OWNER, STRANGER, FRIEND, BUFFER, OTHER = (named(n) for n in ("owner", "stranger", "friend", "buffer", "other"))


def rent(size: int) -> int:
    return (size + OVERHEAD) * RENT_PER_BYTE


def u32(number: int) -> bytes:
    return number.to_bytes(4, "little")


def u64(number: int) -> bytes:
    return number.to_bytes(8, "little")


def idl_data(authority: Pubkey, text: bytes, room: int) -> bytes:
    """The data of an IDL account that has `text` and room for `room` bytes."""
    return IDL_DISCRIMINATOR + bytes(authority) + u32(len(text)) + text.ljust(room, b"\xaa")


class Calls:
    """Calls of one program."""

    def __init__(self, program: Pubkey, other: Pubkey, draw: random.Random) -> None:
        """`other`: another program that is deployed."""
        self.program, self.other, self.draw = program, other, draw
        self.idl, self.base = Pubkey(idl_address(bytes(program))), Pubkey(idl_base(bytes(program))[0])

    def accounts(self) -> dict[Pubkey, Stored]:
        draw = self.draw
        room = draw.choice([0, 1, 10, 40, 1000])
        idl = idl_data(OWNER, bytes(draw.randrange(room + 1)), room)
        buffer = idl_data(OWNER, b"new idl"[: draw.randrange(8)], draw.choice([7, 30, 100]))
        wallets = {key: Stored(SYSTEM, 10**10, b"") for key in (OWNER, STRANGER, FRIEND)}
        return wallets | {
            self.idl: Stored(self.program, rent(len(idl)), idl),
            BUFFER: Stored(self.program, rent(len(buffer)), buffer),
            OTHER: Stored(self.program, rent(60), bytes(range(60))),
            self.base: ABSENT,
        }

    def call(self, which: IdlOperation) -> Vector:
        """An instruction as it should be."""
        accounts = self.accounts()
        draw = self.draw
        owner, idl, buffer = Meta(OWNER, True, True), Meta(self.idl, False, True), Meta(BUFFER, False, True)
        system = Meta(SYSTEM, False, False)
        more = b""
        match which:
            case IdlOperation.CREATE:
                accounts[self.idl] = ABSENT
                metas = [owner, idl, Meta(self.base, False, False), system, Meta(self.program, False, False)]
                more = u64(draw.choice([0, 100, 9_956, 9_957, 60_000, 1 << 40]))
            case IdlOperation.CREATE_BUFFER:
                accounts[BUFFER] = Stored(self.program, rent(60), bytes(draw.choice([40, 60])))
                metas = [buffer, owner]
            case IdlOperation.WRITE:
                metas = [idl, owner]
                text = bytes(draw.randrange(256) for _ in range(draw.choice([0, 1, 5, 10])))
                more = u32(len(text)) + text
            case IdlOperation.SET_BUFFER:
                metas = [buffer, idl, owner]
            case IdlOperation.SET_AUTHORITY:
                metas, more = [idl, owner], bytes(draw.choice([STRANGER, SYSTEM, self.idl]))
            case IdlOperation.CLOSE:
                metas = [draw.choice([idl, buffer]), owner, Meta(draw.choice([OWNER, FRIEND]), False, True)]
            case IdlOperation.RESIZE:
                data = idl_data(OWNER, b"", draw.choice([0, 10]))
                accounts[self.idl] = Stored(self.program, rent(len(data)), data)
                metas = [idl, owner, system]
                more = u64(draw.choice([len(data), len(data) + 1, 9_000, 10_054, 30_000, 1 << 40]))
        data = IDL_TAG + bytes([which]) + more
        return Vector(which.name, "as it should be", self.program, metas, data, accounts, CLOCK)

    def every(self, count: int) -> Iterator[Vector]:
        """`count` calls of each instruction, the first ones unspoiled."""
        for which in IdlOperation:
            for number in range(count):
                vector = self.call(which)
                for _ in range(0 if number < 8 else self.draw.choice([1, 1, 2, 3])):
                    spoil = self.draw.choice(SPOILERS)
                    spoil(self, vector)
                    vector.what = f"{number}, {vector.what}; {spoil.__name__}"
                yield vector

    def some_key(self) -> Pubkey:
        keys = (OWNER, STRANGER, FRIEND, BUFFER, OTHER, self.idl, self.base, SYSTEM, self.program, self.other)
        return self.draw.choice(keys)

    def place(self, vector: Vector) -> int:
        return self.draw.randrange(len(vector.metas))


def account_missing(calls: Calls, vector: Vector) -> None:
    vector.metas = vector.metas[: calls.draw.randrange(len(vector.metas) + 1)] or vector.metas[:0]


def another_account(calls: Calls, vector: Vector) -> None:
    if vector.metas:
        at = calls.place(vector)
        vector.metas[at] = replace(vector.metas[at], key=calls.some_key())


def same_account_twice(calls: Calls, vector: Vector) -> None:
    if vector.metas:
        vector.metas[calls.place(vector)] = vector.metas[calls.place(vector)]


def does_not_sign(calls: Calls, vector: Vector) -> None:
    vector.metas = [replace(m, signer=False) for m in vector.metas]


def not_writable(calls: Calls, vector: Vector) -> None:
    if vector.metas:
        at = calls.place(vector)
        vector.metas[at] = replace(vector.metas[at], writable=False)


def change(calls: Calls, vector: Vector, how: Callable[[Stored], Stored]) -> None:
    keys = [m.key for m in vector.metas if m.key in vector.accounts and vector.at(m.key).data]
    if keys:
        key = calls.draw.choice(keys)
        vector.accounts[key] = how(vector.at(key))


def another_owner(calls: Calls, vector: Vector) -> None:
    change(calls, vector, lambda a: replace(a, owner=calls.draw.choice([SYSTEM, calls.other])))


def another_authority(calls: Calls, vector: Vector) -> None:
    who = calls.draw.choice([STRANGER, FRIEND])
    change(calls, vector, lambda a: replace(a, data=a.data[:8] + bytes(who) + a.data[40:]))


def another_class(calls: Calls, vector: Vector) -> None:
    change(calls, vector, lambda a: replace(a, data=bytes([calls.draw.randrange(256)]) + a.data[1:]))


def shorter(calls: Calls, vector: Vector) -> None:
    size = calls.draw.choice([0, 7, 8, 43, 44, 45])
    change(calls, vector, lambda a: replace(a, data=a.data[:size]))


def longer_text(calls: Calls, vector: Vector) -> None:
    length = calls.draw.choice([1, 50, 99, 2**32 - 1])
    change(calls, vector, lambda a: replace(a, data=a.data[:40] + u32(length) + a.data[44:]))


def poorer(calls: Calls, vector: Vector) -> None:
    change(calls, vector, lambda a: replace(a, lamports=a.lamports // 2))


def richer(calls: Calls, vector: Vector) -> None:
    change(calls, vector, lambda a: replace(a, lamports=10**9))


def cut_off(calls: Calls, vector: Vector) -> None:
    vector.data = vector.data[: 8 + calls.draw.randrange(max(len(vector.data) - 8, 1))]


def another_number(calls: Calls, vector: Vector) -> None:
    vector.data = vector.data[:8] + bytes([calls.draw.choice([0, 1, 2, 3, 4, 5, 6, 7, 255])]) + vector.data[9:]


def another_argument(calls: Calls, vector: Vector) -> None:
    number = calls.draw.choice([0, 1, 43, 2**32 - 1, 2**64 - 45, 2**64 - 44, 2**64 - 1])
    vector.data = vector.data[:9] + u64(number) + vector.data[17:]


def longer_data(calls: Calls, vector: Vector) -> None:
    vector.data += b"more"


def there_already(calls: Calls, vector: Vector) -> None:
    vector.accounts[calls.idl] = Stored(calls.program, rent(60), idl_data(OWNER, b"", 16))


def holds_lamports(calls: Calls, vector: Vector) -> None:
    vector.accounts[calls.idl] = Stored(SYSTEM, calls.draw.choice([1, 10**9]), b"")


SPOILERS: list[Callable[[Calls, Vector], None]] = [
    account_missing,
    another_account,
    same_account_twice,
    does_not_sign,
    not_writable,
    another_owner,
    another_authority,
    another_class,
    shorter,
    longer_text,
    poorer,
    richer,
    cut_off,
    another_number,
    another_argument,
    longer_data,
    there_already,
    holds_lamports,
]
# What the instructions refuse with: each is provoked by some vector.
CODES = {102, 1001, 1002, 2000, 2001, 2002, 2003, 2005, 2006, 2007, 2011, 2013, 2506}
CODES |= {3001, 3002, 3003, 3004, 3005, 3007, 3008, 3010, 3012}
assert IDL_DATA == 44
