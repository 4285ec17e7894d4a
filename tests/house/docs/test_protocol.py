"""docs/protocol.md against the IDLs: every name that the tables place exists, and no instruction is left out."""

import re
from pathlib import Path
from typing import Any

import pytest

from seahorse.driver.compile import Compiler
from seahorse.driver.project import find_project
from seahorse.idl import anchor_idl

ROOT = Path(__file__).resolve().parents[3]
PROGRAMS = ("registry", "energy_token", "oracle", "trading", "governance")
NAME = re.compile(r"`((?:" + "|".join(PROGRAMS) + r")(?:\.| = )[^`]*)`")


@pytest.fixture(scope="module")
def idls() -> dict[str, dict[str, Any]]:
    lowered = Compiler().lower_all(find_project(ROOT).programs())
    return {p.name: anchor_idl(p) for p in lowered}


def names_of(program: str, idl: dict[str, Any]) -> set[str]:
    """Every name of an IDL as the tables write it: `program.thing`, `program.thing.part`, `program.Error = code`."""
    found = {f"{program} = {idl['address']}"}
    for instruction in idl["instructions"]:
        found.add(f"{program}.{instruction['name']}")
        found |= {f"{program}.{instruction['name']}.{a['name']}" for a in instruction["args"]}
    for t in idl["types"]:
        found.add(f"{program}.{t['name']}")
        found |= {f"{program}.{t['name']}.{f['name']}" for f in t["type"].get("fields", [])}
        found |= {f"{program}.{t['name']}.{v['name']}" for v in t["type"].get("variants", [])}
    found |= {f"{program}.{e['name']} = {e['code']}" for e in idl["errors"]}
    return found


def table_rows() -> list[tuple[str, list[str]]]:
    """(line, names in the last column) of the tables that place the names of the two design documents."""
    text = (ROOT / "docs" / "protocol.md").read_text(encoding="utf-8")
    rows: list[tuple[str, list[str]]] = []
    inside = False
    for line in text.splitlines():
        if line.startswith("| program | kind |"):
            inside = True
        elif not line.startswith("|"):
            inside = False
        elif inside and not line.startswith("|--"):
            rows.append((line, NAME.findall(line.rstrip("| ").rsplit("|", 1)[-1])))
    return rows


def test_every_name_that_the_tables_place_exists(idls: dict[str, dict[str, Any]]) -> None:
    known = set[str]().union(*(names_of(p, idl) for p, idl in idls.items()))
    rows = table_rows()
    assert len(rows) > 200
    missing = [(name, line) for line, names in rows for name in names if name not in known]
    assert missing == []
    placed = sum(1 for _, names in rows if names)
    assert placed > len(rows) * 0.9


def test_every_instruction_and_error_is_described(idls: dict[str, dict[str, Any]]) -> None:
    text = (ROOT / "docs" / "protocol.md").read_text(encoding="utf-8")
    for program, idl in idls.items():
        for instruction in idl["instructions"]:
            assert f"`{instruction['name']}`" in text or f"`{program}.{instruction['name']}`" in text, instruction[
                "name"
            ]
