"""Decimal text of f64: the shortest digits that read back as the same number, as Python's `repr`, and fixed precision.

Steele and White's free-format algorithm on exact integers (Dragon4). A big integer is an array of 32-bit limbs, least
significant first; all numbers of one conversion have the same number of limbs, chosen from the exponent.
"""

from __future__ import annotations

from collections.abc import Callable

from seahorse.backends.sbf.llvm.function import FunctionBuilder
from seahorse.backends.sbf.llvm.module import LlvmModule
from seahorse.backends.sbf.llvm.values import StackSlot, Value

_FRACTION = (1 << 52) - 1
_NOINLINE = "noinline"
# 2^1074 * 2^12, and what a factor of ten adds, in limbs.
_LIMBS = 38
_BYTES = 4 * _LIMBS


def _limb(f: FunctionBuilder, base: Value, index: Value) -> Value:
    return f.at(base, index << 2)


def _loop(f: FunctionBuilder, count: Value, body: Callable[[Value], None]) -> None:
    i = f.slot("i64", 0)

    def one() -> None:
        body(i.get())
        i.set(i.get() + 1)

    f.while_(lambda: i.get().ult(count), one)


def _write_set(module: LlvmModule) -> None:
    """`big_set(x, limbs, value, shift)`: x = value << shift."""
    f = module.function("big_set", ["ptr", "i64", "i64", "i64"], attributes=_NOINLINE)
    x, limbs, value, shift = f.params
    _loop(f, limbs, lambda i: f.store(f.const("i32", 0), _limb(f, x, i)))
    place = _limb(f, x, shift >> 5)
    bits = shift & 31
    low = value << bits
    high = (value >> 1) >> (f.i64(63) - bits)
    f.store(low, place)
    # Limbs above the last one do not exist, and nothing reaches them.
    f.if_(high.ne(0), lambda: f.store(high.trunc("i32"), place, 8))
    f.ret(0)


def _write_mul(module: LlvmModule) -> None:
    """`big_mul(x, limbs, factor)`: x *= factor, below 2^32."""
    f = module.function("big_mul", ["ptr", "i64", "i64"], attributes=_NOINLINE)
    x, limbs, factor = f.params
    carry = f.slot("i64", 0)

    def one(i: Value) -> None:
        place = _limb(f, x, i)
        total = f.load("i32", place).zext("i64") * factor + carry.get()
        f.store(total.trunc("i32"), place)
        carry.set(total >> 32)

    _loop(f, limbs, one)
    f.ret(0)


def _write_compare(module: LlvmModule) -> None:
    """`big_compare(a, b, c, limbs)`: a + b against c: -1, 0 or 1. `b` may be null."""
    f = module.function("big_compare", ["ptr", "ptr", "ptr", "i64"], attributes=_NOINLINE)
    a, b, c, limbs = f.params
    carry, order = f.slot("i64", 0), f.slot("i64", 0)
    added = b.ne(0)

    def one(i: Value) -> None:
        total = f.slot("i64", f.load("i32", _limb(f, a, i)).zext("i64") + carry.get())
        f.if_(added, lambda: total.set(total.get() + f.load("i32", _limb(f, b, i)).zext("i64")))
        left = total.get() & 0xFFFFFFFF
        carry.set(total.get() >> 32)
        right = f.load("i32", _limb(f, c, i)).zext("i64")
        # A more significant limb overrules the ones before it.
        f.if_(left.ne(right), lambda: order.set(f.select(left.ult(right), f.i64(-1), f.i64(1))))

    _loop(f, limbs, one)
    f.ret(f.select(carry.get().ne(0), f.i64(1), order.get()))


def _write_digit(module: LlvmModule) -> None:
    """`big_digit(r, s, limbs)`: r / s, below ten; r becomes the remainder."""
    f = module.function("big_digit", ["ptr", "ptr", "i64"], attributes=_NOINLINE)
    r, s, limbs = f.params
    digit = f.slot("i64", 0)

    def subtract() -> None:
        borrow = f.slot("i64", 0)

        def one(i: Value) -> None:
            place = _limb(f, r, i)
            rest = f.load("i32", place).zext("i64") - f.load("i32", _limb(f, s, i)).zext("i64") - borrow.get()
            f.store(rest.trunc("i32"), place)
            borrow.set(rest >> 63)

        _loop(f, limbs, one)
        digit.set(digit.get() + 1)

    f.while_(lambda: f.runtime("big_compare", r, f.const("ptr", 0), s, limbs).cmp("sge", 0), subtract)
    f.ret(digit.get())


class _Scaled:
    """A number as the fraction r / s, with the half distances to its neighbours m_up / s and m_down / s."""

    def __init__(self, f: FunctionBuilder, bits: Value) -> None:
        self.f = f
        biased = (bits >> 52) & 0x7FF
        fraction = bits & _FRACTION
        normal = biased.ne(0)
        mantissa = f.select(normal, fraction | (1 << 52), fraction)
        exponent = f.select(normal, biased, f.i64(1)) - 1075
        self.even = (mantissa & 1).eq(0)
        positive = exponent.cmp("sge", 0)
        size = f.select(positive, exponent, f.i64(0) - exponent)
        self.limbs = ((size + 80) >> 5) + 1
        # At a power of two the lower neighbour is half as far away; everything is scaled by two once more.
        boundary = fraction.eq(0) & biased.ugt(1)
        extra = f.select(boundary, f.i64(1), f.i64(0))
        up = f.select(positive, exponent, f.i64(0))
        down = f.select(positive, f.i64(0), f.i64(0) - exponent)
        self.r, self.s, self.up, self.down = (f.alloca(_BYTES + 16) for _ in range(4))
        self.set(self.r, mantissa, up + 1 + extra)
        self.set(self.s, f.i64(1), down + 1 + extra)
        self.set(self.up, f.i64(1), up + extra)
        self.set(self.down, f.i64(1), up)
        length = f.i64(64) - f.runtime("clz", mantissa)
        self.log2 = exponent + length - 1

    def set(self, x: Value, value: Value, shift: Value) -> None:
        self.f.runtime("big_set", x, self.limbs, value, shift)

    def mul(self, factor: int | Value, *numbers: Value) -> None:
        for x in numbers:
            self.f.runtime("big_mul", x, self.limbs, self.f.i64(factor) if isinstance(factor, int) else factor)

    def compare_sum(self, a: Value, b: Value | None, c: Value) -> Value:
        return self.f.runtime("big_compare", a, b if b is not None else self.f.const("ptr", 0), c, self.limbs)

    def scale(self, *, shortest: bool) -> StackSlot:
        """Bring r / s into [1, 10) and return k, so that the number is 0.ddd * 10^k."""
        f = self.f
        # floor(log10(2) * x), exact for every exponent of an f64.
        k = f.slot("i64", (self.log2 * 315653).sar(20) + 1)
        margins = [self.up, self.down] if shortest else []

        def power(count: Value, *numbers: Value) -> None:
            left = f.slot("i64", count)

            def nine() -> None:
                self.mul(10**9, *numbers)
                left.set(left.get() - 9)

            def one() -> None:
                self.mul(10, *numbers)
                left.set(left.get() - 1)

            f.while_(lambda: left.get().cmp("sge", 9), nine)
            f.while_(lambda: left.get().cmp("sgt", 0), one)

        f.if_(
            k.get().cmp("sge", 0),
            lambda: power(k.get(), self.s),
            lambda: power(f.i64(0) - k.get(), self.r, *margins),
        )
        order = self.compare_sum(self.r, self.up if shortest else None, self.s)
        # The estimate is right or one too small.
        reaches = f.select(self.even, order.cmp("sge", 0), order.cmp("sgt", 0)) if shortest else order.cmp("sge", 0)
        f.if_(reaches, lambda: k.set(k.get() + 1), lambda: self.mul(10, self.r, *margins))
        return k


def _write_shortest(module: LlvmModule) -> None:
    """`float_shortest(digits, bits, k) -> count`: digits of a positive finite number, 0.ddd * 10^k."""
    f = module.function("float_shortest", ["ptr", "i64", "ptr"], attributes=_NOINLINE)
    digits, bits, out = f.params
    x = _Scaled(f, bits)
    k = x.scale(shortest=True)
    f.store(k.get(), out)
    count = f.slot("i64", 0)
    head, more, end = f.new_label(), f.new_label(), f.new_label()
    f.start(head)
    digit = f.runtime("big_digit", x.r, x.s, x.limbs)
    below = x.compare_sum(x.r, None, x.down)
    above = x.compare_sum(x.r, x.up, x.s)
    low = f.select(x.even, below.cmp("sle", 0), below.slt(0))
    high = f.select(x.even, above.cmp("sge", 0), above.cmp("sgt", 0))
    place = f.at(digits, count.get())
    count.set(count.get() + 1)
    f.store(digit.trunc("i8"), place)
    f.branch(low | high, end, more)
    f.start(more)
    x.mul(10, x.r, x.up, x.down)
    f.jump(head)
    f.start(end)
    # Both neighbours are near enough: the nearer digit; half way: the even one.
    half = x.compare_sum(x.r, x.r, x.s)
    nearer_up = half.cmp("sgt", 0) | (half.eq(0) & (digit & 1).ne(0))
    up = f.select(low & high, nearer_up, high)
    f.if_(up, lambda: f.store((digit + 1).trunc("i8"), place))
    f.ret(count.get())


def _write_fixed(module: LlvmModule) -> None:
    """`float_fixed(digits, bits, k, places) -> count`: digits up to `places` after the point, rounded half to even.

    The count may be 0 (rounded to nothing) and is at most 310 + places. A carry makes room by raising k.
    """
    f = module.function("float_fixed", ["ptr", "i64", "ptr", "i64"], attributes=_NOINLINE)
    digits, bits, out, places = f.params
    x = _Scaled(f, bits)
    k = x.scale(shortest=False)
    wanted = k.get() + places
    count = f.slot("i64", 0)

    def one() -> None:
        f.store(f.runtime("big_digit", x.r, x.s, x.limbs).trunc("i8"), f.at(digits, count.get()))
        count.set(count.get() + 1)
        x.mul(10, x.r)

    f.while_(lambda: count.get().slt(wanted), one)
    # r / s is now ten times the part that is cut off, in units of the last digit: compare with 5.
    x.mul(5, x.s)
    order = x.compare_sum(x.r, None, x.s)
    last = f.slot("i64", 0)
    f.if_(count.get().ne(0), lambda: last.set(f.load("i8", f.at(digits, count.get() - 1)).zext("i64")))
    up = order.cmp("sgt", 0) | (order.eq(0) & (last.get() & 1).ne(0))
    # Far below the last place nothing rounds up.
    up = up & wanted.cmp("sge", 0)

    def carry() -> None:
        at = f.slot("i64", count.get())
        done = f.slot("i1", 0)

        def add() -> None:
            at.set(at.get() - 1)
            place = f.at(digits, at.get())
            digit = f.load("i8", place) + 1
            ten = digit.eq(10)
            f.store(f.select(ten, f.const("i8", 0), digit), place)
            done.set(ten.not_())

        f.while_(lambda: done.get().not_() & at.get().ne(0), add)

        def grow() -> None:
            # All nines: one, then zeros; there is one digit more.
            f.store(f.const("i8", 0), f.at(digits, count.get()))
            f.store(f.const("i8", 1), digits)
            count.set(count.get() + 1)
            k.set(k.get() + 1)

        f.if_(done.get().not_(), grow)

    f.if_(up, carry)
    f.store(k.get(), out)
    f.ret(count.get())


# --- spelling ---


class _GrowingText:
    """Text that is written at a growing end."""

    def __init__(self, f: FunctionBuilder, to: Value) -> None:
        self.f = f
        self.start = to
        self.end = f.slot("ptr", to)

    def put(self, c: Value | str) -> None:
        self.f.store(c if isinstance(c, Value) else self.f.const("i8", ord(c)), self.end.get())
        self.end.set(self.f.at(self.end.get(), 1))

    def string(self, text: str) -> None:
        for c in text:
            self.put(c)

    def digits(self, source: Value, first: Value, last: Value, count: Value) -> None:
        """Digits first..last-1; those outside 0..count-1 are zeros."""
        f = self.f
        i = f.slot("i64", first)

        def one() -> None:
            c = f.slot("i8", ord("0"))
            f.if_(i.get().ult(count), lambda: c.set(f.load("i8", f.at(source, i.get())) + ord("0")))
            self.put(c.get())
            i.set(i.get() + 1)

        f.while_(lambda: i.get().slt(last), one)

    def size(self) -> Value:
        return self.f.address(self.end.get()) - self.f.address(self.start)


def _special(f: FunctionBuilder, text: _GrowingText, bits: Value) -> Value:
    """Write the sign, and inf or nan in full (returns there). Gives the magnitude."""
    magnitude = bits & ((1 << 63) - 1)

    def nan() -> None:
        text.string("nan")
        f.ret(text.size())

    f.if_(magnitude.ugt(0x7FF << 52), nan)
    f.if_(bits.slt(0), lambda: text.put("-"))

    def infinite() -> None:
        text.string("inf")
        f.ret(text.size())

    f.if_(magnitude.eq(0x7FF << 52), infinite)
    return magnitude


def _write_put_f64(module: LlvmModule) -> None:
    """`put_f64(to, bits) -> length`: Python's repr."""
    f = module.function("put_f64", ["ptr", "i64"], attributes=_NOINLINE)
    to, bits = f.params
    text = _GrowingText(f, to)
    magnitude = _special(f, text, bits)

    def zero() -> None:
        text.string("0.0")
        f.ret(text.size())

    f.if_(magnitude.eq(0), zero)
    digits, where = f.alloca(24), f.alloca(8)
    count = f.runtime("float_shortest", digits, magnitude, where)
    k = f.load("i64", where)

    def plain() -> None:
        # At least one digit before the point and one after it.
        first = f.select(k.slt(1), f.i64(1), k)
        text.digits(digits, k - first, k, count)
        text.put(".")
        last = f.select(count.cmp("sgt", k), count, k + 1)
        text.digits(digits, k, last, count)
        f.ret(text.size())

    f.if_(k.cmp("sgt", -4) & k.cmp("sle", 16), plain)
    text.digits(digits, f.i64(0), f.i64(1), count)

    def rest() -> None:
        text.put(".")
        text.digits(digits, f.i64(1), count, count)

    f.if_(count.ugt(1), rest)
    text.put("e")
    exponent = k - 1
    negative = exponent.slt(0)
    text.put(f.select(negative, f.const("i8", ord("-")), f.const("i8", ord("+"))))
    size = f.select(negative, f.i64(0) - exponent, exponent)
    f.if_(size.ult(10), lambda: text.put("0"))
    written = f.runtime("put_u64", text.end.get(), size)
    f.ret(text.size() + written)


def _write_put_f64_fixed(module: LlvmModule) -> None:
    """`put_f64_fixed(to, bits, places) -> length`: Python's `format(x, '.{places}f')`."""
    f = module.function("put_f64_fixed", ["ptr", "i64", "i64"], attributes=_NOINLINE)
    to, bits, places = f.params
    text = _GrowingText(f, to)
    magnitude = _special(f, text, bits)
    digits, where = f.alloca(400), f.alloca(8)
    count, k = f.slot("i64", 0), f.slot("i64", 0)

    def convert() -> None:
        count.set(f.runtime("float_fixed", digits, magnitude, where, places))
        k.set(f.load("i64", where))

    f.if_(magnitude.ne(0), convert)
    # Rounded to nothing, every digit is zero wherever the point is.
    f.if_(count.get().eq(0), lambda: k.set(0))
    first = f.select(k.get().slt(1), f.i64(1), k.get())
    text.digits(digits, k.get() - first, k.get(), count.get())

    def fraction() -> None:
        text.put(".")
        text.digits(digits, k.get(), k.get() + places, count.get())

    f.if_(places.ne(0), fraction)
    f.ret(text.size())


LIBRARY: dict[str, Callable[[LlvmModule], object]] = {
    "big_set": _write_set,
    "big_mul": _write_mul,
    "big_compare": _write_compare,
    "big_digit": _write_digit,
    "float_shortest": _write_shortest,
    "float_fixed": _write_fixed,
    "put_f64": _write_put_f64,
    "put_f64_fixed": _write_put_f64_fixed,
}
