"""A conversion is of the expression that it is written for: in CPython's engine, too, which knows it by its place.

Many expressions begin where another one does (`a.b`, `a[0]`, `a(0)`, `a + 1`), and some values have no expression of
their own: the parts of what a program takes apart. Each kind is tried with each conversion, in both engines.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest

from seahorse.testing import Ledger
from seahorse.testing.result import Failed

HEADER = """from seahorse.prelude import *
declare_id('Fg6PaFpoGXkYsidMpWTK6W2BeZ7FEfcYkg476zPFsLnS')

NUMBER = 7
PLACES = (7, 7)
LISTED = [7, 7]

class Pair(NamedTuple):
    s: str
    n: u64

PAIR = Pair('p', 7)

@dataclass
class Cells:
    x: f64
    y: u8
    w: u256
    n: u64

@dataclass
class Box:
    n: u64
    ns: List[u64]
    p: Pair
    t: Tuple[u64, u64]

    @property
    def own(self) -> u64:
        return self.n

    def get(self, i: u64) -> u64:
        return self.ns[i]

    def __getitem__(self, i: u64) -> u64:
        return self.ns[i]

    def __call__(self) -> u64:
        return self.n

    def __len__(self) -> int:
        return len(self.ns)

def box(n: u64) -> Box:
    return Box(n, [n, n], Pair('p', n), (n, n))

def two(n: u64) -> Tuple[u64, u64]:
    return n, n

def many(n: u64) -> List[u64]:
    return [n, n]

def pair(n: u64) -> Pair:
    return Pair('p', n)

def real(x: f64) -> str:
    return f'{x}'

def small(x: u8) -> str:
    return f'{x}'

def wide(x: u256) -> str:
    return f'{x + 1}'
"""

# Expressions whose value is `n`, in which other expressions begin at the same place.
WHOLE = [
    "n", "(n)", "b.n", "b.own", "b.ns[0]", "b.get(0)", "b[0]", "b()", "b.p.n", "b.p[1]", "box(n).n", "box(n).own",
    "box(n).ns[0]", "box(n).get(0)", "box(n)[0]", "box(n)()", "box(n).p[1]", 'Pair("p", n)[1]', 'Pair("p", n).n',
    "two(n)[0]", "two(n)[-1]", "many(n)[0]", "many(n)[:1][0]", "pair(n)[1]", 'q._replace(s="q")[1]', "(n + 0)",
    "(b.n + 0)", "(b[0] * 1)", "(b() - 0)", "-(-i64(n))", "~~n", "(n if n else n + 1)", "(b.n if b.n > 0 else 0)",
    "(n or 1)", "(b() and n)", "(n and n)", "(w := n)", "sum(x for x in b.ns[:1])", "sum([n])", "max(x for x in b.ns)",
    "min(b.ns)", "[x for x in b.ns][1]", "d[0]", "d.get(0, 0)", "{0: n}.copy()[0]", "abs(i64(n))", "divmod(n, 1)[0]",
    "len([0] * n)", "int(str(n))", "(n | 0)", "(n << 0)", "n ** 1", "n % 1000", "NUMBER", "PLACES[0]", "LISTED[1]", "PAIR.n",
    "PAIR[1]", "int.from_bytes(n.to_bytes(8, 'big'), 'big')", "min(n, n)", "round(n)", "(lambda y: y)(n)", "sorted(b.ns)[0]",
    "b.ns.copy().pop()", "b.ns.index(n) + n", "list(b.ns)[0]", "(b.ns + b.ns)[3]", "(b.n, 0)[0]", "sum(map(lambda x: x, [n]))",
]  # fmt: skip
# Values of which two parts are `n`, and how many parts there are.
PARTS = [
    "t", "b.t", "many(n)", "b.ns", "(n, n)", "[n, n]", "LISTED", "PLACES", "b.ns[:2]", "(n,) + (n,)", "[x for x in b.ns]",
    "sorted(b.ns)", "list(t)", "b.ns.copy()",
]  # fmt: skip


@dataclass(frozen=True)
class Conversion:
    """`body`: statements that convert VALUE and return a text; `expected`: that text of `n`, None where it fails."""

    name: str
    body: str
    expected: Callable[[int], str | None]


def _real(n: int) -> str | None:
    return f"{float(n)}"


def _small(n: int) -> str | None:
    return f"{n}" if n < 256 else None


def _wide(n: int) -> str | None:
    return f"{n + 1}"


# What is no u256 without a word: it may be negative, or its type is not known.
NOT_WIDE = ["-(-i64(n))", "abs(i64(n))", "int(str(n))", "PLACES[0]", "LISTED[1]", "round(n)"]
OF_WHOLE = [
    Conversion("a variable of f64", "x: f64 = VALUE\nreturn f'{x}'", _real),
    Conversion("a field of f64", "c.x = VALUE\nreturn f'{c.x}'", _real),
    Conversion("a parameter of f64", "return real(VALUE)", _real),
    Conversion("f64 beside another", "x = max(VALUE, 0.5)\nreturn f'{x}'", _real),
    Conversion("u8", "x: u8 = VALUE\nreturn f'{x}'", _small),
    Conversion("a parameter of u8", "return small(VALUE)", _small),
    Conversion("an explicit u8", "x = u8(VALUE)\nreturn f'{x}'", _small),
    Conversion("u256", "x: u256 = VALUE\nreturn f'{x + 1}'", _wide),
    Conversion("a parameter of u256", "return wide(VALUE)", _wide),
    Conversion("bytes of another width", "return (VALUE).to_bytes(9, 'big').hex()", lambda n: n.to_bytes(9, "big").hex()),
    Conversion("bytes", "return (VALUE).to_bytes(1, 'big').hex()", lambda n: n.to_bytes(1, "big").hex() if n < 256 else None),
    Conversion("a sum of u8", "x = u8(VALUE) * 36\nreturn f'{x}'", lambda n: f"{n * 36}" if n < 8 else None),
    Conversion("an element", "xs: List[f64] = [0.5, VALUE]\nreturn f'{xs[1]}'", _real),
    Conversion("two targets", "c.x = c.y = VALUE\nreturn f'{c.x}' if c.y == n else 'other'", lambda n: _real(n) if n < 256 else None),
    Conversion("two targets of which one is wide", "c.n = c.w = VALUE\nreturn f'{c.w + 1}' if c.n == n else 'other'", _wide),
]  # fmt: skip
OF_PARTS = [
    Conversion("targets", "[c.x, c.y] = [*VALUE]\nreturn f'{c.x}' if c.y == n else 'other'", lambda n: _real(n) if n < 256 else None),
    Conversion("targets behind a star", "*xs, c.y = VALUE\nreturn f'{c.y}' if xs[0] == n else 'other'", _small),
    Conversion("targets before a star", "c.x, *xs = VALUE\nreturn f'{c.x}' if xs[0] == n else 'other'", _real),
    Conversion("a loop", "for v in VALUE:\n    c.y = v\nreturn f'{c.y}'", _small),
]  # fmt: skip
OF_TUPLES = [
    Conversion("arguments", "def f(x: f64, y: u8) -> str:\n    return f'{x}{y}'\nreturn f(*VALUE)", lambda n: f"{float(n)}{n}" if n < 256 else None),
    Conversion("arguments of a function", "return f'{max(0.5, *VALUE)}'", _real),
    Conversion("a tuple", "x: Tuple[f64, u64, f64] = (*VALUE, 0.5)\nreturn f'{x[0]}'", _real),
    Conversion("in", "return f'{0.5 in VALUE}{7.0 in VALUE}'", lambda n: f"False{n == 7}"),
    Conversion("a longer tuple", "x: Tuple[u64, f64, u64] = VALUE + (n,)\nreturn f'{x[1]}'", _real),
]  # fmt: skip


@dataclass(frozen=True)
class Case:
    conversion: Conversion
    value: str

    def __str__(self) -> str:
        return f"{self.value} as {self.conversion.name}"

    @property
    def fixed(self) -> bool:
        """Whether its value is 7, whatever `n` is."""
        return any(word in self.value for word in ("NUMBER", "PLACES", "LISTED", "PAIR"))

    def text(self, name: str) -> str:
        lines = self.conversion.body.replace("VALUE", self.value).splitlines()
        lines = ["b = box(n)", "t = b.t", "q = b.p", "d = {0: n}", "c = Cells(0.5, 0, 0, 0)", *lines]
        return f"@instruction\ndef {name}(n: u64) -> str:\n" + "".join(f"    {line}\n" for line in lines)


def _named() -> list[Case]:
    """A NamedTuple, whose first part is a text."""
    body = "s, c.x = VALUE\nreturn f'{c.x}'"
    small = "s, c.y = VALUE\nreturn f'{c.y}'"
    values = ["pair(n)", "b.p", "Pair('p', n)", "box(n).p", "PAIR", "q._replace(s='p')", "[b.p][0]"]
    return [Case(Conversion("targets", text, f), v) for v in values for text, f in ((body, _real), (small, _small))]


def _called() -> list[Case]:
    """Functions that are given to other functions by their names."""
    inner = "def f(x: TYPE) -> str:\n    return f'{x}'\n"
    cases: list[Case] = []
    for t, own, expected in (("f64", "real", _real), ("u8", "small", _small)):
        forms = ["list(map(NAME, [VALUE]))[0]", "sorted(map(NAME, [VALUE]))[0]", "max([VALUE], key=NAME)"]
        for form in forms:
            shown = expected if "key" not in form else lambda n, e=expected: None if e(n) is None else f"{n}"
            result = f"return f'{{{form}}}'"
            cases.append(Case(Conversion(form, result.replace("NAME", own), shown), "n"))
            cases.append(Case(Conversion(form, inner.replace("TYPE", t) + result.replace("NAME", "f"), shown), "n"))
    return cases


CASES = {
    **{c.name: [Case(c, v) for v in WHOLE if c.expected is not _wide or v not in NOT_WIDE] for c in OF_WHOLE},
    **{f"parts: {c.name}": [Case(c, v) for v in PARTS] for c in OF_PARTS},
    **{f"tuples: {c.name}": [Case(c, v) for v in ("t", "b.t", "(n, n)", "PLACES")] for c in OF_TUPLES},
    "a NamedTuple": _named(),
    "called": _called(),
}


def outcome(program: Any, name: str, n: int) -> str | None:
    try:
        return program.call(name, n=n).value
    except Failed:
        return None


@pytest.mark.parametrize("group", CASES)
def test_a_conversion_is_of_its_own_expression(group: str) -> None:
    cases = CASES[group]
    text = HEADER + "\n".join(case.text(f"case{i}") for i, case in enumerate(cases))
    program = Ledger(engine="both").deploy_text(text)
    for i, case in enumerate(cases):
        for n in (7, 300):
            of = 7 if case.fixed else n
            if of != n and "== n" in case.conversion.body:
                continue
            found = outcome(program, f"case{i}", n)
            assert found == case.conversion.expected(of), (str(case), n)


def test_a_conversion_of_a_name_that_an_inner_function_assigns() -> None:
    text = HEADER + (
        "@instruction\ndef case0(n: u64) -> str:\n"
        "    m = n\n    def more() -> None:\n        nonlocal m\n        m += 1\n    more()\n"
        "    x: f64 = m\n    c = Cells(m, 0, 0, 0)\n    c.x = m\n    c.y = m\n    return f'{x} {c.x} {c.y} {real(m)}'\n"
    )
    program = Ledger(engine="both").deploy_text(text)
    assert outcome(program, "case0", 7) == "8.0 8.0 8 8.0"
    assert outcome(program, "case0", 300) is None


def test_the_first_of_some_items_converts_as_any_value() -> None:
    text = HEADER + (
        "@instruction\ndef case0(n: u64) -> str:\n"
        "    x: f64 = next((i for i in [n, 2] if i > 2), 0)\n"
        "    y: u8 = next((i for i in [n, 2] if i > 2), 0)\n    return f'{x} {y}'\n"
    )
    program = Ledger(engine="both").deploy_text(text)
    assert outcome(program, "case0", 7) == "7.0 7"
    assert outcome(program, "case0", 300) is None
