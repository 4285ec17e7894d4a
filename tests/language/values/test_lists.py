"""Lists, arrays, tuples and comprehensions: what Python does with them."""

from __future__ import annotations

from tests.language.compared import Compared

SOURCE = """
@instruction
def edit(xs: List[u64], i: i64, x: u64) -> List[u64]:
    xs.append(x)
    xs.insert(i, x + 1)
    xs[0] = xs[-1] + xs[0]
    xs.extend([7, 8])
    xs += [9]
    return xs

@instruction
def pop(xs: List[u64], i: i64) -> List[u64]:
    last = xs.pop()
    at = xs.pop(i)
    xs.append(last)
    xs.append(at)
    return xs

@instruction
def search(xs: List[u64], x: u64) -> List[u64]:
    found = xs.count(x)
    if x in xs:
        found += 1000 * (xs.index(x) + 1)
    ys = xs.copy()
    if x in ys:
        ys.remove(x)
    ys.reverse()
    ys.append(found)
    return ys

@instruction
def index(xs: List[u64], x: u64) -> u64:
    return xs.index(x)

@instruction
def remove(xs: List[u64], x: u64) -> List[u64]:
    xs.remove(x)
    return xs

@instruction
def slices(xs: List[u64], a: i64, b: i64, c: i64) -> List[List[u64]]:
    return [xs[a:b], xs[:b], xs[a:], xs[a:b:c], xs[::c], xs[::-1], xs * 2, xs + xs[:1]]

@instruction
def ordering(xs: List[u64], ys: List[u64]) -> List[bool]:
    return [xs == ys, xs != ys, xs < ys, xs <= ys, xs > ys, xs >= ys]

@instruction
def sorting(xs: List[i64]) -> List[List[i64]]:
    a = sorted(xs)
    b = sorted(xs, reverse=True)
    c = sorted(xs, key=lambda v: v % 10)
    d = sorted(xs, key=lambda v: abs(v), reverse=True)
    xs.sort()
    return [a, b, c, d, xs]

@instruction
def totals(xs: List[i64]) -> List[i64]:
    out = [sum(xs), i64(len(xs))]
    if len(xs) > 0:
        out.append(min(xs))
        out.append(max(xs))
    return out

@instruction
def least(xs: List[i64]) -> i64:
    return min(xs)

@instruction
def comprehensions(n: u64) -> List[List[u64]]:
    squares = [i * i for i in range(n)]
    even = [s for s in squares if s % 2 == 0 if s > 0]
    pairs = [a * 10 + b for a in range(n) for b in range(a)]
    mapped = list(map(lambda v: v + 1, squares))
    filtered = list(filter(lambda v: v > 5, mapped))
    return [squares, even, pairs, mapped, filtered, list(range(n)), list(reversed(squares))]

@instruction
def walks(xs: List[u64], ys: List[u64]) -> List[u64]:
    out: List[u64] = []
    for i, x in enumerate(xs):
        out.append(u64(i) * 100 + x)
    for x, y in zip(xs, ys):
        out.append(x * y)
    for i in range(10, 0, -3):
        out.append(u64(i))
    for i in range(2, 9, 3):
        out.append(u64(i))
    for x in reversed(xs):
        if x == 3:
            continue
        if x == 5:
            break
        out.append(x)
    else:
        out.append(77)
    n = 0
    while n < 3:
        n += 1
    else:
        out.append(88)
    return out

@instruction
def growing(n: u64) -> List[u64]:
    xs: List[u64] = [1]
    for x in xs:
        if len(xs) < n:
            xs.append(x * 2)
    return xs

@instruction
def nested(n: u64) -> List[List[u64]]:
    rows = [[u64(0) for _ in range(n)] for _ in range(n)]
    for i in range(n):
        for j in range(i):
            rows[i][j] = i * 10 + j
    if n > 1:
        rows[0] = rows[1]
        rows[1].append(99)
    return rows

@instruction
def aliases(xs: List[u64]) -> List[u64]:
    ys = xs
    zs = xs[:]
    ys.append(1)
    zs.append(2)
    return xs + zs

@instruction
def tuples(a: u64, b: str) -> List[str]:
    t = (a, b, a + 1)
    x, y, z = t
    a, x = x + 5, z
    first, (second, third) = 1, (b, a)
    return [f'{t}', y, f'{x} {z} {a}', f'{t[0]} {t[-1]} {len(t)}', f'{first} {second} {third}', f'{(1, b) == (1, y)}']

@instruction
def arrays(a: u64, i: i64) -> List[u64]:
    xs = array(a, a + 1, a + 2)
    ys = xs
    ys[i] = 100
    zs = Array([v * 2 for v in xs], 3)
    return [xs[0], xs[1], xs[2], zs[0], zs[-1], u64(len(xs)), sum(xs)]

@instruction
def strings(xs: List[str]) -> str:
    xs.append('end')
    return ', '.join([x.upper() for x in xs if len(x) > 1]) + f' {xs}'

@instruction
def booleans(xs: List[bool]) -> List[bool]:
    return [all(xs), any(xs), all([x for x in xs if x]), any([not x for x in xs])]

@instruction
def number_bytes(n: u64) -> List[List[u8]]:
    return [int_bytes(n), int_bytes(n, True)]

@instruction
def counted(n: u64) -> u64:
    total = u64(0)
    i = n
    while True:
        if i == 0:
            break
        i -= 1
        if i % 2 == 1:
            continue
        total += i
    return total
"""


def test_lists() -> None:
    p = Compared(SOURCE)
    lists: list[list[int]] = [[], [1], [3, 1, 2], [5, 5, 3, 5], list(range(12))]
    p.check("edit", [(list(x), i, 4) for x in lists for i in (0, 1, -1, 100, -100)])
    p.check("pop", [(list(x), i) for x in lists for i in (0, 1, -1, 5, -3)])
    for name in ("search", "index", "remove"):
        p.check(name, [(list(x), v) for x in lists for v in (0, 1, 5, 9)])
    p.check(
        "slices",
        [
            (list(x), a, b, c)
            for x in lists
            for a, b, c in ((0, 2, 1), (1, -1, 2), (-3, 100, -1), (5, 0, -2), (-9, 9, 3))
        ],
    )
    p.check("slices", [([1, 2], 0, 1, 0)])
    p.check("ordering", [(list(a), list(b)) for a in [*lists, [3, 1]] for b in lists])
    numbers: list[list[int]] = [[], [3], [5, -1, 3, 13, -21, 5, 0], [10, 20, 30, 11, 21, 1], list(range(20, 0, -1))]
    p.check("sorting", [(list(x),) for x in numbers])
    p.check("totals", [(list(x),) for x in numbers])
    p.check("least", [(list(x),) for x in numbers])
    p.check("comprehensions", [(n,) for n in (0, 1, 2, 5, 9)])
    p.check("walks", [(list(a), list(b)) for a in lists for b in lists])
    p.check("growing", [(n,) for n in (1, 2, 8)])
    p.check("nested", [(n,) for n in (0, 1, 2, 4)])
    p.check("aliases", [(list(x),) for x in lists])
    p.check("tuples", [(1, "x"), (9, "it's")])
    p.check("arrays", [(1, i) for i in (0, 2, -1, -3, 3, -4)])
    p.check("strings", [([],), (["a", "bc", "it's", 'q"', "日\n\\"],)])
    p.check("booleans", [([],), ([True],), ([True, False],), ([False],)])
    p.python["int_bytes"] = lambda n, be=False: list(n.to_bytes(8, "big" if be else "little"))
    p.check("number_bytes", [(1,), (0x0102030405060708,)])
    p.check("counted", [(0,), (1,), (10,)])
