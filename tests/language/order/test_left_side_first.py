"""Methods of the right side (`__rmul__`, `__contains__`, mirrored comparisons): the left side is evaluated first."""

from __future__ import annotations

import pytest

from seahorse.testing import Ledger

SOURCE = """from seahorse.prelude import *

declare_id("Fg6PaFpoGXkYsidMpWTK6W2BeZ7FEfcYkg476zPFsLnS")


class Card(Account):
    n: u64


@dataclass
class Bag:
    n: u64

    def __contains__(self, n: u64) -> bool:
        return self.n == n + 1

    def __rmul__(self, n: u64) -> u64:
        return self.n * 1000 + n

    def __rsub__(self, n: u64) -> u64:
        return n * 1000 + self.n

    def __gt__(self, n: u64) -> bool:
        print(self.n, n)
        return self.n > n


def step(card: Card) -> u64:
    card.n += 1
    return card.n


def bag(card: Card) -> Bag:
    return Bag(step(card))


@instruction
def make(payer: Signer, card: Empty[Card]):
    made = card.init(payer=payer, seeds=["card"])
    made.n = 4


@instruction
def run(card: Card) -> str:
    return str(EXPRESSION)
"""

EXPRESSIONS = {
    "card.n * bag(card)": "5004",
    "step(card) * bag(card)": "6005",
    "step(card) - bag(card)": "5006",
    "(card.n + 1) * bag(card)": "5005",
    "card.n in bag(card)": "True",
    "step(card) in bag(card)": "True",
    "step(card) < bag(card)": "True",
    "card.n * bag(card) + step(card) * bag(card)": "12010",
    "[card.n * bag(card) for _ in range(3)]": "[5004, 6005, 7006]",
}


@pytest.mark.parametrize("expression", EXPRESSIONS)
def test_the_left_side_is_evaluated_first(expression: str) -> None:
    ledger = Ledger()
    program = ledger.deploy_text(SOURCE.replace("EXPRESSION", expression))
    payer = ledger.signer()
    card = program.address("card")
    program.make(payer=payer, card=card)
    assert program.run(card=card).value == EXPRESSIONS[expression]
