"""Cargo, on workspaces that tests write."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

from tests.backends.rust.anchor import ROOT, TARGET

__all__ = ["ROOT", "cargo", "write"]


def write(folder: Path, files: dict[str, str]) -> None:
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


def cargo(folder: Path, *arguments: str) -> str:
    """Run cargo in a folder, with the dependencies that `make rust` compiled; returns what it printed.

    Raises AssertionError with its output when it fails.
    """
    environment = os.environ | {"CARGO_TARGET_DIR": str(TARGET)}
    done = subprocess.run(
        ["cargo", *arguments], cwd=folder, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout
