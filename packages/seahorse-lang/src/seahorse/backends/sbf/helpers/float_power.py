"""`**` on f64, in 128-bit significands: integer exponents by squaring, others by logarithm and exponential.

The logarithm and exponential are shift-and-add: factors (1 + 2^-i), whose base-2 logarithms are a table. The result is
within far less than a unit in the last place before the one rounding at the end, so it is the nearest f64, except for
cases too close to half way to matter.
"""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal, localcontext

from seahorse.backends.sbf.helpers.integers import shift_left, shift_right, wide_product
from seahorse.backends.sbf.llvm.function import FunctionBuilder
from seahorse.backends.sbf.llvm.module import LlvmModule
from seahorse.backends.sbf.llvm.values import Value

_SIGN = 1 << 63
_INFINITY = 0x7FF << 52
_NAN = 0x7FF8 << 48
_ONE = 0x3FF << 52
_NOINLINE = "noinline"
# Fixed point of logarithms: 126 bits of fraction, so that 2 still fits.
_POINT = 126
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


def _write_mul_high(module: LlvmModule) -> None:
    """`mul_high(out, a_low, a_high, b_low, b_high)`: the upper 128 bits of the product; what is cut off makes the
    last bit 1.
    """
    f = module.function("mul_high", ["ptr", "i64", "i64", "i64", "i64"], attributes=_NOINLINE)
    out, al, ah, bl, bh = f.params
    low0, low1 = wide_product(f, al, bl)
    x0, x1 = wide_product(f, ah, bl)
    y0, y1 = wide_product(f, al, bh)
    z0, z1 = wide_product(f, ah, bh)

    def wide(v: Value) -> Value:
        return v.zext("i128")

    middle = wide(low1) + wide(x0) + wide(y0)
    upper = (wide(z1) << 64) + wide(z0) + wide(x1) + wide(y1) + (middle >> 64)
    lost = (low0 | middle.trunc("i64")).ne(0).zext("i128")
    f.store(upper | lost, out)
    f.ret(0)


class _Number:
    """A positive number significand * 2^(exponent - 127), the significand's top bit set."""

    def __init__(self, f: FunctionBuilder, significand: Value, exponent: Value) -> None:
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

    def packed(self, sign: Value) -> Value:
        return _pack(self.f, sign, self.significand.get(), self.exponent.get())


def _pack(f: FunctionBuilder, sign: Value, significand: Value, exponent: Value) -> Value:
    sticky = significand.trunc("i64").ne(0) | ((significand >> 64).trunc("i64") & 1).ne(0)
    sig = ((significand >> 65).trunc("i64")) | sticky.zext("i64")
    biased = exponent + 0x3FE
    # Out of range either way: infinity, or a shift that leaves only the sticky bit.
    biased = f.select(biased.cmp("sgt", 4000), f.i64(4000), biased)
    biased = f.select(biased.slt(-4000), f.i64(-4000), biased)
    return f.runtime("f64_pack", sign, biased, sig)


def _unpack(f: FunctionBuilder, bits: Value) -> tuple[Value, Value]:
    """Significand (top bit of 128 set) and exponent of a positive finite number."""
    fraction = bits & ((1 << 52) - 1)
    biased = bits >> 52
    sig = f.select(biased.ne(0), fraction | (1 << 52), fraction)
    zeros = f.runtime("clz", sig)
    exponent = f.select(biased.ne(0), biased, f.i64(1)) - 1023 - (zeros - 11)
    return (sig << zeros).zext("i128") << 64, exponent


def _write_pow_int(module: LlvmModule) -> None:
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


def _reciprocal(f: FunctionBuilder, x: _Number) -> None:
    """1 / x: 2^255 / significand, one bit after the other, the remainder sticky."""
    divisor = x.significand.get()
    power = divisor.eq(1 << 127)
    top = f.const("i128", 1 << 127)
    rest = f.slot("i128", f.select(power, f.const("i128", 0), top))
    quotient = f.slot("i128", 0)
    left = f.slot("i64", 128)

    def step() -> None:
        carry = rest.get().slt(0)
        doubled = rest.get() << 1
        fits = carry | doubled.uge(divisor)
        rest.set(f.select(fits, doubled - divisor, doubled))
        quotient.set((quotient.get() << 1) | fits.zext("i128"))
        left.set(left.get() - 1)

    f.while_(lambda: left.get().ne(0), step)
    sticky = quotient.get() | rest.get().ne(0).zext("i128")
    x.significand.set(f.select(power, top, sticky))
    x.exponent.set(f.i64(0) - x.exponent.get() - f.select(power, f.i64(0), f.i64(1)))


def _normalized(f: FunctionBuilder, value: Value, exponent: Value) -> _Number:
    """value * 2^(exponent - 127) with the top bit set. Not for zero."""
    high = (value >> 64).trunc("i64")
    zeros = f.slot("i64", f.runtime("clz", high))
    f.if_(high.eq(0), lambda: zeros.set(f.runtime("clz", value.trunc("i64")) + 64))
    return _Number(f, shift_left(value, zeros.get()), exponent - zeros.get())


def _log2(f: FunctionBuilder, significand: Value, exponent: Value) -> tuple[Value, _Number]:
    """Sign and magnitude of log2 of a number that is not 1."""
    table, _ = _log2_table()
    entries = f.bytes(table, 8)
    two = f.const("i128", 2 << _POINT)
    p = f.slot("i128", significand >> (127 - _POINT))
    missing = f.slot("i128", 0)
    i = f.slot("i64", 1)

    def step() -> None:
        trial = p.get() + shift_right(p.get(), i.get())

        def take() -> None:
            p.set(trial)
            missing.set(missing.get() + f.load("i128", f.at(entries, (i.get() - 1) << 4)))

        f.if_(trial.ule(two), take)
        i.set(i.get() + 1)

    f.while_(lambda: i.get().ule(_STEPS), step)
    # log2(2 / p) = (2 - p) / (2 ln 2) to first order; 1 / (2 ln 2) in 63 bits.
    low, high = wide_product(f, (two - p.get()).trunc("i64"), f.i64(round(2**63 * 0.7213475204444817)))
    rest = (high << 1) | (low >> 63)
    missing.set(missing.get() + rest.zext("i128"))
    one = f.const("i128", 1 << _POINT)
    log = one - missing.get()
    # Below one half of a whole step from 1 the logarithm is -missing exactly; otherwise exponent + log.
    below = exponent.eq(-1)
    negative = exponent.slt(0)
    magnitude = f.slot("i128", log)
    scale = f.slot("i64", 127 - _POINT)

    def far() -> None:
        # A number with up to 1074 bits before the point: it keeps eleven bits less behind the point.
        whole = f.select(negative, f.i64(-1) - exponent, exponent)
        part = f.select(negative, missing.get(), log)
        magnitude.set((whole.zext("i128") << (_POINT - 11)) + (part >> 11))
        scale.set(127 - _POINT + 11)

    near = below | exponent.eq(0)
    f.if_(near, lambda: magnitude.set(f.select(below, missing.get(), log)), far)
    return negative, _normalized(f, magnitude.get(), scale.get())


def _exp2(f: FunctionBuilder, negative: Value, x: _Number) -> _Number:
    """2 to the power of a signed number below 2^12 in magnitude."""
    table, ln2 = _log2_table()
    entries = f.bytes(table, 8)
    e = x.exponent.get()
    sig = x.significand.get()
    whole, fraction = f.slot("i64", 0), f.slot("i128", 0)

    def large() -> None:
        whole.set(shift_right(sig, f.i64(127) - e).trunc("i64"))
        # Two shifts: one by 128 has no value.
        fraction.set((shift_left(sig, e) << 1) >> (128 - _POINT))

    def small() -> None:
        by = f.i64(-1) - e
        by = f.select(by.cmp("sgt", 127), f.i64(127), by)
        fraction.set(shift_right(sig, by) >> (128 - _POINT))

    f.if_(e.cmp("sge", 0), large, small)
    one = f.const("i128", 1 << _POINT)

    def down() -> None:
        exact = fraction.get().eq(0)
        whole.set(f.i64(0) - whole.get() - f.select(exact, f.i64(0), f.i64(1)))
        fraction.set(f.select(exact, fraction.get(), one - fraction.get()))

    f.if_(negative, down)
    p = f.slot("i128", one)
    i = f.slot("i64", 1)

    def step() -> None:
        entry = f.load("i128", f.at(entries, (i.get() - 1) << 4))

        def take() -> None:
            fraction.set(fraction.get() - entry)
            p.set(p.get() + shift_right(p.get(), i.get()))

        f.if_(fraction.get().uge(entry), take)
        i.set(i.get() + 1)

    f.while_(lambda: i.get().ule(_STEPS), step)
    # The rest r is below 2^-63: 2^r = 1 + r ln 2.
    _, scaled = wide_product(f, fraction.get().trunc("i64"), f.i64(ln2))
    low, high = wide_product(f, (p.get() >> (_POINT - 63)).trunc("i64"), scaled)
    p.set(p.get() + ((high << 1) | (low >> 63)).zext("i128"))
    return _Number(f, p.get() << (127 - _POINT), whole.get())


def _write_pow(module: LlvmModule) -> None:
    """`f64_pow(x, y)` as C's `pow`: a negative base with a fractional exponent is NaN."""
    f = module.function("f64_pow", ["i64", "i64"], attributes=_NOINLINE)
    x, y = f.params
    ax, ay = x & (_SIGN - 1), y & (_SIGN - 1)
    one, infinity, zero = f.i64(_ONE), f.i64(_INFINITY), f.i64(0)
    f.if_(ay.eq(0) | x.eq(_ONE), lambda: f.ret(one))
    f.if_(ax.ugt(_INFINITY) | ay.ugt(_INFINITY), lambda: f.ret(_NAN))
    exponent = ay >> 52
    # An integer has no bits below its unit; it is odd when the unit's bit is set.
    big = exponent.uge(0x3FF + 53)
    unit = f.select(big | exponent.ult(0x3FF), zero, f.i64(0x3FF + 52) - exponent)
    mantissa = (ay & ((1 << 52) - 1)) | (1 << 52)
    whole = big | (exponent.uge(0x3FF) & ((mantissa >> unit) << unit).eq(mantissa))
    odd = whole & big.not_() & ((mantissa >> unit) & 1).ne(0)
    sign = f.select(odd, x & _SIGN, zero)
    falls = y.slt(0)

    def edge() -> None:
        """x is 0 or infinite, or y is infinite."""
        endless = ay.eq(_INFINITY)
        f.if_(endless & ax.eq(_ONE), lambda: f.ret(one))
        grows = f.select(endless, ax.ugt(_ONE), ax.ne(0))
        up = f.select(falls, grows.not_(), grows)
        f.ret(f.select(endless, zero, sign) | f.select(up, infinity, zero))

    f.if_(ax.eq(0) | ax.eq(_INFINITY) | ay.eq(_INFINITY), edge)
    f.if_(x.slt(0) & whole.not_(), lambda: f.ret(_NAN))
    f.if_(y.eq(0x3FE << 52), lambda: f.ret(f.runtime("f64_sqrt", x)))

    def integer() -> None:
        n = mantissa >> unit
        f.ret(f.runtime("f64_pow_int", x, f.select(falls, zero - n, n)))

    f.if_(whole & ay.ult(0x413 << 52), integer)
    f.if_(ax.eq(_ONE), lambda: f.ret(sign | one))
    significand, scale = _unpack(f, ax)
    negative, log = _log2(f, significand, scale)
    y_significand, y_scale = _unpack(f, ay)
    log.times(_Number(f, y_significand, y_scale))
    down = negative ^ falls
    f.if_(log.exponent.get().cmp("sgt", 11), lambda: f.ret(sign | f.select(down, zero, infinity)))
    f.ret(_exp2(f, down, log).packed(sign))


LIBRARY: dict[str, Callable[[LlvmModule], object]] = {
    "mul_high": _write_mul_high,
    "f64_pow_int": _write_pow_int,
    "f64_pow": _write_pow,
}
