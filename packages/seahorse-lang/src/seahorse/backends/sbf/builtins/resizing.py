"""Accounts that change their size or their class: `account.resize(space, payer)`, `account.migrate(Class, payer)`."""

from __future__ import annotations

from collections.abc import Callable

from seahorse.backends.sbf.accounts.account_records import (
    DATA,
    DATA_LEN,
    FIRST_LEN,
    LAMPORTS,
    SPARE,
    boxes,
    live_end,
    read_field,
)
from seahorse.backends.sbf.accounts.borsh import BorshReader
from seahorse.backends.sbf.accounts.boxed_fields import fill_boxes, is_written_back, write_back
from seahorse.backends.sbf.accounts.buffers import done, serialize
from seahorse.backends.sbf.accounts.field_addresses import track
from seahorse.backends.sbf.accounts.lists_in_place import resized
from seahorse.backends.sbf.accounts.rent import rent_of
from seahorse.backends.sbf.builtins.tokens import record_of
from seahorse.backends.sbf.frame.frame import Frame
from seahorse.backends.sbf.frame.heap import allocate
from seahorse.backends.sbf.frame.layout import Parts
from seahorse.backends.sbf.invoke import cpi
from seahorse.backends.sbf.invoke.structures import (
    CallArea,
    SolAccountMeta,
    SolInstruction,
    SystemInstruction,
    meta_flags,
)
from seahorse.backends.sbf.invoke.typed_cpi import before_call
from seahorse.backends.sbf.llvm.module import LlvmModule
from seahorse.backends.sbf.llvm.values import Value
from seahorse.ir.addresses import SYSTEM_PROGRAM_ID
from seahorse.ir.errors import AnchorError
from seahorse.ir.layout import account_discriminator, account_space
from seahorse.semantics import tree
from seahorse.semantics.tree.types import AccountType, Type


def _resize(frame: Frame, e: tree.Builtin) -> Parts:
    """3004 when the fields do not fit any more."""
    f = frame.f
    account, space, payer = e.args
    t = account.type
    assert isinstance(t, AccountType)
    value, wanted = frame.one(account), frame.one(space)
    record, payer_record = record_of(frame, account), record_of(frame, payer)
    before_call(frame)
    used = f.address(live_end(frame, t, value)) - f.address(f.at(record, DATA))
    f.raise_if(wanted.ult(used), frame.errors.framework_at(AnchorError.AccountDidNotSerialize, e.span))
    f.check(f.status("resize_account", record, payer_record, wanted))
    if t.decl.has_list_in_place:
        resized(frame, t, value, record)
    return ()


def write_resize_account(module: LlvmModule, too_large: int, unsupported: int) -> None:
    """`resize_account(record, payer, space) -> status`: rent from the payer, then the length; what is new is zero."""
    f = module.function("resize_account", ["ptr", "ptr", "i64"], attributes="noinline")
    record, payer, space = f.params
    first = f.load("i32", record, FIRST_LEN).zext("i64")
    f.raise_if(space.ugt(first + SPARE), too_large)
    needed, held = rent_of(f, space, unsupported), f.load("i64", record, LAMPORTS)

    def pay() -> None:
        layout = CallArea(2, 2)
        area = f.alloca(layout.size)
        data = f.alloca(16)
        f.store(f.const("i32", SystemInstruction.TRANSFER), data)
        f.store(needed - held, data, SystemInstruction.FIRST)
        f.store(f.bytes(SYSTEM_PROGRAM_ID), area)
        f.store(layout.meta(f, area, 0), area, SolInstruction.METAS)
        f.store(f.i64(2), area, SolInstruction.META_COUNT)
        f.store(data, area, SolInstruction.DATA)
        f.store(f.i64(SystemInstruction.TRANSFER_SIZE), area, SolInstruction.DATA_SIZE)
        for i, account in enumerate((payer, record)):
            meta, info = layout.meta(f, area, i), layout.info(f, area, i)
            f.store(meta_flags(f, writable=True, signer=i == 0), meta, SolAccountMeta.WRITABLE)
            cpi.describe(f, account, [meta, info], info)
        f.call("sol_invoke_signed_c", area, layout.info(f, area, 0), f.i64(2), f.const("ptr", 0), f.i64(0))

    f.if_(needed.ugt(held), pay)
    old = f.load("i64", record, DATA_LEN)

    def clear() -> None:
        f.call("sol_memset_", f.at(record, old + DATA), f.i64(0), space - old)

    f.if_(space.ugt(old), clear)
    f.store(space, record, DATA_LEN)
    f.ret()


def _migrate(frame: Frame, e: tree.Builtin) -> Parts:
    """The fields that both classes have, in a buffer; then the size, the bytes, and zeros behind them."""
    f = frame.f
    account, payer = e.args
    old, new = account.type, e.type
    assert isinstance(old, AccountType)
    assert isinstance(new, AccountType)
    assert isinstance(account, tree.Var)
    assert frame.instruction is not None
    slot = frame.instruction.slot_of(account.local)
    assert slot is not None
    before_call(frame)
    value = frame.one(account)
    # Known from the start, so that the end of the instruction may use it, whichever way leads there.
    record, payer_record = frame.accounts.records[slot.index], record_of(frame, payer)
    zeros = _zeros(frame, new)
    values: list[tuple[Type, Parts]] = []
    for field in new.decl.fields:
        kept = old.decl.field(field.name) is not None
        values.append(
            (field.type, read_field(frame, old, value, field.name) if kept else _zero(frame, field.type, zeros))
        )
    buffer, size, marked = serialize(frame, account_discriminator(new.decl), values)
    space = account_space(new.decl)
    held = f.load("i64", record, DATA_LEN)
    least = f.i64(space) if space is not None else size
    wanted = f.select(held.ugt(least), held, least)
    f.check(f.status("resize_account", record, payer_record, wanted))
    f.copy_bytes(f.at(record, DATA), buffer, size)
    f.call("sol_memset_", f.at(record, size + DATA), f.i64(0), wanted - size)
    done(frame, marked)
    frame.accounts.migrated[slot.index].set(1)
    return (_handle(frame, new, record, slot.index, e),)


def _zeros(frame: Frame, t: AccountType) -> tuple[Value, int]:
    """Memory from which a field without a value before is read, and its size in bytes."""
    size = max([64, *(field.type.fixed_size or 0 for field in t.decl.fields)])
    made = allocate(frame, size)
    frame.f.call("sol_memset_", made, frame.f.i64(0), frame.f.i64(size))
    return made, size


def _zero(frame: Frame, t: Type, zeros: tuple[Value, int]) -> Parts:
    """The value whose bytes are zeros."""
    start, size = zeros
    return BorshReader(frame, start, frame.f.at(start, size), lambda _: None, owned=True, utf8=False).read(t)


def _handle(frame: Frame, t: AccountType, record: Value, slot: int, e: tree.Builtin) -> Value:
    """The account's new value; at the end its boxed fields are written, and what is behind the last field is zero."""
    f = frame.f
    moved = frame.accounts.migrated[slot]
    made = record
    if frame.unit.boxed(t):
        made = f.alloca(boxes(frame, t)[1])
        f.store(record, made)
    track(frame, t, made, record)
    invalid = frame.errors.framework_at(AnchorError.AccountDidNotDeserialize, e.span)
    fill_boxes(frame, t, made, record, lambda bad: f.raise_if(bad, invalid), frame.uses)
    if is_written_back(frame, t, frame.uses):
        frame.ending.write_before_calls(
            lambda: f.if_(moved.get().ne(0), lambda: write_back(frame, t, made, e.span, frame.uses))
        )

    def clear() -> None:
        end = live_end(frame, t, made)
        size = f.load("i64", record, DATA_LEN)
        rest = f.address(f.at(record, size + DATA)) - f.address(end)

        def zeros() -> None:
            f.call("sol_memset_", end, f.i64(0), rest)

        f.if_(size.ne(0), zeros)

    frame.ending.write_at_end(lambda: f.if_(moved.get().ne(0), clear))
    return made


BUILTINS: dict[str, Callable[[Frame, tree.Builtin], Parts]] = {"resize": _resize, "migrate": _migrate}
