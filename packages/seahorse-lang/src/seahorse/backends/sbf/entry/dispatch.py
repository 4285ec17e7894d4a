"""The choice of the instruction: the one whose discriminator the data begins with, else the one that takes all other
data."""

from __future__ import annotations

from collections.abc import Callable

from seahorse.backends.sbf.entry.idl_account import answer_idl
from seahorse.backends.sbf.entry.loading import MAX_ACCOUNTS
from seahorse.backends.sbf.frame.unit import ProgramUnit
from seahorse.backends.sbf.invoke.events import accept_event
from seahorse.backends.sbf.llvm.function import FunctionBuilder
from seahorse.backends.sbf.llvm.values import WORD, Value
from seahorse.ir import nodes as ir
from seahorse.ir.errors import AnchorError
from seahorse.ir.layout import EVENT_TAG

HandlerWriter = Callable[[ProgramUnit, ir.Instruction], str]


def dispatch(unit: ProgramUnit, f: FunctionBuilder, first: Value, data: Value, write_handler: HandlerWriter) -> None:
    """`first`: the address of the input; `data`: of the data, before which its length is. No discriminator begins
    another."""
    instructions = [i for i in unit.program.instructions if not i.fallback]
    fallback = next((i for i in unit.program.instructions if i.fallback), None)
    usual = [i for i in instructions if len(i.discriminator) == WORD]
    others = [i for i in instructions if len(i.discriminator) != WORD]
    events = unit.has_event_calls
    nothing = unit.errors.framework(AnchorError.InstructionFallbackNotFound)
    known_size = not (others or events or fallback is not None)
    size = f.load("i64", data, -WORD)
    if known_size:
        f.raise_if(size.ult(WORD), nothing)
    unknown = f.new_label()
    labels = {i.name: f.new_label() for i in unit.program.instructions}
    event = f.new_label()
    for marker, label in [*((i.discriminator, labels[i.name]) for i in others), *([(EVENT_TAG, event)] * events)]:
        _find(f, data, marker, label)
    if not known_size:
        f.leave_to(size.ult(WORD), unknown)
    whole = f.load("i64", data) if usual else None
    if whole is not None:
        key, numbers = _search(whole, usual)
        cases = " ".join(f"i64 {n}, label %{labels[i.name]}" for n, i in zip(numbers, usual, strict=True))
        f.close(f"switch i64 {key.ref}, label %{unknown} [ {cases} ]")
    else:
        f.jump(unknown)
    table = None
    for instruction in unit.program.instructions:
        f.start(labels[instruction.name])
        if instruction in usual:
            assert whole is not None
            known = f.new_label()
            f.branch(whole.eq(_number(instruction)), known, unknown, likely=True)
            f.start(known)
        if instruction.remaining is None:
            # The two registers hold what the runtime put there.
            f.ret(f.call(write_handler(unit, instruction), first, data))
            continue
        table = table or f.alloca(WORD * MAX_ACCOUNTS)
        count = f.runtime("load_all", table, f.i64(len(instruction.slots)))
        f.ret(f.call(write_handler(unit, instruction), table, data, count))
    if events:
        f.start(event)
        accept_event(unit.program, unit.errors, f, first)
    f.start(unknown)
    if unit.program.idl_account:
        answer_idl(unit, f, first, data)
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


def _find(f: FunctionBuilder, data: Value, marker: bytes, label: str) -> None:
    """Go to `label` when the data begins with these bytes."""
    other = f.new_label()
    enough = f.new_label()
    f.branch(f.load("i64", data, -WORD).ult(len(marker)), other, enough)
    f.start(enough)
    at = 0
    for ty, width in (("i64", 8), ("i32", 4), ("i16", 2), ("i8", 1)):
        while len(marker) - at >= width:
            number = int.from_bytes(marker[at : at + width], "little", signed=True)
            same = f.new_label()
            f.branch(f.load(ty, data, at).eq(number), same, other)
            f.start(same)
            at += width
    f.jump(label)
    f.start(other)


def _number(instruction: ir.Instruction) -> int:
    return int.from_bytes(instruction.discriminator, "little")


def _upper(instruction: ir.Instruction) -> int:
    return int.from_bytes(instruction.discriminator[4:], "little", signed=True)
