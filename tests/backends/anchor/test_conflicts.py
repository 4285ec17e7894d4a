"""An expression of which one part changes what another has in use: refused, unless Rust is proven to mean the same."""

from __future__ import annotations

from pathlib import Path

import pytest

from seahorse.backends.anchor import UnsupportedError
from seahorse.driver.compile import Compiler

HEADER = """from seahorse.prelude import *
declare_id('Fg6PaFpoGXkYsidMpWTK6W2BeZ7FEfcYkg476zPFsLnS')


@dataclass
class Part:
    xs: List[u64]


class Card(Account):
    ns: List[u64]
    part: Part
    ts: List[str]


def grown(card: Card) -> u64:
    card.ns.append(1)
    return len(card.ns)


def replaced(card: Card) -> u64:
    card.ns = [7, 8]
    return 1


def through(card: Card) -> u64:
    return replaced(card)


def other_part(card: Card) -> u64:
    card.part = Part([1])
    return 0


@instruction
def run(card: Card) -> u64:
"""

# The list is another one when the value is there.
REFUSED = [
    "return card.ns[replaced(card)]",
    "return card.ns[through(card)]",
    "card.ns.append(replaced(card))\n    return 0",
    "card.ns.append(through(card))\n    return 0",
    "card.ns.insert(replaced(card), 1)\n    return 0",
    "card.ns.extend([through(card)])\n    return 0",
    "return card.ns.pop(replaced(card))",
    "card.ns[replaced(card)] = 5\n    return 0",
    "return sum(card.ns[replaced(card):])",
    "card.part.xs.append(other_part(card))\n    return 0",
    "return card.part.xs[other_part(card)]",
]
# Rust borrows the list before it has the index.
BORROWED = ["return card.ns[grown(card) - 1]", "return sum(card.ns[grown(card):])"]
# It is the same list, which has other items by then.
WRITTEN = [
    "card.ns[grown(card) - 1] = 5\n    return 0",
    "card.ns.append(grown(card))\n    return 0",
    "card.ns.insert(100, grown(card))\n    return 0",
    "card.ns.extend([grown(card)])\n    return 0",
    "return card.ns.pop(grown(card) - 1)",
    "card.ts.append(str(replaced(card)))\n    return 0",
    "card.part.xs.append(replaced(card))\n    return 0",
]


def _rust(folder: Path, body: str) -> None:
    path = folder / "tested.py"
    path.write_text(f"{HEADER}    {body}\n", encoding="utf-8")
    Compiler().rust([path])


@pytest.mark.parametrize("body", [*REFUSED, *BORROWED])
def test_a_list_that_its_own_value_replaces_is_refused(tmp_path: Path, body: str) -> None:
    with pytest.raises(UnsupportedError, match="reads: Rust refuses that"):
        _rust(tmp_path, body)


@pytest.mark.parametrize("body", WRITTEN)
def test_a_list_that_its_own_value_changes_is_written(tmp_path: Path, body: str) -> None:
    _rust(tmp_path, body)
