"""Calls of functions that take functions: each is compiled once for the functions that it is given."""

from __future__ import annotations

import ast

from seahorse.semantics.calls.functions.arguments import argument, bind, default_nodes, self_type
from seahorse.semantics.declarations.annotations import type_of
from seahorse.semantics.declarations.methods import parameters_of
from seahorse.semantics.declarations.typing_forms.generics import note, parameters_in
from seahorse.semantics.declarations.typing_forms.typing_names import callable_parts, is_callable
from seahorse.semantics.names.local_names import LocalNames
from seahorse.semantics.names.symbols import (
    BoundSymbol,
    ClassInfo,
    ClassSymbol,
    FunctionSymbol,
    ModuleScope,
    PreludeSymbol,
)
from seahorse.semantics.scope.body import BodyChecker
from seahorse.semantics.scope.known import Known
from seahorse.semantics.scope.local_functions import LocalFunction, captured_by
from seahorse.semantics.tree import Call, Expr, Function, Local, Var
from seahorse.semantics.tree.types import NONE, Type
from seahorse.syntax.walk import walk_syntax


def call_with_functions(
    body: BodyChecker,
    node: ast.Call,
    syntax: ast.FunctionDef,
    scope: ModuleScope,
    receiver: list[Expr],
    of: tuple[ClassInfo, ClassInfo] | None = None,
) -> Expr:
    """A call of a function, or of a method of `of` (the class, and the one that defines it), some of whose parameters
    take functions. Variables of the code around a function become arguments too, where the function uses them.
    """
    params = parameters_of(scope, syntax)[len(receiver) :]
    bound = bind(body, node, [p.arg for p in params], list(default_nodes(syntax)), syntax.name)
    types = _type_parameters(body, scope, params, bound)
    inside = LocalNames(scope, {name: BoundSymbol(t) for name, t in types.items()}) if types else scope
    given: list[tuple[str, Expr]] = [(syntax.args.args[0].arg, r) for r in receiver]
    functions: dict[str, LocalFunction] = {}
    taken = {n.id for n in walk_syntax(syntax) if isinstance(n, ast.Name)} | {p.arg for p in params}
    for param in params:
        value = bound.get(param.arg)
        if not is_callable(param.annotation):
            given.append((param.arg, _value(body, inside, syntax, param, value)))
            continue
        assert param.annotation is not None
        wanted, result = callable_parts(inside, param.annotation)
        signature = [type_of(inside, w) for w in wanted], type_of(inside, result)
        if value is None:
            with body.inside(scope):
                function = _function(body, default_nodes(syntax)[param.arg], param.arg, len(wanted))
        else:
            function = _function(body, value, param.arg, len(wanted))
        functions[param.arg] = _handed_over(body, node, function, param.arg, signature, taken, given)
    return _call(body, node, syntax, inside, functions, given, of)


def _type_parameters(
    body: BodyChecker, scope: ModuleScope, params: list[ast.arg], bound: dict[str, ast.expr]
) -> dict[str, Type]:
    """The type parameters that follow from the arguments which are values."""
    types: dict[str, Type] = {}
    for param in params:
        value, annotation = bound.get(param.arg), param.annotation
        if value is None or annotation is None or is_callable(annotation) or not any(parameters_in(scope, annotation)):
            continue
        known = body.expr(value)
        bound[param.arg] = Known(known, value)
        t = body.infer.final(known.type)
        if t is not None:
            note(scope, annotation, t, types)
    for param in params:
        value = bound.get(param.arg)
        if value is not None and param.annotation is not None and is_callable(param.annotation):
            _note_result(body, scope, param, value, types)
    return types


def _note_result(
    body: BodyChecker, scope: ModuleScope, param: ast.arg, value: ast.expr, types: dict[str, Type]
) -> None:
    """What a given function says of the type parameters in its result, when those of its parameters are known."""
    assert param.annotation is not None
    wanted, result = callable_parts(scope, param.annotation)
    named = {n for w in wanted for n in parameters_in(scope, w)}
    if not set(parameters_in(scope, result)) - types.keys() or not named <= types.keys():
        return
    function = _function(body, value, param.arg, len(wanted))
    parameters = function.node.args.args
    if not isinstance(function.node, ast.Lambda) or len(parameters) != len(wanted):
        return
    inside = LocalNames(scope, {name: BoundSymbol(t) for name, t in types.items()})
    with body.block():
        for parameter, w in zip(parameters, wanted, strict=True):
            body.declare(parameter.arg, type_of(inside, w), body.span(parameter))
        t = body.infer.final(body.expr(function.node.body).type)
    if t is not None:
        note(scope, result, t, types)


def _value(
    body: BodyChecker, scope: ModuleScope, syntax: ast.FunctionDef, param: ast.arg, value: ast.expr | None
) -> Expr:
    if param.annotation is None:
        hint, typed = f"write `{param.arg}: u64`, or another type", scope.module.source.around(param, "", ": u64")
        raise body.error(param, f"parameter `{param.arg}` has no type", hint, typed)
    t = type_of(scope, param.annotation)
    if value is not None:
        return argument(body, value, t, f"parameter `{param.arg}`")
    with body.inside(scope):
        return body.typed(default_nodes(syntax)[param.arg], t, f"parameter `{param.arg}`")


def _function(body: BodyChecker, node: ast.expr, name: str, count: int) -> LocalFunction:
    """The function that an argument is."""
    if isinstance(node, ast.Lambda):
        return LocalFunction(name, node, scope=body.scope)
    if isinstance(node, ast.Name) and node.id in body.local_functions:
        return body.local_functions[node.id]
    symbol = body.symbol(node) if isinstance(node, ast.Name | ast.Attribute) else None
    if not isinstance(symbol, FunctionSymbol | PreludeSymbol | ClassSymbol) and not _is_method(body, node):
        hint = "write a lambda, or the name of a function"
        raise body.error(node, f"parameter `{name}` takes a function", hint)
    # `double` stands for `lambda x: double(x)`.
    known = body.checker.functions.named
    key = (ast.unparse(node), body.scope.program, body.scope.name, count)
    if key not in known:
        names = [f"value{i}" for i in range(count)]
        parameters = ast.arguments([], [ast.arg(n) for n in names], None, [], [], None, [])
        call = ast.Call(node, [ast.Name(n, ast.Load()) for n in names], [])
        made = ast.copy_location(ast.Lambda(parameters, call), node)
        for part in walk_syntax(made):
            if not hasattr(part, "lineno") and isinstance(part, ast.expr | ast.arg):
                ast.copy_location(part, node)
        known[key] = made
    return LocalFunction(name, known[key], scope=body.scope)


def _is_method(body: BodyChecker, node: ast.expr) -> bool:
    """`value.method` of a variable, or of `self`."""
    root = node
    while isinstance(root, ast.Attribute):
        root = root.value
    return isinstance(node, ast.Attribute) and isinstance(root, ast.Name) and body.find(root.id) is not None


def _handed_over(
    body: BodyChecker,
    node: ast.Call,
    function: LocalFunction,
    name: str,
    signature: tuple[list[Type], Type],
    taken: set[str],
    given: list[tuple[str, Expr]],
) -> LocalFunction:
    """A function, as the function that takes it as an argument sees it. Adds the variables that it uses to `given`."""
    if len(function.parameters) - len(function.node.args.defaults) > len(signature[0]) or len(signature[0]) > len(
        function.parameters
    ):
        count = len(signature[0])
        hint = f"write one with {count} parameter{'' if count == 1 else 's'}"
        raise body.error(node, f"`{name}` is called with {count} arguments, which this function does not take", hint)
    known = body.local_functions if function.known is None else function.known
    renamed: dict[str, str] = {}
    for own, variable in captured_by(function, body.local_functions):
        found = body.find(variable)
        if found is None:
            if variable in body.hoisting.assigned:
                raise body.undefined(ast.copy_location(ast.Name(variable, ast.Load()), node))
            continue
        binding = body.variable(ast.copy_location(ast.Name(variable, ast.Load()), node))
        assert binding is not None
        hidden = f"{name}_{own}"
        while hidden in taken:
            hidden += "_"
        taken.add(hidden)
        renamed[own] = hidden
        given.append((hidden, Var(binding.local.type, body.span(node), binding.local)))
    return LocalFunction(
        name,
        function.node,
        function.signature,
        types=signature,
        scope=function.scope or body.scope,
        known=dict(known),
        renamed=renamed,
    )


def _call(
    body: BodyChecker,
    node: ast.Call,
    syntax: ast.FunctionDef,
    scope: ModuleScope,
    functions: dict[str, LocalFunction],
    given: list[tuple[str, Expr]],
    of: tuple[ClassInfo, ClassInfo] | None,
) -> Expr:
    types = tuple(body.infer.final(v.type) or v.type for _, v in given)
    table = body.checker.functions
    key = (syntax, self_type(of[0]) if of is not None else None, types)
    key += tuple((name, f.node, f.scope and f.scope.name) for name, f in functions.items())
    function = table.taking.get(key)
    if function is None:
        function = Function(syntax.name, scope.name, scope.name_span(syntax, syntax.name))
        function.owner = of[0].decl.name if of is not None else None
        function.params = [Local(i, n, t) for i, ((n, _), t) in enumerate(zip(given, types, strict=True))]
        function.returns = None if syntax.returns is None else type_of(scope, syntax.returns)
        table.taking[key] = function
        inner = BodyChecker(body.checker, scope, function.returns or NONE, None, *(of or (None, None)))
        inner.name = function.name
        inner.local_functions = functions
        for param in function.params:
            inner.declare(param.name, param.type, function.span)
        table.check_later(function, inner, syntax)
    body.calls.append((function, body.span(node)))
    body.forget_fields()
    return Call(function.returns or NONE, body.span(node), function, [v for _, v in given])
