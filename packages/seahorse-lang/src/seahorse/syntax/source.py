"""The text of one file, and the spans of the syntax tree nodes in it."""

from __future__ import annotations

import ast
import re

from seahorse.diagnostics import Replacement, Span, ValuePart
from seahorse.syntax.walk import walk_syntax


class Source:
    """One file's text. `file` is the name that diagnostics show."""

    def __init__(self, file: str, text: str) -> None:
        self.file = file
        self.text = text
        # Python's own notion of a line: a form feed or U+2028 does not end one.
        self._ascii = text.isascii()
        self._written: set[tuple[object, ...]] = set()
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

    def part(self, node: ast.expr) -> ValuePart | None:
        """What an expression is of the value that the program has written at its place; None for one of the compiler's.

        A tree that was copied or rewritten has its expressions where they were. `node.part`: what a rewriting says of
        one that it made.
        """
        made: ValuePart | None = getattr(node, "part", None)
        return made if made is not None else () if _place(node) in self._written else None

    def start(self) -> Span:
        """The first character of the file, for a diagnostic about the file as a whole."""
        return Span(self.file, 1, 1, 1, 2)

    def know(self, tree: ast.Module) -> None:
        """Learn which expressions the file has."""
        self._written = {_place(node) for node in walk_syntax(tree) if isinstance(node, ast.expr)}

    # --- edits ---

    def text_of(self, node: ast.AST) -> str:
        """The text of a node, as it is written."""
        return self.cut(self.span(node))

    def cut(self, span: Span) -> str:
        """The text of a range."""
        rows = self.lines[span.line - 1 : span.end_line]
        if not rows:
            return ""
        rows[-1] = rows[-1][: span.end_col - 1]
        rows[0] = rows[0][span.col - 1 :]
        return "\n".join(rows)

    def instead(self, node: ast.AST, text: str) -> Replacement:
        """Another text in the place of a node."""
        return Replacement(self.span(node), text)

    def around(self, node: ast.AST, before: str, after: str) -> Replacement:
        """A node between two texts. One that a dot behind it would split is put in parentheses."""
        text = self.text_of(node)
        whole = isinstance(node, ast.Name | ast.Attribute | ast.Call | ast.Subscript)
        if not whole and after[:1] in (".", " "):
            text = f"({text})"
        return Replacement(self.span(node), f"{before}{text}{after}")

    def before(self, node: ast.AST, text: str) -> Replacement:
        """A text in front of a node."""
        span = self.span(node)
        return Replacement(Span(span.file, span.line, span.col, span.line, span.col), text)

    def attribute(self, node: ast.Attribute, name: str) -> Replacement:
        """Another name behind the dot."""
        span = self.span(node)
        start = span.end_col - len(node.attr)
        return Replacement(Span(span.file, span.end_line, start, span.end_line, span.end_col), name)

    def first_name(self, node: ast.AST, old: str, name: str) -> Replacement:
        """Another name where a node begins with one: an argument by name, a parameter, an import."""
        span = self.span(node)
        return Replacement(Span(span.file, span.line, span.col, span.line, span.col + len(old)), name)

    def between(self, left: ast.AST, right: ast.AST, old: str, new: str) -> Replacement | None:
        """Another operator between two operands; None where the text between them is not clear."""
        one, other = self.span(left), self.span(right)
        gap = Span(self.file, one.end_line, one.end_col, other.line, other.col)
        text = self.cut(gap)
        return Replacement(gap, text.replace(old, new, 1)) if text.count(old) == 1 and "#" not in text else None

    def without_call(self, func: ast.expr) -> Replacement | None:
        """A name without the `()` behind it; None where arguments or blanks stand there."""
        span = self.span(func)
        line, at = self.lines[span.end_line - 1], span.end_col - 1
        empty = line[at : at + 2] == "()"
        return Replacement(Span(self.file, span.end_line, at + 1, span.end_line, at + 3), "") if empty else None

    def without_arguments(self, call: ast.Call, first: ast.expr) -> Replacement:
        """A call without its arguments from one on."""
        start, end = self.span(first), self.span(call)
        given = [a for a in call.args if self.span(a).end_col <= start.col and a is not first]
        if given:
            start = self.span(given[-1])
            return Replacement(Span(self.file, start.end_line, start.end_col, end.end_line, end.end_col - 1), "")
        return Replacement(Span(self.file, start.line, start.col, end.end_line, end.end_col - 1), "")

    def without_argument(self, call: ast.Call, value: ast.expr) -> Replacement:
        """A call without one of its arguments, and without the comma before or behind it."""
        given = sorted([*call.args, *call.keywords], key=lambda a: (a.lineno, a.col_offset))
        at = next(i for i, a in enumerate(given) if a is value or getattr(a, "value", None) is value)
        here = self.span(given[at])
        if at:
            before = self.span(given[at - 1])
            return Replacement(Span(self.file, before.end_line, before.end_col, here.end_line, here.end_col), "")
        end = self.span(given[1]) if len(given) > 1 else None
        line, col = (end.line, end.col) if end is not None else (here.end_line, here.end_col)
        return Replacement(Span(self.file, here.line, here.col, line, col), "")

    def with_argument(self, call: ast.Call, text: str) -> Replacement | None:
        """A call with one more argument at its end; None where a comma or a comment stands there."""
        end = self.span(call)
        given = sorted([*call.args, *call.keywords], key=lambda a: (a.lineno, a.col_offset))
        if given:
            last = self.span(given[-1])
            if self.cut(Span(self.file, last.end_line, last.end_col, end.end_line, end.end_col - 1)).strip():
                return None
            return Replacement(Span(self.file, last.end_line, last.end_col, last.end_line, last.end_col), f", {text}")
        return Replacement(Span(self.file, end.end_line, end.end_col - 1, end.end_line, end.end_col - 1), text)

    def above(self, node: ast.FunctionDef | ast.ClassDef, text: str) -> Replacement:
        """A line above a function or a class, and above its decorators."""
        line = min([node.lineno, *(d.lineno for d in node.decorator_list)])
        indent = self.lines[line - 1][: len(self.lines[line - 1]) - len(self.lines[line - 1].lstrip())]
        return Replacement(Span(self.file, line, 1, line, 1), f"{indent}{text}\n")

    def parameter(self, span: Span, text: str) -> Replacement | None:
        """Another declaration of a parameter; None where its type has brackets, with rules that would be lost."""
        plain = re.fullmatch(r"\w+\s*:\s*[\w.]+(\s*\|\s*None)?", self.cut(span))
        return Replacement(span, text) if plain else None

    def returning(self, node: ast.FunctionDef, result: str | None) -> Replacement | None:
        """A function with another result type, or without one; None where its header is not clear."""
        parts = [self.span(a) for a in ast.walk(node.args) if hasattr(a, "lineno")]
        start = max([(s.end_line, s.end_col) for s in parts], default=(node.lineno, self.span(node).col))
        end = self.span(node.returns if node.returns is not None else node.body[0])
        header = self.cut(Span(self.file, *start, end.line, end.col))
        found = re.match(r"[^#]*?\)", header, re.DOTALL)
        if found is None:
            return None
        rows = found[0].split("\n")
        line, col = start[0] + len(rows) - 1, len(rows[-1]) + (start[1] if len(rows) == 1 else 1)
        stop = (end.end_line, end.end_col) if node.returns is not None else (line, col)
        return Replacement(Span(self.file, line, col, *stop), f" -> {result}" if result is not None else "")

    def _char(self, line: int, byte: int) -> int:
        """Turn ast's UTF-8 byte offset into a character offset."""
        if not 0 < line <= len(self.lines):
            return max(0, byte)
        text = self.lines[line - 1]
        if self._ascii or text.isascii():
            return max(0, byte)
        return len(text.encode("utf-8", "surrogatepass")[:byte].decode("utf-8", "ignore"))


def _place(node: ast.expr) -> tuple[object, ...]:
    return type(node), node.lineno, node.col_offset, node.end_lineno, node.end_col_offset
