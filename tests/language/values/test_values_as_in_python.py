"""What users of Seahorse ran into with values: signs, scopes, indexes, aliases, strings. Python says what is right."""

from __future__ import annotations

import pytest
from tests.language.compared import Compared

SOURCE = """
SIZES = [3, 1, 2]
LIMIT = 2 ** 10 - 24

class State(Enum):
    IDLE = 0
    BUSY = 1
    DONE = 2

def next_state(s: State) -> State:
    if s == State.IDLE:
        return State.BUSY
    return State.DONE

def count_idle(states: List[State]) -> u64:
    total = 0
    for s in states:
        if s in [State.IDLE, State.DONE]:
            total += 1
    return total

@instruction
def states() -> List[u64]:
    s = State.IDLE
    seen = [s, next_state(s), next_state(next_state(s))]
    return [count_idle(seen), u64(s != State.BUSY), u64(seen[1] == State.BUSY and not seen[2] == State.IDLE)]

@instruction
def signs(a: i64, b: i64) -> List[i64]:
    c = a // b
    c -= a % b
    return [a // b, a % b, c, -a // b, -(a // b), a - -b, (a + b) * 2 - (a - b) // 3 * 2, +a]

@instruction
def repeated(a: u64, b: u64, c: u32) -> List[u64]:
    x = a * b + (b - a) * 2 + u64(c) * (a + b)
    x += x * 2 + c
    x -= a * (b - a)
    y = 2 ** c + a ** 2 * 3
    return [x, y, a + b * c // 3 % 7, (a + b) * c]

@instruction
def negations(a: bool, b: bool, n: u64) -> List[bool]:
    return [not a, not (a and b), not a and b, not not a, not n == 3, not n > 2 or b, (not a) == b, not (n in [1, 2])]

@instruction
def deeper(n: u64) -> List[i64]:
    x, found = 0, False
    label = ''
    for i in range(n):
        if i % 2 == 0:
            x += 1
            if i > 3:
                found = True
                label = label + str(i)
        else:
            x -= i64(i)
    y = x
    if found:
        y = 7
        z = y
        y = z + 1
    return [i64(x), i64(y), i64(found), i64(len(label))]

@instruction
def indexes(xs: List[i32], i: i8, j: u64) -> List[i32]:
    grid = [xs, [x * 2 for x in xs], xs[::-1]]
    first = grid[0][0]
    grid[1][-1] += first
    grid[i][j] -= 1
    return [first, grid[-1][0], grid[1][-1], grid[i][j], xs[0], xs[len(xs) - 1], i32(SIZES[1])]

@instruction
def rows(n: u64) -> List[List[u64]]:
    row = [u64(0)] * 3
    shared = [row, row]
    shared[0][1] = n
    own = [[u64(0)] * 3 for _ in range(2)]
    own[0][1] = n
    copy = shared[0][:]
    copy[0] = 9
    return [shared[0], shared[1], own[0], own[1], copy, row]

@instruction
def arrays_of_arrays(n: u8) -> List[u8]:
    grid = array(array(n, 1), array(2, 3))
    row = grid[1]
    row[0] = 7
    for line in grid:
        line[1] += 1
    swapped = array(grid[1], grid[0])
    swapped[0][0] += 1
    grid[0] = swapped[0]
    grid[0][1] = 90
    return [grid[0][0], grid[0][1], grid[1][0], grid[1][1], swapped[1][0], swapped[1][1], row[0]]

@instruction
def totals(xs: List[f64], ys: Array[i32, 3]) -> List[f64]:
    total = 0.0
    for x in xs:
        total += x
    return [sum(xs), total, f64(sum(ys)), f64(sum([y * 2 for y in ys])), f64(sum([u64(1), 2]))]

@instruction
def strings(name: str, other: str) -> str:
    old = name
    name = other
    both = [name, old, name]
    greeting = 'Hello ' + old
    greeting += '!'
    if name == other and old != name:
        greeting = greeting + name + name
    return f'{greeting} {both} {name}{old}' + ('yes' if other in greeting else 'no')

@instruction
def winner(board: Array[u8, 9]) -> u8:
    for i in range(3):
        if board[i * 3] != 0 and board[i * 3] == board[i * 3 + 1] and board[i * 3 + 1] == board[i * 3 + 2]:
            return board[i * 3]
        if board[i] != 0 and board[i] == board[i + 3] == board[i + 6]:
            return board[i]
    return 0

@instruction
def growing(xs: List[u64]) -> List[u64]:
    seen: List[u64] = []
    for x in xs:
        if len(xs) < 6:
            xs.append(x + 1)
        seen.append(x)
    for i in range(len(xs)):
        if xs[i] == 2:
            xs.pop()
    return seen + xs

@instruction
def inserts(xs: List[u64], small: u8, wide: u32, signed: i8) -> List[List[u64]]:
    a, b, c = xs[:], xs[:], xs[:]
    a.insert(small, 77)
    b.insert(wide, 77)
    c.insert(signed, 77)
    return [a, b, c]

@instruction
def untyped(n: u64) -> List[u64]:
    x = 8
    y = x + n
    small = 3
    z: u16 = small
    values = []
    for i in range(3):
        values.append(y + i)
    total = 0
    for v in values:
        total += v
    return [x, u64(z), total, LIMIT]

@instruction
def short_circuit(xs: List[u64], n: u64) -> List[bool]:
    return [len(xs) > 0 and xs[0] == n, n == 0 or 10 // n > 2, n != 0 and 10 % n == 0, (xs[0] if len(xs) > 0 else n) == n]
"""

LISTS: list[list[int]] = [[1, 2], [5, -3, 7]]


@pytest.fixture(scope="module")
def program() -> Compared:
    return Compared(SOURCE)


@pytest.mark.parametrize(
    ("name", "cases"),
    [
        ("states", [()]),
        ("signs", [(a, b) for a in (7, -7, 0, 1, -1) for b in (2, -2, 3, -3, 7)]),
        ("repeated", [(2, 5, 3), (0, 0, 0), (3, 3, 1)]),
        ("negations", [(a, b, n) for a in (True, False) for b in (True, False) for n in (1, 3)]),
        ("deeper", [(n,) for n in (0, 1, 4, 9)]),
        ("indexes", [(xs, i, j) for xs in LISTS for i in (0, 1, -1, -3) for j in (0, 1)]),
        ("indexes", [([], 0, 0), ([1], 3, 0), ([1], -4, 0), ([1], 0, 1)]),
        ("rows", [(4,)]), ("arrays_of_arrays", [(4,)]), ("untyped", [(4,)]),
        ("totals", [([], [1, -2, 3]), ([0.5, 0.1, 0.2], [2**30 - 1, -1, 0])]),
        ("strings", [("a", "b"), ("", ""), ("日本", "🎉"), ("same", "same")]),
        ("winner", [([0] * 9,), ([1, 1, 1, 0, 0, 2, 0, 2, 0],), ([2, 1, 0, 2, 1, 0, 0, 1, 2],), ([1, 2, 1] * 3,)]),
        ("growing", [([],), ([1],), ([2, 5, 2],), ([9] * 7,)]),
        ("inserts", [([1, 2, 3], a, b, c) for a in (0, 2, 200, 255) for b in (1, 2**31, 2**32 - 1) for c in (-1, -128, 127)]),
        ("short_circuit", [([], 0), ([], 3), ([4], 4), ([4], 5)]),
    ],
)  # fmt: skip
def test_values(program: Compared, name: str, cases: list[tuple[object, ...]]) -> None:
    program.check(name, cases)
