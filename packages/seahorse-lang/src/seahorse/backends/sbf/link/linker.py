"""From the object file that LLVM writes to the sBPF v3 program that a cluster loads.

The reference for the output is `load_with_strict_parser` of anza-xyz/sbpf (`src/elf.rs`).
"""

from __future__ import annotations

import struct
from dataclasses import dataclass, field

from seahorse.backends.sbf.link.bytecode import ADD_IMM, MOV_IMM, SLOT, decode, encode, functions, places
from seahorse.backends.sbf.link.peephole import shrink
from seahorse.backends.sbf.llvm.function import OK
from seahorse.backends.sbf.llvm.syscalls import LIBCALLS, SYSCALL_ARGUMENTS, SYSCALLS, syscall_hash

INSTRUCTION = 8
TEXT_ADDRESS = 1 << 32
RODATA_ADDRESS = 0
MAX_FRAME = 4096
_LDDW, _CALL = 0x18, 0x85
_R_64_64, _R_64_ABS64, _R_64_32 = 1, 2, 10
_SHT_RELA, _SHT_REL, _SHT_NOBITS = 4, 9, 8
_STT_FUNC = 2
_SHF_ALLOC, _SHF_EXECINSTR = 2, 4
# Bytes of headers, and offsets in the first: where the section headers are; how large and how many.
_ELF_HEADER, _PROGRAM_HEADER, _SECTION_HEADER = 64, 56, 64
_E_SHOFF, _E_SHENTSIZE = 40, 58
_ET_DYN, _EM_SBPF, _SBPF_V3 = 3, 247, 3
_PT_LOAD, _PF_X, _PF_R = 1, 1, 4
# Where an instruction has its registers and its number. A call says in the place of the registers what it calls: a
# syscall, or (1 as the source register) a function of the program.
_REGISTERS, _IMMEDIATE = 1, 4
_SYSCALL, _FUNCTION = 0x00, 0x10


class LinkError(Exception):
    """The object file holds something that sBPF v3 cannot."""


@dataclass
class _Section:
    name: str
    kind: int
    flags: int
    data: bytearray
    link: int
    info: int
    align: int
    address: int = -1


@dataclass
class _Symbol:
    name: str
    section: int
    value: int
    is_function: bool


@dataclass
class _Relocation:
    offset: int
    symbol: _Symbol
    kind: int


def _sections(data: bytes) -> list[_Section]:
    (shoff,) = struct.unpack_from("<Q", data, _E_SHOFF)
    shentsize, shnum, shstrndx = struct.unpack_from("<HHH", data, _E_SHENTSIZE)
    raw = [struct.unpack_from("<IIQQQQIIQQ", data, shoff + i * shentsize) for i in range(shnum)]
    strings = data[raw[shstrndx][4] : raw[shstrndx][4] + raw[shstrndx][5]]
    out: list[_Section] = []
    for name, kind, flags, _, offset, size, link, info, align, _ in raw:
        body = bytearray(size) if kind == _SHT_NOBITS else bytearray(data[offset : offset + size])
        out.append(_Section(_string(strings, name), kind, flags, body, link, info, max(align, 1)))
    return out


def _string(table: bytes, offset: int) -> str:
    return table[offset : table.index(b"\0", offset)].decode()


def _symbols(sections: list[_Section]) -> list[_Symbol]:
    table = next(s for s in sections if s.name == ".symtab")
    strings = bytes(sections[table.link].data)
    out: list[_Symbol] = []
    for name, info, _, section, value, _ in struct.iter_unpack("<IBBHQQ", table.data):
        out.append(_Symbol(_string(strings, name), section, value, info & 15 == _STT_FUNC))
    return out


def _relocations(sections: list[_Section], symbols: list[_Symbol]) -> list[tuple[_Section, list[_Relocation]]]:
    out: list[tuple[_Section, list[_Relocation]]] = []
    for s in sections:
        if s.kind == _SHT_RELA:
            raise LinkError("relocations with addends are not expected in an eBPF object")
        target = sections[s.info] if s.kind == _SHT_REL else None
        if target is None or not target.flags & _SHF_ALLOC or target.name.startswith(".BTF"):
            continue
        found: list[_Relocation] = []
        for where, info in struct.iter_unpack("<QQ", s.data):
            found.append(_Relocation(where, symbols[info >> 32], info & 0xFFFFFFFF))
        out.append((target, found))
    return out


def _place(sections: list[_Section]) -> tuple[_Section, bytearray]:
    """Give every read-only section its address; return the text section and the read-only image."""
    text: _Section | None = None
    rodata = bytearray()
    placed: list[_Section] = []
    for s in sections:
        if not s.flags & _SHF_ALLOC or not s.data or s.kind in (_SHT_REL, _SHT_RELA):
            continue
        if s.flags & _SHF_EXECINSTR:
            if text is not None:
                raise LinkError(f"more than one text section ({s.name})")
            text = s
        elif s.name.startswith((".rodata", ".data.rel.ro")):
            rodata += bytes(-len(rodata) % s.align)
            s.address = RODATA_ADDRESS + len(rodata)
            rodata += s.data
            placed.append(s)
        elif not s.name.startswith((".eh_frame", ".BTF")):
            raise LinkError(f"writable data ({s.name}) does not exist in sBPF v3")
    if text is None:
        raise LinkError("the object has no code")
    return text, rodata


def _check_frame(text: bytes) -> None:
    """Refuse a function whose stack frame passes 4096 bytes: r10 may only be used with offsets from -4096 up."""
    for slot, (opcode, registers, delta, imm) in enumerate(struct.iter_unpack("<BBhi", text)):
        if delta >= -MAX_FRAME and opcode != ADD_IMM:
            continue
        offset = slot * INSTRUCTION
        dst, src = registers & 15, registers >> 4
        address_in_dst = opcode & 7 in (2, 3) and dst == 10
        address_in_src = opcode & 7 == 1 and src == 10
        if (address_in_dst or address_in_src) and delta < -MAX_FRAME:
            raise LinkError("a function needs more than 4096 bytes of stack")
        if opcode == ADD_IMM and imm < -MAX_FRAME and offset >= INSTRUCTION:
            before = struct.unpack_from("<BB", text, offset - INSTRUCTION)
            if before == (0xBF, 0xA0 | dst):
                raise LinkError("a function needs more than 4096 bytes of stack")


def _resolve(text: _Section, sections: list[_Section], relocations: list[_Relocation]) -> None:
    for r in relocations:
        opcode = text.data[r.offset]
        (imm,) = struct.unpack_from("<i", text.data, r.offset + _IMMEDIATE)
        section = sections[r.symbol.section] if 0 < r.symbol.section < 0xFF00 else None
        if r.kind == _R_64_64 and opcode == _LDDW:
            if section is None:
                raise LinkError(f"undefined symbol {r.symbol.name}")
            address = _address(section, text, r.symbol.value + imm)
            struct.pack_into("<i", text.data, r.offset + _IMMEDIATE, _signed(address & 0xFFFFFFFF))
            struct.pack_into("<i", text.data, r.offset + SLOT + _IMMEDIATE, _signed(address >> 32))
        elif r.kind == _R_64_32 and opcode == _CALL:
            if section is None:
                name = r.symbol.name
                if name == OK:
                    struct.pack_into("<BBhi", text.data, r.offset, MOV_IMM, 0, 0, 0)
                    continue
                if name not in SYSCALLS and name not in LIBCALLS:
                    raise LinkError(f"undefined function {name}")
                text.data[r.offset + _REGISTERS] = _SYSCALL
                struct.pack_into("<I", text.data, r.offset + _IMMEDIATE, syscall_hash(name))
            elif section is text:
                # A call within the section: the addend counts instructions from the symbol, less one.
                target = r.symbol.value // INSTRUCTION + imm
                relative = target - r.offset // INSTRUCTION
                text.data[r.offset + _REGISTERS] = _FUNCTION
                struct.pack_into("<i", text.data, r.offset + _IMMEDIATE, relative)
            else:
                raise LinkError(f"a call leaves the text section ({r.symbol.name})")
        else:
            raise LinkError(f"relocation {r.kind} of opcode {opcode:#x} is not known")


def _address(section: _Section, text: _Section, offset: int) -> int:
    if section is text:
        return TEXT_ADDRESS + offset
    if section.address < 0:
        raise LinkError(f"the address of {section.name} is not known")
    return section.address + offset


def _signed(word: int) -> int:
    return word - (1 << 32) if word & 1 << 31 else word


@dataclass
class LinkMap:
    """The parts that a program was made of, for measurements."""

    # Where each instruction was in the object's code, and its size in the program.
    origins: list[tuple[int, int]] = field(default_factory=list[tuple[int, int]])
    # Names by their place in the object's code.
    functions: dict[int, str] = field(default_factory=dict[int, str])
    # The object's DWARF line table.
    lines: bytes = b""
    # Bytes of read-only data.
    constants: int = 0


def link(obj: bytes, entry: str = "entrypoint", layout: LinkMap | None = None) -> bytes:
    """Link one object file. Raises `LinkError` when it cannot become an sBPF v3 program."""
    sections = _sections(obj)
    symbols = _symbols(sections)
    text, rodata = _place(sections)
    pointed = False
    for target, found in _relocations(sections, symbols):
        pointed = pointed or any(r.kind != _R_64_32 and sections[r.symbol.section] is text for r in found)
        if target is text:
            _resolve(text, sections, found)
        for r in found if target.address >= 0 else []:
            if r.kind != _R_64_ABS64:
                raise LinkError(f"relocation {r.kind} in {target.name} is not known")
            (addend,) = struct.unpack_from("<q", target.data, r.offset)
            value = _address(sections[r.symbol.section], text, r.symbol.value + addend)
            struct.pack_into("<Q", rodata, target.address + r.offset, value)
    _check_frame(bytes(text.data))
    start = next((s.value for s in symbols if s.name == entry and s.section), None)
    if start is None:
        raise LinkError(f"the entry point {entry} is not defined")
    if pointed:
        # Where functions are values, code stays where it is.
        return _executable(bytes(text.data), bytes(rodata), start)
    bodies = functions(decode(bytes(text.data)), start)
    position = next(i for i, ops in enumerate(bodies) if ops[0].origin == start)
    bodies = shrink(bodies, SYSCALL_ARGUMENTS)
    ops = [op for body in bodies for op in body]
    if layout is not None:
        layout.origins = [(op.origin, op.slots * SLOT) for op in ops]
        layout.functions = {s.value: s.name for s in symbols if s.is_function}
        layout.lines = next((bytes(s.data) for s in sections if s.name == ".debug_line"), b"")
        layout.constants = len(rodata) + -len(rodata) % 8
    code, start = encode(ops), places(ops)[bodies[position][0]] * SLOT
    return _executable(code, bytes(rodata), start)


def _executable(code: bytes, rodata: bytes, start: int) -> bytes:
    rodata += bytes(-len(rodata) % 8)
    headers = 2 if rodata else 1
    offset = _ELF_HEADER + _PROGRAM_HEADER * headers
    ident = b"\x7fELF\x02\x01\x01" + bytes(9)
    sizes = (_ELF_HEADER, _PROGRAM_HEADER, headers, _SECTION_HEADER, 0, 0)
    entry = TEXT_ADDRESS + start
    out = ident + struct.pack("<HHIQQQIHHHHHH", _ET_DYN, _EM_SBPF, 1, entry, _ELF_HEADER, 0, _SBPF_V3, *sizes)
    if rodata:
        size = len(rodata)
        out += _program_header(_PF_R, offset, RODATA_ADDRESS, size)
    size = len(code)
    out += _program_header(_PF_X, offset + len(rodata), TEXT_ADDRESS, size)
    return out + rodata + code


def _program_header(flags: int, offset: int, address: int, size: int) -> bytes:
    """A segment that is loaded."""
    return struct.pack("<IIQQQQQQ", _PT_LOAD, flags, offset, address, address, size, size, 8)
