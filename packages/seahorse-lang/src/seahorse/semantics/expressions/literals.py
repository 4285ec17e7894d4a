"""Constants, literals of lists and tuples, lambdas, and constants that have a name."""

from __future__ import annotations

import ast
from dataclasses import replace

from seahorse.diagnostics import CompileError, Span, part_of
from seahorse.semantics.declarations.annotations import type_of
from seahorse.semantics.declarations.constants import checked, fold_symbol, literal
from seahorse.semantics.expressions.stars import list_of_parts, without_stars
from seahorse.semantics.inference.unknowns import Unknown
from seahorse.semantics.names.symbols import (
    AddressSymbol,
    ConstSymbol,
    ConstValue,
)
from seahorse.semantics.scope.body import BodyChecker, handles
from seahorse.semantics.tree import (
    ArrayLit,
    BoolLit,
    BytesLit,
    Coerce,
    Expr,
    FloatLit,
    IntLit,
    ListLit,
    Negate,
    NoneLit,
    PubkeyLit,
    StrLit,
    TupleLit,
)
from seahorse.semantics.tree.types import (
    BOOL,
    BYTES,
    F64,
    PUBKEY,
    STR,
    ArrayType,
    FloatType,
    IntType,
    ListType,
    OptionType,
    TupleType,
    Type,
    is_account,
)

# --- literals and constants ---


@handles(ast.Constant)
def constant(body: BodyChecker, node: ast.Constant, expected: Type | None) -> Expr:
    if node.value is None:
        wanted = body.infer.prune(expected) if expected is not None else None
        return NoneLit(wanted if isinstance(wanted, OptionType) else OptionType(body.infer.fresh()), body.span(node))
    value = literal(node.value)
    if value is None:
        raise body.error(node, "this literal is not supported", "write a number, a string, bytes, a bool or None")
    return const_expr(body, checked(body.scope, node, value), body.span(node))


def const_expr(body: BodyChecker, value: ConstValue, span: Span) -> Expr:
    """A folded constant as an expression; an untyped integer gets its type from its use."""
    match value.value:
        case bool() as raw:
            return BoolLit(BOOL, span, raw)
        case int() as raw:
            return IntLit(value.type or body.infer.fresh_int(raw), span, raw)
        case float() as raw:
            return FloatLit(F64, span, raw)
        case str() as raw:
            return StrLit(STR, span, raw)
        case bytes() as raw:
            return BytesLit(BYTES, span, raw)
        case AddressSymbol(value=raw):
            return PubkeyLit(PUBKEY, span, raw)


def const_of(body: BodyChecker, value: Expr) -> ConstValue | None:
    """The constant of an expression that is a literal: the opposite of the above."""
    match value:
        case IntLit(value=raw):
            t = body.type_of(value)
            return ConstValue(raw, t if isinstance(t, IntType) else None)
        case FloatLit(value=raw):
            return ConstValue(raw, F64)
        case StrLit(value=raw):
            return ConstValue(raw, STR)
        case BytesLit(value=raw):
            return ConstValue(raw, BYTES)
        case _:
            return None


def named_constant(body: BodyChecker, symbol: ConstSymbol, node: ast.expr, expected: Type | None) -> Expr:
    """A module constant where it is used: its value, or its expression when that is a list, an enum member, ..."""
    try:
        value = fold_symbol(symbol)
        if value is not None:
            return const_expr(body, value, body.span(node))
        if symbol in body.checker.functions.open_constants:
            raise body.error(node, f"constant `{symbol.name}` is defined by itself", "give it a value")
        return _inlined(body, symbol, node, expected)
    except CompileError as error:
        # Reported where the constant is defined.
        body.checker.report(error)
        raise CompileError([]) from None


def _inlined(body: BodyChecker, symbol: ConstSymbol, node: ast.expr, expected: Type | None) -> Expr:
    constants = body.checker.functions.open_constants
    constants.append(symbol)
    try:
        with body.inside(symbol.scope):
            if symbol.annotation is not None:
                return body.typed(symbol.node, type_of(symbol.scope, symbol.annotation), f"constant `{symbol.name}`")
            found = body.expr(symbol.node, expected)
        part = body.source.part(node)
        return found if part is None else _as_used(found, replace(body.span(node), part=part))
    finally:
        constants.pop()


def _as_used(value: Expr, span: Span) -> Expr:
    """The value of a constant without a type: what its literals become here, they do not become where it is defined."""
    if isinstance(value, TupleLit | ListLit | ArrayLit):
        value.items = [_as_used(item, part_of(span, i)) for i, item in enumerate(value.items)]
    elif not isinstance(value, IntLit | FloatLit | PubkeyLit):
        return value
    value.span = span
    return value


@handles(ast.Lambda)
def lambda_value(body: BodyChecker, node: ast.Lambda, expected: Type | None) -> Expr:
    raise body.error(
        node,
        "functions are not values",
        "keep it in a variable, choose with `if`, or pass it: `f: Callable[[u64], u64]`",
    )


# --- lists, arrays, tuples ---


def joined(
    body: BodyChecker, items: list[Expr], nodes: list[ast.expr], elem: Type | None, what: str
) -> tuple[list[Expr], Type]:
    """Convert items to one type: `elem` if it is known, else the type that all of them convert to."""
    if elem is None:
        elem = items[0].type if items else body.infer.fresh()
        for item, node in zip(items[1:], nodes[1:], strict=True):
            wider = body.infer.join(elem, item.type)
            if wider is None:
                a, b = body.show(elem), body.show(item.type)
                raise body.error(node, f"{what} are {a}, but this is {b}", "convert it: all have one type")
            elem = wider
    return [body.coerce(i, elem, n, what) for i, n in zip(items, nodes, strict=True)], elem


@handles(ast.List)
def list_literal(body: BodyChecker, node: ast.List, expected: Type | None) -> Expr:
    if any(isinstance(e, ast.Starred) for e in node.elts):
        return body.expr(list_of_parts(node), expected)
    wanted = inner_type(body, expected)
    elem = wanted.elem if isinstance(wanted, ListType | ArrayType) else None
    items = [body.expr(e, elem) for e in node.elts]
    converted, elem = joined(body, items, node.elts, elem, "the elements of this list")
    if isinstance(wanted, ArrayType) and wanted.length == len(items):
        return ArrayLit(ArrayType(elem, len(items)), body.span(node), converted)
    check_element(body, node, elem)
    return ListLit(ListType(elem), body.span(node), converted)


def check_element(body: BodyChecker, node: ast.expr, elem: Type) -> None:
    t = body.infer.prune(elem)
    if is_account(t):
        raise body.error(node, "a list cannot hold accounts", "hold their addresses: `.key()`")


def inner_type(body: BodyChecker, expected: Type | None) -> Type | None:
    """The expected type without its Option."""
    if expected is None:
        return None
    t = body.infer.prune(expected)
    t = body.infer.prune(t.inner) if isinstance(t, OptionType) else t
    return None if isinstance(t, Unknown) else t


@handles(ast.Tuple)
def tuple_literal(body: BodyChecker, node: ast.Tuple, expected: Type | None) -> Expr:
    wanted = inner_type(body, expected)
    elts = without_stars(body, node.elts)
    hints = wanted.elems if isinstance(wanted, TupleType) and len(wanted.elems) == len(elts) else None
    items = [body.expr(e, hints[i] if hints else None) for i, e in enumerate(elts)]
    return TupleLit(TupleType(tuple(i.type for i in items)), body.span(node), items)


def negated(body: BodyChecker, node: ast.expr, value: Expr) -> Expr:
    """`-value`."""
    t = body.type_of(value)
    if isinstance(t, IntType) and not t.signed and t.bits < 128:
        # Every value of it has a negative in the next wider type.
        wide = IntType(t.bits * 2, True)
        return Negate(wide, body.span(node), Coerce(wide, value.span, value))
    if isinstance(t, IntType | FloatType) or (isinstance(t, Unknown) and t.numeric):
        return Negate(value.type, body.span(node), value)
    raise body.error(node, f"{body.show(t)} cannot be negated", "negate a signed integer or f64")
