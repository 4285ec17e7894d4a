"""What an editor sees: programs are clean under pyright, mistakes are not, and every name explains itself."""

import importlib
import inspect
import json
import pkgutil
import subprocess
import sys
from pathlib import Path

import pytest

from seahorse.semantics.names.written import WRITTEN
from seahorse.semantics.tree.declared import DECLARED

ROOT = Path(__file__).parents[3]
EXAMPLES = sorted(p for p in ROOT.glob("examples/*/*.py") if not p.name.startswith("test_"))
PROGRAMS = sorted(ROOT.glob("programs_py/**/*.py"))


def pyright(folder: Path, *paths: Path) -> list[str]:
    """The messages of pyright for some files, run in `folder`."""
    pytest.importorskip("pyright", reason="pyright is not installed in this environment")
    command = [sys.executable, "-m", "pyright", "--pythonpath", sys.executable, "--outputjson", *map(str, paths)]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True)
    report = json.loads(done.stdout)
    assert report["summary"]["filesAnalyzed"] >= len(paths)
    return [f"{d['file']}:{d['range']['start']['line'] + 1}: {d['message']}" for d in report["generalDiagnostics"]]


def test_programs_and_examples_are_clean():
    assert len(EXAMPLES) >= 9
    assert len(PROGRAMS) >= 6
    assert pyright(ROOT, *EXAMPLES, *PROGRAMS) == []


MISTAKES = """
from seahorse.prelude import *

declare_id("CH3AKTpLVWdAE8hf2dgLF7Qq4eguuSsF4wNUJ2c5GE3c")


class Box(Account):
    owner: Pubkey
    label: String[16]
    number: u64


class Opened(Event):
    box: Pubkey


@instruction
def open(owner: Signer, box: Box, empty: Empty[Box]):
    box.number = "5"  # line 19
    box.size = 5  # line 20
    box.owner = owner  # line 21
    Opened(crate=box.key()).emit()  # line 22
    empty.init(owner, sedes=["box"])  # line 23
    box.number = owner.key()  # line 24
    empty.init(owner, seeds=["box"]).lable  # line 25
    made = empty.init(payer=owner, seeds=["box", owner], padding=3)
    made.label = box.label[:3] + "x"
    made.number = box.number + 1
    assert made.key() == box.key(), "right"
"""


def test_mistakes_are_seen(tmp_path: Path):
    (tmp_path / "mistakes.py").write_text(MISTAKES)
    (tmp_path / "pyrightconfig.json").write_text('{"reportWildcardImportFromLibrary": false}')
    lines = {int(message.split(":")[1]) for message in pyright(tmp_path, tmp_path / "mistakes.py")}
    assert lines == {19, 20, 21, 22, 23, 24, 25}


@pytest.mark.parametrize("module", ["seahorse.prelude", "seahorse.pyth"])
def test_every_name_explains_itself(module: str):
    names = importlib.import_module(module)
    silent: list[str] = []
    for name in names.__all__:
        value = getattr(names, name)
        if getattr(value, "__module__", "").startswith("seahorse"):
            silent += [] if inspect.getdoc(value) else [name]
        if inspect.isclass(value) and value.__module__.startswith("seahorse"):
            methods = [m for m in vars(value) if inspect.isfunction(vars(value)[m]) and not m.startswith("_")]
            silent += [f"{name}.{m}" for m in methods if not inspect.getdoc(vars(value)[m])]
    assert silent == []


@pytest.mark.parametrize("program", EXAMPLES, ids=lambda path: path.stem)
def test_programs_are_ordinary_python(program: Path):
    """A program can be imported by a plain interpreter: an editor, a debugger, a documentation tool."""
    code = f"import {program.stem} as p; print(getattr(p, 'ID', None))"
    done = subprocess.run([sys.executable, "-c", code], cwd=program.parent, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


def test_the_prelude_has_no_side_effects():
    code = "import sys; before = set(sys.modules); from seahorse.prelude import *; print(sorted(set(sys.modules) - before))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    heavy = [name for name in ("llvmlite", "solders", "typer", "seahorse.semantics") if f"'{name}'" in done.stdout]
    assert heavy == []
    assert done.stderr == ""


def test_what_a_module_of_the_prelude_exports_the_prelude_exports() -> None:
    names = importlib.import_module("seahorse.prelude")
    modules = [importlib.import_module(m.name) for m in pkgutil.walk_packages(names.__path__, "seahorse.prelude.")]
    exported = {name for module in modules for name in getattr(module, "__all__", ())}
    assert "Signer" in exported
    typing_names = {"Annotated", "Any", "Dict", "List", "Optional", "Set", "Tuple", "Union"}
    assert set(names.__all__) == exported | typing_names | WRITTEN | set(DECLARED)
