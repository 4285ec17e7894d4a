"""Under CPython a loop comes to an end, too: with a failure that has a name, and the line of the loop."""

from __future__ import annotations

import traceback
from typing import Any

import pytest

from seahorse.testing import DeployedProgram, Failed, Ledger

# Each is the body of an instruction; `n` is very large.
ENDLESS = {
    "while": "t = u64(0)\n    while n > 0:\n        t = t ^ n\n    return t",
    "while with a continue": "t = u64(0)\n    while True:\n        t = t ^ n\n        if t < n:\n            continue\n    return t",
    "for": "t = u64(0)\n    for i in range(n):\n        t = (t * 7 + i) % 1000003\n    return t",
    "nested": "t = u64(0)\n    for i in range(2000):\n        for j in range(2000):\n            t = (t * 7 + i * j) % 1000003\n    return t",
    "function": "t = u64(0)\n    while t <= n:\n        t = step(t)\n    return t",
    "list that grows": "for x in xs:\n        xs.append(x)\n    return len(xs)",
    "comprehension": "return len([i * i for i in range(n)])",
    "generator": "return sum(i % 3 for i in range(n))",
    "sum": "return sum(range(n))",
    "list": "return len(list(range(n)))",
    "sorted": "return sorted(range(n))[0]",
    "reversed": "return list(reversed(range(n)))[0]",
    "map": "return max(map(lambda i: i % 5, range(n)))",
    "any": "return 1 if any(i == n for i in range(n)) else 0",
}
TOO_LARGE = {
    "repeated": "return len([n] * n)",
    "text that doubles": "t = 'ab'\n    for i in range(64):\n        t += t\n    return len(t)",
    "text that is added": "t = 'ab'\n    for i in range(64):\n        t = t + t\n    return len(t)",
    "list that doubles": "for i in range(64):\n        xs = xs + xs\n    return len(xs)",
}
SOURCE = """from seahorse.prelude import *
declare_id('Fg6PaFpoGXkYsidMpWTK6W2BeZ7FEfcYkg476zPFsLnS')

def step(t: u64) -> u64:
    return t ^ 1
"""


def program(engine: Any, body: str) -> DeployedProgram:
    text = f"{SOURCE}\n@instruction\ndef f(n: u64, xs: List[u64]) -> u64:\n    {body}\n"
    return Ledger(engine=engine, compute_limit=200_000).deploy_text(text)


@pytest.mark.parametrize("body", ENDLESS.values(), ids=list(ENDLESS))
def test_it_ends_with_a_name(body: str) -> None:
    with pytest.raises(Failed) as caught:
        program("python", body).f(n=50_000_000_000, xs=[1])
    assert caught.value.failure.name == "ProgramFailedToComplete"
    assert "its loops took more than 200000 turns" in str(caught.value)
    assert "program.py" in "".join(traceback.format_exception(caught.value))


@pytest.mark.parametrize("body", [*ENDLESS.values(), *TOO_LARGE.values()])
def test_both_engines_agree(body: str) -> None:
    with pytest.raises(Failed):
        program("both", body).f(n=50_000_000_000, xs=[1])


@pytest.mark.parametrize("body", TOO_LARGE.values(), ids=list(TOO_LARGE))
def test_memory_comes_to_an_end(body: str) -> None:
    for engine in ("vm", "python"):
        with pytest.raises(Failed) as caught:
            program(engine, body).f(n=50_000_000_000, xs=[1])
        assert caught.value.failure.name == "HeapExhausted"


def test_each_transaction_has_its_own() -> None:
    p = program("python", "t = u64(0)\n    for i in range(n):\n        t += i\n    return t")
    for _ in range(4):
        assert p.f(n=90_000, xs=[]).value == sum(range(90_000))
