"""Strings: what Python's str does, in UTF-8."""

from __future__ import annotations

from tests.language.compared import Compared

SOURCE = """
@instruction
def length(s: str) -> u64:
    return len(s)

@instruction
def character(s: str, i: i64) -> str:
    return s[i]

@instruction
def cut(s: str, a: i64, b: i64) -> List[str]:
    return [s[a:b], s[:b], s[a:], s[:3], s[-2:], s[::2], s[::-1]]

@instruction
def compare(a: str, b: str) -> List[bool]:
    return [a == b, a != b, a < b, a <= b, a > b, a >= b, a in b, a not in b, b.startswith(a), b.endswith(a)]

@instruction
def find(s: str, part: str) -> i64:
    return s.find(part)

@instruction
def change(s: str, a: str, b: str) -> List[str]:
    return [s.replace(a, b), s + a + b, a.join([s, b, s]), s.strip(), s * 3, s * 0]

@instruction
def case(s: str) -> List[str]:
    return [s.upper(), s.lower()]

@instruction
def words(s: str) -> List[str]:
    return s.split()

@instruction
def pieces(s: str, sep: str) -> List[str]:
    return s.split(sep)

@instruction
def letters(s: str) -> List[str]:
    out: List[str] = []
    for c in s:
        out.append(c + '!')
    return out

@instruction
def codes(s: str) -> u64:
    total = u64(0)
    for b in s.encode():
        total += u64(b)
    return total

@instruction
def facts(s: str) -> List[u64]:
    return [len(s), size(s), len(s.encode())]

@instruction
def ascii(s: str) -> bool:
    return s.isascii()

@instruction
def truth(s: str) -> str:
    if s:
        return 'yes'
    return 'no'
"""

TEXTS = [
    "",
    "a",
    "abc",
    "hello world",
    "héllo",
    "日本語",
    "a日b",
    "🎉",
    "🎉x🎉y",
    "  two  words ",
    "ab" * 40,
    "ünïcödé string, long enough",
]


def test_strings() -> None:
    p = Compared(SOURCE)
    single = [(t,) for t in TEXTS]
    for name in ("length", "case_ascii", "words", "letters", "codes", "facts", "ascii", "truth"):
        if name in p.python:
            p.check(name, single)
    p.check("character", [(t, i) for t in TEXTS for i in (0, 1, 2, -1, -3, 5, 100, -100)])
    p.check("cut", [(t, a, b) for t in TEXTS for a, b in ((0, 2), (1, -1), (-3, 100), (5, 2), (-100, 1), (2, 2))])
    parts = ["", "a", "b", "ab", "🎉", "lo", "本語", "zz"]
    p.check("compare", [(a, b) for a in [*parts, *TEXTS] for b in TEXTS])
    p.check("find", [(t, x) for t in TEXTS for x in parts])
    p.check("change", [(t, x, y) for t in TEXTS for x in parts if x for y in ("", "é", "zz")])
    p.check("pieces", [(t, x) for t in TEXTS for x in parts])


def test_case_of_ascii_letters() -> None:
    p = Compared(SOURCE)
    p.check("case", [(t,) for t in ("", "aZ09", "Hello, World!", "[`{@")])


def test_instruction_data_must_be_utf8() -> None:
    p = Compared(SOURCE)
    from solders.instruction import Instruction

    from seahorse.testing import expect_error

    good = p.program.prepare("length", s="abc").instruction
    bad_texts = [
        b"\xff",
        b"\xc3",
        b"\xc0\x80",
        b"\xed\xa0\x80",
        b"\xf5\x80\x80\x80",
        b"\xe2\x82",
        b"abcdefg\x80",
        b"\xf4\x90\x80\x80",
    ]
    for bad in bad_texts:
        data = bytes(good.data[:8]) + len(bad).to_bytes(4, "little") + bad
        with expect_error(102):
            p.ledger.send(Instruction(p.program.id, data, []))
    for short in (b"", b"\1\0\0", b"\5\0\0\0abc"):
        with expect_error(102):
            p.ledger.send(Instruction(p.program.id, bytes(good.data[:8]) + short, []))
