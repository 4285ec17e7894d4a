"""A list operation whose argument changes the list: the list has its new items by the time that the operation begins."""

from __future__ import annotations

import pytest
from tests.language.compared import Compared

BODIES = {
    "insert behind the end": "items.insert(100, grown(items, x))",
    "insert before the last": "items.insert(-1, grown(items, x))",
    "insert far before": "items.insert(-9, grown(items, x))",
    "insert at the old end": "items.insert(len(items), grown(items, x))",
    "insert what was taken": "items.insert(2, items.pop())",
    "insert at what was taken": "items.insert(grown(items, x) - x, x + 1)",
    "append": "items.append(grown(items, x))",
    "append what was taken": "items.append(items.pop(0))",
    "extend": "items.extend([grown(items, x), grown(items, x + 1)])",
    "pop": "items.append(items.pop(grown(items, 2)))",
    "store": "items[grown(items, 1)] = grown(items, 9)",
    "store at the end": "items[-1] = grown(items, x)",
    "store before the old end": "items[len(items) - 1] = grown(items, 8)",
    "remove": "items.remove(grown(items, x))",
}  # fmt: skip
# Rust refuses these: it borrows the list before it has the index.
BORROWED = {
    "index": "items.append(items[grown(items, 3)])",
    "slice": "items += items[grown(items, 1):]",
    "slice to what grows": "items += items[1:grown(items, 4)]",
}  # fmt: skip

HEADER = """
def grown(items: List[u64], x: u64) -> u64:
    items.append(x)
    return x

"""


def compared_of(bodies: dict[str, str]) -> Compared:
    functions = [
        f"@instruction\ndef run_{i}(x: u64, items: List[u64]) -> List[u64]:\n    {body}\n    return items\n"
        for i, body in enumerate(bodies.values())
    ]
    return Compared(HEADER + "\n\n".join(functions))


CASES = [(5, [1, 2, 3, 4]), (0, [6]), (3, [])]


@pytest.fixture(scope="module")
def compared() -> Compared:
    return compared_of(BODIES)


@pytest.fixture(scope="module")
def borrowed() -> Compared:
    return compared_of(BORROWED)


@pytest.mark.parametrize("number", range(len(BODIES)), ids=list(BODIES))
def test_the_list_has_its_new_items(compared: Compared, number: int) -> None:
    compared.check(f"run_{number}", CASES)


@pytest.mark.parametrize("number", range(len(BORROWED)), ids=list(BORROWED))
def test_an_index_that_changes_its_list(borrowed: Compared, number: int) -> None:
    borrowed.check(f"run_{number}", CASES)
