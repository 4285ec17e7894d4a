"""Random short functions that give objects several names: store, share, swap, return and change parts of each other.

A unit is one instruction with the helper functions and methods that it calls. Its text is the language's and
Python's; many units make one program, because the classes are the same for all.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from tests.language.generators.object_units import (
    CLASSES,
    FIELDS,
    GIVEN,
    LOCALS,
    LONGEST,
    OPTIONS,
    RETURNS,
    SEQUENCES,
    Helper,
    Unit,
    element,
    is_sequence,
)


class Generator:
    """Makes one unit at a time, of names that no other of the same prefix has."""

    def __init__(self, seed: int) -> None:
        self.r = random.Random(seed)
        self._scopes: list[dict[str, str]] = []
        self._lines: list[str] = []
        self._helpers: list[Helper] = []
        self._indent = 1
        self._loops = 0
        self._count = 0
        # Places that are known to hold something, with the type of what they hold.
        self._known: list[tuple[str, str]] = []
        self._returns: str | None = None
        # Objects that were used last: what follows is rather about them than about others.
        self._hot: list[str] = []

    # --- units ---

    def unit(self, name: str) -> Unit:
        r = self.r
        accounts = r.choice([[], ["a"], ["a"], ["a", "b"]])
        args = {f"p{i}": t for i, t in enumerate(r.sample(GIVEN, r.randint(0 if accounts else 1, 3)))}
        unit = Unit(name, accounts, args)
        self._helpers = []
        for i in range(r.choice([0, 0, 1, 1, 2])):
            self._helper(unit, f"{name}_{i}")
        params = {**dict.fromkeys(accounts, "Store"), **args}
        self._returns = r.choice([None, *RETURNS])
        self._start(params)
        self._statements(r.randint(2, 6), 2)
        self._end()
        arrow = "None" if self._returns is None else self._returns
        header = f"@instruction\ndef {name}({', '.join(f'{p}: {t}' for p, t in params.items())}) -> {arrow}:\n"
        unit.text = header + "".join(self._lines)
        return unit

    def _start(self, params: dict[str, str]) -> None:
        self._scopes, self._lines, self._known = [dict(params)], [], []
        self._indent, self._loops, self._count = 1, 0, 0
        self._hot = []

    def _end(self) -> None:
        """Show a good part of what there is, then the result."""
        for _ in range(self.r.choice([0, 1, 1, 2])):
            self._print()
        if self._returns is not None:
            self._emit(f"return {self.value(self._returns, 2)}")
        elif not self._lines:
            self._emit("pass")

    def _helper(self, unit: Unit, name: str) -> None:
        r = self.r
        owner = r.choice([None, None, None, *CLASSES, "Store"])
        pool = [*CLASSES, "Item", "Pt", "Store", "Store", *SEQUENCES[:6], *OPTIONS, "i64"]
        types = r.sample(pool, r.randint(1, 2)) + ([r.choice(pool)] if r.random() < 0.3 else [])
        if len(types) == 1 and r.random() < 0.5:
            types *= 2
        types = [owner, *types[:2]] if owner else types
        names = [("self" if owner and not i else f"q{i}") for i in range(len(types))]
        self._returns = r.choice([None, None, "i64", "Item", "Item", "Pt", "List[Item]", "Shed", *types])
        if self._returns == "Store":
            self._returns = None
        self._start(dict(zip(names, types, strict=True)))
        inner = self._helpers
        self._helpers = inner if r.random() < 0.5 else []
        self._statements(r.randint(1, 3), 1)
        if self._returns is not None or not self._lines:
            self._emit("pass" if self._returns is None else f"return {self.value(self._returns, 2)}")
        self._helpers = inner
        pad = "    " if owner else ""
        given = ", ".join(n if n == "self" else f"{n}: {t}" for n, t in zip(names, types, strict=True))
        text = f"{pad}def {name}({given}) -> {self._returns}:\n" + "".join(pad + line for line in self._lines)
        if owner:
            unit.methods.setdefault(owner, []).append(text)
        else:
            unit.functions.append(text)
        self._helpers.append(Helper(name, types, self._returns, owner))

    def _emit(self, line: str) -> None:
        self._lines.append("    " * self._indent + line + "\n")

    def _fresh(self, t: str) -> str:
        self._count += 1
        name = f"v{self._count}"
        self._scopes[-1][name] = t
        return name

    @contextmanager
    def _inside(self, loop: bool = False, **variables: str) -> Iterator[None]:
        self._scopes.append(dict(variables))
        self._indent += 1
        self._loops += loop
        start, known = len(self._lines), list(self._known)
        yield
        if len(self._lines) == start:
            self._emit("pass")
        self._loops -= loop
        self._indent -= 1
        self._known = known
        self._scopes.pop()

    # --- places ---

    def _variables(self) -> list[tuple[str, str]]:
        return [(n, t) for s in self._scopes for n, t in s.items()] + self._known

    def _variable(self, t: str) -> str | None:
        names = [n for s in self._scopes for n, known in s.items() if known == t]
        return self.r.choice(names) if names else None

    def _parts(self, place: str, t: str) -> list[tuple[str, str]]:
        """The places one step below."""
        if t in FIELDS:
            return [(f"{place}.{f}", inner) for f, inner in FIELDS[t].items()]
        if is_sequence(t):
            return [(f"{place}[{self._index()}]", element(t))]
        return [(f"{place}[{i}]", e) for i, e in enumerate(element(t).split(", "))] if t.startswith("Tuple") else []

    def _index(self) -> str:
        numbers = [n for n, t in self._variables() if t == "u64"]
        return self.r.choice([*numbers, *numbers, "0", "0", "-1", "1"])

    def place(self, t: str, below: bool = False) -> str | None:
        """A variable of a type, or a part of one; `below`: only a part."""
        found = list(self._variables())
        level, hits = found, [] if below else [p for p, known in found if known == t]
        for _ in range(3):
            level = [part for p, known in level for part in self._parts(p, known)]
            hits += [p for p, known in level if known == t][:8]
            if len(hits) >= 3 and self.r.random() < 0.6:
                break
        near = [p for p in hits if any(p.startswith(h) or h.startswith(p) for h in self._hot)]
        chosen = near if near and self.r.random() < 0.7 else hits
        if not chosen:
            return None
        place = self.r.choice(chosen)
        if t not in ("i64", "str"):
            self._hot = [*self._hot[-3:], place]
        return place

    # --- values ---

    def value(self, t: str, depth: int) -> str:
        """An expression of a type."""
        simple: dict[str, Callable[[int], str]] = {"i64": self._int, "str": self._str, "bool": self._bool}
        if t in simple:
            return simple[t](depth)
        place = self.place(t)
        if place is not None and self.r.random() < 0.55:
            return place
        if depth > 0 and self.r.random() < 0.3:
            made = self._choice(t, depth) if self.r.random() < 0.4 else self._called(t, depth)
            if made is not None:
                return made
        return self._new(t, depth - 1)

    def _new(self, t: str, depth: int) -> str:
        r = self.r
        if t.startswith("Optional"):
            return "None" if r.random() < 0.3 else self.value(element(t), depth)
        if t == "Node":
            return f"Node({self.value('Pt', depth)}, {self.value('Item', depth)})"
        if t in FIELDS:
            return f"{t}({', '.join(self.value(f, depth) for f in FIELDS[t].values())})"
        if t.startswith("Tuple"):
            return f"({', '.join(self.value(e, depth) for e in element(t).split(', '))})"
        if t.startswith("Array"):
            return f"array({', '.join(self.value(element(t), depth) for _ in range(int(t[-2])))})"
        if t == "List[i64]" or depth <= 0 or r.random() < 0.5:
            return self._listed(t, depth)
        return self._derived(t, depth)

    def _listed(self, t: str, depth: int) -> str:
        least = 0 if t == "List[i64]" else 1
        return f"[{', '.join(self.value(element(t), depth) for _ in range(self.r.randint(least, 2)))}]"

    def _derived(self, t: str, depth: int) -> str:
        """A list that shares items with another."""
        r, inner = self.r, element(t)
        source = self.place(t) or self._listed(t, depth)
        number = {"Item": "v.n", "Pt": "v.y"}.get(inner)
        whole = [f"{source}[{r.choice(['1:', ':2', ':', ':-1'])}]", f"list({source})", f"[v for v in {source}]"]
        whole += [f"{source} + {self._listed(t, depth)}", f"list(reversed({source}))"]
        if number:
            whole += [f"sorted({source}, key=lambda v: {number})", f"[v for v in {source} if {number} > 2]"]
            whole += [f"[{self.value(inner, 1)}] * 2", f"list(filter(lambda v: {number} > 1, {source}))"]
        items = self.place("List[Item]")
        if inner == "Pt" and items:
            whole += [f"[v.pt for v in {items}]", f"list(map(lambda v: v.pt, {items}))"] * 3
        return r.choice(whole)

    def _choice(self, t: str, depth: int) -> str | None:
        a, b = self.place(t), self.place(t) or self._new(t, 0)
        return f"({a} if {self._bool(1)} else {b})" if a and "None" not in (a, b) and a != b else None

    def _called(self, t: str | None, depth: int) -> str | None:
        r = self.r
        made = [h for h in self._helpers if h.returns == t]
        if made and r.random() < 0.8:
            return self._call(r.choice(made), depth)
        sequence = self.place(f"List[{t}]")
        if sequence and t is not None and r.random() < 0.6:
            return f"{sequence}.pop({r.choice(['', '0'])})"
        return None

    def _call(self, helper: Helper, depth: int) -> str | None:
        given: list[str] = []
        for t in helper.params:
            place = self.place(t)
            if t == "Store":
                place = self._variable(t)
                if place is None:
                    return None
            given.append(place if place and (t == "Store" or self.r.random() < 0.85) else self.value(t, depth - 1))
        if helper.owner:
            return f"{given[0]}.{helper.name}({', '.join(given[1:])})"
        return f"{helper.name}({', '.join(given)})"

    def _int(self, depth: int) -> str:
        r = self.r
        place, sequence = self.place("i64"), self.place(r.choice(SEQUENCES[:4]))
        if sequence and r.random() < 0.2:
            return f"i64(len({sequence}))"
        if place and r.random() < 0.6:
            return place if r.random() < 0.5 else f"{place} + {r.randint(1, 9)}"
        return f"i64({r.randint(0, 9)})"

    def _str(self, depth: int) -> str:
        place = self.place("str")
        return place if place and self.r.random() < 0.6 else f"'{self.r.choice('xyz')}'"

    def _bool(self, depth: int) -> str:
        r = self.r
        option, item, items = self.place("Optional[Item]"), self.place("Item"), self.place("List[Item]")
        if option and r.random() < 0.2:
            return f"{option} is {r.choice(['', 'not '])}None"
        if item and r.random() < 0.2:
            other = self.place("Item") or item
            return r.choice([f"{item} == {other}", f"{item} in {items}" if items else f"{item} != {other}"])
        return f"{self._int(0)} {r.choice(['<', '>', '==', '!='])} {r.randint(0, 6)}"

    # --- statements ---

    def _statements(self, count: int, depth: int) -> None:
        for _ in range(count):
            simple = [self._declare] * 4 + [self._assign] * 3 + [self._store] * 5 + [self._leaf] * 5
            simple += [self._change] * 5 + [self._swap, self._unpack, self._print] + [self._statement_call] * 4
            nested = [self._if, self._option, self._option, self._for, self._for, self._for, self._while]
            self.r.choice(nested if depth and self.r.random() < 0.35 else simple)(depth)

    def _declare(self, depth: int) -> None:
        r = self.r
        t = r.choice([*LOCALS, "Tuple[Item, Item]", "Tuple[Pt, Item]"])
        place = self.place(t)
        value = place if place and r.random() < 0.6 else self.value(t, 2)
        annotated = value == "None" or t.startswith("Optional") or r.random() < 0.2
        self._emit(f"{self._fresh(t)}{f': {t}' if annotated else ''} = {value}")

    def _assign(self, depth: int) -> None:
        names = [(n, t) for s in self._scopes for n, t in s.items() if t not in ("Store", "u64") and n != "self"]
        if names:
            name, t = self.r.choice(names)
            self._emit(f"{name} = {self.value(t, 2)}")
            self._forget(name)

    def _store(self, depth: int) -> None:
        t = self.r.choice(LOCALS)
        place = self.place(t, below=True)
        if place:
            self._emit(f"{place} = {self.value(t, 2)}")
            self._forget(place)

    def _forget(self, place: str) -> None:
        """What was known of an option is not known any more."""
        last = place.split(".")[-1]
        self._known = [k for k in self._known if not (k[0] == place or k[0].endswith(f".{last}"))]

    def _leaf(self, depth: int) -> None:
        if self.r.random() < 0.15:
            place = self.place("str", below=True)
            if place:
                self._emit(f"{place} = {self._str(1)}")
            return
        place = self.place("i64", below=True)
        if place:
            text = [f"{place} += {self.r.randint(1, 9)}", f"{place} = {self.r.randint(10, 99)}"]
            self._emit(self.r.choice([*text, f"{place} = {self._int(1)}"]))

    def _change(self, depth: int) -> None:
        """A list changes."""
        r, t = self.r, self.r.choice(["List[Item]", "List[Item]", "List[Pt]", "List[i64]", "List[List[i64]]"])
        place, inner = self.place(t), element(t)
        if place is None:
            return
        grow = [f"append({self.value(inner, 1)})"] * 5 + [f"insert({r.choice('01')}, {self.value(inner, 1)})"] * 2
        grow.append(f"extend({self.value(t, 1)})")
        if r.random() < 0.6:
            if self._loops:
                self._emit(f"if len({place}) < {LONGEST}:")
            self._emit("    " * bool(self._loops) + f"{place}.{r.choice(grow)}")
            return
        other = ["pop()", "pop(0)", "reverse()", "clear()"]
        if inner in ("Item", "Pt"):
            other += [f"sort(key=lambda v: {'v.n' if inner == 'Item' else 'v.x'})"] * 3
            other.append(f"remove({self.value(inner, 1)})")
        self._emit(f"{place}.{r.choice(other)}")

    def _swap(self, depth: int) -> None:
        t = self.r.choice(["Item", "Item", "Pt", "List[Item]", "Shed", "List[i64]"])
        a, b = self.place(t), self.place(t)
        if a and b and a != b and "self" not in (a, b):
            self._emit(f"{a}, {b} = {b}, {a}")

    def _unpack(self, depth: int) -> None:
        a, b = self.r.choice([("Item", "Item"), ("Pt", "Item"), ("List[Item]", "Pt")])
        place = self.place(f"Tuple[{a}, {b}]")
        value = place or f"{self.value(a, 1)}, {self.value(b, 1)}"
        self._emit(f"{self._fresh(a)}, {self._fresh(b)} = {value}")

    def _print(self, depth: int = 0) -> None:
        shown = [p for t in ("i64", "i64", "str", "i64") for p in [self.place(t)] if p]
        shown += [f"len({p})" for p in [self.place("List[Item]")] if p and self.r.random() < 0.4]
        if shown:
            self._emit("print(f'" + " ".join(f"{{{p}}}" for p in shown) + "')")

    def _statement_call(self, depth: int) -> None:
        call = self._call(self.r.choice(self._helpers), 1) if self._helpers else None
        if call:
            self._emit(call)

    # --- blocks ---

    def _if(self, depth: int) -> None:
        self._emit(f"if {self._bool(1)}:")
        with self._inside():
            self._statements(self.r.randint(1, 2), depth - 1)
            self._leave()
        if self.r.random() < 0.4:
            self._emit("else:")
            with self._inside():
                self._statements(1, depth - 1)

    def _leave(self) -> None:
        chance = self.r.random()
        if chance < 0.15:
            self._emit("return" if self._returns is None else f"return {self.value(self._returns, 1)}")
        elif chance < 0.3 and self._loops:
            self._emit(self.r.choice(["break", "continue"]))

    def _option(self, depth: int) -> None:
        r, t = self.r, self.r.choice(OPTIONS)
        place = self.place(t)
        if place is None:
            return
        way = r.choice(["if", "if", "if", "assert", "return"])
        if way == "assert":
            self._emit(f"assert {place} is not None")
        elif way == "return":
            self._emit(f"if {place} is None:")
            with self._inside():
                self._emit("return" if self._returns is None else f"return {self.value(self._returns, 1)}")
        else:
            self._emit(f"if {place} is not None:")
            with self._inside():
                self._known.append((place, element(t)))
                self._statements(r.randint(1, 2), depth - 1)
            return
        self._known.append((place, element(t)))

    def _for(self, depth: int) -> None:
        r, t = self.r, self.r.choice(SEQUENCES)
        source = self.place(t) or self.place("List[Item]")
        if source is None:
            return
        t = t if self.place(t) else "List[Item]"
        source, inner = self.place(t) or source, element(t)
        self._count += 2
        v, w = f"v{self._count - 1}", f"v{self._count}"
        other = self.place("List[Item]")
        forms: list[tuple[str, dict[str, str]]] = [(f"{v} in {source}", {v: inner})] * 3
        forms += [(f"{w}, {v} in enumerate({source})", {w: "u64", v: inner})]
        forms += [(f"{w} in range(len({source}))", {w: "u64"})] * 2
        forms += [(f"{v} in {r.choice([f'reversed({source})', f'list({source})'])}", {v: inner})]
        if t.startswith("List"):
            forms += [(f"{v} in {source}[:2]", {v: inner})]
        if other:
            forms += [(f"{v}, {w} in zip({source}, {other})", {v: inner, w: "Item"})]
        form, variables = r.choice(forms)
        self._emit(f"for {form}:")
        with self._inside(loop=True, **variables):
            self._statements(r.randint(1, 2), depth - 1)
            self._leave()

    def _while(self, depth: int) -> None:
        source = self.place("List[Item]")
        if source is None:
            return
        # Nothing else assigns the counter.
        self._count += 1
        counter = f"n{self._count}"
        self._emit(f"{counter} = i64(0)")
        self._emit(f"while len({source}) > {self.r.randint(0, 2)} and {counter} < 4:")
        with self._inside(loop=True):
            self._emit(f"{counter} += 1")
            name = self._fresh("Item")
            self._emit(f"{name} = {source}.pop()")
            for _ in range(self.r.randint(1, 2)):
                self.r.choice([self._leaf, self._store, self._declare, self._change])(0)

    # --- arguments ---

    def given(self, t: str) -> Any:
        """A random value: mappings for objects."""
        r = self.r
        if t in FIELDS:
            return {f: self.given(inner) for f, inner in FIELDS[t].items()}
        if t.startswith("Optional"):
            return None if r.random() < 0.3 else self.given(element(t))
        if t.startswith("Array"):
            return [self.given(element(t)) for _ in range(int(t[-2]))]
        if t.startswith("List"):
            return [self.given(element(t)) for _ in range(r.choice([1, 2, 2, 2, 3, 3, 3, 0]))]
        return r.choice(["", "p", "qé"]) if t == "str" else r.randint(0, 9)
