"""What docs/operations.md says of commands and scripts is so."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
DOCUMENT = (ROOT / "docs/operations.md").read_text(encoding="utf-8")
SCRIPTS = {path.stem.replace("_", "-") for path in (ROOT / "scripts").glob("*.py")}
COMMANDS = set(re.findall(r'app\.command\("([\w-]+)"\)', (ROOT / "src/gridtokenx/cli.py").read_text(encoding="utf-8")))


def section(number: int) -> str:
    return DOCUMENT.split(f"\n## {number}. ")[1].split("\n## ")[0]


def test_every_script_is_a_command_and_anchor_runs_it() -> None:
    anchor = tomllib.loads((ROOT / "Anchor.toml").read_text(encoding="utf-8"))["scripts"]
    assert {name for name in anchor if name != "test"} == SCRIPTS
    assert SCRIPTS <= COMMANDS


def test_the_commands_that_the_document_calls_scripts_are_scripts() -> None:
    """Those of sections 2 and 3, `status` and `audit`."""
    named = {name for name in COMMANDS if re.search(rf"\b{name}\b", section(2) + section(3))} | {"status", "audit"}
    assert "initialize-registry" in named
    assert named <= SCRIPTS


def test_every_command_is_in_the_document() -> None:
    assert {name for name in COMMANDS if not re.search(rf"\b{name}\b", DOCUMENT)} == set()
