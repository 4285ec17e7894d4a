"""The bytes behind an account's last field.

When a value gets shorter, old bytes remain behind the last field. Anchor writes an account once, at the end of an
instruction, so the remaining bytes are those from before the instruction. We write in place, in several steps, which
would leave other bytes. So when an instruction can shorten an account, the code saves the data at the start of the
instruction, and restores that part at the end.
"""

from __future__ import annotations

from seahorse.backends.sbf.accounts.account_records import DATA, DATA_LEN, live_end
from seahorse.backends.sbf.accounts.addresses import slot_type, slot_value
from seahorse.backends.sbf.frame.frame import Frame
from seahorse.backends.sbf.frame.heap import allocate
from seahorse.backends.sbf.llvm.values import StackSlot, Value
from seahorse.ir import nodes as ir
from seahorse.semantics.tree.types import AccountType

# Larger data is not saved, because it would take too much of the heap.
_LARGEST = 2048


def keep(cx: Frame) -> None:
    """Save the data of the accounts that the instruction may shorten."""
    assert cx.instruction is not None
    for slot in cx.instruction.slots:
        t = slot_type(slot)
        if slot.local is None or not slot.writable or not isinstance(t, AccountType):
            continue
        own = t.decl.program == cx.unit.program.name
        if own and cx.uses is not None and cx.uses.may_shorten(t, cx.unit.boxed(t), new=slot.kind == ir.SlotKind.NEW):
            _keep(cx, slot, t)


def _keep(cx: Frame, slot: ir.AccountSlot, t: AccountType) -> None:
    f = cx.f
    record = cx.accounts.records[slot.index]
    kept = f.slot("ptr", f.const("ptr", 0))
    value = slot_value(cx, slot)

    def take() -> None:
        size = f.load("i64", record, DATA_LEN)

        def copy() -> None:
            kept.set(allocate(cx, size))
            f.copy_bytes(kept.get(), f.at(record, DATA), size)

        f.if_(size.ule(_LARGEST), copy)

    if slot.optional and slot.local is not None:
        f.if_(cx.names.fixed[slot.local.id][0], take)
    else:
        take()
    cx.ending.at_end.append(lambda: f.if_(kept.get().ne(0), lambda: _restore(cx, t, record, value, kept)))


def _restore(cx: Frame, t: AccountType, record: Value, value: Value, kept: StackSlot) -> None:
    f = cx.f
    data = f.at(record, DATA)
    size = f.load("i64", record, DATA_LEN)

    def rest() -> None:
        end = live_end(cx, t, value)
        used = f.address(end) - f.address(data)
        f.copy_bytes(end, f.at(kept.get(), used), size - used)

    # A closed account has no data any more.
    f.if_(size.ne(0), rest)
