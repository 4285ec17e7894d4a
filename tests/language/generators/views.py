"""Random instructions about text, bytes and keys that lie in accounts, and about the order in which things happen.

Parts of accounts come out of methods, functions, lambdas, comprehensions, ternaries and tuples, and are used after what
they came from was written; loops change what they run over, keys of sorts have effects, accounts stand in tuples, and
arguments at every position have effects. Each instruction is a program of Python as it stands.
"""

from __future__ import annotations

from tests.language.generators.view_values import ARGS, LISTS, RETURNS, Values


class ViewGenerator(Values):
    """Makes instructions of one seed."""

    def __init__(self, seed: int) -> None:
        super().__init__(seed)
        self._lines: list[str] = []
        self._indent = 1
        self._count = 0

    def instruction(self, name: str) -> str:
        """The text of one instruction."""
        self._names, self._lines, self._indent, self._count = [dict(ARGS)], [], 1, 0
        returns = self.r.choice(RETURNS)
        for _ in range(self.r.randint(2, 6)):
            self._statement(2)
        if self.r.random() < 0.5:
            self._print()
        if self.r.random() < 0.4:
            self._show_all()
        self._emit(f"return {self.value(returns, 3)}")
        given = ", ".join(f"{n}: {t}" for n, t in ARGS.items())
        return f"@instruction\ndef {name}(a: Card, b: Card, {given}) -> {returns}:\n" + "".join(self._lines) + "\n\n"

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

    # --- statements ---

    def _statement(self, depth: int) -> None:
        simple = [self._declare] * 5 + [self._store] * 6 + [self._swap] * 2 + [self._augment] * 3 + [self._change] * 2
        simple += [self._print, self._call, self._cards, self._assign, self._assign, self._chain, self._delete]
        simple += [
            self._unpack,
            self._exchange,
            self._exchange,
            self._change_variable,
            self._change_variable,
            self._require,
        ]
        nested = [
            self._if,
            self._for,
            self._for,
            self._pairs,
            self._match,
            self._walrus,
            self._branches,
            self._while,
            self._repeat,
        ]
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

    # --- forms that are written with others in plain older Python ---

    def _show_all(self) -> None:
        """Every variable once more: what it holds must be what it held."""
        for name, t in self._names[0].items():
            if t == "Pt":
                self._emit(f"print({name}.name, {name}.key, {name}.n)")
            elif t not in ("Card", "loop"):
                self._emit(f"print({name})")

    def _chain(self) -> None:
        """Several targets of one value."""
        t = self.r.choice(["str", "Pubkey", "u64"])
        places = {"str": ["t", "u", "pt.name"], "Pubkey": ["k", "pt.key"], "u64": ["n", "pt.n"]}[t]
        text = self._short(t, 2)
        targets = [f"{self._card()}.{self.r.choice(places)}", self._fresh(t), f"{self._card()}.{self.r.choice(places)}"]
        self.r.shuffle(targets)
        self._emit(f"{' = '.join(targets[: self.r.randint(2, 3)])} = {text}")
        self._forget_unset(targets)

    def _forget_unset(self, targets: list[str]) -> None:
        """Variables that no line has set are not names that another may use."""
        for name in targets:
            if not any(f"{name} = " in line for line in self._lines[-1:]):
                self._names[-1].pop(name, None)

    def _delete(self) -> None:
        a = self._card()
        field = LISTS[self.r.choice(list(LISTS))][1]
        self._emit(f"if len({a}.{field}) > 1:")
        self._emit(f"    del {a}.{field}[{self.r.choice(['0', '-1', '1', f'bump({a}) % 2', 'n % 3'])}]")

    def _unpack(self) -> None:
        """Tuples taken apart, also in tuples."""
        x, y, z = self.value("str", 2), self.value("Pubkey", 2), self.value("u64", 2)
        v, w = self._fresh("str"), self._fresh("Pubkey")
        form = self.r.choice(["call", "nested", "flat"])
        if form == "call":
            self._emit(f"{v}, {w} = both({self._card()}, {self._card()})")
        elif form == "flat":
            self._emit(f"{v}, {w} = {x}, {y}")
        else:
            self._emit(f"({v}, {self._fresh('u64')}), {w} = ({x}, {z}), {y}")

    def _exchange(self) -> None:
        """Variables that get each other's values, or one that of the other and the other a new one."""
        t = self.r.choice(["str", "bytes", "Pubkey", "u64"])
        known = self._known(t)
        if len(known) < 2:
            self._declare()
            return
        x, y = self.r.sample(known, 2)
        self._emit(f"{x}, {y} = {self.r.choice([y, self.value(t, 2)])}, {x}")

    def _repeat(self) -> None:
        self._emit("for _ in range(u64(2)):")
        self._block(self.r.randint(1, 3), 1)

    def _change_variable(self) -> None:
        """Change an object or list that has a name, and perhaps others."""
        points, lists = self._known("Pt"), [(n, t) for t in LISTS for n in self._known(t)]
        if points and self.r.random() < 0.5:
            p = self.r.choice(points)
            name, t = self.r.choice([("name", "str"), ("key", "Pubkey"), ("n", "u64")])
            self._emit(f"{p}.{name} = {self._short(t, 2)}")
            return
        name, t = self.r.choice(lists)
        item, at = self._short(LISTS[t][0], 2), self._index()
        texts = [f"{name}.append({item})", f"{name}[{at}] = {item}", f"{name}.reverse()", f"{name} += [{item}]"]
        texts += [f"{name}.extend({self._short(t, 1)})", f"del {name}[{at}]", f"{name}.insert({at}, {item})"]
        self._emit(f"if 0 < len({name}) < 5:")
        self._emit(f"    {self.r.choice(texts)}")

    def _require(self) -> None:
        if self.r.random() < 0.3:
            self._emit(f"assert {self.value('bool', 2)}, 'required'")
        else:
            self._declare()

    def _walrus(self) -> None:
        t = self.r.choice(["str", "Pubkey", "u64"])
        text, other = self.value(t, 2), self.value(t, 1)
        self._emit(f"if ({self._fresh(t)} := {text}) {self.r.choice(['==', '!='])} {other}:")
        self._block(self.r.randint(1, 2), 1)

    def _branches(self) -> None:
        """A name that every branch sets."""
        t = self.r.choice(["str", "bytes", "Pubkey", "u64", "Pt", "List[str]"])
        self._count += 1
        name = f"v{self._count}"
        self._emit(f"if {self.value('bool', 2)}:")
        self._block(self.r.randint(0, 1), 1)
        self._emit(f"    {name} = {self.value(t, 2)}")
        self._emit("else:")
        self._block(self.r.randint(0, 1), 1)
        self._emit(f"    {name} = {self.value(t, 2)}")
        self._names[-1][name] = t

    def _while(self) -> None:
        self._count += 1
        limit = f"v{self._count}"
        self._emit(f"{limit} = u64(0)")
        self._emit(f"while {limit} < 3:")
        self._emit(f"    {limit} += 1")
        self._block(self.r.randint(1, 2), 1)
        if self.r.random() < 0.5:
            self._emit(f"    if {self.value('bool', 1)}:")
            self._emit(f"        {self.r.choice(['break', 'continue'])}")

    def _case(self, pattern: str, **names: str) -> None:
        self._indent += 1
        self._emit(f"case {pattern}:")
        self._block(self.r.randint(1, 2), 1, **names)
        self._indent -= 1

    def _match(self) -> None:
        """A match whose captures are parts of what is matched."""
        self._count += 2
        x, y = f"v{self._count - 1}", f"v{self._count}"
        form = self.r.choice(["str", "u64", "Pt", "tuple", "list", "option"])
        if form in ("str", "u64"):
            self._emit(f"match {self.value(form, 2)}:")
            literals = ["'ab' | 'hello'", "'Zz'"] if form == "str" else ["0 | 1", "7"]
            self._case(self.r.choice(literals))
            self._case(f"{x} if {x} {self.r.choice(['==', '<', '!='])} {self.value(form, 1)}", **{x: form})
        elif form == "Pt":
            self._emit(f"match {self.value('Pt', 1)}:")
            self._case(f"Pt(name={x}, key={y}) if {x} != 'ab'", **{x: "str", y: "Pubkey"})
            self._case(f"Pt(n={x})", **{x: "u64"})
        elif form == "tuple":
            self._emit(f"match ({self.value('str', 2)}, {self.value('u64', 2)}):")
            self._case(f"('ab', {x})", **{x: "u64"})
            self._case(f"({x}, {y})", **{x: "str", y: "u64"})
            return
        elif form == "list":
            t = self.r.choice(list(LISTS))
            inner = LISTS[t][0]
            self._emit(f"match {self.value(t, 1)}:")
            self._case(f"[{x}]", **{x: inner})
            self._case(f"[{x}, {y}, *_]", **{x: inner, y: inner})
        else:
            self._emit(f"match {self._card()}.maybe:")
            self._case("None")
            self._case(f"{x}", **{x: "str"})
            return
        if self.r.random() < 0.5:
            self._case("_")
