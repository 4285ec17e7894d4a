"""Random instructions about views, order and effects do in the bytecode what they do in CPython.

The same with as many seeds as there is time for: `make soak SEEDS=n FIRST=n`.
"""

from __future__ import annotations

import pytest
from tests.language.oracle.soak import Tally, batches, compare, instructions

SEEDS, CALLS = 300, 2


@pytest.fixture(scope="module")
def tally() -> Tally:
    found = Tally()
    for seeds in batches(0, SEEDS):
        found.add(compare(seeds, CALLS))
    return found


def test_nothing_differs(tally: Tally) -> None:
    told = "\n\n".join(tally.different[:3])
    assert not tally.different, f"{len(tally.different)} of {tally.outcomes.total()} differ\n{told}"


def test_most_of_it_succeeds(tally: Tally) -> None:
    """The instructions do not just fail: what they do is compared."""
    assert tally.seeds == SEEDS
    assert tally.outcomes["succeeded"] > SEEDS * CALLS * 0.6, tally.outcomes


def test_a_seed_is_the_same_in_every_program() -> None:
    """What differs can be looked at alone."""
    (alone,) = instructions([17])
    assert alone in instructions(range(10, 20))
