"""The statements of a module, each executed once: in their order, or earlier when a name of theirs is needed.

The compiler resolves names when they are first needed, so modules may import each other in a circle. Here a module that
is being executed provides a name by executing the statement that defines it.
"""

from __future__ import annotations

import ast
import types
from collections.abc import Iterator

_LATER = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)


class Statements:
    """The compiled statements of one module, and what each defines and needs."""

    def __init__(self, tree: ast.Module, file: str, flags: int) -> None:
        self._code = [_compiled(s, file, flags) for s in tree.body]
        self._needs = [list(_needed(s)) for s in tree.body]
        self._home = {name: i for i, s in enumerate(tree.body) for name in _defined(s)}
        self._all = [i for i, s in enumerate(tree.body) if isinstance(s, ast.ImportFrom) and s.names[0].name == "*"]

    def execute(self, module: types.ModuleType) -> ModuleExecution:
        return ModuleExecution(self, module)

    def code(self, index: int) -> types.CodeType:
        return self._code[index]

    def needs(self, index: int) -> list[str]:
        return self._needs[index]

    def home(self, name: str) -> int | None:
        """The statement that defines a name."""
        return self._home.get(name)

    def of_many(self) -> list[int]:
        """The statements that import all names of a module."""
        return self._all

    def __len__(self) -> int:
        return len(self._code)


class ModuleExecution:
    """A module that is being executed."""

    def __init__(self, statements: Statements, module: types.ModuleType) -> None:
        self._statements = statements
        self.module = module
        self._begun: set[int] = set()
        self._waiting: list[int] = []

    def run(self) -> None:
        """Execute what has not been executed yet."""
        for index in range(len(self._statements)):
            self._one(index)

    def define(self, name: str) -> bool:
        """Execute the statement that defines a name; whether the module has it now."""
        index = self._statements.home(name)
        for at in [index] if index is not None else self._statements.of_many():
            if name not in self.module.__dict__:
                self._one(at)
        return name in self.module.__dict__

    def _one(self, index: int) -> None:
        # A name that the statement needs may need the statement, too. By then it may find names that did not exist
        # before.
        if index in self._begun or self._waiting.count(index) > 1:
            return
        self._waiting.append(index)
        for name in self._statements.needs(index):
            if name not in self.module.__dict__:
                self.define(name)
        self._waiting.remove(index)
        if index not in self._begun:
            self._begun.add(index)
            exec(self._statements.code(index), self.module.__dict__)


def _compiled(statement: ast.stmt, file: str, flags: int) -> types.CodeType:
    return compile(ast.Module([statement], []), file, "exec", flags, dont_inherit=True)


def _defined(statement: ast.stmt) -> Iterator[str]:
    match statement:
        case ast.FunctionDef(name=name) | ast.ClassDef(name=name):
            yield name
        case ast.Import(names=names) | ast.ImportFrom(names=names):
            yield from (alias.asname or alias.name.split(".")[0] for alias in names)
        case ast.Assign(targets=targets):
            yield from (t.id for t in targets if isinstance(t, ast.Name))
        case ast.AnnAssign(target=ast.Name(id=name)):
            yield name
        case ast.If(body=body, orelse=orelse):
            for inner in (*body, *orelse):
                yield from _defined(inner)
        case _:
            pass


def _needed(statement: ast.stmt) -> Iterator[str]:
    """The names that a statement reads when it is executed: not those of functions' bodies, nor annotations."""
    pending: list[ast.AST] = [statement]
    while pending:
        node = pending.pop()
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load):
            yield node.id
        if isinstance(node, ast.AnnAssign):
            pending += [node.value] if node.value is not None else []
        elif isinstance(node, ast.FunctionDef):
            pending += [*node.decorator_list, *node.args.defaults, *(d for d in node.args.kw_defaults if d is not None)]
        elif not isinstance(node, _LATER):
            pending += ast.iter_child_nodes(node)
