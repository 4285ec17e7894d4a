"""Checked numbers: how CPython's integers become those of the language."""

from __future__ import annotations

import enum
import math
import sys
from collections.abc import Callable, Iterable
from typing import Any

from seahorse.engine.values.wide import U256
from seahorse.semantics.tree.types import INTS

_ROOM = 1 << 20
"""A length of texts and lists that is more than any program has memory for."""


def _checker(name: str) -> Callable[[int], int]:
    low, high = INTS[name].min, INTS[name].max

    def check(value: int) -> int:
        if low <= value <= high:
            return value
        raise OverflowError(f"{value} does not fit {name}")

    return check


CHECKS: dict[str, Callable[[int], int]] = {name: _checker(name) for name in INTS}


def _converter(name: str) -> Callable[[Any], int]:
    check = CHECKS[name]

    def convert(value: Any, base: int | None = None) -> int:
        return check(whole(value, base))

    convert.__name__ = name
    convert.__dict__.update(MAX=INTS[name].max, MIN=INTS[name].min, from_bytes=_from_bytes)
    return convert


def _from_bytes(bytes: bytes, byteorder: Any = "big", *, signed: bool = False) -> int:
    return int.from_bytes(bytes, byteorder, signed=signed)


def whole(value: Any = 0, base: int | None = None) -> int:
    """`int(value)`: a float is cut toward zero, an enum is its position. Raises OverflowError for NaN and infinity.

    Of a text the digits are those of ASCII.
    """
    if isinstance(value, str):
        if not value.strip().isascii():
            raise ValueError(f"{value!r} has other digits than those of ASCII")
        return int(value) if base is None else int(value, base)
    if isinstance(value, enum.Enum) and not isinstance(value, int):
        return list(type(value)).index(value)
    if isinstance(value, float) and not math.isfinite(value):
        raise OverflowError(f"{value} is no integer")
    return int(value)


whole.__dict__.update(from_bytes=_from_bytes)


def mul_div(a: int, b: int, c: int) -> int:
    wide = next((type(v) for v in (a, b, c) if isinstance(v, U256)), int)
    return wide(int(a) * int(b) // int(c))


def called(function: Callable[..., Any], conversions: tuple[tuple[tuple[int, ...], tuple[str, ...]], ...]) -> Any:
    """A function whose arguments and result are converted.

    conversions: those of the argument at a place, and at no place those of the result.
    """
    steps = dict(conversions)

    def converted(*args: Any) -> Any:
        given = [_converted(value, steps.get((i,), ())) for i, value in enumerate(args)]
        return _converted(function(*given), steps.get((), ()))

    return converted


def _converted(value: Any, steps: Iterable[str]) -> Any:
    for step in steps:
        value = STEPS[step](value)
    return value


def each(values: tuple[int, ...], name: str) -> tuple[int, ...]:
    return tuple(CHECKS[name](v) for v in values)


def parts(value: Any, conversions: tuple[tuple[tuple[int | str, ...], tuple[str, ...]], ...]) -> Any:
    """A value that the program takes apart, with its parts as their targets take them: a list, or a tuple.

    conversions: the place of each part, as `diagnostics.ValuePart` has it, and what happens to it.
    """
    fields: list[str] = list(getattr(value, "__dict__", {}))
    items: list[Any] = list(value)
    inner: dict[int, list[tuple[tuple[int | str, ...], tuple[str, ...]]]] = {}
    for (place, *rest), steps in conversions:
        index = fields.index(place) if isinstance(place, str) else place
        inner.setdefault(index, []).append((tuple(rest), steps))
    for index, found in inner.items():
        # A sequence of another length fails where it is taken apart.
        if -len(items) <= index < len(items):
            if further := tuple(f for f in found if f[0]):
                items[index] = parts(items[index], further)
            items[index] = _converted(items[index], (step for rest, steps in found if not rest for step in steps))
    return items if isinstance(value, list) else tuple(items)


def power(base: int, exponent: int, name: str) -> int:
    # With such an exponent only these bases have a power that fits.
    if abs(base) > 1 and exponent > 128:
        raise OverflowError(f"{base} ** {exponent} does not fit {name}")
    if abs(base) <= 1:
        exponent = min(exponent, 2 + exponent % 2)
    return CHECKS[name](base**exponent)


def shift_left(value: int, distance: int, name: str) -> int:
    if value and distance > 128:
        raise OverflowError(f"{value} << {distance} does not fit {name}")
    return CHECKS[name](value << min(distance, 128))


def shift_right(value: int, distance: int, name: str) -> int:
    return CHECKS[name](value >> min(distance, 128))


def invert(value: int, name: str) -> int:
    """`~value`, of an unsigned integer in its own bits."""
    t = INTS[name]
    return ~value if t.signed else value ^ t.max


def total(iterable: Iterable[int], start: int = 0, *, name: str) -> int:
    """`sum(items, start)`, checked at each step."""
    check, result, items = CHECKS[name], start, iterable
    for item in items:
        result = check(result + item)
    return result


def real(value: Any) -> float:
    """A power of floats, which must not be complex."""
    if isinstance(value, complex):
        raise ValueError("the power of a negative number to a fraction is no real number")
    return value


def repeat(left: Any, right: Any) -> Any:
    """`seq * n` and `n * seq`. Raises MemoryError when no program would have room for it, and OverflowError for a count
    that is no index."""
    seq, count = (right, left) if isinstance(left, int) else (left, right)
    if not -sys.maxsize - 1 <= count <= sys.maxsize:
        raise OverflowError(f"{count} repetitions")
    if len(seq) * max(count, 0) > _ROOM:
        raise MemoryError(f"{len(seq)} * {count} elements")
    return left * right


def with_room(value: Any) -> Any:
    """A text, bytes or a list that is put together. Raises MemoryError when no program would have room for it."""
    if isinstance(value, str | bytes | list) and len(value) > _ROOM:  # pyright: ignore[reportUnknownArgumentType]
        raise MemoryError(f"{len(value)} elements")  # pyright: ignore[reportUnknownArgumentType]
    return value  # pyright: ignore[reportUnknownVariableType]


def int_bytes(name: str, n: int, be: bool = False) -> list[int]:
    """The bytes of an integer at the width of its type."""
    t = INTS[name]
    return list(n.to_bytes(t.fixed_size, "big" if be else "little", signed=t.signed))


class Operand:
    """The right side of `place op= value`: checks what Python computes with it."""

    def __init__(self, value: int, name: str) -> None:
        self._value, self._name = value, name

    def __radd__(self, left: int) -> int:
        return CHECKS[self._name](left + self._value)

    def __rsub__(self, left: int) -> int:
        return CHECKS[self._name](left - self._value)

    def __rmul__(self, left: int) -> int:
        return CHECKS[self._name](left * self._value)

    def __rfloordiv__(self, left: int) -> int:
        return CHECKS[self._name](left // self._value)

    def __rmod__(self, left: int) -> int:
        return CHECKS[self._name](left % self._value)

    def __rand__(self, left: int) -> int:
        return CHECKS[self._name](left & self._value)

    def __ror__(self, left: int) -> int:
        return CHECKS[self._name](left | self._value)

    def __rxor__(self, left: int) -> int:
        return CHECKS[self._name](left ^ self._value)

    def __rpow__(self, left: int) -> int:
        return power(left, self._value, self._name)

    def __rlshift__(self, left: int) -> int:
        return shift_left(left, self._value, self._name)

    def __rrshift__(self, left: int) -> int:
        return shift_right(left, self._value, self._name)


CONVERSIONS: dict[str, Callable[[Any], int]] = {name: _converter(name) for name in INTS}
STEPS: dict[str, Callable[[Any], Any]] = {**CHECKS, "float": float, "u256": U256}
HELPERS: dict[str, Any] = {
    **{f"__{name}__": check for name, check in CHECKS.items()},
    "__each__": each,
    "__parts__": parts,
    "__called__": called,
    "__float__": float,
    "__with_room__": with_room,
    "__power__": power,
    "__shift_left__": shift_left,
    "__shift_right__": shift_right,
    "__invert__": invert,
    "__sum__": total,
    "__real__": real,
    "__repeat__": repeat,
    "__operand__": Operand,
}
