"""Every diagnostic of `compile_fail` in an editor: where it stands, and what its quick fix does."""

from __future__ import annotations

import ast
import re
import shutil
from collections import Counter
from pathlib import Path

from lsprotocol import types
from tests.compiler.lsp.editor import Editor
from tests.compiler.warnings.test_warnings import FOUND, HEAD, instruction

from seahorse.diagnostics import CompileError, Diagnostic, Replacement, Sources
from seahorse.driver.compile import Compiler
from seahorse.semantics import check_program
from seahorse.warnings import KINDS

CASES = Path(__file__).parents[1] / "compile_fail"
# A hint that names what to write. One with `...` in it, or with "for example", shows a form; the program decides the rest.
_NAMED = re.compile(
    r"(?:write|remove|declare|did you mean|put|convert it:|write it:|compare its address:|use its address:)"
    r" [^`]*`(?P<text>[^`]+)`|remove (?:it|the)\b"
)


def expected(path: Path) -> list[Diagnostic]:
    try:
        check_program(path, Sources())
    except CompileError as error:
        return error.diagnostics
    raise AssertionError(path)


def names_a_text(hint: str | None) -> bool:
    """Whether a hint says exactly what to write, so that an editor can write it."""
    found = _NAMED.match(hint or "")
    return found is not None and "for example" not in (hint or "") and "..." not in (found["text"] or "")


def told() -> list[tuple[str, Diagnostic]]:
    """Every error of the cases, with the name of its case."""
    return [(f"{path.parent.name}/{path.stem}", d) for path in cases(CASES) for d in expected(path)]


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
        for diagnostic in compiled:
            if diagnostic.replacement is None:
                continue
            kinds[re.sub(r"`[^`]*`", "`...`", diagnostic.message)] += 1
            problem = await fixed(editor, path, text, diagnostic)
            if problem is not None:
                wrong.append(f"{path.stem}: {diagnostic.message}: {problem}")
    assert not wrong, "\n".join(wrong)
    assert kinds, "no case has a quick fix"


def test_every_hint_that_names_a_text_has_its_quick_fix() -> None:
    """Run this file as a script to see which errors have one."""
    without = [f"{case}: {d.message}: {d.hint}" for case, d in told() if names_a_text(d.hint) and d.replacement is None]
    assert not without, "\n".join(without)


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


# Besides the cases of the warnings: what only a whole module can have.
_OF_MODULES = [
    "import math\n\n\n" + instruction("n: u64", "print(n)"),
    "import math; import math as m\n\n\n" + instruction("n: u64", "print(math.sqrt(2.0))"),
    "from math import floor, ceil\n\n\n" + instruction("n: u64", "print(n)"),
    instruction("n: u64", "print(n)") + "\n\ndef helper(n: u64) -> u64:\n    return n\n",
    "def helper(n: u64) -> u64:\n    return n\n\n\n" + instruction("n: u64", "print(n)"),
    instruction("n: u64", "m = n", "m = 3"),
    instruction("n: u64", "return", "print(n)", "for i in range(n):", "    print(i)"),
    instruction("n: u64", "return; print(n)"),
    instruction("n: u64", "print(n)  # seahorse: allow[unreachable, unused-nam]"),
    instruction("n: u64", "print(n)  # seahorse: allow[something]"),
]
# The warnings that nothing in them says how to mend: what the program means decides.
_DECIDED_BY_HAND = {"unchecked-signer", "closed-to-itself", "constant-condition", "not-on-mainnet"}


def written(text: str, edit: Replacement) -> str:
    """A text with one replacement."""
    lines, span = text.split("\n"), edit.span
    start = sum(len(line) + 1 for line in lines[: span.line - 1]) + span.col - 1
    end = sum(len(line) + 1 for line in lines[: span.end_line - 1]) + span.end_col - 1
    return text[:start] + edit.text + text[end:]


def warned(path: Path, text: str) -> list[Diagnostic]:
    path.write_text(text, encoding="utf-8")
    return Compiler().warnings([path])


def test_every_warning_that_names_a_text_has_its_quick_fix_and_it_ends_it(tmp_path: Path) -> None:
    path, fixed_kinds = tmp_path / "p.py", set[str]()
    for program in [*(program for _, _, program in FOUND), *_OF_MODULES]:
        text = HEAD + program
        found = warned(path, text)
        assert found, program
        for told_of in found:
            if told_of.replacement is None:
                assert not names_a_text(told_of.hint), (program, told_of.hint)
                continue
            fixed_kinds.add(str(told_of.warning))
            left = warned(path, written(text, told_of.replacement))
            assert [d.message for d in left].count(told_of.message) < [d.message for d in found].count(told_of.message)
    assert fixed_kinds == KINDS.keys() - _DECIDED_BY_HAND


if __name__ == "__main__":
    for name, error in told():
        edit = "-" if error.replacement is None else repr(error.replacement.text)
        print(f"{name}: {error.message}: {error.hint}: {edit}")
