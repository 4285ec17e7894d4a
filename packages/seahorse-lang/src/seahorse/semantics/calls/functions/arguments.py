"""The matching of a call's arguments to parameters, and calls of the workspace's functions."""

from __future__ import annotations

import ast
from collections.abc import Mapping, Sequence
from dataclasses import fields

from seahorse.diagnostics import CompileError, fail
from seahorse.semantics import tree
from seahorse.semantics.calls.functions.calm import is_calm
from seahorse.semantics.declarations.declare import default_nodes
from seahorse.semantics.declarations.methods import is_property, is_static, require_self
from seahorse.semantics.expressions.still import is_still
from seahorse.semantics.names.near import near
from seahorse.semantics.names.symbols import ClassInfo, ModuleScope
from seahorse.semantics.scope import library
from seahorse.semantics.scope.body import BodyChecker
from seahorse.semantics.scope.known import ImplicitCall
from seahorse.semantics.tree import (
    AccountDecl,
    Call,
    Coerce,
    EnumDecl,
    Expr,
    Function,
    account_type,
    class_type,
    enum_type,
)
from seahorse.semantics.tree.types import NONE, UNCHECKED, ArrayType, ClassType, ListType, Type, is_account
from seahorse.syntax.refused import Refused, RefusedStatement
from seahorse.syntax.walk import child_nodes


def bind(
    body: BodyChecker, node: ast.Call, names: Sequence[str], optional: Sequence[str], label: str
) -> dict[str, ast.expr]:
    """Match a call's arguments to parameter names, by position and by keyword, as Python does."""
    star = next((a for a in node.args if isinstance(a, ast.Starred)), None)
    if star is not None:
        raise body.error(star, "how many values a list has is not known", "name each: `items[0], items[1]`")
    if len(node.args) > len(names):
        count = "no arguments" if not names else f"at most {len(names)} argument{'s' if len(names) > 1 else ''}"
        form = f"its parameters: {', '.join(names)}" if names else "remove the arguments"
        raise body.error(node.args[len(names)], f"`{label}` takes {count}", form)
    bound = dict(zip(names, node.args, strict=False))
    for keyword in node.keywords:
        assert keyword.arg is not None
        span = body.span(keyword)
        if keyword.arg not in names:
            close = near(keyword.arg, names)
            listed = f"its parameters: {', '.join(names)}" if names else "remove the argument"
            hint = f"did you mean `{close}`?" if close else listed
            named = body.source.first_name(keyword, keyword.arg, close) if close else None
            raise fail(span, f"`{label}` has no parameter `{keyword.arg}`", hint, named)
        if keyword.arg in bound:
            raise fail(span, f"`{label}` is given `{keyword.arg}` twice", "remove one of them")
        bound[keyword.arg] = keyword.value
    missing = [n for n in names if n not in bound and n not in optional]
    if missing:
        listed = ", ".join(f"`{m}`" for m in missing)
        more = f"; its parameters: {', '.join(names)}" if len(names) > 1 else ""
        raise body.error(node, f"`{label}` needs {listed}", f"write `{missing[0]}=...`{more}")
    return bound


def require_order(
    body: BodyChecker, bound: Mapping[str, ast.expr], names: Sequence[str], made: Mapping[str, Expr]
) -> None:
    """Raise where keywords stand in another order than the parameters `names`, and it shows.

    Python evaluates arguments as they are written, this language in the order of the parameters. `made`: the arguments.
    """
    written = [name for name in bound if name in made]
    if written == [name for name in names if name in made] or all(is_still(made[name]) for name in written):
        return
    late = next(name for name, other in zip(written, (n for n in names if n in made), strict=True) if name != other)
    hint = "give the arguments in the order of the parameters, or put them in variables first"
    raise body.error(bound[late], f"`{late}` is evaluated before parameters that stand before it", hint)


def argument(body: BodyChecker, node: ast.expr, target: Type, what: str) -> Expr:
    """An argument of a function: any account may be passed where an UncheckedAccount is taken."""
    value = body.expr(node, target)
    if body.infer.prune(target) == UNCHECKED:
        t = body.type_of(value)
        if is_account(t) and t != UNCHECKED and t == body.infer.resolve(t) and not str(t).endswith("None"):
            return Coerce(UNCHECKED, value.span, value)
    return body.coerce(value, target, node, what)


def call_function(
    body: BodyChecker,
    node: ast.Call,
    function: Function,
    home: ModuleScope,
    syntax: ast.FunctionDef,
    receiver: list[Expr],
) -> Expr:
    """A call of a function of the workspace. `receiver` is [self] for a method."""
    params = function.params[len(receiver) :]
    defaults = default_nodes(syntax)
    if syntax.args.vararg is not None:
        node = _gathered(node, [p.name for p in params], syntax.args.vararg.arg)
    by_name = [p.arg for p in syntax.args.kwonlyargs]
    if len(node.args) > len(params) - len(by_name) and len(node.args) <= len(params):
        extra = node.args[len(params) - len(by_name)]
        named = body.source.before(extra, f"{by_name[0]}=")
        raise body.error(extra, f"`{by_name[0]}` is given by name only", f"write `{by_name[0]}=...`", named)
    bound = bind(body, node, [p.name for p in params], list(defaults), function.name)
    made: dict[str, Expr] = {}
    for param in params:
        given = bound.get(param.name)
        if given is not None:
            made[param.name] = argument(body, given, param.type, f"parameter `{param.name}`")
    require_order(body, bound, [p.name for p in params], made)
    args = list(receiver)
    for param in params:
        if param.name in made:
            args.append(made[param.name])
            continue
        with body.inside(home):
            args.append(body.typed(defaults[param.name], param.type, f"parameter `{param.name}`"))
    body.calls.append((function, body.span(node)))
    if function.returns in (None, NONE) and _gives_a_value(syntax):
        # Told where the function is: its header does not say that it returns one.
        raise CompileError([])
    if not is_calm(body, syntax):
        body.forget_fields()
    return Call(function.returns or NONE, body.span(node), function, args)


def _gives_a_value(syntax: ast.FunctionDef) -> bool:
    """Whether a function returns a value, or does what was refused (it may be a generator)."""
    pending: list[ast.AST] = list(syntax.body)
    while pending:
        node = pending.pop()
        match node:
            case Refused() | RefusedStatement():
                return True
            case ast.Return(value=None | ast.Call() | ast.Constant(value=None)):
                pass
            case ast.Return():
                return True
            case ast.FunctionDef() | ast.Lambda():
                continue
            case _:
                pass
        pending += child_nodes(node)
    return False


def _gathered(node: ast.Call, names: list[str], rest: str) -> ast.Call:
    """A call in which the values for `*rest` are one list."""
    before = names.index(rest)
    values = ast.copy_location(ast.List(node.args[before:], ast.Load()), node)
    keyword = ast.copy_location(ast.keyword(rest, values), node)
    return ast.copy_location(ast.Call(node.func, node.args[:before], [*node.keywords, keyword]), node)


# The parts that a default may have: values that no code can change, known before the program runs.
_FIXED = (
    tree.IntLit,
    tree.FloatLit,
    tree.BoolLit,
    tree.StrLit,
    tree.BytesLit,
    tree.NoneLit,
    tree.PubkeyLit,
    tree.EnumLit,
    tree.TupleLit,
    tree.Arith,
    tree.Negate,
    tree.Invert,
    tree.Not,
    tree.Concat,
    tree.Repeat,
    tree.Convert,
    tree.Coerce,
    tree.Compare,
    tree.BoolOp,
    tree.IfExp,
)


def check_default(body: BodyChecker, node: ast.expr, value: Expr, name: str) -> Expr:
    """Refuse defaults that would differ from Python, which evaluates a default once, when the function is defined:
    objects, and values that must be computed while the program runs."""
    if isinstance(body.infer.prune(value.type), ListType | ArrayType | ClassType):
        hint = f"write `{name}: ... | None = None`, and make a new one where it is None"
        raise body.error(node, f"all calls would share this default of `{name}`", hint)
    left: list[object] = [value]
    while left:
        part = left.pop()
        if isinstance(part, list):
            left += part  # pyright: ignore[reportUnknownArgumentType]
        elif isinstance(part, Expr):
            if not isinstance(part, _FIXED):
                hint = "give a constant, or `None` and compute the value in the function"
                raise body.error(node, f"the default of `{name}` is computed once, before any call", hint)
            left += [getattr(part, f.name) for f in fields(part) if f.name not in ("type", "span")]
    return value


def call_user_method(body: BodyChecker, node: ast.Call, func: ast.Attribute, receiver: Expr, info: ClassInfo) -> Expr:
    """`value.method(...)` of an account or class instance."""
    syntax, definer = info.methods[func.attr]
    function = body.checker.functions.method(info, func.attr)
    if is_property(definer.scope, syntax) and not isinstance(node, ImplicitCall):
        message = f"`{func.attr}` is a property of {body.show(receiver.type)}"
        raise body.error(func, message, "remove the parentheses", body.source.without_call(func))
    require_self(definer.scope, syntax)
    if is_static(definer.scope, syntax):
        return call_function(body, node, function, definer.scope, syntax, [])
    return call_function(body, node, function, definer.scope, syntax, [receiver])


def call_library_method(body: BodyChecker, node: ast.Call, found: library.LibraryFunction, receiver: Expr) -> Expr:
    """`receiver.name(...)`, where the function's parameters are the method's."""
    span = body.span(node)
    self = body.coerce(receiver, found.function.params[0].type, node.func, "the receiver")
    called = call_function(body, node, found.function, found.scope, found.syntax, [self])
    assert isinstance(called, Call)
    called.library = found.function.name.replace("_", ".", 1)
    called.span = span
    return called


def self_type(info: ClassInfo) -> Type:
    decl = info.decl
    if isinstance(decl, EnumDecl):
        return enum_type(decl)
    return account_type(decl) if isinstance(decl, AccountDecl) else class_type(decl)
