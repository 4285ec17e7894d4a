"""`match`: each case becomes a condition on the subject, assignments of what it captures, and its body."""

from __future__ import annotations

import ast

from seahorse.semantics.expressions.indexes import element_type
from seahorse.semantics.names.symbols import ClassSymbol
from seahorse.semantics.names.unions import bases_of
from seahorse.semantics.scope.body import BodyChecker, handles
from seahorse.semantics.scope.known import Known
from seahorse.semantics.scope.narrowing import IsInstance, classes_named, members_named
from seahorse.semantics.statements.rewriting.made_nodes import Fail, placed
from seahorse.semantics.tree import BoolLit, ClassDecl, Expr
from seahorse.semantics.tree.types import (
    BOOL,
    ArrayType,
    BoolType,
    ClassType,
    EnumType,
    ListType,
    OptionType,
    TupleType,
    Type,
    UnionType,
)
from seahorse.syntax.walk import walk_syntax


class LastCase(ast.If):
    """The last `if` of a `match`. `values`: what the cases without a guard compare the subject with: when these are
    all values of its type, the last case needs no test."""

    subject: ast.expr
    values: list[ast.expr]
    guarded: bool


class IsSequence(ast.expr):
    """Whether a value is a sequence of at least, or of exactly, so many items."""

    _fields = ("value",)

    def __init__(self, value: ast.expr, count: int, exact: bool) -> None:
        super().__init__()
        self.value, self.count, self.exact = value, count, exact


class AnyOf(ast.expr):
    """All objects of a class, among the values that cases name."""

    _fields = ("kind",)

    def __init__(self, kind: ast.expr) -> None:
        super().__init__()
        self.kind = kind


class FieldAt(ast.expr):
    """The field that a positional pattern means: by its place in the class."""

    _fields = ("value",)

    def __init__(self, value: ast.expr, kind: ast.expr, at: int) -> None:
        super().__init__()
        self.value, self.kind, self.at = value, kind, at


class Cases:
    """The cases of one `match` as statements. The subject is a name, which is evaluated as often as needed."""

    def __init__(self, subject: ast.Name, fail: Fail) -> None:
        self._subject = subject
        self._fail = fail
        self._captured: dict[str, ast.expr] = {}
        self._values: list[ast.expr] = []

    def statements(self, node: ast.Match, bodies: list[list[ast.stmt]]) -> list[ast.stmt]:
        """`bodies`: the checked statements of each case. Raises for a case behind one that always matches."""
        found: list[ast.stmt] = []
        whole: list[tuple[ast.match_case, ast.expr | None, list[ast.stmt]]] = []
        for case, body in zip(node.cases, bodies, strict=True):
            if whole and whole[-1][1] is None:
                raise self._fail(case.pattern, "this case is never reached", "put the case that always matches last")
            self._captured = {}
            tests = self._tests(case.pattern, self._subject)
            if case.guard is None:
                self._values += _compared(case.pattern)
            else:
                tests.append(_Captures(self._captured).visit(case.guard))
            stores = [
                placed(case.pattern, ast.Assign([placed(case.pattern, ast.Name(name, ast.Store()))], value))
                for name, value in self._captured.items()
            ]
            whole.append((case, _all(tests), [*stores, *body]))
        for case, test, body in reversed(whole):
            if test is None:
                found = body
                continue
            kind = LastCase if not found else ast.If
            made = placed(case.pattern, kind(test, body, found))
            if isinstance(made, LastCase):
                made.subject, made.values, made.guarded = self._subject, self._values, case.guard is not None
            found = [made]
        return found

    def _tests(self, pattern: ast.pattern, value: ast.expr) -> list[ast.expr]:
        """The tests that a value must pass. Notes the parts of it that the pattern captures."""
        match pattern:
            case ast.MatchValue():
                return [placed(pattern, ast.Compare(value, [ast.Eq()], [pattern.value]))]
            case ast.MatchSingleton(value=None):
                return [placed(pattern, ast.Compare(value, [ast.Is()], [placed(pattern, ast.Constant(None))]))]
            case ast.MatchSingleton():
                return [value if pattern.value else placed(pattern, ast.UnaryOp(ast.Not(), value))]
            case ast.MatchAs(pattern=inner, name=name):
                tests = [] if inner is None else self._tests(inner, value)
                if name is not None:
                    self._captured[name] = value
                return tests
            case ast.MatchOr():
                return self._either(pattern, value)
            case ast.MatchSequence():
                return self._sequence(pattern, value)
            case ast.MatchClass():
                return self._class(pattern, value)
            case _:
                raise self._fail(pattern, "this pattern is not supported", "match values, tuples, lists or classes")

    def _either(self, pattern: ast.MatchOr, value: ast.expr) -> list[ast.expr]:
        before = dict(self._captured)
        tests = [_all(self._tests(p, value)) for p in pattern.patterns]
        if self._captured != before:
            raise self._fail(pattern, "`|` between patterns that capture names", "write a case for each")
        known = [t for t in tests if t is not None]
        return [placed(pattern, ast.BoolOp(ast.Or(), known))] if len(known) == len(tests) else []

    def _sequence(self, pattern: ast.MatchSequence, value: ast.expr) -> list[ast.expr]:
        stars = [i for i, p in enumerate(pattern.patterns) if isinstance(p, ast.MatchStar)]
        count = len(pattern.patterns) - len(stars)
        tests: list[ast.expr] = [placed(pattern, IsSequence(value, count, not stars))]
        for i, item in enumerate(pattern.patterns):
            behind = len(pattern.patterns) - i
            if isinstance(item, ast.MatchStar):
                if item.name is not None:
                    stop = _number(item, 1 - behind) if behind > 1 else None
                    part = placed(item, ast.Slice(_number(item, i), stop, None))
                    self._captured[item.name] = placed(item, ast.Subscript(value, part, ast.Load()))
                continue
            at = i if not stars or i < stars[0] else -behind
            tests += self._tests(item, placed(item, ast.Subscript(value, _number(item, at), ast.Load())))
        return tests

    def _class(self, pattern: ast.MatchClass, value: ast.expr) -> list[ast.expr]:
        tests: list[ast.expr] = [placed(pattern, IsInstance(value, pattern.cls))]
        for i, item in enumerate(pattern.patterns):
            tests += self._tests(item, placed(item, FieldAt(value, pattern.cls, i)))
        for name, item in zip(pattern.kwd_attrs, pattern.kwd_patterns, strict=True):
            tests += self._tests(item, placed(item, ast.Attribute(value, name, ast.Load())))
        return tests


def captures_that_stay(statements: list[ast.stmt]) -> list[tuple[ast.AST, str]]:
    """The names that a case with a guard captures and that are read elsewhere, each with its first such place.

    Python binds them also where the guard fails; here they stand for what they capture, in that case alone.
    """
    nodes = [n for statement in statements for n in walk_syntax(statement)]
    cases = [n for n in nodes if isinstance(n, ast.match_case)]
    guarded = {name for case in cases if case.guard is not None for name in _names_captured(case.pattern)}
    inside = {n for case in cases for n in _reads(case) if n.id in _names_captured(case.pattern)}
    found: dict[str, ast.AST] = {}
    for node in nodes:
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load) and node.id in guarded and node not in inside:
            found.setdefault(node.id, node)
    return [(node, name) for name, node in found.items()]


def _reads(case: ast.match_case) -> list[ast.Name]:
    parts = [*case.body, *([] if case.guard is None else [case.guard])]
    return [n for part in parts for n in walk_syntax(part) if isinstance(n, ast.Name)]


def _names_captured(pattern: ast.pattern) -> set[str]:
    return {n.name for n in walk_syntax(pattern) if isinstance(n, ast.MatchAs | ast.MatchStar) and n.name is not None}


class _Captures(ast.NodeTransformer):
    """A guard in which the names that the pattern captures stand for what they capture."""

    def __init__(self, captured: dict[str, ast.expr]) -> None:
        self._captured = captured

    def visit_Name(self, node: ast.Name) -> ast.AST:
        return self._captured.get(node.id, node)


def _compared(pattern: ast.pattern) -> list[ast.expr]:
    """The values that a pattern without a guard stands for, where it stands for nothing else."""
    match pattern:
        case ast.MatchValue():
            return [pattern.value]
        case ast.MatchSingleton(value=bool()):
            return [placed(pattern, ast.Constant(pattern.value))]
        case ast.MatchSingleton(value=None):
            return [placed(pattern, ast.Constant(None))]
        case ast.MatchOr():
            parts = [_compared(p) for p in pattern.patterns]
            return [v for part in parts for v in part]
        case ast.MatchAs(pattern=ast.pattern() as inner):
            return _compared(inner)
        case ast.MatchClass(cls=kind) if all(map(_takes_all, (*pattern.patterns, *pattern.kwd_patterns))):
            return [placed(pattern, AnyOf(kind))]
        case ast.MatchSequence(patterns=items) if all(map(_takes_all, items)):
            stars = sum(isinstance(p, ast.MatchStar) for p in items)
            return [IsSequence(pattern_place(pattern), len(items) - stars, not stars)]
        case _:
            return []


def _takes_all(pattern: ast.pattern) -> bool:
    """Whether a pattern matches every value."""
    return isinstance(pattern, ast.MatchStar) or (isinstance(pattern, ast.MatchAs) and pattern.pattern is None)


def pattern_place(pattern: ast.pattern) -> ast.expr:
    return placed(pattern, ast.Constant(None))


def _all(tests: list[ast.expr]) -> ast.expr | None:
    """All tests as one; None when there is nothing to test."""
    if len(tests) < 2:
        return tests[0] if tests else None
    return placed(tests[0], ast.BoolOp(ast.And(), tests))


def _number(place: ast.AST, value: int) -> ast.expr:
    number = placed(place, ast.Constant(abs(value)))
    return number if value >= 0 else placed(place, ast.UnaryOp(ast.USub(), number))


# --- what patterns ask of types ---


def is_complete(body: BodyChecker, node: LastCase) -> bool:
    """Whether the cases name every value that the subject can have."""
    t = body.type_of(body.expr(node.subject))
    if isinstance(t, OptionType):
        if not any(isinstance(v, ast.Constant) and v.value is None for v in node.values):
            return False
        t = body.infer.prune(t.inner)
    if isinstance(t, BoolType):
        return {v.value for v in node.values if isinstance(v, ast.Constant)} >= {True, False}
    if isinstance(t, ClassType):
        return any(isinstance(v, AnyOf) for v in node.values)
    if isinstance(t, UnionType):
        named = [classes_named(body, v.kind) or [] for v in node.values if isinstance(v, AnyOf)]
        return len(members_named(t, [d for part in named for d in part])) == len(t.members)
    if isinstance(t, ListType):
        return _all_lengths([v for v in node.values if isinstance(v, IsSequence)])
    if not isinstance(t, EnumType):
        return False
    return {v.attr for v in node.values if isinstance(v, ast.Attribute)} >= set(t.decl.variants)


def _all_lengths(cases: list[IsSequence]) -> bool:
    """Whether lists of every length match one of the cases."""
    longest = min((c.count for c in cases if not c.exact), default=None)
    return longest is not None and {c.count for c in cases if c.exact} >= set(range(longest))


@handles(IsSequence)
def is_sequence(body: BodyChecker, node: IsSequence, expected: Type | None) -> Expr:
    value = body.expr(node.value)
    t = body.type_of(value)
    if isinstance(t, TupleType | ArrayType):
        length = len(t.elems) if isinstance(t, TupleType) else t.length
        if length < node.count or (node.exact and length != node.count):
            raise body.error(node, f"{body.show(t)} never matches this", f"write a pattern of {length} items")
        return BoolLit(BOOL, body.span(node), True)
    if not isinstance(t, ListType) or element_type(t) is None:
        raise body.error(node, f"{body.show(t)} is no sequence that a pattern can match", "match a tuple or a list")
    size = placed(node, ast.Call(placed(node, ast.Name("len", ast.Load())), [node.value], []))
    operator = ast.Eq() if node.exact else ast.GtE()
    return body.expr(placed(node, ast.Compare(size, [operator], [_number(node, node.count)])))


@handles(IsInstance)
def is_instance(body: BodyChecker, node: IsInstance, expected: Type | None) -> Expr:
    value = body.expr(node.value)
    t = body.type_of(value)
    if isinstance(t, OptionType | UnionType):
        asked = ast.Call(placed(node, ast.Name("isinstance", ast.Load())), [Known(value, node.value), node.kind], [])
        return body.expr(placed(node, asked))
    _class_of(body, node.value, node.kind)
    return BoolLit(BOOL, body.span(node), True)


@handles(FieldAt)
def field_at(body: BodyChecker, node: FieldAt, expected: Type | None) -> Expr:
    fields = _class_of(body, node.value, node.kind).all_fields()
    if node.at >= len(fields):
        raise body.error(node, f"the class has {len(fields)} fields", "remove the patterns that are too many")
    return body.expr(placed(node, ast.Attribute(node.value, fields[node.at].name, ast.Load())))


def _class_of(body: BodyChecker, value: ast.expr, kind: ast.expr) -> ClassDecl:
    """The class that a pattern names, which must be that of the value."""
    symbol = body.symbol(kind)
    t = body.type_of(body.expr(value))
    if not isinstance(symbol, ClassSymbol) or not isinstance(t, ClassType):
        raise body.error(kind, f"no class matches {body.show(t)}", "match a value, or the fields of an object")
    if symbol.info.decl not in (t.decl, *bases_of(t.decl)):
        raise body.error(kind, f"{body.show(t)} is never a `{ast.unparse(kind)}`", f"write `{t}(...)`")
    return t.decl
