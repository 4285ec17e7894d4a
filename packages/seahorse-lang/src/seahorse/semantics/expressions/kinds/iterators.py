"""Objects of the program in loops: `__iter__` gives a list or an object with `__next__`, which ends by StopIteration.

`__next__` becomes a function that gives None where Python raises StopIteration.
"""

from __future__ import annotations

import ast

from seahorse.semantics.names.local_names import LocalNames
from seahorse.semantics.names.symbols import BoundSymbol
from seahorse.semantics.scope.body import BodyChecker
from seahorse.semantics.scope.known import ImplicitCall, Known, call_own, class_info, has_method
from seahorse.semantics.tree import Call, Expr, Function, Local
from seahorse.semantics.tree.types import NONE, ListType, OptionType, Type
from seahorse.syntax.walk import walk_syntax

_ALL = """
def items_of(source: Source) -> Items:
    items: Items = []
    while True:
        found = source.__next__()
        if found is None:
            break
        items.append(found)
    return items
"""
_FIRST = """
def next_of(source: Source) -> Item:
    found = source.__next__()
    assert found is not None, "StopIteration"
    return found
"""
_FIRST_OR = """
def next_or(source: Source, default: Default) -> Default:
    found = source.__next__()
    if found is None:
        return default
    return found
"""


def is_iterated(body: BodyChecker, t: Type) -> bool:
    """Whether objects of a class say themselves what they hold."""
    return has_method(body, t, "__iter__")


def iterator_of(body: BodyChecker, node: ast.expr, value: Expr) -> Expr:
    """The result of `__iter__`: a list, or an object with `__next__`."""
    made = call_own(body, node, Known(value, node), "__iter__", [])
    t = body.type_of(made)
    if not isinstance(t, ListType) and not has_method(body, t, "__next__"):
        hint = (
            "write for example `-> Iterator[u64]`, and `return iter(self.items)`; or give an object that has `__next__`"
        )
        raise body.error(node, f"the `__iter__` of {body.show(value.type)} gives {body.show(t)}", hint)
    return made


def item_of(body: BodyChecker, t: Type) -> Type:
    """The type of what `__next__` gives."""
    info = class_info(body, t)
    assert info is not None
    returns = body.checker.functions.method(info, "__next__").returns
    assert isinstance(returns, OptionType)
    return returns.inner


def all_items(body: BodyChecker, node: ast.expr, iterator: Expr) -> Expr:
    """All that an iterator still gives, as a list."""
    t = body.type_of(iterator)
    if isinstance(t, ListType):
        return iterator
    items = ListType(item_of(body, t))
    return made(body, node, _ALL, {"Source": t, "Items": items}, items, [iterator])


def next_item(body: BodyChecker, node: ast.expr, iterator: Expr, default: Expr | None) -> Expr:
    """`next(iterator)`, and `next(iterator, default)`, whose default is of the type of the result."""
    t = body.type_of(iterator)
    item = item_of(body, t)
    if default is None:
        return made(body, node, _FIRST, {"Source": t, "Item": item}, item, [iterator])
    kind = body.infer.final(default.type) or default.type
    return made(body, node, _FIRST_OR, {"Source": t, "Default": kind}, kind, [iterator, default])


def made(body: BodyChecker, node: ast.expr, text: str, types: dict[str, Type], returns: Type, args: list[Expr]) -> Expr:
    """A call of a function that is written in the language."""
    table = body.checker.functions
    key = (text, *types.values(), body.scope.program)
    function = table.taking.get(key)
    if function is None:
        scope = LocalNames(body.scope, {name: BoundSymbol(t) for name, t in types.items()})
        (syntax,) = _Implicit().visit(ast.parse(text)).body
        assert isinstance(syntax, ast.FunctionDef)
        for part in walk_syntax(syntax):
            if isinstance(part, ast.stmt | ast.expr | ast.arg):
                ast.copy_location(part, node)
        function = Function(syntax.name, body.scope.name, body.span(node), made=True)
        names = [a.arg for a in syntax.args.args]
        function.params = [
            Local(i, n, body.infer.final(a.type) or a.type) for i, (n, a) in enumerate(zip(names, args, strict=True))
        ]
        function.returns = returns
        table.taking[key] = function
        inner = BodyChecker(body.checker, scope, returns)
        inner.name = function.name
        for param in function.params:
            inner.declare(param.name, param.type, function.span)
        table.check_later(function, inner, syntax)
    body.calls.append((function, body.span(node)))
    body.forget_fields()
    return Call(function.returns or NONE, body.span(node), function, args)


class _Implicit(ast.NodeTransformer):
    """Calls that no program writes."""

    def visit_Call(self, node: ast.Call) -> ast.AST:
        self.generic_visit(node)
        return ImplicitCall(node.func, node.args, node.keywords)
