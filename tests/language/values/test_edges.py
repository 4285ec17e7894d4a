"""Numbers at the edges: counts and indexes that CPython takes as 64 bits, powers of floats, and NaN where Borsh is
written. Each operation with each edge, in both engines and against CPython."""

from __future__ import annotations

import copy
import itertools
import math
from typing import Any

import pytest
from tests.language.compared import same
from tests.language.plain_names import plain_names

from seahorse.testing import DeployedProgram, Ledger, expect_error
from seahorse.testing.result import Failed

HEADER = """from seahorse.prelude import *
import math
declare_id('Fg6PaFpoGXkYsidMpWTK6W2BeZ7FEfcYkg476zPFsLnS')
"""
# By name: the type of the first parameter and what it is called with, the result, and the body.
COUNTS = {
    "repeated_text": ("str", ["", "ab"], "str", "return x * n"),
    "repeated_text_left": ("str", ["", "ab"], "str", "return n * x"),
    "repeated_bytes": ("bytes", [b"", b"ab"], "bytes", "return x * n"),
    "repeated_list": ("List[u8]", [[], [1, 2]], "List[u8]", "return x * n"),
    "repeated_in_place": ("List[u8]", [[], [1, 2]], "List[u8]", "x *= n\n    return x"),
    "repeated_bytearray": ("bytes", [b"", b"ab"], "bytes", "return bytes(bytearray(x) * n)"),
    "popped": ("List[u8]", [[], [1, 2]], "u8", "return x.pop(n)"),
    "inserted": ("List[u8]", [[], [1, 2]], "List[u8]", "x.insert(n, 7)\n    return x"),
    "looked_at": ("List[u8]", [[], [1, 2]], "u8", "return x[n]"),
    "letter": ("str", ["", "ab"], "str", "return x[n]"),
    "byte": ("bytes", [b"", b"ab"], "u8", "return x[n]"),
    "stored": ("List[u8]", [[], [1, 2]], "List[u8]", "x[n] = 7\n    return x"),
    "deleted": ("List[u8]", [[], [1, 2]], "List[u8]", "del x[n]\n    return x"),
    "sliced_from": ("str", ["", "abc"], "str", "return x[n:]"),
    "sliced_to": ("str", ["", "abc"], "str", "return x[:n]"),
    "stepped": ("List[u8]", [[], [1, 2, 3]], "List[u8]", "return x[::n]"),
    "found": ("str", ["", "aba"], "i64", "return x.find('a', n)"),
    "counted": ("str", ["", "aba"], "u64", "return x.count('a', 0, n)"),
    "centered": ("str", ["", "ab"], "str", "return x.center(n)"),
    "justified": ("bytes", [b"", b"ab"], "bytes", "return x.ljust(n) + x.rjust(n)"),
    "filled": ("str", ["", "-a"], "str", "return x.zfill(n)"),
    "split": ("str", ["", "a b c"], "List[str]", "return x.split(' ', n) + x.split(None, n) + x.rsplit(' ', n)"),
    "replaced": ("str", ["", "aba"], "str", "return x.replace('a', 'b', n)"),
    "replaced_bytes": ("bytes", [b"", b"aba"], "bytes", "return x.replace(b'', b'b', n)"),
    "expanded": ("str", ["", "a\tb"], "str", "return x.expandtabs(n)"),
    "zeros": ("u8", [0], "bytes", "return bytes(n)"),
    "zeros_to_change": ("u8", [0], "bytes", "return bytes(bytearray(n))"),
    "character": ("u8", [0], "str", "return chr(n)"),
}
TYPES = {
    "i64": (-(2**63), -(2**31) - 1, -3, -1, 0, 1, 2, 2**62, 2**63 - 1),
    "u64": (0, 1, 2, 2**62, 2**63 - 1, 2**63, 2**64 - 1),
    "i128": (-(2**127), -(2**64), -(2**63) - 1, -1, 0, 2, 2**63, 2**64 + 1, 2**100),
    "u128": (0, 1, 2**63 - 1, 2**63, 2**64, 2**64 + 2, 2**127),
}
FLOATS = (0.0, -0.0, 0.5, -1.0, 1.0, 2.0, -8.0, 1 / 3, 1e-300, 1e200, -1e200, 1024.0, -1e9, math.inf, -math.inf)
POWERS = {"raised": "a ** b", "by_pow": "pow(a, b)", "math_pow": "math.pow(a, b)"}
# CPython would have memory for what is repeated this often, and a program has not.
LONGEST = 1 << 12
# Operations that take a u128 too; the others ask for a conversion.
WIDEST = {*(n for n in COUNTS if n.startswith("repeated")), "popped", "inserted", "looked_at", "letter", "byte"}
WIDEST |= {"stored", "deleted", "sliced_from", "sliced_to", "stepped"}


def types_of(name: str) -> list[str]:
    return [t for t in TYPES if t != "u128" or name in WIDEST]


@pytest.fixture(scope="module")
def counts() -> tuple[DeployedProgram, dict[str, Any]]:
    text = "".join(
        f"@instruction\ndef {name}_{t}(x: {given}, n: {t}) -> {returns}:\n    {body}\n"
        for name, (given, _, returns, body) in COUNTS.items()
        for t in types_of(name)
    )
    names = plain_names()
    names["instruction"] = lambda f: f
    exec(compile("from __future__ import annotations\n" + text, "<plain>", "exec"), names)
    return Ledger(engine="both").deploy_text(HEADER + text), names


@pytest.mark.parametrize("name", COUNTS)
def test_counts_and_indexes(counts: tuple[DeployedProgram, dict[str, Any]], name: str) -> None:
    program, python = counts
    for t in types_of(name):
        for x, n in itertools.product(COUNTS[name][1], TYPES[t]):
            expected: Any = None
            raised: Exception | None = None
            # What no program has memory for fails for that reason, in CPython or not.
            many = 2**63 > n > LONGEST and name.startswith(
                ("repeated", "centered", "justified", "filled", "zeros", "expanded")
            )
            if not many:
                try:
                    expected = python[f"{name}_{t}"](copy.deepcopy(x), n)
                except Exception as error:  # whatever CPython raises, the program must refuse
                    raised = error
            found, failed = call(program, f"{name}_{t}", x, n)
            if failed is not None:
                assert raised is not None or many, f"{name}({x!r}, {n}): Python gives {expected!r}, here {failed}"
                continue
            assert raised is None, f"{name}({x!r}, {n}): Python raises {raised!r}, the program gives {found!r}"
            assert many or same(found, expected), f"{name}({x!r}, {n}): {found!r}, Python: {expected!r}"


def call(program: DeployedProgram, name: str, x: Any, n: int) -> tuple[Any, Failed | None]:
    """What a call gives, or how it fails."""
    try:
        return program.call(name, x=x, n=n).value, None
    except Failed as failed:
        return None, failed


def test_powers_of_floats() -> None:
    program = Ledger(engine="both").deploy_text(
        HEADER
        + "".join(
            f"@instruction\ndef {name}(a: f64, b: f64) -> f64:\n    return {form}\n" for name, form in POWERS.items()
        )
    )
    for name, form in POWERS.items():
        for a, b in itertools.product(FLOATS, FLOATS):
            expected: Any = None
            try:
                expected = eval(form, {"math": math, "a": a, "b": b})
            except (OverflowError, ZeroDivisionError):
                wanted = "ArithmeticOverflow"
            except ValueError:
                wanted = "InvalidArgument"
            else:
                wanted = "InvalidArgument" if isinstance(expected, complex) else ""
            if wanted:
                with expect_error(wanted):
                    program.call(name, a=a, b=b)
            else:
                assert same(program.call(name, a=a, b=b).value, expected), (form, a, b)


NAN = """
@dataclass
class Point:
    x: f64
    n: u8

class Box(Account):
    plain: f64
    maybe: f64 | None
    pair: Tuple[f64, u8]
    point: Point
    fixed: Array[f64, 2]
    points: List[Point, 2]
    items: List[f64, 2]

@dataclass
class Told(Event):
    x: f64

@instruction
def emits(t: f64):
    Told(t * 0.0).emit()

@instruction
def gives(t: f64) -> f64:
    return t * 0.0

@instruction
def gives_many(t: f64) -> List[f64]:
    return [1.0, t * 0.0]

@instruction
def prints(t: f64):
    print(t * 0.0)
"""
STORES = {
    "plain": ("box.plain = {}",),
    "maybe": ("box.maybe = {}",),
    "pair": ("box.pair = ({}, 1)",),
    "point": ("box.point.x = {}",),
    "alias": ("p = box.point", "p.x = {}"),
    "fixed": ("box.fixed[1] = {}",),
    "points": ("box.points[0].x = {}",),
    "items": ("box.items[0] = {}",),
}


def test_nan_is_in_no_account_and_leaves_no_program() -> None:
    """Borsh has no NaN: an account with one could never be read again. Until the end of a call it may be there."""
    text = HEADER + NAN
    for name, lines in STORES.items():
        written = "".join(f"    {line}\n" for line in lines).format("t * 0.0")
        mended = written + "".join(f"    {line}\n" for line in lines[-1:]).format("2.5")
        text += f"\n@instruction\ndef {name}(box: Box, t: f64):\n{written}"
        text += f"\n@instruction\ndef {name}_mended(box: Box, t: f64):\n{mended}"
    ledger = Ledger(engine="both")
    program = ledger.deploy_text(text)
    for name in STORES:
        box = ledger.key()
        point = {"x": 0.5, "n": 3}
        program.set_account(
            box,
            "Box",
            space=200,
            plain=0.5,
            maybe=None,
            pair=(0.5, 1),
            point=point,
            fixed=[0.5, 0.5],
            points=[point],
            items=[0.5],
        )
        before = ledger.account(box)
        assert before is not None
        with expect_error("AccountDidNotSerialize"):
            program.call(name, box=box, t=math.inf)
        after = ledger.account(box)
        assert after is not None
        assert after.data == before.data
        program.call(f"{name}_mended", box=box, t=math.inf)
        program.call(name, box=box, t=1.0)
    for name in ("emits", "gives", "gives_many"):
        with expect_error("AccountDidNotSerialize"):
            program.call(name, t=math.inf)
    program.prints(t=math.inf)
