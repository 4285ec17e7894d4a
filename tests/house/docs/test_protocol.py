"""docs/protocol.md against the IDLs: every name that the tables place exists, and the last table has all other names.

After a change of names or of the fee: `python -m tests.house.docs.test_protocol` writes the last table and the
formula anew; read the diff.
"""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from seahorse.driver.compile import Compiler
from seahorse.driver.project import find_project
from seahorse.idl import anchor_idl
from seahorse.ir.nodes import LoweredProgram

ROOT = Path(__file__).resolve().parents[3]
PROGRAMS = ("registry", "energy_token", "oracle", "trading", "governance")
NAME = re.compile(r"`((?:" + "|".join(PROGRAMS) + r")(?:\.| = )[^`]*)`")
FEE = ROOT / "programs_py" / "trading" / "money.py"
DOCUMENT = ROOT / "docs" / "protocol.md"
BEYOND = "## Beyond A and B"
TITLES = "| program | kind | name |\n|---|---|---|\n"


def compiled() -> dict[str, LoweredProgram]:
    return {p.name: p for p in Compiler().lower_all(find_project(ROOT).programs())}


@pytest.fixture(scope="module")
def programs() -> dict[str, LoweredProgram]:
    return compiled()


@pytest.fixture(scope="module")
def idls(programs: dict[str, LoweredProgram]) -> dict[str, dict[str, Any]]:
    return {name: anchor_idl(p) for name, p in programs.items()}


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
    text = DOCUMENT.read_text(encoding="utf-8")
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


def beyond(program: LoweredProgram, placed: set[str]) -> Iterator[tuple[str, str]]:
    """Kind and name of what a program defines and no row of the documents' tables places."""
    idl, own = anchor_idl(program), program.name
    declared = (*program.accounts, *program.classes, *program.events, *program.enums)
    kinds = {d.name: "account" for d in program.accounts} | {d.name: "event" for d in program.events}
    kinds |= {d.name: "enum" for d in program.enums}
    for t in sorted((t for t in idl["types"] if t["name"] in {d.name for d in declared}), key=lambda t: t["name"]):
        name, kind = f"{own}.{t['name']}", kinds.get(t["name"], "type")
        if name not in placed:
            yield kind, name
            continue
        fields = (f"{name}.{f['name']}" for f in t["type"].get("fields", []))
        yield from (("event field" if kind == "event" else "field", f) for f in fields if f not in placed)
    for name in sorted(f"{own}.{i['name']}" for i in idl["instructions"]):
        if name not in placed:
            yield "instruction", name
    codes = {c.code for decl in program.error_decls for c in decl.codes.values()}
    for error in (e for e in idl["errors"] if e["code"] in codes):
        name = f"{own}.{error['name']} = {error['code']}"
        if name not in placed:
            yield "error", name


def renewed(document: str, programs: dict[str, LoweredProgram]) -> str:
    """The document with its last table as the programs say it."""
    before, last = _with_fee(document).split(BEYOND)
    placed = {name for line, names in table_rows() for name in names if line in before}
    rows = [f"| {p} | {kind} | `{name}` |\n" for p in PROGRAMS for kind, name in beyond(programs[p], placed)]
    return before + BEYOND + last.split(TITLES)[0] + TITLES + "".join(rows)


def _with_fee(document: str) -> str:
    """The document with the formula of the fee as the program's docstring says it."""
    rule = re.search(r'def fee_of\(.*\n    """.*?`([^`]+)`', FEE.read_text(encoding="utf-8"))
    assert rule is not None, "fee_of of programs_py/trading/money.py has no formula in its docstring"
    row = re.compile(r"^(\| fee of a sell order[^|]*\| )`[^`]*`", re.MULTILINE)
    assert len(row.findall(document)) == 1
    return row.sub(lambda found: f"{found[1]}`{rule[1]}`", document)


def test_the_last_table_and_the_fee_are_those_of_the_programs(programs: dict[str, LoweredProgram]) -> None:
    document = DOCUMENT.read_text(encoding="utf-8")
    assert document == renewed(document, programs)


def test_every_name_that_the_tables_place_exists(idls: dict[str, dict[str, Any]]) -> None:
    known = set[str]().union(*(names_of(p, idl) for p, idl in idls.items()))
    rows = table_rows()
    assert len(rows) > 200
    missing = [(name, line) for line, names in rows for name in names if name not in known]
    assert missing == []
    placed = sum(1 for _, names in rows if names)
    assert placed > len(rows) * 0.9


def test_every_instruction_and_error_is_described(idls: dict[str, dict[str, Any]]) -> None:
    text = DOCUMENT.read_text(encoding="utf-8")
    for program, idl in idls.items():
        for instruction in idl["instructions"]:
            assert f"`{instruction['name']}`" in text or f"`{program}.{instruction['name']}`" in text, instruction[
                "name"
            ]


if __name__ == "__main__":
    DOCUMENT.write_text(renewed(DOCUMENT.read_text(encoding="utf-8"), compiled()), encoding="utf-8")
