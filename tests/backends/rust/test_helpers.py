"""The functions that generated crates bring along do what Python does: Python says what is expected, Rust is run."""

from __future__ import annotations

import math
import random
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

from tests.backends.rust.anchor import ANCHOR, with_versions
from tests.backends.rust.cargo import ROOT, cargo, write

from seahorse.backends.anchor.crate.helpers import PYTHON, python_file
from seahorse.backends.anchor.naming import literals

MANIFEST = """[workspace]

[package]
name = "python_helpers"
version = "0.1.0"
edition = "2021"

[dependencies]
anchor-lang = "=0.32.1"

[lints.rust]
unexpected_cfgs = { level = "allow" }

[profile.dev]
debug = 0
"""
INTS = [-(2**63), -(2**63) + 1, -1000, -7, -3, -2, -1, 0, 1, 2, 3, 7, 1000, 2**63 - 1]
FLOATS = [
    0.0,
    -0.0,
    0.1,
    -0.1,
    0.5,
    1.0,
    -1.5,
    2.5,
    3.0,
    7.25,
    1e-5,
    1e-4,
    123456.789,
    1e15,
    1e16,
    -1e22,
    5e-324,
    1.7e308,
]
TEXTS = ["", "a", "héllo wörld", "it's", 'say "hi"', 'it\'s "both"', "tab\there\n", "back\\slash", "\x01\x7f"]


def number(value: float) -> str:
    text = literals.number(value)
    return text if "::" in text else f"({text}_f64)"


def equal(made: str, expected: str) -> str:
    return f"        assert_eq!({made}, {expected});"


def attempt(f: Callable[[], int | float], show: Callable[[int | float], str]) -> str:
    """What Rust must give: the value, or an error where Python raises."""
    try:
        return f"Some({show(f())})"
    except (ZeroDivisionError, OverflowError, ValueError, IndexError):
        return "None"


def i64(value: float) -> str:
    if not -(2**63) <= value < 2**63:
        raise OverflowError
    return f"{int(value)}_i64"


def integers() -> Iterator[str]:
    for a in INTS:
        for b in INTS:
            for name, op in (("floor_div", int.__floordiv__), ("floor_mod", int.__mod__)):
                expected = attempt(lambda op=op, a=a, b=b: op(a, b), str) if b else "None"
                if b and not -(2**63) <= op(a, b) < 2**63:
                    expected = "None"
                yield equal(f"{name}({a}_i64, {b}_i64).ok()", expected)
        for bits in (0, 1, 31, 63, 64, 200):
            shifted = a << bits
            fits = -(2**63) <= shifted < 2**63
            yield equal(f"shift_left({a}_i64, {bits}).ok()", f"Some({shifted})" if fits else "None")
            yield equal(f"shift_right({a}_i64, {bits})", str(a >> bits))


def floats() -> Iterator[str]:
    rng = random.Random(1)
    values = FLOATS + [rng.uniform(-1e6, 1e6) for _ in range(12)]
    for a in values:
        yield equal(f"float_text({number(a)})", literals.text(str(a)))
        yield equal(f"float_fixed({number(a)}, 2)", literals.text(f"{a:.2f}"))
        whole = int(a)
        fits = -(2**63) <= whole < 2**63
        yield equal(f"float_to_int::<i64>({number(a)}).ok()", f"Some({whole})" if fits else "None")
        for b in rng.sample(values, 5):
            for name, op in (("float_mod", float.__mod__), ("float_floor_div", float.__floordiv__)):
                expected = attempt(lambda op=op, a=a, b=b: op(a, b), lambda v: f"{number(v)}.to_bits()")
                if not (expected != "None" and math.isnan(op(a, b))):
                    yield equal(f"{name}({number(a)}, {number(b)}).ok().map(f64::to_bits)", expected)
            yield equal(f"float_min({number(a)}, {number(b)})", number(min(a, b)))
            yield equal(f"float_max({number(a)}, {number(b)})", number(max(a, b)))


def sequences() -> Iterator[str]:
    for text in TEXTS:
        yield equal(f"{literals.text(text)}.repr()", literals.text(repr(text)))
        for start in (None, -20, -3, 0, 1, 20):
            for stop in (None, -2, 0, 2, 20):
                bounds = ", ".join("None" if n is None else f"Some({n})" for n in (start, stop))
                yield equal(f"text_slice({literals.text(text)}, {bounds})", literals.text(text[start:stop]))
        for part in ("", "l", "ö", "zz"):
            yield equal(f"text_find({literals.text(text)}, {literals.text(part)})", str(text.find(part)))
        for at in (-12, -1, 0, 2, 30):
            expected = f"Some({literals.text(text[at])}.to_string())" if -len(text) <= at < len(text) else "None"
            yield equal(f"text_at({literals.text(text)}, {at}).ok()", expected)
    for data in (b"", b"raw", b"it's", b'say "hi"', b'it\'s "both"', bytes(range(256))):
        given = ", ".join(f"{byte}_u8" for byte in data)
        yield equal(f"bytes_text(&[{given}])", literals.text(repr(data)))
    for start, stop, step in ((5, 0, 2), (5, -1, 1), (3, 3, 1), (10, 1, 4), (0, 5, 1)):
        listed = list(range(start, stop, -step))
        made = f"count_down({start}_i64, {stop}, {step}).collect::<Vec<_>>()"
        yield equal(made, f"Vec::<i64>::from({listed})" if listed else "Vec::<i64>::new()")
    values = [[1, 2], [], [-3]]
    yield equal("vec![vec![1_i32, 2], vec![], vec![-3]].repr()", literals.text(repr(values)))
    yield equal("vec![Some(true), None].repr()", literals.text(repr([True, None])))
    yield equal("[1.5, -0.0, 1e100].repr()", literals.text(repr([1.5, -0.0, 1e100])))


def seeds() -> Iterator[str]:
    for text in ("", "METER_001", "x" * 50, "é" * 40):
        for start, stop in ((0, 32), (32, None), (0, 16), (5, 10)):
            part = text[start:stop].encode()
            bounds = f"{start}..{'' if stop is None else stop}"
            # A long literal is a reference already.
            literal = str(literals.data(part)).removeprefix("&")
            expected = "None" if len(part) > 32 else f"Some(&{literal}[..])"
            yield equal(f"seed_chars({literals.text(text)}, {bounds}).ok()", expected)


def test_helpers_do_what_python_does() -> None:
    folder = ROOT / "target" / f"rust-helpers-{ANCHOR}"
    helpers = python_file("// A test.", PYTHON)
    assert helpers is not None
    tests = []
    for part in (integers, floats, sequences, seeds):
        lines = "\n".join(part())
        tests.append(f"    #[test]\n    fn {part.__name__}() {{\n{lines}\n    }}")
    uses = "    use crate::python::*;\n"
    lib = "pub mod python;\n\n#[cfg(test)]\nmod tests {\n" + uses + "\n" + "\n\n".join(tests) + "\n}\n"
    write(folder, {"Cargo.toml": with_versions(MANIFEST), "src/python.rs": helpers, "src/lib.rs": lib})
    assert "4 passed" in cargo(folder, "test", "--quiet", "--lib")


def test_helpers_are_formatted(tmp_path: Path) -> None:
    text = python_file("// A test.", PYTHON)
    assert text is not None
    write(tmp_path, {"python.rs": text})
    done = subprocess.run(
        ["rustfmt", "--edition", "2021", "--check", "python.rs"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout
