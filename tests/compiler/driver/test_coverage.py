"""`seahorse test --cov` measures the programs beside the tests that are named, wherever these are."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]


@pytest.mark.parametrize("named", ["counter", "counter/test_counter.py"])
def test_programs_beside_the_named_tests_are_measured(named: str, tmp_path: Path) -> None:
    (tmp_path / "Anchor.toml").write_text((ROOT / "Anchor.toml").read_text())
    (tmp_path / "programs_py").mkdir()
    (tmp_path / "programs_py" / "other.py").write_text("from seahorse.prelude import *\n")
    shutil.copytree(ROOT / "examples" / "counter", tmp_path / "counter")
    command = [sys.executable, "-m", "seahorse.start", "test", named, "--cov", "-q"]
    shown = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert shown.returncode == 0, shown.stdout + shown.stderr
    rows = {line.split()[0]: line.split()[3] for line in shown.stdout.splitlines() if ".py" in line}
    assert rows["counter/counter.py"] == "100%"
    assert "programs_py/other.py" not in rows
