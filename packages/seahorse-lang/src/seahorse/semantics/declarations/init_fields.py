"""Fields that a class does not declare, and that its `__init__` assigns: as Python's classes have them."""

from __future__ import annotations

import ast

_LITERALS: dict[type, str] = {bool: "bool", int: "int", float: "float", str: "str", bytes: "bytes"}


def assigned_in_init(node: ast.ClassDef, known: set[str]) -> list[ast.AnnAssign]:
    """Declarations of the fields that `__init__` assigns and that are not known.

    The type is written there (`self.items: List[u64] = []`), or it is that of the parameter, or of the literal.
    """
    init = next((s for s in node.body if isinstance(s, ast.FunctionDef) and s.name == "__init__"), None)
    if init is None or not init.args.args:
        return []
    own = init.args.args[0].arg
    types = {a.arg: a.annotation for a in [*init.args.args, *init.args.kwonlyargs]}
    found: dict[str, ast.AnnAssign] = {}
    for statement in ast.walk(init):
        for target, annotation in _assigned(statement, types):
            name = target.attr if isinstance(target.value, ast.Name) and target.value.id == own else None
            if name is None or name in known or name in found or annotation is None:
                continue
            place = ast.copy_location(ast.Name(name, ast.Store()), target)
            found[name] = ast.copy_location(ast.AnnAssign(place, annotation, None, 1), target)
    return list(found.values())


def _assigned(statement: ast.AST, types: dict[str, ast.expr | None]) -> list[tuple[ast.Attribute, ast.expr | None]]:
    match statement:
        case ast.AnnAssign(target=ast.Attribute() as target, annotation=annotation):
            return [(target, annotation)]
        case ast.Assign(targets=[ast.Attribute() as target], value=value):
            return [(target, _type_of(value, types))]
        case ast.Assign(targets=[ast.Tuple(elts=targets)], value=ast.Tuple(elts=values)):
            pairs = zip(targets, values, strict=False)
            return [(t, _type_of(v, types)) for t, v in pairs if isinstance(t, ast.Attribute)]
        case _:
            return []


def _type_of(value: ast.expr, types: dict[str, ast.expr | None]) -> ast.expr | None:
    match value:
        case ast.Name(id=name):
            return types.get(name)
        case ast.Constant(value=constant) if type(constant) in _LITERALS:
            return ast.copy_location(ast.Name(_LITERALS[type(constant)], ast.Load()), value)
        case _:
            return None
