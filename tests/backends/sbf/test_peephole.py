"""The pass over finished code: what it does to small pieces, and that random programs do the same after it."""

from __future__ import annotations

import random
import struct

import pytest

from seahorse.backends.sbf.link.bytecode import Op, decode, encode, functions, places, signed
from seahorse.backends.sbf.link.peephole import shrink
from seahorse.backends.sbf.llvm.syscalls import SYSCALL_ARGUMENTS, syscall_hash

MASK = (1 << 64) - 1
MOV_IMM, MOV, ADD_IMM, ADD, XOR, MUL_IMM, RSH_IMM = 0xB7, 0xBF, 0x07, 0x0F, 0xAF, 0x27, 0x77
LDX, STX, STX_32, STX_16, ST = 0x79, 0x7B, 0x63, 0x6B, 0x7A
JUMP, JEQ_IMM, JNE_IMM, JEQ, JGT_IMM, CALL, EXIT = 0x05, 0x15, 0x55, 0x1D, 0x25, 0x85, 0x95
LOG = syscall_hash("sol_log_64_")


def word(code: int, dst: int = 0, src: int = 0, off: int = 0, imm: int = 0) -> bytes:
    return struct.pack("<BBhI", code, dst | src << 4, off, imm & 0xFFFFFFFF)


def wide(dst: int, value: int) -> bytes:
    return word(0x18, dst, imm=value) + word(0, imm=value >> 32)


def shrunk(*words: bytes) -> list[Op]:
    bodies = shrink(functions(decode(b"".join(words)), 0), SYSCALL_ARGUMENTS)
    return [op for body in bodies for op in body]


def codes(ops: list[Op]) -> list[int]:
    return [op.code for op in ops]


def test_a_constant_is_stored_as_such() -> None:
    ops = shrunk(word(MOV_IMM, 1, imm=-7), word(STX, 10, 1, -8), word(MOV_IMM, 0), word(EXIT))
    assert codes(ops) == [ST, MOV_IMM, EXIT]
    assert signed(ops[0].imm) == -7


def test_a_large_constant_is_stored_in_halves() -> None:
    value = 0x1122334499AABBCC
    ops = shrunk(wide(1, value), word(STX, 10, 1, -8), word(MOV_IMM, 0), word(EXIT))
    assert codes(ops) == [0x62, 0x62, MOV_IMM, EXIT]
    assert [(op.off, op.imm & 0xFFFFFFFF) for op in ops[:2]] == [(-8, 0x99AABBCC), (-4, 0x11223344)]


def test_a_large_constant_that_is_used_again_stays() -> None:
    ops = shrunk(wide(1, 1 << 40), word(STX, 10, 1, -8), word(MOV, 0, 1), word(EXIT))
    assert 0x18 in codes(ops) and STX in codes(ops)


def test_a_large_constant_stays_where_another_value_may_come_instead() -> None:
    way = [word(MOV_IMM, 1, imm=10), word(JEQ_IMM, 2, off=2), wide(1, 0x1122334499AABBCC)]
    ops = shrunk(*way, word(STX, 10, 1, -8), word(MOV_IMM, 0), word(EXIT))
    assert codes(ops) == [MOV_IMM, JEQ_IMM, 0x18, STX, MOV_IMM, EXIT]


def test_an_address_in_the_frame_is_made_from_another() -> None:
    lea = (word(MOV, 1, 10), word(ADD_IMM, 1, imm=-64))
    call = (word(CALL, imm=syscall_hash("sol_log_pubkey")),)
    other = (word(MOV, 6, 10), word(ADD_IMM, 6, imm=-64), *lea, *call, word(MOV, 1, 6), *call)
    ops = shrunk(*other, word(MOV_IMM, 0), word(EXIT))
    assert codes(ops) == [MOV, ADD_IMM, MOV, CALL, MOV, CALL, MOV_IMM, EXIT]


def test_a_jump_to_the_end_is_the_end() -> None:
    ops = shrunk(word(JEQ_IMM, 1, off=2), word(MOV_IMM, 0, imm=1), word(JUMP, off=1), word(MOV_IMM, 0), word(EXIT))
    assert codes(ops) == [JEQ_IMM, MOV_IMM, EXIT, MOV_IMM, EXIT]


def test_a_condition_around_a_jump_is_turned_around() -> None:
    body = (word(JEQ_IMM, 1, off=1), word(JUMP, off=2), word(MOV_IMM, 0, imm=1), word(EXIT))
    ops = shrunk(*body, word(MOV_IMM, 0, imm=2), word(EXIT))
    assert codes(ops) == [JNE_IMM, MOV_IMM, EXIT, MOV_IMM, EXIT]


def test_equal_blocks_are_one() -> None:
    block = (word(MOV_IMM, 0, imm=5), word(EXIT))
    ops = shrunk(
        word(JEQ_IMM, 1, off=4), word(JEQ_IMM, 2, off=5), word(MOV_IMM, 0), word(EXIT), word(EXIT), *block, *block
    )
    assert sum(op.code == EXIT for op in ops) == 2
    assert ops[0].target is ops[1].target


def test_what_a_comparison_tells_is_known() -> None:
    """`if r0 != 0 goto ...; r0 = 0`"""
    ops = shrunk(
        word(JNE_IMM, 1, off=3), word(MOV_IMM, 1), word(MOV, 0, 1), word(EXIT), word(MOV_IMM, 0, imm=1), word(EXIT)
    )
    assert codes(ops) == [JNE_IMM, MOV_IMM, EXIT, MOV_IMM, EXIT]


def test_a_loop_may_bring_another_value() -> None:
    loop = (word(STX, 10, 1, -8), word(MOV_IMM, 1, imm=5), word(ADD_IMM, 2, imm=1), word(JNE_IMM, 2, off=-4, imm=3))
    ops = shrunk(word(MOV_IMM, 1), *loop, word(MOV_IMM, 0), word(EXIT))
    assert codes(ops)[1] == STX


def test_a_function_keeps_its_callers_when_its_first_instruction_goes() -> None:
    call = word(CALL, src=1, imm=1)
    ops = shrunk(call, word(EXIT), word(MOV_IMM, 3, imm=9), word(MOV_IMM, 0, imm=4), word(EXIT))
    assert codes(ops) == [CALL, EXIT, MOV_IMM, EXIT]
    assert ops[0].target is ops[2]


# --- random programs ---


class Machine:
    """Runs one function; what it logs and returns is what can be seen of it."""

    def __init__(self, ops: list[Op], arguments: list[int]) -> None:
        self.ops = decode(encode(ops))
        self.registers = [0, *arguments, *[0] * 5]
        self.frame = bytearray(64)
        self.seen: list[tuple[int, ...]] = []

    def run(self) -> tuple[int, list[tuple[int, ...]], bytes] | None:
        """None for a program that does not end soon."""
        index = {op: i for i, op in enumerate(self.ops)}
        at = 0
        for _ in range(2_000):
            op = self.ops[at]
            if op.code == EXIT:
                return self.registers[0], self.seen, bytes(self.frame)
            taken = self.step(op)
            at = index[op.target] if taken else at + 1
        return None

    def step(self, op: Op) -> bool:
        r = self.registers
        imm = op.imm & MASK
        match op.code:
            case 0xB7 | 0x18:
                r[op.dst] = imm
            case 0xBF:
                r[op.dst] = r[op.src]
            case 0x07:
                r[op.dst] = r[op.dst] + imm & MASK
            case 0x0F:
                r[op.dst] = r[op.dst] + r[op.src] & MASK
            case 0xAF:
                r[op.dst] ^= r[op.src]
            case 0x27:
                r[op.dst] = r[op.dst] * imm & MASK
            case 0x77:
                r[op.dst] >>= op.imm & 63
            case 0x79:
                r[op.dst] = int.from_bytes(self.place(op.src, op.off, 8), "little")
            case 0x7B | 0x63 | 0x6B | 0x73:
                self.write(op, r[op.src])
            case 0x7A | 0x62 | 0x6A | 0x72:
                self.write(op, imm)
            case 0x85:
                self.seen.append(tuple(r[1:6]))
                r[0:6] = [len(self.seen), 11, 12, 13, 14, 15]
            case 0x05:
                return True
            case 0x15 | 0x55 | 0x25:
                return {0x15: r[op.dst] == imm, 0x55: r[op.dst] != imm, 0x25: r[op.dst] > imm}[op.code]
            case 0x1D | 0x5D:
                return (r[op.dst] == r[op.src]) == (op.code == 0x1D)
            case 0xB5:
                return r[op.dst] <= imm
            case _:
                raise AssertionError(f"unknown instruction {op.code:#x}")
        return False

    def place(self, base: int, off: int, size: int) -> memoryview:
        """The frame is all the memory there is: r10 is 0, its end."""
        at = signed(self.registers[base]) + off + len(self.frame)
        assert 0 <= at <= len(self.frame) - size
        return memoryview(self.frame)[at : at + size]

    def write(self, op: Op, value: int) -> None:
        size = {0x7B: 8, 0x7A: 8, 0x63: 4, 0x62: 4, 0x6B: 2, 0x6A: 2, 0x73: 1, 0x72: 1}[op.code]
        self.place(op.dst, op.off, size)[:] = (value & (1 << 8 * size) - 1).to_bytes(size, "little")


VALUES = (0, 1, 2, -1, 5, 1 << 31, (1 << 40) + 3, 0xFFFFFFFF, -(1 << 31))


def instruction(rng: random.Random, done: int, left: int) -> bytes:
    """One instruction, or an address with what uses it."""
    a, b = rng.randrange(10), rng.randrange(10)
    value = rng.choice(VALUES)
    small = signed(value & MASK) if -(1 << 31) <= value < 1 << 31 else 3
    off = -8 * rng.randrange(1, 9)
    to = rng.randrange(left) if rng.randrange(4) else -rng.randrange(1, done + 2)
    match rng.randrange(14):
        case 0 | 1:
            return word(MOV_IMM, a, imm=small)
        case 2:
            return wide(a, value & MASK)
        case 3:
            return word(MOV, a, b)
        case 4:
            return word(rng.choice((ADD, XOR)), a, b)
        case 5:
            return word(rng.choice((ADD_IMM, MUL_IMM)), a, imm=small)
        case 6 | 7:
            return word(rng.choice((STX, STX, STX_32, STX_16)), 10, b, off)
        case 8:
            return word(LDX, a, 10, off)
        case 9:
            # An address below the end, and a store and a load through it.
            up = 8 * rng.randrange(-off // 8)
            address = word(MOV, a, 10) + word(ADD_IMM, a, imm=off)
            return address + (word(STX, a, b, up) if a != b else b"") + word(LDX, b, a, up)
        case 10:
            return word(MOV, 1, 10) + word(ADD_IMM, 1, imm=off) + word(CALL, imm=LOG)
        case 11:
            return word(JUMP, off=rng.randrange(left)) if rng.randrange(3) == 0 else word(JEQ, a, b, to)
        case _:
            return word(rng.choice((JEQ_IMM, JNE_IMM, JGT_IMM)), a, off=to, imm=small)


def program(rng: random.Random) -> bytes:
    """Jumps count pieces when they are written, and slots afterwards."""
    count = rng.randrange(4, 30)
    pieces = [instruction(rng, i, count - i) for i in range(count)]
    starts = [0]
    for piece in pieces:
        starts.append(starts[-1] + len(piece) // 8)
    out = b""
    for i, piece in enumerate(pieces):
        if piece[0] in (JUMP, JEQ, JEQ_IMM, JNE_IMM, JGT_IMM):
            (off,) = struct.unpack_from("<h", piece, 2)
            piece = piece[:2] + struct.pack("<h", starts[min(i + 1 + off, count)] - starts[i] - 1) + piece[4:]
        out += piece
    return out + word(EXIT)


@pytest.mark.parametrize("seed", range(400))
def test_random_programs_do_the_same(seed: int) -> None:
    rng = random.Random(seed)
    text = program(rng)
    before = decode(text)
    after = shrink(functions(decode(text), 0), SYSCALL_ARGUMENTS)[0]
    assert len(encode(after)) <= len(text)
    assert set(places(after)) == set(after)
    for _ in range(4):
        arguments = [rng.choice(VALUES) & MASK for _ in range(5)]
        expected = Machine(before, arguments).run()
        if expected is not None:
            assert Machine(after, arguments).run() == expected
