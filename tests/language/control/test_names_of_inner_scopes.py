"""A function inside a function sees the variables around its definition, whatever their names mean where it is called."""

from __future__ import annotations

import pytest
from tests.language.compared import Compared

HEADER = """from collections.abc import Callable


def apply(f: Callable[[u64], u64], x: u64) -> u64:
    return f(x) + sum(f(k) for k in range(3))


"""

# Each is the body of a function of `x: u64` and `items: List[u64]`; `k` is a variable of it and of inner scopes.
BODIES = {
    "comprehension": "return sum([f(k) for k in range(x)])",
    "comprehension of a generator": "return sum(f(k) for k in items)",
    "two comprehensions": "return sum([f(k) + sum([f(k) for k in range(k)]) for k in range(x)])",
    "condition": "return sum([k for k in range(x) if f(k) > 3])",
    "lambda": "g = lambda k: f(k) + k\n    return g(x) + k",
    "lambda given": "return sum(map(lambda k: f(k) + k, items))",
    "key": "return sorted(items, key=lambda k: 1000 - f(k))[0]",
    "function given by name": "return sum([sum(map(f, items)) for k in range(x)])",
    "function given to a function": "return sum([apply(f, k) for k in items])",
    "lambda given to a function": "return sum([apply(lambda y: f(y) + k, 1) for k in items]) + apply(lambda k: f(k), x)",
    "parameter": "def g(k: u64) -> u64:\n        return f(k) + k\n    return g(k=x) + g(5) + k",
    "variable": "def g(y: u64) -> u64:\n        k = y + 1\n        return f(k) + k\n    return g(x) + k",
    "through another": "g = lambda y: f(y) + 1\n    return sum([g(k) for k in items]) + sum(map(lambda k: g(k), items))",
    "parameter with a default": "def g(k: u64 = k + 1) -> u64:\n        return f(k) * 10\n    return g() + g(x)",
    "capture of a pattern": "def g(y: u64) -> u64:\n        match y:\n            case 3:\n                return f(y)\n            case k:\n"
    "                return f(k) + k\n    return g(x) + g(3)",
    "nonlocal": "def step() -> u64:\n        nonlocal k\n        k += x\n        return k\n"
    "    total = sum([k for k in items]) + sum(k * step() for k in items)\n    return total + k + f(1)",
    "own in the same lambda": "g = lambda y: y * k + sum([k for k in range(y)])\n    return g(x) + g(2)",
    "first sequence": "return sum([f(k) for k in range(k)])",
}  # fmt: skip
# Rust has no dict and no set.
TABLES = {
    "dict": "return sum({k: f(k) for k in range(x)}.values())",
    "set": "return sum({f(k) for k in range(x)})",
}


def compared_of(bodies: dict[str, str]) -> Compared:
    functions = [
        f"@instruction\ndef run_{i}(x: u64, items: List[u64]) -> u64:\n    k = 2\n    f = lambda y: y * k + 1\n"
        f"    k = 3\n    {body}\n"
        for i, body in enumerate(bodies.values())
    ]
    return Compared(HEADER + "\n\n".join(functions))


@pytest.fixture(scope="module")
def compared() -> Compared:
    return compared_of(BODIES)


@pytest.mark.parametrize("number", range(len(BODIES)), ids=list(BODIES))
def test_a_function_sees_the_variables_around_its_definition(compared: Compared, number: int) -> None:
    compared.check(f"run_{number}", [(1, [4, 1]), (4, []), (3, [7, 7, 2])])


@pytest.fixture(scope="module")
def tables() -> Compared:
    return compared_of(TABLES)


@pytest.mark.parametrize("number", range(len(TABLES)), ids=list(TABLES))
def test_in_a_dict_and_a_set_too(tables: Compared, number: int) -> None:
    tables.check(f"run_{number}", [(1, [4, 1]), (4, []), (3, [7, 7, 2])])
