"""The five programs as crates for Anchor 1: rustfmt leaves them, they compile, and clippy finds nothing.

That they do what the bytecode does, and have the same IDL: `make rust-anchor-1`.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

from tests.backends.rust.cargo import ROOT, write
from tests.backends.rust.forms import FORMS

from seahorse.driver.compile import Compiler
from seahorse.driver.project import find_project

FOLDER = ROOT / "target" / "anchor-1-compiled"
# Kept from one run to the next, as the other version's is.
TARGET = ROOT / "target" / "rust-1"


def test_programs_compile() -> None:
    shutil.rmtree(FOLDER / "programs", ignore_errors=True)
    files = Compiler(anchor="1").rust(find_project(ROOT).programs())
    write(FOLDER, files)
    assert 'anchor-lang = "=1.' in files["Cargo.toml"]
    look_at(FOLDER)


def test_forms(tmp_path: Path) -> None:
    """Limits of arguments in every place that has them, sysvars, and one account twice."""
    source = tmp_path / "forms.py"
    source.write_text(FORMS, encoding="utf-8")
    files = Compiler(anchor="1", idl_account=False).rust([source])
    write(tmp_path, files)
    look_at(tmp_path)
    moved = files["programs/forms/src/instructions/moved.rs"]
    assert moved.count("#[account(mut, dup)]") == 2
    assert moved.count("dup") == 3


def look_at(folder: Path) -> None:
    """Raises AssertionError when rustfmt would change the crates, or clippy finds something."""
    for arguments in (
        ("fmt", "--all", "--check"),
        ("clippy", "--quiet", "--workspace", "--all-targets", "--", "-D", "warnings"),
    ):
        environment = os.environ | {"CARGO_TARGET_DIR": str(TARGET)}
        done = subprocess.run(
            ["cargo", *arguments], cwd=folder, env=environment, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stdout + done.stderr
