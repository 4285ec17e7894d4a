"""A plugin of pytest that keeps every program that tests compile, so that type checkers can be asked about them.

    KEEP_PROGRAMS=target/accepted python -m pytest -p tests.house.editors.accepted tests/language

`make editors` then runs pyright and mypy on them (`accepted_by_editors.py`).
"""

from __future__ import annotations

import os
import shutil
from hashlib import sha256
from pathlib import Path

import pytest

from seahorse.driver.compile import Artifacts
from seahorse.syntax import program_name, programs_root
from seahorse.testing import compiling

WHERE = "KEEP_PROGRAMS"
# Programs that a generator writes: expressions of every kind, which nobody would write for an editor.
GENERATED = ("test_differential", "test_random", "test_python_is_the_oracle", "test_many_walks", "test_large_input")


@pytest.fixture(autouse=True, scope="module")
def _keep_programs(request: pytest.FixtureRequest, monkeypatch_module: pytest.MonkeyPatch) -> None:
    where = os.environ.get(WHERE)
    name = Path(str(request.path)).stem
    if where is None or name.startswith(GENERATED):
        return
    compiled = compiling._compile  # pyright: ignore[reportPrivateUsage]

    def keep(path: Path) -> Artifacts:
        made = compiled(path)
        keep_program(path, Path(where), name)
        return made

    monkeypatch_module.setattr(compiling, "_compile", keep)


@pytest.fixture(scope="module")
def monkeypatch_module():
    with pytest.MonkeyPatch.context() as patch:
        yield patch


def keep_program(path: Path, where: Path, test: str) -> None:
    """Copy a program that compiled, with the modules beside it, into a folder named after its test and its text."""
    root = programs_root(path)
    files = [f for f in sorted(root.rglob("*.py")) if f.is_file() and not f.name.startswith("test_")]
    if path not in files or len(files) > 20:
        return
    digest = sha256(b"".join(f.read_bytes() for f in files)).hexdigest()[:8]
    target = where / f"{test.removeprefix('test_')}_{digest}"
    for file in files:
        copy = target / file.relative_to(root)
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(file, copy)
    (target / "MAIN").write_text(program_name(path))
