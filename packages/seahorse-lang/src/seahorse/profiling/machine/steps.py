"""Each sBPF instruction as a Python function, which gives the index of the next one.

Only what the linker writes is here (`backends/sbf/link/bytecode.py`): 64-bit arithmetic, loads, stores, jumps, calls.
"""

from __future__ import annotations

from collections.abc import Callable

from seahorse.backends.sbf.link.bytecode import (
    ADD_IMM,
    ALU32,
    ALU64,
    CALL,
    CALLX,
    EXIT,
    JUMP,
    LDDW,
    LDX,
    MOV,
    MOV_IMM,
    ST,
    STX,
    Op,
    signed,
)
from seahorse.profiling.machine.memory import Fault, Memory

MachineStep = Callable[[list[int], Memory], int]
_ALL = (1 << 64) - 1
_SIZES = {0x18: 8, 0x00: 4, 0x08: 2, 0x10: 1}
_BY_REGISTER = 8
# Results of a step instead of an index: the interpreter runs these itself.
CALLS, CALLS_REGISTER, SYSCALL, EXITS = -1, -2, -3, -4
_SPECIAL = {CALLX: CALLS_REGISTER, EXIT: EXITS}


def _divided(a: int, b: int) -> int:
    if not b:
        raise Fault("division by zero")
    return a // b


def _rest(a: int, b: int) -> int:
    if not b:
        raise Fault("division by zero")
    return a % b


_ARITHMETIC: dict[int, Callable[[int, int], int]] = {
    0x00: lambda a, b: a + b,
    0x10: lambda a, b: a - b,
    0x20: lambda a, b: a * b,
    0x30: _divided,
    0x40: lambda a, b: a | b,
    0x50: lambda a, b: a & b,
    0x60: lambda a, b: a << (b & 63),
    0x70: lambda a, b: a >> (b & 63),
    0x80: lambda a, _: -a,
    0x90: _rest,
    0xA0: lambda a, b: a ^ b,
    0xB0: lambda _, b: b,
    0xC0: lambda a, b: signed(a) >> (b & 63),
}
_CONDITIONS: dict[int, Callable[[int, int], bool]] = {
    0x10: lambda a, b: a == b,
    0x20: lambda a, b: a > b,
    0x30: lambda a, b: a >= b,
    0x40: lambda a, b: a & b != 0,
    0x50: lambda a, b: a != b,
    0x60: lambda a, b: signed(a) > signed(b),
    0x70: lambda a, b: signed(a) >= signed(b),
    0xA0: lambda a, b: a < b,
    0xB0: lambda a, b: a <= b,
    0xC0: lambda a, b: signed(a) < signed(b),
    0xD0: lambda a, b: signed(a) <= signed(b),
}


def steps(ops: list[Op]) -> list[MachineStep]:
    """One function for each instruction, in their order."""
    index = {op: i for i, op in enumerate(ops)}
    return [_step(op, i + 1, index.get(op.target, -1) if op.target is not None else -1) for i, op in enumerate(ops)]


def _step(op: Op, after: int, target: int) -> MachineStep:
    if op.code == CALL:
        return _always(CALLS if op.target is not None else SYSCALL)
    if op.code in _SPECIAL:
        return _always(_SPECIAL[op.code])
    if op.code == JUMP:
        return _always(target)
    if op.code in (LDDW, MOV_IMM):
        return _constant(op.dst, op.imm, after)
    if op.code == MOV:
        return _move(op.dst, op.src, after)
    if op.code == ADD_IMM:
        return _add(op.dst, op.imm, after)
    kind = op.code & 7
    if kind in (LDX, ST, STX):
        return _access(op, kind, after)
    if op.is_branch:
        return _branch(op, after, target)
    if kind in (ALU64, ALU32):
        return _arithmetic(op, kind, after)
    raise ValueError(f"opcode {op.code:#x} is not known")


def _always(answer: int) -> MachineStep:
    return lambda _r, _m: answer


def _constant(dst: int, value: int, after: int) -> MachineStep:
    def step(r: list[int], _: Memory) -> int:
        r[dst] = value
        return after

    return step


def _move(dst: int, src: int, after: int) -> MachineStep:
    def step(r: list[int], _: Memory) -> int:
        r[dst] = r[src]
        return after

    return step


def _add(dst: int, value: int, after: int) -> MachineStep:
    def step(r: list[int], _: Memory) -> int:
        r[dst] = r[dst] + value & _ALL
        return after

    return step


def _access(op: Op, kind: int, after: int) -> MachineStep:
    size, dst, src, off = _SIZES[op.code & 0x18], op.dst, op.src, op.off
    mask = (1 << 8 * size) - 1
    value = op.imm & mask

    def load(r: list[int], m: Memory) -> int:
        r[dst] = m.load(r[src] + off & _ALL, size)
        return after

    def store(r: list[int], m: Memory) -> int:
        m.store(r[dst] + off & _ALL, size, r[src] & mask)
        return after

    def store_constant(r: list[int], m: Memory) -> int:
        m.store(r[dst] + off & _ALL, size, value)
        return after

    return {LDX: load, STX: store, ST: store_constant}[kind]


def _branch(op: Op, after: int, target: int) -> MachineStep:
    holds, dst, src, value = _CONDITIONS[op.code & 0xF0], op.dst, op.src, op.imm
    if op.code & _BY_REGISTER:
        return lambda r, _: target if holds(r[dst], r[src]) else after
    return lambda r, _: target if holds(r[dst], value) else after


def _arithmetic(op: Op, kind: int, after: int) -> MachineStep:
    dst, src, value = op.dst, op.src, op.imm
    if op.code & 0xF0 == 0xD0:
        return _swap(op, after)
    if kind == ALU32:
        raise ValueError(f"32-bit arithmetic {op.code:#x} is not known")
    compute = _ARITHMETIC[op.code & 0xF0]

    def by_register(r: list[int], _: Memory) -> int:
        r[dst] = compute(r[dst], r[src]) & _ALL
        return after

    def by_constant(r: list[int], _: Memory) -> int:
        r[dst] = compute(r[dst], value) & _ALL
        return after

    return by_register if op.code & _BY_REGISTER else by_constant


def _swap(op: Op, after: int) -> MachineStep:
    """To little-endian, which only cuts; or to big-endian."""
    dst, size = op.dst, op.imm // 8
    order = "big" if op.code & _BY_REGISTER else "little"

    def step(r: list[int], _: Memory) -> int:
        r[dst] = int.from_bytes((r[dst] & (1 << 8 * size) - 1).to_bytes(size, "little"), order)
        return after

    return step
