"""A caller that imports a program's stub does what it does with the program's source: accounts, values, errors, events."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from solders.system_program import ID as SYSTEM
from tests.language.programs.test_calls_between_programs import CALLEE, CALLER

from seahorse.stubs import add_program
from seahorse.testing import DeployedProgram, Ledger, expect_error
from seahorse.testing.compiling import compile_text

# An IDL lists every account, also programs that calls between sources pass by themselves.
EXPLICIT = CALLER.replace(
    "def make(payer: Signer, meter: UncheckedAccount, name: String[20]):\n    callee.create(payer=payer, meter=meter, name=name)",
    "def make(payer: Signer, meter: UncheckedAccount, system_program: Program, name: String[20]):\n"
    "    callee.create(payer=payer, meter=meter, name=name, system_program=system_program)",
)
# Made under CPython too: what is not the caller's own source runs in the virtual machine.
ENGINES = ["vm", "python", "both"]


def idl_of(form: str) -> dict[str, Any]:
    made = compile_text(CALLEE, "callee")
    return made.idl if form == "current" else made.legacy_idl


@pytest.fixture(scope="module", params=["current", "legacy"])
def stub(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> str:
    folder = tmp_path_factory.mktemp("stub")
    (folder / "idl.json").write_text(json.dumps(idl_of(request.param)))
    added = add_program(folder, str(folder / "idl.json"))
    assert added.left_out == []
    assert added.path.name == "callee.py"
    return added.path.read_text()


def story(ledger: Ledger, callee_module: str) -> list[Any]:
    """What some calls do, as the world sees it."""
    callee = ledger.deploy_text(CALLEE, name="callee")
    external = "external=True" in callee_module
    caller = ledger.deploy_text(EXPLICIT if external else CALLER, name="caller", callee=callee_module)
    payer = ledger.deployer
    caller.create(payer=payer)
    told: list[Any] = []
    for name in ("one", "two"):
        programs = {"system_program": SYSTEM} if external else {}
        caller.make(payer=payer, meter=callee.address("meter", name), name=name, **programs)
    meters = [callee.address("meter", name) for name in ("one", "two")]
    for amount, other in ((7, None), (8, meters[1])):
        result = caller.run(meter=meters[0], other=other, amount=amount)
        told += [result.value, [line for line in result.logs if line.startswith("Program log:")], result.events]
    with expect_error("TOO_MUCH"):
        caller.run(meter=meters[0], other=None, amount=1000)
    with expect_error("AccountOwnedByWrongProgram"):
        caller.run(meter=caller.address("boss"), other=None, amount=1)
    return told + [_bytes(ledger, program, place) for program, place in _places(callee, caller, meters)]


def _places(callee: DeployedProgram, caller: DeployedProgram, meters: list[Any]) -> list[tuple[DeployedProgram, Any]]:
    return [*((callee, m) for m in meters), (caller, caller.address("boss"))]


def _bytes(ledger: Ledger, program: DeployedProgram, place: Any) -> tuple[bytes, int]:
    account = ledger.account(place)
    assert account is not None
    assert account.owner == program.id
    return bytes(account.data), account.lamports


@pytest.mark.parametrize("engine", ENGINES)
def test_a_caller_does_the_same(stub: str, engine: Any):
    assert story(Ledger(engine=engine), stub) == story(Ledger(engine=engine), CALLEE)


def test_a_stub_has_no_code(stub: str):
    with pytest.raises(Exception, match="program of others, and has no code"):
        compile_text(stub, "callee")


def test_a_project_does_not_build_it(tmp_path: Path, stub: str, monkeypatch: pytest.MonkeyPatch):
    from typer.testing import CliRunner

    from seahorse.cli import app

    (tmp_path / "programs_py").mkdir()
    (tmp_path / "Anchor.toml").write_text("[programs.localnet]\n")
    (tmp_path / "programs_py/callee.py").write_text(stub)
    (tmp_path / "programs_py/caller.py").write_text(EXPLICIT)
    monkeypatch.chdir(tmp_path)
    result = CliRunner().invoke(app, ["build"])
    assert result.exit_code == 0, result.output
    assert [p.name for p in (tmp_path / "target/deploy").glob("*.so")] == ["caller.so"]
    # In Rust, Anchor declares it from the same IDL.
    assert "declare_program!(callee)" in (tmp_path / "programs/caller/src/lib.rs").read_text()
    assert json.loads((tmp_path / "idls/callee.json").read_text())["address"] in stub
    assert not (tmp_path / "programs/callee").exists()
