"""Programs that import each other load in plain Python, whichever is imported first."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from seahorse.driver.project import is_program

ROOT = Path(__file__).resolve().parents[3]
PROGRAMS = ROOT / "programs_py"
MODULES = sorted(
    ".".join(p.relative_to(PROGRAMS).with_suffix("").parts).removesuffix(".__init__")
    for p in PROGRAMS.rglob("*.py")
    if p.name != "__main__.py"
)
ONE = """from seahorse.prelude import *
import two

declare_id('Fg6PaFpoGXkYsidMpWTK6W2BeZ7FEfcYkg476zPFsLnS')
LIMIT = 4
Twos = Annotated[two.Two, Seeds('two', program=two.ID)]

class One(Account):
    n: u64

@dataclass
class Part:
    n: u64

def most(x: two.Two) -> u64:
    return min(x.n, two.LIMIT)
"""
TWO = """from seahorse.prelude import *
import one
from one import Part, LIMIT as FIRST

declare_id('8dTunAKbFhwfRXVVpbCZuA5jeTEqK7dyohUFg1i5iNmN')
LIMIT = FIRST * 2
Ones = Annotated[one.One, Seeds('one', program=one.ID)]

class Two(Account):
    n: u64

def made() -> Part:
    return Part(LIMIT)
"""
CHECK = """
import one, two
assert one.Part is two.Part is type(two.made()) and two.made() == one.Part(8)
assert two.FIRST == one.LIMIT == 4 and two.LIMIT == 8
assert one.Twos.__origin__ is two.Two and two.Ones.__origin__ is one.One
assert str(one.ID) != str(two.ID) and type(one).__name__ == type(two).__name__ == 'module'
assert not [n for n in vars(one) if n.startswith('__seahorse')]
"""


def run(folder: Path, code: str) -> None:
    done = subprocess.run([sys.executable, "-c", code], cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("first", ["", "import seahorse.prelude; "])
@pytest.mark.parametrize("order", ["one, two", "two, one"])
def test_two_programs(tmp_path: Path, first: str, order: str) -> None:
    (tmp_path / "one.py").write_text(ONE, encoding="utf-8")
    (tmp_path / "two.py").write_text(TWO, encoding="utf-8")
    run(tmp_path, f"{first}import {order}\n{CHECK}")


def test_every_module_of_the_market_loads_first() -> None:
    """And then the others: what two modules name is one thing."""
    everything = f"import {', '.join(MODULES)}"
    same = "assert common.PoaConfig.__origin__ is governance.PoAConfig is governance.accounts.PoAConfig"
    code = f"""
import os, subprocess, sys
for module in {MODULES!r}:
    if os.fork() == 0:
        exec('import ' + module + '\\n' + {everything!r} + '\\n' + {same!r})
        os._exit(0)
    assert os.wait()[1] == 0, module
"""
    assert len(MODULES) > 40
    run(PROGRAMS, code)


def test_what_is_not_there_is_an_error_as_ever(tmp_path: Path) -> None:
    (tmp_path / "one.py").write_text(ONE + "\nX = two.Nothing\n", encoding="utf-8")
    (tmp_path / "two.py").write_text(TWO, encoding="utf-8")
    for order in ("one", "two"):
        done = subprocess.run(
            [sys.executable, "-c", f"import {order}"], cwd=tmp_path, capture_output=True, text=True, check=False
        )
        assert "AttributeError: module 'two' has no attribute 'Nothing'" in done.stderr


def test_the_examples() -> None:
    for folder in sorted((ROOT / "examples").iterdir()):
        for path in sorted(folder.glob("*.py")) if folder.is_dir() else []:
            if is_program(path):
                run(folder, f"import {path.stem}")
