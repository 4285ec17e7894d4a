"""Makes a project folder from the templates."""

from __future__ import annotations

import keyword
from importlib import resources
from pathlib import Path
from string import Template

from solders.keypair import Keypair

from seahorse.deploy.wallet import save_keypair
from seahorse.driver.files import write_file
from seahorse.driver.project import ProjectError

# Template -> where it goes. `program` stands for the program's name.
FILES = {
    "Anchor.toml.template": "Anchor.toml",
    "README.md.template": "README.md",
    "gitignore.template": ".gitignore",
    "pyproject.toml.template": "pyproject.toml",
    "program.py.template": "programs_py/program.py",
    "test_program.py.template": "tests/test_program.py",
}
_TAKEN = {"seahorse", "solders", "pytest", "tests", "test", "crate", "super", "self"}


def program_name(name: str) -> str:
    """The program's name in a project called `name`. Raises ProjectError for one that cannot be a Python module's."""
    program = name.replace("-", "_").lower()
    if not program.isidentifier() or not program.isascii() or keyword.iskeyword(program) or program in _TAKEN:
        raise ProjectError(f"{name!r} cannot name a program; use letters, digits and _, as in my_program")
    return program


def create_project(folder: Path) -> list[Path]:
    """Make a project in a new or empty folder, named after it. Returns the files written. Raises ProjectError."""
    program = program_name(folder.name)
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise ProjectError(f"{folder} is there already; give another name")
    key, wallet = Keypair(), Keypair()
    values = {
        "project": folder.name,
        "distribution": _distribution(program),
        "program": program,
        "id": str(key.pubkey()),
        "class": _class_name(program),
    }
    templates = resources.files("seahorse.scaffold") / "template"
    written: list[Path] = []
    for source, target in FILES.items():
        text = (templates / source).read_text(encoding="utf-8")
        path = folder / target.replace("program.py", f"{program}.py")
        write_file(path, Template(text).substitute(values).encode())
        written.append(path)
    for pair, place in ((key, f"target/deploy/{program}-keypair.json"), (wallet, "wallet.json")):
        save_keypair(pair, folder / place)
        written.append(folder / place)
    return written


def _class_name(program: str) -> str:
    return "".join(part.capitalize() for part in program.split("_") if part) or "Program"


def _distribution(program: str) -> str:
    """The project's name as pip takes it: it begins and ends with a letter or digit."""
    return program.strip("_").replace("_", "-") or "program"
