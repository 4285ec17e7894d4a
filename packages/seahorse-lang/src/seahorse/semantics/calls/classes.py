"""Functions of Python that look at a class: `isinstance` and `replace`."""

from __future__ import annotations

import ast

from seahorse.semantics.calls.builtins.registry import builtin
from seahorse.semantics.calls.dispatch import construct
from seahorse.semantics.calls.functions.arguments import bind
from seahorse.semantics.expressions.effects import has_effects
from seahorse.semantics.expressions.kinds.iterators import made
from seahorse.semantics.expressions.objects import is_named_tuple
from seahorse.semantics.expressions.still import may_write
from seahorse.semantics.names.symbols import ClassInfo, ClassSymbol, EnumSymbol
from seahorse.semantics.scope.body import BodyChecker
from seahorse.semantics.scope.known import Known, class_info
from seahorse.semantics.scope.narrowing import classes_named, members_named
from seahorse.semantics.tree import BoolLit, BoolOp, Expr, GetField, IsMember, IsNone, Unwrap, Var, class_type
from seahorse.semantics.tree.types import BOOL, ClassType, OptionType, Type, UnionType


@builtin("isinstance")
def _isinstance(body: BodyChecker, node: ast.Call, expected: Type | None) -> Expr:
    """The compiler knows the answer. Only of an option the program asks at run time whether it has a value."""
    bound = bind(body, node, ["value", "kind"], [], "isinstance")
    value = body.expr(bound["value"])
    if has_effects(value):
        raise body.error(bound["value"], "`isinstance` takes a variable or a field", "assign it to a variable first")
    named = classes_named(body, bound["kind"])
    held = body.type_of(value)
    union = body.infer.prune(held.inner) if isinstance(held, OptionType) else held
    if isinstance(union, UnionType):
        if named is None:
            raise body.error(bound["kind"], f"{union} holds objects of classes", "name one of its classes")
        return _is_one_of(body, node, value, union, members_named(union, named))
    kinds = bound["kind"].elts if isinstance(bound["kind"], ast.Tuple) else [bound["kind"]]
    t = body.type_of(value)
    inner = body.infer.prune(t.inner) if isinstance(t, OptionType) else t
    found = [_is_a(body, inner, kind) for kind in kinds]
    if isinstance(inner, ClassType):
        # A program that asks for a derived class has objects of several classes.
        for decl in named or []:
            body.infer.unions.want(class_type(decl), inner)
    if isinstance(t, OptionType) and any(found):
        return IsNone(BOOL, body.span(node), value, negate=True)
    return BoolLit(BOOL, body.span(node), any(found))


def _is_one_of(body: BodyChecker, node: ast.Call, value: Expr, t: UnionType, members: list[ClassType]) -> Expr:
    span = body.span(node)
    inner = Unwrap(t, span, value) if isinstance(body.type_of(value), OptionType) else value
    tests: list[Expr] = [IsMember(BOOL, span, inner, m) for m in members]
    found = tests[0] if len(tests) == 1 else BoolOp(BOOL, span, "or", tests) if tests else BoolLit(BOOL, span, False)
    if inner is value:
        return found
    return BoolOp(BOOL, span, "and", [IsNone(BOOL, span, value, negate=True), found])


def _is_a(body: BodyChecker, t: Type, kind: ast.expr) -> bool:
    """Whether values of a type are objects of a class: of its own, or of a base of it."""
    symbol = body.symbol(kind) if isinstance(kind, ast.Name | ast.Attribute) else None
    if not isinstance(symbol, ClassSymbol | EnumSymbol):
        raise body.error(
            kind, "`isinstance` asks for a class of the program", "the types of other values are known: remove the test"
        )
    current: ClassInfo | None = class_info(body, t)
    while current is not None and current.decl is not symbol.info.decl:
        current = current.base
    return current is not None


@builtin("replace")
def _replace(body: BodyChecker, node: ast.Call, expected: Type | None) -> Expr:
    """`replace(value, field=...)`: an object with some fields changed."""
    if len(node.args) != 1:
        raise body.error(node, "`replace` takes an object, and fields by name", "write `replace(value, field=...)`")
    value = body.expr(node.args[0])
    if is_named_tuple(body, value.type):
        name = body.source.text_of(node.args[0])
        fields = ", ".join(body.source.text_of(keyword) for keyword in node.keywords)
        hint, made = f"write `{name}._replace(...)`", body.source.instead(node, f"{name}._replace({fields})")
        raise body.error(node, "`replace` is not for a NamedTuple", hint, made)
    return replaced(body, node, node.args[0], value)


@builtin("tuple with others")
def _named_tuple(body: BodyChecker, node: ast.Call, expected: Type | None) -> Expr:
    """`pair._replace(field=...)`; the first argument is the pair."""
    return replaced(body, node, node.args[0], body.expr(node.args[0]))


def replaced(body: BodyChecker, node: ast.Call, at: ast.expr, value: Expr) -> Expr:
    t = body.type_of(value)
    info = class_info(body, t)
    if not isinstance(t, ClassType) or info is None or not info.is_dataclass:
        raise body.error(at, f"{body.show(t)} is no dataclass", "put `@dataclass` above its class")
    if not _is_place(value) or (
        not isinstance(value, Var) and any(may_write(body.expr(k.value)) for k in node.keywords)
    ):
        return _replaced_once(body, node, value, t)
    given = {k.arg for k in node.keywords}
    kept = [
        ast.keyword(f.name, ast.copy_location(ast.Attribute(Known(value, at), f.name, ast.Load()), node))
        for f in t.decl.all_fields()
        if f.name not in given
    ]
    for keyword in kept:
        ast.copy_location(keyword, node)
    return construct(body, ast.copy_location(ast.Call(node.func, [], [*node.keywords, *kept]), node), info)


def _is_place(value: Expr) -> bool:
    """Whether a value is a variable, or a field of one, of which every field can be read by itself."""
    return isinstance(value, Var) or (isinstance(value, GetField) and _is_place(value.obj))


def _replaced_once(body: BodyChecker, node: ast.Call, value: Expr, t: ClassType) -> Expr:
    """The same of an object that is computed: by a function that takes it and the new fields, in Python's order."""
    fields = {f.name: f.type for f in t.decl.all_fields()}
    bound = bind(body, ast.copy_location(ast.Call(node.func, [], node.keywords), node), [*fields], [*fields], "replace")
    whole = next(n for n in ("whole", *(f"whole{i}" for i in range(len(fields)))) if n not in fields)
    new = {name: body.typed(given, fields[name], f"field `{name}`") for name, given in bound.items()}
    parameters = ", ".join([f"{whole}: Whole", *(f"{n}: Type_{n}" for n in new)])
    values = ", ".join(f"{n}={n if n in new else f'{whole}.{n}'}" for n in fields)
    text = f"def replaced({parameters}) -> Whole:\n    return Whole({values})\n"
    types: dict[str, Type] = {"Whole": t, **{f"Type_{n}": fields[n] for n in new}}
    return made(body, node, text, types, t, [value, *new.values()])
