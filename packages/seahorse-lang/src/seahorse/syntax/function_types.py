"""`Rule = Callable[[u64], u64]`: parameters of such a type are written out, so that each has the parts of the type."""

from __future__ import annotations

import ast

from seahorse.syntax.walk import walk_syntax


def with_function_types(tree: ast.Module) -> None:
    """Rewrite the module in place: an annotation that is the name of a function's type becomes the type.

    The names stand for nothing else, so their definitions go.
    """
    named = {name: value for s in tree.body for name, value in _named(s)}
    if not named:
        return
    for statement in tree.body:
        for node in walk_syntax(statement):
            if isinstance(node, ast.FunctionDef):
                for parameter in (*node.args.args, *node.args.kwonlyargs):
                    parameter.annotation = _written_out(parameter.annotation, named)
            elif isinstance(node, ast.AnnAssign):
                node.annotation = _written_out(node.annotation, named) or node.annotation
    tree.body = [s for s in tree.body if not any(True for _ in _named(s))]


def _named(statement: ast.stmt) -> list[tuple[str, ast.expr]]:
    match statement:
        case (
            ast.Assign(targets=[ast.Name(id=name)], value=ast.Subscript() as value)
            | ast.AnnAssign(
                target=ast.Name(id=name), annotation=ast.Name(id="TypeAlias"), value=ast.Subscript() as value
            )
        ) if _is_callable(value):
            return [(name, value)]
        case _:
            return []


def _is_callable(node: ast.Subscript) -> bool:
    return ast.unparse(node.value) in ("Callable", "typing.Callable", "collections.abc.Callable")


def _written_out(annotation: ast.expr | None, named: dict[str, ast.expr]) -> ast.expr | None:
    return named.get(annotation.id, annotation) if isinstance(annotation, ast.Name) else annotation
