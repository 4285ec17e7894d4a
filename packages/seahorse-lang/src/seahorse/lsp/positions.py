"""Positions of the compiler (lines and characters from 1) and of editors (lines and code units from 0)."""

from __future__ import annotations

from dataclasses import dataclass

from lsprotocol.types import Position, PositionEncodingKind, Range

from seahorse.diagnostics import Span

_ABOVE_UTF16 = 0xFFFF


def lines_of(text: str) -> list[str]:
    """The lines of a text as editors and Python count them: a form feed or U+2028 does not end one."""
    return text.replace("\r\n", "\n").replace("\r", "\n").split("\n")


@dataclass(frozen=True)
class ColumnUnits:
    """What an editor counts in a line: the code units of an encoding, on which both sides agreed at the start."""

    encoding: PositionEncodingKind | str = PositionEncodingKind.Utf16

    def count(self, text: str) -> int:
        """Code units of a text."""
        if text.isascii() or self.encoding == PositionEncodingKind.Utf32:
            return len(text)
        if self.encoding == PositionEncodingKind.Utf8:
            return len(text.encode("utf-8", "surrogatepass"))
        return len(text) + sum(ord(c) > _ABOVE_UTF16 for c in text)

    def characters(self, line: str, units: int) -> int:
        """How many characters of a line begin before a place; within a character it is the place before it."""
        if line.isascii() or self.encoding == PositionEncodingKind.Utf32:
            return min(units, len(line))
        passed = 0
        for index, character in enumerate(line):
            passed += self.count(character)
            if passed > units:
                return index
        return len(line)

    def position(self, lines: list[str], line: int, column: int) -> Position:
        """The editor's position of a line and column of the compiler. Outside of the text it is the nearest place."""
        row = min(max(line - 1, 0), len(lines) - 1)
        if line - 1 > row:
            return Position(row, self.count(lines[row]))
        return Position(row, self.count(lines[row][: max(column - 1, 0)]))

    def range(self, lines: list[str], span: Span) -> Range:
        """The editor's range of a span. `lines`: of the text that the span is of."""
        start = self.position(lines, span.line, span.col)
        end = self.position(lines, span.end_line, span.end_col)
        return Range(start, end if (end.line, end.character) >= (start.line, start.character) else start)

    def place(self, lines: list[str], position: Position) -> tuple[int, int]:
        """The compiler's line and column of an editor's position."""
        row = min(max(position.line, 0), len(lines) - 1)
        return row + 1, self.characters(lines[row], position.character) + 1
