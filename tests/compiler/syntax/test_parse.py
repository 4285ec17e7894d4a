"""Files that cannot be read or parsed are diagnostics."""

from pathlib import Path

import pytest

from seahorse.diagnostics import CompileError, Sources
from seahorse.semantics import check_program
from seahorse.syntax import Source, SourceWorkspace


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"x = '\xff'\n", "this line is not valid UTF-8"),
        (b"a = 1\nx = '\0'\n", "this line contains a NUL byte"),
        (b"x = (\n", "'(' was never closed"),
        (b"x = " + b"9" * 5000 + b"\n", "this number has too many digits"),
        (b"x = " + b"(" * 300 + b")" * 300 + b"\n", "too many nested parentheses"),
        (b"x = " + b"-" * 3000 + b"1\n", "nested too deeply"),
        (b"x = " + b"1 + " * 3000 + b"1\n", "nested too deeply"),
        (b"x = '\\ud800'\n", "this string has a lone surrogate"),
        (b"\tx = 1\n", "unexpected indent"),
    ],
)
def test_bad_files(tmp_path: Path, data: bytes, message: str) -> None:
    path = tmp_path / "p.py"
    path.write_bytes(data)
    with pytest.raises(CompileError) as caught:
        check_program(path, Sources())
    assert any(message in d.message for d in caught.value.diagnostics)


def test_missing_file_and_directory(tmp_path: Path) -> None:
    for path in (tmp_path / "absent.py", tmp_path):
        with pytest.raises(CompileError, match="cannot read this file"):
            check_program(path, Sources())


def test_byte_order_mark_is_accepted(tmp_path: Path) -> None:
    path = tmp_path / "p.py"
    path.write_bytes("\ufeffdeclare_id('x')\n".encode())
    assert SourceWorkspace(Sources()).load(path, tmp_path).is_program


def test_a_file_is_read_once(tmp_path: Path) -> None:
    path = tmp_path / "p.py"
    path.write_text("A = 1\n")
    workspace = SourceWorkspace(Sources())
    first = workspace.load(path, tmp_path)
    path.write_text("A = 2\n")
    assert workspace.load(path, tmp_path) is first


def test_spans_are_in_characters() -> None:
    import ast

    source = Source("p.py", "x = 'ä' + ü\r\ny = 1\rz = 2\n")
    tree = ast.parse(source.text)
    name = tree.body[0]
    assert isinstance(name, ast.Assign)
    assert isinstance(name.value, ast.BinOp)
    span = source.span(name.value.right)
    assert (span.line, span.col, span.end_col) == (1, 11, 12)
    assert [source.span(s).line for s in tree.body] == [1, 2, 3]
