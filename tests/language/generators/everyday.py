"""Random functions over the builtins and methods of every day: expressions of known types, nested at random."""

from __future__ import annotations

import random
from collections.abc import Callable

PARAMETERS = {
    "a": "u64", "b": "u64", "i": "i64", "s": "str", "t": "str", "x": "bytes", "xs": "List[u64]", "ys": "List[i64]", "ts": "List[str]",
}  # fmt: skip
WORDS = ["", "a", "ab", "A b", " x\t", "é1", "-12", "0x1f", "a,b,,c", "aXaXa", "日本", "7"]


class Generator:
    """Expressions as text. Each is a value that both Python and the chain can compute, or an error of both."""

    def __init__(self, seed: int) -> None:
        self.r = random.Random(seed)

    def pick(self, options: list[Callable[[], str]]) -> str:
        return self.r.choice(options)()

    def of(self, t: str, depth: int) -> str:
        names = [n for n, of in PARAMETERS.items() if of == t]
        if depth <= 0 and names:
            return self.r.choice(names)
        made: dict[str, Callable[[int], str]] = {
            "u64": self.u64, "i64": self.i64, "str": self.text, "bytes": self.raw, "bool": self.flag,
            "List[u64]": self.numbers, "List[i64]": self.signed, "List[str]": self.texts,
            "Dict[u64, u64]": self.table, "Dict[str, u64]": self.counts, "Set[u64]": self.items, "Set[str]": self.words,
        }  # fmt: skip
        return made[t](depth - 1)

    def small(self) -> str:
        return str(self.r.randrange(9))

    def u64(self, d: int) -> str:
        n, s, xs = (lambda: self.of("u64", d)), (lambda: self.of("str", d)), (lambda: self.of("List[u64]", d))
        table = lambda: self.of("Dict[u64, u64]", d)  # noqa: E731
        return self.pick([
            self.small, lambda: f"({n()} % 1000 + {self.small()})", lambda: f"min({n()}, {n()}, {self.small()})", lambda: f"max({xs()}, default={n()})",
            lambda: f"len({s()})", lambda: f"sum({xs()}, {self.small()})", lambda: f"math.gcd({n()}, {n()})", lambda: f"math.isqrt({n()})",
            lambda: f"pow({n()}, {n()} % 50, {n()} % 97 + 1)", lambda: f"mul_div({n()}, {n()}, {n()} % 100 + 1)", lambda: f"u64(ord(('q' + {s()})[-1]))",
            lambda: f"{s()}.count({s()})", lambda: f"len({table()})", lambda: f"{table()}.get({n()}, {self.small()})",
            lambda: f"sum({table()}.values())", lambda: f"max({table()}, default=0)", lambda: f"len({self.of('Set[u64]', d)})",
            lambda: f"u64({s()})", lambda: f"u64.from_bytes({self.of('bytes', d)}[:8], 'little')", lambda: f"({n()}).bit_count()",
            lambda: f"min({xs()}, key=lambda v: v % 5, default=3)", lambda: f"sum(v % 7 for v in {xs()} if v != {n()})",
            lambda: f"{self.of('Dict[str, u64]', d)}.get({s()}, 9)", lambda: f"divmod({n()}, {n()} % 9 + 1)[1]",
        ])  # fmt: skip

    def i64(self, d: int) -> str:
        n, s = (lambda: self.of("i64", d)), (lambda: self.of("str", d))
        return self.pick([
            lambda: f"i64({self.small()})", lambda: f"({n()} % 99 - 50)", lambda: f"{s()}.find({s()})", lambda: f"{s()}.rfind({s()}, {self.small()})",
            lambda: f"max({n()}, {n()})", lambda: f"min({self.of('List[i64]', d)}, key=abs, default={n()})", lambda: f"abs({n()} % 1000)",
            lambda: f"round({n()} % 1000, -1)", lambda: f"{self.of('bytes', d)}.find({self.of('bytes', d)})", lambda: f"int({s()}, 16)",
        ])  # fmt: skip

    def text(self, d: int) -> str:
        s, n = (lambda: self.of("str", d)), (lambda: self.of("u64", d))
        width = lambda: str(self.r.randrange(12))  # noqa: E731
        return self.pick([
            lambda: repr(self.r.choice(WORDS)), lambda: f"{s()}.zfill({width()})", lambda: f"{s()}.center({width()}, '*')", lambda: f"{s()}.rjust({width()})",
            lambda: f"{s()}.replace({self.r.choice(WORDS[1:])!r}, {s()}, {width()})", lambda: f"{s()}.partition({self.r.choice(WORDS[1:])!r})[2]",
            lambda: f"{s()}.removeprefix({s()})", lambda: f"{s()}.lstrip({s()})", lambda: f"{self.of('bytes', d)}.hex()", lambda: f"hex({n()})",
            lambda: f"bin({n()} % 99)", lambda: f"str({n()})", lambda: f"format({n()}, ',')", lambda: f"format({s()}, '>{width()}')", lambda: f"format({self.of('i64', d)}, '+06')",
            lambda: f"{s()}.join({self.of('List[str]', d)})", lambda: f"max({self.of('List[str]', d)}, key=len, default={s()})", lambda: f"repr({s()})",
            lambda: f"({s()} + {s()})[:{width()}]", lambda: f"str({self.of('Dict[u64, u64]', d)})", lambda: f"str({self.of('Dict[str, u64]', d)})",
            lambda: f"', '.join(str(v) for v in {self.of('List[u64]', d)})", lambda: f"min({s()}, {s()})", lambda: f"({s()} * ({n()} % 3))", lambda: f"chr({n()} % 900)",
        ])  # fmt: skip

    def raw(self, d: int) -> str:
        x = lambda: self.of("bytes", d)  # noqa: E731
        return self.pick([
            lambda: f"{self.of('str', d)}.encode()", lambda: f"({self.of('u64', d)}).to_bytes(8, 'big')", lambda: f"{x()}.replace(b'a', {x()})", lambda: f"({x()} + {x()})",
            lambda: f"{x()}[::-1]", lambda: f"{x()}.strip(b'a\\0')", lambda: f"bytes.fromhex({x()}.hex())", lambda: f"{x()}.rjust(5, b'.')",
            lambda: f"b'-'.join([{x()}, {x()}])", lambda: f"({self.of('i64', d)}).to_bytes(9, 'little', signed=True)",
        ])  # fmt: skip

    def flag(self, d: int) -> str:
        n, s, x = (lambda: self.of("u64", d)), (lambda: self.of("str", d)), (lambda: self.of("bytes", d))
        sets = lambda: self.of("Set[u64]", d)  # noqa: E731
        return self.pick([
            lambda: f"({n()} in {self.of('Dict[u64, u64]', d)})", lambda: f"({n()} in {sets()})", lambda: f"({sets()} <= {sets()})", lambda: f"({sets()} == {sets()})",
            lambda: f"({s()} in {s()})", lambda: f"{s()}.startswith(({s()}, {s()}))", lambda: f"({x()} in {x()})", lambda: f"any({self.of('List[u64]', d)})",
            lambda: f"all(v > 2 for v in {self.of('List[u64]', d)})", lambda: f"({self.of('Dict[u64, u64]', d)} == {self.of('Dict[u64, u64]', d)})",
            lambda: f"{s()}.isspace()", lambda: f"bool({self.of('Set[str]', d)})", lambda: f"({n()} in {self.of('Dict[u64, u64]', d)}.values())",
        ])  # fmt: skip

    def numbers(self, d: int) -> str:
        xs = lambda: self.of("List[u64]", d)  # noqa: E731
        return self.pick([
            lambda: f"[{self.of('u64', d)}, {self.of('u64', d)}]", lambda: f"sorted({xs()}, reverse=True)", lambda: f"sorted({xs()}, key=lambda v: (v % 3, v))",
            lambda: f"[v % 50 for v in {xs()}]", lambda: f"list({self.of('Dict[u64, u64]', d)})", lambda: f"list({self.of('Dict[u64, u64]', d)}.values())",
            lambda: f"sorted({self.of('Set[u64]', d)})", lambda: f"[k + v % 9 for k, v in {self.of('Dict[u64, u64]', d)}.items() if k < 1000]",
            lambda: f"[len(w) for w in {self.of('List[str]', d)}]", lambda: f"list(reversed({xs()}))", lambda: f"[p % 9 + q % 9 for p, q in zip({xs()}, {xs()})]",
        ])  # fmt: skip

    def signed(self, d: int) -> str:
        ys = lambda: self.of("List[i64]", d)  # noqa: E731
        return self.pick([
            lambda: f"[{self.of('i64', d)}, {self.of('i64', d)}]", lambda: f"sorted({ys()}, key=abs)", lambda: f"[v % 10 - 3 for v in {ys()}]",
            lambda: f"{ys()}[1:]", lambda: f"[w.find('a') for w in {self.of('List[str]', d)}]",
        ])  # fmt: skip

    def texts(self, d: int) -> str:
        s, ts = (lambda: self.of("str", d)), (lambda: self.of("List[str]", d))
        return self.pick([
            lambda: f"[{s()}, {s()}]", lambda: f"{s()}.split(',', {self.small()})", lambda: f"{s()}.rsplit(None, 1)", lambda: f"sorted({ts()})",
            lambda: f"sorted({ts()}, key=len, reverse=True)", lambda: f"[w.ljust(3, '.') for w in {ts()}]", lambda: f"sorted({self.of('Set[str]', d)})",
            lambda: f"list({self.of('Dict[str, u64]', d)}.keys())", lambda: f"{s()}.splitlines()",
        ])  # fmt: skip

    def table(self, d: int) -> str:
        t = lambda: self.of("Dict[u64, u64]", d)  # noqa: E731
        return self.pick([
            lambda: f"{{{self.of('u64', d)}: {self.of('u64', d)}, 3: 4}}", lambda: f"{{v: v % 5 for v in {self.of('List[u64]', d)}}}",
            lambda: f"dict(zip({self.of('List[u64]', d)}, {self.of('List[u64]', d)}))", lambda: f"({t()} | {t()})",
            lambda: f"{{k: len(w) for k, w in enumerate({self.of('List[str]', d)})}}", lambda: f"dict.fromkeys({self.of('List[u64]', d)}, 1)",
            lambda: f"{{**{t()}, 7: {self.of('u64', d)}}}",
        ])  # fmt: skip

    def counts(self, d: int) -> str:
        return self.pick([
            lambda: f"{{w: len(w) for w in {self.of('List[str]', d)}}}", lambda: f"{{{self.of('str', d)}: {self.of('u64', d)}, 'a': 1}}",
            lambda: f"dict([({self.of('str', d)}, {self.of('u64', d)})])",
        ])  # fmt: skip

    def items(self, d: int) -> str:
        t = lambda: self.of("Set[u64]", d)  # noqa: E731
        return self.pick([
            lambda: f"set({self.of('List[u64]', d)})", lambda: f"{{v % 4 for v in {self.of('List[u64]', d)}}}", lambda: f"{{{self.of('u64', d)}, 2}}",
            lambda: f"({t()} {self.r.choice('|&-^')} {t()})", lambda: f"{t()}.union({self.of('List[u64]', d)})", lambda: f"set({self.of('Dict[u64, u64]', d)})",
        ])  # fmt: skip

    def words(self, d: int) -> str:
        return self.pick(
            [lambda: f"set({self.of('List[str]', d)})", lambda: f"{{w[:1] for w in {self.of('List[str]', d)}}}"]
        )

    def function(self, name: str) -> str:
        """Statements that change a dict, a set and a list, and a text of what came of it."""
        r = self.r
        lines = [
            f"    d = {self.of('Dict[u64, u64]', 2)}",
            f"    w = {self.of('Set[u64]', 2)}",
            f"    out = {self.of('List[str]', 2)}",
        ]
        for _ in range(r.randrange(1, 5)):
            n = self.of("u64", 2)
            lines.append("    " + r.choice([
                f"d[{n}] = {self.of('u64', 2)}", f"d[{n} % 5] = d.get({n} % 5, 1) + 1", f"d.pop({n}, 0)", f"w.add({n} % 10)", f"w.discard({n})",
                f"d.update({self.of('Dict[u64, u64]', 1)})", f"w {r.choice('|&-^')}= {self.of('Set[u64]', 1)}", f"out.append({self.of('str', 2)})",
                f"out += {self.of('List[str]', 1)}", f"d.setdefault({n}, 5)", f"out.append(str({self.of('bool', 2)}))",
                "for k, v in d.items():\n        out.append(f'{k}-{v % 10}')\n        if k % 3 == 0:\n            w.add(k)",
                f"for k in list(d):\n        if k % 2 == 0:\n            del d[k]\n        else:\n            d[k] += {self.small()}",
                "for k in d:\n        if k % 7 == 0:\n            d[k + 1] = 0",
            ]))  # fmt: skip
        lines += [f"    n = {self.of('i64', 3)}", f"    yes = {self.of('bool', 3)}", f"    last = {self.of('str', 3)}"]
        lines.append("    return f'{d} {sorted(w)} {out} {n} {yes} {last!r}'")
        head = ", ".join(f"{n}: {t}" for n, t in PARAMETERS.items())
        return f"@instruction\ndef {name}({head}) -> str:\n" + "\n".join(lines) + "\n"
