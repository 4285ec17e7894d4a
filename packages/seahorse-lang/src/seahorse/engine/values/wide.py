"""u256 under CPython: an int whose operators refuse what does not fit."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

_MAX = (1 << 256) - 1


class U256(int):
    """A number of 256 bits. Raises OverflowError for what does not fit."""

    def __new__(cls, value: Any = 0) -> U256:
        whole = int(value)
        if not 0 <= whole <= _MAX:
            raise OverflowError(f"{whole} does not fit u256")
        return super().__new__(cls, whole)

    @classmethod
    def from_bytes(cls, bytes: bytes, byteorder: Any = "big") -> U256:  # pyright: ignore[reportIncompatibleMethodOverride]
        return cls(int.from_bytes(bytes, byteorder))


def _checked(name: str, operation: Callable[[int, int], int]) -> None:
    def left(self: int, other: Any) -> Any:
        if not isinstance(other, int):
            return NotImplemented
        if name in ("pow", "lshift") and other > 256 and int(self) > 1:
            raise OverflowError("the result does not fit u256")
        return U256(operation(int(self), int(other)))

    def right(self: int, other: Any) -> Any:
        return left(other, self) if isinstance(other, int) else NotImplemented

    setattr(U256, f"__{name}__", left)
    setattr(U256, f"__r{name}__", right)


_OPERATIONS: dict[str, Callable[[int, int], int]] = {
    "add": int.__add__,
    "sub": int.__sub__,
    "mul": int.__mul__,
    "floordiv": int.__floordiv__,
    "mod": int.__mod__,
    "pow": lambda a, b: a**b,
    "lshift": int.__lshift__,
    "rshift": int.__rshift__,
    "and": int.__and__,
    "or": int.__or__,
    "xor": int.__xor__,
}
for _name, _limit in (("MAX", _MAX), ("MIN", 0)):
    setattr(U256, _name, U256(_limit))
for _name, _operation in _OPERATIONS.items():
    _checked(_name, _operation)
