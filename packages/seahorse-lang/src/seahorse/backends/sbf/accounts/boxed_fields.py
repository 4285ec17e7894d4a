"""The data of program accounts: the checks of it, and the boxed fields, which live on the heap."""

from __future__ import annotations

from collections.abc import Callable

from seahorse.backends.sbf.accounts import field_addresses
from seahorse.backends.sbf.accounts.account_records import (
    DATA,
    DATA_LEN,
    boxes,
    data_end,
    field_address,
    replace,
)
from seahorse.backends.sbf.accounts.account_records import record as record_of_value
from seahorse.backends.sbf.accounts.borsh import BorshReader, Refuse, encode, holds_float, refuse_nan
from seahorse.backends.sbf.accounts.lists_in_place import open_list, write_list
from seahorse.backends.sbf.frame.field_use import FieldUse
from seahorse.backends.sbf.frame.frame import Frame
from seahorse.backends.sbf.frame.layout import BORSH_LENGTH, BORSH_TAG, is_text, load, store
from seahorse.backends.sbf.frame.variables import FoundFields
from seahorse.backends.sbf.llvm.values import WORD, Value
from seahorse.diagnostics import Span
from seahorse.ir import nodes as ir
from seahorse.ir.errors import AnchorError
from seahorse.semantics.tree import Field
from seahorse.semantics.tree.types import AccountType, ListType, OptionType, Type

# With so many fields of variable size, a separate function walks over them. Every instruction that needs the same
# fields of the same account calls it.
_SHARED_WALK = 2
# When there are so many different walks over one type, one function does all of them.
_ONE_WALK = 3


def places_found(frame: Frame, t: AccountType, record: Value, uses: FieldUse | None) -> tuple[FoundFields, Value]:
    """Memory for the addresses that `validate_data` finds: by index of the field, and all of it.

    `uses`: which fields are needed; None for all of them, here and below.
    """
    f = frame.f
    indexes = _kept(frame, t, needed_fields(frame, t, uses), uses)
    area = f.alloca(WORD * len(indexes)) if indexes else record
    return FoundFields({index: f.within(area, WORD * n) for n, index in enumerate(indexes)}), area


def _behind_variable(fields: list[Field]) -> list[int]:
    """Indexes of the fields that follow one of variable size."""
    return [i + 1 for i, x in enumerate(fields) if x.type.fixed_size is None]


def _kept(frame: Frame, t: AccountType, fields: list[Field], uses: FieldUse | None) -> list[int]:
    """Of these indexes, those from which the fields that the instruction uses are reached without another walk."""
    indexes = _behind_variable(fields)
    if uses is None or uses.moves_fields(t.decl) or frame.unit.boxed(t) or _shares_walk(frame, t, indexes):
        return indexes
    used = [i for i, x in enumerate(fields) if _used(uses, t, x)]
    return sorted({max(n for n in indexes if n <= i) for i in used if any(n <= i for n in indexes)})


def _shares_walk(frame: Frame, t: AccountType, indexes: list[int]) -> bool:
    return len(indexes) >= _SHARED_WALK and len(frame.unit.walks.get(t.decl, ())) >= _ONE_WALK


def _longest(frame: Frame, t: AccountType) -> int:
    """How many fields the longest of them has. For what another program returns, a walk may go further."""
    return max(length for length, *_ in frame.unit.walks[t.decl])


def count_walks(frame: Frame, instructions: list[ir.Instruction]) -> None:
    """Which fields of each account type the program's checks walk over: types with many such walks share one."""
    for instruction in instructions:
        uses = frame.unit.uses_of(instruction)
        for check in instruction.checks:
            if isinstance(check, ir.CheckProgramAccount):
                t = AccountType(check.decl, check.decl.name, check.decl.module)
                fields = needed_fields(frame, t, uses)
                if len(_behind_variable(fields)) >= _SHARED_WALK:
                    frame.unit.walks.setdefault(t.decl, set()).add((len(fields), *_kept(frame, t, fields, uses)))


def validate_data(
    frame: Frame,
    t: AccountType,
    record: Value,
    area: Value,
    refuse: Refuse,
    least: Callable[[int], None],
    uses: FieldUse | None,
) -> None:
    """Check that the data holds every field that the instruction uses, so that reads stay inside it.

    `refuse` is given conditions that must not hold, `least` the number of bytes that the data has in any case. The
    addresses of fields behind those of variable size go to `area`. UTF-8 is not checked again: only valid strings are
    ever written.
    """
    f = frame.f
    fields = needed_fields(frame, t, uses)
    least(_run(fields, 0) + t.decl.header)
    kept = _kept(frame, t, fields, uses)
    if _shares_walk(frame, t, kept) and len(fields) <= _longest(frame, t):
        refuse(f.call(_whole_walker(frame, t), record, area, f.i64(len(kept))).ne(0))
    elif len(_behind_variable(fields)) >= _SHARED_WALK:
        refuse(f.call(_walker(frame, t, fields, kept), record, area).ne(0))
    else:
        _walk(frame, t, fields, kept, record, area, refuse)


def validate_used(
    frame: Frame, t: AccountType, record: Value, area: Value, refuse: Refuse, uses: FieldUse | None
) -> None:
    """Reject invalid bytes of a bool, enum or f64, in the fields that the instruction uses."""
    f = frame.f
    fields = needed_fields(frame, t, uses)
    indexes = _kept(frame, t, fields, uses)
    for i, field in enumerate(fields):
        if field.type.fixed_size is not None and _used(uses, t, field):
            start = max((n for n, index in enumerate(indexes) if index <= i), default=-1)
            base = f.load("ptr", area, WORD * start) if start >= 0 else f.at(record, DATA + t.decl.header)
            first = indexes[start] if start >= 0 else 0
            offset = sum(x.type.fixed_size or 0 for x in fields[first:i])
            BorshReader(frame, base, base, refuse).validate(field.type, f.at(base, offset))


def needed_fields(frame: Frame, t: AccountType, uses: FieldUse | None) -> list[Field]:
    """The fields up to the last one that is used; all of them when what follows a field may have to move."""
    if uses is None or uses.moves_fields(t.decl) or any(_used(uses, t, x) for x in frame.unit.boxed(t)):
        return t.decl.fields
    last = max((i for i, x in enumerate(t.decl.fields) if uses.uses(t.decl, x.name)), default=-1)
    return t.decl.fields[: last + 1]


def _run(fields: list[Field], start: int) -> int:
    """Bytes of the fields of fixed size from `start` on, and of the length or tag of the one behind them."""
    total = 0
    for field in fields[start:]:
        size = field.type.fixed_size
        if size is None:
            return total + (
                4 if is_text(field.type) or field.in_place else 1 if isinstance(field.type, OptionType) else 0
            )
        total += size
    return total


def _walker(frame: Frame, t: AccountType, fields: list[Field], kept: list[int]) -> str:
    """`walk(record, out) -> 0, or 1`: checks the lengths of an account's fields and stores where the next ones are."""
    key = (t.decl, len(fields), *kept)
    walkers = frame.unit.walkers
    if key not in walkers:
        walkers[key] = f"walk{len(walkers)}"
        f = frame.unit.module.function(walkers[key], ["ptr", "ptr"], attributes="noinline")
        own = Frame(frame.unit, f, frame.eval_expr, frame.ending)
        bad = f.cold_block("bad", lambda: f.i64(1))
        _walk(own, t, fields, kept, f.params[0], f.params[1], lambda cond: f.leave_to(cond, bad))
        f.ret()
    return walkers[key]


def _whole_walker(frame: Frame, t: AccountType) -> str:
    """`walk(record, out, count) -> 0, or 1`: for all walks over a type, up to `count` fields of variable size."""
    key = (t.decl,)
    walkers = frame.unit.walkers
    if key not in walkers:
        walkers[key] = f"walk{len(walkers)}"
        f = frame.unit.module.function(walkers[key], ["ptr", "ptr", "i64"], attributes="noinline")
        record, area, count = f.params
        own = Frame(frame.unit, f, frame.eval_expr, frame.ending)
        bad = f.cold_block("bad", lambda: f.i64(1))
        fields = t.decl.fields[: _longest(frame, t)]
        done = f.new_label()

        def stop(n: int) -> None:
            more = f.new_label()
            f.branch(count.eq(n), done, more)
            f.start(more)

        _walk(own, t, fields, _behind_variable(fields), record, area, lambda cond: f.leave_to(cond, bad), stop)
        f.start(done)
        f.ret()
    return walkers[key]


def _walk(
    frame: Frame,
    t: AccountType,
    fields: list[Field],
    kept: list[int],
    record: Value,
    area: Value,
    refuse: Refuse,
    stop: Callable[[int], None] = lambda _: None,
) -> None:
    """Step over the fields. The caller has checked the bytes before the first one of variable size, and its length or
    tag. After each field that is kept, calls `stop` with the number of fields done.
    """
    f = frame.f
    end = data_end(frame, record)
    ptr, offset, n = f.at(record, DATA), t.decl.header, 0
    for i, field in enumerate(fields):
        size = field.type.fixed_size
        if size is not None:
            offset += size
            continue
        here = f.at(ptr, offset)
        if is_text(field.type):
            ptr, offset = f.at(ptr, f.load("i32", here).zext("i64")), offset + BORSH_LENGTH
        elif isinstance(field.type, OptionType) and field.type.inner.fixed_size is not None:
            tag = f.load("i8", here)
            refuse(tag.ugt(1))
            ptr, offset = f.at(ptr, tag.zext("i64") * field.type.inner.fixed_size), offset + BORSH_TAG
        elif field.in_place and isinstance(field.type, ListType):
            count = f.load("i32", here).zext("i64")
            ptr, offset = f.at(here, count * (field.type.elem.fixed_size or 0)), BORSH_LENGTH
        else:
            walker = _Walker(frame, here, end, refuse)
            walker.skip(field.type)
            ptr, offset = walker.cursor.get(), 0
        after = f.at(ptr, offset)
        if i + 1 in kept:
            f.store(after, area, WORD * n)
            n += 1
        # A length is below 2**32 and the address before it inside the data: nothing overflows.
        refuse(f.address(end).ult(f.address(f.at(after, _run(fields, i + 1)))))
        if i + 1 in kept:
            stop(n)


class _Walker(BorshReader):
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
            self.refuse(tag.ugt(1))
            f.if_(tag.ne(0), lambda: self.skip(t.inner))
        else:
            # Boxed: to read all of it is the check. The result is discarded here, and read again where it is used.
            self.read(t)


# --- boxed fields ---


def handle(
    frame: Frame, slot: ir.AccountSlot, t: AccountType, record: Value, found: FoundFields | None
) -> tuple[Value, Callable[[], None] | None]:
    """The value of a program account: its record, or a handle whose boxed fields are read from the account now; and
    what writes these fields back, where the instruction may change them.

    `found`: field addresses that are known; None for a new account, whose data is all zeros.
    """
    error = frame.errors.account(AnchorError.AccountDidNotDeserialize, slot.name)
    made = unowned_handle(frame, t, record, lambda bad: frame.f.raise_if(bad, error), found, frame.uses)
    if slot.writable and is_written_back(frame, t, frame.uses):
        span = slot.span or frame.span
        return made, lambda: write_back(frame, t, made, span, frame.uses)
    return made, None


def unowned_handle(
    frame: Frame, t: AccountType, record: Value, refuse: Refuse, found: FoundFields | None, uses: FieldUse | None
) -> Value:
    """As `handle`, for an account that is never written back."""
    f = frame.f
    boxed = frame.unit.boxed(t)
    made = record
    if boxed:
        made = f.alloca(boxes(frame, t)[1])
        f.store(record, made)
    if found is None:
        field_addresses.track_new(frame, t, made, record)
    else:
        field_addresses.track_found(frame, t, made, record, found)
    fill_boxes(frame, t, made, record, refuse, uses, zeros=found is None)
    return made


def fill_boxes(
    frame: Frame,
    t: AccountType,
    made: Value,
    record: Value,
    refuse: Refuse,
    uses: FieldUse | None,
    *,
    zeros: bool = False,
) -> None:
    """Read the boxed fields from the account's data into its handle. `zeros`: from a new account's."""
    end = data_end(frame, record)
    offsets = boxes(frame, t)[0]
    for field in frame.unit.boxed(t):
        if field.in_place and _used(uses, t, field):
            open_list(frame, t, made, record, field, refuse)
        elif _used(uses, t, field):
            start = field_address(frame, t, made, field.name)
            reader = BorshReader(frame, start, end, refuse, owned=True, utf8=False, zeros=zeros)
            store(field.type, reader.read(field.type), frame.f.at(made, offsets[field.name]))


def _used(uses: FieldUse | None, t: AccountType, field: Field) -> bool:
    return uses is None or uses.uses(t.decl, field.name)


def is_written_back(frame: Frame, t: AccountType, uses: FieldUse | None) -> bool:
    """Whether `write_back` has anything to do."""
    return any(_used(uses, t, field) for field in frame.unit.boxed(t)) or bool(_floats_in_place(frame, t, uses))


def _floats_in_place(frame: Frame, t: AccountType, uses: FieldUse | None) -> list[Field]:
    """The fields that lie in the account's data and may have got a NaN there."""
    boxed = frame.unit.boxed(t)
    fields = [x for x in t.decl.fields if x not in boxed and holds_float(x.type)]
    return [x for x in fields if uses is None or uses.changes(t.decl, x)]


def write_back(frame: Frame, t: AccountType, made: Value, span: Span, uses: FieldUse | None) -> None:
    """Write the boxed fields of a handle back to the account's data, and refuse a NaN in the others."""
    f = frame.f

    def write() -> None:
        for field in _floats_in_place(frame, t, uses):
            refuse_nan(frame, field.type, field_address(frame, t, made, field.name), span)
        _write_fields(frame, t, made, span, uses)

    # An account that was closed meanwhile has no data to write to.
    f.if_(f.load("i64", record_of_value(frame, t, made), DATA_LEN).ne(0), write)


def _write_fields(frame: Frame, t: AccountType, made: Value, span: Span, uses: FieldUse | None) -> None:
    f = frame.f
    offsets = boxes(frame, t)[0]
    for field in frame.unit.boxed(t):
        if not _used(uses, t, field):
            continue
        if field.in_place:
            write_list(frame, t, made, field, span)
            continue
        parts = load(field.type, f.at(made, offsets[field.name]))
        ptr = field_address(frame, t, made, field.name)
        if field.type.fixed_size is not None:
            encode(frame, field.type, parts, ptr)
        else:
            replace(frame, t, made, field, ptr, parts, span)
