"""The bytes behind an account's last field.

When a value gets shorter, old bytes remain behind the last field. Anchor writes an account once, at the end of an
instruction, so the remaining bytes are those from before the instruction. We write in place, in several steps, which
would leave other bytes. So when an instruction can shorten an account, the code saves the data at the start of the
instruction, and restores that part at the end.
"""

from __future__ import annotations

from collections.abc import Callable

from seahorse.backends.sbf.accounts.account_records import DATA, DATA_LEN, FIRST_LEN, WRITABLE, live_end
from seahorse.backends.sbf.accounts.addresses import slot_type, slot_value
from seahorse.backends.sbf.frame.frame import Frame
from seahorse.backends.sbf.frame.heap import allocate
from seahorse.backends.sbf.llvm.values import StackSlot, Value
from seahorse.ir import nodes as ir
from seahorse.semantics.tree.types import AccountType

# Larger data is not saved, because it would take too much of the heap.
LARGEST_KEPT = 2048


def keep(frame: Frame) -> None:
    """Save the data of the accounts that the instruction may shorten."""
    assert frame.instruction is not None
    for slot in frame.instruction.slots:
        t = slot_type(slot)
        if slot.local is None or not slot.writable or not isinstance(t, AccountType):
            continue
        # Behind a list in place stand zeros, which it sees to itself.
        own = t.decl.program == frame.unit.program.name and not t.decl.has_list_in_place
        if own and frame.uses is not None and frame.uses.may_shorten(t, frame.unit.boxed(t), new=_is_new(slot)):
            if _is_new(slot) and frame.uses.shrinks_from_zero(t, frame.unit.boxed(t)):
                _clear(frame, slot, t)
            else:
                _keep(frame, slot, t)


def _clear(frame: Frame, slot: ir.AccountSlot, t: AccountType) -> None:
    """Behind the last field of a new account are zeros, though its bump was written there at first."""
    f = frame.f
    record, value = frame.accounts.records[slot.index], slot_value(frame, slot)

    def clear() -> None:
        size = f.load("i64", record, DATA_LEN)

        def rest() -> None:
            end = live_end(frame, t, value)
            f.call("sol_memset_", end, f.const("i8", 0), size - (f.address(end) - f.address(f.at(record, DATA))))

        # A closed account has no data any more.
        f.if_(size.ne(0), rest)

    at_end = unless_migrated(frame, slot.index, clear)
    if slot.optional and slot.local is not None:
        given = frame.names.fixed[slot.local.id][0]
        frame.ending.write_at_end(lambda: f.if_(given, at_end))
    else:
        frame.ending.write_at_end(at_end)


def note_length(frame: Frame, record: Value) -> None:
    """Keep the length of an account's data where the loader leaves room for it."""
    f = frame.f
    length = f.load("i64", record, DATA_LEN)
    # Accounts that are not given lie in read-only memory.
    given = f.load("i8", record, WRITABLE).ne(0)
    f.if_(given, lambda: f.store(length.trunc("i32"), record, FIRST_LEN))


def unless_migrated(frame: Frame, slot: int, write: Callable[[], None]) -> Callable[[], None]:
    """The work at the end of the instruction, unless the account has another class by then."""
    moved = frame.accounts.migrated.get(slot)
    return write if moved is None else lambda: frame.f.if_(moved.get().eq(0), write)


def _is_new(slot: ir.AccountSlot) -> bool:
    return slot.kind == ir.SlotKind.NEW and not slot.may_exist


def _keep(frame: Frame, slot: ir.AccountSlot, t: AccountType) -> None:
    f = frame.f
    record = frame.accounts.records[slot.index]
    kept = f.slot("ptr", f.const("ptr", 0))
    value = slot_value(frame, slot)
    # The account may be of another size in the end.
    length = f.slot("i64", 0) if slot.index in frame.accounts.migrated else None

    def take() -> None:
        size = f.load("i64", record, DATA_LEN)
        if length is not None:
            length.set(size)

        def copy() -> None:
            kept.set(allocate(frame, size))
            f.copy_bytes(kept.get(), f.at(record, DATA), size)

        f.if_(size.ule(LARGEST_KEPT), copy)

    if slot.optional and slot.local is not None:
        f.if_(frame.names.fixed[slot.local.id][0], take)
    else:
        take()
    restore = unless_migrated(frame, slot.index, lambda: _restore(frame, t, record, value, kept, length))
    frame.ending.write_at_end(lambda: f.if_(kept.get().ne(0), restore))


def _restore(
    frame: Frame, t: AccountType, record: Value, value: Value, kept: StackSlot, length: StackSlot | None
) -> None:
    f = frame.f
    data = f.at(record, DATA)
    size = f.load("i64", record, DATA_LEN)

    def rest() -> None:
        end = live_end(frame, t, value)
        used = f.address(end) - f.address(data)
        if length is None:
            f.copy_bytes(end, f.at(kept.get(), used), size - used)
            return
        both = f.select(size.ult(length.get()), size, length.get())
        f.if_(both.ugt(used), lambda: f.copy_bytes(end, f.at(kept.get(), used), both - used))

    # A closed account has no data any more.
    f.if_(size.ne(0), rest)
