"""Operators, indexes, truth and text of the program's own classes: each is a call of the class's special method."""

from __future__ import annotations

import ast
from functools import partial
from typing import Literal

from seahorse.diagnostics import part_of
from seahorse.semantics.declarations.enums import VALUE
from seahorse.semantics.expressions.kinds.unions import dispatched
from seahorse.semantics.expressions.still import in_any_order
from seahorse.semantics.inference.final_types import zonk_function
from seahorse.semantics.names.special_methods import BINARY, COMPARISONS, UNARY
from seahorse.semantics.scope.body import BodyChecker
from seahorse.semantics.scope.known import Known, call_own, class_info, has_method
from seahorse.semantics.scope.made_functions import call_made
from seahorse.semantics.tree import (
    ClassDecl,
    Compare,
    Expr,
    FString,
    Function,
    GetField,
    IntLit,
    Not,
    Return,
    Var,
)
from seahorse.semantics.tree.types import (
    BOOL,
    NONE,
    STR,
    U64,
    ArrayType,
    BoolType,
    ClassType,
    EnumType,
    IterType,
    ListType,
    OptionType,
    StrType,
    TupleType,
    Type,
    UnionType,
)

Comparison = Literal["==", "!=", "<", "<=", ">", ">="]


# --- operators ---


def binary_method(body: BodyChecker, node: ast.BinOp, op: str, left: Expr, right: Expr) -> Expr | None:
    """`left op right` by `__op__` of the left side or `__rop__` of the right; None when neither class has it."""
    name = BINARY[op]
    a, b = Known(left, node.left), Known(right, node.right)
    if has_method(body, left.type, f"__{name}__"):
        return call_own(body, node, a, f"__{name}__", [b])
    if has_method(body, right.type, f"__r{name}__"):
        return call_of_right(body, node, a, b, f"__r{name}__")
    for side, at in ((left, node.left), (right, node.right)):
        if isinstance(body.type_of(side), ClassType):
            shown = body.show(side.type)
            hint = f"define `__{name}__` in class `{shown}`, or write a method with a plain name"
            raise body.error(at, f"`{op}` does not work on {shown}", hint)
    return None


def in_place_method(body: BodyChecker, node: ast.AugAssign, op: str, target: Expr, value: Expr) -> Expr | None:
    """`target op= value` by `__iop__`."""
    name = f"__i{BINARY[op]}__"
    if not has_method(body, target.type, name):
        return None
    return call_own(body, _at(node), Known(target, node.target), name, [Known(value, node.value)])


def _at(node: ast.AugAssign) -> ast.expr:
    return ast.copy_location(ast.Tuple([], ast.Load()), node)


def unary_method(body: BodyChecker, node: ast.UnaryOp, op: str, value: Expr) -> Expr | None:
    """`-x`, `+x`, `~x` by the class's method."""
    if not has_method(body, value.type, UNARY[op]):
        return None
    return call_own(body, node, Known(value, node.operand), UNARY[op], [])


def compare_method(
    body: BodyChecker, node: ast.expr, op: Comparison, left: Expr, right: Expr, nodes: tuple[ast.expr, ast.expr]
) -> Expr | None:
    """`left op right` by the class's own method, by that of the other side, or as `not left == right`."""
    own, mirrored = COMPARISONS[op]
    a, b = Known(left, nodes[0]), Known(right, nodes[1])
    if has_method(body, left.type, own):
        return _bool(body, node, call_own(body, node, a, own, [b]), own)
    if op == "!=" and has_method(body, left.type, "__eq__"):
        return Not(BOOL, body.span(node), _bool(body, node, call_own(body, node, a, "__eq__", [b]), "__eq__"))
    if has_method(body, right.type, mirrored):
        return _bool(body, node, call_of_right(body, node, a, b, mirrored), mirrored)
    return None


def call_of_right(body: BodyChecker, node: ast.expr, left: Known, right: Known, method: str) -> Expr:
    """A method of the right side. Python evaluates the left side first, a call its object."""
    if in_any_order(left.value, right.value):
        return call_own(body, node, right, method, [left])
    # A function that takes both sides in the order of Python.
    name, given = f"{method.strip('_')}_of_the_right", [("left", left.value), ("right", right.value)]
    fill = partial(_fill_of_right, body, node, method)
    return call_made(body, node, ("of the right side", method), name, given, fill)


def _fill_of_right(body: BodyChecker, node: ast.expr, method: str, function: Function) -> None:
    inner = BodyChecker(body.checker, body.scope, NONE)
    inner.name = function.name
    held = [inner.declare(p.name, p.type, function.span) for p in function.params]
    left, right = (Known(Var(p.type, function.span, p), node) for p in held)
    found = call_own(inner, node, right, method, [left])
    function.returns = inner.infer.final(found.type) or found.type
    function.body = [Return(function.span, found)]
    body.checker.functions.calls[function] = inner.calls
    zonk_function(inner.infer, function)


def _bool(body: BodyChecker, node: ast.expr, value: Expr, name: str) -> Expr:
    if not isinstance(body.type_of(value), BoolType):
        raise body.error(node, f"`{name}` gives {body.show(value.type)}", f"write `def {name}(...) -> bool`")
    return value


def number_of(body: BodyChecker, value: Expr, node: ast.expr) -> Expr:
    """A member of an IntEnum or IntFlag as the number that it is in Python; other values as they are."""
    t = body.type_of(value)
    if isinstance(t, ClassType) and t.decl.flags == "IntFlag":
        return GetField(U64, body.span(node), value, VALUE)
    if not (isinstance(t, EnumType) and t.decl.is_int):
        return value
    return call_own(body, node, Known(value, node), VALUE, [])


# --- what Python's own functions ask of an object ---


def truth_method(body: BodyChecker, node: ast.expr, value: Expr) -> Expr | None:
    """`bool(value)` by `__bool__`, or by `__len__`."""
    if has_method(body, value.type, "__bool__"):
        return _bool(body, node, call_own(body, node, Known(value, node), "__bool__", []), "__bool__")
    if has_method(body, value.type, "__len__"):
        length = call_own(body, node, Known(value, node), "__len__", [])
        return Compare(BOOL, body.span(node), "!=", length, IntLit(length.type, body.span(node), 0))
    return None


def length_method(body: BodyChecker, node: ast.expr, value: Expr) -> Expr | None:
    """`len(value)` by `__len__`, or of the fields of a NamedTuple."""
    t = body.type_of(value)
    if is_named_tuple(body, t) and isinstance(t, ClassType):
        return IntLit(U64, body.span(node), len(t.decl.all_fields()))
    return call_own(body, node, Known(value, node), "__len__", []) if has_method(body, t, "__len__") else None


def is_always_true(body: BodyChecker, t: Type) -> bool:
    """Whether Python takes every value of the type for true."""
    t = body.infer.prune(t)
    if isinstance(t, EnumType):
        return not t.decl.is_int and not has_method(body, t, "__bool__")
    return isinstance(t, ClassType) and not is_named_tuple(body, t) and not _sized(body, t)


def _sized(body: BodyChecker, t: Type) -> bool:
    return has_method(body, t, "__bool__") or has_method(body, t, "__len__")


def text_method(
    body: BodyChecker, node: ast.expr, value: Expr, methods: tuple[str, ...] = ("__str__", "__repr__")
) -> Expr | None:
    """`str(value)` by the first of `methods` that there is; None where there is none.

    Raises for a text with a part that has a `__repr__` of its own.
    """
    for name in methods:
        if has_method(body, value.type, name):
            made = call_own(body, node, Known(value, node), name, [])
            if not isinstance(body.type_of(made), StrType):
                raise body.error(node, f"`{name}` gives {body.show(made.type)}", f"write `def {name}(self) -> str`")
            return made
    if isinstance(t := body.type_of(value), UnionType) and any(_has_text(body, m) for m in t.members):

        def one(inner: BodyChecker, known: Known, _: list[Known]) -> Expr:
            own = text_method(inner, node, known.value)
            return FString(STR, body.span(node), [(known.value, None)]) if own is None else own

        return dispatched(body, node, value, t, "text", [], one)
    if isinstance(t := body.type_of(value), EnumType) and t.decl.is_int:
        return number_of(body, value, node)
    found = class_with(body, value.type, "__repr__")
    if found is not None:
        hint = "join the texts of the parts: `', '.join(str(x) for x in items)`"
        raise body.error(node, f"this text would need the `__repr__` of `{found}` for its parts", hint)
    return None


def _has_text(body: BodyChecker, t: Type) -> bool:
    return has_method(body, t, "__str__") or has_method(body, t, "__repr__")


def class_with(body: BodyChecker, t: Type, method: str) -> str | None:
    """The name of a class among the parts of a type that has a method of its own."""
    t = body.infer.prune(t)
    match t:
        case ListType(inner) | ArrayType(inner) | OptionType(inner) | IterType(inner):
            return class_with(body, inner, method)
        case TupleType(elems):
            return next((f for f in (class_with(body, e, method) for e in elems) if f is not None), None)
        case UnionType(members=members):
            return next((f for f in (class_with(body, m, method) for m in members) if f is not None), None)
        case ClassType() | EnumType():
            if has_method(body, t, method):
                return t.name
            fields = t.decl.all_fields() if isinstance(t.decl, ClassDecl) else []
            return next((f for f in (class_with(body, x.type, method) for x in fields) if f is not None), None)
        case _:
            return None


def is_named_tuple(body: BodyChecker, t: Type) -> bool:
    info = class_info(body, t)
    return info is not None and info.is_namedtuple


def named_fields(body: BodyChecker, value: Expr, node: ast.expr) -> list[Expr]:
    """The fields of a NamedTuple that is a variable, in order."""
    t = body.type_of(value)
    assert isinstance(t, ClassType)
    found: list[Expr] = []
    for f in t.decl.all_fields():
        field = body.expr(ast.copy_location(ast.Attribute(Known(value, node), f.name, ast.Load()), node))
        field.span = part_of(value.span, f.name)
        found.append(field)
    return found
