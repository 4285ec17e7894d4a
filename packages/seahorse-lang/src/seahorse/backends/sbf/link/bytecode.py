"""sBPF instructions as objects, so that code can be changed: jumps and calls refer to their targets.

Only what LLVM writes for eBPF v2 is known here, and stores of constants, which eBPF has but LLVM's v2 does not write.
"""

from __future__ import annotations

import struct
from collections.abc import Sequence

SLOT = 8
LDDW, MOV_IMM, MOV, ADD_IMM, JUMP, CALL, CALLX, EXIT = 0x18, 0xB7, 0xBF, 0x07, 0x05, 0x85, 0x8D, 0x95
# Instruction classes, the low three bits of an opcode.
LD, LDX, ST, STX, ALU32, JMP, JMP32, ALU64 = range(8)
FRAME = 10
_INTERNAL = 1
_ALL = (1 << 64) - 1
_ARGUMENTS, _RESULT = 0b111110, 1
# Each condition and its opposite, by the high four bits of the opcode.
_OPPOSITES = {1: 5, 2: 11, 3: 10, 6: 13, 7: 12} | {5: 1, 11: 2, 10: 3, 13: 6, 12: 7}

# Conditional jumps.
_BRANCHES = {code for code in range(256) if code & 7 in (JMP, JMP32)} - {JUMP, CALL, CALLX, EXIT}


class Op:
    """One instruction. `origin` is its place in the object file, in bytes; `target` what it jumps to or calls."""

    __slots__ = ("code", "dst", "imm", "off", "origin", "src", "target")

    def __init__(self, code: int, dst: int, src: int, off: int, imm: int, origin: int) -> None:
        self.code = code
        self.dst = dst
        self.src = src
        self.off = off
        self.imm = imm
        self.origin = origin
        self.target: Op | None = None

    @property
    def slots(self) -> int:
        return 2 if self.code == LDDW and not fits(self.imm) else 1

    @property
    def is_branch(self) -> bool:
        """A conditional jump."""
        return self.code in _BRANCHES

    @property
    def ends(self) -> bool:
        """The program never continues behind it."""
        return self.code in (JUMP, EXIT)

    @property
    def same(self) -> tuple[object, ...]:
        """Equal for instructions that do the same, wherever they stand."""
        return (self.code, self.dst, self.src, self.off, self.imm, self.target)

    def invert(self) -> bool:
        """Turn a condition into its opposite, if it has one."""
        opposite = _OPPOSITES.get(self.code >> 4)
        if opposite is None:
            return False
        self.code = opposite << 4 | self.code & 15
        return True

    def uses(self, called: int) -> int:
        """The registers that are read, as bits. `called`: those that a call reads."""
        kind = self.code & 7
        if kind == LDX:
            return 1 << self.src
        if kind == STX:
            return 1 << self.src | 1 << self.dst
        if kind == ST:
            return 1 << self.dst
        if kind in (ALU64, ALU32):
            own = 0 if self.code in (MOV_IMM, MOV, 0xB4, 0xBC) else 1 << self.dst
            return own | (1 << self.src if self.code & 8 and self.code & 0xF0 not in (0x80, 0xD0) else 0)
        if self.code == EXIT:
            return _RESULT
        if self.code == CALL:
            return called
        if self.code == CALLX:
            return _ARGUMENTS | 1 << self.dst
        if self.is_branch:
            return 1 << self.dst | (1 << self.src if self.code & 8 else 0)
        return 0

    def defines(self) -> int:
        """The registers that hold something else afterwards, as bits."""
        kind = self.code & 7
        if kind in (LDX, ALU64, ALU32) or self.code == LDDW:
            return 1 << self.dst
        return _ARGUMENTS | _RESULT if self.code in (CALL, CALLX) else 0


def fits(value: int) -> bool:
    """Whether a 64-bit value is the sign extension of its low 32 bits."""
    return value < 1 << 31 or value >= (1 << 64) - (1 << 31)


def decode(text: bytes) -> list[Op]:
    """The instructions of a text section whose calls are resolved."""
    ops: list[Op] = []
    at_slot: dict[int, Op] = {}
    constant: Op | None = None
    for slot, (code, registers, off, imm) in enumerate(struct.iter_unpack("<BBhi", text)):
        if constant is not None:
            constant.imm = constant.imm & 0xFFFFFFFF | (imm & 0xFFFFFFFF) << 32
            constant = None
            continue
        op = Op(code, registers & 15, registers >> 4, off, imm & _ALL, slot * SLOT)
        at_slot[slot] = op
        ops.append(op)
        if code == LDDW:
            constant = op
    for op in ops:
        if op.code == CALL and op.src == _INTERNAL:
            op.target = at_slot[op.origin // SLOT + 1 + signed(op.imm)]
        elif op.code == JUMP or op.is_branch:
            op.target = at_slot[op.origin // SLOT + 1 + op.off]
    return ops


def signed(value: int) -> int:
    return value - (1 << 64) if value >> 63 else value


def places(ops: Sequence[Op]) -> dict[Op, int]:
    """The slot of every instruction."""
    found: dict[Op, int] = {}
    slot = 0
    for op in ops:
        found[op] = slot
        slot += op.slots
    return found


def encode(ops: Sequence[Op]) -> bytes:
    """The bytes of instructions that stand in this order. A constant that fits 32 bits takes one slot, not two."""
    where = places(ops)
    out = bytearray()
    for op in ops:
        off, imm = op.off, op.imm
        if op.target is not None:
            delta = where[op.target] - where[op] - 1
            off, imm = (off, delta) if op.code == CALL else (delta, imm)
        if op.code == LDDW and op.slots == 1:
            out += struct.pack("<BBhI", MOV_IMM, op.dst, 0, imm & 0xFFFFFFFF)
            continue
        out += struct.pack("<BBhI", op.code, op.dst | op.src << 4, off, imm & 0xFFFFFFFF)
        if op.code == LDDW:
            out += struct.pack("<II", 0, imm >> 32)
    return bytes(out)


def functions(ops: Sequence[Op], entry: int) -> list[list[Op]]:
    """The code, divided into functions: at the targets of calls and at the entry point."""
    starts = {op.target for op in ops if op.code == CALL and op.target is not None}
    out: list[list[Op]] = []
    for op in ops:
        if not out or op in starts or op.origin == entry:
            out.append([])
        out[-1].append(op)
    return out
