"""Random instructions of many forms: dicts, sets, bytearrays, operators, generics, recursion, functions in functions.

What they hold are parts of accounts, and what they do has effects on them, as in `views.py`.
"""

from __future__ import annotations

from tests.language.generators.form_values import ITEMS, KEYS, NEW_TYPES, OBJECTS, PLAIN, FormValues
from tests.language.generators.view_values import LISTS

SHOWN = {
    "Spot": "str({})",
    "Pair": "{}.s, {}.n",
    "Rank": "{}",
    "Stack[str]": "{}.items",
    "bytearray": "bytes({}).hex()",
}
SHOWN |= {
    "i64": "{}",
    "List[Spot]": "[q.s for q in {}]",
    "List[Pair]": "[q.s for q in {}]",
    "List[Rank]": "[q.s for q in {}]",
}


class FormGenerator(FormValues):
    """Makes instructions of one seed."""

    def __init__(self, seed: int, *, rust: bool = False) -> None:
        super().__init__(seed, rust=rust)
        self._types = [t for t in NEW_TYPES if not (rust and (t in KEYS or t in ITEMS or t == "bytearray"))]
        # Inside of a function of the instruction: a name assigned there would be the function's own.
        self._nested = 0

    def _statement(self, depth: int) -> None:
        simple = [self._new] * 6 + [self._change_new] * 8 + [self._define] * 2 + [self._slices] * 2
        simple += [self._stars, self._swap_new, self._swap_new, self._property, self._property, self._grow]
        simple += [self._several, self._convert, self._convert]
        nested = [
            self._for_new,
            self._for_new,
            self._for_else,
            self._match_new,
            self._leave,
            self._display,
            self._display,
        ]
        choice = self.r.random()
        if self._nested:
            self._inside()
        elif choice < 0.45:
            self.r.choice(simple)()
        elif choice < 0.6 and depth > 0:
            self.r.choice(nested)()
        else:
            super()._statement(depth)

    def _inside(self) -> None:
        choices = [self._store] * 4 + [self._swap, self._augment, self._change, self._print, self._call, self._delete]
        self.r.choice([*choices, self._change_new, self._change_new, self._declare, self._new])()

    def _new(self) -> None:
        t = self.r.choice(self._types)
        text = self.value(t, 2)
        note = f": {t}" if t == "i64" else ""
        self._emit(f"{self._fresh(t)}{note} = {text}")

    def _tell(self, name: str, t: str) -> str | None:
        if t in ITEMS:
            return f"sorted({name})"
        if t in SHOWN:
            return SHOWN[t].replace("{}", name)
        return None if t.startswith("def ") else super()._tell(name, t)

    # --- what changes the objects that have names ---

    def _named(self, *types: str) -> tuple[str, str] | None:
        found = [(n, t) for scope in self._names for n, t in scope.items() if t in types]
        return self.r.choice(found) if found else None

    def _change_new(self) -> None:
        found = self._named(*NEW_TYPES)
        if found is None:
            self._call() if self._nested else self._new()
            return
        name, t = found
        v = lambda t: self.value(t, 2)  # noqa: E731
        if t in KEYS:
            key, item = KEYS[t]
            texts = [f"{name}[{v(key)}] = {v(item)}"] * 3 + [
                f"{name}.update({v(t)})",
                f"{name}.pop({v(key)}, {v(item)})",
            ]
            texts += [f"{name}.setdefault({v(key)}, {v(item)})", f"{name}.popitem()", f"{name}.clear()"]
            texts += [
                f"del {name}[{v(key)}]",
                f"{name}[{v(key)}] += {v(item)}" if key != "Pubkey" else f"print({name}.get({v(key)}, ''))",
            ]
            if t == "Dict[str, List[u64]]":
                texts += [f"{name}.setdefault({v('str')}, []).append({v('u64')} % 9)"] * 3
        elif t in ITEMS:
            item = v(ITEMS[t])
            texts = [
                f"{name}.add({item})",
                f"{name}.discard({item})",
                f"{name}.remove({item})",
                f"{name}.update({v(t)})",
            ]
            texts += [] if self._nested else [f"{name} {self.r.choice('|&-^')}= {v(t)}"]
        elif t in OBJECTS:
            item = v(OBJECTS[t])
            texts = [f"{name}.append({item})", f"{name}[{self._index()}] = {item}", f"{name}.insert(0, {item})"]
            texts += [f"{name}[{self._index()}].s = {v('str')}"] * 2 if t == "List[Spot]" else []
            texts += [f"{name}[0], {name}[-1] = {name}[-1], {name}[0]", f"{name}.reverse()"]
        elif t == "bytearray":
            raw = v("bytes")
            texts = [
                f"{name}.append(7)",
                f"{name}.extend({raw})",
                f"{name}[{self._index()}] = {raw}[0]",
                f"del {name}[{self._index()}]",
            ]
            texts += [f"{name}.pop()", f"{name}.reverse()", f"{name}.insert(0, 5)"] + (
                [] if self._nested else [f"{name} += {raw}"]
            )
        elif t == "Spot":
            texts = [
                f"{name}.s = {v('str')}",
                f"{name}.word = {v('str')}",
                f"{name}[{self._index_number()}] = {v('str')}",
            ]
            texts += [f"{name}({v('str')})", f"{name}.y += {self._effect()} % 9"]
            texts += [] if self._nested else [f"{name} += {v('Spot')}", f"{name} -= {v('Spot')}"]
        elif t == "Stack[str]":
            texts = [f"{name}.push({v('str')})", f"{name}.items[0] = {v('str')}", f"{name}.items.reverse()"]
        else:
            texts = [f"print({self._tell(name, t)})"]
        self._emit(self.r.choice(texts))

    def _swap_new(self) -> None:
        """Parts of accounts and of objects that get each other's values."""
        a, found = self._card(), self._named("Spot", "Stack[str]")
        places = [f"{a}.t", f"{a}.pt.name", f"{self._card()}.u"]
        if found is not None:
            name, t = found
            places += [{"Spot": f"{name}.s", "Stack[str]": f"{name}.items[0]"}[t]] * 4
        x, y = self.r.choice(places), self.r.choice(places)
        read = self.r.choice([y, y, f"{a}.name()", f"{a}.tag"])
        self._emit(f"{x}, {y} = {self._cut(read)}, {self._cut(x)}")

    def _several(self) -> None:
        """Several targets of one value."""
        places = self.r.sample(["a.t", "b.t", "a.u", "b.u", "a.pt.name", "b.pt.name"], 2)
        self._emit(f"{' = '.join(places)} = {self._cut(self.value('str', 2))}")

    def _convert(self) -> None:
        """Parts of a value that are of other types where they go."""
        a, n, m = self._card(), self.value("u64", 2), self.value("u64", 1)
        texts = [f"real, {a}.n = [{n}, {m}]", f"{a}.n, *_, real = [{n}, {m}]", f"{a}.n = real = {n}"]
        text = self.r.choice([*texts, f"told, real = Pair({self.value('str', 1)}, {n})"])
        self._emit("if True:")
        self._emit("    real: f64 = 0.5")
        self._emit("    if n < 1000:")
        self._emit(f"        {text}")
        self._emit("    print(real)")

    def _display(self) -> None:
        """A loop over accounts, with what is evaluated before its first round."""
        t = self.r.choice(["str", "u64", "Pubkey"])
        self._count += 2
        c, v = f"v{self._count - 1}", f"v{self._count}"
        self._emit(f"for {c}, {v} in [(a, {self.value(t, 2)}), (b, {self.value(t, 2)})]:")
        self._emit(f"    {c}." + {"str": f"t = {v}[:12]", "u64": f"n = {v} % 90", "Pubkey": f"k = {v}"}[t])
        self._block(1, 0, **{v: t})

    def _cut(self, text: str) -> str:
        return f"{text}[:12]"

    def _property(self) -> None:
        a = self._card()
        texts = [f"{a}.tag = {self.value('str', 2)}", f"{a}.tag += {self.value('str', 1)}"]
        found = self._named("List[Spot]")
        if found is not None:
            spot = f"{found[0]}[{self._effect()} % 2]"
            texts += [f"{spot}.word = {self.value('str', 2)}", f"{spot}.word += {self.value('str', 1)}"]
            texts += [f"{spot}[n % 2] = {self.value('str', 1)}", f"{spot}.y += {self._effect()} % 9"]
            texts += [f"{spot} += {self.value('Spot', 1)}", f"{spot}[{self._effect()}] += {self.value('str', 1)}"]
        self._emit(self.r.choice(texts))

    def _slices(self) -> None:
        t = self.r.choice(list(LISTS))
        inner, field, _ = LISTS[t]
        known = self._named(t)
        name = known[0] if known is not None and self.r.random() < 0.5 else f"{self._card()}.{field}"
        cut = self.r.choice(["0:1", ":0", "1:", "-1:", "1:2", ":2", "n % 3:"])
        item = self._short(inner, 2)
        self._emit(f"if len({name}) < 5:")
        self._emit(
            "    "
            + self.r.choice([f"{name}[{cut}] = [{item}]", f"{name}[{cut}] = {self._short(t, 1)}", f"del {name}[{cut}]"])
        )

    def _stars(self) -> None:
        t = self.r.choice(list(LISTS))
        inner = LISTS[t][0]
        source = self.value(t, 2)
        x, rest = self._fresh(inner), self._fresh(t)
        self._emit(self.r.choice([f"{x}, *{rest} = {source}", f"*{rest}, {x} = {source}"]))

    def _grow(self) -> None:
        """A walrus in the condition of a loop."""
        self._count += 2
        w, i = f"v{self._count - 1}", f"v{self._count}"
        self._emit(f"{i} = u64(0)")
        text = self.value("str", 2)
        self._names[-1][w] = "str"
        self._emit(f"while ({w} := {text}) != {self.value('str', 0)}:")
        self._emit(f"    {i} += 1")
        self._block(1, 0)
        self._emit(f"    if {i} > 2:")
        self._emit("        break")

    # --- functions of the instruction ---

    def _define(self) -> None:
        """A function or a lambda that sees the variables around it as they are when it is called."""
        t = self.r.choice(PLAIN)
        self._count += 2
        name, x = f"f{self._count - 1}", f"q{self._count}"
        if self._indent > 1:
            self._declare()
            return
        if self.r.random() < 0.35:
            self._names.append({x: t})
            text = self.value(t, 2)
            self._names.pop()
            self._emit(f"{name} = lambda {x}: {text}")
        else:
            self._emit(f"def {name}({x}: {t}) -> {t}:")
            self._nested += 1
            self._names.append({x: t})
            self._indent += 1
            for _ in range(self.r.randint(1, 2)):
                self._inside()
            self._emit(f"return {self.value(t, 2)}")
            self._indent -= 1
            self._names.pop()
            self._nested -= 1
        self._names[0][name] = f"def {t}"

    # --- loops ---

    def _for_new(self) -> None:
        """A loop over what is new, which may be changed within."""
        kinds = [*OBJECTS, "bytes", "keys"]
        t = self.r.choice(kinds if self.rust else [*kinds, *KEYS, *ITEMS, "bytearray"])
        self._count += 2
        v, w = f"v{self._count - 1}", f"v{self._count}"
        if t in KEYS:
            key, item = KEYS[t]
            source = self.value(t, 1)
            form, over, names = self.r.choice([
                (v, source, {v: key}), (f"{v}, {w}", f"{source}.items()", {v: key, w: item}), (v, f"{source}.values()", {v: item}),
                (v, f"list({source})", {v: key}),
            ])  # fmt: skip
        elif t in ITEMS:
            form, over, names = v, f"sorted({self.value(t, 1)})", {v: ITEMS[t]}
        elif t in OBJECTS:
            form, over, names = v, self.value(t, 1), {v: OBJECTS[t]}
        elif t == "keys":
            source, other = self.value("List[Pubkey]", 1), self.value("List[str]", 1)
            form, over, names = f"{v}, {w}", f"zip({source}, {other})", {v: "Pubkey", w: "str"}
        else:
            form, over, names = v, self.value(t, 1), {v: "u8"}
        self._emit(f"for {form} in {over}:")
        self._block(self.r.randint(1, 2), 1, **names)

    def _for_else(self) -> None:
        t = self.r.choice(list(LISTS))
        self._count += 1
        v = f"v{self._count}"
        self._emit(f"for {v} in {self.value(t, 1)}:")
        self._block(1, 1, **{v: LISTS[t][0]})
        self._names.append({v: LISTS[t][0]})
        self._emit(f"    if {self.value('bool', 1)}:")
        self._names.pop()
        self._emit(f"        {self.r.choice(['break', 'continue'])}")
        self._emit("else:")
        self._block(1, 1)

    def _leave(self) -> None:
        """Leave early, sometimes."""
        self._emit(f"if {self.value('bool', 2)} and {self.value('u64', 1)} % 3 == 0:")
        self._block(1, 1)
        self._emit(f"    return {self.value(self._returns, 2)}")

    def _match_new(self) -> None:
        self._count += 2
        x, y = f"v{self._count - 1}", f"v{self._count}"
        form = self.r.choice(["Spot", "Rank", "two", "nested"])
        if form in ("Spot", "Rank"):
            self._emit(f"match {self.value(form, 2)}:")
            self._case(f"{form}(s={x}) if {x} {self.r.choice(['<', '!='])} {self.value('str', 1)}", **{x: "str"})
            number = "x" if form == "Spot" else "n"
            self._case(f"{form}({number}={x}, s='ab' | 'flat')", **{x: "u64"})
            self._case("_")
        elif form == "two":
            self._emit(f"match ({self.value('Pubkey', 2)}, {self.value('str', 2)}):")
            self._case(f"({x}, {y}) if {self._effect()} % 2 == 0", **{x: "Pubkey", y: "str"})
            self._case(f"(_, 'ab' as {y})", **{y: "str"})
            self._case("_")
        else:
            self._emit(f"match ({self.value('u64', 2)}, ({self.value('str', 2)}, {self.value('Pt', 1)})):")
            self._case(f"(0 | 1, ({x}, Pt(name={y})))", **{x: "str", y: "str"})
            self._case(f"({x}, (_, {y}))", **{x: "u64", y: "Pt"})
