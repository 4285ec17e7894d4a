"""A program that Rust cannot express: the message says so, nothing is written, and the rest can be built without it."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from seahorse.cli import app

SHARED = """from seahorse.prelude import *

declare_id('Fg6PaFpoGXkYsidMpWTK6W2BeZ7FEfcYkg476zPFsLnS')


@instruction
def share(row: List[u64]) -> u64:
    grid = [row]
    row.append(1)
    return len(grid[0])
"""


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    sources = tmp_path / "programs_py"
    sources.mkdir()
    (tmp_path / "Anchor.toml").write_text("")
    (sources / "rows.py").write_text(SHARED)
    (sources / "grids.py").write_text(SHARED)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_every_program_is_told_and_nothing_is_written(project: Path) -> None:
    result = CliRunner().invoke(app, ["build"])
    assert result.exit_code == 1
    assert "programs_py/rows.py:8:13: error: this object has two names" in result.output
    assert "programs_py/grids.py:8:13: error: this object has two names" in result.output
    assert "seahorse build --no-rust" in result.output
    assert [path.name for path in (project / "target").iterdir()] == [".cache"]
    assert not (project / "programs").exists()


LIBRARY = """from seahorse.prelude import *

declare_id('Fg6PaFpoGXkYsidMpWTK6W2BeZ7FEfcYkg476zPFsLnS')


@instruction
def pad(text: str) -> str:
    USE
    return text
"""


@pytest.mark.parametrize(
    ("use", "told"),
    [
        ("text = text.zfill(9)", "`str.zfill` of the language's library has no Rust form"),
        ("d = {text: 1}", "a dict, a set or a bytearray has no Rust form"),
        ("d = {text: 1, text + text: 2}", "of the language's library has no Rust form"),
        ("s = set([text])", "of the language's library has no Rust form"),
        ("b = bytearray(text.encode())", "a dict, a set or a bytearray has no Rust form"),
        ("text = str(len(keccak256(text.encode())))", "`keccak256` has no form in the Rust program"),
    ],
)
def test_what_the_library_does_is_refused_at_the_line_of_the_program(project: Path, use: str, told: str) -> None:
    for name in ("rows.py", "grids.py"):
        (project / "programs_py" / name).unlink()
    (project / "programs_py" / "pads.py").write_text(LIBRARY.replace("USE", use))
    result = CliRunner().invoke(app, ["build"])
    assert result.exit_code == 1
    assert "programs_py/pads.py:8:" in result.output
    assert told in result.output
    assert CliRunner().invoke(app, ["build", "--no-rust"]).exit_code == 0


def test_the_bytecode_alone_is_built(project: Path) -> None:
    result = CliRunner().invoke(app, ["build", "--no-rust"])
    assert result.exit_code == 0, result.output
    assert (project / "target" / "deploy" / "rows.so").is_file()
    assert not (project / "programs").exists()


SHAPES = """from seahorse.prelude import *

declare_id('Fg6PaFpoGXkYsidMpWTK6W2BeZ7FEfcYkg476zPFsLnS')


class Square:
    side: u64

    def __init__(self, side: u64):
        self.side = side


@instruction
def area(square: Square) -> u64:
    return square.side * square.side
"""
CALLER = """from seahorse.prelude import *
import grids

declare_id('HmbTLCmaGvZhKnn1Zfa1JVnp7vkMV4DYVxPLWBVoN65L')


@instruction
def run(side: u64) -> u64:
    return grids.area(grids.Square(side))
"""


def test_a_constructor_of_another_program_is_refused(project: Path) -> None:
    (project / "programs_py" / "grids.py").write_text(SHAPES)
    (project / "programs_py" / "rows.py").write_text(CALLER)
    result = CliRunner().invoke(app, ["build"])
    assert result.exit_code == 1
    assert "programs_py/rows.py:9:23: error: the constructor of `Square`, a class of another program" in result.output
    assert CliRunner().invoke(app, ["build", "--no-rust"]).exit_code == 0
