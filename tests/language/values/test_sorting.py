"""Sorting as in Python: stable, the key called once for each item and in order, n log n; and what it costs."""

from __future__ import annotations

import random

import pytest
from tests.language.compared import Compared

from seahorse.testing import Ledger, expect_error

SOURCE = """
def note(log: List[u64], x: u64) -> u64:
    log.append(x)
    return x % 10

@instruction
def by_key(xs: List[u64], down: bool) -> List[u64]:
    return sorted(xs, key=lambda x: x % 10, reverse=down)

@instruction
def in_place(xs: List[u64], down: bool) -> List[u64]:
    xs.sort(reverse=down)
    return xs

@instruction
def by_two_keys(xs: List[u64], down: bool) -> List[u64]:
    xs.sort(key=lambda x: (x % 3, f'{x % 7}'), reverse=down)
    return xs

@instruction
def order_of_keys(xs: List[u64]) -> List[u64]:
    log: List[u64] = []
    xs.sort(key=lambda x: note(log, x))
    log.extend(xs)
    return log

@instruction
def length_while_sorting(xs: List[u64]) -> List[u64]:
    log: List[u64] = []
    xs.sort(key=lambda x: note(log, len(xs)))
    log.extend(xs)
    return log

@instruction
def changed_while_sorting(xs: List[u64]) -> List[u64]:
    xs.sort(key=lambda x: note(xs, x))
    return xs

@instruction
def reverse_is_evaluated_first(xs: List[u64]) -> List[u64]:
    return sorted(xs, reverse=note(xs, 15) == 5)

@instruction
def texts(xs: List[str], down: bool) -> List[str]:
    return sorted(xs, reverse=down)

@instruction
def characters(t: str) -> List[str]:
    return sorted(t, key=lambda c: c.lower())

@instruction
def signed(xs: List[i16]) -> List[i16]:
    return sorted(xs, key=lambda x: -x)

@instruction
def floats(xs: List[f64], down: bool) -> List[f64]:
    return sorted(xs, reverse=down)
"""


@pytest.fixture(scope="module")
def both() -> Compared:
    return Compared(SOURCE)


def lists() -> list[list[int]]:
    r = random.Random(5)
    made = [[r.randrange(60) for _ in range(n)] for n in (0, 1, 2, 3, 4, 5, 7, 8, 9, 16, 17, 31, 33, 60)]
    return [*made, list(range(20)), list(range(20))[::-1], [5] * 9]


@pytest.mark.parametrize("name", ["by_key", "in_place", "by_two_keys"])
def test_lists_of_all_lengths_both_ways(both: Compared, name: str) -> None:
    both.check(name, [(xs, down) for xs in lists() for down in (False, True)])


@pytest.mark.parametrize("name", ["order_of_keys", "length_while_sorting", "reverse_is_evaluated_first"])
def test_the_key_is_called_once_for_each_item_in_order(both: Compared, name: str) -> None:
    both.check(name, [(xs,) for xs in lists()])


def test_a_list_that_its_keys_change_is_an_error(both: Compared) -> None:
    both.check("changed_while_sorting", [([],)])
    with expect_error("InvalidArgument"):
        both.program.changed_while_sorting(xs=[3, 1])


def test_texts_and_numbers_of_all_kinds(both: Compared) -> None:
    words = ["b", "", "aä", "a", "ab", "z", "é", "a"]
    both.check("texts", [(words, False), (words, True)])
    both.check("characters", [("Hello wOrld",), ("",)])
    both.check("signed", [([3, -5, 0, 32767, -32767, 3],)])
    both.check("floats", [([1.5, -0.0, 0.0, float("inf"), -2.0, 1e-300], down) for down in (False, True)])


def test_what_sorting_costs() -> None:
    program = Ledger().deploy_text(
        """from seahorse.prelude import *
declare_id('Fg6PaFpoGXkYsidMpWTK6W2BeZ7FEfcYkg476zPFsLnS')

@dataclass
class Item:
    n: u64
    m: u64

@instruction
def items(n: u64, sorting: bool) -> u64:
    xs = [Item(n - i, i) for i in range(n)]
    if sorting:
        xs.sort(key=lambda x: x.n)
    return xs[0].n
"""
    )

    def cost(n: int) -> int:
        return program.items(n=n, sorting=True).compute_units - program.items(n=n, sorting=False).compute_units

    assert program.items(n=200, sorting=True).value == 1
    costs = {n: cost(n) for n in (50, 100, 200, 400)}
    print(costs)
    # An insertion sort took 212,000 for 200 objects in reverse.
    assert costs[200] < 45_000
    assert all(costs[2 * n] < 2.4 * costs[n] for n in (50, 100, 200)), costs
