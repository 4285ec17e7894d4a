"""One sBPF instruction as text, spelled as Solana's own disassembler spells it."""

from __future__ import annotations

from collections.abc import Mapping

from seahorse.backends.sbf.link.bytecode import CALL, CALLX, EXIT, JUMP, LDDW, LDX, ST, STX, Op, signed
from seahorse.backends.sbf.llvm.syscalls import LIBCALLS, SYSCALLS, syscall_hash

_SIZES = {0x00: "w", 0x08: "h", 0x10: "b", 0x18: "dw"}
_ALU = {
    0x00: "add", 0x10: "sub", 0x20: "mul", 0x30: "div", 0x40: "or", 0x50: "and", 0x60: "lsh", 0x70: "rsh",
    0x80: "neg", 0x90: "mod", 0xA0: "xor", 0xB0: "mov", 0xC0: "arsh", 0xD0: "be",
}  # fmt: skip
_JUMPS = {
    0x10: "jeq", 0x20: "jgt", 0x30: "jge", 0x40: "jset", 0x50: "jne", 0x60: "jsgt", 0x70: "jsge",
    0xA0: "jlt", 0xB0: "jle", 0xC0: "jslt", 0xD0: "jsle",
}  # fmt: skip
_BY_REGISTER, _OPERATION, _CLASS = 0x08, 0xF0, 0x07
_NEGATE, _SWAP = 0x80, 0xD0
_NAMES = {syscall_hash(name): name for name in (*SYSCALLS, *LIBCALLS.values())}
_WORD = (1 << 32) - 1


def mnemonic(op: Op, labels: Mapping[Op | None, str], called: Mapping[Op | None, str]) -> str:
    """The text of an instruction. `labels` and `called`: names of the instructions that jumps and calls lead to."""
    kind = op.code & _CLASS
    if op.code == EXIT:
        return "exit"
    if op.code == CALLX:
        return f"callx r{op.dst}"
    if op.code == CALL:
        if op.target is not None:
            return f"call {called.get(op.target, '?')}"
        return f"syscall {_NAMES.get(op.imm & _WORD, hex(op.imm & _WORD))}"
    if op.code == LDDW:
        return f"lddw r{op.dst}, {op.imm:#x}"
    if op.code == JUMP:
        return f"ja {labels.get(op.target, '?')}"
    if kind in (LDX, ST, STX):
        return _memory(op, kind)
    operand = f"r{op.src}" if op.code & _BY_REGISTER else str(signed(op.imm))
    if op.is_branch:
        return f"{_JUMPS[op.code & _OPERATION]} r{op.dst}, {operand}, {labels.get(op.target, '?')}"
    return _arithmetic(op, operand)


def _memory(op: Op, kind: int) -> str:
    size = _SIZES[op.code & 0x18]
    if kind == LDX:
        return f"ldx{size} r{op.dst}, [r{op.src}{op.off:+#x}]"
    place = f"[r{op.dst}{op.off:+#x}]"
    return f"stx{size} {place}, r{op.src}" if kind == STX else f"st{size} {place}, {signed(op.imm)}"


def _arithmetic(op: Op, operand: str) -> str:
    operation = op.code & _OPERATION
    if operation == _SWAP:
        return f"{'be' if op.code & _BY_REGISTER else 'le'}{op.imm} r{op.dst}"
    name = f"{_ALU[operation]}{64 if op.code & _CLASS == 7 else 32}"
    return f"{name} r{op.dst}" if operation == _NEGATE else f"{name} r{op.dst}, {operand}"
