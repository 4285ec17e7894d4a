"""Asks pyright (strict) and mypy about every program that the compiler accepts: `make editors`.

    python -m tests.house.editors.accepted_by_editors target/accepted

The folder holds the programs that the tests compiled (`tests/house/editors/accepted.py`). The five programs and the examples
come from the repository. What a checker refuses for a reason that stands in `EXCEPTIONS` is counted; anything else fails.
"""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]

# Why a checker may refuse what the compiler accepts: docs/language.md says the same.
LENGTH = "a length in `List[T, N]`, which no checker but mypy with the plugin takes"
EMPTY = "the name of an Empty is used again for the account that it became"
NAMES = "a program's own definition has the name of one of the prelude, or a field that of a method"
TYPES = "a variable is used with another type later"
BOUNDS = "`u64.MAX`: checkers see the integers as `int`"
STRICT = "strict mode wants a written type where the compiler infers one: `[]`, elements of an Array"
STYLE = "strict mode refuses what runs: unused names, comparisons that are always false, open matches"

EXCEPTIONS: list[tuple[str, str, str]] = [
    # reason, file, message: regular expressions, the first that fits counts
    ("`Final` and `Self` without `from typing import Final, Self`", "class_members|generics", r"Final|Self|final name"),
    (STYLE, "class_members", "reportUnnecessaryIsInstance"),
    (STYLE, "", r"reportUnused|reportUnnecessaryComparison|reportConstantRedefinition|reportMatchNotExhaustive"),
    (STRICT, "", r"reportUnknown|is unknown|partially unknown"),
    (LENGTH, "", r"Too many type arguments provided for \"List\"|Expected class but received \"Literal\[\d+\]\""),
    (EMPTY, "", r"\"?Empty\[\w+\]\"?"),
    (NAMES, "", r"\[no-redef\]|overrides method of same name|base class \"Account\w*\" defined|Import symbol"),
    (NAMES, r"accounts_of_seahorse_users|documented_features", r""),
    (STRICT, "", r"Need type annotation for"),
    (BOUNDS, "", r"has no attribute \"(MAX|MIN)\"|Cannot access attribute \"(MAX|MIN)\""),
    (
        TYPES,
        r"control_and_functions",
        r"Incompatible types in assignment|deleted variable|\"int\" has no attribute|is unbound",
    ),
    (TYPES, r"scope_|documented_language", r"already defined on line|Incompatible (types in assignment|return value)"),
    ("a method without `self`, called through its class", "documented_language|manual|shapes", "self|Point|origin"),
    ("a module of a folder, which only another module imports", "", r"is not a known attribute of module \"kit\""),
    (
        "`key=d.get`, of which a checker cannot know that the key is there",
        "everyday|matrix",
        r"overloaded function|No overloads for \"max\"|\"get\"",
    ),
    ("a `match` of lists of every length", "matrix", r"Missing return statement|must return value on all code paths"),
    ("modules imported by their dotted names, one of which hides another", "documented_features_e51f2416", ""),
    ("a text where another program's `String[N]` may be None", "calls_between_programs", "String"),
]


@dataclass(frozen=True)
class Refusal:
    """What one checker says of one line of a program."""

    checker: str
    file: str
    line: int
    message: str

    @property
    def reason(self) -> str | None:
        """The exception that it falls under; None when it is a fault."""
        for reason, file, message in EXCEPTIONS:
            if re.search(file, self.file) and re.search(message, self.message):
                return reason
        return None


def gather(accepted: Path, folder: Path) -> int:
    """Put every program into a folder of its own, with the modules that it imports. Returns how many."""
    for program in sorted((ROOT / "examples").iterdir()):
        if program.is_dir() and not program.name.startswith("_"):
            ignored = shutil.ignore_patterns("test_*", "__pycache__")
            shutil.copytree(program, folder / f"example_{program.name}", ignore=ignored)
    shutil.copytree(ROOT / "programs_py", folder / "programs_py", ignore=shutil.ignore_patterns("__pycache__"))
    for program in sorted(accepted.iterdir()):
        shutil.copytree(program, folder / program.name)
    return sum(1 for _ in folder.iterdir())


def asked_pyright(folder: Path) -> list[Refusal]:
    """What pyright says in strict mode of the programs, each its own root of imports."""
    roots = [{"root": p.name} for p in sorted(folder.iterdir()) if p.is_dir()]
    settings = {"typeCheckingMode": "strict", "reportWildcardImportFromLibrary": False, "executionEnvironments": roots}
    (folder / "pyrightconfig.json").write_text(json.dumps(settings))
    command = [sys.executable, "-m", "pyright", "--outputjson", "--pythonpath", sys.executable, "-p", str(folder)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    told = json.loads(done.stdout)["generalDiagnostics"]
    return [
        Refusal(
            "pyright",
            str(Path(d["file"]).relative_to(folder)),
            d["range"]["start"]["line"] + 1,
            f"{d['message']} ({d.get('rule', '')})",
        )
        for d in told
        if d["severity"] == "error"
    ]


def asked_mypy(folder: Path) -> list[Refusal]:
    """What mypy says with our plugin. Programs of one file go into one run, the others into one each."""
    settings = folder / "mypy.ini"
    settings.write_text("[mypy]\nplugins = seahorse.mypy_plugin\ncheck_untyped_defs = true\n")
    with tempfile.TemporaryDirectory() as flat:
        found: list[Refusal] = []
        for program in sorted(p for p in folder.iterdir() if p.is_dir() and not p.name.startswith(".")):
            files = list(program.rglob("*.py"))
            if len(files) == 1:
                shutil.copyfile(files[0], Path(flat, f"{program.name}.py"))
            else:
                found += _mypy(settings, program, program.name)
        return found + _mypy(settings, Path(flat), "")


def _mypy(settings: Path, folder: Path, name: str) -> list[Refusal]:
    command = [sys.executable, "-m", "mypy", "--config-file", str(settings), "--no-error-summary"]
    command += ["--cache-dir", str(settings.parent / ".mypy_cache"), "."]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    assert not done.stderr, done.stderr
    lines = (re.match(r"(.+?):(\d+): error: (.+)", line) for line in done.stdout.splitlines())
    return [Refusal("mypy", f"{name}/{m[1]}".lstrip("/"), int(m[2]), m[3]) for m in lines if m is not None]


def main(accepted: Path) -> int:
    """Print what is refused, by reason, and everything that has none. Returns the exit code."""
    if not accepted.is_dir():
        print(f"{accepted} does not exist; `make test-vm` fills it", file=sys.stderr)
        return 2
    with tempfile.TemporaryDirectory() as folder:
        count = gather(accepted, Path(folder))
        refusals = [*asked_pyright(Path(folder)), *asked_mypy(Path(folder))]
    faults = [r for r in refusals if r.reason is None]
    for fault in faults:
        print(f"{fault.checker}: {fault.file}:{fault.line}: {fault.message}")
    print(f"{count} programs; refused for a known reason:")
    for (checker, reason), times in sorted(Counter((r.checker, r.reason) for r in refusals if r.reason).items()):
        print(f"  {checker:<8} {times:>5}  {reason}")
    print(f"faults: {len(faults)}")
    return 1 if faults or count < 60 else 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
