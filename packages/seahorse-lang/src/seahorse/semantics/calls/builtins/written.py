"""Functions that are written in the language: a call of one is a call of a function of `library/functions.py`."""

from __future__ import annotations

import ast

from seahorse.semantics.calls.builtins.registry import BuiltinFunction, builtin
from seahorse.semantics.calls.functions.arguments import call_function
from seahorse.semantics.names.written import MODULE, WRITTEN
from seahorse.semantics.scope.body import BodyChecker
from seahorse.semantics.scope.library import find
from seahorse.semantics.tree import Call, Expr
from seahorse.semantics.tree.types import Type


def _written(name: str) -> BuiltinFunction:
    def check(body: BodyChecker, node: ast.Call, expected: Type | None) -> Expr:
        found = find(body, MODULE, name)
        assert found is not None, name
        called = call_function(body, node, found.function, found.scope, found.syntax, [])
        assert isinstance(called, Call)
        called.library = name
        return called

    return check


for _name in sorted(WRITTEN):
    builtin(_name)(_written(_name))
