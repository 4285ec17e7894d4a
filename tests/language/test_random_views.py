"""Random instructions about views, order and effects do in the bytecode what they do in CPython.

The same with as many seeds as there is time for: `python -m tests.language.soak --seeds 1000`.
"""

from __future__ import annotations

import pytest
from tests.language.soak import Tally, compare

SEEDS, UNITS = 100, 3


@pytest.fixture(scope="module")
def tally() -> Tally:
    found = Tally()
    for seed in range(SEEDS):
        found.add(compare(seed, UNITS, 1))
    return found


def test_nothing_differs(tally: Tally) -> None:
    told = "\n\n".join(tally.different[:3])
    assert not tally.different, f"{len(tally.different)} of {tally.outcomes.total()} differ\n{told}"


def test_most_of_it_succeeds(tally: Tally) -> None:
    """The instructions do not just fail: what they do is compared."""
    assert tally.outcomes["succeeded"] > SEEDS * UNITS // 2, tally.outcomes
