"""Functions inside functions, and lambdas kept in variables: what they see of the function around them."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass, field

from seahorse.semantics.names.symbols import ModuleScope
from seahorse.semantics.tree import Function
from seahorse.semantics.tree.types import Type
from seahorse.syntax.walk import child_nodes, walk_syntax

InnerScope = ast.FunctionDef | ast.Lambda | ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp


@dataclass(eq=False)
class LocalFunction:
    """A `def` or a lambda of a body. `signature`: what `Callable[[...], ...]` said of a lambda.

    `made`: the functions of the tree that it has become, by its names for what it sees, and the types of that and of
    what it was given.

    One that is an argument of another function has more: `types`, what the parameter's annotation says; `scope`, the
    module that its names belong to; `known`, the local functions that it sees; `renamed`, which variable of the
    function that it was given to holds each variable that it sees.
    """

    name: str
    node: ast.FunctionDef | ast.Lambda
    signature: tuple[list[ast.expr], ast.expr] | None = None
    made: dict[tuple[tuple[str, ...], tuple[Type, ...]], Function] = field(
        default_factory=dict[tuple[tuple[str, ...], tuple[Type, ...]], Function]
    )
    types: tuple[list[Type], Type] | None = None
    scope: ModuleScope | None = None
    known: dict[str, LocalFunction] | None = None
    renamed: dict[str, str] | None = None

    @property
    def parameters(self) -> list[ast.arg]:
        return [*self.node.args.args, *self.node.args.kwonlyargs]

    def free(self) -> set[str]:
        """The names that it uses and does not define."""
        return set(free_names(self.node))


def free_names(node: InnerScope) -> Iterator[str]:
    """The names that an inner scope takes from the code around it."""
    own = defined_in(node)
    around = evaluated_around(node)
    pending = [p for p in child_nodes(node) if p not in around and not isinstance(p, ast.arguments)]
    while pending:
        match pending.pop():
            case ast.Name(id=name):
                if name not in own:
                    yield name
            case (
                ast.FunctionDef() | ast.Lambda() | ast.ListComp() | ast.SetComp() | ast.DictComp() | ast.GeneratorExp()
            ) as scope:
                yield from (name for name in free_names(scope) if name not in own)
            case part:
                pending += [p for p in child_nodes(part) if p not in around]
    for part in around:
        yield from (n.id for n in walk_syntax(part) if isinstance(n, ast.Name))


def defined_in(scope: InnerScope) -> set[str]:
    """The names that belong to an inner scope."""
    if not isinstance(scope, ast.FunctionDef | ast.Lambda):
        return {n.id for g in scope.generators for n in walk_syntax(g.target) if isinstance(n, ast.Name)}
    args = scope.args
    own = {a.arg for a in (*args.posonlyargs, *args.args, *args.kwonlyargs, args.vararg) if a is not None}
    if isinstance(scope, ast.Lambda):
        return own
    elsewhere: set[str] = set()
    pending: list[ast.AST] = list(scope.body)
    while pending:
        part = pending.pop()
        match part:
            case ast.Nonlocal(names=names):
                elsewhere |= set(names)
            case ast.FunctionDef(name=name) | ast.MatchAs(name=str(name)) | ast.MatchStar(name=str(name)):
                own.add(name)
            case ast.Name(id=name, ctx=ast.Store()):
                own.add(name)
            case _:
                pass
        if isinstance(part, ast.FunctionDef | ast.Lambda):
            pending += evaluated_around(part)
        elif isinstance(part, InnerScope):
            # `:=` in a comprehension assigns a variable of the function.
            own |= {n.target.id for n in walk_syntax(part) if isinstance(n, ast.NamedExpr)}
        else:
            pending += child_nodes(part)
    return own - elsewhere


def evaluated_around(scope: InnerScope) -> list[ast.AST]:
    """The parts of an inner scope that are evaluated in the scope around it."""
    if isinstance(scope, ast.FunctionDef | ast.Lambda):
        return [*scope.args.defaults, *(d for d in scope.args.kw_defaults if d is not None)]
    return [scope.generators[0].iter]


def seen_by(function: LocalFunction, known: dict[str, LocalFunction]) -> list[str]:
    """The names that a function needs from around it, also for the local functions that it calls."""
    found: set[str] = set()
    pending, done = [function], set[LocalFunction]()
    while pending:
        current = pending.pop()
        if current in done:
            continue
        done.add(current)
        for name in current.free():
            other = known.get(name)
            if other is None:
                found.add(name)
            elif other.renamed is not None:
                found |= set(other.renamed.values())
            else:
                pending.append(other)
    return sorted(found)


def captured_by(function: LocalFunction, known: dict[str, LocalFunction]) -> list[tuple[str, str]]:
    """The variables that a function sees: its name for each, and the name where it is called."""
    if function.renamed is not None:
        return list(function.renamed.items())
    return [(name, name) for name in seen_by(function, known)]
