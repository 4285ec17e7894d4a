"""Accounts in the input: the record's layout, and fields of program accounts read and written in place.

A record is what the loader serializes: marker, flags, key, owner, lamports, length, data, 10 KiB spare. The value of a program
account is a pointer to its record; when the type has boxed fields (lists, nested objects), it is a pointer to a handle: the
record, then one pointer for each boxed field.
"""

from __future__ import annotations

from seahorse.backends.sbf.borsh import Reader, encode, encoded_size, skip
from seahorse.backends.sbf.context import Cx
from seahorse.backends.sbf.emit import V
from seahorse.backends.sbf.shapes import Parts, is_flat, is_scalar, is_text, load, store
from seahorse.diagnostics import Span
from seahorse.ir import nodes as ir
from seahorse.semantics.tree import Field
from seahorse.semantics.types import CLOCK, AccountType, OptionType, TupleType, Type

SIGNER, WRITABLE, EXECUTABLE, KEY, OWNER, LAMPORTS, DATA_LEN, DATA = 1, 2, 3, 8, 40, 72, 80, 88
SPARE = 10240
DISCRIMINATOR = 8


def record(cx: Cx, t: Type, value: V) -> V:
    """The record of an account value."""
    if isinstance(t, OptionType):
        t = t.inner
    if isinstance(t, AccountType) and cx.unit.boxed(t):
        return cx.f.load("ptr", value)
    # A Clock is held as the address of its data, wherever it came from.
    return cx.f.at(value, -DATA) if t == CLOCK else value


def data(cx: Cx, rec: V) -> V:
    return cx.f.at(rec, DATA)


def data_end(cx: Cx, rec: V) -> V:
    return cx.f.at(data(cx, rec), cx.f.load("i64", rec, DATA_LEN))


def same_key(cx: Cx, a: V, b: V | bytes) -> V:
    """Whether 32 bytes are equal (to a constant's)."""
    f = cx.f
    if isinstance(b, bytes):
        words = [int.from_bytes(b[i : i + 8], "little") for i in range(0, 32, 8)]
        # One word after the other, so that a difference in the first ends the comparison.
        return _all_equal(cx, [(lambda i=i: f.load("i64", a, 8 * i), w) for i, w in enumerate(words)])
    return _all_equal(
        cx, [(lambda i=i: f.load("i64", a, 8 * i), (lambda i=i: f.load("i64", b, 8 * i))) for i in range(4)]
    )


def _all_equal(cx: Cx, pairs: list[tuple[object, object]]) -> V:
    f = cx.f
    done = f.new_label()
    incoming: list[tuple[V, str]] = []
    for i, (left, right) in enumerate(pairs):
        a: V = left()  # type: ignore[operator]
        b = right() if callable(right) else right
        same = a.eq(b)  # type: ignore[arg-type]
        if i == len(pairs) - 1:
            incoming.append((same, f.label))
            f.jump(done)
        else:
            more = f.new_label()
            incoming.append((f.bool(False), f.label))
            f.branch(same, more, done)
            f.start(more)
    f.start(done)
    return f.phi("i1", incoming)


# --- fields ---


def field_address(cx: Cx, t: AccountType, rec: V, name: str) -> V:
    """Where the bytes of a field begin; walks over what has no fixed size before it."""
    f = cx.f
    ptr, offset = f.at(rec, DATA), DISCRIMINATOR
    wanted = _index(t, name)
    known = cx.tails.get(rec.ref, {})
    start = max((i for i in known if i <= wanted), default=0)
    if start:
        ptr, offset = known[start], 0
    for field in t.decl.fields[start:wanted]:
        size = field.type.fixed_size
        if size is not None:
            offset += size
        else:
            ptr, offset = skip(cx, field.type, f.at(ptr, offset)), 0
    return f.at(ptr, offset)


def _index(t: AccountType, name: str) -> int:
    return next(i for i, f in enumerate(t.decl.fields) if f.name == name)


def _box_offset(cx: Cx, t: AccountType, name: str) -> int | None:
    for i, f in enumerate(cx.unit.boxed(t)):
        if f.name == name:
            return 8 + 8 * i
    return None


def read_field(cx: Cx, t: AccountType, value: V, name: str) -> Parts:
    """A field's value. Pubkeys, strings and flat objects are pointers into the account."""
    f = cx.f
    box = _box_offset(cx, t, name)
    if box is not None:
        return (f.load("ptr", value, box),)
    field = t.decl.field(name)
    assert field is not None
    return read_place(cx, field.type, field_address(cx, t, record(cx, t, value), name))


def read_place(cx: Cx, t: Type, ptr: V) -> Parts:
    """A value in Borsh form at `ptr`, in place."""
    f = cx.f
    if is_scalar(t) or isinstance(t, TupleType):
        return load(t, ptr)
    if is_text(t):
        return (f.at(ptr, 4), f.load("i32", ptr).zext("i64"))
    if isinstance(t, OptionType):
        return (f.load("i8", ptr).ne(0), *read_place(cx, t.inner, f.at(ptr, 1)))
    assert is_flat(t)
    return (ptr,)


def write_field(cx: Cx, t: AccountType, value: V, name: str, parts: Parts, span: Span) -> None:
    """Assign a field. A value that does not fit in the account: 3004."""
    f = cx.f
    box = _box_offset(cx, t, name)
    if box is not None:
        f.store(parts[0], value, box)
        return
    field = t.decl.field(name)
    assert field is not None
    rec = record(cx, t, value)
    ptr = field_address(cx, t, rec, name)
    if is_scalar(field.type):
        store(field.type, parts, ptr)
    elif field.type.fixed_size is not None:
        if is_flat(field.type):
            f.call("sol_memmove_", ptr, parts[0], f.i64(field.type.fixed_size))
        else:
            encode(cx, field.type, parts, ptr)
    else:
        replace(cx, t, rec, field, ptr, parts, span)


def replace(cx: Cx, t: AccountType, rec: V, field: Field, ptr: V, parts: Parts, span: Span) -> None:
    """Write a value of variable size: move what follows it, up to the end of the last field, and write it.

    The value itself is never in the part that moves: `stable` copies text that is read from a field that can move.
    """
    f = cx.f
    error = cx.errors.framework_at(3004, span)
    limit = field.type.max_size
    size = encoded_size(cx, field.type, parts)
    if limit is not None and is_text(field.type):
        f.raise_if(size.ugt(limit), error)
    old_end = skip(cx, field.type, ptr)
    new_end = f.at(ptr, size)
    position = _index(t, field.name)
    following = t.decl.fields[position + 1 :]
    live_end = old_end
    for later in following:
        live_end = skip(cx, later.type, live_end)
    grown = f.address(live_end) - f.address(old_end) + f.address(new_end)
    f.raise_if(grown.ugt(f.address(data_end(cx, rec))), error)
    if following:
        moved = f.address(old_end).ne(f.address(new_end))
        tail = f.address(live_end) - f.address(old_end)
        f.if_(moved, lambda: _ignore(f.call("sol_memmove_", new_end, old_end, tail)))
    encode(cx, field.type, parts, ptr)


def _ignore(_: V) -> None:
    pass


# --- checks on the data ---


def validate_data(cx: Cx, t: AccountType, rec: V, error: int) -> dict[int, V]:
    """Check that the data holds a valid value of every field that the instruction uses, so that reads stay inside it.

    Returns the addresses found behind fields of variable size, by index of the next field. UTF-8 is not checked again: only
    valid strings are ever written.
    """
    f = cx.f
    uses = cx.uses
    fields = t.decl.fields
    used = [uses is None or uses.uses(t.decl, field.name) for field in fields]
    boxed = {field.name for field in cx.unit.boxed(t)}
    if not (uses is None or uses.moves_fields(t.decl) or any(u and x.name in boxed for u, x in zip(used, fields, strict=True))):
        last = max((i for i, u in enumerate(used) if u), default=-1)
        fields = fields[: last + 1]
    reader = _Walker(cx, f.at(rec, DATA + DISCRIMINATOR), data_end(cx, rec), error)
    tails: dict[int, V] = {}
    checked = 0
    for i, field in enumerate(fields):
        size = field.type.fixed_size
        if size is None:
            reader.skip(field.type)
            tails[i + 1] = reader.cursor.get()
            checked = 0
            continue
        if checked == 0:
            for later in fields[i:]:
                if later.type.fixed_size is None:
                    break
                checked += later.type.fixed_size
            reader.need(checked)
        here = reader.advance(size)
        if used[i]:
            reader.validate(field.type, here)
        checked -= size
    return tails


class _Walker(Reader):
    """Reads over values without making them."""

    def skip(self, t: Type) -> None:
        f = self.f
        size = t.fixed_size
        if size is not None:
            self.need(size)
            self.validate(t, self.advance(size))
            return
        if is_text(t):
            self.need(4)
            length = f.load("i32", self.advance(4)).zext("i64")
            self.need(length)
            self.advance(length)
        elif isinstance(t, OptionType):
            self.need(1)
            tag = f.load("i8", self.advance(1))
            self.reject(tag.ugt(1))
            f.if_(tag.ne(0), lambda: self.skip(t.inner))
        else:
            # Boxed: reading it in full is the check. Discarded here, read again where it is used.
            self.cursor.set(self.cursor.get())
            self.read(t)


def handle(cx: Cx, slot: ir.Slot, t: AccountType, rec: V) -> V:
    """The value of a program account: its record, or a handle whose boxed fields are read from the account now."""
    made = unowned_handle(cx, t, rec, cx.errors.account(3003, slot.name))
    if slot.writable and any(_used(cx, t, field) for field in cx.unit.boxed(t)):
        span = slot.span or cx.span
        cx.flush.append(lambda: _write_boxes(cx, t, made, span))
    return made


def unowned_handle(cx: Cx, t: AccountType, rec: V, error: int) -> V:
    """As `handle`, for an account that is never written back."""
    f = cx.f
    boxed = cx.unit.boxed(t)
    if not boxed:
        return rec
    made = f.alloca(8 + 8 * len(boxed))
    f.store(rec, made)
    end = data_end(cx, rec)
    for i, field in enumerate(boxed):
        if not _used(cx, t, field):
            continue
        reader = Reader(cx, field_address(cx, t, rec, field.name), end, error, owned=True, utf8=False)
        f.store(reader.read(field.type)[0], made, 8 + 8 * i)
    return made


def _used(cx: Cx, t: AccountType, field: Field) -> bool:
    return cx.uses is None or cx.uses.uses(t.decl, field.name)


def _write_boxes(cx: Cx, t: AccountType, made: V, span: Span) -> None:
    f = cx.f
    rec = f.load("ptr", made)
    # An account that was closed meanwhile has no data to write to.
    f.if_(f.load("i64", rec, DATA_LEN).ne(0), lambda: _write_fields(cx, t, made, rec, span))


def _write_fields(cx: Cx, t: AccountType, made: V, rec: V, span: Span) -> None:
    f = cx.f
    for i, field in enumerate(cx.unit.boxed(t)):
        if not _used(cx, t, field):
            continue
        parts: Parts = (f.load("ptr", made, 8 + 8 * i),)
        ptr = field_address(cx, t, rec, field.name)
        if field.type.fixed_size is not None:
            encode(cx, field.type, parts, ptr)
        else:
            replace(cx, t, rec, field, ptr, parts, span)


