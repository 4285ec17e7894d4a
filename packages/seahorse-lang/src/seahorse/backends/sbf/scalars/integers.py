"""Checked integer arithmetic. No operation wraps: a result that does not fit its type is ArithmeticOverflow.

LLVM's eBPF back end has no signed division, no 64 to 128 bit product and no 128-bit division; those are runtime
helpers.
"""

from __future__ import annotations

from seahorse.backends.sbf.frame.frame import Frame
from seahorse.backends.sbf.helpers.integers import shift_left, shift_right
from seahorse.backends.sbf.llvm.values import WORD, Value
from seahorse.diagnostics import Span
from seahorse.semantics import tree
from seahorse.semantics.tree.types import I64, IntType


def hide(value: Value) -> Value:
    """The same value, hidden from LLVM, so that LLVM does not make the overflow intrinsics that eBPF lacks."""
    return value.f.value(value.ty, f'call {value.ty} asm "", "=r,0"({value.ty} {value.ref})')


def pin(value: Value) -> Value:
    """The same value, hidden from LLVM before this point, so that everything computed from it comes after the checks
    before it.

    To eBPF a division by zero is 0, so LLVM's code generator moves divisions out of loops, and in front of the test
    that the divisor is not zero. In sBPF such a division ends the program.
    """
    wide = value.zext("i64")
    made = value.f.value("i64", f'call i64 asm sideeffect "", "=r,0"(i64 {wide.ref})')
    return made.trunc(value.ty)


def _is_constant(v: Value) -> bool:
    return v.ref.lstrip("-").isdigit()


def arith(frame: Frame, t: IntType, op: str, a: Value, b: Value, span: Span) -> Value:
    match op:
        case "+" | "-":
            return _add_sub(frame, t, op, a, b, span)
        case "*":
            return _multiply(frame, t, a, b, span)
        case "//" | "%":
            return _divide(frame, t, op, a, b, span)
        case "&":
            return a & b
        case "|":
            return a | b
        case "^":
            return a ^ b
        case "<<" | ">>":
            return _shift(frame, t, op, a, b, span)
        case "**":
            return _power(frame, t, a, b, span)
        case _:
            raise TypeError(f"{op} is not integer arithmetic")


def _intrinsic(frame: Frame, name: str, a: Value, b: Value, span: Span) -> Value:
    """An arithmetic-with-overflow intrinsic: the result, checked."""
    f = frame.f
    full = f"llvm.{name}.with.overflow.{a.ty}"
    f.module.declare(f"declare {{ {a.ty}, i1 }} @{full}({a.ty}, {a.ty})", full)
    pair = f.value("pair", f"call {{ {a.ty}, i1 }} @{full}({a.typed()}, {b.typed()})")
    frame.overflow(f.value("i1", f"extractvalue {{ {a.ty}, i1 }} {pair.ref}, 1"), span)
    return f.value(a.ty, f"extractvalue {{ {a.ty}, i1 }} {pair.ref}, 0")


def _add_sub(frame: Frame, t: IntType, op: str, a: Value, b: Value, span: Span) -> Value:
    if op == "-" and not t.signed:
        frame.overflow(a.ult(b), span)
        return a - b
    if t.bits < 64:
        # One add in 64 bits, then one comparison with the range.
        wide = _widen(t, a), _widen(t, b)
        return _fit(frame, t, wide[0] + wide[1] if op == "+" else wide[0] - wide[1], span)
    if not t.signed:
        # Hidden: otherwise the pattern becomes an intrinsic that takes many instructions in eBPF.
        total = hide(a + b) if t.bits == 64 else a + b
        frame.overflow(total.ult(a), span)
        return total
    if t.bits == 128:
        return _intrinsic(frame, "sadd" if op == "+" else "ssub", a, b, span)
    # It overflows when the result's sign is neither operand's; of a difference, when the operands' signs differ and
    # the result's is not the first one's.
    total = hide(a + b if op == "+" else a - b)
    other = b ^ total if op == "+" else a ^ b
    frame.overflow(((a ^ total) & other).slt(0), span)
    return total


def _widen(t: IntType, v: Value, ty: str = "i64") -> Value:
    wide = v.sext(ty) if t.signed else v.zext(ty)
    if ty == "i128" and not t.signed and v.ty != ty:
        v.f.widened[wide.ref] = v
    return wide


def _narrow(v: Value) -> Value | None:
    """The 64 bits that a 128-bit value is known to be made of."""
    if v.ref.isdigit():
        return v.f.i64(int(v.ref)) if int(v.ref) < 1 << 64 else None
    made_of = v.f.widened.get(v.ref)
    return made_of.zext("i64") if made_of is not None else None


def _fit(frame: Frame, t: IntType, wide: Value, span: Span) -> Value:
    """A 64-bit result in a narrower type, checked."""
    small = wide.trunc(f"i{t.bits}")
    frame.overflow(_widen(t, small).ne(wide), span)
    return small


def _multiply(frame: Frame, t: IntType, a: Value, b: Value, span: Span) -> Value:
    f = frame.f
    if t.bits < 64:
        return _fit(frame, t, hide(_widen(t, a) * _widen(t, b)), span)
    if t.bits == 128:
        out = f.alloca(16)
        narrow = _narrow(a), _narrow(b)
        if not t.signed and narrow[0] is not None and narrow[1] is not None:
            f.runtime("mul_wide", out, narrow[0], narrow[1])
            return f.load("i128", out)
        name = "mul_i128" if t.signed else "mul_u128"
        error = frame.errors.program_error("ArithmeticOverflow", span)
        bad = f.runtime(name, out, *_halves(a), *_halves(b))
        f.raise_if(bad.ne(0), error)
        return f.load("i128", out)
    if t.signed:
        out = f.alloca(8)
        frame.overflow(f.runtime("mul_i64", out, a, b).ne(0), span)
        return f.load("i64", out)
    if _is_constant(a):
        a, b = b, a
    if _is_constant(b):
        factor = int(b.ref)
        if factor > 1:
            frame.overflow(hide(a).ugt(t.max // factor), span)
        return a * b
    product = a * b
    # a == 0 is safe to divide by here: sBPF's own check would end the program, so the code tests for it first.
    ok, check = f.new_label(), f.new_label()
    f.branch(a.eq(0), ok, check)
    f.start(check)
    frame.overflow(pin(product).udiv(a).ne(b), span)
    f.start(ok)
    return product


def _halves(v: Value) -> tuple[Value, Value]:
    return v.trunc("i64"), (v >> 64).trunc("i64")


def _divide(frame: Frame, t: IntType, op: str, a: Value, b: Value, span: Span) -> Value:
    """Python's floor division and modulo: the remainder has the divisor's sign."""
    f = frame.f
    if not (_is_constant(b) and b.ref != "0"):
        frame.overflow(b.eq(0), span)
    if t.bits == 128:
        out = f.alloca(32)
        short = None if t.signed else _narrow(b)
        if short is not None and short.ref.isdigit() and 0 < int(short.ref) < 1 << 32:
            f.runtime("divmod_short", out, *_halves(a), short)
            return f.load("i128", out, 0 if op == "//" else 16)
        name = "divmod_i128" if t.signed else "divmod_u128"
        bad = f.runtime(name, out, *_halves(a), *_halves(b))
        if t.signed and op == "//":
            frame.overflow(bad.ne(0), span)
        return f.load("i128", out, 0 if op == "//" else 16)
    if not t.signed:
        divisor = b if _is_constant(b) else pin(b)
        return a.udiv(divisor) if op == "//" else a.urem(divisor)
    out = f.alloca(16)
    bad = f.runtime("divmod_i64", out, a.sext("i64"), b.sext("i64"))
    if op == "%":
        return f.load("i64", out, WORD).trunc(f"i{t.bits}")
    quotient = f.load("i64", out)
    if t.bits == 64:
        frame.overflow(bad.ne(0), span)
        return quotient
    return _fit(frame, t, quotient, span)


def _shift(frame: Frame, t: IntType, op: str, a: Value, b: Value, span: Span) -> Value:
    """`<<` loses no bits: what is shifted out must be zeros (or copies of the sign). `>>` floors; far shifts give 0
    or -1.
    """
    f = frame.f
    bits = t.bits
    amount = b
    if op == ">>":
        far = amount.uge(bits)
        last = f.select(far, f.const("i32", bits - 1), amount)
        last = last.zext(a.ty) if bits > 32 else last.trunc(a.ty)
        if t.signed:
            return _shift_right(a, last, signed=True)
        return f.select(far, f.const(a.ty, 0), _shift_right(a, last, signed=False))
    zero = a.eq(0)
    far = amount.uge(bits)
    frame.overflow(far & zero.not_(), span)
    safe = f.select(far, f.const("i32", 0), amount)
    safe = safe.zext(a.ty) if bits > 32 else safe.trunc(a.ty)
    moved = _shift_left(a, safe)
    back = _shift_right(moved, safe, signed=t.signed)
    frame.overflow(back.ne(a), span)
    return moved


def _shift_left(a: Value, by: Value) -> Value:
    return shift_left(a, by.trunc("i64")) if a.ty == "i128" else a << by


def _shift_right(a: Value, by: Value, *, signed: bool) -> Value:
    if a.ty == "i128":
        return shift_right(a, by.trunc("i64"), signed=signed)
    return a.sar(by) if signed else a >> by


def _power(frame: Frame, t: IntType, a: Value, exponent: Value, span: Span) -> Value:
    """Square and multiply, every product checked; the code skips the last squaring, which nobody needs."""
    f = frame.f
    ty = f"i{t.bits}"
    result = f.slot(ty, 1)
    base = f.slot(ty, a)
    left = f.slot("i32", exponent)

    def step() -> None:
        odd = (left.get() & 1).ne(0)
        f.if_(odd, lambda: result.set(_multiply(frame, t, result.get(), base.get(), span)))
        left.set(left.get() >> 1)
        f.if_(left.get().ne(0), lambda: base.set(_multiply(frame, t, base.get(), base.get(), span)))

    f.while_(lambda: left.get().ne(0), step)
    return result.get()


def negate(frame: Frame, t: IntType, a: Value, span: Span) -> Value:
    return _add_sub(frame, t, "-", frame.f.const(a.ty, 0), a, span)


def as_index(frame: Frame, e: tree.Expr, value: Value, span: Span) -> Value:
    """A count or an index as i64, which is how CPython takes it: OverflowError for what is beyond."""
    if isinstance(e, tree.IntLit) and I64.min <= e.value <= I64.max:
        return frame.f.i64(e.value)
    assert isinstance(e.type, IntType)
    return convert(frame, e.type, I64, value, span)


def convert(frame: Frame, source: IntType, target: IntType, a: Value, span: Span) -> Value:
    """An integer in another type, checked unless every value fits."""
    if target.min <= source.min and source.max <= target.max:
        return _widen(source, a, f"i{target.bits}")
    small = f"i{target.bits}"
    if source.signed and target.signed:
        narrow = a.trunc(small)
        frame.overflow(narrow.sext(a.ty).ne(a), span)
        return narrow
    if source.signed and target.bits >= source.bits:
        # Only a negative number has no place in an unsigned type as wide.
        frame.overflow(a.slt(0), span)
        return a.sext(small)
    # Read as unsigned, a negative number is larger than any that fits.
    frame.overflow(a.ugt(target.max), span)
    return a.trunc(small)
