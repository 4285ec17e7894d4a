"""`*values` in a call, a list or a tuple."""

from __future__ import annotations

import ast

from seahorse.semantics.expressions.effects import has_effects
from seahorse.semantics.scope.body import BodyChecker
from seahorse.semantics.scope.known import Known, item_of
from seahorse.semantics.tree import Expr, TupleLit
from seahorse.semantics.tree.types import ListType, TupleType
from seahorse.syntax.walk import walk_syntax


def without_stars(body: BodyChecker, nodes: list[ast.expr]) -> list[ast.expr]:
    """Arguments, or elements of a tuple, in which `*pair` is replaced by the values of the tuple."""
    if not any(isinstance(n, ast.Starred) for n in nodes):
        return nodes
    found: list[ast.expr] = []
    for node in nodes:
        found += _values(body, node) if isinstance(node, ast.Starred) else [node]
    return found


def _values(body: BodyChecker, node: ast.Starred) -> list[ast.expr]:
    value = body.expr(node.value)
    t = body.type_of(value)
    if isinstance(t, ListType):
        # For `*values` of the function that is called.
        return [ast.copy_location(ast.Starred(Known(value, node.value), ast.Load()), node)]
    if not isinstance(t, TupleType):
        shown = body.show(t)
        raise body.error(
            node, f"`*` here takes a tuple, not {shown}", "how many values a list has is not known: name each"
        )
    if isinstance(value, TupleLit):
        items: list[Expr] = value.items
    elif has_effects(value):
        raise body.error(node, "this tuple is evaluated once for each of its values", "assign it to a variable first")
    else:
        items = [item_of(value, e, i) for i, e in enumerate(t.elems)]
    return [Known(item, node.value) for item in items]


def list_of_parts(node: ast.List) -> ast.expr:
    """`[*a, 1, *b]` is `list(a) + [1] + list(b)`."""
    parts: list[ast.expr] = []
    plain: list[ast.expr] = []
    for item in node.elts:
        if not isinstance(item, ast.Starred):
            plain.append(item)
            continue
        if plain:
            parts.append(ast.copy_location(ast.List(plain, ast.Load()), node))
            plain = []
        name = ast.copy_location(ast.Name("list", ast.Load()), item)
        parts.append(ast.copy_location(ast.Call(name, [item.value], []), item))
    if plain:
        parts.append(ast.copy_location(ast.List(plain, ast.Load()), node))
    whole = parts[0]
    for part in parts[1:]:
        whole = ast.copy_location(ast.BinOp(whole, ast.Add(), part), node)
    return whole


def joined_texts(node: ast.Call, separator: str) -> ast.expr:
    """The text that `print(a, *items)` logs: `' '.join([str(a), *[str(x) for x in items]])`."""

    def text(value: ast.expr) -> ast.expr:
        return ast.copy_location(ast.Call(ast.copy_location(ast.Name("str", ast.Load()), value), [value], []), value)

    parts: list[ast.expr] = []
    for argument in node.args:
        if not isinstance(argument, ast.Starred):
            parts.append(text(argument))
            continue
        item = ast.copy_location(ast.Name("printed", ast.Store()), argument)
        each = text(ast.copy_location(ast.Name("printed", ast.Load()), argument))
        loop = ast.comprehension(item, argument.value, [], 0)
        texts = ast.copy_location(ast.ListComp(each, [loop]), argument)
        parts.append(ast.copy_location(ast.Starred(texts, ast.Load()), argument))
    joined = ast.copy_location(
        ast.Attribute(ast.copy_location(ast.Constant(separator), node), "join", ast.Load()), node
    )
    return ast.copy_location(ast.Call(joined, [ast.copy_location(ast.List(parts, ast.Load()), node)], []), node)


# Where the values of `*args`, a tuple in Python, are what a list of them is too.
_READS = {"len", "sum", "min", "max", "any", "all", "list", "sorted", "enumerate", "zip", "reversed", "map", "filter"}


def only_read(body: BodyChecker, node: ast.FunctionDef, name: str) -> None:
    """Refuse what a tuple of any length cannot do, or does not do as a list does."""
    read: set[ast.AST] = set()
    for part in walk_syntax(node):
        match part:
            case ast.For(iter=found) | ast.comprehension(iter=found) | ast.Subscript(value=found, ctx=ast.Load()):
                read.add(found)
            case ast.Call(func=ast.Name(id=called), args=args) if called in _READS:
                read |= {*args}
            case ast.Compare(ops=[ast.In() | ast.NotIn()], comparators=[found]):
                read.add(found)
            case ast.Call(func=ast.Attribute(attr="join"), args=[found]) | ast.Starred(value=found):
                read.add(found)
            case (
                ast.If(test=found)
                | ast.While(test=found)
                | ast.IfExp(test=found)
                | ast.UnaryOp(op=ast.Not(), operand=found)
            ):
                read.add(found)
            case _:
                pass
    for part in walk_syntax(node):
        if isinstance(part, ast.Name) and part.id == name and part not in read:
            message, listed = f"`{name}` is a tuple of any length, which no value can hold", f"list({name})"
            raise body.error(part, message, f"write `{listed}`", body.source.instead(part, listed))
