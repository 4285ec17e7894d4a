"""List comprehensions."""

from __future__ import annotations

import ast

from seahorse.semantics.expressions.indexes import OneByOne, iterate
from seahorse.semantics.expressions.literals import inner_type
from seahorse.semantics.expressions.operators import condition
from seahorse.semantics.scope.body import BodyChecker, handles
from seahorse.semantics.statements.assignments.assignment import declare_target
from seahorse.semantics.statements.assignments.unpacking import tuples_of
from seahorse.semantics.tree import CompClause, Expr, ListComp
from seahorse.semantics.tree.types import ArrayType, ListType, Type


@handles(OneByOne)
@handles(ast.ListComp)
def list_comprehension(body: BodyChecker, node: ast.ListComp, expected: Type | None) -> Expr:
    wanted = inner_type(body, expected)
    elem = wanted.elem if isinstance(wanted, ListType | ArrayType) else None
    clauses: list[CompClause] = []
    body.enter_loop([ast.copy_location(ast.Expr(node), node)])
    narrowed = set(body.narrowed)
    with body.block():
        for clause in node.generators:
            iterable, item = iterate(body, clause.iter)
            iterable, item = tuples_of(body, clause.iter, clause.target, iterable, item)
            target = declare_target(body, clause.target, item)
            conditions: list[Expr] = []
            for condition in clause.ifs:
                conditions.append(_test(body, condition))
            clauses.append(CompClause(target, iterable, conditions))
        element = body.expr(node.elt, elem)
        if elem is not None:
            element = body.coerce(element, elem, node.elt, "an element of this list")
    body.narrowed &= narrowed
    return ListComp(ListType(element.type), body.span(node), element, clauses)


def _test(body: BodyChecker, node: ast.expr) -> Expr:
    """A condition, with what it proves."""
    value, (yes, _) = condition(body, node)
    body.narrowed |= yes
    return value
