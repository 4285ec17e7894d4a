"""The classes that random functions about objects share, and what such a function is made of."""

from __future__ import annotations

from dataclasses import dataclass, field

HEADER = """from seahorse.prelude import *
declare_id('Fg6PaFpoGXkYsidMpWTK6W2BeZ7FEfcYkg476zPFsLnS')
"""
FIELDS = {
    "Pt": {"x": "i64", "y": "i64"},
    "Item": {"n": "i64", "tag": "str", "pt": "Pt"},
    "Node": {"pt": "Pt", "item": "Item", "k": "i64"},
    "Shed": {
        "item": "Item", "items": "List[Item]", "pts": "Array[Pt, 2]", "best": "Optional[Item]", "row": "List[i64]",
    },
    "Store": {
        "total": "i64", "pt": "Pt", "tag": "str", "last": "Pt", "item": "Item", "box": "Shed", "items": "List[Item]",
        "grid": "List[List[i64]]", "slots": "Array[Item, 2]", "best": "Optional[Item]", "spot": "Optional[Pt]",
        "three": "Array[i64, 3]",
    },
}  # fmt: skip
BASES = {"Store": "(Account)"}
# A class with a constructor of its own; the others are dataclasses, and the account.
NODE = """
    def __init__(self, pt: Pt, item: Item):
        self.pt = pt
        self.item = item
        self.k = 0
"""
CLASSES = ["Pt", "Item", "Node", "Shed"]
SEQUENCES = [
    "List[Item]", "List[Pt]", "List[i64]", "List[List[i64]]", "Array[Pt, 2]", "Array[Item, 2]", "List[Shed]",
    "Array[i64, 3]",
]  # fmt: skip
OPTIONS = ["Optional[Item]", "Optional[Pt]"]
# Several of one kind: what is used often is often.
LOCALS = [*CLASSES[:3] * 2, "Item", "Item", "Pt", "Shed", *SEQUENCES[:4], "List[Item]", *SEQUENCES[4:], *OPTIONS]
RETURNS = ["i64", "str", "Item", "Pt", "List[Item]", "List[Pt]", "Optional[Item]", "Shed", "List[i64]", "Array[Pt, 2]"]
GIVEN = ["i64", "Item", "Pt", "List[Item]", "List[Pt]", "Optional[Item]", "Shed", "List[List[i64]]", "Array[Item, 2]"]
LONGEST = 6


def element(t: str) -> str:
    """What a sequence or an option of this type holds."""
    inner = t[t.index("[") + 1 : -1]
    return inner[: inner.rindex(",")] if t.startswith("Array") else inner


def is_sequence(t: str) -> bool:
    return t.startswith(("List", "Array"))


@dataclass
class Unit:
    """An instruction and what it calls. `methods`: text by class."""

    name: str
    accounts: list[str]
    args: dict[str, str]
    text: str = ""
    functions: list[str] = field(default_factory=list[str])
    methods: dict[str, list[str]] = field(default_factory=dict[str, list[str]])


@dataclass
class Helper:
    name: str
    params: list[str]
    returns: str | None
    owner: str | None


def classes(units: list[Unit]) -> str:
    out: list[str] = []
    for name, fields in FIELDS.items():
        dataclass_ = "" if name in ("Node", *BASES) else "@dataclass\n"
        out.append(f"{dataclass_}class {name}{BASES.get(name, '')}:\n")
        out += [f"    {f}: {t}\n" for f, t in fields.items()]
        out += [NODE] if name == "Node" else []
        out += [m for u in units for m in u.methods.get(name, [])]
    return "".join(out)


def body(units: list[Unit]) -> str:
    """The units in the language and in Python, but for the header."""
    return classes(units) + "".join("".join(u.functions) + u.text for u in units)
