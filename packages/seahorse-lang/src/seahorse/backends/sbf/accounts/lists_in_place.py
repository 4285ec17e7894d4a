"""Lists of accounts whose elements stay in the account: the list object on the heap has their address and their room.

A list that outgrows the account moves to the heap, as any list that is full; written back, it does not fit (3004).
"""

from __future__ import annotations

from seahorse.backends.sbf.accounts.account_records import boxes, data_end, field_address, record, replace
from seahorse.backends.sbf.accounts.borsh import Refuse
from seahorse.backends.sbf.frame.frame import Frame
from seahorse.backends.sbf.frame.heap import allocate
from seahorse.backends.sbf.frame.layout import LIST_CAP, LIST_DATA, LIST_LEN, LIST_SIZE, memory_size
from seahorse.backends.sbf.llvm.values import Value
from seahorse.diagnostics import Span
from seahorse.ir.errors import AnchorError
from seahorse.semantics.tree import Field
from seahorse.semantics.tree.types import AccountType, ListType

_COUNT = 4


def open_list(frame: Frame, t: AccountType, made: Value, account: Value, field: Field, refuse: Refuse) -> None:
    """Make the list object of a field, whose value in the account's handle it becomes."""
    f = frame.f
    place = field_address(frame, t, made, field.name)
    data = f.at(place, _COUNT)
    room = f.address(data_end(frame, account)) - f.address(data)
    count = f.load("i32", place).zext("i64")
    refuse((count * _step(field)).ugt(room))
    limit = _type(field).max_len
    if limit is not None:
        refuse(count.ugt(limit))
    item = allocate(frame, LIST_SIZE)
    f.store(data, item, LIST_DATA)
    f.store(count, item, LIST_LEN)
    f.store(room.udiv(_step(field)), item, LIST_CAP)
    f.store(item, made, boxes(frame, t)[0][field.name])


def write_list(frame: Frame, t: AccountType, made: Value, field: Field, span: Span) -> None:
    """Write the number of elements; all of a list that lies elsewhere. The bytes behind the last element become zero
    where the instruction may have removed an element."""
    f = frame.f
    item = f.load("ptr", made, boxes(frame, t)[0][field.name])
    place = field_address(frame, t, made, field.name)
    account = record(frame, t, made)

    def count_only() -> None:
        count = f.load("i64", item, LIST_LEN)
        limit = _type(field).max_len
        if limit is not None:
            f.raise_if(count.ugt(limit), _too_long(frame, span))
        f.store(count.trunc("i32"), place)

    def all_of_it() -> None:
        replace(frame, t, made, field, place, (item,), span)

    f.if_(f.load("ptr", item, LIST_DATA).eq(f.at(place, _COUNT)), count_only, all_of_it)
    if frame.uses is None or frame.uses.may_shorten(t, frame.unit.boxed(t), new=False):
        end = f.at(place, f.load("i32", place).zext("i64") * _step(field) + _COUNT)
        rest = f.address(data_end(frame, account)) - f.address(end)
        f.call("sol_memset_", end, f.i64(0), rest)


def resized(frame: Frame, t: AccountType, made: Value, account: Value) -> None:
    """The account has another size: so has the room of its list."""
    f = frame.f
    for field in t.decl.fields:
        if not field.in_place or not (frame.uses is None or frame.uses.uses(t.decl, field.name)):
            continue
        item = f.load("ptr", made, boxes(frame, t)[0][field.name])
        data = f.at(field_address(frame, t, made, field.name), _COUNT)
        room = f.address(data_end(frame, account)) - f.address(data)

        def more(item: Value = item, room: Value = room, field: Field = field) -> None:
            f.store(room.udiv(_step(field)), item, LIST_CAP)

        f.if_(f.load("ptr", item, LIST_DATA).eq(data), more)


def _too_long(frame: Frame, span: Span) -> int:
    return frame.errors.framework_at(AnchorError.AccountDidNotSerialize, span)


def _type(field: Field) -> ListType:
    assert isinstance(field.type, ListType)
    return field.type


def _step(field: Field) -> int:
    return memory_size(_type(field).elem)
