"""Runs functions twice, in the VM and in CPython, and compares: what the language says is what Python does."""

from __future__ import annotations

import copy
import dataclasses
import enum
import math
from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, ClassVar, Final, Generic, Literal, NamedTuple, NewType, Protocol, TypeAlias, TypeVar

from seahorse.testing import Ledger
from seahorse.testing.result import Failed

_HEADER = """from seahorse.prelude import *
declare_id('Fg6PaFpoGXkYsidMpWTK6W2BeZ7FEfcYkg476zPFsLnS')
"""


class Enum(enum.Enum):
    """An enum whose text is its name wherever it stands, as in the language."""

    def __str__(self) -> str:
        return f"{type(self).__name__}.{self.name}"

    __repr__ = __str__


def _shims() -> dict[str, Any]:
    """The prelude's names as plain Python: integers of any size, lists for arrays."""
    names: dict[str, Any] = {f"{s}{b}": int for s in "ui" for b in (8, 16, 32, 64, 128)}
    return names | {
        "f64": float, "List": list, "Tuple": tuple, "Array": lambda items, n: list(items), "array": lambda *items: list(items),
        "String": str, "floor": math.floor, "ceil": math.ceil, "size": lambda s: len(s.encode()), "Optional": None,
        "int_bytes": lambda n, be=False, width=8: list(n.to_bytes(width, "big" if be else "little")),
        "Enum": Enum, "instruction": lambda f: f, "dataclass": dataclass, "IntEnum": enum.IntEnum, "auto": enum.auto,
        "field": dataclasses.field, "replace": dataclasses.replace, "NamedTuple": NamedTuple, "Self": None,
        "TypeVar": TypeVar, "Generic": Generic, "Protocol": Protocol, "ClassVar": ClassVar,
        "Final": Final, "Annotated": Annotated, "Literal": Literal, "NewType": NewType, "TypeAlias": TypeAlias, "TYPE_CHECKING": False,
        "ABC": ABC, "abstractmethod": abstractmethod, "override": lambda f: f,
    }  # fmt: skip


@dataclass
class Compared:
    """A program of instructions without accounts, and the same source in CPython."""

    source: str

    def __post_init__(self) -> None:
        self.ledger = Ledger()
        self.program = self.ledger.deploy_text(_HEADER + self.source)
        self.python: dict[str, Any] = _shims()
        exec(compile("from __future__ import annotations\n" + self.source, "<host>", "exec"), self.python)

    def check(self, name: str, cases: Sequence[tuple[Any, ...]]) -> None:
        """Both give the same value; where Python raises, the program fails."""
        host: Callable[..., Any] = self.python[name]
        arguments = next(i["args"] for i in self.program.idl["instructions"] if i["name"] == name)
        for case in cases:
            given = {a["name"]: v for a, v in zip(arguments, case, strict=True)}
            expected, raised = None, False
            try:
                expected = host(*copy.deepcopy(case))
            except Exception:  # whatever Python raises, the program must refuse
                raised = True
            try:
                found = self.program.call(name, **given)
            except Failed as error:
                if raised:
                    continue
                raise AssertionError(f"{name}{case}: Python gives {expected!r}") from error
            assert not raised, f"{name}{case}: Python raises, the program gives {found.value!r}"
            assert same(found.value, expected), f"{name}{case}: {found.value!r}, Python: {expected!r}"


def same(a: Any, b: Any) -> bool:
    if isinstance(b, float):
        return a == b or (math.isnan(a) and math.isnan(b))
    if isinstance(b, list | tuple):
        return len(a) == len(b) and all(same(x, y) for x, y in zip(a, b, strict=True))
    if isinstance(b, bytes):
        return bytes(a) == b
    return a == b
