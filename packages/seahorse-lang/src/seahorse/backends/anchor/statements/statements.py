"""Statements."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from seahorse.backends.anchor.expressions.arithmetic import as_float, operate
from seahorse.backends.anchor.expressions.calls import limited, mark_mutable
from seahorse.backends.anchor.expressions.texts import message
from seahorse.backends.anchor.expressions.values import condition, is_key_comparison
from seahorse.backends.anchor.facts.aliasing import is_named_place
from seahorse.backends.anchor.facts.reach import roots
from seahorse.backends.anchor.naming.types import is_aggregate, is_sysvar
from seahorse.backends.anchor.rust.blocks import (
    BlockExpr,
    Do,
    Let,
    RustAssign,
    RustBlock,
    RustIf,
    RustLine,
    RustStmt,
    returning,
)
from seahorse.backends.anchor.rust.calls import Macro, RustCall
from seahorse.backends.anchor.rust.chains import Try
from seahorse.backends.anchor.rust.exprs import Atom, Prefix, RustExpr, paren
from seahorse.backends.anchor.scope import options
from seahorse.backends.anchor.scope.bindings import RustBinding
from seahorse.backends.anchor.scope.body_writer import BodyWriter
from seahorse.backends.anchor.scope.choices import choose
from seahorse.backends.anchor.scope.evaluation_order import in_order, is_disordered, is_late, require_in_time
from seahorse.backends.anchor.scope.output import Output
from seahorse.backends.anchor.scope.places import fixed_indexes
from seahorse.backends.anchor.statements.control import diverges, if_statement, leave_loop, while_loop
from seahorse.backends.anchor.statements.endings import BodyEnd, TailCall, tidy
from seahorse.backends.anchor.statements.for_loops import for_loop
from seahorse.semantics import tree
from seahorse.semantics.tree.handlers import Handlers
from seahorse.semantics.tree.operations import operation
from seahorse.semantics.tree.types import (
    AccountType,
    ArrayType,
    FloatType,
    IntType,
    ListType,
    NoneType,
    OptionType,
    StrType,
    Type,
    is_account,
)
from seahorse.semantics.tree.walk import walk

# Translates a statement; `last`: it ends the body.
StatementWriter = Callable[[BodyWriter, Any, bool], list[RustStmt]]


def block(body: BodyWriter, statements: Sequence[tree.Stmt], tail: bool = False) -> list[RustStmt]:
    """Statements of one block. `tail`: what ends here ends the function, whose value the block then is."""
    here = body.inner_block()
    out: list[RustStmt] = []
    above: list[RustStmt] = []
    for i, s in enumerate(statements):
        last = tail and i == len(statements) - 1
        above += [RustLine(text) for text in body.crate.comments_above(s.span, first=i == 0)]
        made, output = _in_its_order(here, s, last)
        body.output.add_block(output)
        if made:
            # Comments above a statement that Rust does not need move to the next statement.
            out += _with_comments(
                above[1:] if not out and above and above[0] == RustLine() else above, output.before, made
            )
            above = []
        else:
            out += output.before
        if made and isinstance(made[-1], TailCall):
            return tidy(out)
        # No statement follows one that ends the function.
        if not (last and isinstance(s, tree.Return | tree.Raise)):
            out += output.after
        if isinstance(s, tree.Return | tree.Raise | tree.Break | tree.Continue):
            break
    ended = bool(statements) and isinstance(statements[-1], tree.If) and bool(statements[-1].orelse)
    if tail and not ended and not diverges(statements):
        out.append(BodyEnd(None, last=True))
    return tidy(out)


def _with_comments(above: list[RustStmt], before: list[RustStmt], made: list[RustStmt]) -> list[RustStmt]:
    if not before and len(made) == 1 and isinstance(made[0], BodyEnd):
        return [replace(made[0], above=above)]
    return [*above, *before, *made]


def _in_its_order(body: BodyWriter, s: tree.Stmt, last: bool) -> tuple[list[RustStmt], Output]:
    """A statement, step by step when one of its parts would be evaluated too early otherwise; and its output."""
    part = body.attempt()
    made = _statement(part, _nested_if(s), last)
    late = is_late(part, s)
    if late or is_disordered(part, s):
        part = body.attempt()
        made = _statement(part, _nested_if(in_order(part, s, late=late)), last)
        require_in_time(part, s)
    body.adopt(part)
    return made, part.output


def _tail_call(body: BodyWriter, s: tree.Stmt) -> TailCall | None:
    """A last call of a function that gives no value: when both can fail, its result is the function's own."""
    if not isinstance(s, tree.ExprStmt) or not isinstance(s.value, tree.Call) or not isinstance(s.value.type, NoneType):
        return None
    return TailCall(body.translate(s.value).expr, bool(body.output.after))


def _nested_if(s: tree.Stmt) -> tree.Stmt:
    """`if a: if b: ...` is `if a and b: ...`."""
    while isinstance(s, tree.If) and not s.orelse and len(s.then) == 1:
        inner = s.then[0]
        if not isinstance(inner, tree.If) or inner.orelse or _tests_option(s.test) or _tests_option(inner.test):
            break
        s = tree.If(s.span, tree.BoolOp(s.test.type, s.span, "and", [s.test, inner.test]), inner.then, [])
    return s


def _tests_option(test: tree.Expr) -> bool:
    return any(isinstance(n, tree.IsNone) for n in walk(test))


def _statement(body: BodyWriter, s: tree.Stmt, last: bool) -> list[RustStmt]:
    tail_call = _tail_call(body, s) if last else None
    if tail_call is not None:
        return [tail_call]
    return STATEMENTS.of(s)(body, s, last)


# --- variables and places -------------------------------------------------------------------------------------


def _assign(body: BodyWriter, s: tree.Assign) -> list[RustStmt]:
    match s.target:
        case tree.VarTarget():
            return _assign_variable(body, s, s.target)
        case tree.PlaceTarget():
            return _assign_place(body, s.target.place, s.value)
        case tree.TupleTarget():
            return _assign_tuple(body, s.target, s.value)


def _declare(body: BodyWriter, s: tree.Declare) -> list[RustStmt]:
    """A variable that inner blocks assign. Rust, too, proves that it has a value where it is used."""
    if (is_account(s.local.type) and not is_sysvar(s.local.type)) or is_aggregate(s.local.type):
        raise body.unsupported(
            s.span,
            f"`{s.local.name}` names an object, and is used outside of the block that assigns it",
            f"assign `{s.local.name}` before that block",
        )
    name = body.declare(s.local, "place")
    return [Let(("mut " if s.again else "") + name, None, body.types.name(s.local.type))]


def _assign_variable(body: BodyWriter, s: tree.Assign, target: tree.VarTarget) -> list[RustStmt]:
    local, value = target.local, s.value
    if local.id in body.facts.aliases or (isinstance(value, tree.Var) and value.local.id == local.id):
        return []
    if is_account(local.type) and not is_sysvar(local.type) and not isinstance(value, tree.CpiCall):
        return choose(body, target, value)
    if not body.facts.is_used(local) and target.declares and local.id not in body.facts.reassigned:
        part = body.apart()
        made = part.translate(value).expr
        body.output.add(part.output)
        if not part.output.fails and not _has_effects(value):
            return []
        return [Do(made)] if isinstance(made, Try) else [Let("_", made)]
    if is_aggregate(local.type) and is_named_place(value) and body.facts.keeps_place(s):
        return _alias_place(body, target, value)
    made = _value_for(body, local.type, value)
    if not target.declares:
        body.forget(tree.Var(local.type, value.span, local))
        if made == body.bindings.variables[local.id].expr:
            return []
        return _store(body, local, made)
    literal = isinstance(local.type, StrType) and isinstance(value, tree.StrLit)
    as_ref = literal and local.id not in body.facts.reassigned
    if as_ref:
        made = body.translate(value).expr
    name = body.declare(local, "ref" if as_ref else "place")
    return [Let(_mutable(body, local) + name, made, _annotation(body, local.type, value))]


def _mutable(body: BodyWriter, local: tree.Local) -> str:
    return "mut " if local.id in body.facts.reassigned | body.facts.mutated else ""


def _store(body: BodyWriter, local: tree.Local, value: RustExpr) -> list[RustStmt]:
    """A value for a variable that has been declared."""
    place = body.bindings.variables[local.id].expr
    held = body.bindings.redirected.get(local.id)
    if held is None:
        return [RustAssign(place, value)]
    return [RustAssign(Atom(held), value), RustAssign(place, Prefix("&mut ", Atom(held)))]


def _has_effects(value: tree.Expr) -> bool:
    return any(isinstance(n, tree.Call | tree.CpiCall | tree.Builtin) for n in walk(value))


def _alias_place(body: BodyWriter, target: tree.VarTarget, value: tree.Expr) -> list[RustStmt]:
    """A variable for a part of something else is another name for the same place."""
    local = target.local
    out: list[RustStmt] = []
    place = fixed_indexes(body, value, out, arrays=True)
    rust_value = body.translate(place)
    if local.id in body.facts.mutated:
        mark_mutable(body, value)
    body.bindings.variables[local.id] = RustBinding(rust_value.expr, rust_value.kind, place=place)
    body.bindings.parts[local.id] = {x for root in roots(value) for x in (root, *body.bindings.parts.get(root, ()))}
    return out


def _value_for(body: BodyWriter, t: Type, value: tree.Expr) -> RustExpr:
    return limited(body, t, value, body.owned(value))


def _annotation(body: BodyWriter, t: Type, value: tree.Expr) -> str | None:
    """The type of a variable, where its value alone does not say it."""
    if any(isinstance(n, tree.IntLit) and isinstance(value, tree.IntLit | tree.IfExp) for n in walk(value)):
        return body.types.name(t) if body.crate.constant(value) is None else None
    if isinstance(value, tree.FloatLit) or (isinstance(value, tree.IntLit) and isinstance(t, FloatType)):
        return "f64"
    if isinstance(value, tree.NoneLit) or (isinstance(value, tree.ListLit) and _is_bare(value)):
        return body.types.name(t)
    if isinstance(value, tree.Coerce) and isinstance(value.value, tree.IntLit | tree.NoneLit):
        return body.types.name(t)
    if isinstance(value, tree.ArrayLit) and isinstance(t, ArrayType) and _holds_integers(t):
        return body.types.name(t)
    if isinstance(value, tree.Repeat | tree.ListComp) and isinstance(t, ListType):
        return body.types.name(t)
    return None


def _holds_integers(t: Type) -> bool:
    return _holds_integers(t.elem) if isinstance(t, ArrayType) else isinstance(t, IntType)


def _is_bare(value: tree.ListLit) -> bool:
    return not value.items or isinstance(value.items[0], tree.IntLit) or all(map(_is_empty, value.items))


def _is_empty(value: tree.Expr) -> bool:
    """Whether it is a list of nothing, or of such lists."""
    return isinstance(value, tree.ListLit | tree.ArrayLit) and all(map(_is_empty, value.items))


def _assign_place(body: BodyWriter, place: tree.Expr, value: tree.Expr) -> list[RustStmt]:
    part = body.apart()
    made = _value_for(part, place.type, value)
    body.output.add(part.output)
    mark_mutable(body, place)
    body.forget(place)
    out: list[RustStmt] = []
    fixed = fixed_indexes(body, place, out)
    if out and (part.output.fails or _runs(value)):
        # Python evaluates the value before the place, so its effects and its error come first.
        name = body.bindings.temporary("value")
        out.insert(0, Let(name, made))
        made = Atom(name)
    return [*out, RustAssign(body.written(fixed).expr, made)]


def _runs(value: tree.Expr) -> bool:
    """Whether a value calls a function, or changes something."""
    return any(
        isinstance(n, tree.Call | tree.CpiCall) or (isinstance(n, tree.Builtin) and operation(n.name).effects)
        for n in walk(value)
    )


def _assign_tuple(body: BodyWriter, target: tree.TupleTarget, value: tree.Expr) -> list[RustStmt]:
    leaves = _leaves(target)
    made = body.owned(value)
    if all(isinstance(t, tree.VarTarget) and t.declares for t in leaves):
        return [Let(_pattern(target, lambda t: _unpacked(body, t)), made, _tuple_annotation(body, value))]
    temporaries = {t: body.bindings.temporary("value") for t in leaves}
    out: list[RustStmt] = [Let(_pattern(target, lambda t: temporaries[t]), made)]
    for t in leaves:
        name = temporaries[t]
        if isinstance(t, tree.VarTarget):
            if t.declares:
                out.append(Let(_mutable(body, t.local) + body.declare(t.local), Atom(name)))
            else:
                out += _store(body, t.local, Atom(name))
        else:
            mark_mutable(body, t.place)
            out.append(RustAssign(body.written(fixed_indexes(body, t.place, out)).expr, Atom(name)))
    return out


def _leaves(target: tree.Target) -> list[tree.VarTarget | tree.PlaceTarget]:
    if isinstance(target, tree.TupleTarget):
        return [leaf for t in target.items for leaf in _leaves(t)]
    return [target]


def _pattern(target: tree.Target, name: Callable[[tree.VarTarget | tree.PlaceTarget], str]) -> str:
    if isinstance(target, tree.TupleTarget):
        return f"({', '.join(_pattern(t, name) for t in target.items)})"
    return name(target)


def _unpacked(body: BodyWriter, t: tree.VarTarget | tree.PlaceTarget) -> str:
    assert isinstance(t, tree.VarTarget)
    if not body.facts.is_used(t.local) and t.local.id not in body.facts.reassigned:
        return "_"
    return _mutable(body, t.local) + body.declare(t.local)


def _tuple_annotation(body: BodyWriter, value: tree.Expr) -> str | None:
    if isinstance(value, tree.TupleLit) and any(isinstance(i, tree.IntLit) for i in value.items):
        return body.types.name(value.type)
    return None


def _aug_assign(body: BodyWriter, s: tree.AugAssign) -> list[RustStmt]:
    if isinstance(s.target, tree.VarTarget):
        place: tree.Expr = tree.Var(s.type, s.span, s.target.local)
    else:
        place = s.target.place
        mark_mutable(body, place)
    out: list[RustStmt] = []
    place = fixed_indexes(body, place, out, arrays=True)
    if not isinstance(s.type, IntType | FloatType):
        concat = tree.Concat(s.type, s.span, place, s.value)
        return [*out, RustAssign(body.translate(place).expr, body.owned(concat))]
    if isinstance(s.type, FloatType) and s.op in ("+", "-", "*"):
        return [*out, RustAssign(body.translate(place).expr, as_float(body, s.value), f"{s.op}=")]
    direct = {"&": "&=", "|": "|=", "^": "^="}.get(s.op)
    unsigned = isinstance(s.type, IntType) and not s.type.signed
    if s.op in ("//", "%") and unsigned and isinstance(s.value, tree.IntLit) and s.value.value > 0:
        direct = "/=" if s.op == "//" else "%="
    target_val = body.written(place)
    target_expr = target_val.expr if target_val.kind == "place" else Prefix("*", paren(target_val.expr, 16))
    if direct is not None:
        return [*out, RustAssign(target_expr, body.operand(s.value), direct)]
    made = operate(body, s.op, s.type, place, s.value)
    out.append(RustAssign(target_expr, made))
    return out


# --- expressions, errors and events ---------------------------------------------------------------------------


def _expr(body: BodyWriter, s: tree.ExprStmt) -> list[RustStmt]:
    value = s.value
    if isinstance(value, tree.InitAccount):
        return []
    if isinstance(value, tree.Builtin) and value.name.startswith("list."):
        mark_mutable(body, value.args[0])
    made = body.translate(value).expr
    if isinstance(made, BlockExpr):
        return [Do(made, False)]
    needs_let = not isinstance(value.type, NoneType) and (isinstance(value, tree.CpiCall) or not isinstance(made, Try))
    return [Let("_", made)] if needs_let else [Do(made)]


def error_of(body: BodyWriter, error: tree.ErrorCode | tree.Expr | None) -> RustExpr:
    if isinstance(error, tree.ErrorCode):
        body.use("crate::errors", body.crate.error_enum)
        return Atom(f"{body.crate.error_enum}::{body.crate.error_variant(error)}")
    return Atom("ErrorCode::RequireViolated")


def _assert(body: BodyWriter, s: tree.Assert) -> list[RustStmt]:
    body.output.fails = True
    if isinstance(s.error, tree.Expr):
        log: list[RustStmt] = [Do(message(body, s.error)), *_failure(body, None, last=False)]
        return [Do(RustIf(condition(body, tree.Not(s.test.type, s.span, s.test)), RustBlock(log)), False)]
    tests = list(s.test.values) if isinstance(s.test, tree.BoolOp) and s.test.op == "and" else [s.test]
    out: list[RustStmt] = []
    while tests and (made := _require_some(body, tests[0], s, tests[1:])) is not None:
        out += made
        tests = tests[1:]
    if not tests:
        return out
    rest = tests[0] if len(tests) == 1 else tree.BoolOp(s.test.type, s.span, "and", tests)
    return [*out, Do(_require(body, rest, s.error))]


def _require(body: BodyWriter, test: tree.Expr, error: tree.ErrorCode | None) -> RustExpr:
    """`require!(test, error)`, or for addresses the macro that logs both."""
    if is_key_comparison(test):
        assert isinstance(test, tree.Compare)
        name = "require_keys_eq" if test.op == "==" else "require_keys_neq"
        sides = [body.owned(test.left), body.owned(test.right)]
        return Macro(name, [*sides, error_of(body, error)])
    return Macro("require", [condition(body, test), error_of(body, error)])


def _require_some(body: BodyWriter, test: tree.Expr, s: tree.Assert, rest: list[tree.Expr]) -> list[RustStmt] | None:
    """`assert x is not None`: `let Some(x) = x else { ... }`, when the value is used later."""
    if not isinstance(test, tree.IsNone) or not test.negate:
        return None
    key = body.facts.key(test.value)
    region = [s.test, *body.facts.behind(s)]
    used = options.uses_inner(body, test.value, region)
    if key is None or key in body.narrowed or not used or not isinstance(test.value.type, OptionType):
        return None
    way = options.way(body, test.value, region)
    pattern = options.bind(body, test.value, mutable=way == "mut") if way is not None else None
    if pattern is None:
        body.forget(test.value)
        return None
    name, scrutinee, binding, found = pattern
    failure = RustBlock(_failure(body, s.error if isinstance(s.error, tree.ErrorCode) else None, last=False))
    body.narrowed[found] = binding
    return [Let(f"Some({name})", scrutinee, otherwise=failure)]


def _failure(body: BodyWriter, error: tree.ErrorCode | None, last: bool) -> list[RustStmt]:
    made = Macro("err", [error_of(body, error)])
    body.output.fails = True
    return [Do(made, False)] if last else [returning(made)]


def _raise(body: BodyWriter, s: tree.Raise, last: bool) -> list[RustStmt]:
    if isinstance(s.error, tree.ErrorCode):
        return _failure(body, s.error, last)
    return [Do(message(body, s.error)), *_failure(body, None, last)]


def _emit(body: BodyWriter, s: tree.Emit) -> list[RustStmt]:
    return [Do(Macro("emit", [body.owned(s.value)]))]


def _print(body: BodyWriter, s: tree.Print) -> list[RustStmt]:
    return [Do(message(body, s.value))]


def _break(body: BodyWriter, _: tree.Break) -> list[RustStmt]:
    return leave_loop(body)


def _continue(body: BodyWriter, _: tree.Continue) -> list[RustStmt]:
    return [Do(Atom("continue"))]


def _return(body: BodyWriter, s: tree.Return, last: bool) -> list[RustStmt]:
    if s.value is None or isinstance(s.value.type, NoneType):
        first: list[RustStmt] = []
        if s.value is not None and not isinstance(s.value, tree.NoneLit):
            first = [Do(body.translate(s.value).expr)]
        made = body.around.made
        return [*first, BodyEnd(None if made is None else Atom(made), last)]
    made = _returned(body, s.value, body.facts.returns or s.value.type)
    if not body.output.after:
        return [BodyEnd(made, last, own_call=isinstance(s.value, tree.Call))]
    # The function must decode the accounts again that the called program may have written, before it ends.
    name = body.bindings.temporary("result")
    again = list(body.output.after)
    body.output.after.clear()
    return [Let(name, made), *again, BodyEnd(Atom(name), last)]


def _returned(body: BodyWriter, value: tree.Expr, t: Type) -> RustExpr:
    if is_account(value.type):
        assert isinstance(value.type, AccountType)
        held = body.borrow(value)
        return RustCall(f"{body.types.declared(value.type.decl)}::clone", [held])
    return limited(body, t, value, body.owned(value))


def _anywhere(write: Callable[[BodyWriter, Any], list[RustStmt]]) -> StatementWriter:
    """A statement that is the same at the end of the body."""
    return lambda body, s, last: write(body, s)


_WRITERS: dict[type, StatementWriter] = {
    tree.If: lambda body, s, last: if_statement(body, s, last, block),
    tree.Return: _return,
    tree.Raise: _raise,
    tree.Declare: _anywhere(_declare),
    tree.Assign: _anywhere(_assign),
    tree.AugAssign: _anywhere(_aug_assign),
    tree.ExprStmt: _anywhere(_expr),
    tree.Assert: _anywhere(_assert),
    tree.Emit: _anywhere(_emit),
    tree.Print: _anywhere(_print),
    tree.While: lambda body, s, last: while_loop(body, s, block),
    tree.For: lambda body, s, last: for_loop(body, s, block),
    tree.Break: _anywhere(_break),
    tree.Continue: _anywhere(_continue),
}
STATEMENTS: Handlers[StatementWriter] = Handlers("statements in Rust", tree.Stmt, _WRITERS)
