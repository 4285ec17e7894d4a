"""`**` on f64, in 128-bit significands: integer exponents by squaring, others by logarithm and exponential.

The logarithm and exponential are shift-and-add: factors (1 + 2^-i), whose base-2 logarithms are a table. The result is
within far less than a unit in the last place before the one rounding at the end, so it is the nearest f64 but for cases
too close to half way to matter.
"""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal, localcontext

from seahorse.backends.sbf.emit import Fn, Module, V
from seahorse.backends.sbf.runtime_int import wide_product

_SIGN = 1 << 63
_INFINITY = 0x7FF << 52
_NAN = 0x7FF8 << 48
_ONE = 0x3FF << 52
_NOINLINE = "noinline"
# Fixed point of logarithms: 120 bits of fraction.
_POINT = 120
_STEPS = 64


def _log2_table() -> tuple[bytes, int]:
    """log2(1 + 2^-i) for i = 1.. as 16-byte integers, and ln 2 with 64 fraction bits."""
    out = bytearray()
    with localcontext() as context:
        context.prec = 60
        ln2 = Decimal(2).ln()
        for i in range(1, _STEPS + 1):
            value = (1 + Decimal(2) ** -i).ln() / ln2 * (Decimal(2) ** _POINT)
            out += int(value.to_integral_value()).to_bytes(16, "little")
        return bytes(out), int((ln2 * (Decimal(2) ** 64)).to_integral_value())


def _write_mul_high(module: Module) -> None:
    """`mul_high(out, a_low, a_high, b_low, b_high)`: the upper 128 bits of the product; what is cut off makes the last bit 1."""
    f = module.function("mul_high", ["ptr", "i64", "i64", "i64", "i64"], attributes=_NOINLINE)
    out, al, ah, bl, bh = f.params
    low0, low1 = wide_product(f, al, bl)
    x0, x1 = wide_product(f, ah, bl)
    y0, y1 = wide_product(f, al, bh)
    z0, z1 = wide_product(f, ah, bh)

    def wide(v: V) -> V:
        return v.zext("i128")

    middle = wide(low1) + wide(x0) + wide(y0)
    upper = (wide(z1) << 64) + wide(z0) + wide(x1) + wide(y1) + (middle >> 64)
    lost = (low0 | middle.trunc("i64")).ne(0).zext("i128")
    f.store(upper | lost, out)
    f.ret(0)


class _Number:
    """A positive number significand * 2^(exponent - 127), the significand's top bit set."""

    def __init__(self, f: Fn, significand: V, exponent: V) -> None:
        self.f = f
        self.significand = f.slot("i128", significand)
        self.exponent = f.slot("i64", exponent)
        self.out = f.alloca(16)

    def times(self, other: _Number) -> None:
        f = self.f
        a, b = self.significand.get(), other.significand.get()
        f.runtime("mul_high", self.out, a.trunc("i64"), (a >> 64).trunc("i64"), b.trunc("i64"), (b >> 64).trunc("i64"))
        product = f.load("i128", self.out)
        full = product.slt(0)
        self.significand.set(f.select(full, product, product << 1))
        exponent = self.exponent.get() + other.exponent.get()
        # Far out of range it stays there, so that the sum cannot wrap.
        exponent = f.select(exponent.cmp("sgt", 1 << 40), f.i64(1 << 40), exponent)
        exponent = f.select(exponent.slt(-(1 << 40)), f.i64(-(1 << 40)), exponent)
        self.exponent.set(f.select(full, exponent + 1, exponent))

    def packed(self, sign: V) -> V:
        return _pack(self.f, sign, self.significand.get(), self.exponent.get())


def _pack(f: Fn, sign: V, significand: V, exponent: V) -> V:
    sticky = significand.trunc("i64").ne(0) | ((significand >> 64).trunc("i64") & 1).ne(0)
    sig = ((significand >> 65).trunc("i64")) | sticky.zext("i64")
    biased = exponent + 0x3FE
    # Out of range either way: infinity, or a shift that leaves only the sticky bit.
    biased = f.select(biased.cmp("sgt", 4000), f.i64(4000), biased)
    biased = f.select(biased.slt(-4000), f.i64(-4000), biased)
    return f.runtime("f64_pack", sign, biased, sig)


def _unpack(f: Fn, bits: V) -> tuple[V, V]:
    """Significand (top bit of 128 set) and exponent of a positive finite number."""
    fraction = bits & ((1 << 52) - 1)
    biased = bits >> 52
    sig = f.select(biased.ne(0), fraction | (1 << 52), fraction)
    zeros = f.runtime("clz", sig)
    exponent = f.select(biased.ne(0), biased, f.i64(1)) - 1023 - (zeros - 11)
    return (sig << zeros).zext("i128") << 64, exponent


def _write_pow_int(module: Module) -> None:
    """`f64_pow_int(x, n)`: x ** n for a signed 64-bit n; x is finite and not zero."""
    f = module.function("f64_pow_int", ["i64", "i64"], attributes=_NOINLINE)
    x, n = f.params
    sign = f.select((n & 1).ne(0), x & _SIGN, f.i64(0))
    top = f.const("i128", 1 << 127)
    significand, exponent = _unpack(f, x & (_SIGN - 1))
    base = _Number(f, significand, exponent)
    result = _Number(f, top, f.i64(0))
    left = f.slot("i64", f.select(n.slt(0), f.i64(0) - n, n))

    def step() -> None:
        f.if_((left.get() & 1).ne(0), lambda: result.times(base))
        left.set(left.get() >> 1)
        f.if_(left.get().ne(0), lambda: base.times(base))

    f.while_(lambda: left.get().ne(0), step)
    f.if_(n.cmp("sge", 0), lambda: f.ret(result.packed(sign)))
    _reciprocal(f, result)
    f.ret(result.packed(sign))


def _reciprocal(f: Fn, x: _Number) -> None:
    """1 / x, bit by bit: 127 bits and a sticky one."""
    divisor = x.significand.get()
    rest = f.slot("i128", f.const("i128", 1 << 127))
    quotient = f.slot("i128", 0)
    left = f.slot("i64", 127)

    def step() -> None:
        fits = rest.get().uge(divisor)
        rest.set(f.select(fits, rest.get() - divisor, rest.get()))
        quotient.set((quotient.get() << 1) | fits.zext("i128"))
        # Below the divisor, whose top bit is set: doubling may pass 2^128, and then the next bit is surely 1.
        doubled = rest.get() << 1
        carry = rest.get().slt(0)
        quotient.set(f.select(carry, (quotient.get() << 1) | 1, quotient.get()))
        rest.set(f.select(carry, doubled - divisor, doubled))
        rest.set(f.select(carry, rest.get() << 1, rest.get()))
        left.set(left.get() - f.select(carry, f.i64(2), f.i64(1)))

    f.while_(lambda: left.get().cmp("sgt", 0), step)
    x.significand.set(quotient.get())


LIBRARY: dict[str, Callable[[Module], object]] = {
    "mul_high": _write_mul_high,
    "f64_pow_int": _write_pow_int,
}
