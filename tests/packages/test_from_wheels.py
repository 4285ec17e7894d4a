"""A stranger's first project: outside the repository, in a fresh environment, from built wheels."""

import json
import os
import re
import shutil
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest

from solana_localnet.spawn import spawn

PYTHONS = ["3.11", "3.12", "3.13", "3.14"]
ROOT = Path(__file__).parents[2]
HERE = f"{sys.version_info.major}.{sys.version_info.minor}"


def run(command: list[str | Path], folder: Path, environment: dict[str, str] | None = None) -> str:
    """What the command prints. It must succeed."""
    done = subprocess.run([str(c) for c in command], cwd=folder, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, f"{command}\n{done.stdout}\n{done.stderr}"
    return done.stdout


@cache
def interpreter(version: str) -> str | None:
    """A Python of this version that runs: on the path, or one that pyenv keeps (whose shims do not run by themselves)."""
    kept = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv")) / "versions"
    found = [shutil.which(f"python{version}"), *map(str, sorted(kept.glob(f"{version}.*/bin/python")))]
    candidates = [sys.executable] if version == HERE else [path for path in found if path is not None]
    return next((p for p in candidates if not subprocess.run([p, "-c", ""], capture_output=True).returncode), None)


def fresh(version: str, folder: Path, wheels: Path) -> dict[str, str]:
    """The variables of an activated new environment in which only pip is installed, and which finds the wheels."""
    python = interpreter(version)
    assert python is not None
    subprocess.run([python, "-m", "venv", folder], check=True)
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "VIRTUAL_ENV"))}
    return kept | {"PATH": f"{folder / 'bin'}:{os.environ['PATH']}", "PIP_FIND_LINKS": str(wheels)}


def commands(readme: str) -> list[str]:
    """The indented commands of a README, without their comments."""
    return [line.split("#")[0].strip() for line in re.findall(r"^    (.+)$", readme, re.MULTILINE)]


# What Python parses since 3.12.
NEWER = """from seahorse.testing import Ledger

PROGRAM = '''
from seahorse.prelude import *
declare_id("Fg6PaFpoGXkYsidMpWTK6W2BeZ7FEfcYkg476zPFsLnS")

type Amount = u64

class Stack[T]:
    items: List[T]

    def __init__(self) -> None:
        self.items = []

def first[T](items: List[T]) -> T:
    return items[0]

@instruction
def go(n: Amount) -> u64:
    stack = Stack[u64]()
    stack.items.append(n)
    return first(stack.items)
'''

def test_it():
    assert Ledger().deploy_text(PROGRAM).go(n=3).value == 3
"""


def served(project: Path, environment: dict[str, str]) -> str:
    """What the language server answers to an editor that begins in a project, and ends."""
    begin = {"capabilities": {}, "rootUri": project.as_uri()}
    messages: list[dict[str, object]] = [
        {"id": 1, "method": "initialize", "params": begin},
        {"id": 2, "method": "shutdown"},
    ]
    texts = [json.dumps({"jsonrpc": "2.0", **m}) for m in [*messages, {"method": "exit"}]]
    sent = "".join(f"Content-Length: {len(text)}\r\n\r\n{text}" for text in texts)
    command = ["seahorse", "lsp"]
    done = subprocess.run(
        command, cwd=project, env=environment, input=sent, capture_output=True, text=True, timeout=120
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.replace(" ", "")


# The others take minutes: `make test-pythons`.
PRESENT = [v for v in PYTHONS if interpreter(v) is not None] if os.environ.get("EVERY_PYTHON") else [HERE]


@pytest.mark.timeout(600)
@pytest.mark.parametrize("version", PRESENT)
def test_the_commands_of_its_readme(version: str, tmp_path: Path, wheels: Path):
    variables = fresh(version, tmp_path / "venv", wheels)
    run(["pip", "install", "-q", "seahorse-lang"], tmp_path, variables)
    assert run(["seahorse", "--version"], tmp_path, variables).startswith("seahorse ")
    run(["seahorse", "init", "solar_notes"], tmp_path, variables)
    project = tmp_path / "solar_notes"
    install, build, test, deploy = commands((project / "README.md").read_text())

    lacking = subprocess.run(["seahorse", "lsp"], cwd=project, env=variables, capture_output=True, text=True)
    assert (lacking.returncode, "pip install 'seahorse-lang[lsp]'" in lacking.stderr) == (1, True)
    run(["pip", "install", "-q", "seahorse-lang[lsp]"], tmp_path, variables)
    assert '"hoverProvider":true' in served(project, variables)

    run(install.split(), project, variables)
    assert "target/deploy/solar_notes.so" in run(build.split(), project, variables)
    assert "5 passed" in run([*test.split(), "-q"], project, variables)
    if version != "3.11":
        (project / "tests" / "test_newer.py").write_text(NEWER)
        assert "1 passed" in run([*test.split(), "-q", "tests/test_newer.py"], project, variables)
    assert "notes" in run(["seahorse", "test", "--cov", "-q"], project, variables)
    assert "usage: localnet" in run(["localnet", "--help"], project, variables)
    assert run(["localnet", "--version"], project, variables).startswith("localnet ")
    with spawn() as net:
        assert "deployed" in run([*deploy.split(), "--cluster", net.rpc_url], project, variables)


@pytest.mark.skipif(not os.environ.get("EVERY_PYTHON"), reason="asks the index for each Python: make test-pythons")
@pytest.mark.parametrize("version", [v for v in PYTHONS if interpreter(v) is None])
def test_a_python_that_is_not_here_has_everything_on_the_index(version: str, tmp_path: Path, wheels: Path):
    line = [sys.executable, "-m", "pip", "install", "-q", "--dry-run", "--ignore-installed", "--only-binary=:all:"]
    line += ["--python-version", version, "--target", str(tmp_path), "--find-links", str(wheels)]
    run([*line, "seahorse-lang[test,lsp]", "solana-localnet[test]"], tmp_path)


@pytest.mark.timeout(600)
def test_the_operators_command_says_what_it_lacks(tmp_path: Path, wheels: Path):
    variables = fresh(HERE, tmp_path / "venv", wheels)
    run(["pip", "install", "-q", "gridtokenx"], tmp_path, variables)
    assert run(["gridtokenx", "--version"], tmp_path, variables).startswith("gridtokenx ")
    run(["pip", "check"], tmp_path, variables)
    done = subprocess.run(["gridtokenx", "demo"], cwd=ROOT, env=variables, capture_output=True, text=True)
    assert done.returncode == 1
    assert "demo: localnet is not installed; give it an environment of its own" in done.stdout
