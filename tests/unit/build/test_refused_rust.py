"""A program that Rust cannot express: the message says so, nothing is written, and the rest can be built without it."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from seahorse.cli import app

QUOTES = """from seahorse.prelude import *
from seahorse.pyth import *

declare_id('Fg6PaFpoGXkYsidMpWTK6W2BeZ7FEfcYkg476zPFsLnS')


@instruction
def quote(feed: PriceAccount) -> None:
    print(feed.validate_price_feed('devnet-SOL/USD').get_price().num())
"""


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    sources = tmp_path / "programs_py"
    sources.mkdir()
    (tmp_path / "Anchor.toml").write_text("")
    (sources / "quotes.py").write_text(QUOTES)
    (sources / "rates.py").write_text(QUOTES)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_every_program_is_told_and_nothing_is_written(project: Path) -> None:
    result = CliRunner().invoke(app, ["build"])
    assert result.exit_code == 1
    assert "programs_py/quotes.py:8:11: error: Pyth price accounts" in result.output
    assert "programs_py/rates.py:8:11: error: Pyth price accounts" in result.output
    assert "seahorse build --no-rust" in result.output
    assert not (project / "target").exists()
    assert not (project / "programs").exists()


def test_the_bytecode_alone_is_built(project: Path) -> None:
    result = CliRunner().invoke(app, ["build", "--no-rust"])
    assert result.exit_code == 0, result.output
    assert (project / "target" / "deploy" / "quotes.so").is_file()
    assert not (project / "programs").exists()
