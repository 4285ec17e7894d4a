"""What is written is right to the tools that people use: formatted for both usual widths, linted, and typed strictly."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from solders.pubkey import Pubkey
from tests.compiler.client.idls import EVERYTHING, LEGACY, names_that_collide, texts_everywhere
from tests.compiler.client.made import ROOT, idl, made

from seahorse.client.command import write_client
from seahorse.client.package import ClientProgram, client_of
from seahorse.client.text import MARK
from seahorse.driver.compile import Compiler
from seahorse.idl import anchor_idl
from seahorse.stubs.document import read_idl

EXAMPLES = sorted(path for path in ROOT.glob("examples/*/*.py") if not path.name.startswith("test_"))
IDLS = sorted(ROOT.glob("idls/*.json"))
MYPY = ROOT / ".venv/bin/mypy"


def example(path: Path) -> ClientProgram:
    lowered = Compiler().lower(path)
    own = frozenset(d.name for d in lowered.accounts)
    return ClientProgram(read_idl(json.dumps(anchor_idl(lowered))), Pubkey.from_bytes(lowered.id), own)


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of clients: of the five programs, of the examples, of all that an IDL can have, and of hostile IDLs."""
    folder = tmp_path_factory.mktemp("clients")
    documents = [read_idl(path.read_text()) for path in IDLS]
    five = [ClientProgram(d, Pubkey.from_string(str(d.address))) for d in documents]
    write_client(client_of(five), folder / "five")
    write_client(client_of(five, sync=True), folder / "five_sync")
    for path in EXAMPLES:
        write_client(client_of([example(path)]), folder / f"example_{path.stem}")
    cases: list[tuple[str, dict[str, Any]]] = [
        ("everything", EVERYTHING),
        ("legacy", LEGACY),
        ("names", names_that_collide()),
        ("texts", texts_everywhere()),
        ("empty", idl()),
    ]
    for name, document in cases:
        made(folder, document).folder.rename(folder / name)
    return folder


def run(command: Sequence[str | Path], folder: Path) -> None:
    done = subprocess.run([str(part) for part in command], cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-2000:]


def test_enough_was_written(written: Path):
    assert len(IDLS) == 5
    assert len(EXAMPLES) >= 16
    assert len(list(written.rglob("*.py"))) > 400


@pytest.mark.parametrize("width", [88, 120])
def test_it_is_formatted(written: Path, width: int):
    run([sys.executable, "-m", "ruff", "format", "--isolated", "--check", "--line-length", str(width), "."], written)


def test_it_passes_the_linter(written: Path):
    # What looks alike, is called `O` or is an exception without `Error` at its end was named by the program.
    select = "E4,E7,E9,F,I,N,UP,B,SIM,RUF,C4,PIE,RET"
    run([sys.executable, "-m", "ruff", "check", "--isolated", "--select", select, "--target-version", "py311",
         "--ignore", "RUF001,RUF002,RUF003,N818,E741", "."], written)  # fmt: skip


def test_pyright_accepts_it_strictly(written: Path):
    (written / "pyrightconfig.json").write_text(json.dumps({"strict": ["."], "pythonVersion": "3.11"}))
    run([sys.executable, "-m", "pyright", "--pythonpath", sys.executable, "-p", written], written)


def test_mypy_accepts_it_strictly(written: Path):
    if not MYPY.is_file():
        pytest.skip("mypy is in the client environment, which is not made: make setup")
    packages = [path.name for path in sorted(written.iterdir()) if (path / "__init__.py").is_file()]
    run([MYPY, "--strict", "--python-executable", sys.executable, *packages], written)


def test_every_file_says_in_its_first_line_that_it_is_generated(written: Path):
    assert {path.read_text().splitlines()[0] for path in written.rglob("*.py")} == {MARK}


def test_modules_of_our_programs_are_small(written: Path):
    lines = {path.name: len(path.read_text().splitlines()) for path in (written / "five").rglob("*.py")}
    assert {name: count for name, count in lines.items() if count > 520} == {}


def test_every_module_can_be_imported(written: Path):
    """In another process: what is imported must not lean on what this one has."""
    names = [".".join(path.relative_to(written).with_suffix("").parts) for path in sorted(written.rglob("*.py"))]
    run([sys.executable, "-c", f"import importlib\nfor n in {names!r}: importlib.import_module(n)"], written)
