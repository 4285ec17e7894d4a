"""Runtime helpers for integers: products, quotients, and text. Written when a program uses them.

Statuses are 0 (fine) or 1 (does not fit); the caller raises the error at its own line.
"""

from __future__ import annotations

from collections.abc import Callable

from seahorse.backends.sbf.llvm.function import FunctionBuilder
from seahorse.backends.sbf.llvm.module import LlvmModule
from seahorse.backends.sbf.llvm.values import WORD, Value

_LOW = 0xFFFFFFFF
_NOINLINE = "noinline"


def wide_product(f: FunctionBuilder, a: Value, b: Value) -> tuple[Value, Value]:
    """The 128-bit product of two 64-bit values as (low, high), from 32-bit halves."""
    # Hidden: otherwise LLVM recognizes the pattern and makes the 128-bit product that eBPF lacks.
    a0, a1 = _hide(a & _LOW), _hide(a >> 32)
    b0, b1 = b & _LOW, b >> 32
    low, mid1, mid2, high = a0 * b0, a1 * b0, a0 * b1, a1 * b1
    carry = (low >> 32) + (mid1 & _LOW) + (mid2 & _LOW)
    return (low & _LOW) | (carry << 32), high + (mid1 >> 32) + (mid2 >> 32) + (carry >> 32)


def _hide(v: Value) -> Value:
    return v.f.value(v.ty, f'call {v.ty} asm "", "=r,0"({v.ty} {v.ref})')


def shift_left(v: Value, by: Value) -> Value:
    """An i128 shifted by a 64-bit amount below 128: LLVM has no such shift for eBPF."""
    f = v.f
    low, high = v.trunc("i64"), (v >> 64).trunc("i64")
    n = by & 63
    spill = (low >> 1) >> (f.i64(63) - n)
    far = by.uge(64)
    moved = low << n
    return _join(f.select(far, f.i64(0), moved), f.select(far, moved, (high << n) | spill))


def shift_right(v: Value, by: Value, *, signed: bool = False) -> Value:
    f = v.f
    low, high = v.trunc("i64"), (v >> 64).trunc("i64")
    n = by & 63
    spill = (high << 1) << (f.i64(63) - n)
    far = by.uge(64)
    moved = high.sar(n) if signed else high >> n
    top = high.sar(63) if signed else f.i64(0)
    return _join(f.select(far, moved, (low >> n) | spill), f.select(far, top, moved))


def write_mul_u128(module: LlvmModule) -> None:
    """`mul_u128(out, a_low, a_high, b_low, b_high) -> 0, or 1 on overflow`."""
    f = module.function("mul_u128", ["ptr", "i64", "i64", "i64", "i64"], attributes=_NOINLINE)
    out, al, ah, bl, bh = f.params

    def narrow() -> None:
        low, high = wide_product(f, al, bl)
        f.store(low, out)
        f.store(high, out, WORD)
        f.ret(0)

    small = f.new_label()
    general = f.new_label()
    f.branch((ah | bh).eq(0), small, general)
    f.start(small)

    def tiny() -> None:
        f.store(al * bl, out)
        f.store(f.i64(0), out, WORD)
        f.ret(0)

    f.if_(((al | bl) >> 32).eq(0), tiny)
    narrow()
    f.start(general)
    # Only one of the operands may have a high half, and its product with the other's low half must fit 64 bits.
    f.if_(ah.ne(0), lambda: f.if_(bh.ne(0), lambda: f.ret(1)))
    wide_low = f.select(ah.ne(0), al, bl)
    wide_high = f.select(ah.ne(0), ah, bh)
    other = f.select(ah.ne(0), bl, al)
    low, carry = wide_product(f, wide_low, other)
    cross_low, cross_high = wide_product(f, wide_high, other)
    high = cross_low + carry
    f.if_(cross_high.ne(0), lambda: f.ret(1))
    f.if_(high.ult(carry), lambda: f.ret(1))
    f.store(low, out)
    f.store(high, out, WORD)
    f.ret(0)


def write_mul_wide(module: LlvmModule) -> None:
    """`mul_wide(out, a, b)`: the 128-bit product of two 64-bit values, which always fits."""
    f = module.function("mul_wide", ["ptr", "i64", "i64"], attributes=_NOINLINE)
    out, a, b = f.params

    def tiny() -> None:
        f.store(a * b, out)
        f.store(f.i64(0), out, WORD)
        f.ret(0)

    f.if_(((a | b) >> 32).eq(0), tiny)
    low, high = wide_product(f, a, b)
    f.store(low, out)
    f.store(high, out, WORD)
    f.ret(0)


def write_mul_i64(module: LlvmModule) -> None:
    """`mul_i64(out, a, b) -> 0, or 1 on overflow`."""
    f = module.function("mul_i64", ["ptr", "i64", "i64"], attributes=_NOINLINE)
    out, a, b = f.params
    negative = (a ^ b).slt(0)
    x, y = _magnitude(f, a), _magnitude(f, b)
    product = _hide(x * y)
    f.if_(x.ne(0), lambda: f.if_(product.udiv(x).ne(y), lambda: f.ret(1)))
    limit = f.select(negative, f.i64(1 << 63), f.i64((1 << 63) - 1))
    f.if_(product.ugt(limit), lambda: f.ret(1))
    f.store(f.select(negative, f.i64(0) - product, product), out)
    f.ret(0)


def _magnitude(f: FunctionBuilder, v: Value) -> Value:
    return f.select(v.slt(0), f.const(v.ty, 0) - v, v)


def write_mul_i128(module: LlvmModule) -> None:
    """`mul_i128(out, a_low, a_high, b_low, b_high) -> 0, or 1 on overflow`."""
    f = module.function("mul_i128", ["ptr", "i64", "i64", "i64", "i64"], attributes=_NOINLINE)
    out, *halves = f.params
    a, b = _join(halves[0], halves[1]), _join(halves[2], halves[3])
    negative = (a ^ b).slt(0)
    x, y = _magnitude(f, a), _magnitude(f, b)
    bad = f.runtime("mul_u128", out, x.trunc("i64"), (x >> 64).trunc("i64"), y.trunc("i64"), (y >> 64).trunc("i64"))
    f.if_(bad.ne(0), lambda: f.ret(1))
    product = f.load("i128", out)
    limit = f.select(negative, f.const("i128", 1 << 127), f.const("i128", (1 << 127) - 1))
    f.if_(product.ugt(limit), lambda: f.ret(1))
    f.store(f.select(negative, f.const("i128", 0) - product, product), out)
    f.ret(0)


def _join(low: Value, high: Value) -> Value:
    return (high.zext("i128") << 64) | low.zext("i128")


def write_divmod_i64(module: LlvmModule) -> None:
    """`divmod_i64(out, a, b) -> 0, or 1 when the quotient does not fit`: floor quotient and remainder at out, out+8."""
    f = module.function("divmod_i64", ["ptr", "i64", "i64"], attributes=_NOINLINE)
    out, a, b = f.params
    _floor(f, out, a, b, lambda x, y: (x.udiv(y), x.urem(y)))


def write_divmod_i128(module: LlvmModule) -> None:
    f = module.function("divmod_i128", ["ptr", "i64", "i64", "i64", "i64"], attributes=_NOINLINE)
    out, *halves = f.params
    a, b = _join(halves[0], halves[1]), _join(halves[2], halves[3])

    def divide(x: Value, y: Value) -> tuple[Value, Value]:
        f.runtime("divmod_u128", out, x.trunc("i64"), (x >> 64).trunc("i64"), y.trunc("i64"), (y >> 64).trunc("i64"))
        return f.load("i128", out), f.load("i128", out, 2 * WORD)

    _floor(f, out, a, b, divide)


def _floor(
    f: FunctionBuilder, out: Value, a: Value, b: Value, divide: Callable[[Value, Value], tuple[Value, Value]]
) -> None:
    """Floor division from a division of magnitudes. Stores the results, returns the status."""
    x, y = _magnitude(f, a), _magnitude(f, b)
    quotient, remainder = divide(x, y)
    zero = f.const(a.ty, 0)
    opposite = (a ^ b).slt(0)
    inexact = remainder.ne(0)
    down = f.select(inexact, f.const(a.ty, 1), zero)
    # Signs differ: -(q + 1) and |b| - r when there is a remainder, else -q and 0.
    q = f.select(opposite, zero - (quotient + down), quotient)
    r = f.select(opposite & inexact, y - remainder, remainder)
    r = f.select(b.slt(0), zero - r, r)
    f.store(q, out)
    f.store(r, out, 8 if a.ty == "i64" else 16)
    # The one quotient that does not fit: the smallest number by -1.
    f.ret((opposite.not_() & quotient.slt(0)).zext("i64"))


def write_divmod_short(module: LlvmModule) -> None:
    """`divmod_short(out, low, high, divisor)`: as `divmod_u128`, by a divisor of 1 to 32 bits."""
    f = module.function("divmod_short", ["ptr", "i64", "i64", "i64"], attributes=_NOINLINE)
    out, low, high, divisor = f.params
    f.store(f.i64(0), out, 3 * WORD)

    def small() -> None:
        for i, word in enumerate((low.udiv(divisor), f.i64(0), low.urem(divisor))):
            f.store(word, out, 8 * i)
        f.ret(0)

    f.if_(high.eq(0), small)
    for i, word in enumerate(_divide_short(low, high, divisor)):
        f.store(word, out, 8 * i)
    f.ret(0)


def _divide_short(low: Value, high: Value, divisor: Value) -> tuple[Value, Value, Value]:
    """Quotient (low, high) and remainder: long division by 32-bit digits, each step within 64 bits."""
    q_high, rest = high.udiv(divisor), high.urem(divisor)
    step = (rest << 32) | (low >> 32)
    digit1, rest = step.udiv(divisor), step.urem(divisor)
    step = (rest << 32) | (low & _LOW)
    digit0, rest = step.udiv(divisor), step.urem(divisor)
    return (digit1 << 32) | digit0, q_high, rest


def write_divmod_u128(module: LlvmModule) -> None:
    """`divmod_u128(out, a_low, a_high, b_low, b_high)`: quotient and remainder at out, out+16. The divisor is not 0."""
    f = module.function("divmod_u128", ["ptr", "i64", "i64", "i64", "i64"], attributes=_NOINLINE)
    out, al, ah, bl, bh = f.params

    def put(q0: Value, q1: Value, r0: Value, r1: Value) -> None:
        for i, word in enumerate((q0, q1, r0, r1)):
            f.store(word, out, 8 * i)
        f.ret(0)

    zero = f.i64(0)
    small, wide = f.new_label(), f.new_label()
    f.branch(bh.eq(0), small, wide)
    f.start(small)
    f.if_(ah.eq(0), lambda: put(al.udiv(bl), zero, al.urem(bl), zero))
    tiny, medium = f.new_label(), f.new_label()
    f.branch((bl >> 32).eq(0), tiny, medium)
    f.start(tiny)
    put(*_divide_short(al, ah, bl), zero)
    f.start(medium)
    top = ah.urem(bl)
    q = f.alloca(16)
    f.runtime("divide_2_by_1", q, top, al, bl)
    put(f.load("i64", q), ah.udiv(bl), f.load("i64", q, WORD), zero)
    f.start(wide)
    _divide_wide(f, out)


def _divide_wide(f: FunctionBuilder, out: Value) -> None:
    """Both have a high half: the quotient is below 2^64. Shift and subtract."""
    _, al, ah, bl, bh = f.params
    remainder = f.slot("i128", _join(al, ah))
    divisor = _join(bl, bh)
    shift = f.slot("i64", 0)
    quotient = f.slot("i64", 0)
    d = f.slot("i128", divisor)
    top = f.const("i128", 1 << 127)

    def grow() -> None:
        d.set(d.get() << 1)
        shift.set(shift.get() + 1)

    f.while_(lambda: (d.get() & top).eq(0), grow)

    def step() -> None:
        fits = d.get().ule(remainder.get())
        quotient.set((quotient.get() << 1) | fits.zext("i64"))
        remainder.set(f.select(fits, remainder.get() - d.get(), remainder.get()))
        d.set(d.get() >> 1)
        shift.set(shift.get() - 1)

    f.while_(lambda: shift.get().cmp("sge", 0), step)
    f.store(quotient.get(), out)
    f.store(f.i64(0), out, WORD)
    f.store(remainder.get(), out, 2 * WORD)
    f.ret(0)


def write_divide_2_by_1(module: LlvmModule) -> None:
    """`divide_2_by_1(out, high, low, divisor)`: (high, low) / divisor for high < divisor; quotient, remainder at out.

    Knuth, The Art of Computer Programming 4.3.1, algorithm D with two 32-bit digits.
    """
    f = module.function("divide_2_by_1", ["ptr", "i64", "i64", "i64"], attributes=_NOINLINE)
    out, high, low, divisor = f.params
    d = f.slot("i64", divisor)
    s = f.slot("i64", 0)
    for width in (32, 16, 8, 4, 2, 1):

        def shift(width: int = width) -> None:
            d.set(d.get() << width)
            s.set(s.get() + width)

        f.if_((d.get() >> (64 - width)).eq(0), shift)
    d1, d0 = d.get() >> 32, d.get() & _LOW
    # A shift by 64 - 0 has no value: shift by 63 - s, then by 1.
    high = (high << s.get()) | ((low >> 1) >> (f.i64(63) - s.get()))
    low = low << s.get()

    def digit(top: Value, next_digit: Value) -> tuple[Value, Value]:
        """One quotient digit of (top, next_digit) / (d1, d0), and the remainder."""
        q = f.slot("i64", top.udiv(d1))
        r = f.slot("i64", top.urem(d1))
        done = f.new_label()
        head, fix = f.new_label(), f.new_label()
        f.start(head)
        too_big = (q.get() >> 32).ne(0) | (q.get() * d0).ugt((r.get() << 32) | next_digit)
        f.branch(too_big, fix, done)
        f.start(fix)
        q.set(q.get() - 1)
        r.set(r.get() + d1)
        f.branch((r.get() >> 32).eq(0), head, done)
        f.start(done)
        return q.get(), ((top << 32) | next_digit) - q.get() * d.get()

    q1, rest = digit(high, low >> 32)
    q0, rest = digit(rest, low & _LOW)
    f.store((q1 << 32) | q0, out)
    f.store(rest >> s.get(), out, WORD)
    f.ret(0)


def write_put_u64(module: LlvmModule) -> None:
    """`put_u64(to, value) -> length`: decimal digits."""
    f = module.function("put_u64", ["ptr", "i64"], attributes=_NOINLINE)
    to, value = f.params
    digits = f.slot("i64", 1)
    rest = f.slot("i64", value)

    def count() -> None:
        rest.set(rest.get().udiv(10))
        digits.set(digits.get() + 1)

    f.while_(lambda: rest.get().uge(10), count)
    rest.set(value)
    at = f.slot("i64", digits.get())

    def put() -> None:
        at.set(at.get() - 1)
        f.store((rest.get().urem(10) + 48).trunc("i8"), f.at(to, at.get()))
        rest.set(rest.get().udiv(10))

    f.while_(lambda: at.get().ne(0), put)
    f.ret(digits.get())


def write_put_u128(module: LlvmModule) -> None:
    """`put_u128(to, low, high) -> length`: decimal digits, in groups of 19."""
    f = module.function("put_u128", ["ptr", "i64", "i64"], attributes=_NOINLINE)
    to, low, high = f.params
    f.if_(high.eq(0), lambda: f.ret(f.runtime("put_u64", to, low)))
    out = f.alloca(32)
    f.runtime("divmod_u128", out, low, high, f.i64(10**19), f.i64(0))
    head = f.runtime("put_u128", to, f.load("i64", out), f.load("i64", out, WORD))
    rest = f.slot("i64", f.load("i64", out, 2 * WORD))
    at = f.slot("i64", head + 19)

    def put() -> None:
        at.set(at.get() - 1)
        f.store((rest.get().urem(10) + 48).trunc("i8"), f.at(to, at.get()))
        rest.set(rest.get().udiv(10))

    f.while_(lambda: at.get().ne(head), put)
    f.ret(head + 19)
