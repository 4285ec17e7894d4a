"""Functions inside functions and lambdas in variables: when defaults are evaluated, what is seen, and in which order."""

from __future__ import annotations

import pytest
from tests.language.compared import Compared

SOURCE = """
def note(log: List[u64], x: u64) -> u64:
    log.append(x)
    return x

@instruction
def default_of_lambda(n: u64, xs: List[u64]) -> List[u64]:
    add = lambda x, y=n: x + y
    n += 50
    return [add(x) for x in xs] + [add(n), add(n, n)]

@instruction
def default_of_def(n: u64, xs: List[u64]) -> List[u64]:
    def add(x: u64, y: u64 = n + 1, *, z: u64 = len(xs)) -> u64:
        return x * 10000 + y * 100 + z
    n += 50
    xs.append(1)
    return [add(n), add(n, 1), add(n, z=7), add(n, z=1, y=2)]

@instruction
def defaults_have_effects(n: u64, xs: List[u64]) -> List[u64]:
    log: List[u64] = []
    def add(x: u64, y: u64 = note(log, n), z: u64 = note(log, n + 1)) -> u64:
        return note(log, x) + y * z
    log.append(99)
    return [add(1), add(2, 3), add(n)] + log

@instruction
def default_is_shared(n: u64, xs: List[u64]) -> List[u64]:
    def keep(x: u64, kept: List[u64] = [n], more: List[u64] = xs) -> u64:
        kept.append(x)
        more.append(x + 100)
        return sum(kept)
    def twice(x: u64) -> u64:
        return keep(x) + keep(x + 1)
    n += 5
    return [keep(1), twice(3), keep(2, [n]), keep(4)] + xs

@instruction
def defaults_of_texts(n: u64, xs: List[u64]) -> List[u64]:
    word = 'ab' * n if n < 9 else ''
    def longer(s: str, end: str = word + '!') -> str:
        return s + end
    word = 'zzzzz'
    return [len(longer('')), len(longer(word)), len(longer('', word))]

@instruction
def sees_what_is_there_now(n: u64, xs: List[u64]) -> List[u64]:
    twice = lambda x: x * 2 + n
    def both(x: u64) -> u64:
        return twice(x) + n * 1000
    one = u64(1)
    out = [twice(one), both(1)]
    n += 7
    out += [twice(one), both(1)]
    for n in xs:
        out.append(both(2))
    return out + list(map(twice, xs)) + sorted(xs, key=lambda x: 0 - i64(twice(x) % 7))

@instruction
def makes_what_is_there_later(n: u64, xs: List[u64]) -> List[u64]:
    low = lambda q: min(xs, default=q)
    text = lambda q: max([str(x) for x in xs], key=len, default=str(q))
    return [low(n), len(text(n))]
"""

CASES = [(0, []), (3, [4, 1]), (8, [9, 2, 30])]


@pytest.fixture(scope="module")
def program() -> Compared:
    return Compared(SOURCE)


def names() -> list[str]:
    return [line.split("(")[0][4:] for line in SOURCE.split("@instruction\n")[1:] for line in [line.split("\n")[0]]]


@pytest.mark.parametrize("name", names())
def test_as_in_python(program: Compared, name: str) -> None:
    program.check(name, CASES)
