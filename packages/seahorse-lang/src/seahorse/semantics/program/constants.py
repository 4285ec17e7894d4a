"""The constants that a program tells its clients: those of its modules whose names are in upper case."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator

from seahorse.diagnostics import CompileError
from seahorse.semantics.declarations.constants import fold_symbol
from seahorse.semantics.names.symbols import AddressSymbol, ConstSymbol, ConstValue, ModuleScope
from seahorse.semantics.tree import ConstDecl
from seahorse.semantics.tree.types import I64, I128, PUBKEY, U64, U128, IntType, Type


def told_constants(scopes: Iterable[ModuleScope]) -> list[ConstDecl]:
    """In the order of the source. One that cannot be computed has no use, or was reported where it is used."""
    found: dict[str, ConstDecl] = {}
    for scope in scopes:
        for name, docs in _names(scope.module.tree):
            try:
                symbol = scope.lookup(name)
                value = fold_symbol(symbol) if isinstance(symbol, ConstSymbol) else None
            except CompileError:
                continue
            if value is not None and (told := _declared(name, value, docs)) is not None:
                found.setdefault(name, told)
    return list(found.values())


def _names(module: ast.Module) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Each with the text behind it, which documents it."""
    for i, stmt in enumerate(module.body):
        match stmt:
            case ast.Assign(targets=[ast.Name(id=name)]) | ast.AnnAssign(target=ast.Name(id=name)) if name.isupper():
                after = module.body[i + 1] if i + 1 < len(module.body) else None
                match after:
                    case ast.Expr(value=ast.Constant(value=str() as text)):
                        yield name, tuple(line.strip() for line in text.strip().splitlines())
                    case _:
                        yield name, ()
            case _:
                pass


def _declared(name: str, constant: ConstValue, docs: tuple[str, ...]) -> ConstDecl | None:
    if name.startswith("_"):
        return None
    value = constant.value
    if isinstance(value, AddressSymbol):
        return ConstDecl(name, PUBKEY, value.value, docs)
    t = constant.type if constant.type is not None else _width(value)
    return None if t is None else ConstDecl(name, t, value, docs)


def _width(value: object) -> Type | None:
    """The type of an integer that the source gives no width: 64 bits where they suffice."""
    if not isinstance(value, int):
        return None
    wide: tuple[IntType, ...] = (U64, I64, U128, I128)
    return next((t for t in wide if t.min <= value <= t.max), None)
