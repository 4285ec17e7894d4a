"""Python's integers as the language has them: what the generated functions use in CPython."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

INTS = [f"{s}{b}" for s in "ui" for b in (8, 16, 32, 64, 128)]
MAX_LENGTH = 2000


def bounds(t: str) -> tuple[int, int]:
    bits = int(t[1:])
    return (0, 2**bits - 1) if t[0] == "u" else (-(2 ** (bits - 1)), 2 ** (bits - 1) - 1)


def join(a: str, b: str) -> str | None:
    """The type of an operation on two integer types, as the language defines it; None when there is none."""
    if a == b:
        return a
    small, large = sorted((a, b), key=lambda t: int(t[1:]))
    if int(small[1:]) == int(large[1:]) or (small[0] == "i" and large[0] == "u"):
        return None
    return large


def checker(t: str) -> Callable[[int], int]:
    low, high = bounds(t)

    def check(value: int) -> int:
        if not low <= value <= high:
            raise OverflowError(f"{value} is no {t}")
        return value

    return check


def checked_sum(t: str) -> Callable[[list[int]], int]:
    check = checker(t)

    def total(items: list[int]) -> int:
        result = 0
        for item in items:
            result = check(result + item)
        return result

    return total


class TooLarge(Exception):
    """A value outgrew what a program has room for: nothing to compare."""


def small_enough(value: Any) -> Any:
    """Values that double in a loop would fill the memory of the host."""
    if isinstance(value, str | list) and len(value) > MAX_LENGTH:
        raise TooLarge
    return value


def near(index: int) -> int:
    """CPython's lists do not take indexes of more than 64 bits; a program's do, and mean the ends."""
    return max(min(index, 1 << 40), -(1 << 40))


def host_names() -> dict[str, Any]:
    """What the Python texts use."""
    names: dict[str, Any] = {f"chk_{t}": checker(t) for t in INTS} | {"keep": small_enough, "near": near}
    return names | {f"sum_{t}": checked_sum(t) for t in INTS}
