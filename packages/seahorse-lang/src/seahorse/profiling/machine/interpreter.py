"""Runs the bytecode of one call: instruction by instruction, each counted where it stands."""

from __future__ import annotations

from typing import Protocol

from seahorse.backends.sbf.link.linker import TEXT_ADDRESS
from seahorse.profiling.machine.calls import CallCount
from seahorse.profiling.machine.code import TracedCode
from seahorse.profiling.machine.memory import FRAME, INPUT, MAX_FRAMES, STACK, Fault, Memory
from seahorse.profiling.machine.meter import OutOfUnits, UnitMeter
from seahorse.profiling.machine.steps import CALLS, CALLS_REGISTER, EXITS, SYSCALL

_FRAME_REGISTER = 10
_SAVED = slice(6, 11)


class Services(Protocol):
    """The implementation of the syscalls."""

    def syscall(self, name: int, registers: list[int], memory: Memory, call: CallCount, place: int) -> int: ...


def run(code: TracedCode, memory: Memory, meter: UnitMeter, services: Services, call: CallCount) -> int:
    """Execute a program from its entry point; returns its status. Raises Fault, Failure."""
    registers = [0] * 11
    registers[1], registers[2] = INPUT, memory.data_at
    registers[_FRAME_REGISTER] = STACK + FRAME
    callers: list[tuple[int, list[int], CallCount]] = []
    here = code.entry
    steps = code.steps
    counts, left = call.counts, meter.left
    while True:
        if left <= 0:
            meter.left = 0
            raise OutOfUnits("the budget of compute units is used up")
        left -= 1
        counts[here] += 1
        try:
            after = steps[here](registers, memory)
        except Fault:
            meter.left = left
            raise
        if after >= 0:
            here = after
            continue
        if after == SYSCALL:
            meter.left = left
            registers[0] = services.syscall(code.ops[here].imm & 0xFFFFFFFF, registers, memory, call, here)
            left = meter.left
            here += 1
        elif after == EXITS:
            if not callers:
                meter.left = left
                return registers[0]
            here, registers[_SAVED], call = callers.pop()
            counts = call.counts
        else:
            target = _target(code, here, after, registers)
            if len(callers) >= MAX_FRAMES - 1:
                meter.left = left
                raise Fault("calls are too deep")
            callers.append((here + 1, registers[_SAVED], call))
            call = call.call(here, code.functions[target], code)
            counts = call.counts
            registers[_FRAME_REGISTER] += FRAME
            here = target


def _target(code: TracedCode, here: int, kind: int, registers: list[int]) -> int:
    op = code.ops[here]
    if kind == CALLS:
        return code.targets[here]
    assert kind == CALLS_REGISTER
    slot = (registers[op.dst] - TEXT_ADDRESS) // 8
    if slot not in code.at_slot:
        raise Fault("call of what is no instruction")
    return code.at_slot[slot]
