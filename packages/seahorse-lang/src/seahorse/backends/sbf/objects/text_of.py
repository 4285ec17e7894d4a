"""Text from values: f-strings, `str(...)` and `print`, spelled as Python spells them."""

from __future__ import annotations

from seahorse.backends.sbf.accounts.borsh import each
from seahorse.backends.sbf.frame import heap
from seahorse.backends.sbf.frame.frame import Frame
from seahorse.backends.sbf.frame.layout import (
    LIST_DATA,
    LIST_LEN,
    Parts,
    class_offset,
    is_text,
    load,
    memory_size,
    split,
)
from seahorse.backends.sbf.frame.unit import BackendError
from seahorse.backends.sbf.llvm.values import Value
from seahorse.backends.sbf.objects import format_spec
from seahorse.semantics import tree
from seahorse.semantics.tree.types import (
    AccountType,
    ArrayType,
    BoolType,
    BytesType,
    ClassType,
    EnumType,
    FloatType,
    IntType,
    ListType,
    NoneType,
    OptionType,
    PubkeyType,
    StrType,
    TupleType,
    Type,
)

# Longest text: i128 with its sign, base58 of 32 bytes, repr of a float.
_INT, _KEY, _FLOAT = 40, 44, 25


def log(cx: Frame, e: tree.Expr) -> None:
    """Log the text of an expression."""
    f = cx.f
    constant = _constant(e)
    if constant is not None:
        f.call("sol_log_", f.bytes(constant), f.i64(len(constant)))
        return
    pieces = _pieces(cx, e)
    marked = heap.mark(cx)
    text = _join(cx, pieces)
    f.call("sol_log_", *text)
    heap.release(cx, marked)


def _constant(e: tree.Expr) -> bytes | None:
    if isinstance(e, tree.StrLit):
        return e.value.encode()
    if isinstance(e, tree.FString):
        parts = [_constant(p) if spec is None else None for p, spec in e.parts]
        if all(p is not None for p in parts):
            return b"".join(p for p in parts if p is not None)
    return None


def build(cx: Frame, e: tree.FString) -> Parts:
    """The text of an f-string, on the heap."""
    return _join(cx, _pieces(cx, e))


def text_of(cx: Frame, e: tree.Expr) -> Parts:
    """`str(value)`."""
    if is_text(e.type) and not isinstance(e.type, BytesType):
        return cx.eval(e)
    return _join(cx, [(e.type, cx.eval(e), None)])


_Piece = tuple[Type, Parts, str | None]


def _pieces(cx: Frame, e: tree.Expr) -> list[_Piece]:
    if isinstance(e, tree.FString):
        return [(part.type, cx.eval(part), spec) for part, spec in e.parts]
    return [(e.type, cx.eval(e), None)]


def _join(cx: Frame, pieces: list[_Piece]) -> Parts:
    """Allocate what the pieces can need at most, write them, and give back the rest."""
    f = cx.f
    size = f.i64(0)
    for t, parts, spec in pieces:
        size = _bound(cx, t, parts, quoted=False) + size
        if spec:
            size = size + format_spec.width(spec)
    start = heap.allocate(cx, size)
    at = start
    for t, parts, spec in pieces:
        at = format_spec.put_with_spec(cx, t, parts, spec, at) if spec else put(cx, t, parts, at, quoted=False)
    used = ((f.address(at) + 7) & -8) - heap.FIRST_ADDRESS
    heap.release(cx, used)
    return (start, f.address(at) - f.address(start))


def _bound(cx: Frame, t: Type, parts: Parts, *, quoted: bool) -> Value:
    """The most bytes that `put` can write."""
    f = cx.f
    match t:
        case NoneType():
            return f.i64(4)
        case IntType():
            return f.i64(_INT)
        case BoolType():
            return f.i64(5)
        case FloatType():
            return f.i64(_FLOAT)
        case PubkeyType():
            return f.i64(_KEY)
        case EnumType():
            return f.i64(max(len(n.encode()) for n in _enum_names(t)))
        case StrType():
            # Quoted, a control character becomes four bytes.
            return parts[1] * 4 + 2 if quoted else parts[1]
        case BytesType():
            return parts[1] * 4 + 3
        case OptionType():
            total = f.slot("i64", 4)
            f.if_(parts[0], lambda: total.set(_bound(cx, t.inner, parts[1:], quoted=quoted)))
            return total.get()
        case TupleType():
            size = f.i64(4 + 2 * len(t.elems))
            for e, own in zip(t.elems, split(t, parts), strict=True):
                size = _bound(cx, e, own, quoted=True) + size
            return size
        case ListType() | ArrayType():
            count, data = _elements(cx, t, parts[0])
            total = f.slot("i64", count * 2 + 2)
            size = memory_size(t.elem)
            each(
                cx,
                data,
                size,
                count,
                lambda p: total.set(total.get() + _bound(cx, t.elem, load(t.elem, p), quoted=True)),
            )
            return total.get()
        case ClassType():
            size = f.i64(len(t.name.encode()) + 2)
            for x in t.decl.all_fields():
                own = load(x.type, f.at(parts[0], class_offset(t, x.name)[0]))
                size = _bound(cx, x.type, own, quoted=True) + size + (len(x.name.encode()) + 3)
            return size
        case AccountType():
            raise BackendError(f"an account ({t.name}) has no text: print its fields or its key()", cx.span)
        case _:
            raise BackendError(f"{t} has no text", cx.span)


def _elements(cx: Frame, t: ListType | ArrayType, obj: Value) -> tuple[Value, Value]:
    f = cx.f
    if isinstance(t, ListType):
        return f.load("i64", obj, LIST_LEN), f.load("ptr", obj, LIST_DATA)
    return f.i64(t.length), obj


def _enum_names(t: EnumType) -> list[str]:
    return [f"{t.name}.{v}" for v in t.decl.variants]


def _literal(cx: Frame, text: str, at: Value) -> Value:
    data = text.encode()
    cx.f.store_bytes(data, at)
    return cx.f.at(at, len(data))


def put(cx: Frame, t: Type, parts: Parts, at: Value, *, quoted: bool) -> Value:
    """Write a value's text; the address after it."""
    f = cx.f
    match t:
        case NoneType():
            return _literal(cx, "None", at)
        case IntType():
            return f.at(at, _put_int(cx, t, parts[0], at))
        case BoolType():
            names = _table(cx, ["False", "True"])
            return _put_name(cx, names, parts[0].zext("i64"), at)
        case EnumType():
            last = len(t.decl.variants) - 1
            index = parts[0].zext("i64")
            # A tag read from an account may be any byte that validation did not look at.
            index = f.select(index.ugt(last), f.i64(last), index)
            return _put_name(cx, _table(cx, _enum_names(t)), index, at)
        case FloatType():
            return f.at(at, f.runtime("put_f64", at, parts[0]))
        case PubkeyType():
            return f.at(at, f.runtime("put_base58", at, parts[0]))
        case StrType():
            if quoted:
                return f.at(at, f.runtime("put_quoted", at, *parts))
            f.copy_bytes(at, *parts)
            return f.at(at, parts[1])
        case BytesType():
            f.store(f.const("i8", ord("b")), at)
            return f.at(f.at(at, 1), f.runtime("put_quoted_bytes", f.at(at, 1), *parts))
        case OptionType():
            end = f.slot("ptr")
            f.if_(
                parts[0],
                lambda: end.set(put(cx, t.inner, parts[1:], at, quoted=quoted)),
                lambda: end.set(_literal(cx, "None", at)),
            )
            return end.get()
        case TupleType():
            at = _literal(cx, "(", at)
            for i, (e, own) in enumerate(zip(t.elems, split(t, parts), strict=True)):
                if i:
                    at = _literal(cx, ", ", at)
                at = put(cx, e, own, at, quoted=True)
            return _literal(cx, ",)" if len(t.elems) == 1 else ")", at)
        case ListType() | ArrayType():
            return _put_elements(cx, t, parts[0], at)
        case ClassType():
            at = _literal(cx, f"{t.name}(", at)
            for i, x in enumerate(t.decl.all_fields()):
                at = _literal(cx, f"{', ' if i else ''}{x.name}=", at)
                at = put(cx, x.type, load(x.type, f.at(parts[0], class_offset(t, x.name)[0])), at, quoted=True)
            return _literal(cx, ")", at)
        case _:
            raise BackendError(f"{t} has no text", cx.span)


def _put_elements(cx: Frame, t: ListType | ArrayType, obj: Value, at: Value) -> Value:
    f = cx.f
    count, data = _elements(cx, t, obj)
    end = f.slot("ptr", _literal(cx, "[", at))

    def one(p: Value) -> None:
        first = f.value("i1", f"icmp eq ptr {p.ref}, {data.ref}")
        f.if_(first.not_(), lambda: end.set(_literal(cx, ", ", end.get())))
        end.set(put(cx, t.elem, load(t.elem, p), end.get(), quoted=True))

    each(cx, data, memory_size(t.elem), count, one)
    return _literal(cx, "]", end.get())


def _put_int(cx: Frame, t: IntType, value: Value, at: Value) -> Value:
    f = cx.f
    if t.bits == 128:
        low, high = value.trunc("i64"), (value >> 64).trunc("i64")
        return f.runtime("put_i128" if t.signed else "put_u128", at, low, high)
    if t.signed:
        return f.runtime("put_i64", at, value.sext("i64"))
    return f.runtime("put_u64", at, value.zext("i64"))


def _table(cx: Frame, names: list[str]) -> tuple[Value, Value, int]:
    """Names as a blob and a table of (offset, length) in 16 bits each."""
    f = cx.f
    blob = bytearray()
    table = bytearray()
    for name in names:
        data = name.encode()
        table += len(blob).to_bytes(2, "little") + len(data).to_bytes(2, "little")
        blob += data
    return f.bytes(bytes(blob)), f.bytes(bytes(table), align=4), len(names)


def _put_name(cx: Frame, names: tuple[Value, Value, int], index: Value, at: Value) -> Value:
    f = cx.f
    blob, table, _ = names
    entry = f.at(table, index * 4)
    size = f.load("i16", entry, 2).zext("i64")
    f.copy_bytes(at, f.at(blob, f.load("i16", entry).zext("i64")), size)
    return f.at(at, size)
