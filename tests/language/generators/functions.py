"""Random functions, each written twice: in the language, and in Python with every result checked against its type.

The generator knows the type of each expression, so the Python text can say what the language promises: `chk_u8(a + b)`
where the program has `a + b`. A function that raises in Python must fail in the program, and the values must agree.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from tests.language.generators.checked_python import INTS, bounds, join

ALPHABET = ["a", "b", "Z", "0", " ", "é", "語", "🎉", ","]
MAX_DEPTH = 4


class E(NamedTuple):
    """An expression: its text in the language and in Python, and its type (None: an integer literal).

    `const`: an integer that the compiler knows, and would refuse if it did not fit.
    """

    lang: str
    host: str
    type: str | None
    const: bool = False


class Param(NamedTuple):
    name: str
    type: str


@dataclass
class Made:
    """A generated function. `lines`: pairs of a line in the language and in Python."""

    name: str
    params: list[Param]
    returns: str
    lines: list[tuple[str, str]] = field(default_factory=list[tuple[str, str]])

    def text(self, side: int) -> str:
        header = f"def {self.name}({', '.join(f'{p.name}: {p.type}' for p in self.params)}) -> {self.returns}:"
        if side:
            header = f"def {self.name}({', '.join(p.name for p in self.params)}):"
        return "\n".join([header, *(f"    {line[side]}" for line in self.lines)]) + "\n"


class Generator:
    """Makes one function at a time; helpers made before may be called by those made later."""

    def __init__(self, seed: int) -> None:
        self.r = random.Random(seed)
        self.helpers: list[Made] = []
        self._scopes: list[dict[str, str]] = []
        self._fixed: set[str] = set()
        self._lines: list[tuple[str, str]] = []
        self._indent = 0
        self._loops = 0
        self._count = 0

    # --- functions ---

    def function(self, name: str, helper: bool = False) -> Made:
        r = self.r
        kinds = [*r.sample(INTS, 3), r.choice(["bool", r.choice(INTS)]), "str", f"List[{r.choice(INTS)}]", "List[str]"]
        params = [Param(f"p{i}", t) for i, t in enumerate(kinds if not helper else r.sample(kinds, 4))]
        params.append(Param("small", "u8"))
        returns = r.choice([r.choice(INTS), r.choice(INTS), "bool", "str", params[-3].type, f"List[{r.choice(INTS)}]"])
        made = Made(name, params, returns)
        self._scopes, self._lines, self._indent, self._loops = [{p.name: p.type for p in params}], [], 0, 0
        self._fixed, self._count, self._returns = set(), 0, returns
        self._block(r.randint(3, 7), 2)
        self._return()
        made.lines = self._lines
        if helper:
            self.helpers.append(made)
        return made

    def _emit(self, lang: str, host: str | None = None) -> None:
        pad = "    " * self._indent
        self._lines.append((pad + lang, pad + (lang if host is None else host)))

    def _return(self) -> None:
        value = self.expr(self._returns, MAX_DEPTH)
        self._emit(f"return {value.lang}", f"return {value.host}")

    # --- scopes ---

    @contextmanager
    def _inside(self) -> Iterator[None]:
        self._scopes.append({})
        self._indent += 1
        start = len(self._lines)
        yield
        if len(self._lines) == start:
            self._emit("pass")
        self._indent -= 1
        self._scopes.pop()

    def _variables(self, t: str | None = None) -> list[str]:
        return [n for s in self._scopes for n, known in s.items() if t is None or known == t]

    def _type(self, name: str) -> str:
        return next(s[name] for s in self._scopes if name in s)

    def _fresh(self) -> str:
        self._count += 1
        return f"v{self._count}"

    # --- statements ---

    def _block(self, count: int, depth: int) -> None:
        for _ in range(count):
            self._statement(depth)

    def _statement(self, depth: int) -> None:
        r = self.r
        simple = [self._declare, self._declare, self._assign, self._augment, self._mutate, self._mutate, self._swap]
        nested = [self._if, self._if, self._for, self._while]
        r.choice(simple if depth == 0 or r.random() < 0.6 else nested)(depth)

    def _declare(self, depth: int) -> None:
        t = self.r.choice([*INTS, "bool", "str", f"List[{self.r.choice(INTS)}]", "List[str]"])
        value, name = self.expr(t, 3), self._fresh()
        if value.type != t or "[]" in value.lang or self.r.random() < 0.3:
            self._emit(f"{name}: {t} = {value.lang}", f"{name} = keep({value.host})")
        else:
            self._emit(f"{name} = {value.lang}", f"{name} = keep({value.host})")
        self._scopes[-1][name] = t

    def _assignable(self) -> list[str]:
        return [n for n in self._variables() if n not in self._fixed]

    def _assign(self, depth: int) -> None:
        name = self.r.choice(self._assignable())
        value = self.expr(self._type(name), 3)
        self._emit(f"{name} = {value.lang}", f"{name} = keep({value.host})")

    def _augment(self, depth: int) -> None:
        names = [n for n in self._assignable() if self._type(n) in INTS]
        if not names:
            return
        name = self.r.choice(names)
        t, op = self._type(name), self.r.choice(["+", "-", "*", "//", "%"])
        value = self._unknown(t, 2) if op in ("//", "%") else self._int(t, 2)
        if value.type is not None and join(t, value.type) != t:
            return
        self._emit(f"{name} {op}= {value.lang}", f"{name} = chk_{t}({name} {op} {value.host})")

    def _mutate(self, depth: int) -> None:
        names = [n for n in self._variables() if self._type(n).startswith("List") and n not in self._fixed]
        if not names:
            return
        name = self.r.choice(names)
        elem = self._type(name)[5:-1]
        value, index = self.expr(elem, 2), self._index()
        kind = self.r.choice(["append", "append", "insert", "set", "pop", "reverse", "sort", "extend"])
        if kind == "append":
            self._emit(f"{name}.append({value.lang})", f"{name}.append(keep({value.host}))")
        elif kind == "insert":
            self._emit(
                f"{name}.insert({index.lang}, {value.lang})", f"{name}.insert(near({index.host}), keep({value.host}))"
            )
        elif kind == "set":
            self._emit(f"{name}[{index.lang}] = {value.lang}", f"{name}[{index.host}] = keep({value.host})")
        elif kind == "extend":
            self._emit(f"{name}.extend({name}[:3])")
        else:
            self._emit(f"{name}.{kind}()")

    def _swap(self, depth: int) -> None:
        for t in self.r.sample([*INTS, "bool", "str"], 12):
            names = [n for n in self._variables(t) if n not in self._fixed]
            if len(names) >= 2:
                a, b = self.r.sample(names, 2)
                self._emit(f"{a}, {b} = {b}, {a}")
                return

    def _if(self, depth: int) -> None:
        for i in range(self.r.randint(1, 2)):
            test, word = self._bool(2), "elif" if i else "if"
            self._emit(f"{word} {test.lang}:", f"{word} {test.host}:")
            with self._inside():
                self._block(self.r.randint(1, 3), depth - 1)
                self._leave()
        if self.r.random() < 0.6:
            self._emit("else:")
            with self._inside():
                self._block(self.r.randint(1, 3), depth - 1)

    def _leave(self) -> None:
        """Perhaps the end of a block leaves it."""
        chance = self.r.random()
        if chance < 0.1:
            self._return()
        elif chance < 0.3 and self._loops:
            self._emit(self.r.choice(["break", "continue"]))

    def _for(self, depth: int) -> None:
        """Over a range, or the beginning of a list or string: a copy, so that the loop ends."""
        name, r = self._fresh(), self.r
        lists = [n for n in self._variables() if self._type(n).startswith("List")]
        kind = r.choice(["range", "list", "str", "enumerate", "zip", "steps"])
        other, fixed = self._fresh(), {name: "str"}
        if kind == "range" or (kind in ("list", "enumerate", "zip") and not lists):
            t, stop = r.choice(["u8", "i16", "u32", "i64", "u64"]), r.randint(0, 6)
            self._emit(f"for {name} in range({t}({stop})):", f"for {name} in range({stop}):")
            fixed = {name: t}
        elif kind == "steps":
            start, stop, step = r.randint(-8, 8), r.randint(-8, 8), r.choice([-3, -2, -1, 1, 2, 3])
            self._emit(
                f"for {name} in range(i64({start}), {stop}, {step}):", f"for {name} in range({start}, {stop}, {step}):"
            )
            fixed = {name: "i64"}
        elif kind == "str":
            text = self._str(2)
            self._emit(f"for {name} in {text.lang}[:8]:", f"for {name} in {text.host}[:8]:")
        elif kind == "list":
            source = r.choice(lists)
            self._emit(f"for {name} in {source}[:8]:")
            fixed = {name: self._type(source)[5:-1]}
        elif kind == "enumerate":
            source = r.choice(lists)
            self._emit(f"for {name}, {other} in enumerate({source}[:8]):")
            fixed = {name: "u64", other: self._type(source)[5:-1]}
        else:
            a, b = r.choice(lists), r.choice(lists)
            self._emit(f"for {name}, {other} in zip({a}[:8], {b}[:8]):")
            fixed = {name: self._type(a)[5:-1], other: self._type(b)[5:-1]}
        self._loop_body(fixed, depth)

    def _loop_body(self, variables: dict[str, str], depth: int) -> None:
        self._loops += 1
        with self._inside():
            self._scopes[-1].update(variables)
            self._block(self.r.randint(1, 3), depth - 1)
            self._leave()
        self._loops -= 1

    def _while(self, depth: int) -> None:
        """A counter that nothing else assigns bounds it."""
        name, test = self._fresh(), self._bool(1)
        self._emit(f"{name} = u8(0)", f"{name} = 0")
        self._scopes[-1][name] = "u8"
        self._fixed.add(name)
        self._emit(f"while {name} < 5 and {test.lang}:", f"while {name} < 5 and {test.host}:")
        with self._inside():
            self._emit(f"{name} += 1")
            self._loops += 1
            self._block(self.r.randint(1, 3), depth - 1)
            self._leave()
            self._loops -= 1

    # --- expressions ---

    def expr(self, t: str, depth: int) -> E:
        """An expression that converts to `t`."""
        if t in INTS:
            return self._int(t, depth)
        if t == "bool":
            return self._bool(depth)
        return self._str(depth) if t == "str" else self._list(t, depth)

    def _literal(self, t: str) -> E:
        low, high = bounds(t)
        value = self.r.choice(
            [0, 1, 2, 3, 5, 7, 10, 100, 127, 255, 256, -1, -2, -7, high, low, self.r.randint(low, high)]
        )
        value = min(max(value, low), high)
        text = str(value) if value >= 0 else f"({value})"
        return E(text, text, None, True)

    def _exact(self, t: str, depth: int) -> E:
        """An integer expression of exactly this type."""
        value = self._int(t, depth)
        if value.type == t:
            return value
        return E(f"{t}({value.lang})", f"chk_{t}({value.host})", t, value.const)

    def _unknown(self, t: str, depth: int) -> E:
        """The same, and not a constant."""
        value = self._exact(t, depth)
        return E(f"{t}(small)", f"chk_{t}(small)", t) if value.const else value

    def _int(self, t: str, depth: int) -> E:
        r = self.r
        names = [n for n in self._variables() if self._type(n) in INTS and join(self._type(n), t) == t]
        if depth <= 0 or r.random() < 0.2:
            if names and r.random() < 0.75:
                name = r.choice(names)
                return E(name, name, self._type(name))
            return self._literal(t)
        return r.choice(
            [self._binary] * 5 + [self._unary, self._choice, self._convert, self._element, self._measure, self._call]
        )(t, depth - 1)

    def _binary(self, t: str, depth: int) -> E:
        a, b = self._int(t, depth), self._int(t, depth)
        if a.const and b.const:
            a = self._unknown(t, 0)
        of = join(a.type or b.type or t, b.type or a.type or t)
        for side in (a, b):
            if of is None or (side.type is None and not self._fits(side, of)):
                return self._exact(t, depth)
        op = self.r.choice(["+", "+", "-", "-", "*", "//", "%", "&", "|", "^", "min", "max", "<<", ">>", "**"])
        if op in ("min", "max"):
            return E(f"{op}({a.lang}, {b.lang})", f"{op}({a.host}, {b.host})", of)
        if b.const and op in ("//", "%"):
            b = self._unknown(of, 0)
        if op in ("<<", ">>", "**"):
            a = self._unknown(t, 0) if a.const else a
            n = self.r.randint(0, 3 if op == "**" else 9)
            return E(f"({a.lang} {op} {n})", f"chk_{a.type}({a.host} {op} {n})", a.type)
        return E(f"({a.lang} {op} {b.lang})", f"chk_{of}({a.host} {op} {b.host})", of)

    @staticmethod
    def _fits(literal: E, t: str) -> bool:
        low, high = bounds(t)
        return low <= int(literal.host.strip("()")) <= high

    def _unary(self, t: str, depth: int) -> E:
        value = self._unknown(t, depth)
        if t[0] == "i" and self.r.random() < 0.5:
            return E(f"(-{value.lang})", f"chk_{t}(-{value.host})", t)
        return E(f"abs({value.lang})", f"chk_{t}(abs({value.host}))", t)

    def _choice(self, t: str, depth: int) -> E:
        a, b, test = self._exact(t, depth), self._exact(t, depth), self._bool(depth)
        return E(f"({a.lang} if {test.lang} else {b.lang})", f"({a.host} if {test.host} else {b.host})", t)

    def _convert(self, t: str, depth: int) -> E:
        value = self._unknown(self.r.choice(INTS), depth)
        return E(f"{t}({value.lang})", f"chk_{t}({value.host})", t)

    def _index(self) -> E:
        return self._int(self.r.choice(["u8", "i64", "u64"]), 1) if self.r.random() < 0.3 else self._literal_index()

    def _literal_index(self) -> E:
        text = str(self.r.choice([0, 0, 0, 1, 2, -1, -1, -2, 5]))
        return E(text, text, None)

    def _element(self, t: str, depth: int) -> E:
        names = self._variables(f"List[{t}]")
        if not names:
            return self._measure(t, depth)
        name, index = self.r.choice(names), self._index()
        text, host = f"{name}[{index.lang}]", f"{name}[{index.host}]"
        if self.r.random() < 0.4:
            return E(f"sum({name})", f"sum_{t}({name})", t)
        return E(text, host, t)

    def _measure(self, t: str, depth: int) -> E:
        """A length, a count, a position."""
        if self.r.random() < 0.5:
            text, part = self._str(depth), self._str(0)
            what, host = f"{text.lang}.find({part.lang})", f"{text.host}.find({part.host})"
        else:
            item = self._str(depth) if self.r.random() < 0.5 else self._list(f"List[{self.r.choice(INTS)}]", depth)
            if item.lang == "[]" or item.lang.startswith("'"):
                item = E("str(small)", "str(small)", "str")
            what, host = f"len({item.lang})", f"len({item.host})"
        return E(f"{t}({what})", f"chk_{t}({host})", t)

    def _call(self, t: str, depth: int) -> E:
        made = [h for h in self.helpers if h.returns == t]
        if not made:
            return self._convert(t, depth)
        function = self.r.choice(made)
        args = [self.expr(p.type, 1) for p in function.params]
        lang, host = ", ".join(a.lang for a in args), ", ".join(a.host for a in args)
        return E(f"{function.name}({lang})", f"{function.name}({host})", t)

    def _bool(self, depth: int) -> E:
        r = self.r
        names = self._variables("bool")
        if depth <= 0:
            name = r.choice(names) if names and r.random() < 0.8 else r.choice(["True", "False"])
            return E(name, name, "bool")
        kind = r.choice(["compare", "compare", "compare", "and", "or", "not", "text", "in", "chain"])
        if kind in ("and", "or"):
            a, b = self._bool(depth - 1), self._bool(depth - 1)
            return E(f"({a.lang} {kind} {b.lang})", f"({a.host} {kind} {b.host})", "bool")
        if kind == "not":
            a = self._bool(depth - 1)
            return E(f"(not {a.lang})", f"(not {a.host})", "bool")
        op = r.choice(["==", "!=", "<", "<=", ">", ">="])
        if kind == "text":
            a, b = self._str(depth - 1), self._str(depth - 1)
            op = r.choice([op, "in", "not in"])
            return E(f"({a.lang} {op} {b.lang})", f"({a.host} {op} {b.host})", "bool")
        t = r.choice(INTS)
        a, b = self._exact(t, depth - 1), self._int(t, depth - 1)
        if kind == "in":
            items = self._list(f"List[{t}]", depth - 1)
            if items.lang != "[]":
                return E(f"({a.lang} in {items.lang})", f"({a.host} in {items.host})", "bool")
        if kind == "chain":
            names = self._variables(t)
            middle = r.choice(names) if names else "0"
            return E(f"({a.lang} {op} {middle} <= {b.lang})", f"({a.host} {op} {middle} <= {b.host})", "bool")
        return E(f"({a.lang} {op} {b.lang})", f"({a.host} {op} {b.host})", "bool")

    def _str(self, depth: int) -> E:
        r = self.r
        if depth <= 0 or r.random() < 0.3:
            names = self._variables("str")
            if names and r.random() < 0.7:
                name = r.choice(names)
                return E(name, name, "str")
            text = repr("".join(r.choice(ALPHABET) for _ in range(r.randint(0, 4))))
            return E(text, text, "str")
        a = self._str(depth - 1)
        kind = r.choice(["+", "slice", "index", "str", "format", "replace", "strip", "join", "times", "step"])
        if kind == "+":
            b = self._str(depth - 1)
            return E(f"({a.lang} + {b.lang})", f"({a.host} + {b.host})", "str")
        if kind == "index":
            i = self._index()
            return E(f"{a.lang}[{i.lang}]", f"{a.host}[{i.host}]", "str")
        if kind == "str":
            n = self._exact(r.choice(INTS), depth - 1)
            return E(f"str({n.lang})", f"str({n.host})", "str")
        if kind == "join":
            items = self._list("List[str]", depth - 1)
            return E(f"','.join({items.lang})", f"','.join({items.host})", "str")
        if kind == "format":
            return self._format(a, depth - 1)
        suffix = {
            "slice": f"[{self._part()}:{self._part()}]", "step": f"[{self._part()}::{r.choice([-2, -1, 2])}]",
            "replace": f".replace({r.choice(ALPHABET)!r}, {r.choice(ALPHABET)!r})", "strip": ".strip()",
            "times": f" * {r.randint(0, 2)}",
        }[kind]  # fmt: skip
        return E(f"({a.lang}{suffix})", f"({a.host}{suffix})", "str")

    def _part(self) -> str:
        return self.r.choice(["", "", "0", "1", "2", "-1", "-3", "9"])

    def _format(self, text: E, depth: int) -> E:
        """An f-string of variables, so that the quotes of literals do not meet its own."""
        names = [n for n in self._variables() if not self._type(n).startswith("List[str")]
        parts = self.r.sample(names, min(3, len(names)))
        inside = "|".join(f"{{{p}}}" for p in parts)
        return E(f"f'{inside}'", f"f'{inside}'", "str")

    def _list(self, t: str, depth: int) -> E:
        r, elem = self.r, t[5:-1]
        names = self._variables(t)
        if names and (depth <= 0 or r.random() < 0.4):
            name = r.choice(names)
            return E(name, name, t)
        kind = r.choice(["literal", "literal", "slice", "+", "comprehension", "sorted", "step", "copy"])
        if kind == "literal" or depth <= 0 or not names:
            exact = [
                self.expr(elem, depth - 1) if elem == "str" else self._exact(elem, depth - 1)
                for _ in range(r.randint(0, 3))
            ]
            return E(f"[{', '.join(e.lang for e in exact)}]", f"[{', '.join(e.host for e in exact)}]", t)
        name = r.choice(names)
        if kind == "+":
            other = self._list(t, depth - 1)
            return E(f"({name} + {other.lang})", f"({name} + {other.host})", t)
        if kind == "comprehension":
            return self._comprehension(t, elem, depth - 1)
        whole = {
            "slice": f"{name}[{self._part()}:{self._part()}]", "step": f"{name}[::{r.choice([-2, -1, 2, 3])}]",
            "sorted": f"sorted({name})", "copy": f"list(reversed({name}))",
        }[kind]  # fmt: skip
        return E(whole, whole, t)

    def _comprehension(self, t: str, elem: str, depth: int) -> E:
        sources = [n for n in self._variables() if self._type(n).startswith("List")]
        name, source = self._fresh(), self.r.choice(sources)
        self._scopes.append({name: self._type(source)[5:-1]})
        self._fixed.add(name)
        item = self.expr(elem, depth) if elem == "str" else self._exact(elem, depth)
        test = self._bool(1)
        self._scopes.pop()
        tail = f"for {name} in {source}[:6] if "
        return E(f"[{item.lang} {tail}{test.lang}]", f"[{item.host} {tail}{test.host}]", t)

    # --- arguments ---

    def arguments(self, made: Made) -> list[Any]:
        return [self._argument(p.type) for p in made.params]

    def _argument(self, t: str) -> Any:
        r = self.r
        if t in INTS:
            return (
                int(self._literal(t).host.strip("()"))
                if r.random() < 0.6
                else r.randint(*bounds(t)) >> r.randint(0, 120)
                if t[0] == "u"
                else r.randint(-9, 9)
            )
        if t == "bool":
            return r.random() < 0.5
        if t == "str":
            return "".join(r.choice(ALPHABET) for _ in range(r.randint(0, 7)))
        return [self._argument(t[5:-1]) for _ in range(r.randint(0, 5))]
