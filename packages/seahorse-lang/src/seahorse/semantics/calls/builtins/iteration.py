"""Iterators and functions over sequences: range, enumerate, zip, map, filter, sorted, sum, all, any, reversed."""

from __future__ import annotations

import ast
from collections.abc import Callable
from dataclasses import replace
from functools import partial

from seahorse.diagnostics import CALLED, CompileError, before
from seahorse.semantics.calls.builtins.by_method import extreme_by_method, sorted_by_method, sorts_by_method
from seahorse.semantics.calls.builtins.registry import TABLE, BuiltinFunction, builtin, one
from seahorse.semantics.calls.functions.arguments import bind
from seahorse.semantics.calls.functions.local_functions import as_lambda
from seahorse.semantics.expressions.comparisons import ordered
from seahorse.semantics.expressions.indexes import OneByOne, iterate
from seahorse.semantics.expressions.kinds.iterators import made
from seahorse.semantics.expressions.literals import joined
from seahorse.semantics.expressions.objects import named_fields, number_of
from seahorse.semantics.expressions.operators import Condition, is_integer, is_number, truth
from seahorse.semantics.expressions.still import in_any_order, may_interleave
from seahorse.semantics.inference.unknowns import Unknown
from seahorse.semantics.names.symbols import FunctionSymbol, PreludeSymbol
from seahorse.semantics.scope.body import BodyChecker
from seahorse.semantics.scope.known import class_info
from seahorse.semantics.scope.library import later
from seahorse.semantics.tree import (
    BoolLit,
    Builtin,
    Call,
    CompClause,
    Convert,
    Expr,
    Function,
    GetIndex,
    IntLit,
    Lambda,
    ListComp,
    ListLit,
    Local,
    Return,
    TupleLit,
    Var,
    VarTarget,
)
from seahorse.semantics.tree.operations import operation
from seahorse.semantics.tree.types import (
    BOOL,
    NONE,
    U64,
    BoolType,
    ClassType,
    DictType,
    EnumType,
    IntType,
    IterType,
    ListType,
    SetType,
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
    strict = [k for k in node.keywords if k.arg == "strict"]
    if len(node.args) == 1 and isinstance(node.args[0], ast.Starred):
        pairs = ast.unparse(node.args[0].value)
        message = "`zip(*pairs)` gives tuples whose length is not known"
        raise body.error(node, message, f"write a list of each part, for example `[p[0] for p in {pairs}]`")
    if len(strict) != len(node.keywords) or len(node.args) < 2:
        raise body.error(node, "`zip` takes two or more sequences", "write `zip(a, b)`")
    pairs = [iterate(body, a) for a in node.args]
    if strict and not (isinstance(strict[0].value, ast.Constant) and strict[0].value.value is False):
        raise body.error(strict[0].value, "`strict` is not supported", "compare the lengths before the loop")
    return Builtin(IterType(TupleType(tuple(t for _, t in pairs))), body.span(node), "zip", [v for v, _ in pairs])


@builtin("reversed")
def _reversed(body: BodyChecker, node: ast.Call, expected: Type | None) -> Expr:
    given = one(body, node, "reversed")
    if isinstance(body.type_of(body.expr(given)), SetType):
        ordered = body.source.instead(node, f"sorted({body.source.text_of(given)}, reverse=True)")
        raise body.error(
            given, "no loop can go through a set backwards", "write `sorted(items, reverse=True)`", ordered
        )
    sequence, item = iterate(body, given)
    return Builtin(IterType(item), body.span(node), "reversed", [sequence])


@builtin("map")
def _map(body: BodyChecker, node: ast.Call, expected: Type | None) -> Expr:
    function, sequence = _function_and_sequence(body, node, "map")
    return Builtin(IterType(function.body.type), body.span(node), "map", [function, sequence])


@builtin("filter")
def _filter(body: BodyChecker, node: ast.Call, expected: Type | None) -> Expr:
    test = node.args[0] if node.args else None
    if isinstance(test, ast.Lambda) and isinstance(test.body, ast.BoolOp):
        asked = ast.copy_location(Condition(test.body.op, test.body.values), test.body)
        lambda_ = ast.copy_location(ast.Lambda(test.args, asked), test)
        node = ast.copy_location(ast.Call(node.func, [lambda_, *node.args[1:]], node.keywords), node)
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
    if isinstance(node, ast.Attribute) and node.attr == "get" and body.symbol(node) is None:
        of = body.expr(node.value)
        if isinstance(body.type_of(of), DictType) and len(params) == 1:
            # `max(d, key=d.get)`
            name = ast.copy_location(ast.Name("key", ast.Load()), node)
            item = ast.copy_location(ast.Subscript(node.value, name, ast.Load()), node)
            arguments = ast.arguments([], [ast.copy_location(ast.arg("key"), node)], None, [], [], None, [])
            node = ast.copy_location(ast.Lambda(arguments, item), node)
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
    if local is not None and isinstance(local.node, ast.Lambda) and local.renamed is None:
        made = lambda_of(body, local.node, params, what)
        function = Function(local.name, body.scope.name, made.span, body=[Return(made.span, made.body)])
        body.checker.functions.generic.setdefault(local.node, []).append(function)
        return made
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
            result.span = replace(result.span, part=(CALLED,))
        return Lambda(result.type, span, local_params, result)
    function = body.checker.functions.function(symbol)
    if len(function.params) != len(params):
        raise body.error(node, f"the function for {what} takes {len(params)} parameters", f"`{function.name}` does not")
    with body.block():
        local_params: list[Local] = [
            body.declare(p.name, t, span) for p, t in zip(function.params, params, strict=True)
        ]
    args = [
        body.coerce(
            Var(local.type, replace(span, part=(CALLED, i)), local), param.type, node, f"parameter `{param.name}`"
        )
        for i, (local, param) in enumerate(zip(local_params, function.params, strict=True))
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
    if sorts_by_method(body, item, node.keywords):
        return sorted_by_method(body, node, collected(sequence, item), item, node.keywords)
    kwargs = sort_options(body, node, item, node.keywords)
    reverse = kwargs.get("reverse")
    if reverse is not None and comes_one_by_one(node.args[0], sequence) and not in_any_order(sequence, reverse):
        raise before_first_item(body, node.args[0])
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
    """The sort key of objects of a class: the fields of an ordered dataclass, the number of an IntEnum."""
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


def collected(sequence: Expr, item: Type) -> Expr:
    """All items of a sequence as a new list; of a list that it is itself."""
    if type(sequence.type) is ListType:
        return sequence
    return Builtin(ListType(item), sequence.span, "list", [sequence])


def mapped(body: BodyChecker, node: ast.expr, sequence: Expr, item: Type, change: Callable[[Expr], Expr]) -> Expr:
    """A sequence whose items are changed as they come."""
    span = before(body.span(node))
    with body.block():
        local = body.declare("item", item, span)
    result = change(Var(item, span, local))
    return Builtin(IterType(result.type), span, "map", [Lambda(result.type, span, [local], result), sequence])


def _extreme(name: str) -> BuiltinFunction:
    def check(body: BodyChecker, node: ast.Call, expected: Type | None) -> Expr:
        if not node.args:
            raise body.error(node, f"`{name}` needs two values", f"write `{name}(a, b)`")
        bound = {k.arg: k.value for k in node.keywords}
        unknown = set(bound) - {"key", "default"}
        if unknown or (len(node.args) > 1 and "default" in bound):
            hint = "its parameters: key, and for one sequence default"
            raise body.error(
                node, f"`{name}` has no parameter `{sorted(map(str, unknown or {'default'}))[0]}` here", hint
            )
        if len(node.args) == 1:
            return _of_items(body, node, name, *iterate(body, node.args[0]), bound.get("key"), bound.get("default"))
        values, t = joined(body, [body.expr(a) for a in node.args], node.args, None, f"the values of `{name}`")
        if "key" in bound or order_key(body, node, t) is not None or sorts_by_method(body, t, node.keywords):
            items = ListLit(ListType(t), body.span(node), values)
            return _of_items(body, node, name, items, t, bound.get("key"), None)
        _must_be_ordered(body, node, name, t)
        return Builtin(t, body.span(node), name, values)

    return check


def _must_be_ordered(body: BodyChecker, node: ast.expr, name: str, t: Type) -> None:
    if not ordered(body.infer.resolve(t)):
        raise body.error(node, f"`{name}` does not work on {body.show(t)}: it has no order", "give `key=lambda x: ...`")


def _of_items(
    body: BodyChecker,
    node: ast.Call,
    name: str,
    sequence: Expr,
    item: Type,
    key: ast.expr | None,
    default: ast.expr | None,
) -> Expr:
    """The least or greatest item; of equal ones the first, as in Python."""
    span = body.span(node)
    if key is None and sorts_by_method(body, item, []):
        return extreme_by_method(body, node, name, collected(sequence, item), item, default)
    own = order_key(body, node, item) if key is None else None
    if key is None and own is None:
        _must_be_ordered(body, node.args[0], name, item)
        if default is None:
            return Builtin(item, span, name, [sequence])
        function = "least_or" if name == "min" else "greatest_or"
        return before_items(body, node, function, sequence, item, default, lambda items: collected(items, item))
    # A stable sort has the first of the equal ones in front, in both directions.
    keywords = [ast.copy_location(ast.keyword("key", key), node)] if key is not None else []
    kwargs = sort_options(body, node, item, keywords)
    if name == "max":
        kwargs["reverse"] = BoolLit(BOOL, span, True)

    function, in_turn = kwargs["key"], comes_one_by_one(node.args[0], sequence)
    assert isinstance(function, Lambda)

    def best(items: Expr) -> Expr:
        if in_turn and may_interleave(items, function.body):
            return _by_keys_in_turn(body, node, items, item, function, kwargs)
        return Builtin(ListType(item), span, "sorted", [items], kwargs)

    if default is None:
        return GetIndex(item, span, best(sequence), IntLit(U64, span, 0))
    return before_items(body, node, "first_or", sequence, item, default, best)


def _by_keys_in_turn(
    body: BodyChecker, node: ast.Call, items: Expr, item: Type, key: Lambda, kwargs: dict[str, Expr]
) -> Expr:
    """The items in the order of their keys. The program computes each key before it makes the next item."""
    span = body.span(node)
    pair = TupleType((key.body.type, item))
    both = TupleLit(pair, span, [key.body, Var(item, span, key.params[0])])
    if isinstance(items, ListComp):
        own = CompClause(VarTarget(key.params[0], True), ListLit(ListType(item), span, [items.element]), [])
        pairs: Expr = ListComp(ListType(pair), span, both, [*items.clauses, own])
    else:
        pairs = Builtin(IterType(pair), span, "map", [Lambda(pair, span, key.params, both), items])
    with body.block():
        of_key, of_item = body.declare("pair", pair, span), body.declare("pair", pair, span)
    first = GetIndex(key.body.type, span, Var(pair, span, of_key), IntLit(U64, span, 0))
    second = GetIndex(item, span, Var(pair, span, of_item), IntLit(U64, span, 1))
    asked: dict[str, Expr] = {**kwargs, "key": Lambda(first.type, span, [of_key], first)}
    sorted_pairs = Builtin(ListType(pair), span, "sorted", [pairs], asked)
    back = Builtin(IterType(item), span, "map", [Lambda(item, span, [of_item], second), sorted_pairs])
    return Builtin(ListType(item), span, "list", [back])


def before_items(
    body: BodyChecker,
    node: ast.Call,
    function: str,
    sequence: Expr,
    item: Type,
    given: ast.expr,
    gone_through: Callable[[Expr], Expr],
    label: str | None = None,
) -> Expr:
    """A function of the library of a value, and of a sequence that it goes through when it has both.

    As in Python, the program evaluates the sequence, then the value, and only then makes the items and computes the
    keys.
    """
    span = body.span(node)
    value = body.typed(given, item, f"the {'start' if function == 'product' else 'default'}")

    def made(items: Expr) -> Expr:
        return later(body, span, "items", function, [value, gone_through(items)], item, {"T": item}, label)

    one_by_one = comes_one_by_one(node.args[0], sequence)
    if in_any_order(*_sources(sequence, one_by_one=one_by_one), value):
        return made(sequence)
    if one_by_one:
        raise before_first_item(body, node.args[0])
    # `[function(value, items) for items in [sequence]][0]`: the sequence has a name, and is evaluated first.
    with body.block():
        local = body.declare("items", sequence.type, span)
    clause = CompClause(VarTarget(local, True), ListLit(ListType(sequence.type), span, [sequence]), [])
    result = made(Var(sequence.type, span, local))
    return GetIndex(item, span, ListComp(ListType(item), span, result, [clause]), IntLit(U64, span, 0))


def before_first_item(body: BodyChecker, sequence: ast.expr) -> CompileError:
    """In Python the items of such a sequence are made when another argument is evaluated already."""
    hint = "put the items in a list before: `items = [...]`"
    return body.error(sequence, "the items are made after the other argument is evaluated, which may show", hint)


def comes_one_by_one(node: ast.expr, sequence: Expr) -> bool:
    """Whether the program makes the items of a sequence one by one, when it needs them."""
    return isinstance(node, OneByOne) or isinstance(sequence.type, IterType)


def _sources(sequence: Expr, *, one_by_one: bool) -> list[Expr]:
    """The parts of a sequence that the program evaluates before it takes the first item."""
    if one_by_one and isinstance(sequence, ListComp):
        return [sequence.clauses[0].iterable]
    if not (isinstance(sequence, Builtin) and operation(sequence.name).lazy):
        return [sequence]
    given = [*sequence.args, *sequence.kwargs.values()]
    return [source for a in given if not isinstance(a, Lambda) for source in _sources(a, one_by_one=False)]


TABLE["min"], TABLE["max"] = _extreme("min"), _extreme("max")


@builtin("sum")
def _sum(body: BodyChecker, node: ast.Call, expected: Type | None) -> Expr:
    bound = bind(body, node, ["iterable", "start"], ["start"], "sum")
    argument = bound["iterable"]
    sequence, item = iterate(body, argument)
    t = body.infer.prune(item)
    if isinstance(t, Unknown) and not t.numeric:
        body.infer.unify(t, body.infer.fresh_int())
    if isinstance(t, BoolType):
        sequence = mapped(body, argument, sequence, item, lambda value: Convert(U64, value.span, value))
        item = U64
    if not is_number(body.infer.prune(item)):
        if "start" in bound and isinstance(t, ClassType | ListType):
            return _sum_of_objects(body, node, collected(sequence, item), body.expr(bound["start"], item))
        hint = "pass integers or f64s"
        if isinstance(t, ClassType | ListType):
            hint = "say what the sum begins with: `sum(items, start)`"
        raise body.error(argument, f"`sum` takes numbers, but these are of type {body.show(item)}", hint)
    if "start" not in bound:
        return Builtin(item, body.span(node), "sum", [sequence])
    start = body.typed(bound["start"], item, "the start of `sum`")
    if in_any_order(sequence, start):
        return Builtin(item, body.span(node), "sum", [sequence, start])
    through = partial(collected, item=item)
    return before_items(body, node, "total", sequence, item, bound["start"], through, "sum")


_TOTAL = """
def total_of(items: Items, start: Start) -> Start:
    total = start
    for item in items:
        total = total + item
    return total
"""


def _sum_of_objects(body: BodyChecker, node: ast.Call, items: Expr, start: Expr) -> Expr:
    """`sum(items, start)` of what has a `+` of its own: objects of a class, and lists."""
    given = body.infer.final(items.type) or items.type
    start = (body.infer.coerce(start, given.elem) if isinstance(given, ListType) else None) or start
    of = body.infer.final(start.type) or start.type
    return made(body, node, _TOTAL, {"Items": given, "Start": of}, of, [items, start])


def _quantifier(name: str) -> None:
    @builtin(name)
    def check(body: BodyChecker, node: ast.Call, expected: Type | None) -> Expr:
        argument = one(body, node, name)
        sequence, item = iterate(body, argument)
        if not isinstance(body.infer.prune(item), BoolType):
            sequence = mapped(body, argument, sequence, item, lambda value: truth(body, argument, value))
        return Builtin(BOOL, body.span(node), name, [sequence])


_quantifier("all")
_quantifier("any")
