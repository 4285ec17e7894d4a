"""The operations that `library/operations.py` declares: types and facts of each, as the source says them."""

from __future__ import annotations

import ast
from dataclasses import dataclass
from typing import Any

from seahorse.diagnostics import LIBRARY
from seahorse.semantics.tree.types import (
    BOOL,
    BYTES,
    F64,
    INTS,
    NONE,
    PUBKEY,
    STR,
    U256,
    ListType,
    OptionType,
    TupleType,
    Type,
)

SOURCE = LIBRARY / "operations.py"
_NAMES: dict[str, Type] = {
    **INTS,
    "bool": BOOL,
    "bytes": BYTES,
    "f64": F64,
    "Pubkey": PUBKEY,
    "str": STR,
    "u256": U256,
    "None": NONE,
}


@dataclass(frozen=True)
class DeclaredOperation:
    """One declaration. `facts`: how its record differs from that of an operation that only computes. `on_chain`:
    CPython cannot compute it without a virtual machine."""

    name: str
    parameters: dict[str, Type]
    returns: Type
    facts: dict[str, Any]
    on_chain: bool


def declared_in(source: str) -> dict[str, DeclaredOperation]:
    """The declarations of a module, by name. Raises LookupError where one says what an operation cannot have."""
    found = [n for n in ast.parse(source).body if isinstance(n, ast.FunctionDef) and n.decorator_list]
    return {n.name: _declared(n) for n in found}


def _declared(node: ast.FunctionDef) -> DeclaredOperation:
    decorator, args = node.decorator_list[0], node.args
    if not isinstance(decorator, ast.Call) or ast.unparse(decorator.func) != "operation":
        raise _wrong(node, "its decorator is not `@operation(...)`")
    if args.defaults or args.kwonlyargs or args.posonlyargs or args.vararg or args.kwarg:
        raise _wrong(node, "its parameters are not all plain ones without defaults")
    body = node.body[-1]
    return DeclaredOperation(
        node.name,
        {a.arg: _type(node, a.annotation) for a in args.args},
        _type(node, node.returns),
        {str(k.arg): ast.literal_eval(k.value) for k in decorator.keywords},
        isinstance(body, ast.Expr) and ast.unparse(body).startswith("only_on_chain("),
    )


def _type(node: ast.FunctionDef, annotation: ast.expr | None) -> Type:
    match annotation:
        case ast.Constant(value=None):
            return NONE
        case ast.Name(id=name) if name in _NAMES:
            return _NAMES[name]
        case ast.Subscript(value=ast.Name(id="list"), slice=item):
            return ListType(_type(node, item))
        case ast.Subscript(value=ast.Name(id="tuple"), slice=ast.Tuple(elts=items)):
            return TupleType(tuple(_type(node, item) for item in items))
        case ast.BinOp(left=value, op=ast.BitOr(), right=ast.Constant(value=None)):
            return OptionType(_type(node, value))
        case _:
            written = ast.unparse(annotation) if annotation is not None else "a missing annotation"
            raise _wrong(node, f"`{written}` is not among the types of declared operations")


def _wrong(node: ast.FunctionDef, what: str) -> LookupError:
    return LookupError(f"library/operations.py, line {node.lineno}: `{node.name}`: {what}")


DECLARED = declared_in(SOURCE.read_text(encoding="utf-8"))
