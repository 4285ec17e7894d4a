"""Statements that say the same as plainer ones: `a = b = c`, `:=`, `del items[i]`, generator expressions, `match`.

Each is rewritten in Python's own syntax before the body is checked, so that the phases behind know the plain forms
only. The rewritten nodes keep their places in the source.
"""

from __future__ import annotations

import ast
import copy
from collections.abc import Callable

from seahorse.diagnostics import TARGET, CompileError
from seahorse.semantics.expressions.indexes import OneByOne
from seahorse.semantics.expressions.operators import Condition
from seahorse.semantics.scope.method_table import DELETE
from seahorse.semantics.statements.rewriting.made_nodes import Fail, SyntaxNode, in_place_of, placed
from seahorse.semantics.statements.rewriting.next_loops import NextLoop, Renamed
from seahorse.semantics.statements.rewriting.patterns import Cases, captures_that_stay
from seahorse.syntax.walk import walk_syntax

# Functions that take all items of their argument before they do anything else with it.
_TAKES_ALL = {
    "sum",
    "min",
    "max",
    "list",
    "sorted",
    "join",
    "extend",
    "array",
    "Array",
    "bytes",
    "tuple",
    "dict",
    "set",
    "bytearray",
    "prod",
    "update",
    "union",
    "intersection",
    "difference",
    "issubset",
    "issuperset",
    "fromkeys",
}
_STOPS_EARLY = {"any", "all"}
_ONE_AFTER_THE_OTHER = {"zip", "enumerate", "map", "filter"}


def plain(statements: list[ast.stmt], fail: Fail, report: Callable[[CompileError], None]) -> list[ast.stmt]:
    """The statements of a body without sugar. A statement that has no plain form is reported and left out."""
    if not any(_is_sugar(node) for statement in statements for node in walk_syntax(statement)):
        return statements
    # The tree of the source stays as it is: CPython runs it, and a method is checked for every class that has it.
    own = copy.deepcopy(statements)
    for place, name in captures_that_stay(own):
        hint = f"name it otherwise in the case: Python sets `{name}` also where the guard fails"
        report(fail(place, f"`{name}` is captured by a case with a guard, and read elsewhere", hint))
    return _Plain(own, fail, report).block(own)


def _is_sugar(node: ast.AST) -> bool:
    if isinstance(node, ast.Assign):
        target = node.targets[0]
        return len(node.targets) > 1 or (isinstance(target, ast.Subscript) and isinstance(target.slice, ast.Slice))
    if isinstance(node, ast.FunctionDef | ast.Lambda):
        return any(_is_computed(default) for default in (*node.args.defaults, *node.args.kw_defaults))
    return isinstance(node, ast.Match | ast.NamedExpr | ast.Delete | ast.GeneratorExp)


def _is_computed(default: ast.expr | None) -> bool:
    """Whether the default of a function inside a function may have another value when the function is called."""
    if isinstance(default, ast.UnaryOp):
        return _is_computed(default.operand)
    return default is not None and not isinstance(default, ast.Constant)


class _Plain:
    def __init__(self, statements: list[ast.stmt], fail: Fail, report: Callable[[CompileError], None]) -> None:
        self.fail = fail
        self._report = report
        self._names = {n.id for s in statements for n in walk_syntax(s) if isinstance(n, ast.Name)}

    def temporary(self, stem: str) -> str:
        """A name that the function does not use."""
        name, number = stem, 1
        while name in self._names:
            number += 1
            name = f"{stem}_{number}"
        self._names.add(name)
        return name

    def block(self, statements: list[ast.stmt]) -> list[ast.stmt]:
        out: list[ast.stmt] = []
        for statement in statements:
            try:
                out += self._statement(statement)
            except CompileError as error:
                self._report(error)
        return out

    def _statement(self, node: ast.stmt) -> list[ast.stmt]:
        match node:
            case ast.If():
                before, test = self._first(node.test)
                orelse = self.block(node.orelse)
                return [*before, placed(node, ast.If(test, self.block(node.body), orelse))]
            case ast.While():
                return self._while(node)
            case ast.For():
                before, iterable = self._first(node.iter)
                loop = ast.For(node.target, iterable, self.block(node.body), self.block(node.orelse))
                return [*before, placed(node, loop)]
            case ast.Match():
                return self._match(node)
            case ast.FunctionDef():
                # Its own body is made plain when it is checked.
                return [*self._defaults(node.name, node.args), node]
            case (
                ast.Assign(targets=[ast.Name(id=name)], value=ast.Lambda(args=parameters))
                | ast.AnnAssign(target=ast.Name(id=name), value=ast.Lambda(args=parameters))
            ):
                return [*self._defaults(name, parameters), self.inner(node)]
            case ast.Assign(targets=targets) if len(targets) > 1:
                return self._chained(node)
            case ast.Delete():
                return [s for target in node.targets for s in self._delete(target)]
            case ast.Assign(targets=[ast.Subscript(value=owner, slice=ast.Slice() as part) as target]) if not _is_data(
                owner
            ):
                return self._slice_assigned(node, target, part)
            case ast.Assign(targets=[ast.Tuple() | ast.List()], value=ast.GeneratorExp() as made):
                items = _each_written_out(made) or placed(made, ast.ListComp(made.elt, made.generators))
                return self._statement(placed(node, ast.Assign(node.targets, items)))
            case ast.Assign():
                before, value = self._first(node.value)
                self._no_walrus(node.targets)
                return [*before, placed(node, ast.Assign([self.inner(t) for t in node.targets], value))]
            case ast.AnnAssign() if node.value is not None:
                before, value = self._first(node.value)
                return [*before, placed(node, ast.AnnAssign(node.target, node.annotation, value, node.simple))]
            case ast.Expr() | ast.Return() if node.value is not None:
                before, value = self._first(node.value)
                return [*before, placed(node, type(node)(value))]
            case ast.Assert():
                before, test = self._first(node.test)
                if node.msg is not None:
                    self._no_walrus([node.msg])
                return [*before, placed(node, ast.Assert(test, node.msg and self.inner(node.msg)))]
            case _:
                self._no_walrus([node])
                return [self.inner(node)]

    def _defaults(self, function: str, parameters: ast.arguments) -> list[ast.stmt]:
        """Variables for computed defaults, which Python evaluates once, where the function is defined."""
        out: list[ast.stmt] = []

        def kept(parameter: ast.arg, default: ast.expr) -> ast.expr:
            before, value = self._first(default)
            name = self.temporary(f"{function}_{parameter.arg}")
            target = placed(default, ast.Name(name, ast.Store()))
            annotation = parameter.annotation
            assign = ast.Assign([target], value) if annotation is None else ast.AnnAssign(target, annotation, value, 1)
            out.extend([*before, placed(default, assign)])
            return placed(default, ast.Name(name, ast.Load()))

        positional = parameters.args[len(parameters.args) - len(parameters.defaults) :]
        pairs = list(zip(positional, parameters.defaults, strict=True))
        parameters.defaults = [kept(p, d) if _is_computed(d) else d for p, d in pairs]
        by_name = zip(parameters.kwonlyargs, parameters.kw_defaults, strict=True)
        parameters.kw_defaults = [kept(p, d) if d is not None and _is_computed(d) else d for p, d in by_name]
        return out

    # --- loops and assignments ---

    def _while(self, node: ast.While) -> list[ast.stmt]:
        before, test = self._first(node.test)
        body = self.block(node.body)
        if not before:
            return [placed(node, ast.While(test, body, self.block(node.orelse)))]
        if node.orelse:
            raise self.fail(node.test, "`:=` in the condition of a loop with `else`", "assign in the loop's body")
        leave = placed(
            node.test, ast.If(placed(node.test, ast.UnaryOp(ast.Not(), test)), [placed(node.test, ast.Break())], [])
        )
        return [placed(node, ast.While(placed(node.test, ast.Constant(True)), [*before, leave, *body], []))]

    def _chained(self, node: ast.Assign) -> list[ast.stmt]:
        """`a = b = value`: one value; the targets take it from left to right."""
        before, value = self._first(node.value)
        self._no_walrus(node.targets)
        targets = [self.inner(t) for t in node.targets]
        if _is_literal(value):
            return [*before, *self._taken(node, targets, [copy.copy(value) for _ in targets])]
        name = self.temporary("value")
        kept = placed(node, ast.Assign([placed(node.value, ast.Name(name, ast.Store()))], value))
        values: list[ast.expr] = [placed(node.value, ast.Name(name, ast.Load())) for _ in targets]
        return [*before, kept, *self._taken(node, targets, values)]

    def _taken(self, node: ast.Assign, targets: list[ast.expr], values: list[ast.expr]) -> list[ast.stmt]:
        """An assignment of each target, whose type may be one of its own."""
        for i, value in enumerate(values):
            value.__dict__["part"] = (TARGET, i)
        return [placed(node, ast.Assign([t], v)) for t, v in zip(targets, values, strict=True)]

    def _slice_assigned(self, node: ast.Assign, target: ast.Subscript, part: ast.Slice) -> list[ast.stmt]:
        """`items[a:b] = values`: what stands before, the values, and what stands behind, put into the same list."""
        if part.step is not None:
            raise self.fail(target, "a slice with a step cannot be assigned", "assign the elements in a loop")
        before, value = self._first(node.value)
        self._no_walrus([target])
        held = {"values": _call(node.value, "list", [value]), "start": part.lower, "stop": part.upper}
        if not _is_path(target.value):
            held = {"values": held["values"], "items": target.value, "start": part.lower, "stop": part.upper}
        names: dict[str, ast.expr] = {"items": target.value}
        for stem, expression in held.items():
            if expression is None or (_is_literal(expression) and stem != "values"):
                names[stem] = expression or placed(target, ast.Constant(0))
                continue
            name = self.temporary(stem)
            stored = placed(target, ast.Name(name, ast.Store()))
            before.append(placed(node, ast.Assign([stored], self.inner(expression))))
            names[stem] = placed(target, ast.Name(name, ast.Load()))
        items = names["items"]
        head = self._part(target, items, None, names["start"], "head")
        cut = self._part(target, items, part.lower and names["start"], part.upper and names["stop"], "cut")
        length = placed(target, ast.BinOp(_call(target, "len", [head[1]]), ast.Add(), _call(target, "len", [cut[1]])))
        tail = self._part(target, items, length, None, "tail")
        filled = [_method(target, items, "extend", [p]) for p in (head[1], names["values"], tail[1])]
        return [*before, head[0], cut[0], tail[0], _method(target, items, "clear", []), *filled]

    def _part(
        self, at: ast.expr, items: ast.expr, start: ast.expr | None, stop: ast.expr | None, stem: str
    ) -> tuple[ast.stmt, ast.expr]:
        """A slice under a name of its own."""
        name = self.temporary(stem)
        part = placed(at, ast.Subscript(items, placed(at, ast.Slice(start, stop, None)), ast.Load()))
        return (
            placed(at, ast.Assign([placed(at, ast.Name(name, ast.Store()))], part)),
            placed(at, ast.Name(name, ast.Load())),
        )

    def _delete(self, target: ast.expr) -> list[ast.stmt]:
        """`del items[i]` is `items.__delitem__(i)`; `del items[a:b]` stores nothing there; `del name` ends the name."""
        if isinstance(target, ast.Name):
            return [placed(target, ast.Delete([target]))]
        if isinstance(target, ast.Subscript) and isinstance(target.slice, ast.Slice):
            nothing = placed(target, ast.Assign([target], placed(target, ast.List([], ast.Load()))))
            return self._slice_assigned(nothing, target, target.slice)
        if isinstance(target, ast.Subscript) and not isinstance(target.slice, ast.Slice):
            self._no_walrus([target])
            delete = placed(target, ast.Attribute(self.inner(target.value), DELETE, ast.Load()))
            return [placed(target, ast.Expr(placed(target, ast.Call(delete, [self.inner(target.slice)], []))))]
        raise self.fail(target, "`del` removes names and elements of lists only", "write for example `del items[i]`")

    def _match(self, node: ast.Match) -> list[ast.stmt]:
        before, subject = self._first(node.subject)
        if not isinstance(subject, ast.Name):
            name = self.temporary("subject")
            before = [
                *before,
                placed(node.subject, ast.Assign([placed(node.subject, ast.Name(name, ast.Store()))], subject)),
            ]
            subject = placed(node.subject, ast.Name(name, ast.Load()))
        for case in node.cases:
            if case.guard is not None:
                self._no_walrus([case.guard])
                case.guard = self.inner(case.guard)
        return [*before, *Cases(subject, self.fail).statements(node, [self.block(c.body) for c in node.cases])]

    # --- `:=` ---

    def _first(self, node: ast.expr) -> tuple[list[ast.stmt], ast.expr]:
        """An expression whose `:=` are assigned before it: those that nothing with an effect is evaluated before."""
        before: list[ast.stmt] = []
        rewritten = self.inner(_Leading(self, before).visit(node))
        self._no_walrus([rewritten])
        return before, rewritten

    def _no_walrus(self, nodes: list[ast.expr] | list[ast.stmt]) -> None:
        for root in nodes:
            for part in walk_syntax(root):
                if isinstance(part, ast.NamedExpr):
                    label = ast.unparse(part.target)
                    raise self.fail(
                        part,
                        "`:=` is supported only where a statement evaluates it first, and always",
                        f"assign `{label}` on a line of its own",
                    )

    def inner(self, node: SyntaxNode) -> SyntaxNode:
        """The expressions of a node without generator expressions."""
        return _Generators(self.fail).visit(node)


class _Leading(ast.NodeTransformer):
    """Moves `name := value` in front of the statement, along the path of what is evaluated first."""

    def __init__(self, plain: _Plain, before: list[ast.stmt]) -> None:
        self._next = NextLoop(plain.temporary, plain.block, plain.fail)
        self._temporary, self._block = plain.temporary, plain.block
        self._inner = plain.inner
        self._before = before

    def visit_NamedExpr(self, node: ast.NamedExpr) -> ast.AST:
        value = self._inner(self.visit(node.value))
        self._before.append(placed(node, ast.Assign([node.target], value)))
        return in_place_of(node, ast.Name(node.target.id, ast.Load()))

    def generic_visit(self, node: ast.AST) -> ast.AST:
        match node:
            case ast.Compare():
                node.left = self.visit(node.left)
                if _is_still(node.left):
                    node.comparators[0] = self.visit(node.comparators[0])
            case ast.BinOp():
                node.left = self.visit(node.left)
                if _is_still(node.left):
                    node.right = self.visit(node.right)
            case ast.BoolOp():
                node.values[0] = self.visit(node.values[0])
            case ast.UnaryOp():
                node.operand = self.visit(node.operand)
            case ast.IfExp():
                node.test = self.visit(node.test)
            case ast.Attribute() | ast.Subscript():
                node.value = self.visit(node.value)
            case ast.Call(func=ast.Name(id="next"), args=[ast.GeneratorExp(generators=[_]), _], keywords=[]):
                made, value = self._next.of(node)
                self._before += made
                return value
            case ast.Call():
                if isinstance(node.func, ast.Attribute):
                    node.func.value = self.visit(node.func.value)
                owner = node.func.value if isinstance(node.func, ast.Attribute) else node.func
                if isinstance(node.func, ast.Name) or _is_still(owner):
                    self._items(node.args)
            case ast.Tuple() | ast.List():
                self._items(node.elts)
            case ast.ListComp() if any(isinstance(n, ast.NamedExpr) for n in walk_syntax(node)):
                return self._loop(node)
            case _:
                pass
        return node

    def _loop(self, node: ast.ListComp) -> ast.expr:
        """A comprehension with `:=`, whose names belong to the function: loops that append."""
        name = self._temporary("items")
        own = {n.id for c in node.generators for n in walk_syntax(c.target) if isinstance(n, ast.Name)}
        renamed = Renamed({n: self._temporary(n) for n in own})
        items = placed(node, ast.Name(name, ast.Load()))
        append = placed(node, ast.Attribute(items, "append", ast.Load()))
        element = renamed.visit(node.elt)
        steps: list[ast.stmt] = []
        if any(isinstance(n, ast.NamedExpr) for n in walk_syntax(element)):
            kept = self._temporary("item")
            steps.append(placed(node, ast.Assign([placed(node, ast.Name(kept, ast.Store()))], element)))
            element = placed(node, ast.Name(kept, ast.Load()))
        steps.append(placed(node, ast.Expr(placed(node, ast.Call(append, [element], [])))))
        for clause in reversed(node.generators):
            for test in reversed(clause.ifs):
                steps = [placed(node, ast.If(renamed.visit(test), steps, []))]
            steps = [placed(node, ast.For(renamed.visit(clause.target), renamed.visit(clause.iter), steps, []))]
        empty = placed(node, ast.List([], ast.Load()))
        start = placed(node, ast.Assign([placed(node, ast.Name(name, ast.Store()))], empty))
        self._before += [start, *self._block(steps)]
        return in_place_of(node, ast.Name(name, ast.Load()))

    def _items(self, nodes: list[ast.expr]) -> None:
        for i, item in enumerate(nodes):
            nodes[i] = self.visit(item)
            if not _is_still(nodes[i]):
                return


def _is_still(node: ast.expr) -> bool:
    """Whether the expression gives the same value later: a literal, or a name that no later `:=` assigns."""
    return isinstance(node, ast.Constant)


class _Generators(ast.NodeTransformer):
    """Generator expressions as the argument of a function that takes them."""

    def __init__(self, fail: Fail) -> None:
        self._fail = fail

    def visit_Call(self, node: ast.Call) -> ast.AST:
        name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        if (
            name == "next"
            and isinstance(node.func, ast.Name)
            and any(isinstance(a, ast.GeneratorExp) for a in node.args)
        ):
            raise self._fail(
                node,
                "`next` takes a generator expression and a default, where a statement evaluates it first",
                "write `found = next(...)` on a line of its own",
            )
        if name in _ONE_AFTER_THE_OTHER and isinstance(node.func, ast.Name):
            node.args = [self._mapped(a) if isinstance(a, ast.GeneratorExp) and _maps(a) else a for a in node.args]
        elif node.args and isinstance(node.args[0], ast.GeneratorExp):
            argument = node.args[0]
            if name in _TAKES_ALL:
                node.args[0] = placed(argument, OneByOne(argument.elt, argument.generators))
            elif name in _STOPS_EARLY:
                node.args[0] = self._mapped(argument)
        return self.generic_visit(node)

    def visit_GeneratorExp(self, node: ast.GeneratorExp) -> ast.AST:
        raise self._fail(
            node,
            "a generator expression stands only as the argument of a function of Python that takes all of its items",
            "put it in square brackets: `[...]`",
        )

    def _mapped(self, node: ast.GeneratorExp) -> ast.expr:
        """For what takes one item after the other, as `any`, `all` and `zip` do: `map(lambda x: element, items)`."""
        clause = node.generators[0]
        if len(node.generators) > 1 or not isinstance(clause.target, ast.Name):
            raise self._fail(node, "`any` and `all` take one loop with one variable", "write a loop")
        items = clause.iter
        for test in clause.ifs:
            items = _call(node, "filter", [_function(clause.target, test), items])
        element = node.elt
        if isinstance(element, ast.BoolOp):
            element = placed(element, Condition(element.op, element.values))
        return _call(node, "map", [_function(clause.target, element), items])


def _maps(node: ast.GeneratorExp) -> bool:
    """Whether a generator expression can be said by `map` and `filter`."""
    return len(node.generators) == 1 and isinstance(node.generators[0].target, ast.Name)


def _each_written_out(node: ast.GeneratorExp) -> ast.expr | None:
    """`f(x) for x in (a, b)` as `f(a), f(b)`, where the items are names: they may be accounts."""
    clause = node.generators[0]
    if len(node.generators) > 1 or clause.ifs or not isinstance(clause.target, ast.Name):
        return None
    if not isinstance(clause.iter, ast.Tuple) or not all(isinstance(e, ast.Name) for e in clause.iter.elts):
        return None
    if any(isinstance(n, ast.Lambda | ast.comprehension | ast.NamedExpr) for n in walk_syntax(node.elt)):
        return None
    items = [
        Renamed({clause.target.id: e.id}).visit(copy.deepcopy(node.elt))
        for e in clause.iter.elts
        if isinstance(e, ast.Name)
    ]
    return placed(node, ast.Tuple(items, ast.Load()))


def _function(parameter: ast.Name, body: ast.expr) -> ast.Lambda:
    argument = placed(parameter, ast.arg(parameter.id))
    return placed(body, ast.Lambda(ast.arguments([], [argument], None, [], [], None, []), body))


def _method(at: ast.expr, receiver: ast.expr, name: str, arguments: list[ast.expr]) -> ast.stmt:
    func = placed(at, ast.Attribute(receiver, name, ast.Load()))
    return placed(at, ast.Expr(placed(at, ast.Call(func, arguments, []))))


def _is_path(node: ast.expr) -> bool:
    """Whether an expression is a name, or fields of one."""
    while isinstance(node, ast.Attribute):
        node = node.value
    return isinstance(node, ast.Name)


def _call(at: ast.AST, name: str, arguments: list[ast.expr]) -> ast.Call:
    return placed(at, ast.Call(placed(at, ast.Name(name, ast.Load())), arguments, []))


def _is_data(owner: ast.expr) -> bool:
    """Whether a slice is one of `x.data`: of the bytes of an account, which are written where they are."""
    return isinstance(owner, ast.Attribute) and owner.attr == "data"


def _is_literal(node: ast.expr) -> bool:
    """Whether each target may take a value of its own: a constant without identity."""
    if isinstance(node, ast.UnaryOp):
        return _is_literal(node.operand)
    return isinstance(node, ast.Constant)
