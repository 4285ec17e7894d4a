"""Events: discriminator and Borsh, logged with `sol_log_data`, or as the data of a call of the program itself."""

from __future__ import annotations

from seahorse.backends.sbf.accounts.account_records import KEY, SIGNER
from seahorse.backends.sbf.accounts.addresses import constant_slice
from seahorse.backends.sbf.accounts.buffers import done, serialize
from seahorse.backends.sbf.frame.errors import Errors
from seahorse.backends.sbf.frame.frame import Frame
from seahorse.backends.sbf.frame.layout import Parts, class_offset, load
from seahorse.backends.sbf.frame.memory_map import EVENT_AUTHORITY_ADDRESS, HEAP_ADDRESS
from seahorse.backends.sbf.invoke import cpi
from seahorse.backends.sbf.llvm.function import FunctionBuilder
from seahorse.backends.sbf.llvm.module import LlvmModule
from seahorse.backends.sbf.llvm.values import Value
from seahorse.ir import nodes as ir
from seahorse.ir.addresses import find_program_address
from seahorse.ir.errors import AnchorError
from seahorse.ir.layout import EVENT_AUTHORITY, EVENT_AUTHORITY_SEED, EVENT_TAG, event_discriminator
from seahorse.semantics import tree
from seahorse.semantics.tree.types import ClassType, Type

_SLICE = 16
_WORD = 8


def emit(frame: Frame, e: tree.Expr) -> None:
    """Give out an event. One that is constructed in the `emit` itself is written directly from its arguments, without
    an object."""
    f = frame.f
    t = e.type
    assert isinstance(t, ClassType)
    fields = t.decl.all_fields()
    values: list[tuple[Type, Parts]]
    if isinstance(e, tree.Construct) and e.constructor is None:
        values = [(field.type, frame.eval(arg)) for field, arg in zip(fields, e.args, strict=True)]
    else:
        obj = frame.one(e)
        values = [(x.type, load(x.type, f.at(obj, class_offset(t, x.name)[0]))) for x in fields]
    marker = event_discriminator(t.decl)
    if not frame.unit.has_event_calls:
        _log(frame, marker, values)
    elif frame.instruction is not None:
        slot = frame.instruction.event_authority
        if slot is None:
            _log(frame, marker, values)
        else:
            _call(frame, marker, values, frame.accounts.records[slot])
    else:
        # A function does not know which instruction runs it.
        authority = f.load("ptr", f.const("ptr", EVENT_AUTHORITY_ADDRESS))
        f.if_(authority.eq(0), lambda: _log(frame, marker, values), lambda: _call(frame, marker, values, authority))


def _log(frame: Frame, marker: bytes, values: list[tuple[Type, Parts]]) -> None:
    f = frame.f
    with f.part("events"):
        buffer, size, marked = serialize(frame, marker, values, head=_SLICE)
        if f.small:
            f.runtime("log_event", buffer, size)
        else:
            _log_buffer(f, buffer, size)
        done(frame, marked)


def _log_buffer(f: FunctionBuilder, buffer: Value, size: Value) -> None:
    f.store(f.at(buffer, _SLICE), buffer)
    f.store(size, buffer, 8)
    f.call("sol_log_data", buffer, f.i64(1))


def write_log_event(module: LlvmModule) -> None:
    """`log_event(buffer, size)`: the event behind the room for its slice."""
    f = module.function("log_event", ["ptr", "i64"], attributes="noinline")
    buffer, size = f.params
    _log_buffer(f, buffer, size)
    f.ret()


def _call(frame: Frame, marker: bytes, values: list[tuple[Type, Parts]], authority: Value) -> None:
    """A call of the program itself, which no log cuts off."""
    f = frame.f
    program = frame.unit.program.id
    bump = find_program_address([EVENT_AUTHORITY_SEED], program)[1]
    seeds = [constant_slice(frame, EVENT_AUTHORITY_SEED), constant_slice(frame, bytes([bump]))]
    with f.part("events"):
        data, size, marked = serialize(frame, EVENT_TAG + marker, values)
        meta = cpi.account_meta(frame, authority, writable=False, signer=True)
        cpi.invoke(frame, f.bytes(program), [meta], data, size, [seeds])
        done(frame, marked)


# --- the called side ---


def slots_of_authorities(frame: Frame) -> list[int | None]:
    """The accounts that sign events, which functions find in the first words of the heap: the program's own, when it
    gives out events as calls; then those of other programs. None: the instruction does not have it."""
    instruction = frame.instruction
    assert instruction is not None
    slots = [instruction.event_authority] if frame.unit.has_event_calls else []
    return slots + [_slot_of(instruction, address) for address in frame.unit.other_event_authorities]


def note_authorities(frame: Frame, slots: list[int | None]) -> None:
    """At the start of an instruction: where functions find these accounts; 0 where events are logged."""
    f = frame.f
    # The first words of the heap, which are taken by this.
    f.store(f.i64(_WORD * len(slots)), f.const("ptr", HEAP_ADDRESS))
    for i, slot in enumerate(slots):
        authority = frame.accounts.records[slot] if slot is not None else f.const("ptr", 0)
        f.store(authority, f.const("ptr", EVENT_AUTHORITY_ADDRESS + _WORD * i))


def _slot_of(instruction: ir.Instruction, address: bytes) -> int | None:
    return next((s.index for s in instruction.slots if s.implicit and s.address == address), None)


def authority_of(frame: Frame, address: bytes) -> Value:
    """The record of the account that signs the events of a program which this one calls."""
    if frame.instruction is not None:
        slot = _slot_of(frame.instruction, address)
        assert slot is not None
        return frame.accounts.records[slot]
    at = frame.unit.other_event_authorities.index(address) + frame.unit.has_event_calls
    return frame.f.load("ptr", frame.f.const("ptr", EVENT_AUTHORITY_ADDRESS + _WORD * at))


def accept_event(program: ir.LoweredProgram, errors: Errors, f: FunctionBuilder, first: Value) -> None:
    """An event that came as a call: only the program itself can sign for the event authority."""
    address = find_program_address([EVENT_AUTHORITY_SEED], program.id)[0]
    f.raise_if(f.load("i64", first).eq(0), errors.framework(AnchorError.AccountNotEnoughKeys))
    # Before the first account there is none that it could be again.
    record = f.at(first, _WORD)
    f.raise_if(f.load("i8", record, SIGNER).eq(0), errors.account(AnchorError.ConstraintSigner, EVENT_AUTHORITY))
    other = f.runtime("differs", f.at(record, KEY), f.bytes(address)).ne(0)
    f.raise_if(other, errors.account(AnchorError.ConstraintSeeds, EVENT_AUTHORITY))
    f.ret()
