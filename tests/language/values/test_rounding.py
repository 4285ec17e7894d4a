"""round, floor and ceil of integers are exact, at the ends of every type too."""

from __future__ import annotations

import pytest
from tests.language.compared import Compared
from tests.language.generators.checked_python import INTS, bounds

from seahorse.testing import expect_error

SOURCE = "".join(
    f"""
@instruction
def {how}_{t}(x: {t}) -> {"u128" if t == "u128" else "i128"}:
    return {how}(x)
"""
    for how in ("round", "floor", "ceil")
    for t in INTS
)


@pytest.fixture(scope="module")
def both() -> Compared:
    return Compared(SOURCE)


@pytest.mark.parametrize("t", INTS)
def test_integers(both: Compared, t: str) -> None:
    low, high = bounds(t)
    values = {low, low + 1, 0, 1, high - 1, high, min(high, 2**53 + 1), max(low, -(2**53) - 1)}
    for how in ("round", "floor", "ceil"):
        both.check(f"{how}_{t}", [(v,) for v in sorted(values)])


def test_integers_without_a_type_of_their_own() -> None:
    numbers = (2**53 + 1, -(2**53) - 1, 0, 2**100 + 1)
    made = "".join(
        f"@instruction\ndef f{i}(x: u64) -> List[i128]:\n    n = {n}\n    return [round({n}), math.floor({n}), math.ceil({n}), "
        f"math.trunc({n}), round(n), math.trunc(n), math.floor(x), math.trunc(x)]\n\n"
        for i, n in enumerate(numbers)
    )
    both = Compared("import math\n" + made)
    for i in range(len(numbers)):
        both.check(f"f{i}", [(0,), (2**64 - 1,)])


def test_floats_too_large_for_the_result() -> None:
    program = Compared("\n@instruction\ndef f(x: f64) -> i128:\n    return round(x)\n").program
    assert program.f(x=2.5).value == 2
    with expect_error("ArithmeticOverflow"):
        program.f(x=1e300)
