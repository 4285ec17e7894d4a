"""IEEE 754 binary64 on integers: correctly rounded to nearest, ties to even.

The structure is the well-known one of Berkeley SoftFloat: an operation computes a significand of 63 bits whose last
bit is sticky, and `f64_pack` rounds it. A biased exponent given to `f64_pack` is one less than the result's,
because adding the significand with its leading one carries into the exponent field.
"""

from __future__ import annotations

from collections.abc import Callable

from seahorse.backends.sbf.helpers.integers import wide_product
from seahorse.backends.sbf.llvm.function import FunctionBuilder
from seahorse.backends.sbf.llvm.module import LlvmModule
from seahorse.backends.sbf.llvm.values import WORD, Value

SIGN = 1 << 63
_MAGNITUDE = SIGN - 1
_INFINITY = 0x7FF << 52
_NAN = 0x7FF8 << 48
_HIDDEN = 1 << 52
_FRACTION = _HIDDEN - 1
_NOINLINE = "noinline"


def _function(module: LlvmModule, name: str, params: list[str]) -> FunctionBuilder:
    return module.function(name, params, attributes=_NOINLINE)


def _pack(f: FunctionBuilder, sign: Value, exponent: Value, significand: Value) -> Value:
    """`sign` in bit 63, `exponent` as described above (may be negative), the leading one in bit 62."""
    return f.runtime("f64_pack", sign, exponent, significand)


def _write_pack(module: LlvmModule) -> None:
    f = _function(module, "f64_pack", ["i64", "i64", "i64"])
    sign, exponent, significand = f.params
    e, s = f.slot("i64", exponent), f.slot("i64", significand)

    def subnormal() -> None:
        s.set(_shift_jam(f, s.get(), f.i64(0) - e.get()))
        e.set(0)

    f.if_(exponent.slt(0), subnormal)
    rounded = (s.get() + 0x200) >> 10
    tie = (s.get() & 0x3FF).eq(0x200)
    rounded = rounded & f.select(tie, f.i64(-2), f.i64(-1))
    result = (e.get() << 52) + rounded
    big = e.get().cmp("sgt", 0x7FD) | result.uge(_INFINITY)
    f.ret(sign | f.select(big, f.i64(_INFINITY), result))


def _shift_jam(f: FunctionBuilder, value: Value, by: Value) -> Value:
    """`value >> by` with the bits lost ORed into the last one."""
    far = by.ugt(62)
    safe = f.select(far, f.i64(0), by)
    moved = value >> safe
    lost = (moved << safe).ne(value)
    return f.select(far, value.ne(0).zext("i64"), moved | lost.zext("i64"))


def _write_clz(module: LlvmModule) -> None:
    """`clz(x)`: leading zeros of 64 bits; 64 for 0."""
    f = _function(module, "clz", ["i64"])
    x, n = f.slot("i64", f.params[0]), f.slot("i64", 0)
    f.if_(f.params[0].eq(0), lambda: f.ret(64))
    for width in (32, 16, 8, 4, 2, 1):

        def shift(width: int = width) -> None:
            n.set(n.get() + width)
            x.set(x.get() << width)

        f.if_((x.get() >> (64 - width)).eq(0), shift)
    f.ret(n.get())


def _write_add(module: LlvmModule) -> None:
    f = _function(module, "f64_add", ["i64", "i64"])
    x, y = f.params
    swap = (x & _MAGNITUDE).ult(y & _MAGNITUDE)
    a, b = f.select(swap, y, x), f.select(swap, x, y)
    sign = a & SIGN
    opposite = (a ^ b).slt(0)
    exp_a, exp_b = (a >> 52) & 0x7FF, (b >> 52) & 0x7FF

    def special() -> None:
        nan = (a & _MAGNITUDE).ugt(_INFINITY) | (opposite & exp_b.eq(0x7FF))
        f.ret(f.select(nan, f.i64(_NAN), a))

    f.if_(exp_a.eq(0x7FF), special)
    sig_a, exp_a = _denormalize(f, a, exp_a)
    sig_b, exp_b = _denormalize(f, b, exp_b)
    sig_a = sig_a << 10
    sig_b = _shift_jam(f, sig_b << 10, exp_a - exp_b)

    def subtract() -> None:
        d = sig_a - sig_b
        f.if_(d.eq(0), lambda: f.ret(0))
        room = exp_a - 1
        shift = f.runtime("clz", d) - 1
        shift = f.select(shift.ult(room), shift, room)
        f.ret(_pack(f, sign, room - shift, d << shift))

    f.if_(opposite, subtract)
    total = sig_a + sig_b
    carry = total.slt(0)
    halved = (total >> 1) | (total & 1)
    f.ret(_pack(f, sign, f.select(carry, exp_a, exp_a - 1), f.select(carry, halved, total)))


def _denormalize(f: FunctionBuilder, bits: Value, exponent: Value) -> tuple[Value, Value]:
    """Significand with the leading one of normal numbers at bit 52, and the exponent at which it counts."""
    fraction = bits & _FRACTION
    zero = exponent.eq(0)
    return f.select(zero, fraction, fraction | _HIDDEN), f.select(zero, f.i64(1), exponent)


def _normalize(f: FunctionBuilder, bits: Value) -> tuple[Value, Value]:
    """As above, but subnormal numbers are shifted up as well: the leading one is always at bit 52. Not for zero."""
    exponent = (bits >> 52) & 0x7FF
    sig, exp = _denormalize(f, bits, exponent)
    s, e = f.slot("i64", sig), f.slot("i64", exp)

    def up() -> None:
        shift = f.runtime("clz", sig) - 11
        s.set(sig << shift)
        e.set(f.i64(1) - shift)

    f.if_(exponent.eq(0), up)
    return s.get(), e.get()


def _write_mul(module: LlvmModule) -> None:
    f = _function(module, "f64_mul", ["i64", "i64"])
    a, b = f.params
    sign = (a ^ b) & SIGN
    x, y = a & _MAGNITUDE, b & _MAGNITUDE
    zero = x.eq(0) | y.eq(0)

    def special() -> None:
        nan = x.ugt(_INFINITY) | y.ugt(_INFINITY) | zero
        f.ret(f.select(nan, f.i64(_NAN), sign | _INFINITY))

    f.if_(x.uge(_INFINITY) | y.uge(_INFINITY), special)
    f.if_(zero, lambda: f.ret(sign))
    sig_a, exp_a = _normalize(f, x)
    sig_b, exp_b = _normalize(f, y)
    low, high = wide_product(f, sig_a << 10, sig_b << 11)
    z = high | low.ne(0).zext("i64")
    exponent = exp_a + exp_b - 0x3FF
    small = z.ult(1 << 62)
    f.ret(_pack(f, sign, f.select(small, exponent - 1, exponent), f.select(small, z << 1, z)))


def _write_div(module: LlvmModule) -> None:
    f = _function(module, "f64_div", ["i64", "i64"])
    a, b = f.params
    sign = (a ^ b) & SIGN
    x, y = a & _MAGNITUDE, b & _MAGNITUDE

    def nan() -> None:
        f.ret(_NAN)

    f.if_(x.ugt(_INFINITY) | y.ugt(_INFINITY), nan)
    f.if_(x.eq(_INFINITY), lambda: f.ret(f.select(y.eq(_INFINITY), f.i64(_NAN), sign | _INFINITY)))
    f.if_(y.eq(_INFINITY), lambda: f.ret(sign))
    f.if_(y.eq(0), lambda: f.ret(f.select(x.eq(0), f.i64(_NAN), sign | _INFINITY)))
    f.if_(x.eq(0), lambda: f.ret(sign))
    sig_a, exp_a = _normalize(f, x)
    sig_b, exp_b = _normalize(f, y)
    smaller = sig_a.ult(sig_b)
    exponent = exp_a - exp_b + f.select(smaller, f.i64(0x3FD), f.i64(0x3FE))
    out = f.alloca(16)
    f.runtime("divide_2_by_1", out, sig_a << f.select(smaller, f.i64(11), f.i64(10)), f.i64(0), sig_b << 11)
    q, rest = f.load("i64", out), f.load("i64", out, WORD)
    sticky = ((q & 1) | rest.ne(0).zext("i64")).ne(0).zext("i64")
    f.ret(_pack(f, sign, exponent, (q >> 1) | sticky))


def _write_sqrt(module: LlvmModule) -> None:
    """Bit by bit: 63 result bits, the remainder sticky."""
    f = _function(module, "f64_sqrt", ["i64"])
    a = f.params[0]
    f.if_((a & _MAGNITUDE).eq(0), lambda: f.ret(a))
    f.if_((a & _MAGNITUDE).ugt(_INFINITY) | a.slt(0), lambda: f.ret(_NAN))
    f.if_(a.eq(_INFINITY), lambda: f.ret(a))
    sig, exp = _normalize(f, a)
    # Take out an even power of two. The radicand then lies in [1, 4), with its units at bit 62 of the high word.
    odd = ((exp - 0x3FF) & 1).ne(0)
    half = (exp - f.select(odd, f.i64(0x400), f.i64(0x3FF))).sar(1)
    radicand = f.select(odd, sig << 11, sig << 10)
    root, rest = f.slot("i64", 0), f.slot("i128", 0)
    bits = f.slot("i128", radicand.zext("i128") << 64)
    left = f.slot("i64", 63)

    def step() -> None:
        # Two bits of the radicand come down, one bit of the root comes out. The first bits are 01, 10 or 11.
        rest.set((rest.get() << 2) | (bits.get() >> 126))
        bits.set(bits.get() << 2)
        trial = (root.get().zext("i128") << 2) | 1
        fits = rest.get().uge(trial)
        rest.set(f.select(fits, rest.get() - trial, rest.get()))
        root.set((root.get() << 1) | fits.zext("i64"))
        left.set(left.get() - 1)

    f.while_(lambda: left.get().ne(0), step)
    f.ret(_pack(f, f.i64(0), half + 0x3FE, root.get() | rest.get().ne(0).zext("i64")))


def _write_compare(module: LlvmModule) -> None:
    """-1, 0, 1, or 2 when one is NaN."""
    f = _function(module, "f64_compare", ["i64", "i64"])
    a, b = f.params
    x, y = a & _MAGNITUDE, b & _MAGNITUDE
    f.if_(x.ugt(_INFINITY) | y.ugt(_INFINITY), lambda: f.ret(2))
    # As signed integers: negative numbers count down from zero.
    i = f.select(a.slt(0), f.i64(0) - x, x)
    j = f.select(b.slt(0), f.i64(0) - y, y)
    f.ret(f.select(i.slt(j), f.i64(-1), i.cmp("sgt", j).zext("i64")))


# --- conversions ---


def _from_magnitude(f: FunctionBuilder, sign: Value, value: Value) -> Value:
    """A u64 that is not 0, as a float."""
    zeros = f.runtime("clz", value)
    top = zeros.eq(0)
    sig = f.select(top, (value >> 1) | (value & 1), value << f.select(top, f.i64(0), zeros - 1))
    return _pack(f, sign, f.i64(1022 + 63) - zeros, sig)


def _write_from_u64(module: LlvmModule) -> None:
    f = _function(module, "f64_from_u64", ["i64"])
    f.if_(f.params[0].eq(0), lambda: f.ret(0))
    f.ret(_from_magnitude(f, f.i64(0), f.params[0]))


def _write_from_i64(module: LlvmModule) -> None:
    f = _function(module, "f64_from_i64", ["i64"])
    value = f.params[0]
    f.if_(value.eq(0), lambda: f.ret(0))
    f.ret(_from_magnitude(f, value & SIGN, f.select(value.slt(0), f.i64(0) - value, value)))


def _write_from_u128(module: LlvmModule) -> None:
    f = _function(module, "f64_from_u128", ["i64", "i64"])
    low, high = f.params
    f.if_(high.eq(0), lambda: f.ret(f.runtime("f64_from_u64", low)))
    zeros = f.runtime("clz", high)
    # The top 64 bits, the rest sticky; then one bit more goes, to leave the leading one at bit 62.
    upper = (high << zeros) | ((low >> 1) >> (f.i64(63) - zeros))
    lost = (low << zeros).ne(0)
    sig = (upper >> 1) | ((upper & 1).ne(0) | lost).zext("i64")
    f.ret(_pack(f, f.i64(0), f.i64(1022 + 127) - zeros, sig))


def _write_from_i128(module: LlvmModule) -> None:
    f = _function(module, "f64_from_i128", ["i64", "i64"])
    low, high = f.params

    def minus() -> None:
        borrow = low.ne(0).zext("i64")
        f.ret(f.runtime("f64_from_u128", f.i64(0) - low, f.i64(0) - high - borrow) | SIGN)

    f.if_(high.slt(0), minus)
    f.ret(f.runtime("f64_from_u128", low, high))


def _write_magnitude(module: LlvmModule) -> None:
    """`f64_magnitude(out, x)`: |x| truncated, as a u128 at out; 1 when it does not fit (or is NaN)."""
    f = _function(module, "f64_magnitude", ["ptr", "i64"])
    out, x = f.params
    exponent = (x >> 52) & 0x7FF

    def put(low: Value, high: Value) -> None:
        f.store(low, out)
        f.store(high, out, WORD)
        f.ret(0)

    zero = f.i64(0)
    f.if_(exponent.ult(0x3FF), lambda: put(zero, zero))
    f.if_(exponent.uge(0x3FF + 128), lambda: f.ret(1))
    sig = (x & _FRACTION) | _HIDDEN
    f.if_(exponent.ule(0x3FF + 52), lambda: put(sig >> (f.i64(0x3FF + 52) - exponent), zero))
    shift = exponent - (0x3FF + 52)
    f.if_(shift.uge(64), lambda: put(zero, sig << (shift - 64)))
    put(sig << shift, (sig >> 1) >> (f.i64(63) - shift))


def _rounding(how: str) -> Callable[[LlvmModule], None]:
    """floor, ceil, round (ties to even) and trunc, all to a float."""

    def write(module: LlvmModule) -> None:
        f = _function(module, f"f64_{how}", ["i64"])
        x = f.params[0]
        exponent = (x >> 52) & 0x7FF
        negative = x.slt(0)
        # No fraction bits left; also infinity and NaN.
        f.if_(exponent.uge(0x3FF + 52), lambda: f.ret(x))
        below_one = exponent.ult(0x3FF)

        def small() -> None:
            something = (x & _MAGNITUDE).ne(0)
            one = f.i64(0x3FF << 52) | (x & SIGN)
            if how == "floor":
                up = negative & something
            elif how == "ceil":
                up = negative.not_() & something
            elif how == "round":
                up = (x & _MAGNITUDE).ugt(0x3FE << 52)
            else:
                up = f.bool(False)
            f.ret(f.select(up, one, x & SIGN))

        f.if_(below_one, small)
        bits = f.i64(0x3FF + 52) - exponent
        unit = f.i64(1) << bits
        mask = unit - 1
        if how == "floor":
            x = x + f.select(negative, mask, f.i64(0))
        elif how == "ceil":
            x = x + f.select(negative, f.i64(0), mask)
        elif how == "round":
            odd = (x >> bits) & 1
            # Half a unit less one, plus one when the last bit kept is odd.
            x = x + ((unit >> 1) - 1 + odd)
        f.ret(x & (mask ^ -1))

    return write


# --- operators made of others ---


def _write_fmod(module: LlvmModule) -> None:
    """C's `fmod`: exact remainder with the sign of the dividend."""
    f = _function(module, "f64_fmod", ["i64", "i64"])
    a, b = f.params
    x, y = a & _MAGNITUDE, b & _MAGNITUDE
    f.if_(x.uge(_INFINITY) | y.ugt(_INFINITY) | y.eq(0), lambda: f.ret(_NAN))
    f.if_(x.ult(y), lambda: f.ret(a))
    f.ret(f.runtime("f64_remainder", x, y) | (a & SIGN))


def _write_mod(module: LlvmModule) -> None:
    """Python's `%`: the remainder with the sign of the divisor."""
    f = _function(module, "f64_mod", ["i64", "i64"])
    a, b = f.params
    rest = f.runtime("f64_fmod", a, b)
    f.if_((rest & _MAGNITUDE).eq(0), lambda: f.ret(b & SIGN))
    f.if_((rest ^ b).slt(0), lambda: f.ret(f.runtime("f64_add", rest, b)))
    f.ret(rest)


def _write_remainder(module: LlvmModule) -> None:
    """`f64_remainder(x, y)` of positive finite numbers with x >= y > 0: shift and subtract."""
    f = _function(module, "f64_remainder", ["i64", "i64"])
    x, y = f.params
    sig_x, exp_x = _normalize(f, x)
    sig_y, exp_y = _normalize(f, y)
    r, left = f.slot("i64", sig_x), f.slot("i64", exp_x - exp_y)

    def reduce() -> None:
        f.if_(r.get().uge(sig_y), lambda: r.set(r.get() - sig_y))

    def step() -> None:
        reduce()
        r.set(r.get() << 1)
        left.set(left.get() - 1)

    f.while_(lambda: left.get().ne(0), step)
    reduce()
    f.if_(r.get().eq(0), lambda: f.ret(0))
    shift = f.runtime("clz", r.get()) - 1
    f.ret(_pack(f, f.i64(0), exp_y + 9 - shift, r.get() << shift))


def _write_floor_div(module: LlvmModule) -> None:
    """Python's `//`: from the exact remainder, as CPython's `_float_div_mod`."""
    f = _function(module, "f64_floor_div", ["i64", "i64"])
    a, b = f.params
    rest = f.runtime("f64_fmod", a, b)
    quotient = f.runtime("f64_div", f.runtime("f64_add", a, rest ^ SIGN), b)
    down = (rest & _MAGNITUDE).ne(0) & (rest ^ b).slt(0)
    lower = f.slot("i64", quotient)
    f.if_(down, lambda: lower.set(f.runtime("f64_add", quotient, f.i64(0xBFF << 52))))
    quotient = lower.get()
    f.if_((quotient & _MAGNITUDE).eq(0), lambda: f.ret((a ^ b) & SIGN))
    whole = f.runtime("f64_floor", quotient)
    above = f.runtime("f64_add", quotient, whole ^ SIGN)
    one, half = f.i64(0x3FF << 52), f.i64(0x3FE << 52)
    f.if_(f.runtime("f64_compare", above, half).eq(1), lambda: f.ret(f.runtime("f64_add", whole, one)))
    f.ret(whole)


LIBRARY: dict[str, Callable[[LlvmModule], object]] = {
    "clz": _write_clz,
    "f64_pack": _write_pack,
    "f64_add": _write_add,
    "f64_mul": _write_mul,
    "f64_div": _write_div,
    "f64_sqrt": _write_sqrt,
    "f64_compare": _write_compare,
    "f64_from_u64": _write_from_u64,
    "f64_from_i64": _write_from_i64,
    "f64_from_u128": _write_from_u128,
    "f64_from_i128": _write_from_i128,
    "f64_magnitude": _write_magnitude,
    "f64_floor": _rounding("floor"),
    "f64_ceil": _rounding("ceil"),
    "f64_round": _rounding("round"),
    "f64_fmod": _write_fmod,
    "f64_mod": _write_mod,
    "f64_remainder": _write_remainder,
    "f64_floor_div": _write_floor_div,
}
