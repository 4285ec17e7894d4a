"""The IDL that Anchor derives from the generated Rust is ours, field by field."""

from __future__ import annotations

import json
import os
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.backends.rust.anchor import IS_DEFAULT, TARGET, compiler
from tests.backends.rust.cargo import write
from tests.backends.rust.forms import FORMS
from tests.backends.rust.natively import market_workspace

from seahorse.driver.compile import Compiler
from seahorse.driver.project import find_project
from seahorse.idl import anchor_idl
from seahorse.ir.nodes import LoweredProgram

ROOT = Path(__file__).resolve().parents[3]
PROGRAMS = ("registry", "oracle", "energy_token", "trading", "governance")


@pytest.fixture(scope="module")
def lowered() -> dict[str, LoweredProgram]:
    return {p.name: p for p in Compiler().lower_all(find_project(ROOT).programs())}


@pytest.fixture(scope="module")
def workspace() -> Path:
    return market_workspace()


def run_idl_build(workspace: Path, program: str) -> str:
    """Run the tests of a crate with Anchor's `idl-build` feature, as `anchor idl build` does; what they print is the IDL."""
    environment = {
        **os.environ,
        "CARGO_TARGET_DIR": str(TARGET),
        "ANCHOR_IDL_BUILD_RESOLUTION": "TRUE",
        "ANCHOR_IDL_BUILD_NO_DOCS": "FALSE",
        "ANCHOR_IDL_BUILD_SKIP_LINT": "FALSE",
        "ANCHOR_IDL_BUILD_PROGRAM_PATH": str(workspace / "programs" / program),
    }
    command = ["cargo", "test", "--package", program, "--lib", "--features", "idl-build"]
    arguments = ["--", "--show-output", "--quiet"]
    done = subprocess.run(
        [*command, *arguments], cwd=workspace, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr + done.stdout
    return done.stdout


def assembled(printed: str) -> dict[str, Any]:
    """The IDL from its printed sections, put together as `anchor-lang-idl` does."""
    sections: dict[str, list[Any]] = {}
    for name, text in re.findall(r"--- IDL begin (\w+) ---\n(.*?)\n--- IDL end \1 ---", printed, re.DOTALL):
        sections.setdefault(name, []).append(json.loads(text))
    (idl,) = sections["program"]
    idl["address"] = sections["address"][0].strip('"')
    idl["events"] = [e["event"] for e in sections.get("event", [])]
    errors = sections.get("errors", [])
    assert len(errors) <= 1, "Anchor takes one error enum in a crate"
    idl["errors"] = errors[0] if errors else []
    types = {t["name"]: t for e in sections.get("event", []) for t in e["types"]}
    idl["types"] = list((types | {t["name"]: t for t in idl.get("types", [])}).values())
    # Paths become names where names are unique.
    idl = json.loads(re.sub(r'"(?:\w+::)+(\w+)"', r'"\1"', json.dumps(idl)))
    for part in ("accounts", "events", "instructions", "types"):
        idl[part] = sorted(idl.get(part, []), key=lambda item: item["name"])
    return {key: value for key, value in idl.items() if value not in ([], None)}


def differences(ours: Any, theirs: Any, path: str = "idl") -> Iterator[str]:
    """Every place where two IDLs differ."""
    if isinstance(ours, dict) and isinstance(theirs, dict):
        for key in sorted(ours.keys() | theirs.keys()):
            yield from differences(ours.get(key), theirs.get(key), f"{path}.{key}")
    elif isinstance(ours, list) and isinstance(theirs, list) and len(ours) == len(theirs):
        for i, (a, b) in enumerate(zip(ours, theirs, strict=True)):
            yield from differences(a, b, f"{path}[{i}]")
    elif ours != theirs:
        yield f"{path}: ours is {ours!r}, Anchor's is {theirs!r}"


@pytest.mark.parametrize("program", PROGRAMS)
def test_anchor_derives_our_idl(lowered: dict[str, LoweredProgram], workspace: Path, program: str) -> None:
    theirs = assembled(run_idl_build(workspace, program))
    ours = json.loads(json.dumps(anchor_idl(lowered[program])))
    # Anchor tells the constants that a program marks; the generated crates mark none.
    ours.pop("constants", None)
    if not IS_DEFAULT:
        # Anchor 1 leaves out the accounts of other programs.
        own = {account.name for account in lowered[program].accounts}
        ours["accounts"] = [account for account in ours.get("accounts", []) if account["name"] in own]
    found = list(differences(ours, theirs))
    assert not found, "\n".join(found[:10])
    assert len(theirs["instructions"]) == len(lowered[program].instructions)


def test_anchor_derives_the_idl_of_limits(tmp_path: Path) -> None:
    """It knows no limits, wherever the crate has them."""
    source = tmp_path / "forms.py"
    source.write_text(FORMS, encoding="utf-8")
    made = compiler()
    write(tmp_path, made.rust([source]))
    theirs = assembled(run_idl_build(tmp_path, "forms"))
    ours = json.loads(json.dumps(anchor_idl(made.lower(source))))
    found = list(differences(ours, theirs))
    assert not found, "\n".join(found[:10])
