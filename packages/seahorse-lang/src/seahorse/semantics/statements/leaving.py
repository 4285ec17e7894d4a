"""Statements that leave a function: returns, errors, and asserts."""

from __future__ import annotations

import ast

from seahorse.diagnostics import Replacement
from seahorse.semantics.expressions.indexes import iterate
from seahorse.semantics.expressions.operators import condition
from seahorse.semantics.names.near import near
from seahorse.semantics.names.symbols import ErrorSymbol, PreludeSymbol
from seahorse.semantics.scope.body import BodyChecker
from seahorse.semantics.scope.known import Known
from seahorse.semantics.statements.rewriting.made_nodes import placed
from seahorse.semantics.tree import Assert, ErrorCode, Expr, ExprStmt, Raise, Return, Stmt
from seahorse.semantics.tree.types import NONE, STR, ListType, OptionType, StrType


def check_return(body: BodyChecker, node: ast.Return) -> list[Stmt]:
    match node.value:
        case ast.Call(func=ast.Name(id="iter"), args=[items], keywords=[]) if isinstance(body.returns, ListType):
            # Callers only loop over the result.
            value, _ = iterate(body, items)
            node = ast.copy_location(ast.Return(Known(value, items)), node)
        case _:
            pass
    is_none = isinstance(node.value, ast.Constant) and node.value.value is None
    if node.value is None or (is_none and body.returns == NONE):
        if body.returns != NONE and not isinstance(body.returns, OptionType):
            raise body.error(node, f"this returns nothing, but the function returns {body.returns}", "return a value")
        if isinstance(body.returns, OptionType):
            none = ast.copy_location(ast.Constant(None), node)
            return [Return(body.span(node), body.typed(none, body.returns, "the returned value"))]
        return [Return(body.span(node), None)]
    if body.returns == NONE:
        value = body.expr(node.value)
        if body.type_of(value) == NONE:
            return [ExprStmt(body.span(node), value), Return(body.span(node), None)]
        shown = body.show(value.type).replace("an integer", "u64")
        hint = f"write `-> {shown}` in its header, or return nothing"
        raise body.error(node.value, "this function declares no return value", hint, _returning(body, node, shown))
    return [Return(body.span(node), body.typed(node.value, body.returns, "the returned value"))]


def _returning(body: BodyChecker, node: ast.Return, result: str) -> Replacement | None:
    """The function around a statement with the type of its result."""
    around = [
        f
        for f in ast.walk(body.scope.module.tree)
        if isinstance(f, ast.FunctionDef) and f.lineno <= node.lineno <= (f.end_lineno or f.lineno)
    ]
    function = max(around, key=lambda f: f.lineno, default=None)
    return body.source.returning(function, result) if function is not None else None


def check_assert(body: BodyChecker, node: ast.Assert) -> list[Stmt]:
    if isinstance(node.test, ast.Tuple):
        text = body.source.text_of(node.test)
        bare = body.source.instead(node.test, text[1:-1]) if len(node.test.elts) == 2 and text[:1] == "(" else None
        hint = "remove the parentheses: `assert condition, error`"
        raise body.error(node.test, "this tuple is always true", hint, bare)
    test, (yes, _) = condition(body, node.test)
    error = error_of(body, node.msg, asserts=True) if node.msg is not None else None
    body.narrowed |= yes
    return [Assert(body.span(node), test, error)]


def _is_stop(body: BodyChecker, node: ast.expr | None) -> bool:
    """`StopIteration` of a `__next__`, which then gives nothing."""
    named = node.func if isinstance(node, ast.Call) else node
    if not isinstance(named, ast.Name) or named.id != "StopIteration" or body.scope.lookup(named.id) is not None:
        return False
    if body.name != "__next__":
        hint = "write `raise Exception('text')`, or an error of the program"
        assert node is not None
        other = body.source.instead(node, "Exception('text')")
        raise body.error(named, "StopIteration ends a `__next__`, and means nothing elsewhere", hint, other)
    return True


def check_raise(body: BodyChecker, node: ast.Raise) -> list[Stmt]:
    if _is_stop(body, node.exc):
        none = placed(node, ast.Constant(None))
        return [Return(body.span(node), body.typed(none, body.returns, "the returned value"))]
    if node.exc is None:
        raise body.error(node, "`raise` needs an error", "write `raise MyError.CODE`")
    return [Raise(body.span(node), error_of(body, node.exc))]


def error_of(body: BodyChecker, node: ast.expr, *, asserts: bool = False) -> ErrorCode | Expr:
    """`MyError.CODE`, or `Exception('message')`; of an `assert` also the message alone."""
    if isinstance(node, ast.Call) and prelude_name(body, node.func) in ("Exception", "ValueError"):
        if len(node.args) == 1 and not node.keywords:
            return body.typed(node.args[0], STR, "the message")
        raise body.error(node, "an exception takes one message", "write `raise MyError.CODE`")
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
        inner = node.func
        if isinstance(body.symbol(inner.value), ErrorSymbol):
            bare = body.source.instead(node, body.source.text_of(inner))
            raise body.error(node, "an error code takes no parentheses", f"write `{ast.unparse(inner)}`", bare)
    owner = body.symbol(node.value) if isinstance(node, ast.Attribute) else None
    if isinstance(node, ast.Attribute) and isinstance(owner, ErrorSymbol):
        code = owner.decl.codes.get(node.attr)
        if code is None:
            close = near(node.attr, list(owner.decl.codes))
            hint = f"did you mean `{close}`?" if close else f"define `{node.attr} = number, 'message'` in it"
            named = body.source.attribute(node, close) if close else None
            raise body.error(node, f"`{owner.decl.name}` has no error `{node.attr}`", hint, named)
        body.checker.use_error(owner.program, code)
        return code
    if isinstance(node, ast.Name) and isinstance(body.symbol(node), ErrorSymbol):
        raise body.error(node, f"`{node.id}` is a class of errors", f"name one of its codes: `{node.id}.CODE`")
    raises = "write `raise MyError.CODE`, or `raise Exception('what is wrong')`"
    value = body.expr(node)
    if not isinstance(body.type_of(value), StrType):
        raise body.error(node, "this is not an error", "write `MyError.CODE` or a message" if asserts else raises)
    if not asserts:
        raise body.error(node, "a text cannot be raised", f"write `raise Exception({ast.unparse(node)})`")
    return value


def prelude_name(body: BodyChecker, func: ast.expr) -> str | None:
    symbol = body.symbol(func) if isinstance(func, ast.Name) else None
    return symbol.name if isinstance(symbol, PreludeSymbol) else None
