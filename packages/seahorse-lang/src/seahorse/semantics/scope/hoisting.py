"""Python's scope: a name lives in its function. Finds the names that are used outside the block that assigns them.

A variable of the checked tree belongs to the block where it is declared, as in Rust. Most names fit: every use stands
in the block of the first assignment, or deeper. The others are declared in the smallest block that holds all their
uses, before the statement that leads to the first one.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable
from dataclasses import dataclass, field

from seahorse.semantics.scope.local_functions import free_names
from seahorse.syntax.walk import child_nodes, walk_syntax

# Where an occurrence stands: for each block around it, outermost first, the numbers of the block and of the statement.
_Place = tuple[tuple[int, int], ...]
# Methods that change how long a list is.
_CHANGING = {"append", "extend", "insert", "pop", "__delitem__", "remove", "clear"}


@dataclass
class Hoisting:
    """Facts about a function's names, from its syntax.

    `assigned`: every name that the function assigns. `before`: names to declare before a statement.
    """

    assigned: set[str] = field(default_factory=set[str])
    before: dict[ast.stmt, list[str]] = field(default_factory=dict[ast.stmt, list[str]])
    # Lists whose length only the run decides: changed in a loop, in another block than the one that assigns them, or by
    # more than `append`.
    grown: set[str] = field(default_factory=set[str])


def hoisting_of(statements: list[ast.stmt], parameters: Iterable[str]) -> Hoisting:
    """Find the names of a function's body whose declaration must stand further out than their first assignment."""
    scan = _Scan(set(parameters))
    scan.block(statements, (), [set(parameters)])
    found = Hoisting(scan.assigned - set(parameters))
    found.grown = {name for name, places in scan.changed.items() if any(scan.is_open(name, at) for at in places)}
    for name in sorted(scan.outside & found.assigned):
        block, at = _common_block(scan.places[name])
        found.before.setdefault(scan.statements[block, at], []).append(name)
    return found


def _common_block(places: list[_Place]) -> tuple[int, int]:
    """The innermost block that holds all places, and the first statement in it that leads to one of them."""
    depth = 0
    while all(len(p) > depth + 1 for p in places) and len({p[depth] for p in places}) == 1:
        depth += 1
    while len({p[depth][0] for p in places}) > 1:
        depth -= 1
    return places[0][depth][0], min(p[depth][1] for p in places)


class _Scan:
    """Follows the blocks of a function, with the names that are visible."""

    def __init__(self, parameters: set[str]) -> None:
        self.parameters = parameters
        # Where each name is assigned or used, and which are assigned somewhere.
        self.places: dict[str, list[_Place]] = {}
        self.assigned: set[str] = set()
        self.outside: set[str] = set()
        self.statements: dict[tuple[int, int], ast.stmt] = {}
        # Where each name is assigned, and where a list of the name is changed; None stands for more than `append`.
        self.stored: dict[str, list[_Place]] = {}
        self.changed: dict[str, list[_Place | None]] = {}
        self.loops: set[int] = set()
        self._blocks = 0

    def is_open(self, name: str, at: _Place | None) -> bool:
        """Whether a change of a list makes its length unknown before the program runs."""
        if at is None or any(block in self.loops for block, _ in at):
            return True
        return at[-1][0] not in {place[-1][0] for place in self.stored.get(name, ())}

    def block(self, statements: list[ast.stmt], at: _Place, visible: list[set[str]], number: int | None = None) -> None:
        """Follow a block. `number`: its own, when it has one already (the body of a loop)."""
        block = self._number() if number is None else number
        for i, statement in enumerate(statements):
            self.statements[block, i] = statement
            self._statement(statement, (*at, (block, i)), visible)

    def _number(self) -> int:
        self._blocks += 1
        return self._blocks

    def _loop(self) -> int:
        """The number of the body of a loop."""
        number = self._number()
        self.loops.add(number)
        return number

    def _statement(self, node: ast.stmt, at: _Place, visible: list[set[str]]) -> None:
        match node:
            case ast.If():
                self._expression(node.test, at, visible)
                self.block(node.body, at, [*visible, set()])
                self.block(node.orelse, at, [*visible, set()])
            case ast.While():
                self._expression(node.test, at, visible)
                self.block(node.body, at, [*visible, set()], self._loop())
                self.block(node.orelse, at, [*visible, set()])
            case ast.For():
                self._expression(node.iter, at, visible)
                # The target lives in the block of the body.
                body = self._loop()
                inner = (*at, (body, -1))
                self.statements[body, -1] = node
                names = [*visible, set[str]()]
                self._expression(node.target, inner, names)
                self.block(node.body, at, names, body)
                self.block(node.orelse, at, [*visible, set()])
            case ast.FunctionDef():
                for name in free_names(node):
                    self._use(name, at, visible)
            case (
                ast.Assign(targets=[ast.Name()], value=ast.Lambda() as function)
                | ast.AnnAssign(target=ast.Name(), value=ast.Lambda() as function)
            ):
                # The name stands for a function, and is no variable.
                self._expression(function, at, visible)
            case ast.Assign():
                self._expression(node.value, at, visible)
                for target in node.targets:
                    self._expression(target, at, visible)
            case ast.AugAssign():
                # The target is read before it is written.
                for part in walk_syntax(node.target):
                    if isinstance(part, ast.Name):
                        self.changed.setdefault(part.id, []).append(None)
                        self._use(part.id, at, visible)
                self._expression(node.value, at, visible)
            case ast.AnnAssign():
                if node.value is not None:
                    self._expression(node.value, at, visible)
                    self._expression(node.target, at, visible)
                elif isinstance(node.target, ast.Name):
                    # It says the type; what assigns the name comes later.
                    self.assigned.add(node.target.id)
                    self._use(node.target.id, at, visible)
            case _:
                self._expression(node, at, visible)

    def _expression(self, node: ast.AST, at: _Place, visible: list[set[str]]) -> None:
        """Names in an expression, without those that belong to a comprehension or a lambda in it."""
        match node:
            case ast.Name(id=name, ctx=ast.Store()):
                self.assigned.add(name)
                self.stored.setdefault(name, []).append(at)
                self.places.setdefault(name, []).append(at)
                if not any(name in names for names in visible):
                    visible[-1].add(name)
            case ast.Name(id=name):
                self._use(name, at, visible)
            case ast.Call(func=ast.Attribute(value=ast.Name(id=name), attr=attr)) if attr in _CHANGING:
                self.changed.setdefault(name, []).append(at if attr == "append" else None)
                for child in child_nodes(node):
                    self._expression(child, at, visible)
            case ast.ListComp() | ast.SetComp() | ast.DictComp() | ast.GeneratorExp():
                names = [*visible, set[str]()]
                for clause in node.generators:
                    self._expression(clause.iter, at, names)
                    names[-1] |= {n.id for n in walk_syntax(clause.target) if isinstance(n, ast.Name)}
                    for test in clause.ifs:
                        self._expression(test, at, names)
                for made in [node.key, node.value] if isinstance(node, ast.DictComp) else [node.elt]:
                    self._expression(made, at, names)
            case ast.Lambda():
                own = {a.arg for a in (*node.args.args, *node.args.kwonlyargs)}
                for default in (*node.args.defaults, *node.args.kw_defaults):
                    if default is not None:
                        self._expression(default, at, visible)
                self._expression(node.body, at, [*visible, own])
            case _:
                for child in child_nodes(node):
                    self._expression(child, at, visible)

    def _use(self, name: str, at: _Place, visible: list[set[str]]) -> None:
        if not any(name in names for names in visible):
            self.outside.add(name)
        self.places.setdefault(name, []).append(at)
