"""Functions inside functions, and lambdas kept in variables: what they see of the function around them."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass, field

from seahorse.semantics.names.symbols import ModuleScope
from seahorse.semantics.tree import Function
from seahorse.semantics.tree.types import Type
from seahorse.syntax.walk import walk_syntax


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


def free_names(node: ast.FunctionDef | ast.Lambda) -> Iterator[str]:
    """The names that a function takes from the code around it."""
    own = {a.arg for a in (*node.args.args, *node.args.kwonlyargs)}
    parts: list[ast.AST] = list(node.body) if isinstance(node, ast.FunctionDef) else [node.body]
    inner = [n for part in parts for n in walk_syntax(part)]
    own |= {n.id for n in inner if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)}
    own |= {n.name for n in inner if isinstance(n, ast.FunctionDef)}
    own |= {a.arg for n in inner if isinstance(n, ast.Lambda | ast.FunctionDef) for a in n.args.args}
    for found in inner:
        if isinstance(found, ast.Name) and found.id not in own:
            yield found.id
    for default in (*node.args.defaults, *(d for d in node.args.kw_defaults if d is not None)):
        yield from (n.id for n in walk_syntax(default) if isinstance(n, ast.Name))


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
