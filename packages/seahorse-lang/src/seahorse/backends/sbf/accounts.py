"""Accounts in the input: the record's layout, and fields of program accounts read and written in place.

A record is what the loader serializes: marker, flags, key, owner, lamports, length, data, 10 KiB spare. The value of a program
account is a pointer to its record; when the type has boxed fields (lists, nested objects), it is a pointer to a handle: the
record, then one pointer for each boxed field.
"""

from __future__ import annotations

from collections.abc import Callable

from seahorse.backends.sbf import tails
from seahorse.backends.sbf.borsh import Reader, encode, encoded_size, skip
from seahorse.backends.sbf.context import Cx
from seahorse.backends.sbf.emit import Module, V
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


def field_address(cx: Cx, t: AccountType, value: V, name: str) -> V:
    """Where the bytes of a field begin; walks over what has no fixed size before it, unless that is known (`tails`)."""
    f = cx.f
    wanted = _index(t, name)
    ptr, start = tails.nearest(cx, value, record(cx, t, value), wanted)
    offset = 0
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
    return read_place(cx, field.type, field_address(cx, t, value, name))


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
    ptr = field_address(cx, t, value, name)
    if is_scalar(field.type):
        store(field.type, parts, ptr)
    elif field.type.fixed_size is not None:
        if is_flat(field.type):
            f.call("sol_memmove_", ptr, parts[0], f.i64(field.type.fixed_size))
        else:
            encode(cx, field.type, parts, ptr)
    else:
        replace(cx, t, value, field, ptr, parts, span)


def replace(cx: Cx, t: AccountType, value: V, field: Field, ptr: V, parts: Parts, span: Span) -> None:
    """Write a value of variable size: move what follows it, up to the end of the last field, and write it.

    The value itself is never in the part that moves: `stable` copies text that is read from a field that can move.
    """
    f = cx.f
    error = cx.errors.framework_at(3004, span)
    limit = field.type.max_size
    size = encoded_size(cx, field.type, parts)
    if limit is not None and is_text(field.type) and not (size.ref.isdigit() and int(size.ref) <= limit):
        f.raise_if(size.ugt(limit), error)
    position = _index(t, field.name)
    end = data_end(cx, record(cx, t, value))
    old_end = _end_of(cx, t, value, ptr, position)
    new_end = f.at(ptr, size)
    by = f.address(new_end) - f.address(old_end)
    if position == len(t.decl.fields) - 1:
        f.raise_if(f.address(new_end).ugt(f.address(end)), error)
    else:
        live_end = _live_end(cx, t, value, old_end, position)
        f.raise_if(f.runtime("make_room", old_end, new_end, live_end, end).ne(0), error)
    encode(cx, field.type, parts, ptr)
    tails.moved(cx, t, value, position, by)


def _end_of(cx: Cx, t: AccountType, value: V, ptr: V, position: int) -> V:
    tracked = cx.tracked.get(value.ref)
    if tracked is not None and position + 1 in tracked.slots:
        return tracked.slots[position + 1].get()
    return skip(cx, t.decl.fields[position].type, ptr)


def _live_end(cx: Cx, t: AccountType, value: V, ptr: V, position: int) -> V:
    """Where the last field ends, from the address of the field behind `position`."""
    tracked = cx.tracked.get(value.ref)
    start = position + 1
    if tracked is not None:
        last = max(tracked.slots)
        if last >= start:
            ptr, start = tracked.slots[last].get(), last
    offset = 0
    for later in t.decl.fields[start:]:
        size = later.type.fixed_size
        if size is not None:
            offset += size
        else:
            ptr, offset = skip(cx, later.type, cx.f.at(ptr, offset)), 0
    return cx.f.at(ptr, offset)


def write_make_room(module: Module) -> None:
    """`make_room(old_end, new_end, live_end, data_end) -> 0, or 1 when it does not fit`: move old_end..live_end to new_end."""
    f = module.function("make_room", ["ptr", "ptr", "ptr", "ptr"], attributes="noinline")
    old_end, new_end, live_end, data_end_ = f.params
    size = f.address(live_end) - f.address(old_end)
    f.if_((f.address(new_end) + size).ugt(f.address(data_end_)), lambda: f.ret(1))
    f.if_(f.address(new_end).ne(f.address(old_end)), lambda: f.ret(f.call("sol_memmove_", new_end, old_end, size)))
    f.ret(0)


# --- checks on the data ---


def validate_data(cx: Cx, t: AccountType, rec: V, error: int, first: Callable[[V], None] | None = None) -> dict[int, V]:
    """Check that the data holds a valid value of every field that the instruction uses, so that reads stay inside it.

    `first` checks the least length itself. Returns the addresses found behind fields of variable size, by index of the next
    field. UTF-8 is not checked again: only valid strings are ever written.
    """
    f = cx.f
    uses = cx.uses
    used = [uses is None or uses.uses(t.decl, x.name) for x in t.decl.fields]
    boxed = {x.name for x in cx.unit.boxed(t)}
    everything = uses is None or uses.moves_fields(t.decl)
    if not everything and not any(u and x.name in boxed for u, x in zip(used, t.decl.fields, strict=True)):
        fields = t.decl.fields[: max((i + 1 for i, u in enumerate(used) if u), default=0)]
    else:
        fields = t.decl.fields
    left = f.load("i64", rec, DATA_LEN)
    ptr = data(cx, rec)
    found: dict[int, V] = {}
    i, offset = 0, DISCRIMINATOR
    needed = _run(fields, 0) + DISCRIMINATOR
    if first is not None:
        first(f.i64(needed))
    else:
        f.raise_if(left.ult(needed), error)
    while i < len(fields):
        field = fields[i]
        size = field.type.fixed_size
        if size is not None:
            if used[i]:
                _Reading(cx, error).validate(field.type, f.at(ptr, offset))
            offset += size
        else:
            left = left - needed
            needed = _run(fields, i + 1)
            ptr, left = _pass(cx, field.type, f.at(ptr, offset), left, needed, error, data_end(cx, rec))
            found[i + 1] = ptr
            offset, needed = 0, needed if left is not None else 0
            if left is None:
                left = f.address(data_end(cx, rec)) - f.address(ptr)
                f.raise_if(left.ult(_run(fields, i + 1)), error)
                needed = _run(fields, i + 1)
        i += 1
    return found


def _run(fields: list[Field], start: int) -> int:
    """Bytes of the fields of fixed size from `start` on, and of the length or tag of the one behind them."""
    total = 0
    for field in fields[start:]:
        size = field.type.fixed_size
        if size is None:
            return total + (4 if is_text(field.type) else 1 if isinstance(field.type, OptionType) else 0)
        total += size
    return total


def _pass(cx: Cx, t: Type, ptr: V, left: V, needed: int, error: int, end: V) -> tuple[V, V | None]:
    """Step over a value of variable size whose length or tag is known to be there: the address behind it and what is left
    there, of which `needed` bytes are known to be there too. Without the latter, only the address is known."""
    f = cx.f
    if is_text(t):
        length = f.load("i32", ptr).zext("i64")
        f.raise_if(left.ult(length + needed), error)
        return f.at(f.at(ptr, 4), length), left - length
    if isinstance(t, OptionType) and t.inner.fixed_size is not None:
        tag = f.load("i8", ptr)
        f.raise_if(tag.ugt(1), error)
        size = tag.zext("i64") * t.inner.fixed_size
        f.raise_if(left.ult(size + needed), error)
        return f.at(f.at(ptr, 1), size), left - size
    walker = _Walker(cx, ptr, end, error)
    walker.skip(t)
    return walker.cursor.get(), None


class _Reading(Reader):
    """Only for validating values at an address."""

    def __init__(self, cx: Cx, error: int) -> None:
        self.cx, self.f, self.error = cx, cx.f, error


class _Walker(Reader):
    """Reads over values without keeping them."""

    def skip(self, t: Type) -> None:
        f = self.f
        size = t.fixed_size
        if size is not None:
            self.need(size)
            self.validate(t, self.advance(size))
        elif is_text(t):
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
            self.read(t)


def handle(cx: Cx, slot: ir.Slot, t: AccountType, rec: V, found: dict[int, V] | None) -> V:
    """The value of a program account: its record, or a handle whose boxed fields are read from the account now.

    `found`: field addresses that are known; None for a new account, whose data is all zeros.
    """
    made = unowned_handle(cx, t, rec, cx.errors.account(3003, slot.name), found)
    if slot.writable and any(_used(cx, t, field) for field in cx.unit.boxed(t)):
        span = slot.span or cx.span
        cx.flush.append(lambda: _write_boxes(cx, t, made, span))
    return made


def unowned_handle(cx: Cx, t: AccountType, rec: V, error: int, found: dict[int, V] | None) -> V:
    """As `handle`, for an account that is never written back."""
    f = cx.f
    boxed = cx.unit.boxed(t)
    made = rec
    if boxed:
        made = f.alloca(8 + 8 * len(boxed))
        f.store(rec, made)
    if found is None:
        tails.track_new(cx, t, made, rec)
    else:
        tails.track(cx, t, made, rec, found)
    end = data_end(cx, rec)
    for i, field in enumerate(boxed):
        if _used(cx, t, field):
            reader = Reader(cx, field_address(cx, t, made, field.name), end, error, owned=True, utf8=False)
            f.store(reader.read(field.type)[0], made, 8 + 8 * i)
    return made


def _used(cx: Cx, t: AccountType, field: Field) -> bool:
    return cx.uses is None or cx.uses.uses(t.decl, field.name)


def _write_boxes(cx: Cx, t: AccountType, made: V, span: Span) -> None:
    f = cx.f
    rec = f.load("ptr", made)
    # An account that was closed meanwhile has no data to write to.
    f.if_(f.load("i64", rec, DATA_LEN).ne(0), lambda: _write_fields(cx, t, made, span))


def _write_fields(cx: Cx, t: AccountType, made: V, span: Span) -> None:
    f = cx.f
    for i, field in enumerate(cx.unit.boxed(t)):
        if not _used(cx, t, field):
            continue
        parts: Parts = (f.load("ptr", made, 8 + 8 * i),)
        ptr = field_address(cx, t, made, field.name)
        if field.type.fixed_size is not None:
            encode(cx, field.type, parts, ptr)
        else:
            replace(cx, t, made, field, ptr, parts, span)
