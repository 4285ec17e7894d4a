"""What CPython refuses while it runs, because of types, the compiler refuses: operations x operands.

Each combination is an instruction. CPython runs it with values of the types; where that raises TypeError or
AttributeError, the compiler must report a mistake within it. (What the compiler refuses beside that is its own affair.)
"""

from __future__ import annotations

import bisect
import dataclasses
import enum
import hashlib
import math
from collections.abc import Iterable
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from tests.language.generators.checked_python import INTS

from seahorse.diagnostics import CompileError
from seahorse.driver.compile import Compiler
from seahorse.engine.state.keys import Pubkey

HEADER = """from seahorse.prelude import *
import math

declare_id('Fg6PaFpoGXkYsidMpWTK6W2BeZ7FEfcYkg476zPFsLnS')


class Kind(Enum):
    A = 1
    B = 2


class Level(IntEnum):
    LOW = 1
    HIGH = 2


@dataclass
class Point:
    x: u64


@dataclass(frozen=True, order=True)
class Rank:
    n: u64


class Pair(NamedTuple):
    a: u64
    s: str


def maybe(n: u64) -> Optional[u64]:
    return None if n == 3 else n


def nothing() -> None:
    pass

"""
VALUES = {
    "u64": "u64(3)", "u8": "u8(7)", "i64": "i64(-2)", "f64": "f64(1.5)", "bool": "bool(n)", "str": "str(n)", "bytes": "b'ab'",
    "Pubkey": "k", "List[u64]": "[u64(1), u64(2)]", "List[str]": "['a', 'b']", "Tuple": "(u64(1), 'x')", "Tuple[u64]": "(u64(1), u64(2))",
    "Dict": "{u64(1): 'x'}", "Set": "{u64(1), u64(2)}", "Enum": "Kind.A", "IntEnum": "Level.LOW", "object": "Point(u64(1))",
    "ordered": "Rank(u64(1))", "NamedTuple": "Pair(u64(1), 'x')", "bytearray": "bytearray(b'ab')", "Optional": "maybe(n)",
    "objects": "[Point(u64(1))]",
}  # fmt: skip
UNARY = (
    "x = -a", "x = ~a", "x = not a", "x = +a", "x = abs(a)", "x = len(a)", "x = a[0]", "x = a[0:1]", "x = a['x']", "x = a()", "x = a.x",
    "x = a.n", "x = a.upper()", "x = a.encode()", "x = a.decode()", "x = a.hex()", "x = a.append(1)", "x = a.to_bytes(8, 'little')",
    "x = a.value", "x = a.keys()", "x = a.pop()", "x = a.sort()", "x = a.bit_length()", "x = a.copy()", "x = a.is_integer()",
    "x = str(a)", "x = repr(a)", "x = int(a)", "x = u64(a)", "x = f64(a)", "x = bool(a)", "x = bytes(a)", "x = list(a)", "x = sorted(a)",
    "x = set(a)", "x = dict(a)", "x = sum(a)", "x = max(a)", "x = min(a)", "x = any(a)", "x = all(a)", "x = list(reversed(a))",
    "x = list(enumerate(a))", "x = list(zip(a, a))", "x = [v for v in a]", "x = [v + 1 for v in a]", "x = {a: 1}", "x = {a}", "x = round(a)",
    "x = ord(a)", "x = chr(a)", "x = hex(a)", "x = bin(a)", "x = ','.join(a)", "x = bytes.fromhex(a)", "x = u64.from_bytes(a, 'little')",
    "x = list(range(a))", "x = math.sqrt(a)", "x = math.gcd(a, 2)", "x = math.isqrt(a)", "x = math.floor(a)", "x = f'{a:>5}'", "x = f'{a:05d}'",
    "x = f'{a:.2f}'", "x = f'{a:x}'", "x = f'{a}'", "x = f'{a:,}'", "x = '{}'.format(a)", "x = format(a, '3')", "x, y = a", "x, *y = a", "x = [*a]",
    "x = {**a}", "del a[0]", "a[0] = 1", "a[0:1] = [1]", "a.x = u64(2)", "a.n = u64(2)", "x = a is None", "x = a is not None",
    "for v in a:\n        print(v)", "x = sha256(a)", "x = isinstance(a, Point)", "x = replace(a)", "x = a._replace(a=u64(2))", "x = a.strip()",
    "x = a.split(',')", "x = a.startswith('a')", "x = a.items()", "x = a.add(1)", "x = list(map(lambda v: v, a))",
    "x = list(filter(lambda v: True, a))", "x = bytearray(a)", "x = a + 1", "x = 1 + a", "x = a * 2", "x = 'a' + a", "x = a % 2", "x = a ** 2",
    "x = a << 1", "a += 1", "a += 'x'", "a += [1]", "a *= 2", "x = a < 1", "x = a < 'a'", "x = 1 in a", "x = 'a' in a", "x = pow(a, 2, 5)",
    "x = divmod(a, 2)", "x = 'abc'[a]", "x = [1, 2, 3, 4, 5, 6, 7, 8][a]", "x = 'abc'[a:]", "x = 'a' * a", "x = [1] * a", "x = 'a'.join(a)",
    "x = 'abc'.find(a)", "x = 'abc'.replace(a, 'b')", "x = 'abc'.strip(a)", "x = b'abc'.find(a)", "x = 'abc'.zfill(a)", "x = a if a else a",
    "assert a", "if a:\n        pass", "x = [v for v in [1, 2] if a]", "x = max(1, a)", "x = a.index(1)", "x = a.count('a')", "x = a.extend(a)",
    "x = min(a, key=lambda v: v)", "x = sum([a, a])", "x = sorted([a, a])", "x = max(a, a)", "x = Point(a)", "x = math.prod(a)", "x = abs(-a)",
    "match a:\n        case [p, q]:\n            x = p\n        case _:\n            pass", "x = a.name", "x = a.bit_count()", "x = a[-1]", "x = a[a]",
)  # fmt: skip
BINARY = (
    "a + b", "a - b", "a * b", "a / b", "a // b", "a % b", "a ** b", "a << b", "a >> b", "a & b", "a | b", "a ^ b", "a < b", "a >= b", "a in b",
    "a[b]", "[a, b].index(b)", "max(a, b)", "divmod(a, b)", "a < b < a", "sorted([a, b])", "a.join(b)", "a.find(b)", "a.count(b)", "a.startswith(b)",
    "a.replace(b, b)", "a.append(b)", "a.extend(b)", "a.add(b)", "a.update(b)", "a.union(b)", "a.get(b)", "a.index(b)", "a.remove(b)", "a.insert(0, b)",
    "a[b:]", "a.split(b)", "a.strip(b)", "min(a, key=lambda v: b)", "pow(a, b)", "math.gcd(a, b)", "sum(a, b)", "a.zfill(b)", "a.rjust(b)", "a.pop(b)",
    "sorted(a, key=lambda v: (v, b))", "(a, b) < (b, a)", "[a] < [b]", "[a] + [b]", "f'{a:{b}}'", "round(a, b)", "range(a, b)", "list(zip(a, b))",
)  # fmt: skip
AUGMENTED = ("+", "-", "*", "//", "%", "**", "<<", "&", "|", "^", "/")


FIRST = tuple(v for v in VALUES if v not in ("u8", "Tuple[u64]", "ordered", "objects", "IntEnum"))
SECOND = (
    "u64",
    "i64",
    "f64",
    "bool",
    "str",
    "bytes",
    "Pubkey",
    "List[u64]",
    "Tuple",
    "Dict",
    "Set",
    "Enum",
    "object",
    "Optional",
)
# How the values of a combination are called, what is done with them, and all of its lines.
Combination = tuple[tuple[str, ...], str, list[str]]


def host() -> dict[str, Any]:
    """The prelude's names in plain Python."""
    names: dict[str, Any] = dict.fromkeys(INTS, int) | {
        "f64": float, "Enum": enum.Enum, "IntEnum": enum.IntEnum, "math": math, "dataclass": dataclasses.dataclass,
        "replace": dataclasses.replace, "NamedTuple": NamedTuple, "sha256": lambda data: hashlib.sha256(data).digest(),
        "print": lambda *values: None,
    }  # fmt: skip
    lines = HEADER.split("')\n", 1)[1]
    exec(compile("from __future__ import annotations\n" + lines, "<host>", "exec"), names)
    return names


def refused_by_python(names: dict[str, Any], lines: list[str]) -> bool:
    text = "def f(n, k):\n" + "".join(f"    {line}\n" for line in lines)
    space = dict(names)
    exec(compile(text, "<host>", "exec"), space)
    for n in (3, 4):
        try:
            space["f"](n, Pubkey.of(bytes([7] * 32)))
        except (TypeError, AttributeError):
            return True
        except Exception:  # an error of the values, which a program may have as well
            continue
    return False


def confusions(statements: Iterable[str], operands: Iterable[tuple[str, ...]]) -> list[Combination]:
    """The combinations that CPython refuses."""
    names = host()
    made = [(values, statement) for values in operands for statement in statements]
    lines = [
        [f"{n} = {VALUES[v]}" for n, v in zip("ab", values, strict=False)] + s.split("\n    ") for values, s in made
    ]
    return [(*m, body) for m, body in zip(made, lines, strict=True) if refused_by_python(names, body)]


def accepted(left: list[Combination], path: Path) -> list[Combination]:
    """Those of which the compiler reports nothing."""
    while True:
        text, ends = HEADER, list[int]()
        for i, (_, _, lines) in enumerate(left):
            body = "".join(f"    {line}\n" for line in lines)
            text += f"\n@instruction\ndef do_{i}(n: u64, k: Pubkey) -> None:\n{body}"
            ends.append(text.count("\n"))
        path.write_text(text, encoding="utf-8")
        try:
            Compiler().check(path)
        except CompileError as error:
            found = {bisect.bisect_left(ends, d.span.line) for d in error.diagnostics}
            left = [c for i, c in enumerate(left) if i not in found]
        else:
            return left


@pytest.fixture(autouse=True)
def every_mistake_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("seahorse.semantics.program.program.MAX_DIAGNOSTICS", 10**6)
    monkeypatch.setattr("seahorse.syntax.restrict.MAX_DIAGNOSTICS", 10**6)


def require_refused(statements: Iterable[str], operands: Iterable[tuple[str, ...]], least: int, folder: Path) -> None:
    found = confusions(statements, operands)
    assert len(found) > least
    wrong = accepted(found, folder / "program.py")
    assert not wrong, "\n".join(f"{' and '.join(values)}: {statement}" for values, statement, _ in wrong[:20])


def test_of_one_value(tmp_path: Path) -> None:
    require_refused(UNARY, [(v,) for v in VALUES], 1900, tmp_path)


@pytest.mark.parametrize("first", FIRST)
def test_of_two_values(first: str, tmp_path: Path) -> None:
    statements = [*(f"x = {e}" for e in BINARY), *(f"a {op}= b" for op in AUGMENTED)]
    require_refused(statements, [(first, second) for second in SECOND], 250, tmp_path)
