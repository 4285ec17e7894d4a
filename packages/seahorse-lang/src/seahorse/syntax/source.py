"""The text of one file, and the spans of the syntax tree nodes in it."""

from __future__ import annotations

import ast

from seahorse.diagnostics import Span


class Source:
    """One file's text. `file` is the name that diagnostics show."""

    def __init__(self, file: str, text: str) -> None:
        self.file = file
        self.text = text
        # Python's own notion of a line: a form feed or U+2028 does not end one.
        self._ascii = text.isascii()
        self.lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")

    def span(self, node: ast.AST) -> Span:
        """The span of a node, in characters; of a node without a position (ast.arguments), the start of the file."""
        line = getattr(node, "lineno", 1)
        end_line = getattr(node, "end_lineno", None) or line
        col = self._char(line, getattr(node, "col_offset", 0))
        end = self._char(end_line, getattr(node, "end_col_offset", None) or 0)
        if end_line == line and end < col:
            end = col
        return Span(self.file, line, col + 1, end_line, end + 1)

    def start(self) -> Span:
        """The first character of the file, for a diagnostic about the file as a whole."""
        return Span(self.file, 1, 1, 1, 2)

    def _char(self, line: int, byte: int) -> int:
        """Turn ast's UTF-8 byte offset into a character offset."""
        if not 0 < line <= len(self.lines):
            return max(0, byte)
        text = self.lines[line - 1]
        if self._ascii or text.isascii():
            return max(0, byte)
        return len(text.encode("utf-8", "surrogatepass")[:byte].decode("utf-8", "ignore"))
