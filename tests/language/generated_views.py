"""Random instructions about text, bytes and keys that lie in accounts, and about the order in which things happen.

Parts of accounts come out of methods, functions, lambdas, comprehensions, ternaries and tuples, and are used after what
they came from was written; loops change what they run over, keys of sorts have effects, accounts stand in tuples, and
arguments at every position have effects. Each instruction is a program of Python as it stands.
"""

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


"""
ARGS = {"s": "str", "key": "Pubkey", "n": "u64", "ls": "List[str]", "keys": "List[Pubkey]", "ns": "List[u64]"}
RETURNS = ("str", "bytes", "Pubkey", "u64", "bool", "List[str]", "List[Pubkey]", "List[u64]")
LISTS = {"List[str]": ("str", "ts", "ls"), "List[Pubkey]": ("Pubkey", "ks", "keys"), "List[u64]": ("u64", "xs", "ns")}
WORDS = ("", "ab", "hello", "né€", "x y z", "abcab", "Zz")


class ViewGenerator:
    """Makes instructions of one seed."""

    def __init__(self, seed: int) -> None:
        self.r = random.Random(seed)
        self._names: list[dict[str, str]] = []
        self._lines: list[str] = []
        self._indent = 1
        self._count = 0
        self._makers: dict[str, Callable[[int], list[str]]] = {
            "str": self._str, "bytes": self._bytes, "Pubkey": self._key, "u64": self._int, "bool": self._bool,
            "Pt": self._pt,
        }  # fmt: skip

    def instruction(self, name: str) -> str:
        """The text of one instruction."""
        self._names, self._lines, self._indent, self._count = [dict(ARGS)], [], 1, 0
        returns = self.r.choice(RETURNS)
        for _ in range(self.r.randint(2, 6)):
            self._statement(2)
        if self.r.random() < 0.5:
            self._print()
        self._emit(f"return {self.value(returns, 3)}")
        given = ", ".join(f"{n}: {t}" for n, t in ARGS.items())
        return f"@instruction\ndef {name}(a: Card, b: Card, {given}) -> {returns}:\n" + "".join(self._lines) + "\n\n"

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

    # --- lines ---

    def _emit(self, line: str) -> None:
        self._lines.append("    " * self._indent + line + "\n")

    def _fresh(self, t: str) -> str:
        self._count += 1
        name = f"v{self._count}"
        self._names[-1][name] = t
        return name

    def _block(self, count: int, depth: int, **names: str) -> None:
        self._names.append(names)
        self._indent += 1
        for _ in range(count):
            self._statement(depth - 1)
        self._indent -= 1
        self._names.pop()

    def _known(self, t: str) -> list[str]:
        return [n for scope in self._names for n, known in scope.items() if known == t]

    def _card(self) -> str:
        return self.r.choice(["a", "b", *self._known("Card") * 2])

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
        return simple + made

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
        return [*simple, *made, f"len({self.value('List[str]', depth - 1)})", f"min({x}, bump({a}), {y})"]

    def _bool(self, depth: int) -> list[str]:
        t = self.r.choice(["str", "bytes", "Pubkey", "u64"])
        x, y = self.value(t, depth - 1), self.value(t, depth - 1)
        made = [f"{x} == {y}", f"{x} != {y}"]
        if t != "Pubkey":
            made.append(f"{x} < {y}")
        if depth > 0:
            made.append(f"{self.value('str', depth - 1)} in {self.value('List[str]', depth - 1)}")
            made.append(f"{self.value('str', depth - 1)}.startswith({self.value('str', depth - 1)})")
        return made

    def _pt(self, depth: int) -> list[str]:
        a = self._card()
        values = ", ".join(self.value(t, depth - 1) for t in ("str", "Pubkey", "u64"))
        return [f"{a}.pt", f"{a}.first()", f"Pt({values})", *self._known("Pt")]

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
        return f"sorted({source}, key=lambda v: {self.r.choice(keys)})"

    # --- statements ---

    def _statement(self, depth: int) -> None:
        simple = [self._declare] * 5 + [self._store] * 6 + [self._swap] * 2 + [self._augment] * 3 + [self._change] * 2
        simple += [self._print, self._call, self._cards, self._assign]
        nested = [self._if, self._for, self._for, self._pairs]
        self.r.choice(nested if depth > 0 and self.r.random() < 0.3 else simple)()

    def _declare(self) -> None:
        t = self.r.choice(["str", "str", "bytes", "Pubkey", "u64", "List[str]", "List[Pubkey]", "List[u64]", "Pt"])
        text = self.value(t, 2)
        self._emit(f"{self._fresh(t)} = {text}")

    def _assign(self) -> None:
        names = [(n, t) for scope in self._names for n, t in scope.items() if t not in ("Card", "loop")]
        name, t = self.r.choice(names)
        self._emit(f"{name} = {self.value(t, 2)}")

    def _place(self) -> tuple[str, str]:
        a = self._card()
        places = [
            (f"{a}.t", "str"),
            (f"{a}.u", "str"),
            (f"{a}.k", "Pubkey"),
            (f"{a}.n", "u64"),
            (f"{a}.pt.name", "str"),
        ]
        places += [
            (f"{a}.pt.key", "Pubkey"),
            (f"{a}.pt", "Pt"),
            (f"{a}.ts[{self._index()}]", "str"),
            (f"{a}.maybe", "str"),
        ]
        places += [(f"{a}.ks[{self._index()}]", "Pubkey"), (f"{a}.ts", "List[str]"), (f"{a}.ks", "List[Pubkey]")]
        return self.r.choice(places)

    def _short(self, t: str, depth: int) -> str:
        """A value that an account has room for."""
        text = self.value(t, depth)
        return f"({text})[:12]" if t == "str" else f"({text})[:3]" if t in LISTS else text

    def _store(self) -> None:
        place, t = self._place()
        self._emit(f"{place} = {self._short(t, 2)}")

    def _swap(self) -> None:
        t = self.r.choice(["str", "Pubkey"])
        names = {"str": ["t", "u", "pt.name"], "Pubkey": ["k", "pt.key"]}[t]
        x, y = (f"{self._card()}.{self.r.choice(names)}" for _ in range(2))
        self._emit(f"{x}, {y} = {self._short(t, 2)}, {self._short(t, 2)}")

    def _augment(self) -> None:
        a = self._card()
        number = self.value("u64", 2)
        texts = [f"{a}.n += {number} % 9", f"{a}.pt.n += bump({a}) % 9", f"{a}.xs[{self._index()}] += bump({a})"]
        texts += [f"{a}.xs[bump({a}) % 2] += {a}.n % 9", f"{a}.pt.name += {self.value('str', 1)}[:2]"]
        texts += [f"{a}.xs[bump({a}) % 2] = bump({a})"]
        self._emit(self.r.choice(texts))

    def _change(self) -> None:
        a = self._card()
        inner, field, _ = LISTS[self.r.choice(list(LISTS))]
        item = self._short(inner, 2)
        texts = [f"{a}.{field}.append({item})", f"{a}.{field}.insert(0, {item})", f"{a}.{field}.pop()"]
        if inner != "Pubkey":
            texts += [f"{a}.{field}.sort()", f"{a}.{field}.remove({item})"]
        if inner == "u64":
            texts += [f"{a}.xs.sort(key=lambda v: keyed({self._card()}, v))"] * 2
        self._emit(f"if len({a}.{field}) < 6:")
        self._emit(f"    {self.r.choice(texts)}")

    def _print(self) -> None:
        shown = [
            self.value(self.r.choice(["str", "u64", "Pubkey", "List[u64]"]), 1) for _ in range(self.r.randint(1, 3))
        ]
        self._emit(f"print({', '.join(shown)})")

    def _call(self) -> None:
        a = self._card()
        calls = [f"rename({a}, {self.value('str', 2)})", f"rekey({a}, {self.value('Pubkey', 2)})", f"bump({a})"]
        self._emit(self.r.choice([*calls, f"{a}.take({self.value('str', 2)})"]))

    def _cards(self) -> None:
        """Accounts in a tuple, taken apart or kept."""
        test = self.value("bool", 1)
        x, y = self._fresh("Card"), self._fresh("Card")
        self._emit(f"{x}, {y} = (a, b) if {test} else (b, a)")
        self._emit(
            self.r.choice([f"{x}.n += 1", f"{x}.t = {self._short('str', 1)}", f"{y}.k = {self.value('Pubkey', 1)}"])
        )

    def _if(self) -> None:
        self._emit(f"if {self.value('bool', 2)}:")
        self._block(self.r.randint(1, 2), 1)
        if self.r.random() < 0.4:
            self._emit("else:")
            self._block(1, 1)

    def _for(self) -> None:
        """A loop that may change what it runs over."""
        t = self.r.choice(["str", *LISTS])
        inner = LISTS[t][0] if t in LISTS else "str"
        source = self.value(t, 1)
        self._count += 2
        v, i = f"v{self._count - 1}", f"v{self._count}"
        form, names = self.r.choice([(v, {v: inner}), (v, {v: inner}), (f"{i}, {v}", {v: inner, i: "u64"})])
        self._emit(f"for {form} in {source if len(names) == 1 else f'enumerate({source})'}:")
        self._block(self.r.randint(1, 2), 1, **names)

    def _pairs(self) -> None:
        """A loop over accounts in tuples."""
        self._count += 2
        x, y = f"v{self._count - 1}", f"v{self._count}"
        self._emit(f"for {x}, {y} in [(a, b), (b, a)]:")
        self._block(self.r.randint(1, 2), 1, **{x: "Card", y: "Card"})
