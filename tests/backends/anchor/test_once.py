"""A body is translated once, and what is found out about one place changes nothing at another."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from seahorse.backends.anchor.body import write_function
from seahorse.backends.anchor.crate.crate import Crate
from seahorse.backends.anchor.facts.body_facts import BodyFacts
from seahorse.backends.anchor.statements.statements import STATEMENTS
from seahorse.driver.compile import Compiler
from seahorse.semantics.tree.handlers import Handlers

HEADER = """from seahorse.prelude import *
declare_id('Fg6PaFpoGXkYsidMpWTK6W2BeZ7FEfcYkg476zPFsLnS')

def taken(items: List[u64], at: u64) -> u64:
    return items.pop(at)

"""


def files(folder: Path, source: str) -> dict[str, str]:
    path = folder / "tested.py"
    path.write_text(HEADER + source, encoding="utf-8")
    return {n.removeprefix("programs/tested/src/"): t for n, t in Compiler().rust([path]).items()}


@pytest.fixture
def translated(monkeypatch: pytest.MonkeyPatch) -> Counter[str]:
    """How often each kind of statement is translated."""
    counts: Counter[str] = Counter()
    of = Handlers[Any].of

    def counting(table: Handlers[Any], node: object) -> Any:
        if table is STATEMENTS:
            counts[type(node).__name__] += 1
        return of(table, node)

    monkeypatch.setattr(Handlers, "of", counting)
    return counts


def test_whether_a_function_can_fail_is_found_without_another_translation(
    tmp_path: Path, translated: Counter[str]
) -> None:
    source = """
def half(a: u64) -> u64:
    if a > 10:
        assert a % 2 == 0
        return a // 2
    for x in range(a):
        print(x)
    return a

@instruction
def run(a: u64) -> u64:
    return half(a)
"""
    made = files(tmp_path, source)["functions.rs"]
    assert "pub fn half(a: u64) -> Result<u64>" in made
    assert "return Ok(a / 2);" in made
    assert made.rstrip("}\n").endswith("Ok(a)")
    # `taken` is not reached. The last `return` of `half`, its first, and that of `run`.
    assert translated == {"If": 1, "Assert": 1, "Return": 3, "For": 1, "Print": 1}


def test_a_statement_in_steps_leaves_the_others_as_they_are(tmp_path: Path, translated: Counter[str]) -> None:
    source = """
@instruction
def run(items: List[u64], a: u64) -> u64:
    b = a + 1
    c = (b + items[0]) + taken(items, items[1] + b)
    d = c + 1
    return d
"""
    made = files(tmp_path, source)["instructions/run.rs"]
    assert made.index("items[index(0, items.len())?]") < made.index("taken(")
    # Three variables, of which one is written in steps.
    assert translated["Assign"] in (3, 4)
    assert translated["Return"] == 2


def test_ends_of_a_function_that_cannot_fail(tmp_path: Path) -> None:
    source = """
def say(a: u64) -> None:
    if a == 3:
        print(a)
        return
    print(0)

def least(a: u64, b: u64) -> u64:
    if a < b:
        return a
    else:
        return b if b < 100 else 100

@instruction
def run(a: u64) -> u64:
    say(a)
    return least(a, 7)
"""
    made = files(tmp_path, source)["functions.rs"]
    assert "pub fn say(a: u64) {" in made
    assert "        return;\n" in made
    assert "Ok(" not in made
    assert "} else if b < 100 {" in made


def test_a_sysvar_is_read_behind_a_call_that_writes_accounts(tmp_path: Path) -> None:
    source = """
@instruction
def run(owner: Signer, a: TokenAccount, b: TokenAccount) -> i64:
    a.transfer(owner, b, 1)
    return Clock.get().unix_timestamp() + i64(b.amount())
"""
    made = files(tmp_path, source)["instructions/run.rs"]
    assert made.index("token::transfer") < made.index("b.reload()?") < made.index("Clock::get()?")


def test_what_takes_several_lines_begins_on_the_line_of_its_bracket(tmp_path: Path) -> None:
    """As rustfmt has it; a name of a class that was renamed once made it begin on the next."""
    source = """
@instruction
def run(amounts: List[u64], first_of_them: u64, second_of_them: u64, third_of_them: u64) -> u64:
    amounts.append(first_of_them // 3 if second_of_them > third_of_them else second_of_them // 7)
    return amounts[0]
"""
    assert "    amounts.push(if second_of_them > third_of_them {\n" in files(tmp_path, source)["instructions/run.rs"]


def test_facts_number_the_nodes_of_a_body(tmp_path: Path) -> None:
    path = tmp_path / "tested.py"
    path.write_text(
        HEADER + "@instruction\ndef run(a: u64) -> u64:\n    b = a\n    while b < 9:\n        b += a\n    return b\n",
        encoding="utf-8",
    )
    program = Compiler().lower(path)
    (instruction,) = program.instructions
    functions = Crate(program, write_function).functions
    facts = BodyFacts(functions, instruction.body, instruction=instruction)
    assign, loop, end = [s for s in instruction.body if type(s).__name__ != "Declare"]
    assert facts.may_follow(end, loop)
    assert not facts.may_follow(assign, loop)
    assert facts.extent(loop)[0] > facts.extent(assign)[1]
    assert facts.is_repeated(loop.body[0], declared=facts.extent(assign)[0])  # type: ignore[attr-defined]
    assert facts.extent(object()) == (0, 0)


def test_what_is_indexed_is_made_once(tmp_path: Path) -> None:
    source = """
class Kept(Account):
    n: u64

def made(kept: Kept) -> List[u64]:
    kept.n += 1
    return [kept.n, 2]

@instruction
def run(kept: Kept, items: List[u64]) -> u64:
    print(made(kept)[0])
    first = kept.n + made(kept)[1] + kept.n
    print(first)
    return [taken(items, 0) for i in range(u64(2))][1]
"""
    text = files(tmp_path, source)["instructions/run.rs"]
    assert text.count("made(kept)") == 2
    assert text.count("taken(") == 1
