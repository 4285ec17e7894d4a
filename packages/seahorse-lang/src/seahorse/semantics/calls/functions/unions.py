"""Methods of objects of several classes: the call goes to the class that the object turns out to have."""

from __future__ import annotations

import ast

from seahorse.semantics.calls.functions.arguments import argument, bind, call_user_method, default_nodes
from seahorse.semantics.declarations.annotations import type_of
from seahorse.semantics.declarations.methods import is_static, parameters_of
from seahorse.semantics.expressions.kinds.unions import dispatched
from seahorse.semantics.names.symbols import ClassInfo
from seahorse.semantics.scope.body import BodyChecker
from seahorse.semantics.scope.known import ImplicitCall, Known, class_info
from seahorse.semantics.tree import Expr
from seahorse.semantics.tree.types import UnionType


def call_union_method(body: BodyChecker, node: ast.Call, func: ast.Attribute, receiver: Expr, t: UnionType) -> Expr:
    """`shape.area(...)`. All classes must have the method, with the same parameters."""
    name = func.attr
    infos = [class_info(body, m) for m in t.members]
    for member, info in zip(t.members, infos, strict=True):
        if info is None or name not in info.methods:
            others = [m for m, i in zip(t.members, infos, strict=True) if i is not None and name in i.methods]
            test = others[0] if others else member
            hint = f"define it in each class, or ask first: `if isinstance({ast.unparse(func.value)}, {test}):`"
            raise body.error(func, f"`{member}`, which {t} may be, has no method `{name}`", hint)
    asked = body.checker.infos.get(t.base) if t.base is not None else None
    first = asked if asked is not None and name in asked.methods else infos[0]
    assert first is not None
    syntax, definer = first.methods[name]
    arguments = _arguments(body, node, first, name)
    returns = None if syntax.returns is None else type_of(definer.scope, syntax.returns)

    def one(inner: BodyChecker, known: Known, given: list[Known]) -> Expr:
        info = class_info(inner, known.value.type)
        assert info is not None
        own, _ = info.methods[name]
        names = [a.arg for a in own.args.args if a.arg not in (p.arg for p in own.args.kwonlyargs)][1:]
        by_name = [a.arg for a in own.args.kwonlyargs]
        plain, named = given[: len(names)], given[len(names) :]
        keywords = [ast.copy_location(ast.keyword(k, v), node) for k, v in zip(by_name, named, strict=False)]
        place = ast.copy_location(ast.Attribute(known, name, ast.Load()), func)
        kind = ImplicitCall if isinstance(node, ImplicitCall) else ast.Call
        call = ast.copy_location(kind(place, list(plain), keywords), node)
        return call_user_method(inner, call, place, known.value, info)

    return dispatched(body, node, receiver, t, name, arguments, one, returns)


def _arguments(body: BodyChecker, node: ast.Call, info: ClassInfo, name: str) -> list[tuple[str, Expr]]:
    """The arguments of a call, each with its parameter's name and of its type."""
    syntax, definer = info.methods[name]
    scope = definer.scope
    params = parameters_of(scope, syntax)
    params = params if is_static(scope, syntax) else params[1:]
    defaults = default_nodes(syntax)
    bound = bind(body, node, [p.arg for p in params], list(defaults), name)
    made: list[tuple[str, Expr]] = []
    for param in params:
        if param.annotation is None:
            raise body.error(
                param,
                f"parameter `{param.arg}` has no type",
                f"write `{param.arg}: u64`, or another type",
                scope.module.source.around(param, "", ": u64"),
            )
        t = type_of(scope, param.annotation)
        what = f"parameter `{param.arg}`"
        if param.arg in bound:
            made.append((param.arg, argument(body, bound[param.arg], t, what)))
            continue
        with body.inside(scope):
            made.append((param.arg, body.typed(defaults[param.arg], t, what)))
    return made
