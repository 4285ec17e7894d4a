"""ARCHITECTURE.md shows every stage of the compiler; that its texts are fresh, tests/house/docs/blocks proves.

After a change of the compiler: `python tests/house/docs/test_architecture.py` writes the texts anew; read the diff.
"""

from __future__ import annotations

import re
import sys
from contextlib import chdir
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from typer.testing import CliRunner

from seahorse.cli import app
from seahorse.inspection import STAGES

ROOT = Path(__file__).resolve().parents[3]
DOCUMENT = ROOT / "ARCHITECTURE.md"
FILE = re.compile(r"<!-- file: (\S+) -->\n```python\n(.*?)```", re.DOTALL)
COMMAND = re.compile(r"(<!-- command: seahorse (.*?) -->\n```text\n)(.*?)(```)", re.DOTALL)


def renewed(document: str) -> str:
    """The document with the texts that its commands print now, run beside the files that it gives."""
    with TemporaryDirectory() as folder, chdir(folder):
        for name, text in FILE.findall(document):
            Path(name).write_text(text)

        def printed(match: re.Match[str]) -> str:
            done = CliRunner().invoke(app, match[2].split())
            assert done.exit_code == 0, done.output
            return f"{match[1]}{done.output}{match[4]}"

        return COMMAND.sub(printed, document)


def test_every_stage_is_shown() -> None:
    commands = [command for _, command, _, _ in COMMAND.findall(DOCUMENT.read_text(encoding="utf-8"))]
    assert [re.findall(r"--emit (\w+)", command) for command in commands] == [[stage] for stage in STAGES]


@pytest.mark.parametrize(
    "phase", ["syntax", "semantics", "ir", "idl", "driver", "inspection", "deploy", "prelude", "testing"]
)
def test_every_phase_is_in_the_picture(phase: str) -> None:
    picture = DOCUMENT.read_text(encoding="utf-8").split("## One instruction")[0]
    assert re.search(rf"\b{phase}\b", picture)
    assert (ROOT / "packages/seahorse-lang/src/seahorse" / phase).is_dir()


if __name__ == "__main__":
    DOCUMENT.write_text(renewed(DOCUMENT.read_text(encoding="utf-8")), encoding="utf-8")
    sys.exit(0)
