"""A name lives in its function, as in Python; a use that may come before an assignment is refused at the use.

Random functions are judged by an oracle that follows every path (each condition holds or not, each loop turns 0, 1 or
2 times): what it finds safe must compile and give CPython's values, what it finds unsafe must be refused.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from tests.language.compared import Compared

from seahorse.diagnostics import CompileError
from seahorse.testing.compiling import compile_text

HEADER = "from seahorse.prelude import *\ndeclare_id('Fg6PaFpoGXkYsidMpWTK6W2BeZ7FEfcYkg476zPFsLnS')\n"
SOURCE = """
class Kind(Enum):
    LOW = 0
    HIGH = 1

@instruction
def branches(n: u64) -> u64:
    if n > 5:
        rate = 3
    elif n > 2:
        rate = n
    else:
        rate = 1
    return rate * n

@instruction
def texts(n: u64) -> str:
    if n > 5:
        name, kind = 'high', Kind.HIGH
    else:
        name, kind = 'low', Kind.LOW
    return f'{name} {kind == Kind.HIGH}'

@instruction
def lists(n: u64) -> List[u64]:
    if n > 2:
        items = [n, 1]
    else:
        items: List[u64] = []
    items.append(7)
    return items

@instruction
def until(n: u64) -> u64:
    turns = 0
    while True:
        turns += 1
        found = turns * turns
        if found > n:
            break
    return found

@instruction
def leaves_by_return(n: u64) -> u64:
    if n > 3:
        total = n
    else:
        return 0
    return total

@instruction
def for_else(n: u64) -> u64:
    for i in range(n):
        if i == 3:
            place = i
            break
    else:
        place = 99
    return place

@instruction
def again_in_a_loop(n: u64) -> u64:
    total = 0
    for i in range(n):
        if i % 2 == 0:
            step = i
        else:
            step = 1
        total += step
        step = 5
    return total

@instruction
def optional(n: u64) -> u64:
    if n > 3:
        limit: u64 | None = n
    else:
        limit: u64 | None = None
    return 0 if limit is None else limit

@instruction
def same_name_in_two_blocks(n: u64) -> str:
    if n > 3:
        x = n
        return str(x)
    else:
        x = 'text'
        return x

@instruction
def shadows(n: u64) -> u64:
    total = 0
    if n > 2:
        LIMIT = n
    else:
        LIMIT = 3
    return LIMIT + total

def helper(n: u64) -> u64:
    if n > 1:
        if n > 2:
            value = 1
        else:
            value = 2
        other = value
    else:
        value = 3
        other = 4
    return value * 10 + other

@instruction
def nested(n: u64) -> u64:
    return helper(n)

LIMIT = 100
"""


@pytest.fixture(scope="module")
def program() -> Compared:
    return Compared(SOURCE)


@pytest.mark.parametrize(
    "name",
    [
        *("branches", "texts", "lists", "until", "leaves_by_return", "for_else", "again_in_a_loop"),
        *("optional", "same_name_in_two_blocks", "shadows", "nested"),
    ],
)
def test_as_in_python(program: Compared, name: str) -> None:
    program.check(name, [(n,) for n in range(9)])


REFUSED = {
    "one branch": "    if n > 1:\n        x = n\n    return {x}",
    "a loop": "    for i in range(n):\n        x = i\n    return {x}",
    "the variable of a loop": "    for x in range(n):\n        pass\n    return {x}",
    "later": "    y = {x}\n    x = n\n    return x + y",
    "op=": "    if n > 1:\n        x = n\n    {x} += 1\n    return 3",
    "only by break": "    while n > 2:\n        x = n\n        break\n    return {x}",
    "the other turn": "    for i in range(n):\n        if i > 0:\n            x = i\n        else:\n            print({x})\n    return 1",
    "a constant's name": "    y = {LIMIT}\n    LIMIT = 3\n    return y + LIMIT",
    "inside a list": "    if n > 1:\n        x = n\n    return sum([{x} for i in range(3)])",
}


@pytest.mark.parametrize("what", REFUSED)
def test_refused_at_the_use(what: str) -> None:
    body = REFUSED[what]
    line = next(i for i, text in enumerate(body.splitlines()) if "{" in text)
    column = body.splitlines()[line].index("{")
    text = body.replace("{", "").replace("}", "")
    source = f"{HEADER}LIMIT = 5\n\n@instruction\ndef run(n: u64) -> u64:\n{text}\n"
    with pytest.raises(CompileError) as refused:
        compile_text(source, "scope")
    first = refused.value.diagnostics[0]
    assert "may have no value here" in first.message
    assert (first.span.line, first.span.col) == (7 + line, column + 1)


# --- random functions -----------------------------------------------------------------------------------------


@dataclass
class Maker:
    """Writes random bodies over three variables that nobody gives a value first."""

    random: random.Random
    lines: list[str] = field(default_factory=list[str])
    loops: int = 0
    counters: int = 0

    def body(self) -> list[str]:
        self.block(1, 3)
        self.lines.append("    return out")
        return self.lines

    def block(self, depth: int, size: int) -> None:
        for _ in range(self.random.randint(1, size)):
            self.statement(depth)

    def statement(self, depth: int) -> None:
        r, pad = self.random, "    " * depth
        kind = r.choice(["assign", "assign", "use", "if", "ifelse", "for", "while", "forever", "leave", "pair"])
        if depth > 3 and kind in ("if", "ifelse", "for", "while", "forever"):
            kind = "assign"
        match kind:
            case "assign":
                self.lines.append(f"{pad}{r.choice('xyz')} = n + {r.randint(0, 9)}")
            case "pair":
                self.lines.append(f"{pad}{', '.join(r.sample('xyz', 2))} = n, {r.randint(0, 9)}")
            case "use":
                self.lines.append(f"{pad}out.append({r.choice('xyz')})")
            case "if" | "ifelse":
                self.lines.append(f"{pad}if {self.condition()}:")
                self.block(depth + 1, 3)
                if kind == "ifelse":
                    self.lines.append(f"{pad}else:")
                    self.block(depth + 1, 3)
            case "for":
                self.lines.append(f"{pad}for {r.choice('xyzi')} in range(n % 3):")
                self.loop(depth)
            case "while":
                self.counters += 1
                counter = f"c{self.counters}"
                self.lines += [f"{pad}{counter} = 0", f"{pad}while {counter} < n % 3:", f"{pad}    {counter} += 1"]
                self.loop(depth)
            case "forever":
                self.lines.append(f"{pad}while True:")
                self.loop(depth)
                self.lines.append(f"{pad}    break")
            case _:
                if self.loops and r.random() < 0.6:
                    self.lines += [
                        f"{pad}if {self.condition()}:",
                        f"{pad}    {r.choice(['break', 'break', 'return out'])}",
                    ]
                else:
                    self.lines += [f"{pad}if {self.condition()}:", f"{pad}    return out"]

    def loop(self, depth: int) -> None:
        self.loops += 1
        self.block(depth + 1, 3)
        self.loops -= 1

    def condition(self) -> str:
        return f"n % {self.random.randint(2, 4)} == {self.random.randint(0, 1)}"


def is_safe(lines: list[str]) -> bool:
    """Whether no path uses a variable before it has a value: every condition may hold or not, loops turn 0 to 2 times."""
    import ast

    tree = ast.parse("def f(n, out):\n" + "\n".join(lines)).body[0]
    assert isinstance(tree, ast.FunctionDef)
    safe = True

    def uses(node: ast.AST, state: frozenset[str]) -> None:
        nonlocal safe
        for part in ast.walk(node):
            if (
                isinstance(part, ast.Name)
                and isinstance(part.ctx, ast.Load)
                and part.id in "xyz"
                and part.id not in state
            ):
                safe = False

    def run(statements: list[ast.stmt], states: set[frozenset[str]]) -> Iterator[tuple[str, frozenset[str]]]:
        """(how it ends, what is assigned) of every path."""
        for s in statements:
            after: set[frozenset[str]] = set()
            for state in states:
                for end, new in step(s, state):
                    if end == "next":
                        after.add(new)
                    else:
                        yield end, new
            states = after
        yield from (("next", state) for state in states)

    def step(s: ast.stmt, state: frozenset[str]) -> Iterator[tuple[str, frozenset[str]]]:
        match s:
            case ast.Assign():
                uses(s.value, state)
                stored = {n.id for n in ast.walk(s.targets[0]) if isinstance(n, ast.Name)}
                yield "next", state | stored
            case ast.If():
                yield from run(s.body, {state})
                yield from run(s.orelse, {state})
            case ast.While() | ast.For():
                forever = isinstance(s, ast.While) and isinstance(s.test, ast.Constant)
                target = {s.target.id} if isinstance(s, ast.For) and isinstance(s.target, ast.Name) else set[str]()
                turns = {state}
                for _ in range(3):
                    if not forever:
                        yield from (("next", t) for t in turns)
                    again: set[frozenset[str]] = set()
                    for end, new in run(s.body, {t | target for t in turns}):
                        if end == "next":
                            again.add(new)
                        else:
                            yield ("next" if end == "break" else end), new
                    turns = again
                if not forever:
                    yield from (("next", t) for t in turns)
            case ast.Break():
                yield "break", state
            case ast.Return():
                yield "return", state
            case _:
                uses(s, state)
                yield "next", state

    list(run(tree.body, {frozenset()}))
    return safe


def made(seed: int) -> list[str]:
    return Maker(random.Random(seed)).body()


@pytest.mark.parametrize("group", range(4))
def test_random_functions(group: int, tmp_path: Path) -> None:
    accepted: list[str] = []
    refused = 0
    for seed in range(group * 1000, group * 1000 + 150):
        lines = made(seed)
        text = "\n".join([f"@instruction\ndef run{seed}(n: u64) -> List[u64]:", "    out: List[u64] = []", *lines, ""])
        if is_safe(lines):
            accepted.append(text)
            continue
        refused += 1
        with pytest.raises(CompileError) as error:
            compile_text(HEADER + text, "scope")
        messages = [d.message for d in error.value.diagnostics]
        assert all("may have no value here" in m or "not defined" in m for m in messages), (messages, text)
    assert refused > 30
    assert len(accepted) > 30
    for start in range(0, len(accepted), 40):
        program = Compared("\n".join(accepted[start : start + 40]))
        for text in accepted[start : start + 40]:
            name = text.split("def ")[1].split("(")[0]
            program.check(name, [(n,) for n in range(6)])
