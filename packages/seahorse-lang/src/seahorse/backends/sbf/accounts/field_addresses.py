"""The addresses of fields that follow strings and options in an account: found once, and kept up to date.

A field behind others of variable size has no constant offset. The code finds the addresses when it checks the account
(or when a function that gets the account begins) and keeps them in variables. A write that changes a size moves the
addresses behind it. After anything else that may have changed a size (a call of another program, a function that
assigns such a field), the code finds them again.
"""

from __future__ import annotations

from seahorse.backends.sbf.accounts.skipping import skip
from seahorse.backends.sbf.frame.frame import Frame
from seahorse.backends.sbf.frame.layout import field_size
from seahorse.backends.sbf.frame.variables import FieldAddress, FoundFields, ShiftedFieldAddress, TrackedFields
from seahorse.backends.sbf.llvm.values import StackSlot, Value
from seahorse.semantics.tree.types import AccountDecl, AccountType

DATA = 88


def begin(frame: Frame, decl: AccountDecl, record: Value) -> Value:
    """Where the first field is."""
    return frame.f.at(record, DATA + decl.header)


def track_found(frame: Frame, t: AccountType, value: Value, record: Value, found: FoundFields) -> None:
    """Keep the addresses that a check has found. A field behind the last of them is walked to when it is needed."""
    f = frame.f
    slots = {i: FieldAddress(StackSlot(f, "ptr", place)) for i, place in found.places.items()}
    if slots:
        frame.accounts.track(value, TrackedFields(t, record, slots))


def track(frame: Frame, t: AccountType, value: Value, record: Value) -> None:
    """Walk over an account's fields, and keep their addresses."""
    f = frame.f
    indexes = [i + 1 for i, x in enumerate(t.decl.fields) if x.type.fixed_size is None]
    if indexes:
        tracked = TrackedFields(t, record, {i: FieldAddress(f.slot("ptr")) for i in indexes})
        frame.accounts.track(value, tracked)
        _find(frame, tracked)


def track_new(frame: Frame, t: AccountType, value: Value, record: Value) -> None:
    """The same for an account whose data is all zeros: every string is empty, every option None."""
    places: dict[int, ShiftedFieldAddress] = {}
    offset = DATA + t.decl.header
    for i, x in enumerate(t.decl.fields):
        size = field_size(x.type)
        if size is None:
            break
        offset += size
        if x.type.fixed_size is None:
            places[i + 1] = ShiftedFieldAddress(record, offset, frame.f.slot("i64", 0))
    if places:
        frame.accounts.track(value, TrackedFields(t, record, places))


def _find(frame: Frame, tracked: TrackedFields) -> None:
    f = frame.f
    ptr = begin(frame, tracked.type.decl, tracked.record)
    offset, last = 0, max(tracked.slots)
    for i, x in enumerate(tracked.type.decl.fields):
        size = x.type.fixed_size
        if size is not None:
            offset += size
            continue
        if i + 1 > last:
            return
        ptr = skip(frame, x.type, f.at(ptr, offset))
        offset = 0
        if i + 1 in tracked.slots:
            tracked.slots[i + 1].set(ptr)


def nearest(frame: Frame, decl: AccountDecl, value: Value, record: Value, index: int) -> tuple[Value, int]:
    """The closest known address at or before a field: the address and the index of the field it belongs to."""
    tracked = frame.accounts.tracked.get(value.key)
    known = [i for i in tracked.slots if i <= index] if tracked is not None else []
    if tracked is None or not known:
        return begin(frame, decl, record), 0
    return tracked.slots[max(known)].get(), max(known)


def moved(frame: Frame, t: AccountType, value: Value, index: int, by: Value) -> None:
    """The field at `index` changed its size by so many bytes."""
    own = frame.accounts.tracked.get(value.key)
    for tracked in frame.accounts.tracked.values():
        if tracked is own:
            for i, slot in tracked.slots.items():
                if i > index:
                    slot.move(by)
        elif tracked.type.decl is t.decl:
            # It may be the same account under another name.
            _find(frame, tracked)


def refresh(frame: Frame, decls: set[AccountDecl] | None = None) -> None:
    """Find addresses again: of accounts of the given declarations, or of other programs' accounts."""
    for tracked in frame.accounts.tracked.values():
        foreign = tracked.type.decl.program != frame.unit.program.name
        if foreign if decls is None else tracked.type.decl in decls:
            _find(frame, tracked)
