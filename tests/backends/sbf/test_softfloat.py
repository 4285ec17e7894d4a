"""Soft-float against the host's IEEE 754 arithmetic, on random and special values, in the VM."""

from __future__ import annotations

import math
import random
import struct
from collections.abc import Callable

import pytest
from tests.backends.sbf.harness import Helper

SPECIAL = [
    0.0, -0.0, 1.0, -1.0, 0.5, 1.5, 2.5, -2.5, 3.0, 0.1, 1e308, -1e308, 1.7976931348623157e308, 5e-324, -5e-324,
    2.2250738585072014e-308, 2.225073858507201e-308, 4503599627370496.5, 4503599627370497.5, 9007199254740993.0,
    float("inf"), float("-inf"), float("nan"), 1e16, 1e-5, 123456.789, math.pi,
]  # fmt: skip


def bits(x: float) -> int:
    return struct.unpack("<Q", struct.pack("<d", x))[0]


def number(b: int) -> float:
    return struct.unpack("<d", struct.pack("<Q", b))[0]


def same(a: int, b: float) -> bool:
    """The same bits; every NaN is the same."""
    return a == bits(b) or (math.isnan(b) and math.isnan(number(a)))


def random_floats(count: int) -> list[float]:
    """All exponents alike, near ones, and ones with few digits."""
    r = random.Random(7)
    out: list[float] = []
    for _ in range(count):
        kind = r.random()
        if kind < 0.4:
            out.append(number(r.getrandbits(64)))
        elif kind < 0.7:
            out.append(number(r.getrandbits(1) << 63 | r.randint(1000, 1050) << 52 | r.getrandbits(52)))
        elif kind < 0.85:
            out.append(r.randint(-(10**6), 10**6) / 1000)
        else:
            out.append(number(r.getrandbits(1) << 63 | r.getrandbits(52)))
    return out


VALUES = SPECIAL + random_floats(1500)
PAIRS = [(a, b) for a in SPECIAL for b in SPECIAL] + list(
    zip(random_floats(3000), reversed(random_floats(3000)), strict=True)
)


def divide(a: float, b: float) -> float:
    if b == 0 or math.isnan(a) or math.isnan(b):
        if math.isnan(a) or math.isnan(b) or a == 0:
            return math.nan
        return math.copysign(math.inf, math.copysign(1, a) * math.copysign(1, b))
    return a / b


def floor_div(a: float, b: float) -> float:
    return a // b if b else math.nan


def mod(a: float, b: float) -> float:
    return a % b if b else math.nan


BINARY: dict[str, Callable[[float, float], float]] = {
    "f64_add": lambda a, b: a + b,
    "f64_mul": lambda a, b: a * b,
    "f64_div": divide,
    "f64_mod": mod,
}


@pytest.mark.parametrize("name", BINARY)
def test_binary(name: str) -> None:
    got = Helper(name, 2)([(bits(a), bits(b)) for a, b in PAIRS])
    for (a, b), (value, _) in zip(PAIRS, got, strict=True):
        assert same(value, BINARY[name](a, b)), (a, b, number(value))


def test_floor_division() -> None:
    pairs = [(a, b) for a, b in PAIRS if b and math.isfinite(a) and math.isfinite(b) and not math.isinf(divide(a, b))]
    got = Helper("f64_floor_div", 2)([(bits(a), bits(b)) for a, b in pairs])
    for (a, b), (value, _) in zip(pairs, got, strict=True):
        assert same(value, floor_div(a, b)), (a, b, number(value))


def test_sqrt() -> None:
    got = Helper("f64_sqrt", 1)([(bits(a),) for a in VALUES])
    for a, (value, _) in zip(VALUES, got, strict=True):
        expected = math.nan if a < 0 else math.sqrt(a) if not math.isnan(a) else a
        assert same(value, expected), (a, number(value))


def test_compare() -> None:
    got = Helper("f64_compare", 2)([(bits(a), bits(b)) for a, b in PAIRS])
    for (a, b), (value, _) in zip(PAIRS, got, strict=True):
        expected = 2 if math.isnan(a) or math.isnan(b) else (a > b) - (a < b)
        assert value == expected % 2**64, (a, b)


@pytest.mark.parametrize("name", ["floor", "ceil", "round"])
def test_rounding(name: str) -> None:
    host: dict[str, Callable[[float], int]] = {"floor": math.floor, "ceil": math.ceil, "round": round}
    values = [v for v in VALUES if math.isfinite(v)]
    got = Helper(f"f64_{name}", 1)([(bits(a),) for a in values])
    for a, (value, _) in zip(values, got, strict=True):
        assert number(value) == host[name](a), a


INTEGERS = [
    0,
    1,
    2,
    3,
    10,
    2**31,
    2**52,
    2**53 - 1,
    2**53 + 1,
    2**53 + 3,
    2**63 - 1,
    2**63,
    2**64 - 1,
    2**64,
    2**127,
    2**128 - 1,
]


def test_from_integers() -> None:
    r = random.Random(3)
    values = INTEGERS + [r.getrandbits(r.randint(1, 128)) for _ in range(1500)]
    narrow = [v for v in values if v < 2**64]
    for name, words, sample in (("f64_from_u64", 1, narrow), ("f64_from_u128", 2, values)):
        got = Helper(name, words)([[v >> 64 * i & (2**64 - 1) for i in range(words)] for v in sample])
        for v, (value, _) in zip(sample, got, strict=True):
            assert value == bits(float(v)), (name, v)
    signed = [s for v in values for s in (v, -v) if -(2**127) <= s < 2**127]
    for name, words in (("f64_from_i64", 1), ("f64_from_i128", 2)):
        limit = 2 ** (64 * words - 1)
        sample = [s for s in signed if -limit <= s < limit]
        got = Helper(name, words)([[v >> 64 * i & (2**64 - 1) for i in range(words)] for v in sample])
        for v, (value, _) in zip(sample, got, strict=True):
            assert value == bits(float(v)), (name, v)


def test_magnitude() -> None:
    got = Helper("f64_magnitude", 1, out=16)([(bits(a),) for a in VALUES])
    for a, (bad, raw) in zip(VALUES, got, strict=True):
        if math.isnan(a) or abs(a) >= 2.0**128:
            assert bad == 1, a
        else:
            assert (bad, int.from_bytes(raw, "little")) == (0, int(abs(a))), a
