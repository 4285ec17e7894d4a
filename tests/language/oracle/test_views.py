"""A text, bytes or key stays what it was when the account that it lies in is written: in the VM as in CPython."""

from __future__ import annotations

import contextlib
import copy
import hashlib
import io
import random
from dataclasses import dataclass
from typing import Any

import pytest
from solders.pubkey import Pubkey
from tests.language.generators.view_units import CLASSES, HEADER, HELPERS, Case, cases, kept_behind

from seahorse.testing import DeployedProgram, Ledger
from seahorse.testing.result import Failed, printed

# How many cases of the matrix are run here, in programs of so many; `python -m tests.language.oracle.test_views` runs all.
SAMPLE, EACH = 160, 40
LIMITS = {"HeapExhausted", "ProgramFailedToComplete", "ComputationalBudgetExceeded", "AccountDidNotSerialize"}
SPACE = 900
A, B = Pubkey(bytes([1] * 32)), Pubkey(bytes([2] * 32))
K = [Pubkey(bytes([i] * 32)) for i in (9, 7, 8, 3, 5)]
GIVEN: dict[str, dict[str, Any]] = {
    "a": {
        "t": "hello", "k": K[0], "o": "ab", "items": [K[1], K[2]], "words": ["one", "two", " lol "], "u": "under",
        "n": 5,
    },
    "b": {"t": "wonderful", "k": K[3], "o": None, "items": [K[4], K[3]], "words": ["zet", "yes"], "u": "uh", "n": 6},
}  # fmt: skip
TEXT = "new text"


def host(made: list[str]) -> dict[str, Any]:
    names: dict[str, Any] = {
        "u64": int, "dataclass": dataclass, "Account": object, "instruction": lambda f: f, "List": list,
        "array": lambda *items: list(items), "sha256": lambda d: hashlib.sha256(d).digest(),
        "int_bytes": lambda n: list(n.to_bytes(8, "little")),
    }  # fmt: skip
    exec(compile("from __future__ import annotations\n" + CLASSES + HELPERS + "".join(made), "<host>", "exec"), names)
    return names


def in_python(names: dict[str, Any], name: str) -> Any:
    accounts: dict[str, Any] = {}
    for account, fields in GIVEN.items():
        accounts[account] = object.__new__(names["Card"])
        vars(accounts[account]).update(copy.deepcopy(fields))
    out = io.StringIO()
    try:
        with contextlib.redirect_stdout(out):
            result = names[name](accounts["a"], accounts["b"], TEXT, 1)
    except (LookupError, ValueError):
        return None
    return result, out.getvalue().splitlines(), [vars(a) for a in accounts.values()]


def in_program(program: DeployedProgram, name: str) -> Any:
    for key, account in ((A, "a"), (B, "b")):
        program.set_account(key, "Card", space=SPACE, **GIVEN[account])
    try:
        result = program.call(name, a=A, b=B, t=TEXT, n=1)
    except Failed as failed:
        return str(failed.failure.name)
    accounts = [{f: found[f] for f in found} for found in (program.account(A), program.account(B))]
    value = bytes(result.value) if isinstance(result.value, list) else result.value
    return value, printed(result.logs), accounts


def differing(made: list[str]) -> tuple[int, list[str]]:
    """How many functions, called f0, f1 and so on, gave the same in both; what differed."""
    names, program = host(made), Ledger().deploy_text(HEADER + CLASSES + HELPERS + "".join(made))
    same, different = 0, list[str]()
    for i, text in enumerate(made):
        expected, found = in_python(names, f"f{i}"), in_program(program, f"f{i}")
        if found == expected or (isinstance(found, str) and (expected is None or found in LIMITS)):
            same += found == expected
            continue
        different.append(f"{text}Python:  {expected}\nprogram: {found}\n")
    return same, different


def texts(chosen: list[Case]) -> list[str]:
    return [case.text(f"f{i}") for i, case in enumerate(chosen)]


def shuffled() -> list[Case]:
    found = cases()
    random.Random(11).shuffle(found)
    return found


@pytest.mark.parametrize("part", range(SAMPLE // EACH))
def test_values_stay(part: int) -> None:
    same, different = differing(texts(shuffled()[part * EACH : (part + 1) * EACH]))
    assert not different, f"{len(different)} differ\n" + "\n".join(different[:3])
    assert same > EACH // 2, "most of it just fails"


def test_texts_that_move_when_the_account_is_written_back() -> None:
    chosen = kept_behind()
    same, different = 0, list[str]()
    for at in range(0, len(chosen), EACH):
        good, bad = differing(texts(chosen[at : at + EACH]))
        same, different = same + good, different + bad
    assert not different, f"{len(different)} differ\n" + "\n".join(different[:3])
    assert same > len(chosen) // 2, "most of it just fails"


def run_all() -> None:
    """The whole matrix, with what differs."""
    chosen, same, different = shuffled(), 0, 0
    for at in range(0, len(chosen), EACH):
        good, bad = differing(texts(chosen[at : at + EACH]))
        same, different = same + good, different + len(bad)
        print(f"{at + EACH} of {len(chosen)}: {same} the same, {different} differ", *bad, sep="\n", flush=True)


if __name__ == "__main__":
    run_all()
