"""Runtime helpers that write text: signed numbers, base58, quoted strings."""

from __future__ import annotations

from seahorse.backends.sbf.llvm.function import FunctionBuilder
from seahorse.backends.sbf.llvm.module import LlvmModule
from seahorse.backends.sbf.llvm.values import StackSlot, Value
from seahorse.ir.addresses import ALPHABET

_NOINLINE = "noinline"


def write_put_i64(module: LlvmModule) -> None:
    """`put_i64(to, value) -> length`."""
    f = module.function("put_i64", ["ptr", "i64"], attributes=_NOINLINE)
    to, value = f.params

    def minus() -> None:
        f.store(f.const("i8", ord("-")), to)
        f.ret(f.runtime("put_u64", f.at(to, 1), f.i64(0) - value) + 1)

    f.if_(value.slt(0), minus)
    f.ret(f.runtime("put_u64", to, value))


def write_put_i128(module: LlvmModule) -> None:
    """`put_i128(to, low, high) -> length`."""
    f = module.function("put_i128", ["ptr", "i64", "i64"], attributes=_NOINLINE)
    to, low, high = f.params

    def minus() -> None:
        f.store(f.const("i8", ord("-")), to)
        borrow = low.ne(0).zext("i64")
        f.ret(f.runtime("put_u128", f.at(to, 1), f.i64(0) - low, f.i64(0) - high - borrow) + 1)

    f.if_(high.slt(0), minus)
    f.ret(f.runtime("put_u128", to, low, high))


def write_put_radix(module: LlvmModule) -> None:
    """`put_radix(to, low, high, bits, letters) -> length`: digits of `bits` bits each; letters + 10 spells the
    digit ten.
    """
    f = module.function("put_radix", ["ptr", "i64", "i64", "i64", "i64"], attributes=_NOINLINE)
    to, low, high, bits, letters = f.params
    lower, upper = f.slot("i64", low), f.slot("i64", high)
    count = f.slot("i64", 0)
    buffer = f.alloca(128)
    mask = (f.i64(1) << bits) - 1
    head, more, end = f.new_label(), f.new_label(), f.new_label()
    f.start(head)
    digit = lower.get() & mask
    text = digit + f.select(digit.ult(10), f.i64(ord("0")), letters)
    count.set(count.get() + 1)
    f.store(text.trunc("i8"), f.at(buffer, f.i64(128) - count.get()))
    lower.set((lower.get() >> bits) | (upper.get() << (f.i64(64) - bits)))
    upper.set(upper.get() >> bits)
    f.branch((lower.get() | upper.get()).ne(0), more, end)
    f.start(more)
    f.jump(head)
    f.start(end)
    f.copy_bytes(to, f.at(buffer, f.i64(128) - count.get()), count.get())
    f.ret(count.get())


def write_put_base58(module: LlvmModule) -> None:
    """`put_base58(to, key) -> length`: 32 bytes in base58, at most 44 characters.

    The number is kept as base 58^5 limbs, least significant first; each input word is multiplied in.
    """
    f = module.function("put_base58", ["ptr", "ptr"], attributes=_NOINLINE)
    to, key = f.params
    limbs = f.alloca(9 * 8)
    for i in range(9):
        f.store(f.i64(0), limbs, 8 * i)
    word = f.slot("i64", 0)

    def take_word() -> None:
        at = f.at(key, word.get() << 2)
        carry = f.slot("i64", 0)
        value = f.value("i32", f"call i32 @llvm.bswap.i32(i32 {f.load('i32', at).ref})")
        carry.set(value.zext("i64"))
        limb = f.slot("i64", 0)

        def step() -> None:
            place = f.at(limbs, limb.get() << 3)
            total = (f.load("i64", place) << 32) + carry.get()
            f.store(total.urem(58**5), place)
            carry.set(total.udiv(58**5))
            limb.set(limb.get() + 1)

        f.while_(lambda: limb.get().ult(9), step)
        word.set(word.get() + 1)

    module.declare("declare i32 @llvm.bswap.i32(i32)", "llvm.bswap.i32")
    f.while_(lambda: word.get().ult(8), take_word)
    _write_digits(f, to, key, limbs)


def _write_digits(f: FunctionBuilder, to: Value, key: Value, limbs: Value) -> None:
    digits = f.alloca(48)
    alphabet = f.bytes(ALPHABET.encode())
    limb = f.slot("i64", 0)

    def spread() -> None:
        rest = f.slot("i64", f.load("i64", f.at(limbs, limb.get() << 3)))
        at = f.slot("ptr", f.at(digits, f.i64(44) - limb.get() * 5))
        for _ in range(5):
            f.store(rest.get().urem(58).trunc("i8"), at.get())
            rest.set(rest.get().udiv(58))
            at.set(f.at(at.get(), -1))
        limb.set(limb.get() + 1)

    f.while_(lambda: limb.get().ult(9), spread)
    out = f.slot("i64", 0)
    zeros = f.slot("i64", 0)

    def leading(base: Value, at: StackSlot, limit: int) -> Value:
        inside = at.get().ult(limit)
        result = f.slot("i1", inside)
        f.if_(inside, lambda: result.set(f.load("i8", f.at(base, at.get())).eq(0)))
        return result.get()

    def one() -> None:
        f.store(f.const("i8", ord("1")), f.at(to, out.get()))
        out.set(out.get() + 1)
        zeros.set(zeros.get() + 1)

    f.while_(lambda: leading(key, zeros, 32), one)
    digit = f.slot("i64", 0)
    f.while_(lambda: leading(digits, digit, 45), lambda: digit.set(digit.get() + 1))

    def put() -> None:
        value = f.load("i8", f.at(digits, digit.get())).zext("i64")
        f.store(f.load("i8", f.at(alphabet, value)), f.at(to, out.get()))
        out.set(out.get() + 1)
        digit.set(digit.get() + 1)

    f.while_(lambda: digit.get().ult(45), put)
    f.ret(out.get())


def write_put_quoted(module: LlvmModule) -> None:
    """`put_quoted(to, text, size) -> length`: Python's repr of a str, all printable characters above ASCII as they
    are.
    """
    _quoted(module, "put_quoted", escape_high=False)


def write_put_quoted_bytes(module: LlvmModule) -> None:
    """`put_quoted_bytes(to, data, size) -> length`: Python's repr of bytes, without the leading b."""
    _quoted(module, "put_quoted_bytes", escape_high=True)


def _quoted(module: LlvmModule, name: str, *, escape_high: bool) -> None:
    f = module.function(name, ["ptr", "ptr", "i64"], attributes=_NOINLINE)
    to, text, size = f.params
    out = f.slot("ptr", to)
    at = f.slot("i64", 0)
    single, double = f.slot("i1", 0), f.slot("i1", 0)

    def put(c: Value | int) -> None:
        f.store(c if isinstance(c, Value) else f.const("i8", c), out.get())
        out.set(f.at(out.get(), 1))

    def look() -> None:
        c = f.load("i8", f.at(text, at.get()))
        single.set(single.get() | c.eq(ord("'")))
        double.set(double.get() | c.eq(ord('"')))
        at.set(at.get() + 1)

    f.while_(lambda: at.get().ult(size), look)
    # Python prefers single quotes, unless only double ones avoid an escape.
    quote = f.select(single.get() & double.get().not_(), f.const("i8", ord('"')), f.const("i8", ord("'")))
    put(quote)
    at.set(0)

    def hexadecimal(c: Value) -> None:
        put(ord("\\"))
        put(ord("x"))
        for shift in (4, 0):
            nibble = (c >> shift) & 15
            put(f.select(nibble.ult(10), nibble + ord("0"), nibble + (ord("a") - 10)))

    def one() -> None:
        c = f.load("i8", f.at(text, at.get()))
        end = f.new_label()
        for code, letter in ((9, "t"), (10, "n"), (13, "r")):

            def escaped(letter: str = letter) -> None:
                put(ord("\\"))
                put(ord(letter))
                f.jump(end)

            f.if_(c.eq(code), escaped)

        def backslash() -> None:
            put(ord("\\"))
            put(c)
            f.jump(end)

        f.if_(c.eq(ord("\\")) | c.eq(quote), backslash)

        def unprintable() -> None:
            hexadecimal(c)
            f.jump(end)

        low = c.ult(32) | c.eq(127)
        f.if_(low | c.uge(128 - 256) if escape_high else low, unprintable)
        put(c)
        f.start(end)
        at.set(at.get() + 1)

    f.while_(lambda: at.get().ult(size), one)
    put(quote)
    f.ret(f.address(out.get()) - f.address(to))
