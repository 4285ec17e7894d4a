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
    "index": "items.append(items[grown(items, 3)])",
    "slice": "items += items[grown(items, 1):]",
    "slice to what grows": "items += items[1:grown(items, 4)]",
    "store": "items[grown(items, 1)] = grown(items, 9)",
    "remove": "items.remove(grown(items, x))",
}  # fmt: skip

HEADER = """
def grown(items: List[u64], x: u64) -> u64:
    items.append(x)
    return x

"""


@pytest.fixture(scope="module")
def compared() -> Compared:
    functions = [
        f"@instruction\ndef run_{i}(x: u64, items: List[u64]) -> List[u64]:\n    {body}\n    return items\n"
        for i, body in enumerate(BODIES.values())
    ]
    return Compared(HEADER + "\n\n".join(functions))


@pytest.mark.parametrize("number", range(len(BODIES)), ids=list(BODIES))
def test_the_list_has_its_new_items(compared: Compared, number: int) -> None:
    compared.check(f"run_{number}", [(5, [1, 2, 3, 4]), (0, [6]), (3, [])])
