"""Random programs over a class with operators and properties, and classes derived from it: CPython is the oracle."""

from __future__ import annotations

import random

from tests.language.compared import Compared

CLASSES = """
class Vec:
    SCALE = 3
    x: i64
    y: i64

    def __init__(self, x: i64, y: i64) -> None:
        self.x = x
        self.y = y

    @classmethod
    def of(cls, n: i64) -> Self:
        return cls(n, n % 7)

    @property
    def size(self) -> i64:
        return self.weight() * (abs(self.x) + abs(self.y)) % 1000

    @size.setter
    def size(self, n: i64) -> None:
        self.x = n % 100
        self.y = self.x * self.SCALE % 50

    def weight(self) -> i64:
        return 1

    def __add__(self, o: Self) -> Self:
        return self.made(self.x + o.x, self.y + o.y)

    def __sub__(self, o: Self) -> Self:
        return self.made(self.x - o.x, self.y - o.y)

    def __mul__(self, k: i64) -> Self:
        return self.made(self.x * k % 97, self.y * k % 89)

    def __rmul__(self, k: i64) -> Self:
        return self * k

    def __neg__(self) -> Self:
        return self.made(-self.x, -self.y)

    def __iadd__(self, o: Self) -> Self:
        self.x += o.x
        self.y += o.y
        return self

    def __eq__(self, o: object) -> bool:
        return isinstance(o, Vec) and self.x == o.x and self.y == o.y

    def __lt__(self, o: Self) -> bool:
        return (self.x, self.y) < (o.x, o.y)

    def __getitem__(self, i: i64) -> i64:
        return self.x if i == 0 else self.y

    def __setitem__(self, i: i64, n: i64) -> None:
        if i == 0:
            self.x = n
        else:
            self.y = n

    def __bool__(self) -> bool:
        return self.x != self.y

    def __str__(self) -> str:
        return f"<{self.x} {self.y}>"

    @classmethod
    def made(cls, x: i64, y: i64) -> Self:
        return cls(x, y)


class Heavy(Vec):
    SCALE = 5

    def weight(self) -> i64:
        return 2 + self.y % 3

    def __sub__(self, o: Self) -> Self:
        return super().__sub__(o) + self.made(1, 0)

    def __str__(self) -> str:
        return f"heavy {super().__str__()}"
"""


class Writer:
    """Writes one instruction from a seed. `names`: variables of the class that the instruction is about."""

    def __init__(self, seed: int) -> None:
        self.r = random.Random(seed)
        self.kind = self.r.choice(["Vec", "Heavy"])
        self.names = ["a", "b"]
        self.lines = [f"@instruction\ndef run{seed}(m: i64, n: i64) -> str:", "    out: List[str] = []"]
        self.lines += [f"    a = {self.kind}(m, n)", f"    b = {self.kind}.of(n)"]

    def value(self, depth: int = 2) -> str:
        r = self.r
        if depth == 0 or r.random() < 0.3:
            return r.choice([*self.names, f"{self.kind}.of({self.number(0)})"])

        def inner() -> str:
            return self.value(depth - 1)

        return r.choice([
            lambda: f"({inner()} + {inner()})", lambda: f"({inner()} - {inner()})", lambda: f"({inner()} * {self.number(0)})",
            lambda: f"({r.randint(1, 5)} * {inner()})", lambda: f"(-{inner()})",
        ])()  # fmt: skip

    def number(self, depth: int = 1) -> str:
        r = self.r
        name = r.choice(self.names)
        simple = [
            str(r.randint(0, 9)),
            "m",
            "n",
            f"{name}.size",
            f"{name}[{r.randint(0, 1)}]",
            f"{name}.SCALE",
            f"{name}.weight()",
        ]
        return r.choice(simple) if depth == 0 else r.choice([*simple, f"{self.value(1)}.size", f"{self.value(1)}.x"])

    def test(self) -> str:
        return self.r.choice([
            f"{self.value(1)} == {self.value(1)}", f"{self.value(1)} < {self.value(1)}", f"not {self.value(1)}",
            f"{self.value(1)} != {self.value(1)}", f"{self.r.choice(self.names)} and {self.number()} > {self.number()}",
        ])  # fmt: skip

    def statement(self) -> str:
        r, name = self.r, self.r.choice(self.names)
        return r.choice([
            lambda: f"{name} += {self.value(1)}", lambda: f"{name}.size = {self.number()}",
            lambda: f"{name}.size += {self.number()}", lambda: f"{name}[{r.randint(0, 1)}] = {self.number()} % 50",
            lambda: f"{name}[{r.randint(0, 1)}] += {self.number()}", lambda: f"{name} = {self.value()}",
            lambda: f"out.append(f'{{{self.value(1)}}} {{{self.number()}}}')",
            lambda: f"out.append('yes' if {self.test()} else 'no')",
        ])()  # fmt: skip

    def text(self) -> str:
        for i in range(self.r.randint(4, 9)):
            if self.r.random() < 0.25:
                self.lines += [
                    f"    if {self.test()}:",
                    f"        {self.statement()}",
                    "    else:",
                    f"        {self.statement()}",
                ]
            elif self.r.random() < 0.3:
                name = f"v{i}"
                self.lines.append(f"    {name} = {self.r.choice(self.names)}")
                self.names.append(name)
            else:
                self.lines.append(f"    {self.statement()}")
        shown = " ".join(f"{{{n}}}" for n in self.names)
        return "\n".join([*self.lines, f"    return f'{shown} ' + ' '.join(out)", ""])


def test_random_classes() -> None:
    seeds = range(60)
    program = Compared(CLASSES + "\n".join(Writer(seed).text() for seed in seeds))
    for seed in seeds:
        program.check(f"run{seed}", [(m, n) for m in (0, 3, -7, 40) for n in (0, 5, -2)])
