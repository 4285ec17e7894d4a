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
    assert not (project / "target").exists()
    assert not (project / "programs").exists()


def test_the_bytecode_alone_is_built(project: Path) -> None:
    result = CliRunner().invoke(app, ["build", "--no-rust"])
    assert result.exit_code == 0, result.output
    assert (project / "target" / "deploy" / "rows.so").is_file()
    assert not (project / "programs").exists()
