"""Statements: blocks and their scopes, conditions, loops, events and logs."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable
from typing import Any

from seahorse.diagnostics import CompileError
from seahorse.semantics.calls.accounts.invoke import append_cpi
from seahorse.semantics.expressions.indexes import iterate
from seahorse.semantics.expressions.objects import is_named_tuple
from seahorse.semantics.expressions.operators import condition
from seahorse.semantics.expressions.stars import joined_texts, without_stars
from seahorse.semantics.expressions.still import may_write
from seahorse.semantics.expressions.texts import has_changing_text, printable
from seahorse.semantics.names.symbols import ClassSymbol
from seahorse.semantics.scope.body import BodyChecker, unassigned
from seahorse.semantics.scope.held import remember
from seahorse.semantics.scope.hoisting import hoisting_of
from seahorse.semantics.scope.narrowing import facts
from seahorse.semantics.statements.assignments.assignment import (
    ann_assign,
    assign,
    declare_target,
    unpack_object,
)
from seahorse.semantics.statements.assignments.augmented import aug_assign
from seahorse.semantics.statements.assignments.unpacking import tuples_of
from seahorse.semantics.statements.definite import DefiniteAssignment
from seahorse.semantics.statements.endings import check_returns, has_break, terminates
from seahorse.semantics.statements.iterator_loops import by_next
from seahorse.semantics.statements.leaving import check_assert, check_raise, check_return, prelude_name
from seahorse.semantics.statements.local_functions import define
from seahorse.semantics.statements.rewriting.cells import with_cells
from seahorse.semantics.statements.rewriting.patterns import LastCase, is_complete
from seahorse.semantics.statements.rewriting.shadowed import without_shadowed
from seahorse.semantics.statements.rewriting.sugar import plain
from seahorse.semantics.statements.unrolling import leave, unroll, unrolls
from seahorse.semantics.statements.useless import assigned_instead
from seahorse.semantics.tree import (
    BoolLit,
    Break,
    Call,
    Construct,
    Continue,
    CpiCall,
    Emit,
    Expr,
    ExprStmt,
    For,
    FString,
    If,
    InitAccount,
    Not,
    Print,
    Stmt,
    StrLit,
    Target,
    Var,
    VarTarget,
    While,
)
from seahorse.semantics.tree import Builtin as BuiltinCall
from seahorse.semantics.tree.types import STR, ClassType
from seahorse.syntax import RefusedStatement
from seahorse.syntax.walk import child_nodes, walk_syntax


def check_body(body: BodyChecker, node: ast.FunctionDef, parameters: Iterable[str]) -> list[Stmt]:
    """Check all statements of a function or an instruction, and that its variables have values where they are used."""
    before = body.checker.mistakes
    syntax = plain(with_cells(without_shadowed(node), body.error), body.error, body.checker.report)
    body.hoisting = hoisting_of(syntax, parameters)
    statements = check_block(body, syntax)
    if body.checker.mistakes == before:
        # A statement that could not be checked may have been the `return`.
        check_returns(body, node, statements)
        DefiniteAssignment(lambda name, span: body.checker.report(unassigned(name, span))).check(statements)
    return statements


def check_block(body: BodyChecker, statements: list[ast.stmt]) -> list[Stmt]:
    """Check statements in the current block; a mistake in one is reported and the next are checked all the same."""
    out: list[Stmt] = []
    for i, statement in enumerate(statements):
        if i == 0 and _is_docstring(statement):
            continue
        for name in body.hoisting.before.get(statement, ()):
            body.waiting[name] = (body.depth, out, body.span(statement))
        try:
            out.extend(check_statement(body, statement))
            remember(body, statement)
        except CompileError as error:
            body.checker.report(error)
            _go_on_after(body, statement)
        except RecursionError:
            error = body.error(statement, "this is nested too deeply", "split it with variables or functions")
            body.checker.report(error)
    return out


def _is_docstring(statement: ast.stmt) -> bool:
    match statement:
        case ast.Expr(value=ast.Constant(value=str())):
            return True
        case _:
            return False


def _go_on_after(body: BodyChecker, statement: ast.stmt) -> None:
    """After a wrong statement: what it would have defined is quietly unusable, and the blocks in it are checked."""
    for name in _defined(statement):
        body.poison(name, body.span(statement))
    if isinstance(statement, ast.If | ast.While | ast.For):
        loops = body.loops
        body.loops += not isinstance(statement, ast.If)
        for block in (statement.body, statement.orelse):
            with body.block():
                check_block(body, block)
        body.loops = loops


def _defined(statement: ast.stmt) -> list[str]:
    """The names that a statement assigns itself, and not in the blocks in it."""
    if isinstance(statement, RefusedStatement):
        return list(statement.names)
    blocks = {part for name in ("body", "orelse") for part in getattr(statement, name, ())}
    names: list[str] = []
    pending: list[ast.AST] = [statement]
    while pending:
        node = pending.pop()
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            names.append(node.id)
        pending += [child for child in child_nodes(node) if child not in blocks]
    return names


def check_statement(body: BodyChecker, node: ast.stmt) -> list[Stmt]:
    handler = STATEMENTS.get(type(node))
    if handler is None:
        if isinstance(node, ast.ClassDef):
            raise body.error(node, "a class inside a function is not supported", "move it to the module")
        if isinstance(node, ast.Import | ast.ImportFrom):
            raise body.error(node, "an import inside a function is not supported", "move it to the top of the module")
        raise body.error(node, "this statement is not supported", "write it with assignments, if, for and while")
    return handler(body, node)


# --- expressions as statements ---


def _expression(body: BodyChecker, node: ast.Expr) -> list[Stmt]:
    value = node.value
    if isinstance(value, ast.Constant) and isinstance(value.value, str):
        return []
    if not isinstance(value, ast.Call):
        hint, assigned = "assign it, or remove it", None
        if isinstance(value, ast.Compare):
            hint = "write `=` to assign, or `assert` to require it"
            assigned = assigned_instead(body, value)
        raise body.error(node, "this statement does nothing", hint, assigned)
    if prelude_name(body, value.func) == "print":
        return [Print(body.span(node), print_arguments(body, value))]
    if isinstance(value.func, ast.Attribute) and value.func.attr == "emit":
        emitted = _emit(body, value, value.func)
        if emitted is not None:
            return [emitted]
    appended = append_cpi(body, value)
    if appended is not None:
        return appended
    body.init_site = value
    checked = body.expr(value)
    body.init_site = None
    if isinstance(checked.type, ClassType) and checked.type.decl.is_event and isinstance(checked, Construct):
        raise body.error(node, "this event is made, and not emitted", f"write `{ast.unparse(value)}.emit()`")
    if not isinstance(checked, Call | CpiCall | BuiltinCall | InitAccount):
        raise body.error(node, "this statement does nothing", "assign it, or remove it")
    return [ExprStmt(body.span(node), checked)]


def print_arguments(body: BodyChecker, node: ast.Call) -> FString:
    """`print(a, b)`: the texts of the arguments, joined by spaces (or `sep`)."""
    separator = " "
    for keyword in node.keywords:
        if (
            keyword.arg != "sep"
            or not isinstance(keyword.value, ast.Constant)
            or not isinstance(keyword.value.value, str)
        ):
            raise body.error(
                keyword.value, "`print` takes values only", "each call logs one line; `sep='...'` is possible"
            )
        separator = keyword.value.value
    parts: list[tuple[Expr, str | None]] = []
    arguments = without_stars(body, node.args)
    if any(isinstance(a, ast.Starred) for a in arguments):
        return FString(STR, body.span(node), [(body.expr(joined_texts(node, separator)), None)])
    node = ast.copy_location(ast.Call(node.func, arguments, node.keywords), node)
    given = [printable(body, argument) for argument in arguments]
    _require_known_texts(body, node, given)
    for i, (argument, value) in enumerate(zip(node.args, given, strict=True)):
        if i and separator:
            parts.append((StrLit(STR, body.span(argument), separator), None))
        parts.extend(value.parts if isinstance(value, FString) and not _at_once(body, given, i) else [(value, None)])
    return FString(STR, body.span(node), parts)


def _at_once(body: BodyChecker, given: list[Expr], i: int) -> bool:
    """Whether the text of an argument must be made before those behind it, which may change an object in it."""
    return has_changing_text(body, given[i]) and any(map(may_write, given[i + 1 :]))


def _require_known_texts(body: BodyChecker, node: ast.Call, given: list[Expr]) -> None:
    """Raise for an account that a later argument may change: the program reads its fields before that. (Of lists and
    objects Python and this language read the text last.)"""
    for i, (argument, value) in enumerate(zip(node.args, given, strict=True)):
        changing = isinstance(value, FString) and not isinstance(argument, ast.JoinedStr)
        if changing and any(map(may_write, given[i + 1 :])):
            hint = "print it on a line of its own, or put the later arguments in variables first"
            raise body.error(argument, "a later argument may change the text of this one", hint)


def _has_emit(body: BodyChecker, t: ClassType) -> bool:
    info = body.checker.infos.get(t.decl)
    return info is not None and "emit" in info.methods


def _emit(body: BodyChecker, node: ast.Call, func: ast.Attribute) -> Emit | None:
    if isinstance(body.symbol(func.value), ClassSymbol):
        label = ast.unparse(func.value)
        raise body.error(node, "`emit` needs an event with its values", f"write `{label}(...).emit()`")
    event = body.expr(func.value)
    t = body.type_of(event)
    if not isinstance(t, ClassType) or _has_emit(body, t):
        return None
    if not t.decl.is_event:
        raise body.error(node, f"{t} is not an event", f"derive it: `class {t}(Event):`")
    if body.checker.is_foreign(t.decl):
        raise body.error(node, f"{t} is an event of another program", "define an event of your own")
    if node.args or node.keywords:
        raise body.error(node, "`emit` takes no arguments", "give the values to the event's constructor")
    return Emit(body.span(node), event)


# --- conditions and loops ---


def _if(body: BodyChecker, node: ast.If) -> list[Stmt]:
    test, (yes, no) = condition(body, node.test)
    known = _known_of_types(body, node.test, test)
    if known is not None:
        with body.block():
            return check_block(body, node.body if known else node.orelse)
    before = set(body.narrowed)
    guard = _guarded_name(body, node.test)
    body.narrowed = before | yes
    outer, body.init_guard = body.init_guard, guard
    with body.block():
        then = check_block(body, node.body)
    body.init_guard = outer
    after_then = body.narrowed
    body.narrowed = before | no
    with body.block():
        orelse = check_block(body, node.orelse)
    after_else = body.narrowed
    if terminates(then):
        body.narrowed = after_else
    elif terminates(orelse):
        body.narrowed = after_then
    else:
        body.narrowed = after_then & after_else
    return [If(body.span(node), test, then, orelse)]


def _known_of_types(body: BodyChecker, node: ast.expr, test: Expr) -> bool | None:
    """The answer of a test of types where the compiler knows it: the other branch is for values of other types."""
    asks = any(isinstance(n, ast.Call) and prelude_name(body, n.func) == "isinstance" for n in walk_syntax(node))
    negated = isinstance(test, Not)
    inner = test.value if isinstance(test, Not) else test
    return inner.value != negated if asks and isinstance(inner, BoolLit) else None


def _last_case(body: BodyChecker, node: LastCase) -> list[Stmt]:
    """The last case of a `match`: when the cases are all there can be, it is what happens otherwise."""
    if not is_complete(body, node):
        return _if(body, node)
    before = set(body.narrowed)
    if not node.guarded:
        body.narrowed |= facts(body, node.test)[0]
    with body.block():
        statements = check_block(body, node.body)
    body.narrowed &= before
    return statements


def _guarded_name(body: BodyChecker, test: ast.expr) -> str | None:
    """The account of a top-level `if account is not None:`, under which its `init` may stand."""
    match test:
        case ast.Compare(left=ast.Name(id=name), ops=[ast.IsNot()], comparators=[ast.Constant(value=None)]) if (
            body.depth == 1
        ):
            return name
        case _:
            return None


def _while(body: BodyChecker, node: ast.While) -> list[Stmt]:
    body.enter_loop([*node.body, ast.Expr(node.test)])
    before = set(body.narrowed)
    test, (yes, no) = condition(body, node.test)
    body.narrowed = before | yes
    statements = _loop_body(body, node.body)
    body.narrowed = set(before) if has_break(statements) else before | no
    with body.block():
        orelse = check_block(body, node.orelse)
    body.narrowed &= before if has_break(statements) else before | no
    return [While(body.span(node), test, statements, orelse)]


def _for(body: BodyChecker, node: ast.For) -> list[Stmt]:
    if unrolls(body, node):
        return unroll(body, node, check_block)
    stepped = by_next(body, node)
    if isinstance(stepped, tuple):
        return [stepped[0], *_while(body, stepped[1])]
    node = stepped
    iterable, item = iterate(body, node.iter)
    if not is_named_tuple(body, item):
        iterable, item = tuples_of(body, node.iter, node.target, iterable, item)
    body.enter_loop(node.body)
    before = set(body.narrowed)
    body.blocks.append({})
    try:
        if isinstance(node.target, ast.Tuple | ast.List) and is_named_tuple(body, item):
            held = body.hidden("item", item)
            target: Target = VarTarget(held, True)
            first = unpack_object(body, node, node.target, Var(item, body.span(node.target), held))
        else:
            target, first = declare_target(body, node.target, item, fresh=False), list[Stmt]()
        body.loops += 1
        body.unrolled.append(None)
        statements = [*first, *check_block(body, node.body)]
        body.unrolled.pop()
    except CompileError:
        for part in walk_syntax(node.target):
            if isinstance(part, ast.Name):
                body.poison(part.id, body.span(part))
        raise
    finally:
        body.loops = max(0, body.loops - 1)
        for name, binding in body.blocks.pop().items():
            body.closed.setdefault(name, binding.span)
    body.narrowed = set(before)
    with body.block():
        orelse = check_block(body, node.orelse)
    body.narrowed &= before
    return [For(body.span(node), target, iterable, statements, orelse)]


def _loop_body(body: BodyChecker, statements: list[ast.stmt]) -> list[Stmt]:
    body.loops += 1
    body.unrolled.append(None)
    try:
        with body.block():
            return check_block(body, statements)
    finally:
        body.loops -= 1
        body.unrolled.pop()


def _break(body: BodyChecker, node: ast.Break) -> list[Stmt]:
    if not body.loops:
        returned = body.source.instead(node, "return")
        raise body.error(node, "`break` works only inside a loop", "remove it, or write `return`", returned)
    return leave(body, node) or [Break(body.span(node))]


def _continue(body: BodyChecker, node: ast.Continue) -> list[Stmt]:
    if not body.loops:
        returned = body.source.instead(node, "return")
        raise body.error(node, "`continue` works only inside a loop", "remove it, or write `return`", returned)
    return leave(body, node) or [Continue(body.span(node))]


def _nothing(body: BodyChecker, node: ast.Pass) -> list[Stmt]:
    return []


def _delete_name(body: BodyChecker, node: ast.Delete) -> list[Stmt]:
    """`del name` in the block that made it: the name has no meaning from here on."""
    target = node.targets[0]
    assert isinstance(target, ast.Name)
    if body.variable(target) is None:
        raise body.undefined(target)
    if target.id not in body.blocks[-1]:
        raise body.error(target, f"`{target.id}` belongs to a block further out", "delete it there, or leave it")
    del body.blocks[-1][target.id]
    return []


STATEMENTS: dict[type[ast.stmt], Callable[[BodyChecker, Any], list[Stmt]]] = {
    ast.Expr: _expression,
    ast.Assign: assign,
    ast.AnnAssign: ann_assign,
    ast.AugAssign: aug_assign,
    ast.If: _if,
    LastCase: _last_case,
    ast.While: _while,
    ast.For: _for,
    ast.Break: _break,
    ast.Continue: _continue,
    ast.Return: check_return,
    ast.Assert: check_assert,
    ast.Raise: check_raise,
    ast.Pass: _nothing,
    ast.Delete: _delete_name,
    ast.FunctionDef: define,
}
