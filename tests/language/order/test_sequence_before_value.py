"""`min`, `max`, `sum` and `math.prod` of a sequence and a value: the sequence, then the value, then items and keys."""

from __future__ import annotations

import itertools
from types import SimpleNamespace
from typing import Any

import pytest

from seahorse.diagnostics import CompileError
from seahorse.testing import Ledger

FUNCTIONS = {
    "min": "min({items}, default={value})",
    "min, key": "min({items}, key=lambda q: step(card, q % 3), default={value})",
    "min, key that reads": "min({items}, key=lambda q: (q + card.n) % 4, default={value})",
    "max": "max({items}, default={value})",
    "max, key": "max({items}, key=lambda q: step(card, q % 3), default={value})",
    "sum": "sum({items}, {value})",
    "sum, start": "sum({items}, start={value})",
    "sorted": "([0] + sorted({items}, key=lambda q: (q + card.n) % 4, reverse={value} % 2 == 0))[-1]",
    "enumerate": "sum(i * q for i, q in enumerate({items}, {value}))",
    "next": "next((q for q in {items}), {value})",
    "zip": "sum(a * b for a, b in zip({items}, [{value}, 2]))",
    "prod": "math.prod({items}, start={value})",
}
SEQUENCES = [
    "numbers",
    "numbers[:0]",
    "made(card, 3)",
    "made(card, 0)",
    "[step(card, q) for q in numbers]",
    "card.ns",
    "list(card.ns)",
    "(step(card, q) for q in numbers)",
    "map(lambda q: q + card.n, numbers)",
    "filter(lambda q: q != card.n, numbers)",
    "[q for q in numbers if q > 100]",
]
VALUES = ["step(card, 1)", "card.n", "grown(card)", "7", "u64(len(made(card, 2)))"]

SOURCE = """import math
from seahorse.prelude import *

declare_id("Fg6PaFpoGXkYsidMpWTK6W2BeZ7FEfcYkg476zPFsLnS")


class Card(Account):
    n: u64
    ns: List[u64, 8]


def step(card: Card, by: u64) -> u64:
    card.n += by
    return card.n


def made(card: Card, count: u64) -> List[u64]:
    return [step(card, 2) % 5 for _ in range(count)]


def grown(card: Card) -> u64:
    card.ns.append(card.n)
    return len(card.ns)


@instruction
def make(payer: Signer, card: Empty[Card]):
    made = card.init(payer=payer, seeds=["card"])
    made.n = 4
    made.ns = [6, 1]


"""
INSTRUCTION = """
@instruction
def NAME(card: Card) -> List[u64]:
    card.n = 4
    card.ns = [6, 1]
    numbers: List[u64] = [9, 2, 6]
    first = EXPRESSION
    return [first, card.n, len(card.ns)]
"""


def in_cpython(expression: str) -> list[int]:
    """What plain Python makes of the body of `run`."""
    body = SOURCE[SOURCE.index("def step") : SOURCE.index("@instruction\ndef make")]
    run = INSTRUCTION.replace("@instruction", "").replace("NAME", "run").replace("EXPRESSION", expression)
    names: dict[str, Any] = {"u64": int, "List": list, "Card": SimpleNamespace}
    exec("import math\n" + body + run, names)
    return names["run"](SimpleNamespace())


def expressions(function: str) -> list[str]:
    """All that the language takes: it refuses what has another order and cannot be given Python's."""
    in_turn = ("(", "map", "filter")
    taken = [
        (items, value)
        for items, value in itertools.product(SEQUENCES, VALUES)
        if not (function == "sorted" and items.startswith(in_turn))
        and not (function in ("enumerate", "next", "zip") and items.startswith("("))
    ]
    return [FUNCTIONS[function].format(items=items, value=value) for items, value in taken]


@pytest.mark.parametrize("function", FUNCTIONS)
def test_the_sequence_then_the_value_then_the_items(function: str) -> None:
    tried = dict(enumerate(expressions(function)))
    text = [INSTRUCTION.replace("NAME", f"run_{i}").replace("EXPRESSION", e) for i, e in tried.items()]
    ledger = Ledger()
    program = ledger.deploy_text(SOURCE + "".join(text))
    card = program.address("card")
    program.make(payer=ledger.signer(), card=card)
    wrong: list[str] = []
    for i, expression in tried.items():
        given, expected = getattr(program, f"run_{i}")(card=card).value, in_cpython(expression)
        if given != expected:
            wrong.append(f"{expression}: {given}, and in Python {expected}")
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("items", [s for s in SEQUENCES if s.startswith(("(", "map", "filter"))])
def test_what_would_have_another_order_is_refused(items: str) -> None:
    expression = FUNCTIONS["sorted"].format(items=items, value="step(card, 1)")
    text = INSTRUCTION.replace("NAME", "run").replace("EXPRESSION", expression)
    with pytest.raises(CompileError, match="made after the other argument"):
        Ledger(engine="vm").deploy_text(SOURCE + text)
    # Nothing can change what a name holds meanwhile.
    Ledger(engine="vm").deploy_text(SOURCE + text.replace("step(card, 1) % 2 == 0", "not True"))
