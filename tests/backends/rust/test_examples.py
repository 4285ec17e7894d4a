"""Every example of the language generates a crate that compiles, and that rustfmt leaves as it is."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.backends.bytecode_alone import BYTECODE_ALONE
from tests.backends.rust.anchor import compiler
from tests.backends.rust.cargo import ROOT, cargo, write

from seahorse.backends.anchor import UnsupportedError
from seahorse.driver.project import is_program

EXAMPLES = ROOT / "examples"
COMPAT = ROOT / "tests" / "language" / "seahorse_compat" / "programs"


def programs_in(folder: Path) -> list[Path]:
    return [p for p in sorted(folder.glob("*.py")) if is_program(p)]


def test_examples(tmp_path: Path) -> None:
    folders = [f for f in sorted(EXAMPLES.iterdir()) if f.is_dir() and programs_in(f)]
    assert len(folders) >= 8
    for folder in folders:
        if folder.name in BYTECODE_ALONE:
            with pytest.raises(UnsupportedError):
                compiler().rust(programs_in(folder))
            continue
        write(tmp_path, compiler().rust(programs_in(folder)))
    cargo(tmp_path, "fmt", "--all", "--check")
    cargo(tmp_path, "clippy", "--quiet", "--workspace", "--", "-D", "warnings")


def test_seahorse_programs(tmp_path: Path) -> None:
    """Programs in Seahorse's own language: lists, classes, floats, events with constructors."""
    for path in programs_in(COMPAT):
        write(tmp_path, compiler().rust([path]))
    cargo(tmp_path, "fmt", "--all", "--check")
    cargo(tmp_path, "check", "--quiet", "--workspace")
