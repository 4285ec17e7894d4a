"""Reads a file and parses it. Every mistake in the file becomes a diagnostic, never a Python exception."""

from __future__ import annotations

import ast
import re
import warnings
from pathlib import Path

from seahorse.diagnostics import CompileError, Sources, Span, fail
from seahorse.syntax.function_types import with_function_types
from seahorse.syntax.restrict import Refusal, restrict
from seahorse.syntax.source import Source
from seahorse.syntax.type_parameters import with_type_variables

MAX_FILE_BYTES = 4 << 20


def read_source(path: Path, sources: Sources) -> Source:
    """Read a UTF-8 file, or the unsaved text that an editor has of it. Raises `CompileError` when it does not exist, is
    not text, or is too large."""
    start = Span(str(path), 1, 1, 1, 2)
    try:
        unsaved = sources.unsaved.get(path)
        data = path.read_bytes() if unsaved is None else unsaved.encode("utf-8", "surrogatepass")
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise fail(start, f"cannot read this file: {reason}", "check the path") from None
    if len(data) > MAX_FILE_BYTES:
        raise fail(start, "this file is too large for a program (over 4 MB)", "split it into modules")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        span = Span(str(path), line, 1, line, 2)
        raise fail(span, "this line is not valid UTF-8", "save the file with UTF-8 encoding") from None
    sources.text[str(path)] = text
    if "\0" in text:
        line = text[: text.index("\0")].count("\n") + 1
        raise fail(Span(str(path), line, 1, line, 2), "this line contains a NUL byte", "remove it")
    return Source(str(path), text)


def parse(source: Source) -> tuple[ast.Module, list[Refusal]]:
    """Parse, and take out of the tree what is not supported. Raises `CompileError` for what cannot be parsed."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            tree = _EllipsisIsPass().visit(ast.parse(source.text))
    except SyntaxError as error:
        raise _syntax_error(source, error) from None
    except (RecursionError, MemoryError):
        raise fail(source.start(), "this file is nested too deeply to parse", "split its long expressions") from None
    except ValueError as error:
        raise fail(source.start(), f"Python cannot parse this file: {error}", "correct the file") from None
    with_type_variables(tree)
    with_function_types(tree)
    tree.body = [part for statement in tree.body for part in _one_by_one(statement)]
    source.know(tree)
    return tree, restrict(tree, source)


def _one_by_one(statement: ast.stmt) -> list[ast.stmt]:
    """The constants of `A, B = 1, 2` and of `A = B = 1`, each as a statement of its own."""
    match statement:
        case ast.Assign(targets=[ast.Tuple(elts=names)], value=ast.Tuple(elts=values)) if len(names) == len(values):
            pairs = list(zip(names, values, strict=True))
        case ast.Assign(targets=[_, _, *_] as names, value=ast.Constant() as value):
            pairs = [(name, value) for name in names]
        case _:
            return [statement]
    if not all(isinstance(name, ast.Name) for name, _ in pairs):
        return [statement]
    return [ast.copy_location(ast.Assign([name], value), statement) for name, value in pairs]


class _EllipsisIsPass(ast.NodeTransformer):
    """`...` as a statement says what `pass` says: this body is empty."""

    def visit_Expr(self, node: ast.Expr) -> ast.stmt:
        if isinstance(node.value, ast.Constant) and node.value.value is ...:
            return ast.copy_location(ast.Pass(), node)
        return node


_LATER_FORMS = (
    (r"\s*type\s+\w+\s*(\[.*)?=", "write `Name: TypeAlias = ...`: this Python has no `type` statement"),
    (
        r"\s*(class|def)\s+\w+\[",
        "write `T = TypeVar('T')`, and for a class `Generic[T]` as its base: this Python has no type parameters",
    ),
)


# Forms of other languages, and what Python has for them.
_OTHER_FORMS = (
    (r"[^#'\"]*\+\+", "write `x += 1`"),
    (r"[^#'\"]*--\s*$", "write `x -= 1`"),
    (r"[^#'\"]*&&", "write `and`"),
    (r"[^#'\"]*\|\|", "write `or`"),
    (r"[^#'\"]*!(?!=)", "write `not`"),
    (r"[^#'\"]*={3}", "write `==`"),
    (r"\s*else\s+if\b", "write `elif`"),
    (r"\s*(let|const|var)\s", "write `name = value`"),
    (r"\s*(function|fn|func)\s", "write `def name(...):`"),
    (r"[^#'\"]*\{\s*$", "write `:` and indent what belongs to it"),
    (r"\s*(def|if|elif|else|for|while|class|match|case)\b[^:]*$", "the line ends in `:`"),
)


def _later_form(source: Source, line: int) -> str:
    """The form to write in the place of one that another language has, or a later Python than the one that compiles."""
    text = source.lines[line - 1] if 0 < line <= len(source.lines) else ""
    known = next((hint for pattern, hint in (*_LATER_FORMS, *_OTHER_FORMS) if re.match(pattern, text)), None)
    return known or "a program is Python 3.11 source: this line does not parse"


def _syntax_error(source: Source, error: SyntaxError) -> CompileError:
    line = error.lineno or 1
    col = max(1, error.offset or 1)
    end_line, end_col = error.end_lineno or line, error.end_offset or 0
    if end_line != line or end_col <= col:
        end_col = col + 1
    message = (error.msg or "invalid syntax").rstrip(".")
    if "Exceeds the limit" in message:
        message, hint = "this number has too many digits", "the largest integers are u128 and i128"
    else:
        hint = _later_form(source, line)
    return fail(Span(source.file, line, col, line, end_col), message, hint)
