"""How some forms of the language are written in Rust, and what is refused: looked at as text, without a compiler."""

from __future__ import annotations

from pathlib import Path

import pytest

from seahorse.backends.anchor import UnsupportedError
from seahorse.driver.compile import Compiler

HEADER = "from seahorse.prelude import *\ndeclare_id('Fg6PaFpoGXkYsidMpWTK6W2BeZ7FEfcYkg476zPFsLnS')\n\n"


def rust(folder: Path, source: str, anchor: str = "0.32") -> dict[str, str]:
    path = folder / "tested.py"
    path.write_text(HEADER + source, encoding="utf-8")
    return {name.removeprefix("programs/tested/"): text for name, text in Compiler(anchor=anchor).rust([path]).items()}


def body(folder: Path, source: str, file: str = "src/functions.rs") -> str:
    """The generated text without its layout."""
    return " ".join(rust(folder, source)[file].split())


CALLER = """
@instruction
def f(items: List[u64]) -> u64:
    return g(items)
"""


def test_parameter_that_is_only_assigned_is_copied(tmp_path: Path) -> None:
    source = "def g(items: List[u64]) -> u64:\n    items = items + [1]\n    items.append(2)\n    return sum(items)\n"
    assert "pub fn g(items: &[u64]) -> Result<u64> { let mut items = items.to_vec();" in body(tmp_path, source + CALLER)


def test_parameter_that_is_changed_first_borrows_what_it_is_assigned(tmp_path: Path) -> None:
    source = "def g(items: List[u64]) -> u64:\n    items.append(1)\n    items = [7]\n    items.append(2)\n    return items[0]\n"
    made = body(tmp_path, source + CALLER)
    assert "pub fn g(items: &mut Vec<u64>)" in made
    assert "own_items = vec![7]; items = &mut own_items;" in made


def test_loop_over_a_list_that_grows(tmp_path: Path) -> None:
    source = "def g(items: List[u64]) -> u64:\n    for x in items:\n        if x > 3:\n            items.append(x // 2)\n    return 0\n"
    assert "while let Some(&x) = items.get(at) { at += 1;" in body(tmp_path, source + CALLER)


def test_what_stands_first_is_evaluated_first(tmp_path: Path) -> None:
    source = (
        "def h(a: u64, items: List[u64], b: u64) -> u64:\n    items.append(a)\n    return a + b\n\n"
        "def g(items: List[u64]) -> u64:\n    return h(items[0], items, h(1, items, items[1]))\n"
    )
    made = body(tmp_path, source + CALLER)
    first, second = made.index("items[index(0, items.len())?]"), made.index("items[index(1, items.len())?]")
    assert first < second < made.index("h(value, items, ")


def test_variable_for_one_of_several_accounts(tmp_path: Path) -> None:
    source = (
        "class A(Account):\n    n: u8\n\n@instruction\ndef f(a: A, b: A, c: bool) -> u8:\n"
        "    x = a\n    if c:\n        x = b\n    return x.n\n"
    )
    assert "let mut x = a; if c { x = b; } Ok(x.n)" in body(tmp_path, source, "src/instructions/f.rs")


def test_hasher_only_where_it_is_used(tmp_path: Path) -> None:
    source = "@instruction\ndef f(text: str) -> List[u8]:\n    return [b for b in sha256(text.encode())]\n"
    assert "solana-sha256-hasher.workspace = true" in rust(tmp_path, source)["Cargo.toml"]
    assert "sha256" not in rust(tmp_path, "@instruction\ndef f(n: u8) -> u8:\n    return n\n")["Cargo.toml"]


def test_limits_within_an_argument(tmp_path: Path) -> None:
    source = "@dataclass\nclass Entry:\n    name: String[5]\n\n@instruction\ndef f(entries: List[Entry, 3]) -> u64:\n    return len(entries)\n"
    files = rust(tmp_path, source)
    assert "#[instruction(entries: BoundedVec<BoundedEntry, 3>)]" in files["src/instructions/f.rs"]
    assert "pub name: BoundedString<5>," in files["src/bounded.rs"]


def test_limits_in_the_signature_for_anchor_1(tmp_path: Path) -> None:
    """Anchor derives no IDL of a tuple, so that no crate with one is compiled for it (tests/backends/rust)."""
    files = rust(tmp_path, "@instruction\ndef f(both: Tuple[String[2], u8]) -> u8:\n    return both[1]\n", "1")
    assert "both: LimitedTupleOfString2AndU8" in files["src/lib.rs"]
    assert "handle_f(ctx, (both.0.into(), both.1))" in files["src/lib.rs"]
    assert "pub type LimitedTupleOfString2AndU8 = (BoundedString<2>, u8);" in files["src/bounded.rs"]
    assert "#[instruction" not in files["src/instructions/f.rs"]


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ("class Box(Account):\n    n: u8\n\n@instruction\ndef f(box: Box):\n    box.n = 1\n", "the name `Box`"),
        (
            "class E(Error):\n    BAD = 6000, 'say \"no\"'\n\n@instruction\ndef f(n: u8):\n    assert n > 0, E.BAD\n",
            "the message of error 6000",
        ),
        (
            "class A(Account):\n    n: u8\n\n@instruction\ndef f(a: A, b: A, c: bool):\n    x = a if c else b\n    x.n = 1\n",
            "one of several accounts.*one of them changes",
        ),
        (
            "@instruction\ndef f(n: u128, by: u128) -> u64:\n    return len([x for x in range(0, n, by)])\n",
            "a range of u128",
        ),
    ],
)
def test_refusals(tmp_path: Path, source: str, message: str) -> None:
    with pytest.raises(UnsupportedError, match=message):
        rust(tmp_path, source)


CARDS = (
    "class Card(Account):\n    n: u64\n    xs: List[u64]\n\ndef bump(c: Card) -> u64:\n    c.n += 1\n    return c.n\n\n"
)


@pytest.mark.parametrize(
    ("lines", "message"),
    [
        ("for x, y in [(a, b), (b, a)]:\n        x.n += 1", "an account has one place"),
        ("x, y = (a, b) if n > 1 else (b, a)\n    x.n += 1", "an account has one place"),
        ("a.xs.sort(key=lambda v: bump(a))", "changes the sequence that it loops over"),
        ("print(sum([v + bump(a) for v in a.xs]))", "changes the sequence that it loops over"),
        ("print(sorted(a.xs, key=lambda v: bump(a)))", "changes the sequence that it loops over"),
        ("print(a.xs * bump(a))", "changes a value that another part"),
        ("print(a.xs.count(bump(a)))", "changes a value that another part"),
        ("print([b'a', b'b'])", "bytes within another value"),
        ("print((n, b'b'))", "bytes within another value"),
    ],
)
def test_what_rust_would_do_otherwise_is_refused(tmp_path: Path, lines: str, message: str) -> None:
    with pytest.raises(UnsupportedError, match=message):
        rust(tmp_path, f"{CARDS}@instruction\ndef f(a: Card, b: Card, n: u64):\n    {lines}\n")


def test_a_constructor_that_returns_early_gives_its_object(tmp_path: Path) -> None:
    source = (
        "class Made:\n    n: u64\n    m: u64\n    def __init__(self, n: u64):\n        self.n = n\n        self.m = 1\n"
        "        if n > 5:\n            return\n        self.m = 2\n\n@instruction\ndef f(n: u64) -> u64:\n    return Made(n).m\n"
    )
    assert "if n > 5 { return this; } this.m = 2; this" in body(tmp_path, source, "src/state.rs")


def test_a_sysvar_in_a_variable_is_a_value(tmp_path: Path) -> None:
    source = "@instruction\ndef f(clock: Clock, n: u64) -> i64:\n    c = Clock.get() if n > 1 else clock\n    return c.unix_timestamp()\n"
    assert "Clock::get()? } else { Clock::clone(clock) };" in body(tmp_path, source, "src/instructions/f.rs")


OBJECTS = """@dataclass
class Spot:
    n: u64

    def moved(self) -> None:
        self.n += 1

"""


def test_an_object_before_a_block_stands_in_parentheses(tmp_path: Path) -> None:
    source = OBJECTS + (
        "@instruction\ndef f(n: u64) -> u64:\n    if n < Spot(n).n:\n        n = 3\n"
        "    while Spot(2).n < n:\n        n -= 1\n    return n\n"
    )
    made = body(tmp_path, source, "src/instructions/f.rs")
    assert "if n < (Spot { n }).n {" in made
    assert "while (Spot { n: 2 }).n < n {" in made


def test_objects_made_for_a_loop_can_be_changed(tmp_path: Path) -> None:
    source = OBJECTS + (
        "@instruction\ndef f(n: u64) -> u64:\n    for s in [Spot(n), Spot(2)]:\n        s.moved()\n        n += s.n\n"
        "    for s in [Spot(n), Spot(2)]:\n        n += s.n\n    return n\n"
    )
    made = body(tmp_path, source, "src/instructions/f.rs")
    assert "for mut s in vec![Spot { n }, Spot { n: 2 }] { s.moved()" in made
    assert "for s in vec![Spot { n }, Spot { n: 2 }] { n = " in made


def test_a_generic_function_has_a_name_for_each_use(tmp_path: Path) -> None:
    source = (
        "T = TypeVar('T')\n\ndef first(items: List[T], other: u64) -> T:\n    return items[0]\n\n"
        "def only(item: T) -> T:\n    return item\n\n"
        "@instruction\ndef f(xs: List[u64], ts: List[str]) -> str:\n    return f'{first(xs, 1)}{first(ts, 2)}{only(xs[0])}'\n"
    )
    made = body(tmp_path, source)
    for name in ("first_list_u64(items: &[u64], ", "first_list_str(items: &[String], ", "only(item: u64)"):
        assert f"pub fn {name}" in made, name
