"""The choice of the instruction: the one whose discriminator the data begins with, else the one that takes all other
data."""

from __future__ import annotations

from collections.abc import Callable

from seahorse.backends.sbf.entry.idl_account import answer_idl
from seahorse.backends.sbf.frame.unit import ProgramUnit
from seahorse.backends.sbf.invoke.events import accept_event
from seahorse.backends.sbf.llvm.function import FunctionBuilder
from seahorse.backends.sbf.llvm.values import WORD, Value
from seahorse.backends.sbf.scalars.integers import hide
from seahorse.ir import nodes as ir
from seahorse.ir.errors import AnchorError
from seahorse.ir.layout import EVENT_TAG

HandlerWriter = Callable[[ProgramUnit, ir.Instruction], str]


def dispatch(
    unit: ProgramUnit, f: FunctionBuilder, table: Value, accounts: Value, given: Value, write_handler: HandlerWriter
) -> None:
    """`given`: the address of the data's length, behind which the data is. No discriminator begins another."""
    instructions = [i for i in unit.program.instructions if not i.fallback]
    fallback = next((i for i in unit.program.instructions if i.fallback), None)
    usual = [i for i in instructions if len(i.discriminator) == WORD]
    others = [i for i in instructions if len(i.discriminator) != WORD]
    events = unit.has_event_calls
    nothing = unit.errors.framework(AnchorError.InstructionFallbackNotFound)
    known_size = not (others or events or fallback is not None)
    if known_size:
        f.raise_if(f.load("i64", given).ult(WORD), nothing)
    unknown, again, short = f.new_label(), f.new_label(), f.new_label()
    # Hidden: otherwise LLVM computes the address again for every call.
    plain, table = table, hide(table)
    count = f.slot("i64", accounts)
    wanted = f.slot("i64")
    labels = {i.name: f.new_label() for i in unit.program.instructions}
    event = f.new_label()
    f.start(again)
    # Loaded again where missing accounts were filled in: nothing keeps it meanwhile.
    whole = f.load("i64", given, WORD) if usual else None
    search = _search(whole, usual) if whole is not None else None
    for marker, label in [*((i.discriminator, labels[i.name]) for i in others), *([(EVENT_TAG, event)] * events)]:
        _find(f, given, marker, label)
    if not known_size:
        f.leave_to(f.load("i64", given).ult(WORD), unknown)
    if search is not None:
        key, numbers = search
        cases = " ".join(f"i64 {n}, label %{labels[i.name]}" for n, i in zip(numbers, usual, strict=True))
        f.close(f"switch i64 {key.ref}, label %{unknown} [ {cases} ]")
    else:
        f.jump(unknown)
    for instruction in unit.program.instructions:
        f.start(labels[instruction.name])
        if instruction in usual:
            assert whole is not None
            known = f.new_label()
            f.branch(whole.eq(_number(instruction)), known, unknown, likely=True)
            f.start(known)
        slots = len(instruction.slots)
        if slots:
            enough, missing = f.new_label(), f.new_label()
            f.branch(count.get().ult(slots), missing, enough, likely=False)
            f.start(missing)
            # From nothing that LLVM knows: it would make the number before the branch.
            wanted.set(f.value("i64", f'call i64 asm sideeffect "", "=r,0"(i64 {slots})'))
            f.jump(short)
            f.start(enough)
        # An instruction that takes the remaining accounts gets their number.
        more = [count.get()] if instruction.remaining is not None else []
        f.ret(f.call(write_handler(unit, instruction), table, given, *more))
    if any(i.slots for i in unit.program.instructions):
        # The checks read missing accounts as zeros, so that an error of an account before them comes first.
        f.start(short)
        f.runtime("fill_missing", table, count.get(), wanted.get())
        count.set(wanted.get())
        f.jump(again)
    if events:
        f.start(event)
        accept_event(unit.program, unit.errors, f, table, count.get())
    f.start(unknown)
    if unit.program.idl_account:
        # Computed where it is needed: instructions that take no accounts do not need it.
        answer_idl(unit, f, plain, given)
    if fallback is not None:
        f.jump(labels[fallback.name])
    else:
        f.raise_(nothing)


def _search(whole: Value, usual: list[ir.Instruction]) -> tuple[Value, list[int]]:
    """The half of the discriminator in which all instructions differ: the code searches for it. Then it compares the
    whole discriminator."""
    halves = [_upper(i) for i in usual]
    # Signed, so that every number compared fits an instruction.
    if len(set(halves)) == len(halves):
        return whole.sar(32), halves
    return whole, [_number(i) for i in usual]


def _find(f: FunctionBuilder, given: Value, marker: bytes, label: str) -> None:
    """Go to `label` when the data begins with these bytes."""
    other = f.new_label()
    enough = f.new_label()
    f.branch(f.load("i64", given).ult(len(marker)), other, enough)
    f.start(enough)
    at = 0
    for ty, width in (("i64", 8), ("i32", 4), ("i16", 2), ("i8", 1)):
        while len(marker) - at >= width:
            number = int.from_bytes(marker[at : at + width], "little", signed=True)
            same = f.new_label()
            f.branch(f.load(ty, given, WORD + at).eq(number), same, other)
            f.start(same)
            at += width
    f.jump(label)
    f.start(other)


def _number(instruction: ir.Instruction) -> int:
    return int.from_bytes(instruction.discriminator, "little")


def _upper(instruction: ir.Instruction) -> int:
    return int.from_bytes(instruction.discriminator[4:], "little", signed=True)
