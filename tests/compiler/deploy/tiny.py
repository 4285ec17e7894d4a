"""The smallest programs that a cluster takes, and one that it does not."""

import struct

TEXT = 1 << 32


def program(answer: int, padding: int = 0) -> bytes:
    """An sBPF v3 program whose entry returns `answer`. `padding`: instructions that follow it, 16 bytes each."""
    move = struct.pack("<BBhI", 0xB7, 0, 0, answer)
    leave = struct.pack("<BBhI", 0x95, 0, 0, 0)
    text = move + leave + (move + leave) * padding
    ident = b"\x7fELF\x02\x01\x01" + bytes(9)
    header = ident + struct.pack("<HHIQQQIHHHHHH", 3, 247, 1, TEXT, 64, 0, 3, 64, 56, 1, 64, 0, 0)
    segment = struct.pack("<IIQQQQQQ", 1, 1, 120, TEXT, TEXT, len(text), len(text), 8)
    return header + segment + text


NO_PROGRAM = b"this is no program" * 20
