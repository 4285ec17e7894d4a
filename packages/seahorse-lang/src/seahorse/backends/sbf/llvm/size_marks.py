"""Which part of a program each instruction belongs to, or which line of its source: debug locations that say so.

LLVM carries them through inlining and optimization into the object's line table, and makes the same code with them.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass, field

from seahorse.diagnostics import Span

# Metadata numbers below it are the module's own.
_FIRST = 10
_COPY, _ADVANCE_PC, _ADVANCE_LINE, _FIXED_ADVANCE_PC, _CONST_ADD_PC = 1, 2, 3, 9, 8
_END_SEQUENCE, _SET_ADDRESS = 1, 2


@dataclass
class Marks:
    """Gives parts their line numbers, and writes the metadata that LLVM wants around them.

    `by_source`: parts of different lines of the program are different parts; each is then `file:line`, a tab, and its
    name.
    """

    by_source: bool = False
    parts: list[str] = field(default_factory=list[str])
    _functions: dict[str, int] = field(default_factory=dict[str, int])
    _places: dict[tuple[int, int], int] = field(default_factory=dict[tuple[int, int], int])
    _next: int = _FIRST + 3

    def function(self, name: str) -> int:
        """The metadata number of a function."""
        if name not in self._functions:
            self._functions[name] = self._number()
        return self._functions[name]

    def place(self, function: str, part: str, source: Span | None) -> int:
        """The metadata number of a part of a function."""
        if self.by_source:
            part = f"{source.file}:{source.line}\t{part}" if source is not None else f"\t{part}"
        if part not in self.parts:
            self.parts.append(part)
        key = (self.function(function), self.parts.index(part) + 1)
        if key not in self._places:
            self._places[key] = self._number()
        return self._places[key]

    def _number(self) -> int:
        self._next += 1
        return self._next

    def text(self) -> list[str]:
        unit, file, kind = _FIRST, _FIRST + 1, _FIRST + 2
        out = [
            f"!llvm.dbg.cu = !{{!{unit}}}",
            "!llvm.module.flags = !{!7, !8}",
            '!7 = !{i32 2, !"Dwarf Version", i32 4}',
            '!8 = !{i32 2, !"Debug Info Version", i32 3}',
            f"!{unit} = distinct !DICompileUnit(language: DW_LANG_C99, file: !{file}, isOptimized: true, "
            "runtimeVersion: 0, emissionKind: LineTablesOnly)",
            f'!{file} = !DIFile(filename: "parts", directory: "")',
            f"!{kind} = !DISubroutineType(types: !{{}})",
        ]
        out += [
            f'!{number} = distinct !DISubprogram(name: "{name}", scope: !{file}, file: !{file}, line: 0, '
            f"type: !{kind}, unit: !{unit}, spFlags: DISPFlagDefinition | DISPFlagOptimized)"
            for name, number in self._functions.items()
        ]
        out += [
            f"!{number} = !DILocation(line: {line}, scope: !{scope})" for (scope, line), number in self._places.items()
        ]
        return out


# unit_length, version, header_length, minimum_instruction_length, maximum_operations_per_instruction, default_is_stmt,
# line_base, line_range, opcode_base; and where the two sizes end.
_HEADER = struct.Struct("<IHIBBBbBB")
_SIZE_END, _HEADER_SIZE_END = 4, 10


def lines(table: bytes) -> list[tuple[int, int]]:
    """The rows of a DWARF 4 line table, (address, line), each valid up to the next one; by address."""
    rows: list[tuple[int, int]] = []
    at = 0
    while at < len(table):
        size, _, header, least, _, _, base, span, opcodes = _HEADER.unpack_from(table, at)
        # The sizes count from behind themselves.
        program, end = at + _HEADER_SIZE_END + header, at + _SIZE_END + size
        lengths = table[at + _HEADER.size : at + _HEADER.size + opcodes - 1]
        rows += _Program(table, program, end, least, base, span, opcodes, lengths).run()
        at = end
    return sorted(rows)


@dataclass
class _Program:
    """The state machine of a line table."""

    data: bytes
    at: int
    end: int
    least: int
    base: int
    span: int
    opcodes: int
    lengths: bytes

    def run(self) -> list[tuple[int, int]]:
        rows: list[tuple[int, int]] = []
        address, line = 0, 1
        while self.at < self.end:
            code = self._byte()
            if code >= self.opcodes:
                steps, more = divmod(code - self.opcodes, self.span)
                address, line = address + steps * self.least, line + self.base + more
                rows.append((address, line))
            elif code == 0:
                size = self._uleb()
                kind, body = self.data[self.at], self.data[self.at + 1 : self.at + size]
                self.at += size
                if kind == _SET_ADDRESS:
                    address = int.from_bytes(body, "little")
                elif kind == _END_SEQUENCE:
                    rows.append((address, 0))
                    address, line = 0, 1
            elif code == _COPY:
                rows.append((address, line))
            elif code == _ADVANCE_PC:
                address += self._uleb() * self.least
            elif code == _ADVANCE_LINE:
                line += self._sleb()
            elif code == _CONST_ADD_PC:
                address += (255 - self.opcodes) // self.span * self.least
            elif code == _FIXED_ADVANCE_PC:
                address += int.from_bytes(self.data[self.at : self.at + 2], "little")
                self.at += 2
            else:
                for _ in range(self.lengths[code - 1]):
                    self._uleb()
        return rows

    def _byte(self) -> int:
        self.at += 1
        return self.data[self.at - 1]

    def _uleb(self) -> int:
        value = shift = 0
        while True:
            byte = self._byte()
            value |= (byte & 127) << shift
            shift += 7
            if byte < 128:
                return value

    def _sleb(self) -> int:
        start = self.at
        value = self._uleb()
        bits = 7 * (self.at - start)
        return value - (1 << bits) if value >> (bits - 1) else value
