"""What a Python person writes every day, with random values: the chain, the engine of CPython and plain Python agree.

The functions stand in `everyday/`, each as it would be written. Where plain Python's integers go beyond the type that a
function declares, the program stops; and what Python refuses, the program refuses.
"""

from __future__ import annotations

import ast
import copy
import enum
import math
import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from solders.pubkey import Pubkey
from tests.language.compared import same

from seahorse.testing import Ledger
from seahorse.testing.result import Failed

HERE = Path(__file__).parents[1] / "everyday"
HEADER = "from seahorse.prelude import *\nimport math\ndeclare_id('Fg6PaFpoGXkYsidMpWTK6W2BeZ7FEfcYkg476zPFsLnS')\n"
CASES = 24
SIZES = {
    f"{s}{b}": (-(1 << (b - 1)) if s == "i" else 0, (1 << (b - (s == "i"))) - 1)
    for s in "iu"
    for b in (8, 16, 32, 64, 128)
}
TEXTS = [
    *(
        "",
        "a",
        "abc",
        "  abc \t",
        "a,b,,c",
        "Hello World",
        "HELLO",
        "été",
        "日本語",
        "a b  c",
        "xaxbx",
        "-42",
        "42",
        "+7",
    ),
    *("0x1F", "1_000", " 12 ", "12a", "aaa", "aXbXc", "ab\ncd\r\nef", "it's", 'q"q', "\t", "-", "1010", "ß", "zéro"),
    *(
        "x" * 40,
        "3.5",
        "ff",
        "0b11",
        "__",
        "1__0",
        "日本",
        "\x1c",
        "00",
        "-0",
        "0_1",
        "the cat",
        "😀a",
    ),
]


class Draw:
    """Random values of the types that the functions take."""

    def __init__(self, seed: str) -> None:
        self.random = random.Random(seed)

    def of(self, t: str) -> Any:
        r = self.random
        if t in SIZES:
            low, high = SIZES[t]
            near = r.randint(max(low, -5), min(high, 12))
            return r.choice([r.randint(low, high), near, near, near, r.choice([low, high, 0, 1])])
        if t.startswith("List["):
            return [self.of(t[5:-1]) for _ in range(r.choice([0, 1, 2, 3, 5]))]
        match t:
            case "str":
                return r.choice(TEXTS)
            case "bytes":
                some = bytes(r.randrange(256) for _ in range(r.randrange(9)))
                return r.choice([b"", b"a", b"abcabc", some, some, b"\x01\x02", b"12", b" ab "])
            case "bool":
                return r.random() < 0.5
            case "f64":
                edge = r.choice([0.0, -0.0, 1.5, -2.5, 0.5, 1e10, 1e300, 3.0])
                return r.choice([edge, r.uniform(-10, 10), r.uniform(-1e6, 1e6)])
            case "Pubkey":
                return Pubkey(bytes([r.randrange(3)]) * 32)
        raise KeyError(t)


class _Whole(int):
    """A sized integer in plain Python: an int of any size, with the type's limits."""

    def __new__(cls, *args: Any) -> Any:
        return int(*args)


def plain_python(source: str) -> dict[str, Any]:
    names: dict[str, Any] = {n: type(n, (_Whole,), {"MIN": low, "MAX": high}) for n, (low, high) in SIZES.items()}
    names |= {"f64": float, "math": math, "mul_div": lambda a, b, c: a * b // c, "Pubkey": bytes, "Enum": enum.Enum}
    names |= {
        "List": list,
        "Dict": dict,
        "Set": set,
        "Tuple": tuple,
        "instruction": lambda f: f,
        "size": lambda s: len(s.encode()),
    }
    exec(compile("from __future__ import annotations\n" + source, "<plain>", "exec"), names)
    return names


def plain(value: Any) -> Any:
    if isinstance(value, list | tuple):
        return [plain(v) for v in value]
    return bytes(value) if isinstance(value, Pubkey) else value


class Unit:
    """One file of functions as a program, and as plain Python."""

    def __init__(self, path: Path) -> None:
        self.source = path.read_text(encoding="utf-8")
        self.functions = {n.name: n for n in ast.parse(self.source).body if isinstance(n, ast.FunctionDef)}
        instructions = [n for n in self.functions if "_" in n and len(n.split("_")[0]) == 1]
        self.names = instructions
        text = self.source
        for name in instructions:
            text = text.replace(f"\ndef {name}(", f"\n@instruction\ndef {name}(")
        self.program = Ledger().deploy_text(HEADER + text)
        self.python = plain_python(self.source)

    def check(self, name: str) -> None:
        draw, function = Draw(name), self.python[name]
        types = [ast.unparse(a.annotation) for a in self.functions[name].args.args if a.annotation]
        given = [a["name"] for i in self.program.idl["instructions"] if i["name"] == name for a in i["args"]]
        agreed = 0
        for _ in range(CASES if types else 1):
            case = [draw.of(t) for t in types]
            agreed += self._one(name, function, dict(zip(given, case, strict=True)), case)
        assert agreed, f"{name}: no case gave a value"

    def _one(self, name: str, function: Callable[..., Any], given: dict[str, Any], case: list[Any]) -> bool:
        """Whether both gave a value. Raises AssertionError where they differ."""
        expected: Any = None
        raised: Exception | None = None
        try:
            expected = function(*copy.deepcopy(case))
        except Exception as error:
            raised = error
        found: Any = None
        try:
            found = self.program.call(name, **given).value
        except Failed as failed:
            stopped = str(failed)
        else:
            stopped = ""
        if stopped:
            # An integer of Python's goes beyond any type; everything else that Python can do, the program can.
            fine = raised is not None or "ArithmeticOverflow" in stopped
            assert fine, f"{name}{case}: Python: {expected!r}\n{stopped}"
            return False
        assert raised is None, f"{name}{case}: Python raises {raised!r}, the program gives {found!r}"
        assert same(plain(found), plain(expected)), f"{name}{case}: {found!r}, Python: {expected!r}"
        return True


UNITS: dict[str, Unit] = {}
FUNCTIONS = [
    (path.stem, node.name)
    for path in sorted(HERE.glob("*.py"))
    for node in ast.parse(path.read_text(encoding="utf-8")).body
    if isinstance(node, ast.FunctionDef) and len(node.name.split("_")[0]) == 1
]


@pytest.mark.parametrize(("unit", "name"), FUNCTIONS)
def test_the_program_gives_what_python_gives(unit: str, name: str) -> None:
    if unit not in UNITS:
        UNITS[unit] = Unit(HERE / f"{unit}.py")
    UNITS[unit].check(name)
