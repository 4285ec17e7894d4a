"""Methods of str and bytes."""

from __future__ import annotations

from collections.abc import Callable

from seahorse.backends.sbf.frame.frame import Frame
from seahorse.backends.sbf.frame.heap import allocate
from seahorse.backends.sbf.frame.layout import KEY_SIZE, TEXT_LEN, TEXT_SIZE, Parts, load
from seahorse.backends.sbf.llvm.values import Value
from seahorse.backends.sbf.objects import text_of
from seahorse.backends.sbf.objects.lists import append, elements, new_list
from seahorse.backends.sbf.objects.sequences import int_of_bytes, int_size, store_int_bytes
from seahorse.semantics import tree
from seahorse.semantics.tree.types import STR


def _same(frame: Frame, e: tree.Builtin) -> Parts:
    """`encode`: the same bytes."""
    return frame.eval(e.args[0])


def _decode(frame: Frame, e: tree.Builtin) -> Parts:
    parts = frame.eval(e.args[0])
    frame.invalid(frame.f.runtime("utf8_bad", *parts).ne(0), e.span)
    return parts


def _changed_case(first: str) -> Callable[[Frame, tree.Builtin], Parts]:
    def emit(frame: Frame, e: tree.Builtin) -> Parts:
        """ASCII letters from `first` on change; other characters stay."""
        f = frame.f
        text, size = frame.eval(e.args[0])
        out = allocate(frame, size)
        at = f.slot("i64", 0)

        def one() -> None:
            c = f.load("i8", f.at(text, at.get()))
            letter = (c - ord(first)).ult(26)
            f.store(f.select(letter, c ^ 32, c), f.at(out, at.get()))
            at.set(at.get() + 1)

        f.while_(lambda: at.get().ult(size), one)
        return (out, size)

    return emit


def _at_end(frame: Frame, e: tree.Builtin, *, end: bool) -> Parts:
    f = frame.f
    text, size = frame.eval(e.args[0])
    part, part_size = frame.eval(e.args[1])
    result = f.slot("i1", part_size.ule(size))

    def compare() -> None:
        start = f.at(text, size - part_size) if end else text
        result.set(f.runtime("bytes_compare", start, part, part_size).eq(0))

    f.if_(result.get(), compare)
    return (result.get(),)


def _isascii(frame: Frame, e: tree.Builtin) -> Parts:
    f = frame.f
    text, size = frame.eval(e.args[0])
    return (f.runtime("char_count", text, size).eq(size) & f.runtime("utf8_bad", text, size).eq(0),)


def _strip(frame: Frame, e: tree.Builtin) -> Parts:
    """Without the ASCII whitespace around it."""
    f = frame.f
    text, size = frame.eval(e.args[0])
    start, end = f.slot("i64", 0), f.slot("i64", size)

    def space(at: Value) -> Value:
        c = f.load("i8", f.at(text, at))
        return c.eq(32) | (c - 9).ult(5) | (c - 28).ult(4)

    def more(at: Callable[[], Value]) -> Callable[[], Value]:
        def test() -> Value:
            inside = start.get().ult(end.get())
            result = f.slot("i1", inside)
            f.if_(inside, lambda: result.set(space(at())))
            return result.get()

        return test

    f.while_(more(start.get), lambda: start.set(start.get() + 1))
    f.while_(more(lambda: end.get() - 1), lambda: end.set(end.get() - 1))
    return (f.at(text, start.get()), end.get() - start.get())


def _find_bytes(frame: Frame, text: Parts, part: Parts) -> tuple[Value, Value]:
    """Whether a text is inside another, and at which byte."""
    out = frame.f.slot("i64", 0)
    found = frame.f.runtime("text_find", out.ptr, *text, *part).eq(0)
    return found, out.get()


def _find(frame: Frame, e: tree.Builtin) -> Parts:
    """The position in characters, or -1."""
    f = frame.f
    text = frame.eval(e.args[0])
    found, at = _find_bytes(frame, text, frame.eval(e.args[1]))
    result = f.slot("i64", -1)
    f.if_(found, lambda: result.set(f.runtime("char_count", text[0], at)))
    return (result.get(),)


def _split(frame: Frame, e: tree.Builtin) -> Parts:
    f = frame.f
    text, size = frame.eval(e.args[0])
    obj, _ = new_list(frame, STR, f.i64(0))
    if len(e.args) > 1:
        sep = frame.eval(e.args[1])
        frame.invalid(sep[1].eq(0), e.span)
        start = f.slot("i64", 0)
        going = f.slot("i1", 1)

        def piece() -> None:
            here = f.at(text, start.get())
            left = size - start.get()
            found, at = _find_bytes(frame, (here, left), sep)
            append(frame, STR, obj, (here, f.select(found, at, left)))
            start.set(start.get() + at + sep[1])
            going.set(found)

        f.while_(going.get, piece)
        return (obj,)
    _split_spaces(frame, obj, text, size)
    return (obj,)


def _split_spaces(frame: Frame, obj: Value, text: Value, size: Value) -> None:
    """Words between runs of ASCII whitespace."""
    f = frame.f
    at = f.slot("i64", 0)
    start = f.slot("i64", -1)

    def close() -> None:
        append(frame, STR, obj, (f.at(text, start.get()), at.get() - start.get()))
        start.set(-1)

    def one() -> None:
        c = f.load("i8", f.at(text, at.get()))
        space = c.eq(32) | (c - 9).ult(5) | (c - 28).ult(4)
        inside = start.get().cmp("sge", 0)
        f.if_(space & inside, close)
        f.if_((space | start.get().cmp("sge", 0)).not_(), lambda: start.set(at.get()))
        at.set(at.get() + 1)

    f.while_(lambda: at.get().ult(size), one)
    f.if_(start.get().cmp("sge", 0), close)


def _join(frame: Frame, e: tree.Builtin) -> Parts:
    f = frame.f
    sep = frame.eval(e.args[0])
    t = e.args[1].type
    items = frame.one(e.args[1])
    count, data = elements(frame, t, items)
    total = f.slot("i64", sep[1] * count)
    at = f.slot("i64", 0)

    def measure() -> None:
        total.set(total.get() + f.load("i64", f.at(data, at.get() * TEXT_SIZE), TEXT_LEN))
        at.set(at.get() + 1)

    f.while_(lambda: at.get().ult(count), measure)
    out = allocate(frame, total.get())
    end = f.slot("ptr", out)
    at.set(0)

    def put(parts: Parts) -> None:
        f.copy_bytes(end.get(), *parts)
        end.set(f.at(end.get(), parts[1]))

    def one() -> None:
        f.if_(at.get().ne(0), lambda: put(sep))
        put(load(STR, f.at(data, at.get() * TEXT_SIZE)))
        at.set(at.get() + 1)

    f.while_(lambda: at.get().ult(count), one)
    return (out, f.address(end.get()) - f.address(out))


def _replace(frame: Frame, e: tree.Builtin) -> Parts:
    """Every occurrence, from the left. An empty text to replace: InvalidArgument."""
    f = frame.f
    text, size = frame.eval(e.args[0])
    old, new = frame.eval(e.args[1]), frame.eval(e.args[2])
    frame.invalid(old[1].eq(0), e.span)
    # At most size / len(old) replacements.
    out = allocate(frame, size + size.udiv(old[1]) * new[1])
    end = f.slot("ptr", out)
    start = f.slot("i64", 0)
    going = f.slot("i1", 1)

    def put(parts: Parts) -> None:
        f.copy_bytes(end.get(), *parts)
        end.set(f.at(end.get(), parts[1]))

    def piece() -> None:
        here, left = f.at(text, start.get()), size - start.get()
        found, at = _find_bytes(frame, (here, left), old)
        put((here, f.select(found, at, left)))
        f.if_(found, lambda: put(new))
        start.set(start.get() + at + old[1])
        going.set(found)

    f.while_(going.get, piece)
    return (out, f.address(end.get()) - f.address(out))


def _bytes(frame: Frame, e: tree.Builtin) -> Parts:
    """`bytes(list of u8)`: a copy."""
    number = int_of_bytes(e)
    if number is not None:
        value, size = frame.one(number.args[0]), int_size(number)
        out = allocate(frame, size)
        store_int_bytes(frame, number, value, out)
        return (out, frame.f.i64(size))
    count, data = elements(frame, e.args[0].type, frame.one(e.args[0]))
    out = allocate(frame, count)
    frame.f.copy_bytes(out, data, count)
    return (out, count)


def _size(frame: Frame, e: tree.Builtin) -> Parts:
    return (frame.eval(e.args[0])[1],)


def _pubkey_bytes(frame: Frame, e: tree.Builtin) -> Parts:
    return (frame.one(e.args[0]), frame.f.i64(KEY_SIZE))


def _str(frame: Frame, e: tree.Builtin) -> Parts:
    return text_of.text_of(frame, e.args[0])


BUILTINS: dict[str, Callable[[Frame, tree.Builtin], Parts]] = {
    "str": _str,
    "bytes": _bytes,
    "size": _size,
    "pubkey.bytes": _pubkey_bytes,
    "bytes.decode": _decode,
    "str.encode": _same,
    "str.upper": _changed_case("a"),
    "str.lower": _changed_case("A"),
    "str.startswith": lambda frame, e: _at_end(frame, e, end=False),
    "str.endswith": lambda frame, e: _at_end(frame, e, end=True),
    "str.isascii": _isascii,
    "str.strip": _strip,
    "str.split": _split,
    "str.join": _join,
    "str.find": _find,
    "str.replace": _replace,
}
