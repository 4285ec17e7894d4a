"""A name that an inner scope defines again, while a function that is called there sees the outer one.

Inner scopes are comprehensions, lambdas and inner functions.
A function inside a function is given what it sees, by name, where it is called. So a name that means something else
there gets another one. The rewritten nodes keep their places in the source.
"""

from __future__ import annotations

import ast
import copy
from collections.abc import Iterator

from seahorse.semantics.scope.local_functions import InnerScope, defined_in, evaluated_around, free_names
from seahorse.syntax.walk import walk_syntax


def without_shadowed(node: ast.FunctionDef) -> ast.FunctionDef:
    """The function, in which no inner scope hides a variable that a function used in that scope sees."""
    functions = _functions(node)
    cells = {n for part in walk_syntax(node) if isinstance(part, ast.Nonlocal) for n in part.names}
    if not (functions or cells) or not any(_hidden(s, functions, cells) for s in _inner_scopes(node)):
        return node
    made = copy.deepcopy(node)
    # What stands further in follows: a scope that got a new name for a variable may be in one that hides it, too.
    for scope in list(_inner_scopes(made)):
        for name in sorted(_hidden(scope, _functions(made), cells)):
            _rename(made, scope, name)
    return made


def _functions(node: ast.FunctionDef) -> dict[str, list[ast.FunctionDef | ast.Lambda]]:
    """The functions inside a function that have a name."""
    found: dict[str, list[ast.FunctionDef | ast.Lambda]] = {}
    for part in walk_syntax(node):
        match part:
            case ast.FunctionDef() if part is not node:
                found.setdefault(part.name, []).append(part)
            case (
                ast.Assign(targets=[ast.Name(id=name)], value=ast.Lambda() as function)
                | ast.AnnAssign(target=ast.Name(id=name), value=ast.Lambda() as function)
            ):
                found.setdefault(name, []).append(function)
            case _:
                pass
    return found


def _inner_scopes(node: ast.FunctionDef) -> Iterator[InnerScope]:
    return (part for part in walk_syntax(node) if isinstance(part, InnerScope) and part is not node)


def _hidden(scope: InnerScope, functions: dict[str, list[ast.FunctionDef | ast.Lambda]], cells: set[str]) -> set[str]:
    """The names of a scope that mean something else in a function which it uses."""
    own = defined_in(scope)
    if not own:
        return set()
    inside = list(walk_syntax(scope))
    seen: set[str] = set() if isinstance(scope, ast.FunctionDef | ast.Lambda) else set(cells)
    pending = {n.id for n in inside if isinstance(n, ast.Name)} - own
    done: set[str] = set()
    while pending:
        name = pending.pop()
        done.add(name)
        for function in functions.get(name, ()):
            if function is not scope and any(function is part for part in inside):
                continue
            free = set(free_names(function))
            seen |= free
            pending |= free - done
    return own & seen


def _rename(function: ast.FunctionDef, scope: InnerScope, name: str) -> None:
    """Give a name of an inner scope another one, and its keyword where the scope is a function that is called."""
    taken = {n.id for n in walk_syntax(function) if isinstance(n, ast.Name)}
    taken |= {n.arg for n in walk_syntax(function) if isinstance(n, ast.arg)}
    new = name + "_"
    while new in taken:
        new += "_"
    around = {n for part in evaluated_around(scope) for n in walk_syntax(part)}
    for part in walk_syntax(scope):
        if part in around:
            continue
        match part:
            case ast.Name(id=found) if found == name:
                part.id = new
            case ast.arg(arg=found) if found == name:
                part.arg = new
            case ast.MatchAs(name=found) | ast.MatchStar(name=found) if found == name:
                part.name = new
            case ast.Nonlocal(names=names):
                part.names = [new if n == name else n for n in names]
            case _:
                pass
    for part in walk_syntax(function):
        if isinstance(part, ast.Call) and isinstance(part.func, ast.Name) and _is_called(function, scope, part.func.id):
            for keyword in part.keywords:
                keyword.arg = new if keyword.arg == name else keyword.arg


def _is_called(function: ast.FunctionDef, scope: InnerScope, name: str) -> bool:
    return any(found is scope for found in _functions(function).get(name, ()))
