"""Every diagnostic of `compile_fail` in an editor: where it stands, and what its quick fix does."""

from __future__ import annotations

import ast
import re
import shutil
from collections import Counter
from pathlib import Path

from lsprotocol import types
from tests.compiler.lsp.editor import Editor

from seahorse.diagnostics import CompileError, Diagnostic, Sources
from seahorse.semantics import check_program

CASES = Path(__file__).parents[1] / "compile_fail"
# So many diagnostics of the cases name an edit; a new one is added by its `Replacement`.
FIXED = 29


def expected(path: Path) -> list[Diagnostic]:
    try:
        check_program(path, Sources())
    except CompileError as error:
        return error.diagnostics
    raise AssertionError(path)


def utf16(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2


def applied(text: str, edit: types.TextEdit) -> str:
    lines = text.split("\n")

    def offset(position: types.Position) -> int:
        before = sum(len(line) + 1 for line in lines[: position.line])
        units = (
            lines[position.line].encode("utf-16-le")[: 2 * position.character] if position.line < len(lines) else b""
        )
        return before + len(units.decode("utf-16-le"))

    start, end = offset(edit.range.start), offset(edit.range.end)
    return text[:start] + edit.new_text + text[end:]


def cases(folder: Path) -> list[Path]:
    return sorted(
        p for p in folder.glob("*/*.py") if not p.stem.endswith("_ok") and "declare_id" in p.read_text("utf-8")
    )


async def test_every_diagnostic_has_its_range_and_every_quick_fix_ends_it(editor: Editor, tmp_path: Path) -> None:
    folder = tmp_path / "compile_fail"
    shutil.copytree(CASES, folder, ignore=shutil.ignore_patterns("__pycache__", "*.txt"))
    paths = cases(folder)
    assert len(paths) > 200
    for path in paths:
        editor.open(path)
    kinds: Counter[str] = Counter()
    wrong: list[str] = []
    for path in paths:
        text = path.read_text("utf-8")
        told = await editor.diagnostics(path)
        compiled = [d for d in expected(path) if d.span.file == str(path)]
        named = {d.message: d for d in compiled}
        shown = {d.message.split("\nhelp: ")[0]: d for d in told if d.severity == types.DiagnosticSeverity.Error}
        if not named.keys() <= shown.keys():
            wrong.append(f"{path.stem}: {named.keys() - shown.keys()} is missing")
            continue
        for message, diagnostic in named.items():
            span, place = diagnostic.span, shown[message].range
            lines = text.split("\n")
            assert (place.start.line, place.end.line) == (span.line - 1, span.end_line - 1), path
            assert place.start.character == utf16(lines[span.line - 1][: span.col - 1]), path
            assert place.end.character == utf16(lines[span.end_line - 1][: span.end_col - 1]), path
            if diagnostic.hint and diagnostic.hint.startswith("did you mean"):
                assert diagnostic.replacement is not None, (path.stem, message)
        for diagnostic in compiled:
            if diagnostic.replacement is None:
                continue
            kinds[re.sub(r"`[^`]*`", "`...`", diagnostic.message)] += 1
            problem = await fixed(editor, path, text, diagnostic)
            if problem is not None:
                wrong.append(f"{path.stem}: {diagnostic.message}: {problem}")
    assert not wrong, "\n".join(wrong)
    assert kinds.total() >= FIXED, kinds


async def fixed(editor: Editor, path: Path, text: str, diagnostic: Diagnostic) -> str | None:
    """Apply the quick fix of a diagnostic; what is wrong afterwards."""
    before = [d.message for d in await editor.diagnostics(path)]
    whole = next(d for d in editor.told[path].diagnostics if d.message.startswith(diagnostic.message))
    offered = [
        a for a in await editor.actions(path, whole.range) if a.is_preferred and list(a.diagnostics or []) == [whole]
    ]
    if len(offered) != 1:
        return f"{len(offered)} quick fixes"
    assert offered[0].edit is not None
    [change] = offered[0].edit.document_changes or []
    assert isinstance(change, types.TextDocumentEdit)
    assert change.text_document.version == editor.versions[path]
    [edit] = change.edits
    assert isinstance(edit, types.TextEdit)
    after = applied(text, edit)
    try:
        ast.parse(after)
    except SyntaxError as error:
        return f"{offered[0].title} gives {error}"
    editor.change(path, after)
    left = [d.message for d in await editor.diagnostics(path)]
    editor.change(path, text)
    await editor.diagnostics(path)
    gone = left.count(whole.message) < before.count(whole.message)
    return None if gone else f"{offered[0].title} leaves {left}"
