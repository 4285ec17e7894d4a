"""A new project is complete: it builds, its tests pass, it deploys, and its keys are consistent."""

import json
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from solders.keypair import Keypair
from typer.testing import CliRunner

from seahorse.cli import app
from seahorse.driver.project import ProjectError
from seahorse.scaffold import create_project, program_name
from solana_localnet.spawn import spawn

RUN = CliRunner()


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A new project, and the working directory."""
    folder = tmp_path / "Solar-Notes"
    create_project(folder)
    monkeypatch.chdir(folder)
    return folder


def seahorse(*arguments: str) -> str:
    """What the command prints. It must succeed."""
    result = RUN.invoke(app, arguments)
    assert result.exit_code == 0, result.output
    return result.output


def declared(project: Path) -> str:
    return str(
        Keypair.from_bytes(bytes(json.loads((project / "target/deploy/solar_notes-keypair.json").read_text()))).pubkey()
    )


def test_it_builds_tests_and_deploys_as_it_is(project: Path):
    assert "target/deploy/solar_notes.so" in seahorse("build")
    tests = subprocess.run([sys.executable, "-m", "pytest", "-q"], cwd=project, capture_output=True, text=True)
    assert tests.returncode == 0, tests.stdout
    assert "5 passed" in tests.stdout
    with spawn() as net:
        first = seahorse("deploy", "--cluster", net.rpc_url)
        assert "solar_notes" in first
        assert "deployed" in first
        assert "unchanged" in seahorse("deploy", "solar_notes", "--cluster", net.rpc_url)
        found = net.call("getAccountInfo", declared(project))
    assert isinstance(found, dict)
    assert found["value"]["executable"] is True


def test_its_tests_fail_when_the_program_is_wrong(project: Path):
    source = project / "programs_py/solar_notes.py"
    right = source.read_text()
    for good, bad in [
        ("note.edits += 1", "note.edits += 2"),
        ("note.text = text", "note.text = 'x'"),
        ("assert text,", "assert True,"),
    ]:
        source.write_text(right.replace(good, bad))
        tests = subprocess.run([sys.executable, "-m", "pytest", "-q"], cwd=project, capture_output=True, text=True)
        assert tests.returncode == 1, f"{bad}: {tests.stdout}"


def test_it_is_clean_in_an_editor(project: Path):
    pytest.importorskip("pyright", reason="pyright is not installed in this environment")
    command = [sys.executable, "-m", "pyright", "--warnings", "--pythonpath", sys.executable]
    done = subprocess.run(command, cwd=project, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout


def test_the_id_is_that_of_the_key_everywhere(project: Path):
    key = declared(project)
    assert f'declare_id("{key}")' in (project / "programs_py/solar_notes.py").read_text()
    assert (project / "Anchor.toml").read_text().count(f'"{key}"') == 2
    assert seahorse("keys", "list") == f"solar_notes: {key}\n"
    assert "all addresses agree" in seahorse("keys", "sync")


def test_a_new_key_is_written_everywhere(project: Path):
    old = declared(project)
    (project / "target/deploy/solar_notes-keypair.json").unlink()
    assert "no key file" in seahorse("keys", "list")
    told = seahorse("keys", "sync")
    new = declared(project)
    assert new != old
    assert f"solar_notes: {old} -> {new}" in told
    assert f'declare_id("{new}")' in (project / "programs_py/solar_notes.py").read_text()
    assert (project / "Anchor.toml").read_text().count(f'"{new}"') == 2
    assert old not in (project / "Anchor.toml").read_text()
    seahorse("build")


@pytest.mark.parametrize("name", ["wallet.json", "target/deploy/solar_notes-keypair.json"])
def test_keys_are_private(project: Path, name: str):
    assert stat.S_IMODE((project / name).stat().st_mode) == 0o600
    ignored = (project / ".gitignore").read_text().split()
    assert "wallet.json" in ignored
    assert "*-keypair.json" in ignored


def test_two_projects_have_different_keys(tmp_path: Path):
    for name in ("one", "two"):
        create_project(tmp_path / name)
    wallets = {(tmp_path / name / "wallet.json").read_text() for name in ("one", "two")}
    programs = {(tmp_path / name / f"target/deploy/{name}-keypair.json").read_text() for name in ("one", "two")}
    assert len(wallets | programs) == 4


def test_no_template_is_left_unfilled(project: Path):
    for path in project.rglob("*"):
        if path.is_file():
            assert "$" not in path.read_text(), path


def test_nothing_is_overwritten(project: Path):
    before = {path: path.read_bytes() for path in project.rglob("*") if path.is_file()}
    result = RUN.invoke(app, ["init", str(project)])
    assert result.exit_code == 1
    assert "is there already; give another name" in result.output
    assert {path: path.read_bytes() for path in project.rglob("*") if path.is_file()} == before


@pytest.mark.parametrize(("name", "program"), [("counter", "counter"), ("My-Program2", "my_program2"), ("_x", "_x")])
def test_names(name: str, program: str):
    assert program_name(name) == program


@pytest.mark.parametrize("name", ["", "2fast", "two words", "für", "class", "seahorse", "a.b", "a$b"])
def test_names_that_cannot_be(tmp_path: Path, name: str):
    with pytest.raises(ProjectError, match="cannot name a program"):
        program_name(name)
    if name:
        assert RUN.invoke(app, ["init", str(tmp_path / name)]).exit_code == 1
        assert not (tmp_path / name).exists()


def test_a_new_key_file(tmp_path: Path):
    file = tmp_path / "deep" / "key.json"
    told = seahorse("keys", "new", str(file)).strip()
    assert str(Keypair.from_bytes(bytes(json.loads(file.read_text()))).pubkey()) == told
    again = RUN.invoke(app, ["keys", "new", str(file)])
    assert again.exit_code == 1
    assert "exists already" in again.output
