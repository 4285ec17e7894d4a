"""A stranger's first project: outside the repository, in a fresh environment, from built wheels."""

import os
import re
import shutil
import subprocess
import sys
import venv
from pathlib import Path

import pytest

from solana_localnet.spawn import spawn

ROOT = Path(__file__).parents[3]
DISTRIBUTIONS = [ROOT / "packages" / "seahorse-lang", ROOT / "packages" / "localnet"]


def run(command: list[str | Path], folder: Path, environment: dict[str, str] | None = None) -> str:
    """What the command prints. It must succeed."""
    done = subprocess.run([str(c) for c in command], cwd=folder, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, f"{command}\n{done.stdout}\n{done.stderr}"
    return done.stdout


@pytest.fixture(scope="module")
def wheels(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheels")
    # setuptools builds inside the source folder: a copy keeps the repository clean.
    copies = [shutil.copytree(d, folder / "source" / d.name) for d in DISTRIBUTIONS]
    run(
        [sys.executable, "-m", "pip", "wheel", "-q", "--no-deps", "--no-build-isolation", "-w", folder, *copies], folder
    )
    return folder


@pytest.fixture(scope="module")
def fresh(tmp_path_factory: pytest.TempPathFactory, wheels: Path) -> dict[str, str]:
    """The variables of an activated new environment in which only pip is installed, and which finds the wheels."""
    folder = tmp_path_factory.mktemp("fresh") / "venv"
    venv.create(folder, with_pip=True)
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "VIRTUAL_ENV"))}
    return kept | {"PATH": f"{folder / 'bin'}:{os.environ['PATH']}", "PIP_FIND_LINKS": str(wheels)}


def commands(readme: str) -> list[str]:
    """The indented commands of a README, without their comments."""
    return [line.split("#")[0].strip() for line in re.findall(r"^    (.+)$", readme, re.MULTILINE)]


@pytest.mark.timeout(600)
def test_the_commands_of_its_readme(tmp_path: Path, fresh: dict[str, str]):
    run(["pip", "install", "-q", "seahorse-lang"], tmp_path, fresh)
    run(["seahorse", "init", "solar_notes"], tmp_path, fresh)
    project = tmp_path / "solar_notes"
    install, build, test, deploy = commands((project / "README.md").read_text())

    run(install.split(), project, fresh)
    assert "target/deploy/solar_notes.so" in run(build.split(), project, fresh)
    assert "5 passed" in run([*test.split(), "-q"], project, fresh)
    assert "notes" in run(["seahorse", "test", "--cov", "-q"], project, fresh)
    assert "usage: localnet" in run(["localnet", "--help"], project, fresh)
    with spawn() as net:
        assert "deployed" in run([*deploy.split(), "--cluster", net.rpc_url], project, fresh)
