"""The prelude's names in plain Python: what snippets are compared with."""

from __future__ import annotations

import abc
import dataclasses
import enum
import math
import typing
from collections.abc import Callable, Iterator
from typing import Any

BITS = (8, 16, 32, 64, 128, 256)


def plain_names() -> dict[str, Any]:
    """Sized integers are integers that refuse what does not fit; all else is Python's own."""
    names: dict[str, Any] = {
        f"{sign}{bits}": _sized(sign, bits) for sign in "iu" for bits in BITS if sign + str(bits) != "i256"
    }
    names |= {name: getattr(typing, name) for name in typing.__all__}
    names |= {name: getattr(enum, name) for name in ("Enum", "IntEnum", "Flag", "IntFlag", "auto")}
    names |= {name: getattr(dataclasses, name) for name in ("dataclass", "field", "replace")}
    names |= {"Callable": Callable, "Iterator": Iterator, "ABC": abc.ABC, "abstractmethod": abc.abstractmethod}
    names |= {"Account": object, "f64": float, "math": math, "mul_div": lambda a, b, c: a * b // c, "Pubkey": str}
    return names


def _sized(sign: str, bits: int) -> type[int]:
    low, high = (-(1 << (bits - 1)), (1 << (bits - 1)) - 1) if sign == "i" else (0, (1 << bits) - 1)

    class Sized(int):
        def __new__(cls, *args: Any, **options: Any) -> Any:
            value = int(*args, **options)
            if not low <= value <= high:
                raise OverflowError(f"{value} is no {sign}{bits}")
            return value

        @classmethod
        def from_bytes(cls, *args: Any, **options: Any) -> Any:  # pyright: ignore[reportIncompatibleMethodOverride]
            return int.from_bytes(*args, **options)

    for name, value in (("MIN", low), ("MAX", high)):
        setattr(Sized, name, value)
        setattr(_Wide, name, value)
    return _Wide if bits == 256 else Sized


class _Wide(int):
    """u256, of which one operation alone may leave the type in the middle of an expression."""

    def __new__(cls, value: int = 0) -> _Wide:
        if not 0 <= value < 1 << 256:
            raise OverflowError(value)
        return super().__new__(cls, value)

    @classmethod
    def from_bytes(cls, *args: Any) -> _Wide:  # pyright: ignore[reportIncompatibleMethodOverride]
        return cls(int.from_bytes(*args))


def _operator(name: str) -> Callable[[int, int], Any]:
    return lambda a, b: _Wide(getattr(int, name)(int(a), int(b)))


for _name in ("add", "sub", "mul", "floordiv", "mod", "and", "or", "xor", "lshift", "rshift"):
    setattr(_Wide, f"__{_name}__", _operator(f"__{_name}__"))
