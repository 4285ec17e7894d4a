"""Typed calls of other programs of the workspace, and what they return."""

from __future__ import annotations

from seahorse.backends.sbf.accounts import account_records, addresses, field_addresses
from seahorse.backends.sbf.accounts.account_records import DATA, DATA_LEN
from seahorse.backends.sbf.accounts.borsh import BorshReader
from seahorse.backends.sbf.accounts.boxed_fields import places_found, unowned_handle, validate_data, validate_used
from seahorse.backends.sbf.accounts.buffers import done, serialize
from seahorse.backends.sbf.frame.frame import Frame
from seahorse.backends.sbf.frame.heap import allocate
from seahorse.backends.sbf.frame.layout import KEY_SIZE, Parts
from seahorse.backends.sbf.invoke import cpi, events
from seahorse.backends.sbf.llvm.values import Value
from seahorse.ir.nodes import AccountSlot, CpiTarget
from seahorse.semantics import tree
from seahorse.semantics.tree.types import AccountType, NoneType, OptionType, Type

# The most that a program can return (solana MAX_RETURN_DATA).
_MAX_RETURN = 1024


def call(frame: Frame, e: tree.CpiCall) -> Parts:
    f = frame.f
    target = frame.unit.program.cpi_targets[(e.program, e.instruction.name)]
    values: list[tuple[Type, Parts]] = [(arg.type, frame.eval(e.args[arg.name])) for arg in target.args]
    with f.part("calls of programs"):
        metas = [_meta(frame, e, target, slot) for slot in target.slots]
        signers = [addresses.signer_slices(frame, s) for s in e.signers]
        before_call(frame)
        data, size, marked = serialize(frame, target.discriminator, values)
        cpi.invoke(frame, f.bytes(target.program_id), metas, data, size, signers)
        done(frame, marked)
        field_addresses.refresh(frame)
        return _returned(frame, e, target)


def before_call(frame: Frame) -> None:
    """Other programs see accounts as they are in memory: write boxed fields back first."""
    for write in frame.ending.flush:
        write()


def _meta(frame: Frame, e: tree.CpiCall, target: CpiTarget, slot: AccountSlot) -> cpi.Meta:
    f = frame.f
    if slot.implicit:
        assert slot.address is not None
        if slot.pda is not None:
            return cpi.account_meta(frame, events.authority_of(frame, slot.address), writable=False)
        return cpi.program_meta(frame, slot.address)
    account = e.accounts[slot.name]
    if isinstance(account, tree.NoneLit) or (
        isinstance(account, tree.Coerce) and isinstance(account.value, tree.NoneLit)
    ):
        # Anchor's mark for an absent account: the callee's own id.
        return cpi.program_meta(frame, target.program_id)
    parts = frame.eval(account)
    if isinstance(account.type, OptionType) and not isinstance(account, tree.Coerce):
        return _optional_meta(frame, target, slot, account.type, parts)
    record = account_records.record(frame, account.type, parts[-1])
    return cpi.Meta(f.at(record, account_records.KEY), record, slot.writable, slot.signer)


def _optional_meta(frame: Frame, target: CpiTarget, slot: AccountSlot, t: OptionType, parts: Parts) -> cpi.Meta:
    """An account that may be absent. Its record is passed either way: then nothing refers to it."""
    f = frame.f
    some = parts[0]
    record = account_records.record(frame, t, parts[1])
    key = f.select(some, f.at(record, account_records.KEY), f.bytes(target.program_id))
    writable = some if slot.writable else False
    signer = some if slot.signer else False
    return cpi.Meta(key, record, writable, signer)


def _returned(frame: Frame, e: tree.CpiCall, target: CpiTarget) -> Parts:
    """The callee's return data, which must come from the callee itself and hold a value of the type."""
    f = frame.f
    t = e.type
    if isinstance(t, NoneType):
        return ()
    if isinstance(t, AccountType):
        return _returned_account(frame, e, target, t)
    limit = min(t.max_size or _MAX_RETURN, _MAX_RETURN)
    # Text lies in the buffer for as long as it is in use, also when this call runs again.
    buffer = f.alloca(limit) if limit <= 256 and t.fixed_size is not None else allocate(frame, limit)
    program = f.alloca(KEY_SIZE)
    size = f.call("sol_get_return_data", buffer, f.i64(limit), program)
    error = frame.errors.program_error("InvalidInstructionData", e.span)
    # The size is that of all the data, also of what did not fit in the buffer.
    f.raise_if(size.ugt(limit) if t.fixed_size is None else size.ne(limit), error)
    f.raise_if(account_records.differs(frame, program, target.program_id), error)
    return BorshReader(frame, buffer, f.at(buffer, size), error).read(t)


def _returned_account(frame: Frame, e: tree.CpiCall, target: CpiTarget, t: AccountType) -> Parts:
    """An account's fields, in a record of their own on the heap, so that they are read as those of any account."""
    f = frame.f
    record = allocate(frame, DATA + t.decl.header + _MAX_RETURN)
    program = f.alloca(KEY_SIZE)
    fields = f.at(record, DATA + t.decl.header)
    size = f.call("sol_get_return_data", fields, f.i64(_MAX_RETURN), program)
    error = frame.errors.program_error("InvalidInstructionData", e.span)
    f.raise_if(size.ugt(_MAX_RETURN), error)
    f.raise_if(account_records.differs(frame, program, target.program_id), error)
    f.store(size + t.decl.header, record, DATA_LEN)

    def refuse(bad: Value) -> None:
        f.raise_if(bad, error)

    found, area = places_found(frame, t, record, None)
    validate_data(
        frame, t, record, area, refuse, lambda least: refuse(f.load("i64", record, DATA_LEN).ult(least)), None
    )
    validate_used(frame, t, record, area, refuse, None)
    value = unowned_handle(frame, t, record, refuse, found, None)
    return (value,)
