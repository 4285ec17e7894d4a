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


def open_list(cx: Frame, t: AccountType, made: Value, account: Value, field: Field, refuse: Refuse) -> None:
    """Make the list object of a field, whose value in the account's handle it becomes."""
    f = cx.f
    place = field_address(cx, t, made, field.name)
    data = f.at(place, _COUNT)
    room = f.address(data_end(cx, account)) - f.address(data)
    count = f.load("i32", place).zext("i64")
    refuse((count * _step(field)).ugt(room))
    limit = _type(field).max_len
    if limit is not None:
        refuse(count.ugt(limit))
    item = allocate(cx, LIST_SIZE)
    f.store(data, item, LIST_DATA)
    f.store(count, item, LIST_LEN)
    f.store(room.udiv(_step(field)), item, LIST_CAP)
    f.store(item, made, boxes(cx, t)[0][field.name])


def write_list(cx: Frame, t: AccountType, made: Value, field: Field, span: Span) -> None:
    """Write the number of elements; all of a list that lies elsewhere. What is behind the last element becomes zero
    where the instruction may have removed one."""
    f = cx.f
    item = f.load("ptr", made, boxes(cx, t)[0][field.name])
    place = field_address(cx, t, made, field.name)
    account = record(cx, t, made)

    def count_only() -> None:
        count = f.load("i64", item, LIST_LEN)
        limit = _type(field).max_len
        if limit is not None:
            f.raise_if(count.ugt(limit), _too_long(cx, span))
        f.store(count.trunc("i32"), place)

    def all_of_it() -> None:
        replace(cx, t, made, field, place, (item,), span)

    f.if_(f.load("ptr", item, LIST_DATA).eq(f.at(place, _COUNT)), count_only, all_of_it)
    if cx.uses is None or cx.uses.may_shorten(t, cx.unit.boxed(t), new=False):
        end = f.at(place, f.load("i32", place).zext("i64") * _step(field) + _COUNT)
        rest = f.address(data_end(cx, account)) - f.address(end)
        f.call("sol_memset_", end, f.i64(0), rest)


def resized(cx: Frame, t: AccountType, made: Value, account: Value) -> None:
    """The account has another size: so has the room of its list."""
    f = cx.f
    for field in t.decl.fields:
        if not field.in_place or not (cx.uses is None or cx.uses.uses(t.decl, field.name)):
            continue
        item = f.load("ptr", made, boxes(cx, t)[0][field.name])
        data = f.at(field_address(cx, t, made, field.name), _COUNT)
        room = f.address(data_end(cx, account)) - f.address(data)

        def more(item: Value = item, room: Value = room, field: Field = field) -> None:
            f.store(room.udiv(_step(field)), item, LIST_CAP)

        f.if_(f.load("ptr", item, LIST_DATA).eq(data), more)


def _too_long(cx: Frame, span: Span) -> int:
    return cx.errors.framework_at(AnchorError.AccountDidNotSerialize, span)


def _type(field: Field) -> ListType:
    assert isinstance(field.type, ListType)
    return field.type


def _step(field: Field) -> int:
    return memory_size(_type(field).elem)
