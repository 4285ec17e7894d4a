"""Random instructions about views, order and effects: CPython, the virtual machine and Rust, on the same calls.

What Rust cannot say is refused there, and still compared in the other two. The same with as many seeds as there is time
for: `python -m tests.backends.rust.soak --seeds 1000`.
"""

from __future__ import annotations

from tests.backends.rust.soak import compare

SEEDS, CALLS = 60, 3


def test_random_views() -> None:
    tally = compare(range(SEEDS), CALLS)
    told = "\n\n".join(tally.different[:3])
    assert not tally.different, f"{len(tally.different)} of {tally.outcomes.total()} differ\n{told}"
    assert tally.rust > SEEDS // 4, "hardly any instruction has a Rust form"
    assert tally.outcomes["0x0"] > SEEDS, tally.outcomes
