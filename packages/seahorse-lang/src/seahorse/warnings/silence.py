"""The comments that silence warnings: `# seahorse: allow[unused-name]`."""

from __future__ import annotations

import ast
import io
import re
import tokenize

from seahorse.diagnostics import Diagnostic, Replacement, Span
from seahorse.semantics.names.near import near
from seahorse.syntax import SourceModule
from seahorse.syntax.walk import walk_syntax
from seahorse.warnings.kinds import KINDS, warning

_COMMENT = re.compile(r"#\s*seahorse:\s*allow\[([^\]]*)\]")


def _unknown(module: SourceModule, span: Span, name: str) -> Diagnostic:
    close, message = near(name, KINDS), f"there is no warning `{name}`"
    if close is None:
        return warning("unknown-warning", span, message, f"the warnings are: {', '.join(KINDS)}")
    at = module.source.lines[span.line - 1].index(name, span.col - 1) + 1
    corrected = Replacement(Span(span.file, span.line, at, span.line, at + len(name)), close)
    return warning("unknown-warning", span, message, f"did you mean `{close}`?", corrected)


class Silence:
    """Which kinds are silenced on which lines of one file.

    A comment at the end of a line silences on that line; on a line of its own, on the next line that is code; at a
    `def` or `class`, in all of it.
    """

    def __init__(self, module: SourceModule) -> None:
        self.mistakes: list[Diagnostic] = []
        self._allowed: dict[int, set[str]] = {}
        comments = _comments(module.source.text)
        ends = _ends_of_definitions(module.tree) if comments else {}
        for line, column, names, after in comments:
            span = Span(module.source.file, line, column, line, column + 1)
            first = after if after is not None else line
            for name in names:
                if name not in KINDS:
                    self.mistakes.append(_unknown(module, span, name))
            for silenced in range(first, ends.get(first, first) + 1):
                self._allowed.setdefault(silenced, set()).update(names)

    def silences(self, found: Diagnostic) -> bool:
        """Whether a warning of this file is silenced where it stands."""
        return found.warning in self._allowed.get(found.span.line, ())


def _ends_of_definitions(tree: ast.Module) -> dict[int, int]:
    """The last line of each definition, by its first line and by those of its decorators."""
    ends: dict[int, int] = {}
    for node in walk_syntax(tree):
        if isinstance(node, ast.FunctionDef | ast.ClassDef) and node.end_lineno is not None:
            for line in (node.lineno, *(d.lineno for d in node.decorator_list)):
                ends[line] = node.end_lineno
    return ends


def _comments(text: str) -> list[tuple[int, int, list[str], int | None]]:
    """Line, column, names of each comment; and the next line of code when it stands on a line of its own."""
    found: list[tuple[int, int, list[str], int | None]] = []
    if _COMMENT.search(text) is None:
        return found
    alone: list[int] = []
    line_has_code = 0
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        line, column = token.start
        if token.type == tokenize.COMMENT:
            match = _COMMENT.match(token.string)
            if match is not None:
                names = [n.strip() for n in match.group(1).split(",") if n.strip()]
                if line_has_code != line:
                    alone.append(len(found))
                found.append((line, column + 1, names, None))
        elif token.type not in (tokenize.NL, tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT, tokenize.ENDMARKER):
            for index in alone:
                found[index] = (*found[index][:3], line)
            alone.clear()
            line_has_code = token.end[0]
    return found
