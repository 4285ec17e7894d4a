"""All ways to make a text, bytes or key that lies in an account, to write where it lies, and to use it afterwards."""

from __future__ import annotations

import itertools
import re
from dataclasses import dataclass

HEADER = """from seahorse.prelude import *
declare_id('Fg6PaFpoGXkYsidMpWTK6W2BeZ7FEfcYkg476zPFsLnS')
"""
# `large` is too large to be written where it is called, so that what it is given crosses a call.
CLASSES = """
@dataclass
class Box:
    s: str
    d: bytes
    k: Pubkey

class Card(Account):
    t: String[16]
    k: Pubkey
    o: Optional[String[8]]
    items: List[Pubkey]
    words: List[str]
    u: String[16]
    n: u64

    def name(self) -> str:
        return self.t
    def holder(self) -> Pubkey:
        return self.k
    def both(self) -> Tuple[str, Pubkey]:
        return (self.t, self.k)
    def coded(self) -> bytes:
        return bytes(self.k)
    def write(self, t: str, k: Pubkey) -> u64:
        self.t = t
        self.k = k
        self.items[0] = k
        self.words[0] = t
        self.u = t
        return 1

def name_of(c: Card) -> str:
    return c.t

def same(s: str) -> str:
    return s

def same_key(k: Pubkey) -> Pubkey:
    return k

def same_bytes(d: bytes) -> bytes:
    return d

def key_of(c: Card, first: bool) -> Pubkey:
    if first:
        return c.items[0]
    return c.k

def put(c: Card, t: str, k: Pubkey) -> u64:
    c.t = t
    c.u = t
    c.k = k
    c.items[0] = k
    c.words[0] = t
    return 1

def large(s: str, d: bytes, k: Pubkey, c: Card, t: str, n: u64) -> Box:
    for i in range(n):
        c.t = t
        c.u = t + 'u'
        c.k = c.items[1]
        if i % 2 == 0:
            c.words.append(s)
            c.words[0] = t
        for j in range(i):
            c.n += j
            if c.n % 3 == 0:
                c.n += 7
            elif c.n % 5 == 0:
                c.n += 2
            else:
                c.n += 1
    if n > 100:
        return Box(s + s, d, c.k)
    return Box(s, d, k)

def keep_text(x: str, c: Card, t: str, k: Pubkey) -> str:
    c.write(t, k)
    return x

def keep_bytes(x: bytes, c: Card, t: str, k: Pubkey) -> bytes:
    c.write(t, k)
    return x

def keep_key(x: Pubkey, c: Card, t: str, k: Pubkey) -> Pubkey:
    c.write(t, k)
    return x

def first_text(x: str, n: u64) -> str:
    return x if n == 1 else ''

def first_bytes(x: bytes, n: u64) -> bytes:
    return x

def first_key(x: Pubkey, n: u64) -> Pubkey:
    return x
"""
MAKES = {
    "text": [
        "a.t", "a.u", "a.name()", "name_of(a)", "same(a.t)", "a.t[1:]", "a.t[0]", "a.t.strip()", "str(a.t)",
        "(a.t if n == 1 else b.u)", "(b.t if n == 1 else a.name())", "a.both()[0]", "(a.t, 1)[0]", "[a.t][0]",
        "a.t.encode().decode()", "Box(a.t, b'', a.k).s", "a.t.split('l')[0]", "a.t.split()[0]", "sorted(a.t)[1]",
        "list(a.t)[1]", "list(reversed(a.t))[0]", "[c for c in a.t][0]", "list(map(lambda c: c, a.t))[1]",
        "list(filter(lambda c: c != 'l', a.t))[1]", "list(zip(a.t, a.u))[0][1]", "list(enumerate(a.t))[1][1]",
        "[c for i, c in enumerate(a.u) if i == 1][0]", "a.words[0]", "sorted(a.words)[0]", "a.words[-1].strip()",
        "large(a.t, b'', a.k, b, t, 2).s", "large(a.t, b'', a.k, a, t, 2).s", "keep_text(a.t, a, t, b.k)",
        "first_text(a.t, a.write(t, b.k))", "array(a.t, b.t)[0]", "(lambda_text(a))", "max_text(a.t, b.t)",
    ],
    "bytes": [
        "a.t.encode()", "bytes(a.k)", "bytes(same_key(a.k))", "a.coded()", "bytes(a.k)[1:]", "bytes(a.items[0])",
        "bytes(a.holder())", "(bytes(a.k) if n == 1 else b'')", "[bytes(k) for k in a.items][0]",
        "[bytes(same_key(k)) for k in a.items][0]", "list(map(lambda k: bytes(k), a.items))[0]",
        "sorted([bytes(k) for k in a.items])[0]", "(bytes(a.k), 1)[0]", "same_bytes(bytes(a.k))",
        "large('', bytes(a.k), a.k, a, t, 2).d", "Box('', bytes(a.k), a.k).d", "keep_bytes(a.u.encode(), a, t, b.k)",
        "bytes(key_of(a, True))",
    ],
    "key": [
        "a.k", "a.holder()", "same_key(a.k)", "(a.k if n == 1 else b.k)", "a.both()[1]", "a.items[0]", "[a.k][0]",
        "key_of(a, n == 1)", "(a.k, 1)[0]", "Box('', b'', a.k).k", "sorted(a.items, key=lambda k: bytes(k))[0]",
        "list(reversed(a.items))[0]", "a.items.pop()", "array(a.k, b.k)[0]", "large('', b'', a.k, a, t, 2).k",
        "keep_key(a.items[0], a, t, b.k)", "[k for k in a.items][0]", "list(map(lambda k: same_key(k), a.items))[0]",
        "a.items[:1][0]", "list(zip(a.items, a.items))[0][1]",
    ],
}  # fmt: skip
EXTRA = """
def lambda_text(c: Card) -> str:
    return list(map(lambda i: c.t, range(u64(2))))[0]

def max_text(a: str, b: str) -> str:
    x = a
    if b > a:
        x = b
    return x
"""
WRITES = [
    "a.t = t", "a.write(t, b.k)", "put(a, t, b.k)", "a.u, a.t, a.k = t, a.u, b.k", "a.items[0], a.k = b.k, a.items[0]",
    "a.items.reverse()", "a.t = t; a.u = t; a.k = b.k; a.items.clear(); a.words.clear()",
    "a.items.insert(0, b.k); a.words.insert(0, t)", "a.t += 'x'; a.k, b.k = b.k, a.k", "a.o = 'none'; a.t = ''",
    "a.words[0] = t; a.words.sort(); a.items.sort(key=lambda k: bytes(k))", "a.t, b.t = b.name(), a.name()",
]  # fmt: skip
TYPES = {"text": "str", "bytes": "bytes", "key": "Pubkey"}
# `M`: what makes the value; `W`: what writes; `T`: its type. `P`: an expression that writes.
USES = {
    "variable": "x = M\nW\nreturn x",
    "twice": "x = M\ny = x\nW\nreturn y",
    "list": "l = [M]\nW\nreturn l[0]",
    "append": "l: List[T] = []\nl.append(M)\nW\nreturn l[0]",
    "insert": "l: List[T] = []\nl.insert(0, M)\nW\nreturn l[0]",
    "array": "l = array(M, M)\nW\nreturn l[1]",
    "tuple": "x = (n, M)\nW\nreturn x[1]",
    "tuple of tuples": "x = ((M, n), n)\nW\nreturn x[0][0]",
    "several targets": "x, y = M, P\nreturn x",
    "several targets, after": "y, x = P, M\nW\nreturn x",
    "unpacked": "x, y = (M, n) if n == 1 else (M, n)\nW\nreturn x",
    "argument": "return first_K(M, P)",
    "parameter": "return keep_K(M, a, t, b.k)",
    "comparison": "print(M == M, P, M)\nx = [M] == [M]\nreturn M",
    "printed": "print(M, P, M)\nreturn M",
    "f-string": 'print(f"{M}{P}{M}")\nreturn M',
    "in a branch": "x = M\nif n == 1:\n    x = M\n    W\nreturn x",
    "in a loop": "l: List[T] = []\nfor i in range(u64(2)):\n    l.append(M)\n    W\nreturn l[0]",
    "of the last round": "x = M\nfor i in range(u64(2)):\n    y = M\n    W\n    x = y\nreturn x",
    "while": "x = M\nwhile n < 3:\n    n += 1\n    W\n    x = x\nreturn x",
    "comprehension": "l = [(M, P)[0] for i in range(u64(2))]\nreturn l[0]",
    "nested comprehension": "l = [M for i in range(u64(2)) for j in range(P)]\nreturn l[-1]",
    "condition": "l = [x for x in [M] if P == 1]\nreturn l[0]",
    "lambda": "l = list(map(lambda i: (M, P)[0], range(u64(2))))\nreturn l[0]",
    "filter": "l = list(filter(lambda x: P == 1, [M]))\nreturn l[0]",
    "sort key": "l = sorted([M, M], key=lambda x: P)\nreturn l[0]",
    "item of a list": "for x in [M, M]:\n    W\n    print(x)\nreturn M",
    "contained": "print(M in [M, M], P)\nx = M in [M]\nW\nprint(x)\nreturn M",
    "option": "x: Optional[T] = M\nW\nif x is None:\n    return M\nreturn x",
}
USES_OF = {
    "text": {
        "object": "o = Box(M, b'', a.k)\nW\nreturn o.s",
        "other account": "b.t = M\nW\nreturn b.t",
        "optional field": "b.o = M[:8]\nW\nreturn M",
        "behind": "b.u = M\nW\nreturn b.u",
        "list of another account": "b.words.append(M)\nW\nreturn b.words[-1]",
        "list of the same account": "a.words.append(M)\nW\nreturn a.words[-1]",
        "item of the same account": "a.words[0] = M\nreturn a.words[0]",
        "swap": "a.t, b.t = b.t, M\nW\nreturn a.t",
        "added": "return (M + str(P) + M)[:90]",
        "augmented": "x = M\nx += str(P)\nW\nreturn x",
        "augmented field": "a.u += M[:3]\nreturn a.u",
        "characters": "out = ''\nfor c in M:\n    W\n    out += c\nreturn out[:90]",
        "kept character": "l: List[str] = []\nfor c in M:\n    l.append(c)\n    W\nreturn ''.join(l)",
        "characters, in pairs": "l = [(c, d, P)[0] for c, d in zip(M, M)]\nreturn ''.join(l)",
        "split": "l = M.split('l')\nW\nreturn ' '.join(l)",
        "sorted characters": "l = sorted(M)\nW\nreturn ''.join(l)",
        "found": "print(M.find('l'), M.startswith('he'), M.replace('l', M), P)\nreturn M.upper()",
        "mapped characters": "l = list(map(lambda c: (c, P)[0], M))\nreturn ''.join(l)",
    },
    "bytes": {
        "object": "o = Box('', M, a.k)\nW\nreturn o.d",
        "added": "return M + int_bytes_of(P) + M",
        "bytes": "l: List[u8] = []\nfor c in M:\n    W\n    l.append(c)\nreturn bytes(l)",
        "hash": "return sha256(M)",
    },
    "key": {
        "object": "o = Box('', b'', M)\nW\nreturn o.k",
        "other account": "b.k = M\nW\nreturn b.k",
        "swap": "a.k, b.k = b.k, M\nW\nreturn a.k",
        "swapped variables": "x, y = M, b.k\nx, y = y, x\nW\nprint(x)\nreturn y",
        "swapped in a choice": "x, y = M, b.k\nx, y = (y, x) if n == 1 else (x, y)\nW\nprint(x)\nreturn y",
        "list of another account": "b.items.append(M)\nW\nreturn b.items[-1]",
        "first of a list": "b.items[0], b.items[1] = b.items[1], b.items[0]\nb.items.insert(0, M)\nW\nreturn b.items[0]",
        "as bytes": "x = bytes(M)\nW\nprint(x)\nreturn M",
        "as bytes of a variable": "l: List[bytes] = []\nfor i in range(u64(2)):\n    k = M\n    l.append(bytes(k))\n    W\nprint(l)\nreturn M",
    },
}  # fmt: skip
HELPERS = (
    EXTRA
    + """
def int_bytes_of(n: u64) -> bytes:
    return bytes(int_bytes(n))
"""
)


@dataclass(frozen=True)
class Case:
    """One instruction of the matrix."""

    kind: str
    make: str
    write: str
    use: str

    def text(self, name: str) -> str:
        body = {**USES, **USES_OF[self.kind]}[self.use]
        step = self.write.replace("; ", "\n")
        lines: list[str] = []
        for line in body.split("\n"):
            pad = line[: len(line) - len(line.lstrip())]
            given = step.split("\n") if line.strip() == "W" else [line.strip()]
            lines += [f"    {pad}{x}" for x in given]
        text = "\n".join(lines)
        for mark, value in (("M", self.make), ("P", "a.write(t, b.k)"), ("T", TYPES[self.kind]), ("K", self.kind)):
            text = _replaced(text, mark, value)
        returns = TYPES[self.kind]
        return f"@instruction\ndef {name}(a: Card, b: Card, t: str, n: u64) -> {returns}:\n{text}\n"


def _replaced(text: str, mark: str, value: str) -> str:
    pattern = r"(?<=_)K\b" if mark == "K" else rf"(?<![\w'\"]){mark}(?![\w'\"])"
    return re.sub(pattern, lambda _: value, text)


def kept_behind() -> list[Case]:
    """Texts that an account keeps in a list of its own, and whose place moves when the list is written back."""
    uses = ("list of the same account", "item of the same account", "list of another account")
    writes = ("a.t = t", "a.words.insert(0, t)")
    return [Case("text", make, write, use) for make in MAKES["text"] for use in uses for write in writes]


def cases() -> list[Case]:
    found: list[Case] = []
    for kind, makes in MAKES.items():
        uses = {**USES, **USES_OF[kind]}
        for make, use in itertools.product(makes, uses):
            body = uses[use]
            writes = WRITES if "W" in body.replace("while", "") else WRITES[:1]
            found += [Case(kind, make, write, use) for write in writes]
    return found
