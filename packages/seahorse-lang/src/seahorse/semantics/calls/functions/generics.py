"""Calls of generic functions and classes: the arguments say what the type parameters and the protocols stand for."""

from __future__ import annotations

import ast

from seahorse.semantics.calls.functions.arguments import bind, call_function, default_nodes
from seahorse.semantics.declarations.methods import parameters_of
from seahorse.semantics.declarations.typing_forms.generics import note, parameter, parameters_in
from seahorse.semantics.names.symbols import ClassInfo, ClassSymbol, FunctionSymbol, GenericSymbol, ModuleScope
from seahorse.semantics.scope.body import BodyChecker
from seahorse.semantics.scope.known import Known, class_info
from seahorse.semantics.tree import ClassDecl, Expr
from seahorse.semantics.tree.types import Type


def call_generic(body: BodyChecker, node: ast.Call, symbol: FunctionSymbol) -> Expr:
    """A call of a function for the types of its arguments."""
    syntax, scope = symbol.node, symbol.scope
    call, types, of = _types_of_call(body, node, syntax, scope, parameters_of(scope, syntax))
    return call_function(body, call, body.checker.functions.instance(symbol, types, of), scope, syntax, [])


def call_generic_method(
    body: BodyChecker, node: ast.Call, of: tuple[ClassInfo, ClassInfo], syntax: ast.FunctionDef, receiver: list[Expr]
) -> Expr:
    """The same of a method with type parameters of its own. `of`: the class of the object, and the one that defines the
    method. `receiver`: [self], or nothing.
    """
    info, definer = of
    scope = definer.scope
    params = parameters_of(scope, syntax)[len(receiver) :]
    call, types, protocols = _types_of_call(body, node, syntax, scope, params)
    function = body.checker.functions.generic_method(info, definer, syntax, types, protocols)
    return call_function(body, call, function, scope, syntax, receiver)


def _types_of_call(
    body: BodyChecker, node: ast.Call, syntax: ast.FunctionDef, scope: ModuleScope, params: list[ast.arg]
) -> tuple[ast.Call, dict[str, Type], dict[str, Type]]:
    """The call with arguments that are evaluated once, what the type parameters stand for, and the classes of arguments
    for a Protocol.
    """
    if syntax.args.vararg is not None:
        raise body.error(node, "a generic function cannot take `*args`", "take a list: `items: List[T]`")
    bound = bind(body, node, [p.arg for p in params], list(default_nodes(syntax)), syntax.name)
    types: dict[str, Type] = {}
    of: dict[str, Type] = {}
    for param in params:
        given = bound.get(param.arg)
        if given is None or param.annotation is None or not any(parameters_in(scope, param.annotation)):
            continue
        value = body.expr(given)
        bound[param.arg] = Known(value, given)
        t = body.infer.final(value.type)
        if t is None:
            # An empty list or None: the other arguments say of what.
            continue
        protocol = scope.symbol(param.annotation) if isinstance(param.annotation, ast.Name) else None
        if isinstance(protocol, ClassSymbol) and parameter(scope, param.annotation) is not None:
            _has_all(body, given, t, protocol)
            of[param.arg] = t
        else:
            note(scope, param.annotation, t, types)
    keywords = [ast.copy_location(ast.keyword(name, value), node) for name, value in bound.items()]
    return ast.copy_location(ast.Call(node.func, [], keywords), node), types, of


def _has_all(body: BodyChecker, node: ast.expr, t: Type, protocol: ClassSymbol) -> None:
    """Refuse an argument whose class lacks what the Protocol asks for."""
    wanted = protocol.info
    assert isinstance(wanted.decl, ClassDecl)
    info = class_info(body, t)
    decl = info.decl if info is not None else None
    fields = decl.all_fields() if isinstance(decl, ClassDecl) else getattr(decl, "fields", [])
    has = {f.name for f in fields} | (set(info.methods) if info is not None else set[str]())
    missing = [n for n in (*wanted.methods, *(f.name for f in wanted.decl.all_fields())) if n not in has]
    if missing:
        hint = f"define it in `{body.show(t)}`"
        raise body.error(node, f"{body.show(t)} has no `{missing[0]}`, which `{wanted.decl.name}` asks for", hint)


def types_of_arguments(body: BodyChecker, node: ast.Call, symbol: GenericSymbol) -> tuple[dict[str, Type], ast.Call]:
    """What the arguments say of the type parameters, and the call with arguments that are evaluated once."""
    parameters = _annotated(symbol.node)
    types: dict[str, Type] = {}

    def seen(name: str | None, given: ast.expr) -> ast.expr:
        annotation = parameters.get(name or "")
        if annotation is None or not any(parameters_in(symbol.scope, annotation)):
            return given
        value = body.expr(given)
        t = body.infer.final(value.type)
        if t is not None:
            note(symbol.scope, annotation, t, types)
        return Known(value, given)

    args = [seen(name, a) for name, a in zip([*parameters, *[None] * len(node.args)], node.args, strict=False)]
    keywords = [ast.copy_location(ast.keyword(k.arg, seen(k.arg, k.value)), k) for k in node.keywords]
    return types, ast.copy_location(ast.Call(node.func, args, keywords), node)


def _annotated(node: ast.ClassDef) -> dict[str, ast.expr]:
    """The parameters of a class's constructor with their types: of `__init__`, else its fields."""
    for stmt in node.body:
        if isinstance(stmt, ast.FunctionDef) and stmt.name == "__init__":
            params = [*stmt.args.args[1:], *stmt.args.kwonlyargs]
            return {p.arg: p.annotation for p in params if p.annotation is not None}
    fields = (s for s in node.body if isinstance(s, ast.AnnAssign))
    return {s.target.id: s.annotation for s in fields if isinstance(s.target, ast.Name)}
