"""`class Stack[T]` and `def first[T]`, where this Python parses them: written with `TypeVar`, as all Pythons know it.

Python 3.12 keeps the names in brackets as `type_params` of the node. A parameter with a bound or a default stays there,
and is refused by `restrict`.
"""

from __future__ import annotations

import ast
from typing import Any

from seahorse.syntax.walk import walk_syntax


def with_type_variables(tree: ast.Module) -> None:
    """Rewrite the module in place. The new nodes have the places of what they stand for."""
    known = {
        n.id for s in tree.body for n in walk_syntax(s) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)
    }
    body: list[ast.stmt] = []
    for statement in tree.body:
        if isinstance(statement, ast.ClassDef | ast.FunctionDef):
            for name in _taken(statement):
                if name not in known:
                    body.append(_type_variable(statement, name))
                    known.add(name)
        body.append(statement)
    tree.body = body


def _taken(node: ast.ClassDef | ast.FunctionDef) -> list[str]:
    """The type parameters of a definition and of the methods in it, which it then has no more."""
    names: list[str] = []
    for inner in node.body if isinstance(node, ast.ClassDef) else []:
        if isinstance(inner, ast.FunctionDef):
            names += _taken(inner)
    parameters: list[Any] = getattr(node, "type_params", [])
    if not parameters or any(_is_special(p) for p in parameters):
        return names
    own = [str(p.name) for p in parameters]
    vars(node)["type_params"] = []
    if isinstance(node, ast.ClassDef):
        items: list[ast.expr] = [ast.Name(n, ast.Load()) for n in own]
        of = items[0] if len(items) == 1 else ast.Tuple(items, ast.Load())
        node.bases.insert(0, _placed(node, ast.Subscript(ast.Name("Generic", ast.Load()), of, ast.Load())))
    return [*own, *names]


def _is_special(parameter: Any) -> bool:
    """Whether it is more than a name: bounded, with a default, or for several types."""
    more = getattr(parameter, "bound", None) or getattr(parameter, "default_value", None)
    return bool(more) or type(parameter).__name__ in ("TypeVarTuple", "ParamSpec")


def _type_variable(place: ast.stmt, name: str) -> ast.stmt:
    call = ast.Call(ast.Name("TypeVar", ast.Load()), [ast.Constant(name)], [])
    return _placed(place, ast.Assign([ast.Name(name, ast.Store())], call))


def _placed(place: ast.stmt, node: Any) -> Any:
    for part in walk_syntax(node):
        if isinstance(part, ast.expr | ast.stmt) and not hasattr(part, "lineno"):
            part.lineno = part.end_lineno = place.lineno
            part.col_offset, part.end_col_offset = place.col_offset, place.col_offset + 1
    return node
