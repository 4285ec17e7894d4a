"""Each line of "What differs from Python" in docs/language.md: what Python gives, and what a program gives."""

from __future__ import annotations

import enum
import math
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from solders.pubkey import Pubkey

from seahorse.diagnostics import CompileError
from seahorse.testing import DeployedProgram, Ledger, expect_error

HEADER = """from seahorse.prelude import *
declare_id('Fg6PaFpoGXkYsidMpWTK6W2BeZ7FEfcYkg476zPFsLnS')
"""
DOCUMENT = Path(__file__).parents[3] / "docs" / "language.md"
LINES: dict[str, Callable[[], None]] = {}


def line(what: str) -> Callable[[Callable[[], None]], Callable[[], None]]:
    def register(test: Callable[[], None]) -> Callable[[], None]:
        LINES[what] = test
        return test

    return register


def program(params: str, returns: str, *body: str) -> DeployedProgram:
    lines = "".join(f"    {b}\n" for b in body)
    return Ledger(engine="vm").deploy_text(f"{HEADER}\n@instruction\ndef f({params}) -> {returns}:\n{lines}")


def refused(text: str) -> str:
    with pytest.raises(CompileError) as caught:
        Ledger(engine="vm").deploy_text(HEADER + text)
    return " ".join(d.message for d in caught.value.diagnostics)


@line("an integer that leaves its type")
def _leaves() -> None:
    p = program("a: u8, b: u8", "u8", "return a + b")
    assert p.f(a=200, b=55).value == 200 + 55
    with expect_error("ArithmeticOverflow"):
        p.f(a=200, b=56)


@line("an integer compared to an `f64`")
def _compared() -> None:
    p = program("a: u64, b: f64", "bool", "return a == b")
    assert (2**53 == 2.0**53) is p.f(a=2**53, b=2.0**53).value is True
    assert (2**53 + 1 == 2.0**53) is False
    assert p.f(a=2**53 + 1, b=2.0**53).value is True


@line("an integer where an `f64` is asked for: `x: f64 = 3`, `[1, 2.5]`, `max(3, 2.5)`")
def _as_float() -> None:
    x: float = 3
    assert str(x) + str([1, 2.5]) + str(max(3, 2.5)) == "3[1, 2.5]3"
    p = program("", "str", "x: f64 = 3", "return str(x) + str([1, 2.5]) + str(max(3, 2.5))")
    assert p.f().value == "3.0[1.0, 2.5]3.0"


@line("`/` of two integers")
def _divided() -> None:
    p = program("a: u64, b: u64", "f64", "return a / b")
    a, b = 2**63 + 1, 3
    while a / b == float(a) / float(b):
        a, b = a - 1001, b + 2
    assert p.f(a=a, b=b).value == float(a) / float(b) != a / b
    assert p.f(a=7, b=2).value == 7 / 2


@line("`round`, `floor`, `ceil` of an `f64` outside of `i128`")
def _rounded() -> None:
    for how, python in (("round", round), ("floor", math.floor), ("ceil", math.ceil)):
        p = program("x: f64", "i128", f"return {how}(x)")
        assert p.f(x=-2.5).value == python(-2.5)
        assert python(1e300) == int(1e300)
        with expect_error("ArithmeticOverflow"):
            p.f(x=1e300)


@line("`upper`, `lower`")
def _letters() -> None:
    p = program("t: str", "str", "return t.upper() + t.lower()")
    assert p.f(t="aB").value == "ABab"
    assert "ä".upper() == "Ä"
    assert p.f(t="ä").value == "ää"


@line("`strip()`, `split()`")
def _white_space() -> None:
    p = program("t: str", "str", "return '|'.join(t.strip().split())")
    assert p.f(t=" \ta b\n").value == "|".join(" \ta b\n".strip().split())
    assert "\u00a0a\u2003b".strip().split() == ["a", "b"]
    assert p.f(t="\u00a0a\u2003b").value == "\u00a0a\u2003b"


@line("`isdigit`, `isalpha`, `title` and what else asks for the kind of a character")
def _kinds_of_characters() -> None:
    for method in ("isdigit", "isalpha", "isalnum", "isupper", "isidentifier", "title", "swapcase"):
        p = program("t: str", "str", f"return str(t.{method}())")
        assert p.f(t="Ab1").value == str(getattr("Ab1", method)())
        assert getattr("ä", method)() is not None
        with expect_error("InvalidArgument"):
            p.f(t="ä")


@line("`int(text)`")
def _digits() -> None:
    p = program("t: str", "i64", "return int(t)")
    assert p.f(t=" -1_2 ").value == int(" -1_2 ")
    assert int("٣") == 3
    with expect_error("InvalidArgument"):
        p.f(t="٣")


@line("`repr` of a text, and texts in lists: characters above ASCII that do not print")
def _unprinted() -> None:
    p = program("t: str", "str", "return repr(t) + str([t])")
    assert p.f(t="\té\x1c").value == repr("\té\x1c") + str(["\té\x1c"])
    assert repr("\u3000") == "'\\u3000'"
    assert p.f(t="\u3000").value == "'\u3000'['\u3000']"


@line("`repr` of a member of an enum, and members in the text of lists and objects")
def _members() -> None:
    class Color(enum.Enum):
        RED = 1

    head = "class Color(Enum):\n    RED = 1\n\n@dataclass\nclass Car:\n    color: Color\n\n"
    body = "return f'{Color.RED}{Color.RED!r}{repr(Color.RED)}{[Color.RED]}{Car(Color.RED)}'"
    p = Ledger(engine="both").deploy_text(f"{HEADER}{head}@instruction\ndef f() -> str:\n    {body}\n")
    assert repr(Color.RED) == "<Color.RED: 1>"
    assert p.f().value == "Color.REDColor.REDColor.RED[Color.RED]Car(color=Color.RED)"


@line("going through a `set`")
def _order_of_a_set() -> None:
    p = program("xs: List[u64]", "List[u64]", "s = set(xs)", "s.discard(5)", "s.add(5)", "return [x for x in s]")
    assert p.f(xs=[9, 5, 1, 9]).value == [9, 1, 5]
    assert sorted({9, 5, 1}) == [1, 5, 9]


@line("a missing key of a `dict`, `set.remove` of a missing item")
def _missing_key() -> None:
    p = program("k: u64", "u64", "d = {1: 2}", "s = {1}", "s.remove(k)", "return d[k] + len(s)")
    assert p.f(k=1).value == 2
    with pytest.raises(KeyError):
        _ = {1: 2}[2]
    with expect_error("InvalidArgument"):
        p.f(k=2)


@line("`chr` of half a surrogate pair")
def _surrogate() -> None:
    p = program("n: u32", "str", "return chr(n)")
    assert p.f(n=0xE000).value == chr(0xE000)
    assert len(chr(0xD800)) == 1
    with expect_error("InvalidArgument"):
        p.f(n=0xD800)


@line("`'ab'.replace('', '-')`")
def _replaced() -> None:
    p = program("t: str, old: str", "str", "return t.replace(old, '-')")
    assert p.f(t="abab", old="b").value == "abab".replace("b", "-")
    assert "ab".replace("", "-") == "-a-b-"
    with expect_error("InvalidArgument"):
        p.f(t="ab", old="")


@line("a negative `f64` to the power of a fraction")
def _complex() -> None:
    p = program("a: f64, b: f64", "f64", "return a ** b")
    assert isinstance((-8.0) ** 0.5, complex)
    assert p.f(a=-8.0, b=3.0).value == (-8.0) ** 3.0
    with expect_error("InvalidArgument"):
        p.f(a=-8.0, b=0.5)


@line("NaN in an account, an event, an argument or a result")
def _no_nan() -> None:
    # The rest is in tests/language/values/test_edges.py.
    p = program("a: f64", "f64", "x = a * 0.0", "return x if x == x else 1.0")
    assert p.f(a=math.inf).value == 1.0
    p = program("a: f64", "f64", "return a * 0.0")
    assert math.isnan(math.inf * 0.0)
    with expect_error("AccountDidNotSerialize"):
        p.f(a=math.inf)


@line("sorting numbers among which is NaN")
def _not_a_number() -> None:
    made = ("inf = 1e308 * 10.0", "xs.insert(1, inf - inf)", "ys = sorted(xs)", "return [y for y in ys if y == y]")
    p = program("xs: List[f64]", "List[f64]", *made)
    # Every item is there once; where NaN stands, and so what stands before it, is the algorithm's choice.
    found: list[float] = p.f(xs=[3.0, 1.0, 2.0]).value
    assert sorted(found) == [1.0, 2.0, 3.0]
    host = sorted([3.0, math.nan, 1.0, 2.0])
    assert sorted(x for x in host if not math.isnan(x)) == [1.0, 2.0, 3.0]


@line("a `range` in a variable")
def _range() -> None:
    p = program("n: u64", "str", "r = range(n)", "return f'{r}{len(r) + sum(r) + sum(r)}'")
    r = range(3)
    assert f"{r}{len(r) + sum(r) + sum(r)}" == "range(0, 3)9"
    assert p.f(n=3).value == "[0, 1, 2]9"


@line("another iterator in a variable")
def _iterator() -> None:
    for made in ("map(lambda x: x, xs)", "filter(lambda x: x > 1, xs)", "zip(xs, xs)", "enumerate(xs)", "reversed(xs)"):
        text = f"\n@instruction\ndef f(xs: List[u64]):\n    ys = {made}\n    print(len(list(ys)))\n"
        assert "only once" in refused(text), made
        Ledger(engine="vm").deploy_text(HEADER + text.replace(made, f"list({made})"))


@line("a default of a function that is a list or an object, or is computed")
def _default() -> None:
    def shared(items: list[int] = []) -> int:  # noqa: B006 - what this is about
        items.append(1)
        return len(items)

    assert [shared(), shared()] == [1, 2]
    for default, t in (("[]", "List[u64]"), ("array(u64(1))", "Array[u64, 1]"), ("g()", "u64")):
        text = (
            f"\ndef g() -> u64:\n    return 1\n\ndef h(x: {t} = {default}) -> u64:\n    return 2\n"
            "\n@instruction\ndef f() -> u64:\n    return h()\n"
        )
        assert "default" in refused(text)


@line("`and`, `or` of operands of several types, as a value")
def _several_types() -> None:
    s, n = "", 3
    assert (s or n) == 3
    text = "\n@instruction\ndef f(s: str, n: u64):\n    x = s or n\n    print(x)\n"
    assert "gives one of its operands" in refused(text)
    p = program("s: str, n: u64", "bool", "return True if s or n else False")
    assert [p.f(s="", n=3).value, p.f(s="", n=0).value, p.f(s="a", n=0).value] == [True, False, True]


@line("keyword arguments in another order than the parameters")
def _keywords() -> None:
    head = (
        "class Card(Account):\n    n: u64\n\ndef step(c: Card) -> u64:\n    c.n += 1\n    return c.n\n\n"
        "@dataclass\nclass Pair:\n    x: u64\n    y: u64\n    def more(self, x: u64, y: u64) -> u64:\n"
        "        return x * 10 + y\n\ndef g(x: u64, y: u64) -> u64:\n    return x * 10 + y\n"
    )
    before = "\n@instruction\ndef f(c: Card, xs: List[u64]) -> u64:\n    return "
    for call in ("g", "Pair(1, 2).more", "Pair"):
        tail = ".x" if call == "Pair" else ""
        for late, early in (("step(c)", "c.n"), ("c.n", "step(c)"), ("xs[0]", "xs[1]"), ("step(c)", "step(c)")):
            assert "before parameters" in refused(f"{head}{before}{call}(y={late}, x={early}){tail}\n"), (call, late)
    p = Ledger(engine="vm").deploy_text(f"{HEADER}{head}{before}g(y=c.n + 1, x=c.n) + g(x=step(c), y=step(c))\n")
    card = Pubkey(bytes([7] * 32))
    p.set_account(card, "Card", n=4)
    assert p.f(c=card, xs=[]).value == 45 + 56


@line("a printed account that a later argument of `print` may change")
def _texts() -> None:
    head = (
        "class Card(Account):\n    n: u64\n    xs: List[u64]\n\ndef step(c: Card) -> u64:\n    c.n += 1\n"
        "    c.xs.append(c.n)\n    return c.n\n\n@instruction\ndef f(c: Card):\n    print("
    )
    for shown in ("c, step(c)", "c, c.xs.pop()"):
        assert "a later argument may change" in refused(f"{head}{shown})\n"), shown
    text = f"{HEADER}{head}c.xs, step(c), c.n, c.xs, f'{{c.n}}{{step(c)}}{{c.n}}{{c.xs}}')\n"
    # In an f-string a text is made of each part before the next part is evaluated.
    text += "    print(f'{c.xs}{step(c)}{c.xs} {c} {step(c)}', f'{c.xs}', c.xs.pop())\n"
    p = Ledger(engine="both").deploy_text(text)
    card = Pubkey(bytes([7] * 32))
    p.set_account(card, "Card", space=200, n=4, xs=[])
    assert p.f(c=card).messages == [
        "[5, 6] 5 5 [5, 6] 566[5, 6]",
        "[5, 6]7[5, 6, 7] Card(n=7, xs=[5, 6, 7]) 8 [5, 6, 7, 8] 8",
    ]


def table() -> list[str]:
    section = DOCUMENT.read_text(encoding="utf-8").split("## 13. What differs from Python")[1].split("\n## ")[0]
    return re.findall(r"^\| (.*?) \|", section, re.MULTILINE)[1:]


def test_every_line_of_the_document_has_a_test() -> None:
    assert table() == list(LINES)


@pytest.mark.parametrize("what", list(LINES))
def test_line(what: str) -> None:
    test: Any = LINES[what]
    test()
