"""Edits that end a diagnostic: what it names instead, and the comment that silences a warning."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from seahorse.diagnostics import Diagnostic, Replacement, Span

_SILENCED = re.compile(r"#\s*seahorse:\s*allow\[([^\]]*)\]")


@dataclass(frozen=True)
class Fix:
    """One edit that an editor offers. `preferred`: it is what the diagnostic says."""

    title: str
    diagnostic: Diagnostic
    replacement: Replacement
    preferred: bool


def fixes(diagnostics: Iterable[Diagnostic], lines: list[str]) -> list[Fix]:
    """The edits for diagnostics of one file. `lines`: of the text that they are of."""
    found: list[Fix] = []
    for diagnostic in diagnostics:
        if diagnostic.replacement is not None:
            found.append(Fix(_title(diagnostic), diagnostic, diagnostic.replacement, True))
        if diagnostic.warning is not None and diagnostic.warning != "unknown-warning":
            title = f"silence: # seahorse: allow[{diagnostic.warning}]"
            found.append(Fix(title, diagnostic, _silenced(diagnostic.warning, diagnostic.span, lines), False))
    return found


def _title(diagnostic: Diagnostic) -> str:
    """What the hint says, or the text that will stand there."""
    assert diagnostic.replacement is not None
    text = diagnostic.replacement.text.strip()
    if not text:
        return "remove it"
    shown = text if len(text) <= 60 and "\n" not in text else f"{text.splitlines()[0][:57]}..."
    return f"write `{shown}`"


def _silenced(kind: str, span: Span, lines: list[str]) -> Replacement:
    """The comment at the end of the warning's first line; one that is there gets the name too.

    Where the line cannot end with a comment, since a text of several lines or a backslash goes on, it stands above.
    """
    row = span.line - 1
    line = lines[row] if 0 <= row < len(lines) else ""
    known = _SILENCED.search(line)
    if known is not None:
        at = known.end() - 1
        names = f", {kind}" if known[1].strip() else kind
        return Replacement(Span(span.file, span.line, at + 1, span.line, at + 1), names)
    comment = f"# seahorse: allow[{kind}]"
    if line.rstrip().endswith("\\") or line.count('"""') % 2 or line.count("'''") % 2:
        indent = line[: len(line) - len(line.lstrip())]
        return Replacement(Span(span.file, span.line, 1, span.line, 1), f"{indent}{comment}\n")
    end = len(line.rstrip()) + 1
    return Replacement(Span(span.file, span.line, end, span.line, end), f"  {comment}")
