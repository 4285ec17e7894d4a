"""sBPF v3 programs small enough to assemble by hand, so that these tests need no compiler."""

import struct

ENTRY = 1 << 32
EXECUTABLE, READABLE = 1, 4


def murmur3(name: bytes) -> int:
    """murmur3_32 with seed 0: how sBPF v3 names a syscall."""
    mask, state = 0xFFFFFFFF, 0
    for at in range(0, len(name), 4):
        block = name[at : at + 4]
        word = int.from_bytes(block, "little") * 0xCC9E2D51 & mask
        word = ((word << 15 | word >> 17) & mask) * 0x1B873593 & mask
        state ^= word
        if len(block) == 4:
            state = ((state << 13 | state >> 19) & mask) * 5 + 0xE6546B64 & mask
    state ^= len(name)
    state = (state ^ state >> 16) * 0x85EBCA6B & mask
    state = (state ^ state >> 13) * 0xC2B2AE35 & mask
    return state ^ state >> 16


def instruction(opcode: int, dst: int = 0, src: int = 0, offset: int = 0, immediate: int = 0) -> bytes:
    """One eight-byte instruction."""
    return struct.pack("<BBhI", opcode, src << 4 | dst, offset, immediate & 0xFFFFFFFF)


def move(register: int, value: int) -> bytes:
    """mov64 register, value."""
    return instruction(0xB7, register, immediate=value)


def syscall(name: str) -> bytes:
    """call of a syscall."""
    return instruction(0x85, immediate=murmur3(name.encode()))


EXIT = instruction(0x95)


def elf(text: bytes, rodata: bytes = b"") -> bytes:
    """An ELF file with `text` and, at address 0, `rodata`."""
    rodata = rodata.ljust(-(-len(rodata) // 8) * 8, b"\0")
    segments = ([(READABLE, 0, rodata)] if rodata else []) + [(EXECUTABLE, ENTRY, text)]
    offset = 64 + 56 * len(segments)
    headers = contents = b""
    for flags, address, body in segments:
        position = offset + len(contents)
        headers += struct.pack("<IIQQQQQQ", 1, flags, position, address, address, len(body), len(body), 8)
        contents += body
    identity = b"\x7fELF" + bytes([2, 1, 1]) + bytes(9)
    header = identity + struct.pack("<HHIQQQIHHHHHH", 3, 247, 1, ENTRY, 64, 0, 3, 64, 56, len(segments), 64, 0, 0)
    return header + headers + contents


def returning(code: int) -> bytes:
    """A program that returns `code`: 0 is success, anything else a custom error."""
    return elf(move(0, code) + EXIT)


def logging(message: bytes) -> bytes:
    """A program that logs `message` and succeeds."""
    load_address = instruction(0x18, 1) + instruction(0)
    return elf(load_address + move(2, len(message)) + syscall("sol_log_") + move(0, 0) + EXIT, message)
