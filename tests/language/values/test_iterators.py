"""Iterators run when they are gone through: what map, filter, zip and enumerate evaluate, and when."""

from __future__ import annotations

from tests.language.compared import Compared

SOURCE = """
def note(log: List[u64], x: u64) -> u64:
    log.append(x)
    return x

@instruction
def mapped(xs: List[u64]) -> List[u64]:
    log: List[u64] = []
    for x in map(lambda x: note(log, x), xs):
        log.append(x + 100)
        if x == 3:
            break
    return log

@instruction
def filtered(xs: List[u64]) -> List[u64]:
    log: List[u64] = []
    for x in filter(lambda x: note(log, x) % 2 == 0, xs):
        log.append(x + 100)
    return log

@instruction
def zipped(xs: List[u64], ys: List[u64]) -> List[u64]:
    log: List[u64] = []
    for x, y in zip(map(lambda x: note(log, x), xs), filter(lambda y: note(log, y + 1000) % 2 == 0, ys)):
        log.append(x + y + 100)
    return log

@instruction
def zip_takes_from_the_first(xs: List[u64], ys: List[u64]) -> List[u64]:
    log: List[u64] = []
    pairs = list(zip(map(lambda x: note(log, x), xs), ys))
    log.append(len(pairs))
    return log

@instruction
def growing(xs: List[u64]) -> List[u64]:
    for i, x in enumerate(map(lambda x: x * 2, xs)):
        if len(xs) < 12:
            xs.append(x + i)
    return xs

@instruction
def shrinking(xs: List[u64]) -> List[u64]:
    log: List[u64] = []
    for a, b in zip(xs, reversed(xs)):
        log.append(a * 100 + b)
        if len(xs) > 3:
            xs.remove(a)
    return log

@instruction
def first_that_decides(xs: List[u64]) -> List[u64]:
    log: List[u64] = []
    found = any(map(lambda x: note(log, x) > 2, xs))
    every = all(map(lambda x: note(log, x + 100) < 103, xs))
    log.append(1000 if found else 2000)
    log.append(1000 if every else 2000)
    return log

@instruction
def largest(xs: List[u64]) -> u64:
    return max(map(lambda x: x % 7, filter(lambda x: x > 2, xs)))

@instruction
def contained(xs: List[u64], x: u64) -> List[u64]:
    log: List[u64] = []
    log.append(1 if x in [note(log, y) for y in xs] else 0)
    return log

@instruction
def augmented(xs: List[u64]) -> List[u64]:
    xs[0] += grown(xs)
    return xs

def grown(xs: List[u64]) -> u64:
    for i in range(u64(9)):
        xs.append(i)
    return 5

@instruction
def swapped(xs: List[u64]) -> List[u64]:
    xs[1], xs[0] = (xs[0], xs[1])
    xs[0], xs[note(xs, 1)] = xs[1], xs[0]
    return xs

@instruction
def compared(xs: List[u64]) -> bool:
    return xs[0] + note(xs, 4) < xs[-1] + 1
"""
LISTS: list[list[int]] = [[1, 2, 3, 4, 5], [4], [6, 1, 8], [3, 3]]


def test_as_in_python() -> None:
    both = Compared(SOURCE)
    pairs = [(xs, ys) for xs in [[], *LISTS] for ys in [[], *LISTS]]
    for name in ("mapped", "filtered", "growing", "shrinking", "first_that_decides", "largest"):
        both.check(name, [(xs,) for xs in [[], *LISTS]])
    for name in ("zipped", "zip_takes_from_the_first"):
        both.check(name, pairs)
    both.check("contained", [(xs, 3) for xs in LISTS])
    for name in ("augmented", "compared"):
        both.check(name, [(xs,) for xs in LISTS])
    both.check("swapped", [(xs,) for xs in LISTS if len(xs) > 1])
