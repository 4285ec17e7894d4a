"""Random functions that keep many texts, bytes and keys of accounts at once, while other lines write where they lie."""

from __future__ import annotations

import random

from tests.language.view_units import MAKES, TYPES, WRITES

_EXPRESSIONS = ["a.write(t, b.k)", "put(b, t, a.k)", "len(a.t)", "n"]


class KeptViewGenerator:
    """Functions of one seed; the text is the language's and Python's."""

    def __init__(self, seed: int) -> None:
        self.r = random.Random(seed)

    def function(self, name: str) -> str:
        self._variables: list[tuple[str, str]] = []
        self._lists: list[tuple[str, str]] = []
        self._count = 0
        lines = self._block(self.r.randint(5, 10), 1)
        # The text of a key in a list is that of its class, which the host has from another library.
        shown = [v for v, _ in self._variables]
        shown += [f"[str(x) for x in {v}]" if kind == "key" else v for v, kind in self._lists]
        lines += [f"    print({v})" for v in shown]
        return (
            f"@instruction\ndef {name}(a: Card, b: Card, t: str, n: u64) -> str:\n"
            + "\n".join(lines)
            + "\n    return t\n"
        )

    def _block(self, count: int, depth: int) -> list[str]:
        out: list[str] = []
        for _ in range(count):
            out += self._statement(depth)
        return out

    def _fresh(self) -> str:
        self._count += 1
        return f"v{self._count}"

    def _make(self, kind: str) -> str:
        """A value of the kind: made anew or one that is kept, of account a or b."""
        kept = [v for v, k in self._variables if k == kind] + [f"{v}[0]" for v, k in self._lists if k == kind]
        if kept and self.r.random() < 0.4:
            return self.r.choice(kept)
        made = self.r.choice(MAKES[kind])
        return made if self.r.random() < 0.8 else f"first_{kind}({made}, {self.r.choice(_EXPRESSIONS)})"

    def _statement(self, depth: int) -> list[str]:
        r = self.r
        pad = "    " * depth
        kind = r.choice(list(MAKES))
        choice = r.random()
        if choice < 0.3:
            return [pad + w for w in r.choice(WRITES).split("; ")]
        if choice < 0.5 and depth == 1:
            made, name = self._make(kind), self._fresh()
            self._variables.append((name, kind))
            return [f"{pad}{name} = {made}"]
        if choice < 0.6 and depth == 1:
            made, name = [self._make(kind) for _ in range(r.randint(1, 3))], self._fresh()
            self._lists.append((name, kind))
            return [f"{pad}{name} = [{', '.join(made)}]"]
        if choice < 0.75 and self._variables:
            (x, k), y = r.choice(self._variables), r.choice(self._variables)
            if y[1] != k or y[0] == x or r.random() < 0.5:
                return [f"{pad}{x} = {self._make(k)}"]
            return [f"{pad}{x}, {y[0]} = {self._make(k)}, {x}"]
        if choice < 0.85 and self._lists:
            name, k = r.choice(self._lists)
            return [f"{pad}{name}.append({self._make(k)})"]
        if choice < 0.92 and depth < 3:
            head = r.choice(["for i in range(u64(2)):", "if n == 1:", "while n < 3:"])
            step = [f"{pad}    n += 1"] if head.startswith("while") else []
            return [f"{pad}{head}", *step, *self._block(r.randint(1, 3), depth + 1)]
        if r.random() < 0.5:
            return [f"{pad}print({self._make(kind)}, {r.choice(_EXPRESSIONS)}, {self._make(r.choice(list(TYPES)))})"]
        return [f"{pad}print({self._make(kind)} == {self._make(kind)})"]
