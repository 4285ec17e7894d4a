"""`**` on f64 against high-precision decimals, in the VM."""

from __future__ import annotations

import math
import random
from decimal import Decimal, localcontext

from tests.backends.sbf.harness import Helper
from tests.backends.sbf.test_softfloat import bits, number, same

EDGES = [0.0, -0.0, 1.0, -1.0, 2.0, -2.0, 0.5, 3.0, -3.0, 2.5, math.inf, -math.inf, math.nan, 1e300, 5e-324, 0.75]


def c_pow(x: float, y: float) -> float:
    """C's pow, where Python raises."""
    try:
        return math.pow(x, y)
    except ValueError:
        odd = y == math.floor(y) and abs(y) < 2.0**53 and int(y) % 2 == 1
        return math.copysign(math.inf, x) if x == 0 and odd else math.inf if x == 0 else math.nan
    except OverflowError:
        return -math.inf if x < 0 and y % 2 == 1 else math.inf


def exact(x: float, y: float) -> float:
    with localcontext() as context:
        context.prec = 60
        context.Emax, context.Emin = 10**9, -(10**9)
        return float(Decimal(x) ** Decimal(y))


def test_edges() -> None:
    pairs = [(x, y) for x in EDGES for y in EDGES]
    got = Helper("f64_pow", 2)([(bits(x), bits(y)) for x, y in pairs])
    for (x, y), (value, _) in zip(pairs, got, strict=True):
        assert same(value, c_pow(x, y)), (x, y, number(value))


def test_random() -> None:
    r = random.Random(11)
    pairs = [(r.uniform(0, 10) or 1.0, r.uniform(-30, 30)) for _ in range(300)]
    pairs += [(r.uniform(0.9, 1.1), r.uniform(-2000, 2000)) for _ in range(200)]
    pairs += [(math.exp(r.uniform(-700, 700)), r.uniform(-1, 1)) for _ in range(200)]
    pairs += [(r.uniform(0, 100), float(r.randint(-40, 40))) for _ in range(300)]
    pairs += [(10.0, float(n)) for n in range(-320, 309, 7)] + [
        (1 + 2.0**-52, 2.0**58),
        (1 - 2.0**-53, 2.0**59 + 2.0**10),
    ]
    helper = Helper("f64_pow", 2)
    got = helper([(bits(x), bits(y)) for x, y in pairs])
    for (x, y), (value, _) in zip(pairs, got, strict=True):
        assert same(value, exact(x, y)), (x, y, number(value), exact(x, y))
