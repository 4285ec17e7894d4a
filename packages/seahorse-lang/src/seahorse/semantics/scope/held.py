"""Values that variables of an instruction's top level got: `init` runs before the body, and computes them too."""

from __future__ import annotations

import ast
import copy

from seahorse.diagnostics import CompileError
from seahorse.semantics.declarations.annotations import type_of
from seahorse.semantics.declarations.typing_forms.typing_names import without_final
from seahorse.semantics.scope.body import BodyChecker, InstructionContext
from seahorse.semantics.scope.known import Known
from seahorse.semantics.tree.types import AccountType, IntType, Type


def remember(body: BodyChecker, statement: ast.stmt) -> None:
    """Remember what the variables of an assignment of the top level are given."""
    if body.context is None or body.depth != 1 or body.loops:
        return
    match statement:
        case ast.Assign(targets=[target], value=value):
            _hold(body, target, value)
        case ast.AnnAssign(target=ast.Name() as target, annotation=annotation, value=ast.expr() as value):
            try:
                said = without_final(body.scope, annotation)
                declared = type_of(body.scope, said) if said is not None else None
            except CompileError:
                # A function, which no seed can be.
                return
            _hold(body, target, value, declared)
        case ast.AugAssign(target=ast.Attribute() as target, op=op, value=value):
            now = ast.copy_location(ast.Attribute(target.value, target.attr, ast.Load()), target)
            _hold_field(body, target, ast.copy_location(ast.BinOp(now, op, value), statement))
        case _:
            pass


def _hold(body: BodyChecker, target: ast.expr, value: ast.expr, declared: Type | None = None) -> None:
    context = body.context
    if context is None or body.depth != 1 or body.loops:
        return
    if isinstance(target, ast.Tuple | ast.List):
        if any(isinstance(t, ast.Starred) for t in target.elts):
            return
        parts = (
            value.elts
            if isinstance(value, ast.Tuple | ast.List)
            else [_item(value, i) for i in range(len(target.elts))]
        )
        for inner, part in zip(target.elts, parts, strict=False):
            _hold(body, inner, part)
        return
    if isinstance(target, ast.Attribute):
        _hold_field(body, target, value)
        return
    found = body.find(target.id) if isinstance(target, ast.Name) else None
    if found is None or found[0].poisoned or found[0].param is not None:
        return
    given = written_out(body, context, value)
    context.held[found[0].local.id] = given if declared is None else _as(declared, given)


def _hold_field(body: BodyChecker, target: ast.Attribute, value: ast.expr) -> None:
    """Remember the value of an account's field, until something else may change it."""
    context = body.context
    if context is None or body.depth != 1 or body.loops:
        return
    found = body.find(target.value.id) if isinstance(target.value, ast.Name) else None
    given = written_out(body, context, value)
    calls = any(isinstance(part, ast.Call) for part in ast.walk(value))
    for key, (held, _) in list(context.held_fields.items()):
        if key[1] == target.attr:
            # It may be the same account.
            del context.held_fields[key]
        elif not calls:
            context.held_fields[key] = held, body.effects
    t = body.infer.prune(found[0].local.type) if found is not None and found[0].param is not None else None
    if found is None or not isinstance(t, AccountType) or (declared := t.decl.field(target.attr)) is None:
        return
    context.held_fields[found[0].local.id, target.attr] = _as(declared.type, given), body.effects


def _item(value: ast.expr, index: int) -> ast.expr:
    return _before(value, ast.Subscript(value, _before(value, ast.Constant(index)), ast.Load()))


def _as(t: Type, value: ast.expr) -> ast.expr:
    """The value as an integer of a type that an assignment gave it."""
    if not isinstance(t, IntType):
        return value
    return _before(value, ast.Call(_before(value, ast.Name(str(t), ast.Load())), [value], []))


def _before(place: ast.expr, node: ast.expr) -> ast.expr:
    """A new expression where another begins, a place that no expression of the source takes up."""
    node.lineno = node.end_lineno = place.lineno
    node.col_offset = node.end_col_offset = place.col_offset
    return node


def written_out(body: BodyChecker, context: InstructionContext, node: ast.expr) -> ast.expr:
    """An expression with what its variables were given in their place.

    `program/early_reads.py` refuses what may have changed before a variable got its value.
    """
    if any(isinstance(part, Known) for part in ast.walk(node)):
        return node
    return _WrittenOut(body, context).visit(copy.deepcopy(node))


class _WrittenOut(ast.NodeTransformer):
    def __init__(self, body: BodyChecker, context: InstructionContext) -> None:
        self._body, self._context = body, context

    def visit_Attribute(self, node: ast.Attribute) -> ast.expr:
        found = self._body.find(node.value.id) if isinstance(node.value, ast.Name) else None
        if found is not None and found[0].param is not None:
            held, effects = self._context.held_fields.get((found[0].local.id, node.attr), (None, 0))
            if held is not None and effects == self._body.effects:
                return copy.deepcopy(held)
        node.value = self.visit(node.value)
        return node

    def visit_Name(self, node: ast.Name) -> ast.expr:
        found = self._body.find(node.id)
        if found is None or found[0].param is not None or (found[0].local.id, "") in self._context.stored:
            return node
        held = self._context.held.get(found[0].local.id)
        return node if held is None else copy.deepcopy(held)
