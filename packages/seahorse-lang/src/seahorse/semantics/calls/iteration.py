"""Iterators and functions over sequences: range, enumerate, zip, map, filter, sorted, sum, all, any, reversed."""

from __future__ import annotations

import ast

from seahorse.semantics.calls.builtins import builtin, one
from seahorse.semantics.calls.local_functions import as_lambda
from seahorse.semantics.expressions.comparisons import ordered
from seahorse.semantics.expressions.indexes import iterate
from seahorse.semantics.expressions.literals import joined
from seahorse.semantics.expressions.objects import named_fields, number_of
from seahorse.semantics.expressions.operators import is_integer, is_number, truth
from seahorse.semantics.inference.unknowns import Unknown
from seahorse.semantics.names.symbols import FunctionSymbol, PreludeSymbol
from seahorse.semantics.scope.body import BodyChecker
from seahorse.semantics.scope.known import class_info
from seahorse.semantics.tree import Builtin, Call, Expr, IntLit, Lambda, Local, TupleLit, Var
from seahorse.semantics.tree.types import (
    BOOL,
    NONE,
    U64,
    BoolType,
    EnumType,
    IntType,
    IterType,
    ListType,
    TupleType,
    Type,
)


@builtin("range")
def _range(body: BodyChecker, node: ast.Call, expected: Type | None) -> Expr:
    if node.keywords or not 1 <= len(node.args) <= 3:
        raise body.error(node, "`range` takes 1 to 3 integers", "write `range(stop)` or `range(start, stop, step)`")
    values = [body.expr(a) for a in node.args]
    for value, argument in zip(values, node.args, strict=True):
        if not is_integer(body.type_of(value)):
            raise body.error(argument, f"`range` takes integers, not {body.show(value.type)}", "use integers")
    values, t = joined(body, values, node.args, None, "the parameters of `range`")
    if len(values) == 3 and isinstance(values[2], IntLit) and values[2].value == 0:
        raise body.error(node.args[2], "the step of a range cannot be 0", "use 1, or -1 to count down")
    of = body.infer.prune(t)
    if isinstance(of, IntType) and not of.signed and any(_is_negative(a) for a in node.args):
        hint = f"walk `reversed(...)`, or count in a signed type: `range(i64({ast.unparse(node.args[0])}), ...)`"
        raise body.error(node, f"this range counts in {of}, which has no negative numbers", hint)
    return Builtin(IterType(t), body.span(node), "range", values)


def _is_negative(node: ast.expr) -> bool:
    return isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub) and isinstance(node.operand, ast.Constant)


@builtin("enumerate")
def _enumerate(body: BodyChecker, node: ast.Call, expected: Type | None) -> Expr:
    keywords = [k for k in node.keywords if k.arg != "start"]
    if keywords or not 1 <= len(node.args) <= 2 or len(node.args) + len(node.keywords) > 2:
        raise body.error(node, "`enumerate` takes a sequence and a start", "write `enumerate(items)`")
    sequence, item = iterate(body, node.args[0])
    args = [sequence]
    start = node.args[1] if len(node.args) == 2 else node.keywords[0].value if node.keywords else None
    if start is not None:
        args.append(body.typed(start, U64, "the start of `enumerate`"))
    return Builtin(IterType(TupleType((U64, item))), body.span(node), "enumerate", args)


@builtin("zip")
def _zip(body: BodyChecker, node: ast.Call, expected: Type | None) -> Expr:
    if node.keywords or len(node.args) < 2:
        raise body.error(node, "`zip` takes two or more sequences", "write `zip(a, b)`")
    pairs = [iterate(body, a) for a in node.args]
    return Builtin(IterType(TupleType(tuple(t for _, t in pairs))), body.span(node), "zip", [v for v, _ in pairs])


@builtin("reversed")
def _reversed(body: BodyChecker, node: ast.Call, expected: Type | None) -> Expr:
    sequence, item = iterate(body, one(body, node, "reversed"))
    return Builtin(IterType(item), body.span(node), "reversed", [sequence])


@builtin("map")
def _map(body: BodyChecker, node: ast.Call, expected: Type | None) -> Expr:
    function, sequence = _function_and_sequence(body, node, "map")
    return Builtin(IterType(function.body.type), body.span(node), "map", [function, sequence])


@builtin("filter")
def _filter(body: BodyChecker, node: ast.Call, expected: Type | None) -> Expr:
    function, sequence = _function_and_sequence(body, node, "filter")
    function.body = truth(body, node.args[0], function.body)
    return Builtin(IterType(function.params[0].type), body.span(node), "filter", [function, sequence])


def _function_and_sequence(body: BodyChecker, node: ast.Call, name: str) -> tuple[Lambda, Expr]:
    if node.keywords or len(node.args) != 2:
        raise body.error(node, f"`{name}` takes a function and a sequence", f"write `{name}(lambda x: ..., items)`")
    sequence, item = iterate(body, node.args[1])
    return lambda_of(body, node.args[0], [item], f"`{name}`"), sequence


def lambda_of(body: BodyChecker, node: ast.expr, params: list[Type], what: str) -> Lambda:
    """A lambda or the name of a function, given to another function."""
    if isinstance(node, ast.Lambda):
        names = [a.arg for a in node.args.args]
        if node.args.kwonlyargs or node.args.defaults or len(names) != len(params):
            count = len(params)
            raise body.error(
                node, f"the function for {what} takes {count} parameter{'s' if count > 1 else ''}", "correct the lambda"
            )
        body.enter_loop([ast.copy_location(ast.Expr(node.body), node)])
        narrowed = set(body.narrowed)
        with body.block():
            local_params = [body.declare(n, t, body.span(node)) for n, t in zip(names, params, strict=True)]
            result = body.expr(node.body)
        body.narrowed &= narrowed
        if body.type_of(result) == NONE:
            raise body.error(node.body, "this call returns no value", "use a `for` loop")
        return Lambda(result.type, body.span(node), local_params, result)
    local = body.local_functions.get(node.id) if isinstance(node, ast.Name) else None
    if local is not None and isinstance(local.node, ast.Lambda):
        return lambda_of(body, local.node, params, what)
    if local is not None:
        return as_lambda(body, node, local, params, what)
    symbol = body.symbol(node) if isinstance(node, ast.Name | ast.Attribute) else None
    if not isinstance(symbol, FunctionSymbol | PreludeSymbol):
        raise body.error(
            node, f"the function for {what} must be a lambda or the name of a function", "write `lambda x: ...`"
        )
    return _named(body, node, symbol, params, what)


def _named(
    body: BodyChecker, node: ast.expr, symbol: FunctionSymbol | PreludeSymbol, params: list[Type], what: str
) -> Lambda:
    span = body.span(node)
    if isinstance(symbol, PreludeSymbol):
        # `map(u64, items)`: the call is checked as if it were written in a lambda.
        with body.block():
            local_params = [body.declare(f"x{i}", t, span) for i, t in enumerate(params)]
            names: list[ast.expr] = [ast.copy_location(ast.Name(p.name, ast.Load()), node) for p in local_params]
            result = body.expr(ast.copy_location(ast.Call(node, names, []), node))
        return Lambda(result.type, span, local_params, result)
    function = body.checker.functions.function(symbol)
    if len(function.params) != len(params):
        raise body.error(node, f"the function for {what} takes {len(params)} parameters", f"`{function.name}` does not")
    with body.block():
        local_params: list[Local] = [
            body.declare(p.name, t, span) for p, t in zip(function.params, params, strict=True)
        ]
    args = [
        body.coerce(Var(local.type, span, local), param.type, node, f"parameter `{param.name}`")
        for local, param in zip(local_params, function.params, strict=True)
    ]
    returns = function.returns or NONE
    if returns == NONE:
        raise body.error(node, f"`{function.name}` returns no value", "use a `for` loop")
    body.calls.append((function, span))
    body.forget_fields()
    return Lambda(returns, span, local_params, Call(returns, span, function, args))


@builtin("sorted")
def _sorted(body: BodyChecker, node: ast.Call, expected: Type | None) -> Expr:
    if len(node.args) != 1:
        raise body.error(
            node, "`sorted` takes one sequence", "write `sorted(items)` or `sorted(items, key=..., reverse=True)`"
        )
    sequence, item = iterate(body, node.args[0])
    kwargs = sort_options(body, node, item, node.keywords)
    return Builtin(ListType(item), body.span(node), "sorted", [sequence], kwargs)


def sort_options(body: BodyChecker, node: ast.Call, item: Type, keywords: list[ast.keyword]) -> dict[str, Expr]:
    """`key=` and `reverse=` of a sort; what is compared must have an order."""
    kwargs: dict[str, Expr] = {}
    compared = item
    for keyword in keywords:
        if keyword.arg == "reverse":
            reverse = body.typed(keyword.value, BOOL, "parameter `reverse`")
            kwargs["reverse"] = reverse
        elif keyword.arg == "key":
            function = lambda_of(body, keyword.value, [item], "the key")
            compared = function.body.type
            kwargs["key"] = function
        else:
            raise body.error(keyword.value, f"a sort has no parameter `{keyword.arg}`", "its parameters: key, reverse")
    own = order_key(body, node, compared)
    if own is not None and "key" not in kwargs:
        kwargs["key"] = own
    elif not ordered(body.infer.resolve(compared)):
        raise body.error(node, f"values of type {body.show(compared)} have no order", "give `key=lambda x: ...`")
    return kwargs


def order_key(body: BodyChecker, node: ast.expr, t: Type) -> Lambda | None:
    """What objects of a class are sorted by: the fields of an ordered dataclass, the number of an IntEnum."""
    info = class_info(body, t)
    t = body.infer.prune(t)
    is_number = isinstance(t, EnumType) and t.decl.is_int
    if info is None or not (info.is_ordered or is_number):
        return None
    local = body.hidden("item", t)
    item = Var(t, body.span(node), local)
    made = number_of(body, item, node) if is_number else TupleLit(NONE, item.span, named_fields(body, item, node))
    if isinstance(made, TupleLit):
        made.type = TupleType(tuple(i.type for i in made.items))
        if not ordered(body.infer.resolve(made.type)):
            return None
    return Lambda(made.type, item.span, [local], made)


@builtin("sum")
def _sum(body: BodyChecker, node: ast.Call, expected: Type | None) -> Expr:
    argument = one(body, node, "sum")
    sequence, item = iterate(body, argument)
    t = body.infer.prune(item)
    if isinstance(t, Unknown) and not t.numeric:
        body.infer.unify(t, body.infer.fresh_int())
    if not is_number(body.infer.prune(item)):
        raise body.error(
            argument, f"`sum` takes numbers, but these are of type {body.show(item)}", "pass integers or f64s"
        )
    return Builtin(item, body.span(node), "sum", [sequence])


def _quantifier(name: str) -> None:
    @builtin(name)
    def check(body: BodyChecker, node: ast.Call, expected: Type | None) -> Expr:
        argument = one(body, node, name)
        sequence, item = iterate(body, argument)
        if not isinstance(body.infer.prune(item), BoolType):
            raise body.error(
                argument, f"`{name}` takes conditions, but these are of type {body.show(item)}", "pass a list of bools"
            )
        return Builtin(BOOL, body.span(node), name, [sequence])


_quantifier("all")
_quantifier("any")
