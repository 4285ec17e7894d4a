"""Number types of the language: fixed-width integers and the 64-bit float.

An editor sees the integers as `int` and `f64` as `float`, so that literals and numbers of different widths
mix freely, as they do in the language; the compiler checks widths, and the chain checks ranges. At run time
they are subclasses of `int` that check their range and coerce as the compiler does.
"""

import math
from typing import TYPE_CHECKING

__all__ = [
    "ceil",
    "f64",
    "floor",
    "i128",
    "i16",
    "i32",
    "i64",
    "i8",
    "int_bytes",
    "mul_div",
    "u128",
    "u16",
    "u256",
    "u32",
    "u64",
    "u8",
]

if TYPE_CHECKING:
    u8 = int
    """8-bit unsigned integer, 0 to 255."""
    u16 = int
    """16-bit unsigned integer, 0 to 65 535."""
    u32 = int
    """32-bit unsigned integer, 0 to 4 294 967 295."""
    u64 = int
    """64-bit unsigned integer, 0 to 2**64 - 1: amounts, energies, counters."""
    u128 = int
    """128-bit unsigned integer: for products of two u64."""
    u256 = int
    """256-bit unsigned integer: for products of two u128. Its operations cost hundreds of compute units."""
    i8 = int
    """8-bit signed integer."""
    i16 = int
    """16-bit signed integer."""
    i32 = int
    """32-bit signed integer."""
    i64 = int
    """64-bit signed integer: unix time in seconds."""
    i128 = int
    """128-bit signed integer."""
    f64 = float
    """64-bit floating-point number (IEEE 754 binary64)."""
else:

    def _coerced(name):
        """The operator `name` of `int`, with its result in the wider type of the two operands."""
        plain = getattr(int, name)

        def operator(self, other):
            result = plain(self, other)
            return result if result is NotImplemented else common_type(type(self), type(other))(result)

        operator.__name__ = name
        return operator

    class Integer(int):
        """An integer of a fixed width. Raises OverflowError where the chain raises ArithmeticOverflow."""

        bits = 0
        signed = False

        def __new__(cls, value=0):
            number = super().__new__(cls, value)
            low = -(1 << (cls.bits - 1)) if cls.signed else 0
            if not low <= int(number) < low + (1 << cls.bits):
                raise OverflowError(f"{int(number)} does not fit {cls.__name__}")
            return number

        def __truediv__(self, other):
            return f64(int(self) / other)

        def __rtruediv__(self, other):
            return f64(other / int(self))

        def __neg__(self):
            return type(self)(-int(self))

        def __abs__(self):
            return type(self)(abs(int(self)))

        def __pow__(self, exponent):
            return type(self)(int(self) ** int(exponent))

        def __invert__(self):
            return type(self)(~int(self) if self.signed else int(self) ^ ((1 << self.bits) - 1))

    for _name in ("add", "sub", "mul", "floordiv", "mod", "and", "or", "xor", "lshift", "rshift"):
        for _dunder in (f"__{_name}__", f"__r{_name}__"):
            setattr(Integer, _dunder, _coerced(_dunder))

    def common_type(left, right):
        """The type two operands are coerced to: the wider one; a plain int takes the other's type."""
        if not issubclass(right, Integer):
            return left
        if not issubclass(left, Integer):
            return right
        narrow, wide = sorted((left, right), key=lambda t: (t.bits, t.signed))
        if narrow is wide or (wide.bits > narrow.bits and (wide.signed or not narrow.signed)):
            return wide
        raise TypeError(f"{left.__name__} and {right.__name__} do not mix: convert one of them")

    def _integer(bits, signed):
        name = f"{'i' if signed else 'u'}{bits}"
        doc = f"{bits}-bit {'signed' if signed else 'unsigned'} integer."
        return type(name, (Integer,), {"bits": bits, "signed": signed, "__doc__": doc})

    u8, u16, u32, u64, u128, u256 = (_integer(bits, False) for bits in (8, 16, 32, 64, 128, 256))
    i8, i16, i32, i64, i128 = (_integer(bits, True) for bits in (8, 16, 32, 64, 128))

    class f64(float):
        """64-bit floating-point number (IEEE 754 binary64)."""


def floor(x: f64) -> i128:
    """The greatest integer that is not above `x`."""
    return i128(math.floor(x))


def ceil(x: f64) -> i128:
    """The smallest integer that is not below `x`."""
    return i128(math.ceil(x))


def mul_div(a: int, b: int, c: int) -> int:
    """`a * b // c`, without an overflow in between."""
    return a * b // c


def int_bytes(n: int, be: bool = False) -> list[u8]:
    """The bytes of an integer at its own width, least significant first.

    Args:
        n: a value of a fixed-width integer type, such as `u64(100)`.
        be: most significant byte first instead.
    """
    bits, signed = getattr(n, "bits", 64), getattr(n, "signed", n < 0)
    raw = int(n).to_bytes(bits // 8, "big" if be else "little", signed=signed)
    return [u8(byte) for byte in raw]
