"""Random functions about objects with several names do in the VM what they do in CPython: results, prints, accounts."""

from __future__ import annotations

import contextlib
import copy
import io
import random
from dataclasses import dataclass, fields, is_dataclass
from pathlib import Path
from typing import Any

import pytest
from solders.pubkey import Pubkey
from tests.language.generators.object_units import FIELDS, HEADER, Unit, body, element, is_sequence
from tests.language.generators.objects import Generator

from seahorse.diagnostics import CompileError
from seahorse.driver.compile import Compiler
from seahorse.testing import DeployedProgram, Ledger
from seahorse.testing.codec import DecodedRecord
from seahorse.testing.result import Failed, printed

SEEDS, UNITS, CALLS = 4, 40, 3
# What a program may refuse that Python does not: its memory and its time are small, and so are its accounts.
LIMITS = {"HeapExhausted", "ProgramFailedToComplete", "ComputationalBudgetExceeded", "AccountDidNotSerialize"}
SPACE = 1500
ACCOUNTS = {"a": Pubkey(bytes([1] * 32)), "b": Pubkey(bytes([2] * 32))}


def units_of(seed: int, count: int, folder: Path) -> list[Unit]:
    """The first units of a seed that are programs of the language: the generator knows most of its rules, not all."""
    generator = Generator(seed)
    found: list[Unit] = []
    path = folder / "unit.py"
    for at in range(2 * count):
        unit = generator.unit(f"f{at}")
        path.write_text(HEADER + body([unit]), encoding="utf-8")
        with contextlib.suppress(CompileError):
            Compiler().check(path)
            found.append(unit)
        if len(found) == count:
            return found
    raise AssertionError(f"hardly any of {2 * count} units is a program")


# --- Python ---------------------------------------------------------------------------------------------------


def host(units: list[Unit]) -> dict[str, Any]:
    """The units in CPython: lists for arrays, plain objects for accounts."""
    names: dict[str, Any] = {
        "i64": int, "dataclass": dataclass, "Account": object, "instruction": lambda f: f,
        "array": lambda *items: list(items),
    }  # fmt: skip
    exec(compile("from __future__ import annotations\n" + body(units), "<host>", "exec"), names)
    return names


def made(names: dict[str, Any], t: str, value: Any) -> Any:
    """A value of the generator as Python has it: objects for mappings."""
    if t.startswith("Optional"):
        return None if value is None else made(names, element(t), value)
    if is_sequence(t):
        return [made(names, element(t), item) for item in value]
    if t not in FIELDS:
        return copy.copy(value)
    obj = object.__new__(names[t])
    vars(obj).update({f: made(names, inner, value[f]) for f, inner in FIELDS[t].items()})
    return obj


def plain(value: Any) -> Any:
    """A value without classes, whichever side it is from."""
    match value:
        case DecodedRecord():
            return {f: plain(value[f]) for f in value}
        case list() | tuple():
            return [plain(v) for v in value]  # pyright: ignore[reportUnknownVariableType]
        case _ if is_dataclass(value):
            return {f.name: plain(getattr(value, f.name)) for f in fields(value)}
        case _ if hasattr(value, "__dict__"):
            return {f: plain(v) for f, v in vars(value).items()}
        case _:
            return value


# --- both -----------------------------------------------------------------------------------------------------


def arguments(generator: Generator, unit: Unit) -> dict[str, Any]:
    types = {**dict.fromkeys(unit.accounts, "Store"), **unit.args}
    return {name: generator.given(t) for name, t in types.items()}


def in_python(names: dict[str, Any], unit: Unit, given: dict[str, Any]) -> Any:
    """Result, output, accounts afterwards; None when Python raises."""
    types = {**dict.fromkeys(unit.accounts, "Store"), **unit.args}
    values = {n: made(names, t, given[n]) for n, t in types.items()}
    out = io.StringIO()
    try:
        with contextlib.redirect_stdout(out):
            result = names[unit.name](**values)
    except (LookupError, ValueError, AssertionError):
        return None
    return plain(result), out.getvalue().splitlines(), [plain(values[a]) for a in unit.accounts]


def in_program(program: DeployedProgram, unit: Unit, given: dict[str, Any]) -> Any:
    """The same in the VM; the failure's name when it fails."""
    for name in unit.accounts:
        program.set_account(ACCOUNTS[name], "Store", space=SPACE, **given[name])
    try:
        result = program.call(unit.name, **{n: ACCOUNTS[n] if n in unit.accounts else v for n, v in given.items()})
    except Failed as failed:
        return str(failed.failure.name)
    return plain(result.value), printed(result.logs), [plain(program.account(ACCOUNTS[a])) for a in unit.accounts]


def compare(seed: int, folder: Path, count: int = UNITS) -> tuple[int, list[str]]:
    """How many calls gave the same in both; what differed."""
    units = units_of(seed, count, folder)
    names, program = host(units), Ledger().deploy_text(HEADER + body(units))
    values = Generator(seed)
    values.r = random.Random(f"values {seed}")
    same, different = 0, list[str]()
    for unit in units:
        for _ in range(CALLS):
            given = arguments(values, unit)
            expected, found = in_python(names, unit, given), in_program(program, unit, given)
            if found == expected or (isinstance(found, str) and (expected is None or found in LIMITS)):
                same += found == expected
                continue
            text = "".join(m for ms in unit.methods.values() for m in ms) + "".join(unit.functions) + unit.text
            different.append(f"seed {seed}: {given}\n{text}\nPython: {expected}\nthe program: {found}\n")
    return same, different


@pytest.mark.parametrize("seed", range(SEEDS))
def test_random_objects(seed: int, tmp_path: Path) -> None:
    same, different = compare(seed, tmp_path)
    assert not different, f"{len(different)} differ\n" + "\n".join(different[:3])
    assert same > UNITS * CALLS // 3, "most of it just fails"
