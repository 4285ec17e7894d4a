"""The classes and functions of random instructions about views (`views.py`), and their expressions."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any

HEADER = """from seahorse.prelude import *

declare_id('Fg6PaFpoGXkYsidMpWTK6W2BeZ7FEfcYkg476zPFsLnS')


@dataclass
class Pt:
    name: str
    key: Pubkey
    n: u64

    def label(self) -> str:
        return self.name

    def moved(self, k: Pubkey) -> Pubkey:
        old = self.key
        self.key = k
        return old


class Card(Account):
    n: u64
    t: String[200]
    k: Pubkey
    u: String[200]
    pt: Pt
    xs: List[u64]
    ts: List[str]
    ks: List[Pubkey]
    maybe: Optional[str]

    def name(self) -> str:
        return self.t

    def part(self, i: u64) -> str:
        return self.u[i:]

    def owner_key(self) -> Pubkey:
        return self.k

    def first(self) -> Pt:
        return self.pt

    def code(self) -> bytes:
        return self.t.encode()

    def mixed(self, s: str, n: u64, k: Pubkey) -> str:
        self.n += n
        old = self.k
        self.k = k
        return f'{s}{self.n}{self.u}{old == k}'

    def take(self, s: str) -> str:
        old = self.t
        self.t = s[:12]
        return old


def same(s: str) -> str:
    return s


def same_key(k: Pubkey) -> Pubkey:
    return k


def same_bytes(b: bytes) -> bytes:
    return b


def pick(a: Card, b: Card, c: bool) -> str:
    return a.t if c else b.u


def bump(a: Card) -> u64:
    a.n += 1
    return a.n


def rename(a: Card, s: str) -> str:
    old = a.t
    a.t = s[:12]
    return old


def rekey(a: Card, k: Pubkey) -> Pubkey:
    old = a.k
    a.k = k
    return old


def keyed(a: Card, v: u64) -> u64:
    a.n += 1
    return (v * 7 + a.n) % 5


def worded(a: Card, s: str) -> str:
    a.u = s[:9]
    return s[1:]


def order(i: u64, s: str, j: u64, k: Pubkey, l: u64) -> str:
    return f'{i}/{s}/{j}/{k}/{l}'


def both(x: Card, y: Card) -> Tuple[str, Pubkey]:
    return x.t, y.k


def fresh_point(s: str, k: Pubkey, n: u64) -> Pt:
    return Pt(s, k, n)


def renamed(p: Pt, s: str) -> str:
    old = p.name
    p.name = s[:9]
    return old


def grown(items: List[str], s: str, n: u64) -> u64:
    if len(items) < 6:
        items.append(s)
    return len(items) + n


def trimmed(c: Card, s: str) -> str:
    if c.maybe is not None:
        c.maybe = s[:3]
        return c.maybe + s
    c.maybe = s[:5]
    return s


def first(x: str, n: u64) -> str:
    return x if n < 50 else ''


def first_key(x: Pubkey, n: u64) -> Pubkey:
    return x


def total(x: u64, y: u64 = 3, s: str = 'ab') -> u64:
    return x + y + len(s)


"""
ARGS = {"s": "str", "key": "Pubkey", "n": "u64", "ls": "List[str]", "keys": "List[Pubkey]", "ns": "List[u64]"}
RETURNS = ("str", "bytes", "Pubkey", "u64", "bool", "List[str]", "List[Pubkey]", "List[u64]")
LISTS = {"List[str]": ("str", "ts", "ls"), "List[Pubkey]": ("Pubkey", "ks", "keys"), "List[u64]": ("u64", "xs", "ns")}
WORDS = ("", "ab", "hello", "né€", "x y z", "abcab", "Zz")


class Values:
    """Makes expressions of the names that are known where a line stands, and values for calls."""

    def __init__(self, seed: int) -> None:
        self.r = random.Random(seed)
        self._names: list[dict[str, str]] = []
        self._makers: dict[str, Callable[[int], list[str]]] = {
            "str": self._str, "bytes": self._bytes, "Pubkey": self._key, "u64": self._int, "bool": self._bool,
            "Pt": self._pt,
        }  # fmt: skip

    def _known(self, t: str) -> list[str]:
        return [n for scope in self._names for n, known in scope.items() if known == t]

    def _card(self) -> str:
        return self.r.choice(["a", "b", *self._known("Card") * 2])

    # --- values of calls ---

    def given(self) -> dict[str, Any]:
        """Random arguments; keys as bytes."""
        r = self.r
        words = [r.choice(WORDS) for _ in range(r.randint(0, 4))]
        keys = [self._raw() for _ in range(r.randint(0, 4))]
        numbers = [r.randint(0, 9) for _ in range(r.randint(0, 5))]
        return {
            "s": r.choice(WORDS),
            "key": self._raw(),
            "n": r.randint(0, 9),
            "ls": words,
            "keys": keys,
            "ns": numbers,
        }

    def account(self) -> dict[str, Any]:
        """Random fields of a Card; keys as bytes."""
        r, given = self.r, self.given()
        point = {"name": r.choice(WORDS), "key": self._raw(), "n": r.randint(0, 9)}
        return {
            "n": r.randint(0, 9), "t": r.choice(WORDS), "k": self._raw(), "u": r.choice(WORDS), "pt": point,
            "xs": given["ns"], "ts": given["ls"], "ks": given["keys"], "maybe": r.choice([None, "m", "may be"]),
        }  # fmt: skip

    def _raw(self) -> bytes:
        return bytes([self.r.randint(0, 3)]) * 31 + bytes([self.r.randint(0, 9)])

    # --- expressions ---

    def value(self, t: str, depth: int) -> str:
        """An expression of a type."""
        r = self.r
        if t in LISTS:
            return r.choice(self._list(t, depth))
        if depth > 0 and r.random() < 0.12:
            return f"({self.value(t, depth - 1)} if {self.value('bool', depth - 1)} else {self.value(t, depth - 1)})"
        if depth > 0 and r.random() < 0.06:
            other = self.value(r.choice(["str", "u64"]), depth - 1)
            return f"({self.value(t, depth - 1)}, {other})[0]"
        return r.choice(self._makers[t](depth))

    def _index(self) -> str:
        return self.r.choice(["0", "1", "-1", "0", "n % 2"])

    def _str(self, depth: int) -> list[str]:
        a = self._card()
        simple = [f"{a}.t", f"{a}.u", f"{a}.pt.name", f"{a}.name()", f"{a}.first().name", *self._known("str") * 2]
        simple += [f"{a}.pt.label()", f"{self.r.choice(WORDS)!r}"]
        if depth <= 0:
            return simple
        x, y, n = (self.value(t, depth - 1) for t in ("str", "str", "u64"))
        made = [f"same({x})", f"{x} + {y}", f"{x}[:2]", f"{x}[1:]", f"{x}[{self._index()}]", f"f'{{{a}.t}}-{{{a}.n}}'"]
        made += [f"{x}.upper()", f"{x}.replace('a', {y})", f"rename({a}, {x})", f"{a}.take({x})", f"str({n})"]
        made += [f"pick(a, b, {self.value('bool', 0)})", f"{a}.part({n} % 3)", "both(a, b)[0]", f"worded({a}, {x})"]
        made += [
            f"{self.value('List[str]', depth - 1)}[{self._index()}]",
            f"'-'.join({self.value('List[str]', depth - 1)})",
        ]
        made.append(f"order({n}, {x}, {self.value('u64', depth - 1)}, {self.value('Pubkey', depth - 1)}, {n})")
        made.append(f"({a}.maybe if {a}.maybe is not None else {y})")
        return simple + made + self._str_with_effects(a, depth, x, y)

    def _str_with_effects(self, a: str, depth: int, x: str, y: str) -> list[str]:
        """Texts beside or behind which something is written; effects in every position of a call."""
        pairs = {
            name: self.value(t, depth - 1)
            for name, t in zip("isjkl", ("u64", "str", "u64", "Pubkey", "u64"), strict=True)
        }
        named = ", ".join(f"{name}={pairs[name]}" for name in "isjkl")
        made = [f"order({named})", f"{a}.mixed({x}, {self._effect()}, {self.value('Pubkey', depth - 1)})"]
        made += [
            f"renamed({self.value('Pt', depth - 1)}, {x})",
            f"trimmed({a}, {x})",
        ]
        made += [f"{x}[{self._effect()} % 2:]", f"f'{{{a}.t}}{{bump({a})}}{{rename({a}, {a}.u)}}{{{a}.t}}'"]
        made += [f"({x}, {self._effect()})[0]", f"{x}.strip()"]
        source = self.value("List[str]", depth - 1)
        made += [
            f"first({x}, {self._effect()})",
            f"{x}.encode().decode()",
            f"sorted({x})[0]",
            f"list(reversed({x}))[0]",
        ]
        made += [f"list(zip({x}, {y}))[0][1]", f"list(enumerate({x}))[1][1]", f"{source}.pop()", f"array({x}, {y})[0]"]
        made.append(f"'+'.join({self._element('str', depth, v='str')} for v in {source})")
        return made

    def _bytes(self, depth: int) -> list[str]:
        a = self._card()
        simple = [f"{a}.t.encode()", f"bytes({a}.k)", f"{a}.code()", "b'raw'", *self._known("bytes") * 2]
        if depth <= 0:
            return simple
        x, y = self.value("bytes", depth - 1), self.value("bytes", depth - 1)
        made = [f"same_bytes({x})", f"{x} + {y}", f"{x}[:3]", f"{self.value('str', depth - 1)}.encode()"]
        return [*simple, *made, f"bytes({self.value('Pubkey', depth - 1)})", f"{x}[1:]"]

    def _key(self, depth: int) -> list[str]:
        a = self._card()
        simple = [f"{a}.k", f"{a}.pt.key", f"{a}.owner_key()", f"{a}.key()", *self._known("Pubkey") * 2]
        if depth <= 0:
            return simple
        x = self.value("Pubkey", depth - 1)
        made = [f"same_key({x})", f"rekey({a}, {x})", f"{a}.first().key", "both(a, b)[1]", f"{a}.pt.moved({x})"]
        made += [f"first_key({x}, {self._effect()})", f"array({x}, {a}.k)[1]", f"({x}, {self._effect()})[0]"]
        return [*simple, *made, f"{self.value('List[Pubkey]', depth - 1)}[{self._index()}]"]

    def _int(self, depth: int) -> list[str]:
        a = self._card()
        simple = [f"{a}.n", f"{a}.pt.n", f"u64({self.r.randint(0, 9)})", *self._known("u64") * 2, f"len({a}.t)"]
        if depth <= 0:
            return simple
        x, y = self.value("u64", depth - 1), self.value("u64", depth - 1)
        made = [
            f"bump({a})",
            f"bump({a})",
            f"({x} + {y}) % 97",
            f"len({self.value('str', depth - 1)})",
            f"max({x}, {y})",
        ]
        made += [
            f"sum({self.value('List[u64]', depth - 1)}) % 97",
            f"{self.value('List[u64]', depth - 1)}[{self._index()}]",
        ]
        made += [f"len({self.value('List[str]', depth - 1)})", f"min({x}, bump({a}), {y})", f"total({x})"]
        made += [f"total({x}, s={self.value('str', depth - 1)})", f"total(x={x}, y={self._effect()})"]
        items, texts = self.value("List[u64]", depth - 1), self.value("List[str]", depth - 1)
        made.append(f"sum({self._element('u64', depth, v='u64')} for v in {items}) % 89")
        made.append(f"max({self._element('u64', depth, v='u64')} for v in {items})")
        made += [
            f"grown({texts}, {self.value('str', depth - 1)}, {y})",
            f"{texts}.count({self.value('str', depth - 1)})",
        ]
        return [*simple, *made]

    def _effect(self) -> str:
        """A number, and something that happens when it is evaluated."""
        a = self._card()
        return self.r.choice(
            [f"bump({a})", f"keyed({a}, {a}.n)", f"len(rename({a}, {a}.u))", f"len({a}.take('w'))", "n"]
        )

    def _bool(self, depth: int) -> list[str]:
        t = self.r.choice(["str", "bytes", "Pubkey", "u64"])
        x, y = self.value(t, depth - 1), self.value(t, depth - 1)
        made = [f"{x} == {y}", f"{x} != {y}"]
        if t != "Pubkey":
            made.append(f"{x} < {y}")
        if depth > 0:
            made.append(f"{self.value('str', depth - 1)} in {self.value('List[str]', depth - 1)}")
            made.append(f"{self.value('str', depth - 1)}.startswith({self.value('str', depth - 1)})")
            made += self._logic(depth)
        return made

    def _logic(self, depth: int) -> list[str]:
        p, q = self.value("bool", depth - 1), self.value("bool", depth - 1)
        i, k = (self.value("u64", depth - 1) for _ in range(2))
        j = self.r.choice([*self._known("u64"), f"{self._card()}.n"])
        made = [f"({p} and {q})", f"({p} or {q})", f"(not {p})", f"{i} <= {j} < {k}"]
        t = self.r.choice(list(LISTS))
        inner, source = LISTS[t][0], self.value(t, depth - 1)
        x = self.value(inner, depth - 1)
        made += [
            f"any({self._element('bool', depth, v=inner)} for v in {source})",
            f"{x} in {source}",
            f"{x} not in {source}",
        ]
        return [*made, f"all(v != {x} for v in {source})"]

    def _pt(self, depth: int) -> list[str]:
        a = self._card()
        values = ", ".join(self.value(t, depth - 1) for t in ("str", "Pubkey", "u64"))
        return [f"{a}.pt", f"{a}.first()", f"Pt({values})", f"fresh_point({values})", *self._known("Pt") * 2]

    def _list(self, t: str, depth: int) -> list[str]:
        a = self._card()
        inner, field, _ = LISTS[t]
        simple = [f"{a}.{field}", *self._known(t)]
        if depth <= 0:
            return simple
        source, other = self.value(t, depth - 1), self.value(t, depth - 1)
        items = ", ".join(self.value(inner, depth - 1) for _ in range(self.r.randint(1, 3)))
        made = [
            f"[{items}]",
            f"{source}[:2]",
            f"list(reversed({source}))",
            f"({source} + {other})",
            f"[v for v in {source}]",
        ]
        made.append(f"[{self._element(inner, depth, v=inner)} for v in {source}]")
        made.append(f"list(map(lambda v: {self._element(inner, depth, v=inner)}, {source}))")
        made.append(f"list(filter(lambda v: v != {self.value(inner, 0)}, {source}))")
        made.append(self._sorted(inner, source))
        made.append(f"[{self._element(inner, depth, v=inner, w=inner)} for v, w in zip({source}, {other})]")
        if inner == "str":
            made += [f"{self.value('str', depth - 1)}.split('b')", f"list({self.value('str', depth - 1)})"]
        made.append(
            f"[{self._element(inner, depth, v=inner)} for v in {source} if {self._element('bool', depth, v=inner)}]"
        )
        made.append(f"list({self._element(inner, depth, v=inner)} for v in {source})")
        made.append(f"[{self._element(inner, depth, v=inner, w=inner)} for v in {source}[:2] for w in {other}[:2]]")
        made += [f"{source}.copy()", f"[v for i, v in enumerate({source}) if i != {self._effect()} % 3]"]
        if inner != "Pubkey":
            made.append(f"sorted({self._element(inner, depth, v=inner)} for v in {source})")
        return simple + made

    def _element(self, t: str, depth: int, **names: str) -> str:
        self._names.append(names)
        text = self.value(t, min(depth - 1, 1))
        self._names.pop()
        return text

    def _sorted(self, inner: str, source: str) -> str:
        a = self._card()
        keys = {
            "str": ["v", "same(v)", f"worded({a}, v)", "len(v)"], "Pubkey": ["bytes(v)", "bytes(same_key(v))"],
            "u64": ["v", f"keyed({a}, v)", f"keyed({a}, v)"],
        }[inner]  # fmt: skip
        return f"sorted({source}, key=lambda v: {self.r.choice(keys)}{self.r.choice(['', '', ', reverse=True'])})"
