"""Decimal text of f64 against Python's `repr` and `format`, in the VM."""

from __future__ import annotations

import pytest
from tests.backends.sbf.harness import Helper
from tests.backends.sbf.test_softfloat import SPECIAL, bits, number, random_floats

VALUES = [
    *SPECIAL, 0.0001, 0.00001, 1e15, 1e16, 123456789012345680.0, 1e22, 1e23, 9007199254740992.0, 0.3, 2 / 3, 5e-324,
    1.8014398509481984e16, 8.988465674311579e307, 4.35, 0.000123456, 100.0, 12345.0, 2.5, 0.125, 999.9999999999999,
    *[2.0**n for n in range(-1074, 1024, 37)], *[10.0**n for n in range(-320, 309, 13)], *random_floats(300),
]  # fmt: skip


def test_repr() -> None:
    got = Helper("put_f64", 1, out=32)([(bits(v),) for v in VALUES])
    for value, (length, raw) in zip(VALUES, got, strict=True):
        assert raw[:length].decode() == repr(value)


@pytest.mark.parametrize("places", [0, 1, 2, 6])
def test_fixed(places: int) -> None:
    values = [v for v in VALUES if not abs(v) >= 1e20] + [
        0.5,
        1.5,
        2.5,
        0.05,
        0.25,
        0.35,
        9.5,
        99.95,
        999.995,
        0.995,
        number(1),
    ]
    got = Helper("put_f64_fixed", 2, out=48)([(bits(v), places) for v in values])
    for value, (length, raw) in zip(values, got, strict=True):
        assert raw[:length].decode() == format(value, f".{places}f"), value
