"""`seahorse check`, `size` and `--watch`, as a developer sees them."""

import subprocess
import sys
import threading
from pathlib import Path

import pytest
from solders.rent import Rent
from typer.testing import CliRunner

from seahorse.cli import app
from seahorse.driver.sizes import rent_exemption
from seahorse.inspection.assembly import code_of

RUN = CliRunner()
ID = 'declare_id("Fg6PaFpoGXkYsidMpWTK6W2BeZ7FEfcYkg476zPFsLnS")'
GOOD = f"""from seahorse.prelude import *

{ID}


class Note(Account):
    author: Pubkey
    text: String[20]
    tags: List[u16, 3]


class Open(Account):
    text: str


@instruction
def nothing(author: Signer) -> None:
    pass
"""


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "programs_py").mkdir()
    (tmp_path / "Anchor.toml").write_text("[programs.localnet]\n")
    (tmp_path / "programs_py/notes.py").write_text(GOOD)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_the_whole_project_is_checked(project: Path):
    result = RUN.invoke(app, ["check"])
    assert (result.exit_code, result.output) == (0, "programs_py/notes.py: ok\n")
    for name in ("other", "third"):
        (project / f"programs_py/{name}.py").write_text(GOOD.replace("author: Signer", "author: Wrong"))
    result = RUN.invoke(app, ["check"])
    assert result.exit_code == 1
    assert "programs_py/other.py:17:21: error: `Wrong` is not defined" in result.output
    assert "programs_py/third.py:17:21: error: `Wrong` is not defined" in result.output
    assert "2 errors" in result.output
    assert not (project / "target").exists()


def test_checking_without_a_project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.chdir(tmp_path)
    result = RUN.invoke(app, ["check"])
    assert result.exit_code == 1
    assert "run this in a project" in result.output


@pytest.mark.parametrize("program", ["notes", "programs_py/notes.py"])
def test_sizes(project: Path, program: str):
    lines = RUN.invoke(app, ["size", program]).output.splitlines()
    assert [line.split() for line in lines] == [
        ["account", "bytes", "rent", "(SOL)"],
        ["Note", str(8 + 32 + 24 + 4 + 6), f"{rent_exemption(74) / 1e9:.8f}"],
        ["Open", "no", "limit"],
    ]
    fields = RUN.invoke(app, ["size", program, "--fields"]).output
    assert [line.split()[-1] for line in fields.splitlines()[2:6]] == ["8", "32", "24", "10"]


def test_sizes_of_what_is_not_there(project: Path):
    result = RUN.invoke(app, ["size", "note"])
    assert result.exit_code == 1
    assert "there is no program `note`; the project has: notes" in result.output


@pytest.mark.parametrize("by", ["section", "function", "rule", "line"])
@pytest.mark.parametrize("quiet", [[], ["--quiet-errors"]])
def test_bytes_of_the_bytecode(project: Path, by: str, quiet: list[str]):
    """Each division adds up to what a build writes."""
    told = RUN.invoke(app, ["size", "notes", "--by", by, *quiet]).output.splitlines()
    sizes = [int(line.split()[0].replace(",", "")) for line in told]
    assert sizes[-1] == sum(sizes[:-1]) and sizes[:-1] == sorted(sizes[:-1], reverse=True)
    assert RUN.invoke(app, ["build", "--no-rust", *quiet]).exit_code == 0
    program = (project / "target/deploy/notes.so").read_bytes()
    assert sizes[-1] == (len(program) if by == "section" else len(code_of(program)))


def test_bytes_of_one_instruction(project: Path):
    whole = RUN.invoke(app, ["size", "notes", "--by", "function"]).output.splitlines()
    name = next(line.split()[-1] for line in whole if " i_" in line)
    size = next(line.split()[0] for line in whole if line.endswith(f" {name}"))
    alone = RUN.invoke(app, ["size", "notes", "--by", "line", "--only", name.removeprefix("i_")]).output.splitlines()
    assert alone[-1].split()[0] == size
    missing = RUN.invoke(app, ["size", "notes", "--by", "line", "--only", "something"])
    assert missing.exit_code == 1 and "has no `something`" in missing.output
    assert RUN.invoke(app, ["size", "notes", "--only", "nothing"]).exit_code == 1


@pytest.mark.parametrize("space", [0, 1, 165, 10_240])
def test_rent_is_the_clusters(space: int):
    assert rent_exemption(space) == Rent.default().minimum_balance(space)


@pytest.mark.parametrize("command", [["check"], ["build"], ["check", "programs_py/notes.py"]])
def test_watching(project: Path, command: list[str]):
    """A mistake is told when it is saved, and what follows is checked again."""
    process = subprocess.Popen(
        [sys.executable, "-m", "seahorse.cli", *command, "--watch"],
        cwd=project, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, bufsize=1,
    )  # fmt: skip
    timer = threading.Timer(60, process.kill)
    timer.start()
    try:
        assert "error" not in _until_it_waits(process)
        source = project / "programs_py/notes.py"
        source.write_text(GOOD.replace("author: Signer", "author: Wrong"))
        assert "`Wrong` is not defined" in _until_it_waits(process)
        source.write_text(GOOD)
        assert "error" not in _until_it_waits(process)
        assert process.poll() is None
    finally:
        timer.cancel()
        process.terminate()
        process.wait()


def _until_it_waits(process: "subprocess.Popen[str]") -> str:
    """All that is printed until the command waits for the next change."""
    assert process.stdout is not None
    seen = ""
    for line in process.stdout:
        seen += line
        if "Ctrl-C ends" in line:
            return seen
    raise AssertionError(f"it ended: {seen}")
