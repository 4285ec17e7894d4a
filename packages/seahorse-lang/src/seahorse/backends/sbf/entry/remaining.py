"""Remaining accounts: a list of those behind the accounts that an instruction names, each checked by its type."""

from __future__ import annotations

from collections.abc import Callable

from seahorse.backends.sbf.accounts import account_records
from seahorse.backends.sbf.accounts.account_records import (
    DATA,
    DATA_LEN,
    EXECUTABLE,
    OWNER,
    SIGNER,
    WRITABLE,
    boxes,
    live_end,
    same_key,
)
from seahorse.backends.sbf.accounts.boxed_fields import (
    fill_boxes,
    is_written_back,
    places_found,
    validate_data,
    validate_used,
    write_back,
)
from seahorse.backends.sbf.entry import markers
from seahorse.backends.sbf.entry.checks import check_any_token
from seahorse.backends.sbf.entry.leftovers import LARGEST_KEPT, note_length
from seahorse.backends.sbf.frame.frame import Frame
from seahorse.backends.sbf.frame.heap import allocate
from seahorse.backends.sbf.frame.layout import LIST_CAP, LIST_DATA, LIST_LEN, LIST_SIZE
from seahorse.backends.sbf.llvm.values import WORD, Value
from seahorse.ir import nodes as ir
from seahorse.ir.addresses import SYSTEM_PROGRAM_ID
from seahorse.ir.errors import AnchorError
from seahorse.ir.layout import account_discriminator
from seahorse.semantics import tree
from seahorse.semantics.tree.types import AccountType
from seahorse.semantics.tree.walk import walk


def bind_remaining(frame: Frame, rest: ir.RemainingAccounts, table: Value, given: Value) -> None:
    """Check the accounts, and make the parameter a list of them."""
    f = frame.f
    assert frame.instruction is not None
    slots = len(frame.instruction.slots)
    records, count = f.word(table, slots), given - slots
    with f.source(rest.span):
        if frame.accounts.resizes:
            _each(frame, records, count, lambda record, _: note_length(frame, record))
        if not _anything(rest):
            _each(frame, records, count, lambda record, at: _check(frame, rest, records, record, at))
        values = records
        if isinstance(rest.type, AccountType):
            values = _values(frame, rest, rest.type, records, count)
            _keep_leftovers(frame, rest, rest.type, values, count)
    made = f.alloca(LIST_SIZE)
    f.store(values, made, LIST_DATA)
    f.store(count, made, LIST_LEN)
    f.store(count, made, LIST_CAP)
    assigned = any(isinstance(n, tree.VarTarget) and n.local.id == rest.local.id for n in walk(frame.instruction.body))
    if assigned:
        frame.declare(rest.local, (made,))
    else:
        frame.names.fix(rest.local, (made,))


def _anything(rest: ir.RemainingAccounts) -> bool:
    """Whether every account will do."""
    return rest.kind == ir.SlotKind.UNCHECKED and not rest.apart and not (rest.written and rest.decl is not None)


def _each(frame: Frame, items: Value, count: Value, one: Callable[[Value, Value], None]) -> None:
    """`one(item, position)` for each address of an array."""
    f = frame.f
    at = f.slot("i64", 0)

    def step() -> None:
        one(f.load("ptr", f.word(items, at.get())), at.get())
        at.set(at.get() + 1)

    f.while_(lambda: at.get().ult(count), step)


def _check(frame: Frame, rest: ir.RemainingAccounts, records: Value, record: Value, at: Value) -> None:
    f = frame.f
    error = frame.errors.account
    match rest.kind:
        case ir.SlotKind.SIGNER:
            f.raise_if(f.load("i8", record, SIGNER).eq(0), error(AnchorError.AccountNotSigner, rest.name))
        case ir.SlotKind.PROGRAM:
            f.raise_if(f.load("i8", record, EXECUTABLE).eq(0), error(AnchorError.InvalidProgramExecutable, rest.name))
        case ir.SlotKind.SYSTEM_ACCOUNT:
            system = same_key(frame, f.at(record, OWNER), SYSTEM_PROGRAM_ID)
            f.raise_if(system.not_(), error(AnchorError.AccountNotSystemOwned, rest.name))
        case ir.SlotKind.TOKEN_ACCOUNT:
            f.check(f.status("check_token_account", record, f.i64(frame.errors.origin(rest.name))))
        case ir.SlotKind.TOKEN_MINT:
            f.check(f.status("check_mint", record, f.i64(frame.errors.origin(rest.name))))
        case ir.SlotKind.ANY_TOKEN_ACCOUNT | ir.SlotKind.ANY_TOKEN_MINT:
            mint = rest.kind == ir.SlotKind.ANY_TOKEN_MINT
            check_any_token(frame, record, frame.errors.origin(rest.name), mint=mint)
        case ir.SlotKind.PROGRAM_ACCOUNT:
            _program_account(frame, rest, record)
        case _:
            pass
    for index in rest.apart:
        other = frame.accounts.records[index]
        f.raise_if(_same(frame, record, other), error(AnchorError.ConstraintDuplicateMutableAccount, rest.name))
    if rest.written and rest.decl is not None:
        # Found twice: fields of one account would be written through two names.
        def before(other: Value, _: Value) -> None:
            f.raise_if(_same(frame, record, other), error(AnchorError.ConstraintDuplicateMutableAccount, rest.name))

        _each(frame, records, at, before)


def _same(frame: Frame, record: Value, other: Value) -> Value:
    return frame.f.value("i1", f"icmp eq ptr {record.ref}, {other.ref}")


def _program_account(frame: Frame, rest: ir.RemainingAccounts, record: Value) -> None:
    """As of an account with a name: owner, length, discriminator, and what stands in the fields that are used."""
    f = frame.f
    t = rest.type
    assert isinstance(t, AccountType)
    assert rest.owner is not None
    owner = rest.owner
    _, area = places_found(frame, t, record, frame.uses)
    invalid = frame.errors.account(AnchorError.AccountDidNotDeserialize, rest.name)

    def least(size: int) -> None:
        marker = account_discriminator(t.decl)
        if len(marker) != WORD:
            wanted = markers.expected(owner, marker, size)
            f.check(f.status("check_marker", record, f.bytes(wanted, 8), f.i64(frame.errors.origin(rest.name))))
            return
        expected = owner + marker + size.to_bytes(8, "little")
        f.check(f.status("check_account", record, f.bytes(expected, 8), f.i64(frame.errors.origin(rest.name))))

    def refuse(bad: Value) -> None:
        f.raise_if(bad, invalid)

    validate_data(frame, t, record, area, refuse, least, frame.uses)
    validate_used(frame, t, record, area, refuse, frame.uses)


def _values(frame: Frame, rest: ir.RemainingAccounts, t: AccountType, records: Value, count: Value) -> Value:
    """The addresses of the list's items: the records, or where fields live on the heap, handles to them."""
    f = frame.f
    handles = records if not frame.unit.boxed(t) else _handles(frame, rest, t, records, count)

    def write(made: Value, _: Value) -> None:
        # The program cannot have changed an account that the caller did not make writable.
        writable = f.load("i8", account_records.record(frame, t, made), WRITABLE).ne(0)
        f.if_(writable, lambda: write_back(frame, t, made, rest.span, frame.uses))

    if rest.written and is_written_back(frame, t, frame.uses):
        frame.ending.write_before_calls(lambda: _each(frame, handles, count, write))
    return handles


def _handles(frame: Frame, rest: ir.RemainingAccounts, t: AccountType, records: Value, count: Value) -> Value:
    """Handles whose boxed fields are read from the accounts now."""
    f = frame.f
    handles = allocate(frame, count << 3)
    invalid = frame.errors.account(AnchorError.AccountDidNotDeserialize, rest.name)

    def one(record: Value, at: Value) -> None:
        made = allocate(frame, boxes(frame, t)[1])
        f.store(record, made)
        fill_boxes(frame, t, made, record, lambda bad: f.raise_if(bad, invalid), frame.uses)
        f.store(made, f.word(handles, at))

    _each(frame, records, count, one)
    return handles


def _keep_leftovers(frame: Frame, rest: ir.RemainingAccounts, t: AccountType, values: Value, count: Value) -> None:
    """The bytes behind the last field end as they were before, as `leftovers.py` tells, for each account."""
    f = frame.f
    own = t.decl.program == frame.unit.program.name and not t.decl.has_list_in_place
    if not (
        own and rest.written and frame.uses is not None and frame.uses.may_shorten(t, frame.unit.boxed(t), new=False)
    ):
        return
    kept = allocate(frame, count << 3)

    def take(value: Value, at: Value) -> None:
        record = account_records.record(frame, t, value)
        size = f.load("i64", record, DATA_LEN)
        f.store(f.const("ptr", 0), f.word(kept, at))

        def copy() -> None:
            # Behind its length: the account may be of another size in the end.
            held = allocate(frame, size + WORD)
            f.store(size, held)
            f.copy_bytes(f.at(held, WORD), f.at(record, DATA), size)
            f.store(held, f.word(kept, at))

        f.if_(size.ule(LARGEST_KEPT) & f.load("i8", record, WRITABLE).ne(0), copy)

    def restore(value: Value, at: Value) -> None:
        record = account_records.record(frame, t, value)
        held = f.load("ptr", f.word(kept, at))
        size = f.load("i64", record, DATA_LEN)

        def rest_of_it() -> None:
            end = live_end(frame, t, value)
            used = f.address(end) - f.address(f.at(record, DATA))
            before = f.load("i64", held)
            both = f.select(size.ult(before), size, before)
            f.if_(both.ugt(used), lambda: f.copy_bytes(end, f.at(held, used + WORD), both - used))

        f.if_(held.ne(0) & size.ne(0), rest_of_it)

    _each(frame, values, count, take)
    frame.ending.write_at_end(lambda: _each(frame, values, count, restore))
