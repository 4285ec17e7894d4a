"""Products and quotients of 64 and 128 bits against Python's, in the VM."""

from __future__ import annotations

import random

import pytest
from tests.backends.sbf.harness import Helper

MASK = 2**64 - 1
EDGES = [0, 1, 2, 3, 10, 1000, 2**32 - 1, 2**32, 2**32 + 1, 2**63 - 1, 2**63, 2**64 - 1]


def sample(bits: int, count: int) -> list[int]:
    r = random.Random(bits)
    return [r.getrandbits(r.randint(1, bits)) for _ in range(count)]


WIDE = [*EDGES, 2**64, 2**64 + 1, 2**96, 2**127 - 1, 2**127, 2**128 - 1]
PAIRS_128 = [(a, b) for a in WIDE for b in WIDE] + list(
    zip(sample(128, 1500), reversed(sample(128, 1500)), strict=True)
)
PAIRS_64 = [(a, b) for a in EDGES for b in EDGES] + list(zip(sample(64, 1500), reversed(sample(64, 1500)), strict=True))


def halves(v: int) -> list[int]:
    return [v & MASK, v >> 64 & MASK]


def signed(v: int, bits: int) -> int:
    return v - (1 << bits) if v >> bits - 1 else v


def test_mul_u128() -> None:
    got = Helper("mul_u128", 4, out=16)([[*halves(a), *halves(b)] for a, b in PAIRS_128])
    for (a, b), (bad, raw) in zip(PAIRS_128, got, strict=True):
        assert bad == (a * b >> 128 != 0), (a, b)
        assert bad or int.from_bytes(raw, "little") == a * b, (a, b)


def test_divmod_u128() -> None:
    pairs = [(a, b) for a, b in PAIRS_128 if b]
    got = Helper("divmod_u128", 4, out=32)([[*halves(a), *halves(b)] for a, b in pairs])
    for (a, b), (_, raw) in zip(pairs, got, strict=True):
        assert (int.from_bytes(raw[:16], "little"), int.from_bytes(raw[16:], "little")) == divmod(a, b), (a, b)


def test_mul_wide() -> None:
    pairs = [*PAIRS_64, *[(a & 0xFFFFFFFF, b & 0xFFFFFFFF) for a, b in PAIRS_64]]
    for (a, b), (_, raw) in zip(pairs, Helper("mul_wide", 2, out=16)(pairs), strict=True):
        assert int.from_bytes(raw, "little") == a * b, (a, b)


def test_divmod_short() -> None:
    pairs = [(a, b & 0xFFFFFFFF) for a, b in [*PAIRS_128, *PAIRS_64] if b & 0xFFFFFFFF]
    got = Helper("divmod_short", 3, out=32)([[*halves(a), b] for a, b in pairs])
    for (a, b), (_, raw) in zip(pairs, got, strict=True):
        assert (int.from_bytes(raw[:16], "little"), int.from_bytes(raw[16:], "little")) == divmod(a, b), (a, b)


@pytest.mark.parametrize("bits", [64, 128])
def test_signed(bits: int) -> None:
    pairs = PAIRS_64 if bits == 64 else PAIRS_128
    words = [[a, b] if bits == 64 else [*halves(a), *halves(b)] for a, b in pairs]
    size, low, high = bits // 8, -(1 << bits - 1), (1 << bits - 1) - 1
    for (a, b), (bad, raw) in zip(pairs, Helper(f"mul_i{bits}", len(words[0]), out=size)(words), strict=True):
        product = signed(a, bits) * signed(b, bits)
        assert bad == (not low <= product <= high), (a, b)
        assert bad or int.from_bytes(raw, "little", signed=True) == product
    kept = [(p, w) for p, w in zip(pairs, words, strict=True) if p[1]]
    got = Helper(f"divmod_i{bits}", len(words[0]), out=2 * size)([w for _, w in kept])
    for ((a, b), _), (bad, raw) in zip(kept, got, strict=True):
        quotient, rest = divmod(signed(a, bits), signed(b, bits))
        assert bad == (quotient > high), (a, b)
        found = [int.from_bytes(x, "little", signed=True) for x in (raw[:size], raw[size:])]
        assert found[1] == rest and (bad or found[0] == quotient), (a, b)


def test_decimal() -> None:
    values = WIDE + sample(128, 300)
    got = Helper("put_u128", 2, out=40)([halves(v) for v in values])
    for v, (length, raw) in zip(values, got, strict=True):
        assert raw[:length].decode() == str(v)
    got = Helper("put_i128", 2, out=40)([halves(v) for v in values])
    for v, (length, raw) in zip(values, got, strict=True):
        assert raw[:length].decode() == str(signed(v, 128))
