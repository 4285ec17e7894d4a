"""f64: Python's floats, bit for bit."""

from __future__ import annotations

import itertools
import math

from tests.language.compared import Compared

SOURCE = """
@instruction
def operate(a: f64, b: f64) -> List[f64]:
    return [a + b, a - b, a * b, -a, abs(b), min(a, b), max(a, b)]

@instruction
def divide(a: f64, b: f64) -> List[f64]:
    return [a / b, a // b, a % b]

@instruction
def compare(a: f64, b: f64) -> List[bool]:
    return [a == b, a != b, a < b, a <= b, a > b, a >= b]

@instruction
def rounded(a: f64) -> List[i128]:
    return [round(a), floor(a), ceil(a), int(a)]

@instruction
def text(a: f64, n: i64) -> str:
    return f'{a} {a:.2f} {a:.0f} {f64(n)} {n / 3} {[a, 1.5]}'

@instruction
def powers(a: f64, b: f64) -> List[f64]:
    return [a ** b, a ** 2.0, a ** 0.5]

@instruction
def mixed(n: u64, m: i32) -> List[f64]:
    x = f64(n)
    x += m
    x *= 2
    return [x, n / 7, f64(n) * 0.1 + m, n + 0.5]

@instruction
def total(xs: List[f64]) -> f64:
    return sum(xs)

@instruction
def narrow(a: f64) -> u8:
    return u8(a)

@instruction
def truth(a: f64) -> bool:
    return bool(a)
"""

# Borsh has no NaN, so none is an argument or a result.
VALUES = [0.0, -0.0, 1.0, -1.5, 2.5, 0.1, -0.3, 1e10, 123456.789, 1e-7, 3.0, 1e22, -4503599627370497.5]


def test_floats() -> None:
    p = Compared(SOURCE)
    pairs = list(itertools.product(VALUES, repeat=2))
    p.check("operate", pairs)
    p.check("divide", pairs)
    p.check("compare", pairs)
    p.check("rounded", [(v,) for v in VALUES])
    p.check("text", [(v, n) for v in VALUES for n in (0, 1, -7, 2**60)])
    p.check("powers", [(a, b) for a in (2.5, 0.1, 3.0, 1e10) for b in (0.0, 1.0, 3.0, -2.0, 0.25)])
    p.check("mixed", [(n, m) for n in (0, 1, 10, 2**63) for m in (0, 5, -5)])
    p.check("total", [([],), ([1.5, 2.25],)])
    p.check("truth", [(v,) for v in VALUES])

    def narrow(a: float) -> int:
        assert 0 <= math.trunc(a) <= 255
        return math.trunc(a)

    p.python["narrow"] = narrow
    p.check("narrow", [(v,) for v in (0.0, 255.9, 256.0, -0.5, -1.0, 1e300)])
