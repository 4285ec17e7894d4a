"""`nonlocal`: a variable that an inner function assigns becomes an array of one item, which both functions share.

This is what CPython does too, which calls it a cell. The rewritten nodes keep their places in the source.
"""

from __future__ import annotations

import ast
import copy

from seahorse.semantics.statements.rewriting.made_nodes import Fail, in_place_of, placed
from seahorse.syntax.walk import child_nodes, walk_syntax

_Function = ast.FunctionDef | ast.Lambda


def with_cells(node: ast.FunctionDef, fail: Fail) -> list[ast.stmt]:
    """The body of a function in which shared variables are cells. Raises for one that may have no value yet."""
    names = _shared(node)
    body = node.body
    if names:
        body = copy.deepcopy(body)
        parameters = {a.arg for a in (*node.args.args, *node.args.kwonlyargs)}
        body = [
            *(_cell(body[0], n, ast.Name(n, ast.Load())) for n in sorted(names & parameters)),
            *_own(body, names - parameters, fail),
        ]
        body = [_Cells(names).visit(s) for s in body]
    return [s for s in body if not isinstance(s, ast.Nonlocal)] or [ast.copy_location(ast.Pass(), node)]


def _shared(node: ast.FunctionDef) -> set[str]:
    """The variables of a function that functions in it declare `nonlocal`."""
    if not any(isinstance(n, ast.Nonlocal) for s in node.body for n in walk_syntax(s)):
        return set()
    own = {a.arg for a in (*node.args.args, *node.args.kwonlyargs)}
    foreign = {n for s in node.body if isinstance(s, ast.Nonlocal) for n in s.names}
    inner: set[str] = set()
    pending: list[ast.AST] = list(node.body)
    while pending:
        part = pending.pop()
        if isinstance(part, ast.FunctionDef):
            inner |= {n for p in walk_syntax(part) if isinstance(p, ast.Nonlocal) for n in p.names}
            continue
        if isinstance(part, ast.Name) and isinstance(part.ctx, ast.Store):
            own.add(part.id)
        pending += child_nodes(part)
    return inner & own - foreign


def _cell(place: ast.stmt, name: str, value: ast.expr) -> ast.stmt:
    """`name = array(value)`; the names in it are no uses of a cell."""
    made = ast.Call(ast.Name("array", ast.Load()), [value], [])
    assigned = _Made([ast.Name(name, ast.Store())], made)
    for part in walk_syntax(assigned):
        if not hasattr(part, "lineno") and isinstance(part, ast.expr | ast.stmt):
            ast.copy_location(part, place)
    return assigned


class _Made(ast.Assign):
    """The assignment that makes a cell. `shared`: its value may use other cells."""

    shared: bool = False


def _own(body: list[ast.stmt], names: set[str], fail: Fail) -> list[ast.stmt]:
    """Make each cell where its variable is first assigned, which must be always."""
    out: list[ast.stmt] = []
    left = set(names)
    for statement in body:
        match statement:
            case ast.Assign(targets=[ast.Name(id=name)], value=value) if name in left:
                made: ast.stmt = _cell(statement, name, value)
            case ast.AnnAssign(target=ast.Name(id=name) as target, value=ast.expr() as value) if name in left:
                sized = ast.Tuple([statement.annotation, ast.Constant(1)], ast.Load())
                kind = ast.Subscript(ast.Name("Array", ast.Load()), sized, ast.Load())
                cell = _cell(statement, name, value)
                assert isinstance(cell, ast.Assign)
                made = ast.copy_location(_MadeOfType(target, kind, cell.value, 1), statement)
                for part in walk_syntax(kind):
                    if not hasattr(part, "lineno") and isinstance(part, ast.expr):
                        ast.copy_location(part, statement.annotation)
            case _:
                early = next((n for n in walk_syntax(statement) if isinstance(n, ast.Name) and n.id in left), None)
                if early is not None and not isinstance(statement, ast.FunctionDef):
                    hint = f"assign `{early.id}` at the top of the function"
                    raise fail(early, f"`{early.id}`, which an inner function assigns, may have no value here", hint)
                out.append(statement)
                continue
        left.discard(name)
        out.append(made)
    return out


class _MadeOfType(ast.AnnAssign):
    """The annotated assignment that makes a cell."""


class _Cells(ast.NodeTransformer):
    """Writes `name[0]` for each name that is a cell."""

    def __init__(self, names: set[str]) -> None:
        self._names = names

    def visit_Name(self, node: ast.Name) -> ast.AST:
        if node.id not in self._names:
            return node
        held = placed(node, ast.Name(node.id, ast.Load()))
        return in_place_of(node, ast.Subscript(held, placed(node, ast.Constant(0)), node.ctx))

    def visit__Made(self, node: _Made) -> ast.AST:
        name = node.targets[0]
        call = node.value
        assert isinstance(name, ast.Name)
        assert isinstance(call, ast.Call)
        if not (isinstance(call.args[0], ast.Name) and call.args[0].id == name.id):
            call.args[0] = self.visit(call.args[0])
        return ast.copy_location(ast.Assign([name], call), node)

    def visit__MadeOfType(self, node: _MadeOfType) -> ast.AST:
        assert node.value is not None
        node.value = self.visit(node.value)
        return ast.copy_location(ast.AnnAssign(node.target, node.annotation, node.value, 1), node)

    def visit_AnnAssign(self, node: ast.AnnAssign) -> ast.AST:
        if isinstance(node.target, ast.Name) and node.target.id in self._names and node.value is not None:
            return ast.copy_location(ast.Assign([self.visit(node.target)], self.visit(node.value)), node)
        return self.generic_visit(node)

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST:
        return self._function(node)

    def visit_Lambda(self, node: ast.Lambda) -> ast.AST:
        return self._function(node)

    def _function(self, node: _Function) -> ast.AST:
        """An inner function: what it defines itself is no cell."""
        own = {a.arg for a in (*node.args.args, *node.args.kwonlyargs)}
        if isinstance(node, ast.FunctionDef):
            shared = {n for s in node.body if isinstance(s, ast.Nonlocal) for n in s.names}
            stored = _stored(node.body) - shared
            own |= stored
        outer, self._names = self._names, self._names - own
        try:
            return self.generic_visit(node)
        finally:
            self._names = outer


def _stored(statements: list[ast.stmt]) -> set[str]:
    """The names that a function assigns itself, not in functions in it."""
    found: set[str] = set()
    pending: list[ast.AST] = list(statements)
    while pending:
        part = pending.pop()
        if isinstance(part, ast.FunctionDef):
            continue
        if isinstance(part, ast.Name) and isinstance(part.ctx, ast.Store):
            found.add(part.id)
        pending += child_nodes(part)
    return found
