"""Every field of an object has a value when its constructor ends, and before the constructor reads it."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from seahorse.diagnostics import fail
from seahorse.semantics.names.symbols import Checker, ClassInfo, ModuleScope
from seahorse.semantics.tree import ClassDecl
from seahorse.syntax.walk import child_nodes, walk_syntax

_Set = frozenset[str] | None  # None: a place that is never reached


def check_fields_are_set(checker: Checker, scope: ModuleScope, node: ast.FunctionDef, info: ClassInfo) -> None:
    """Report fields that some path through `__init__` leaves without a value, and reads of such fields."""
    fields = [f.name for f in info.decl.all_fields()] if isinstance(info.decl, ClassDecl) else []
    _Paths(checker, scope, node, fields).check()


class _Paths:
    """The paths through one constructor: Python would raise AttributeError where a field has no value."""

    def __init__(self, checker: Checker, scope: ModuleScope, node: ast.FunctionDef, fields: list[str]) -> None:
        self._checker = checker
        self._scope = scope
        self._node = node
        self._fields = fields
        self._told: set[str] = set()

    def check(self) -> None:
        end = self._block(self._node.body, frozenset())
        if end is not None:
            self._end(end, self._node)

    def _end(self, given: frozenset[str], at: ast.FunctionDef | ast.Return) -> None:
        missing = next((f for f in self._fields if f not in given), None)
        if missing is None or missing in self._told:
            return
        never = missing not in _stored(self._node)
        message = f"`__init__` does not set field `{missing}`" + ("" if never else " on every path that ends here")
        hint = f"write `self.{missing} = ...`" + ("" if never else " before the `if` or the loop")
        span = self._scope.name_span(at, at.name) if isinstance(at, ast.FunctionDef) else self._scope.span(at)
        self._told.add(missing)
        self._checker.report(fail(span, message, hint))

    def _block(self, statements: list[ast.stmt], given: _Set) -> _Set:
        for statement in statements:
            if given is None:
                return None
            given = self._statement(statement, given)
        return given

    def _statement(self, node: ast.stmt, given: frozenset[str]) -> _Set:
        match node:
            case ast.If():
                given = self._evaluated(node.test, given)
                return _joined(self._block(node.body, given), self._block(node.orelse, given))
            case ast.For():
                given = self._evaluated(node.iter, given)
                self._block(node.body, given | _stored(node.target))
                return self._block(node.orelse, given)
            case ast.While():
                given = self._evaluated(node.test, given)
                once = self._block(node.body, given)
                endless = isinstance(node.test, ast.Constant) and bool(node.test.value)
                return once if endless else self._block(node.orelse, given)
            case ast.Match():
                given = self._evaluated(node.subject, given)
                ends = [self._block(case.body, given) for case in node.cases]
                return _joined(*ends, *([given] if _leaves_some(node.cases) else []))
            case ast.Return():
                self._end(given, node)
                return None
            case ast.Raise():
                return None
            case ast.FunctionDef():
                return given
            case _:
                return self._evaluated(node, given) | _stored(node)

    def _evaluated(self, node: ast.AST, given: frozenset[str]) -> frozenset[str]:
        """The fields that have a value behind an expression, or a simple statement. Reports what it reads too early."""
        for part in _outside_of_functions(node):
            if isinstance(part, ast.Call) and _may_set(part):
                # A method may set any field, also before this reads one.
                return frozenset(self._fields)
        reads = [p for p in _outside_of_functions(node) if _is_field(p, ast.Load)]
        if isinstance(node, ast.AugAssign) and _is_field(node.target, ast.Store):
            reads.append(node.target)
        for read in reads:
            name = getattr(read, "attr", "")
            if name in self._fields and name not in given and name not in self._told:
                self._told.add(name)
                hint = f"assign `self.{name}` on every path that leads here"
                self._checker.report(fail(self._scope.span(read), f"`self.{name}` may have no value here", hint))
        return given


def _outside_of_functions(node: ast.AST) -> Iterator[ast.AST]:
    """The parts of an expression that are evaluated with it."""
    pending = [node]
    while pending:
        part = pending.pop()
        yield part
        if not isinstance(part, ast.Lambda):
            pending += child_nodes(part)


def _is_field(node: ast.AST, context: type[ast.expr_context]) -> bool:
    match node:
        case ast.Attribute(value=ast.Name(id="self"), ctx=ctx):
            return isinstance(ctx, context)
        case _:
            return False


def _may_set(node: ast.Call) -> bool:
    """Whether a call may set fields: `super().__init__(...)`, a method of `self`, a function that gets `self`."""
    receiver = node.func.value if isinstance(node.func, ast.Attribute) else None
    given = [*node.args, *(k.value for k in node.keywords)]
    return isinstance(receiver, ast.Call) or any(isinstance(e, ast.Name) and e.id == "self" for e in (receiver, *given))


def _stored(node: ast.AST) -> frozenset[str]:
    """The fields that a statement, or a target, assigns."""
    if isinstance(node, ast.AnnAssign) and node.value is None:
        return frozenset()
    return frozenset(p.attr for p in walk_syntax(node) if isinstance(p, ast.Attribute) and _is_field(p, ast.Store))


def _joined(*ends: _Set) -> _Set:
    reached = [e for e in ends if e is not None]
    return frozenset[str].intersection(*reached) if reached else None


def _leaves_some(cases: list[ast.match_case]) -> bool:
    """Whether a value may be none of the cases, as far as the syntax tells: no case takes all, and one is a literal."""
    if any(c.guard is None and isinstance(c.pattern, ast.MatchAs) and c.pattern.pattern is None for c in cases):
        return False
    patterns = [p for c in cases for p in walk_syntax(c.pattern)]
    return any(isinstance(p, ast.MatchValue) and isinstance(p.value, ast.Constant) for p in patterns)
