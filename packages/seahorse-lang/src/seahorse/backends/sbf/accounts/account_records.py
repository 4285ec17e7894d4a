"""Accounts in the input: the record's layout, and fields of program accounts read and written in place.

A record is what the loader serializes: marker, flags, key, owner, lamports, length, data, 10 KiB spare. The value
of a program account is a pointer to its record; when the type has boxed fields (lists, nested objects), it is a
pointer to a handle: the record, then the value of each boxed field.
"""

from __future__ import annotations

from seahorse.backends.sbf.accounts import field_addresses
from seahorse.backends.sbf.accounts.borsh import encode, encoded_size
from seahorse.backends.sbf.accounts.skipping import skip
from seahorse.backends.sbf.frame.frame import Frame
from seahorse.backends.sbf.frame.layout import (
    BORSH_LENGTH,
    BORSH_TAG,
    KEY_SIZE,
    Parts,
    is_flat,
    is_scalar,
    is_text,
    load,
    memory_size,
    store,
)
from seahorse.backends.sbf.llvm.function import FunctionBuilder
from seahorse.backends.sbf.llvm.module import LlvmModule
from seahorse.backends.sbf.llvm.values import WORD, Value
from seahorse.diagnostics import Span
from seahorse.ir.errors import AnchorError
from seahorse.semantics.tree import Field
from seahorse.semantics.tree.account_kinds import sysvar_of
from seahorse.semantics.tree.types import AccountType, OptionType, TupleType, Type

SIGNER, WRITABLE, EXECUTABLE, KEY, OWNER, LAMPORTS, DATA_LEN, DATA = 1, 2, 3, 8, 40, 72, 80, 88
# Four bytes that the loader leaves for programs: how long the data was when the instruction began.
FIRST_LEN = 4
SPARE = 10240


def record(frame: Frame, t: Type, value: Value) -> Value:
    """The record of an account value."""
    if isinstance(t, OptionType):
        t = t.inner
    if isinstance(t, AccountType) and frame.unit.boxed(t):
        return frame.f.load("ptr", value)
    # The value of a sysvar is the address of its data, whether it was an account or a syscall's answer.
    return frame.f.at(value, -DATA) if sysvar_of(t) else value


def data(frame: Frame, record: Value) -> Value:
    return frame.f.at(record, DATA)


def data_end(frame: Frame, record: Value) -> Value:
    return frame.f.at(data(frame, record), frame.f.load("i64", record, DATA_LEN))


def same_key(frame: Frame, a: Value, b: Value | bytes) -> Value:
    """Whether 32 bytes are equal to those of a constant. The comparison stops at the first word that differs."""
    f = frame.f
    if f.small:
        return f.runtime("differs", a, f.bytes(b) if isinstance(b, bytes) else b).eq(0)
    done = f.new_label()
    incoming: list[tuple[Value, str]] = []
    for offset in range(0, 32, 8):
        other = int.from_bytes(b[offset : offset + 8], "little") if isinstance(b, bytes) else f.load("i64", b, offset)
        same = f.load("i64", a, offset).eq(other)
        if offset == 24:
            incoming.append((same, f.label))
            f.jump(done)
        else:
            more = f.new_label()
            incoming.append((f.bool(False), f.label))
            f.branch(same, more, done)
            f.start(more)
    f.start(done)
    return f.phi("i1", incoming)


def differs(frame: Frame, key: Value, constant: bytes) -> Value:
    """The same by a helper: smaller code that costs a few more compute units."""
    return frame.f.runtime("differs", key, frame.f.bytes(constant)).ne(0)


def write_differs(module: LlvmModule) -> None:
    """`differs(key, other) -> 0 or 1`."""
    f = module.function("differs", ["ptr", "ptr"], attributes="noinline")
    key, other = f.params
    leave_unless_same(f, key, other, f.cold_block("different", lambda: f.i64(1)))
    f.ret()


def write_copy_key(module: LlvmModule) -> None:
    """`copy_key(to, key)`: 32 bytes."""
    f = module.function("copy_key", ["ptr", "ptr"], attributes="noinline")
    to, key = f.params
    f.copy(to, key, KEY_SIZE)
    f.ret()


def leave_unless_same(f: FunctionBuilder, a: Value, b: Value, label: str) -> None:
    """Go to a cold block unless 32 bytes are equal."""
    for offset in range(0, 32, 8):
        f.leave_to(f.load("i64", a, offset).ne(f.load("i64", b, offset)), label)


# --- fields ---


def field_address(frame: Frame, t: AccountType, value: Value, name: str) -> Value:
    """Where the bytes of a field begin. Walks over the fields of variable size before it, unless their ends are known
    (`tails`)."""
    f = frame.f
    wanted = _index(t, name)
    ptr, start = field_addresses.nearest(frame, t.decl, value, record(frame, t, value), wanted)
    offset = 0
    for field in t.decl.fields[start:wanted]:
        size = field.type.fixed_size
        if size is not None:
            offset += size
        else:
            ptr, offset = skip(frame, field.type, f.at(ptr, offset)), 0
    return f.at(ptr, offset)


def _index(t: AccountType, name: str) -> int:
    return next(i for i, f in enumerate(t.decl.fields) if f.name == name)


def boxes(frame: Frame, t: AccountType) -> tuple[dict[str, int], int]:
    """Where the boxed fields are in a handle, by name; how large it is."""
    offsets: dict[str, int] = {}
    size = 8
    for f in frame.unit.boxed(t):
        offsets[f.name] = size
        size += -(-memory_size(f.type) // WORD) * WORD
    return offsets, size


def _box(frame: Frame, t: AccountType, value: Value, name: str) -> Value | None:
    offset = boxes(frame, t)[0].get(name)
    return None if offset is None else frame.f.at(value, offset)


def read_field(frame: Frame, t: AccountType, value: Value, name: str) -> Parts:
    """A field's value. Pubkeys, strings and flat objects are pointers into the account."""
    field = t.decl.field(name)
    assert field is not None
    box = _box(frame, t, value, name)
    if box is not None:
        return load(field.type, box)
    return read_place(frame, field.type, field_address(frame, t, value, name))


def read_place(frame: Frame, t: Type, ptr: Value) -> Parts:
    """A value in Borsh form at `ptr`, in place."""
    f = frame.f
    if is_scalar(t) or isinstance(t, TupleType):
        return load(t, ptr)
    if is_text(t):
        return (f.at(ptr, BORSH_LENGTH), f.load("i32", ptr).zext("i64"))
    if isinstance(t, OptionType):
        return (f.load("i8", ptr).ne(0), *read_place(frame, t.inner, f.at(ptr, BORSH_TAG)))
    assert is_flat(t)
    return (ptr,)


def write_field(frame: Frame, t: AccountType, value: Value, name: str, parts: Parts, span: Span) -> None:
    """Assign a field. A value that does not fit in the account: 3004."""
    f = frame.f
    field = t.decl.field(name)
    assert field is not None
    box = _box(frame, t, value, name)
    if box is not None:
        store(field.type, parts, box)
        return
    ptr = field_address(frame, t, value, name)
    if is_scalar(field.type):
        store(field.type, parts, ptr)
    elif field.type.fixed_size is not None:
        if is_flat(field.type):
            f.call("sol_memmove_", ptr, parts[0], f.i64(field.type.fixed_size))
        else:
            encode(frame, field.type, parts, ptr, nan=True)
    else:
        replace(frame, t, value, field, ptr, parts, span)


def replace(frame: Frame, t: AccountType, value: Value, field: Field, ptr: Value, parts: Parts, span: Span) -> None:
    """Write a value of variable size: move what follows it, up to the end of the last field, and write it.

    The value itself never lies in the part that moves: `stable` copies text that comes from a field that can move.
    """
    f = frame.f
    error = frame.errors.framework_at(AnchorError.AccountDidNotSerialize, span)
    limit = field.type.max_size
    size = encoded_size(frame, field.type, parts)
    if limit is not None and is_text(field.type) and not (size.ref.isdigit() and int(size.ref) <= limit):
        f.raise_if(size.ugt(limit), error)
    position = _index(t, field.name)
    end = data_end(frame, record(frame, t, value))
    old_end = _end_of(frame, t, value, ptr, position)
    new_end = f.at(ptr, size)
    by = f.address(new_end) - f.address(old_end)
    if position == len(t.decl.fields) - 1:
        f.raise_if(f.address(new_end).ugt(f.address(end)), error)
    else:
        live_end = _live_end(frame, t, value, old_end, position)
        f.raise_if(f.runtime("make_room", old_end, new_end, live_end, end).ne(0), error)
    encode(frame, field.type, parts, ptr, nan=field not in frame.unit.boxed(t))
    field_addresses.moved(frame, t, value, position, by)


def _end_of(frame: Frame, t: AccountType, value: Value, ptr: Value, position: int) -> Value:
    tracked = frame.accounts.tracked.get(value.key)
    if tracked is not None and position + 1 in tracked.slots:
        return tracked.slots[position + 1].get()
    return skip(frame, t.decl.fields[position].type, ptr)


def live_end(frame: Frame, t: AccountType, value: Value) -> Value:
    """Where the last field ends."""
    ptr, start = field_addresses.nearest(frame, t.decl, value, record(frame, t, value), len(t.decl.fields))
    return _skip_fields(frame, t, ptr, start)


def _live_end(frame: Frame, t: AccountType, value: Value, ptr: Value, position: int) -> Value:
    """The same, from the address of the field behind `position`."""
    known, start = field_addresses.nearest(frame, t.decl, value, record(frame, t, value), len(t.decl.fields))
    if start > position:
        return _skip_fields(frame, t, known, start)
    return _skip_fields(frame, t, ptr, position + 1)


def _skip_fields(frame: Frame, t: AccountType, ptr: Value, start: int) -> Value:
    offset = 0
    for later in t.decl.fields[start:]:
        size = later.type.fixed_size
        if size is not None:
            offset += size
        else:
            ptr, offset = skip(frame, later.type, frame.f.at(ptr, offset)), 0
    return frame.f.at(ptr, offset)


def write_make_room(module: LlvmModule) -> None:
    """`make_room(old_end, new_end, live_end, data_end) -> 0, or 1 when it does not fit`: move old_end..live_end to
    new_end.
    """
    f = module.function("make_room", ["ptr", "ptr", "ptr", "ptr"], attributes="noinline")
    old_end, new_end, live_end, data_end_ = f.params
    size = f.address(live_end) - f.address(old_end)
    f.if_((f.address(new_end) + size).ugt(f.address(data_end_)), lambda: f.ret(1))
    f.if_(f.address(new_end).ne(f.address(old_end)), lambda: f.ret(f.call("sol_memmove_", new_end, old_end, size)))
    f.ret(0)
