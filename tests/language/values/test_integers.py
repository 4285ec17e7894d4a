"""Integer operators: Python's signs and floors, and no silent wrap."""

from __future__ import annotations

import itertools
import random

import pytest
from tests.language.compared import Compared

from seahorse.testing import Ledger, expect_error

TYPES = {
    f"{s}{b}": (0 if s == "u" else -(2 ** (b - 1)), 2 ** (b - (s == "i")) - 1)
    for s in "ui"
    for b in (8, 16, 32, 64, 128)
}
OPERATORS = {"add": "+", "sub": "-", "mul": "*", "div": "//", "mod": "%"}


def source(t: str) -> str:
    binary = [f"@instruction\ndef {n}(a: {t}, b: {t}) -> {t}:\n    return a {op} b\n" for n, op in OPERATORS.items()]
    bits = [
        f"@instruction\ndef {n}(a: {t}, b: {t}) -> {t}:\n    return a {op} b\n"
        for n, op in {"band": "&", "bor": "|", "bxor": "^"}.items()
    ]
    compare = [
        f"@instruction\ndef {n}(a: {t}, b: {t}) -> bool:\n    return a {op} b\n"
        for n, op in {"lt": "<", "le": "<=", "gt": ">", "ge": ">=", "eq": "==", "ne": "!="}.items()
    ]
    others = f"""
@instruction
def power(a: {t}, n: u32) -> {t}:
    return a ** n

@instruction
def left(a: {t}, n: u32) -> {t}:
    return a << n

@instruction
def right(a: {t}, n: u32) -> {t}:
    return a >> n

@instruction
def extremes(a: {t}, b: {t}) -> List[{t}]:
    return [min(a, b), max(a, b)]

@instruction
def by_constants(a: {t}) -> List[{t}]:
    return [a // 7, a % 7, a // 1, (a // 100) * 100]

@instruction
def text(a: {t}) -> str:
    return f'{{a}} {{a:x}} {{a:08}} {{a:5}}'
"""
    return "".join([*binary, *bits, *compare, others])


def values(low: int, high: int) -> list[int]:
    edges = {low, low + 1, high, high - 1, 0, 1, 2, 3, 7, 10, 100, -1, -2, -7, high // 2, high // 3}
    return sorted(v for v in edges if low <= v <= high)


@pytest.mark.parametrize("t", TYPES)
def test_operators(t: str) -> None:
    """Where the exact result does not fit the type, the instruction fails instead."""
    low, high = TYPES[t]
    program = Compared(source(t))

    def fits(f):  # type: ignore[no-untyped-def]
        def checked(*args):  # type: ignore[no-untyped-def]
            result = f(*args)
            for v in result if isinstance(result, list) else [result]:
                assert isinstance(v, bool | str) or low <= v <= high
            return result

        return checked

    for name in [*OPERATORS, "power", "left", "by_constants"]:
        program.python[name] = fits(program.python[name])
    r = random.Random(t)
    pairs = list(itertools.product(values(low, high), repeat=2))
    pairs += [(r.randint(low, high), r.randint(low, high) >> r.randint(0, 127)) for _ in range(30)]
    for name in (*OPERATORS, "band", "bor", "bxor", "lt", "le", "gt", "ge", "eq", "ne", "extremes"):
        program.check(name, pairs if name in OPERATORS else pairs[::7])
    some = values(low, high)
    program.check("power", [(a, n) for a in some[:12] for n in (0, 1, 2, 3, 7, 64)])
    program.check("left", [(a, n) for a in some for n in (0, 1, 7, 8, 31, 63, 64, 127, 128)])
    program.check("right", [(a, n) for a in some for n in (0, 1, 7, 8, 31, 63, 64, 127, 128, 1000)])
    program.check("by_constants", [(a,) for a in some])
    program.check("text", [(a,) for a in some])


def test_conversions() -> None:
    pairs = [(a, b) for a in TYPES for b in TYPES if a != b]
    text = "".join(
        f"@instruction\ndef {a}_{b}(x: {a}) -> {b}:\n    return {b}(x)\n"
        for a, b in pairs
        if int(a[1:]) in (8, 64, 128)
    )
    program = Compared(text)
    for a, b in pairs:
        if int(a[1:]) not in (8, 64, 128):
            continue
        low, high = TYPES[b]

        def host(x: int, low: int = low, high: int = high) -> int:
            assert low <= x <= high
            return x

        program.python[f"{a}_{b}"] = host
        program.check(
            f"{a}_{b}",
            [
                (v,)
                for v in values(*TYPES[a])
                + [v for v in (low, high, low - 1, high + 1) if TYPES[a][0] <= v <= TYPES[a][1]]
            ],
        )


def test_overflow_has_its_code_and_place() -> None:
    ledger = Ledger()
    p = ledger.deploy_text(
        "from seahorse.prelude import *\n"
        "declare_id('Fg6PaFpoGXkYsidMpWTK6W2BeZ7FEfcYkg476zPFsLnS')\n"
        "@instruction\n"
        "def add(a: u64, b: u64) -> u64:\n"
        "    return a + b\n"
    )
    with expect_error("ArithmeticOverflow") as failed:
        p.add(a=2**64 - 1, b=1)
    assert ":5. Error Code: ArithmeticOverflow. Error Number: 103079215104." in failed.result.messages[0]


@pytest.mark.parametrize("t", ["u8", "u64", "i64", "u128"])
def test_divisions_stay_behind_the_test_of_their_divisor(t: str) -> None:
    """Also in a loop, where the operands do not change: dividing by zero there would end the program."""
    program = Compared(f"""
@instruction
def guarded(n: u8, a: {t}, b: {t}) -> {t}:
    total = {t}(0)
    for _ in range(n):
        if b != 0:
            total += a // b + a % b
    return total

@instruction
def product(n: u8, a: {t}, b: {t}) -> {t}:
    total = {t}(0)
    for _ in range(n):
        total += a * b
    return total
""")
    cases = [(3, 0, 5), (3, 5, 0), (0, 5, 0), (3, 5, 3)]
    program.check("guarded", cases)
    program.check("product", cases)


def test_division_by_zero_in_a_loop_has_its_code() -> None:
    p = Ledger().deploy_text(
        "from seahorse.prelude import *\n"
        "declare_id('Fg6PaFpoGXkYsidMpWTK6W2BeZ7FEfcYkg476zPFsLnS')\n"
        "@instruction\n"
        "def rest(a: u64, b: u8) -> u64:\n"
        "    for _ in range(2):\n"
        "        a += u64(100 % b)\n"
        "    return a\n"
    )
    with expect_error("ArithmeticOverflow"):
        p.rest(a=1, b=0)


def test_products_of_64_bits() -> None:
    """Neither a product of two u64 in 128 bits nor its quotient by a small constant needs general arithmetic."""
    program = Compared("""
@instruction
def product(a: u64, b: u64) -> u128:
    return u128(a) * b

@instruction
def shares(a: u64, b: u16) -> List[u128]:
    return [u128(a) * u128(b) // 1000, (u128(a) * 5 + 999) % 4294967295, u128(a) * b * 7 // 4294967296]
""")
    edges = [0, 1, 999, 1 << 32, (1 << 32) - 1, (1 << 63) + 12345, (1 << 64) - 1]
    program.check("product", list(itertools.product(edges, edges)))
    program.check("shares", list(itertools.product(edges, [0, 1, 25, 65535])))


def test_choice_of_a_large_constant() -> None:
    """The chosen value goes through one register, from either way."""
    large = 229_782_062_903_719_980_868_036_957_695_949_702_008
    program = Compared(f"""
@instruction
def chosen(n: u8, given: bool, text: str) -> List[u128]:
    if n > 3:
        given = len(text) < 5
    elif n < 2:
        n += 1
    return [u128(10) if given else u128({large}), u128(n)]
""")
    program.check("chosen", [(n, g, t) for n in (0, 3, 5) for g in (True, False) for t in ("a", "abcdef")])
