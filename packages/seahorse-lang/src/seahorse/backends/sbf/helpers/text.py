"""Runtime helpers for text and bytes."""

from __future__ import annotations

from seahorse.backends.sbf.llvm.function import FunctionBuilder
from seahorse.backends.sbf.llvm.module import LlvmModule
from seahorse.backends.sbf.llvm.values import StackSlot, Value

_NOINLINE = "noinline"
# In a word of text: set where a byte is not ASCII.
HIGH_BITS = 0x8080808080808080


def write_bytes_compare(module: LlvmModule) -> None:
    """`bytes_compare(a, b, size)`: 0 when equal, else not 0. Eight bytes at a time; the last eight may overlap."""
    f = module.function("bytes_compare", ["ptr", "ptr", "i64"], attributes=_NOINLINE)
    a, b, size = f.params
    at = f.slot("i64", 0)
    different = f.cold_block("different", lambda: f.i64(1))

    def compare(ty: str, place: Value) -> None:
        x, y = f.load(ty, f.at(a, place)), f.load(ty, f.at(b, place))
        f.leave_to(x.ne(y), different)

    def word() -> None:
        compare("i64", at.get())
        at.set(at.get() + 8)

    def words() -> None:
        last = size - 8
        f.while_(lambda: at.get().ult(last), word)
        compare("i64", last)
        f.ret(0)

    def byte() -> None:
        compare("i8", at.get())
        at.set(at.get() + 1)

    f.if_(size.uge(8), words)
    f.while_(lambda: at.get().ult(size), byte)
    f.ret(0)


def write_text_compare(module: LlvmModule) -> None:
    """`text_compare(a, a_size, b, b_size) -> -1, 0 or 1`."""
    f = module.function("text_compare", ["ptr", "i64", "ptr", "i64"], attributes=_NOINLINE)
    a, a_size, b, b_size = f.params
    shorter = f.select(a_size.ult(b_size), a_size, b_size)
    at = f.slot("i64", 0)

    def byte() -> None:
        x, y = f.load("i8", f.at(a, at.get())), f.load("i8", f.at(b, at.get()))
        f.if_(x.ult(y), lambda: f.ret(-1))
        f.if_(x.ugt(y), lambda: f.ret(1))
        at.set(at.get() + 1)

    f.while_(lambda: at.get().ult(shorter), byte)
    f.if_(a_size.ult(b_size), lambda: f.ret(-1))
    f.ret(a_size.ugt(b_size).zext("i64"))


def write_utf8_bad(module: LlvmModule) -> None:
    """`utf8_bad(text, size)`: 0 when the bytes are valid UTF-8 (RFC 3629), else 1.

    ASCII goes eight bytes at a time, and the last eight may overlap. From the first other character on, the helper
    reads the bytes one by one where it must.
    """
    f = module.function("utf8_bad", ["ptr", "i64"], attributes=_NOINLINE)
    text, size = f.params
    at = f.slot("i64", 0)
    careful = f.new_label()

    def is_ascii(place: Value) -> Value:
        return (f.load("i64", f.at(text, place)) & HIGH_BITS).eq(0)

    def word() -> None:
        ascii8 = f.new_label()
        f.branch(is_ascii(at.get()), ascii8, careful)
        f.start(ascii8)
        at.set(at.get() + 8)

    def words() -> None:
        last = size - 8
        f.while_(lambda: at.get().ult(last), word)
        f.if_(is_ascii(last), lambda: f.ret(0))

    def step() -> None:
        fast, slow, end = f.new_label(), f.new_label(), f.new_label()
        f.branch((size - at.get()).cmp("sge", 8), fast, slow)
        f.start(fast)
        ascii8 = f.new_label()
        f.branch(is_ascii(at.get()), ascii8, slow)
        f.start(ascii8)
        at.set(at.get() + 8)
        f.jump(end)
        f.start(slow)
        _utf8_character(f, text, size, at)
        f.start(end)

    f.if_(size.uge(8), words)
    f.start(careful)
    f.while_(lambda: at.get().ult(size), step)
    f.ret(0)


def _utf8_character(f: FunctionBuilder, text: Value, size: Value, at: StackSlot) -> None:

    def bad_unless(cond: Value) -> None:
        f.if_(cond.not_(), lambda: f.ret(1))

    def continuation(offset: int) -> Value:
        return f.load("i8", f.at(f.at(text, at.get()), offset))

    lead = f.load("i8", f.at(text, at.get()))
    left = size - at.get()

    def single() -> None:
        at.set(at.get() + 1)

    def several() -> None:
        bad_unless(lead.uge(0xC2 - 256) & lead.ule(0xF4 - 256))
        length = f.select(lead.ult(0xE0 - 256), f.i64(2), f.select(lead.ult(0xF0 - 256), f.i64(3), f.i64(4)))
        bad_unless(left.uge(length))
        second = continuation(1)
        bad_unless((second & (0xC0 - 256)).eq(0x80 - 256))
        # No overlong forms, no surrogates, nothing above U+10FFFF.
        bad_unless((lead.ne(0xE0 - 256)) | second.uge(0xA0 - 256))
        bad_unless((lead.ne(0xED - 256)) | second.ult(0xA0 - 256))
        bad_unless((lead.ne(0xF0 - 256)) | second.uge(0x90 - 256))
        bad_unless((lead.ne(0xF4 - 256)) | second.ult(0x90 - 256))
        f.if_(length.uge(3), lambda: bad_unless((continuation(2) & (0xC0 - 256)).eq(0x80 - 256)))
        f.if_(length.eq(4), lambda: bad_unless((continuation(3) & (0xC0 - 256)).eq(0x80 - 256)))
        at.set(at.get() + length)

    f.if_(lead.cmp("sge", 0), single, several)


def write_char_count(module: LlvmModule) -> None:
    """`char_count(text, size)`: characters of valid UTF-8, that is bytes that do not continue one."""
    f = module.function("char_count", ["ptr", "i64"], attributes=_NOINLINE)
    text, size = f.params
    at, count = f.slot("i64", 0), f.slot("i64", 0)

    def step() -> None:
        end, byte, word = f.new_label(), f.new_label(), f.new_label()
        full, ascii8 = f.new_label(), f.new_label()
        f.branch((size - at.get()).cmp("sge", 8), full, byte)
        f.start(full)
        f.branch((f.load("i64", f.at(text, at.get())) & HIGH_BITS).eq(0), ascii8, word)
        f.start(ascii8)
        at.set(at.get() + 8)
        count.set(count.get() + 8)
        f.jump(end)
        f.start(word)
        f.jump(byte)
        f.start(byte)
        starts = f.load("i8", f.at(text, at.get())).cmp("sgt", -65)
        count.set(count.get() + starts.zext("i64"))
        at.set(at.get() + 1)
        f.start(end)

    f.while_(lambda: at.get().ult(size), step)
    f.ret(count.get())


def write_text_find(module: LlvmModule) -> None:
    """`text_find(out, text, size, part, part_size)`: 0 and the byte offset at out when the part is inside, else 1."""
    f = module.function("text_find", ["ptr", "ptr", "i64", "ptr", "i64"], attributes=_NOINLINE)
    out, text, size, part, part_size = f.params
    f.if_(part_size.ugt(size), lambda: f.ret(1))
    last = size - part_size
    at = f.slot("i64", 0)

    def here() -> None:
        same = f.runtime("bytes_compare", f.at(text, at.get()), part, part_size).eq(0)

        def hit() -> None:
            f.store(at.get(), out)
            f.ret(0)

        f.if_(same, hit)
        at.set(at.get() + 1)

    f.while_(lambda: at.get().ule(last), here)
    f.ret(1)
