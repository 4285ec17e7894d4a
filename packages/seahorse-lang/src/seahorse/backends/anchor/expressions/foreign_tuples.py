"""Tuples on their way to another program and back: there `declare_program!` makes a struct of each kind of tuple."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from seahorse.backends.anchor.rust.blocks import Match
from seahorse.backends.anchor.rust.calls import RustCall, Tuple
from seahorse.backends.anchor.rust.chains import Method
from seahorse.backends.anchor.rust.exprs import Atom, Closure, RustExpr
from seahorse.idl.types import tuple_name
from seahorse.semantics.tree.types import ArrayType, ListType, OptionType, TupleType, Type

Converter = Callable[[Type, RustExpr], RustExpr]


def holds_tuple(t: Type) -> bool:
    """Whether a value of the type is, or holds, a tuple. Classes are not looked into: their fields convert alone."""
    match t:
        case TupleType():
            return True
        case OptionType(inner=inner) | ListType(elem=inner) | ArrayType(elem=inner):
            return holds_tuple(inner)
        case _:
            return False


def to_foreign(module: str, t: Type, value: RustExpr) -> RustExpr:
    """The value as program `module` declares its type: `(1, 2)` -> `module::types::TupleU8U8(1, 2)`."""
    convert = partial(to_foreign, module)
    if not isinstance(t, TupleType):
        return _inside(t, value, convert)
    name = f"{module}::types::{tuple_name(t)}"
    if isinstance(value, Tuple):
        return RustCall(name, [convert(e, item) for e, item in zip(t.elems, value.items, strict=True)])
    parts = _parts(t)
    return Match(value, [(_pattern(parts), RustCall(name, list(map(convert, t.elems, parts))))])


def from_foreign(module: str, t: Type, value: RustExpr) -> RustExpr:
    """What program `module` gives, as this program has it: `module::types::TupleU8U8(a, b)` -> `(a, b)`."""
    convert = partial(from_foreign, module)
    if not isinstance(t, TupleType):
        return _inside(t, value, convert)
    parts = _parts(t)
    pattern = f"{module}::types::{tuple_name(t)}({', '.join(p.text for p in parts)})"
    return Match(value, [(pattern, Tuple(list(map(convert, t.elems, parts))))])


def _parts(t: TupleType) -> list[Atom]:
    return [Atom(f"part{i}") for i in range(len(t.elems))]


def _pattern(parts: list[Atom]) -> str:
    inner = ", ".join(p.text for p in parts)
    return f"({inner},)" if len(parts) == 1 else f"({inner})"


def _inside(t: Type, value: RustExpr, convert: Converter) -> RustExpr:
    """An option, list or array whose items are converted."""
    match t:
        case OptionType(inner=inner) | ArrayType(elem=inner) if holds_tuple(inner):
            return Method(value, "map", [Closure("item", convert(inner, Atom("item")))])
        case ListType(elem=inner) if holds_tuple(inner):
            mapped = Method(Method(value, "into_iter"), "map", [Closure("item", convert(inner, Atom("item")))])
            return Method(mapped, "collect::<Vec<_>>")
        case _:
            return value
