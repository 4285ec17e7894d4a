"""The version of Anchor that crates are for: the option, and what Anchor.toml says."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest
from typer.testing import CliRunner

from seahorse.backends.anchor import DIALECTS
from seahorse.cli import app
from seahorse.driver.project import Project, ProjectError

RUN = CliRunner()
SOURCE = """from seahorse.prelude import *

declare_id('Fg6PaFpoGXkYsidMpWTK6W2BeZ7FEfcYkg476zPFsLnS')


@instruction
def pay(payer: Signer, to: UncheckedAccount, amount: u64):
    payer.transfer_lamports(to, amount)
"""
OTHERS = '[programs.localnet]\npay = "Fg6PaFpoGXkYsidMpWTK6W2BeZ7FEfcYkg476zPFsLnS"\n'


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "programs_py").mkdir()
    (tmp_path / "Anchor.toml").write_text(OTHERS)
    (tmp_path / "programs_py/pay.py").write_text(SOURCE)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def build(*options: str) -> tuple[int, str]:
    result = RUN.invoke(app, ["build", *options])
    return result.exit_code, result.output


def crates(project: Path) -> str:
    """The version that the crates are for, by the manifest and by the code."""
    version = tomllib.loads((project / "Cargo.toml").read_text())["workspace"]["dependencies"]["anchor-lang"]
    handler = (project / "programs/pay/src/instructions/pay.rs").read_text()
    assert ("system_program.key()" in handler) == version.startswith("=1.")
    return version.removeprefix("=")


def toolchain(project: Path) -> str | None:
    return tomllib.loads((project / "Anchor.toml").read_text()).get("toolchain", {}).get("anchor_version")


def test_option_is_kept_in_anchor_toml(project: Path) -> None:
    assert build()[0] == 0
    bytecode, idl = ((project / f"target/{name}").read_bytes() for name in ("deploy/pay.so", "idl/pay.json"))
    assert (crates(project), toolchain(project)) == ("0.32.1", None)
    assert build("--anchor", "1")[0] == 0
    assert (crates(project), toolchain(project)) == (DIALECTS["1"].version, DIALECTS["1"].version)
    assert (project / "Anchor.toml").read_text().endswith(OTHERS)
    assert "unchanged" in build()[1]
    assert build("--no-cache")[0] == 0
    assert crates(project) == DIALECTS["1"].version
    assert bytecode == (project / "target/deploy/pay.so").read_bytes()
    assert idl == (project / "target/idl/pay.json").read_bytes()
    assert build("--anchor", "0.32")[0] == 0
    assert (crates(project), toolchain(project)) == ("0.32.1", "0.32.1")


def test_nothing_is_written_when_the_build_fails(project: Path) -> None:
    (project / "programs_py/pay.py").write_text(SOURCE.replace("amount: u64", "amount: Wrong"))
    assert build("--anchor", "1")[0] == 1
    assert (project / "Anchor.toml").read_text() == OTHERS
    assert not (project / "programs").exists()


@pytest.mark.parametrize(
    "before",
    [
        '[toolchain]\nanchor_version = "0.31.0"\nsolana_version = "2.3.0"\n\n[provider]\ncluster = "localnet"\n',
        "[toolchain]\nanchor_version = '0.31.0' # as ever\n",
        '[provider]\ncluster = "localnet"\n\n[toolchain]\npackage_manager = "npm"\n',
        "",
    ],
)
def test_anchor_toml_says_the_rest_as_before(project: Path, before: str) -> None:
    (project / "Anchor.toml").write_text(before)
    changed = tomllib.loads(Project(project).with_anchor_version("1.2.2"))
    expected = tomllib.loads(before)
    expected["toolchain"] = expected.get("toolchain", {}) | {"anchor_version": "1.2.2"}
    assert changed == expected


def test_anchor_toml_in_another_form_is_left_to_its_owner(project: Path) -> None:
    (project / "Anchor.toml").write_text('toolchain = { anchor_version = "0.32.1" }\n')
    with pytest.raises(ProjectError, match="under \\[toolchain\\] yourself"):
        Project(project).with_anchor_version("1.2.2")
    assert build("--anchor", "1")[0] == 1
    assert build()[0] == 0


def test_versions_without_crates(project: Path) -> None:
    (project / "Anchor.toml").write_text('[toolchain]\nanchor_version = "2.0.0"\n')
    code, said = build()
    assert code == 1
    assert "--anchor 1" in said
    assert build("--no-rust")[0] == 0
    assert build("--anchor", "1")[0] == 0
    assert build("--anchor", "2")[0] == 2


@pytest.mark.parametrize("options", [("--no-rust",), ("programs_py/pay.py",)])
def test_option_is_of_crates(project: Path, options: tuple[str, ...]) -> None:
    code, said = build(*options, "--anchor", "1")
    assert code == 1
    assert "--anchor chooses the crates" in said


def test_printed_crate_is_for_the_version(project: Path) -> None:
    line = ("programs_py/pay.py", "--emit", "rust", "--only", "pay")
    assert "system_program.to_account_info()" in build(*line)[1]
    assert "system_program.key()" in build(*line, "--anchor", "1")[1]
    (project / "Anchor.toml").write_text('[toolchain]\nanchor_version = "1.0.0"\n')
    assert "system_program.key()" in build(*line)[1]
