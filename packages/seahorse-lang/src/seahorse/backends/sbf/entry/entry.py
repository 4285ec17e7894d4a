"""The entry point: finds the instruction by its discriminator, and runs its handler."""

from __future__ import annotations

from dataclasses import replace

from seahorse.backends.sbf.accounts import account_records, field_addresses
from seahorse.backends.sbf.accounts.account_records import DATA, KEY
from seahorse.backends.sbf.accounts.addresses import slot_type
from seahorse.backends.sbf.accounts.borsh import BorshReader, leading_size
from seahorse.backends.sbf.accounts.boxed_fields import count_walks, handle, is_written_back
from seahorse.backends.sbf.accounts.buffers import done, serialize
from seahorse.backends.sbf.accounts.skipping import skip
from seahorse.backends.sbf.entry.checks import check_program_account, emit_check
from seahorse.backends.sbf.entry.creation import emit_init
from seahorse.backends.sbf.entry.dispatch import dispatch
from seahorse.backends.sbf.entry.leftovers import keep, note_length, unless_migrated
from seahorse.backends.sbf.entry.loading import load_records
from seahorse.backends.sbf.entry.remaining import bind_remaining
from seahorse.backends.sbf.frame.frame import Ending, Frame, FrameAccounts, FunctionNames, assigned_once
from seahorse.backends.sbf.frame.layout import Parts
from seahorse.backends.sbf.frame.unit import ProgramUnit, symbol
from seahorse.backends.sbf.invoke.cpi import share_infos
from seahorse.backends.sbf.invoke.events import note_authorities, slots_of_authorities
from seahorse.backends.sbf.language.expressions import evaluate
from seahorse.backends.sbf.language.statements import body
from seahorse.backends.sbf.llvm.values import WORD, StackSlot, Value
from seahorse.ir import nodes as ir
from seahorse.ir.addresses import SYSTEM_PROGRAM_ID
from seahorse.ir.errors import AnchorError
from seahorse.semantics import tree
from seahorse.semantics.tree.account_kinds import sysvar_of
from seahorse.semantics.tree.types import AccountType, NoneType
from seahorse.semantics.tree.walk import called_functions, walk


def write_entry(unit: ProgramUnit) -> None:
    """`entrypoint(input, data)`, which the runtime calls."""
    f = unit.module.function("entrypoint", ["ptr", "ptr"], linkage="")
    frame = Frame(unit, f, evaluate, _nothing_returned())
    count_walks(frame, unit.program.instructions)
    first, data = f.params
    dispatch(unit, f, first, data, _write_handler)


def _nothing_returned() -> Ending:
    """The end of code that is not a function of the program."""
    return Ending(lambda _parts, _e: None)


def _write_handler(unit: ProgramUnit, instruction: ir.Instruction) -> str:
    """`handler(input, data) -> status`: arguments, checks, body, boxed fields back.

    With remaining accounts, `handler(table, data, count)`: of all accounts, and how many are given.
    """
    name = f"i_{symbol(instruction.name)}"
    more = ["i64"] if instruction.remaining is not None else []
    f = unit.module.function(name, ["ptr", "ptr", *more], attributes="noinline", small=instruction.rare)
    first, given = f.params[0], f.at(f.params[1], -WORD)
    finish = f.new_label()
    frame = Frame(
        unit,
        f,
        evaluate,
        Ending(lambda parts, e: _return(frame, parts, e, finish)),
        instruction=instruction,
        result=instruction.returns,
        uses=unit.uses_of(instruction),
        names=FunctionNames(assigned_once(instruction.body)),
    )
    authorities = slots_of_authorities(frame)
    if authorities:
        # They take the first words of the heap, before arguments do.
        frame = _with_accounts(frame, instruction, first)
        note_authorities(frame, authorities)
    with f.part("arguments"):
        _read_arguments(frame, given)
    if not authorities:
        frame = _with_accounts(frame, instruction, first)
    with f.part("accounts"):
        _bind_slots(frame)
        _run_checks(frame)
        if instruction.remaining is not None:
            bind_remaining(frame, instruction.remaining, first, f.params[2])
    with f.part("calls of programs"):
        frame = replace(frame, infos=share_infos(frame, instruction.body))
    with f.part("fields written back"):
        keep(frame)
    body(frame, instruction.body)
    f.start(finish)
    with f.part("fields written back"):
        for write in [*frame.ending.flush, *frame.ending.at_end]:
            write()
    f.ret()
    return name


def _read_arguments(frame: Frame, data: Value) -> None:
    """Decode the arguments, which follow the discriminator; what follows them is ignored, as Anchor does."""
    instruction = frame.instruction
    assert instruction is not None
    if not instruction.args:
        return
    if instruction.fallback:
        # All of the data, as it lies in the input.
        values: list[Parts] = [(frame.f.at(data, WORD), frame.f.load("i64", data))]
    else:
        error = frame.errors.framework(AnchorError.InstructionDidNotDeserialize)
        marker = len(instruction.discriminator)
        types, size = [a.type for a in instruction.args], frame.f.load("i64", data)
        start = frame.f.at(data, WORD + marker)
        end = frame.f.at(start, size - marker)
        known = leading_size(types)
        if known:
            # One comparison: the data is at least as long as the discriminator.
            frame.f.raise_if(size.ult(marker + known), error)
        values = BorshReader(frame, start, end, error).read_all(types, known)
    assigned = {n.local.id for n in walk(instruction.body) if isinstance(n, tree.VarTarget)}
    for arg, parts in zip(instruction.args, values, strict=True):
        if arg.local.id in assigned:
            frame.declare(arg.local, parts)
        else:
            frame.names.fix(arg.local, parts)


def _with_accounts(frame: Frame, instruction: ir.Instruction, first: Value) -> Frame:
    """The records of the instruction's accounts. Where it may make data longer (10 KiB more at most), the length that
    the data has now is kept."""
    f, slots = frame.f, instruction.slots
    with f.part("accounts"):
        accounts = load_records(f, instruction, first)
        body = instruction.body
        nodes = [n for root in (body, *[g.body for g in called_functions(body)]) for n in walk(root)]
        if not any(isinstance(n, tree.Builtin) and n.name in ("resize", "migrate") for n in nodes):
            return replace(frame, accounts=accounts)
        migrated: dict[int, StackSlot] = {}
        for slot in slots:
            migrated[slot.index] = f.slot("i8", 0)
            if slot.writable:
                note_length(frame, accounts.records[slot.index])
        return replace(frame, accounts=FrameAccounts(accounts.records, resizes=True, migrated=migrated))


def _bind_slots(frame: Frame) -> None:
    """Account parameters as values; program accounts with boxed fields follow when their data is checked."""
    instruction = frame.instruction
    assert instruction is not None
    f = frame.f
    for slot in instruction.slots:
        if slot.local is None:
            continue
        record = frame.accounts.records[slot.index]
        value = f.at(record, DATA) if sysvar_of(slot_type(slot)) else record
        if slot.optional:
            # Absent: the caller passes the program's own id instead.
            given = account_records.differs(frame, f.at(record, KEY), frame.unit.program.id)
            frame.names.fix(slot.local, (given, value))
        else:
            frame.names.fix(slot.local, (value,))


_READING = (
    ir.CheckSigner,
    ir.CheckProgramAccount,
    ir.CheckSystemOwned,
    ir.CheckTokenAccount,
    ir.CheckMint,
    ir.CheckAnyToken,
    ir.CheckProgram,
    ir.CheckSysvar,
    ir.CheckProgramData,
)


# Names of checks in measurements of size. Other checks are rare.
_PARTS: dict[type, str] = {
    ir.CheckProgramAccount: "accounts of programs",
    ir.CheckAddress: "constant addresses",
    ir.CheckProgram: "constant addresses",
    ir.CheckSeeds: "derived addresses",
}


def _run_checks(frame: Frame) -> None:
    """All checks in order. They also find out when accounts are missing."""
    instruction = frame.instruction
    assert instruction is not None
    reading = [i for i, check in enumerate(instruction.checks) if isinstance(check, _READING)]
    complete = max(reading, default=-1) + 1
    # Accounts are always missing from the end, so reading the last one finds out, unless no check reads it.
    last = len(instruction.slots) - 1
    unread = last >= 0 and all(
        instruction.checks[i].slot != last or _passes_when_missing(instruction.checks[i]) for i in reading
    )
    for i, check in enumerate([*instruction.checks, None]):
        if i == complete and unread:
            # The zeros of a missing account lie in read-only memory, which is far below the input.
            frame.f.raise_if(
                frame.f.address(frame.accounts.records[last]).ult((1 << 31) - 1),
                frame.errors.framework(AnchorError.AccountNotEnoughKeys),
            )
        if check is None:
            break
        slot = instruction.slots[check.slot]
        with frame.f.source(slot.span):
            if slot.optional:
                present = frame.names.fixed[_local(slot).id][0]
                frame.f.if_(present, lambda check=check: _run_check(frame, check))
            else:
                _run_check(frame, check)


def _passes_when_missing(check: ir.Check) -> bool:
    """The zeros in the place of an account that is not given are the system program's address."""
    return isinstance(check, ir.CheckProgram) and check.only_called and check.id == SYSTEM_PROGRAM_ID


def _local(slot: ir.AccountSlot) -> tree.Local:
    assert slot.local is not None
    return slot.local


def _run_check(frame: Frame, check: ir.Check) -> None:
    instruction = frame.instruction
    assert instruction is not None
    slot = instruction.slots[check.slot]
    record = frame.accounts.records[slot.index]
    if isinstance(check, ir.AccountCreation):
        with frame.f.part("accounts created"):
            emit_init(frame, check)
        return
    with frame.f.part(_PARTS.get(type(check), "accounts")):
        if not isinstance(check, ir.CheckProgramAccount):
            emit_check(frame, check)
            return
        found = check_program_account(frame, check)
    if slot.local is not None:
        t = AccountType(check.decl, check.decl.name, check.decl.module)
        if not frame.unit.boxed(t) and not (slot.writable and is_written_back(frame, t, frame.uses)):
            field_addresses.track_found(frame, t, record, record, found)
            return
        old = frame.names.fixed[slot.local.id]
        value, write = handle(frame, slot, t, record, found)
        frame.names.fix(slot.local, (*old[:-1], value))
        if write is not None:
            write = unless_migrated(frame, slot.index, write)
            frame.ending.write_before_calls((lambda: frame.f.if_(old[0], write)) if slot.optional else write)


def _return(frame: Frame, parts: Parts, e: tree.Expr | None, finish: str) -> None:
    """Return data, in Borsh; then the end of the handler."""
    f = frame.f
    t = frame.result
    if t is not None and not isinstance(t, NoneType) and e is not None:
        if isinstance(t, AccountType):
            _return_account(frame, t, account_records.record(frame, t, parts[0]))
        else:
            with f.part("return data"):
                buffer, size, marked = serialize(frame, b"", [(t, parts)])
                f.call("sol_set_return_data", buffer, size)
                done(frame, marked)
    f.jump(finish)


def _return_account(frame: Frame, t: AccountType, record: Value) -> None:
    """The fields of an account, as they lie in its data."""
    f = frame.f
    for write in frame.ending.flush:
        write()
    start = f.at(record, DATA + t.decl.header)
    end = start
    for field in t.decl.fields:
        end = skip(frame, field.type, end)
    f.call("sol_set_return_data", start, f.address(end) - f.address(start))
