"""Literals, variables, fields, options, logic and comparisons."""

from __future__ import annotations

from dataclasses import replace

from seahorse.backends.anchor.expressions.foreign_tuples import from_foreign, holds_tuple
from seahorse.backends.anchor.expressions.iterators import range_expr
from seahorse.backends.anchor.expressions.texts import text_ref
from seahorse.backends.anchor.naming import literals, names
from seahorse.backends.anchor.naming.types import has_float, is_copy
from seahorse.backends.anchor.rust.blocks import BlockExpr, Do, RustBlock, RustIf
from seahorse.backends.anchor.rust.calls import Macro, RustArray, RustCall, Tuple
from seahorse.backends.anchor.rust.chains import Method, RustField
from seahorse.backends.anchor.rust.exprs import (
    Atom,
    Binary,
    Cast,
    Closure,
    Paren,
    Prefix,
    Range,
    RustExpr,
    binary,
    paren,
)
from seahorse.backends.anchor.scope import seeds
from seahorse.backends.anchor.scope.bindings import Kind, OptionPattern, RustValue
from seahorse.backends.anchor.scope.body_writer import BodyWriter, handles
from seahorse.backends.anchor.scope.evaluation_order import Translation, apart_from
from seahorse.backends.anchor.scope.options import bind, logic
from seahorse.backends.anchor.scope.places import is_untyped, named, receiver
from seahorse.ir.layout import pascal_case
from seahorse.semantics import tree
from seahorse.semantics.tree.types import (
    AccountType,
    ArrayType,
    BytesType,
    ClassType,
    EnumType,
    FloatType,
    IntType,
    ListType,
    OptionType,
    PubkeyType,
    StrType,
    Type,
)
from seahorse.semantics.tree.walk import walk


def _constant(body: BodyWriter, e: tree.Expr) -> RustExpr | None:
    name = named(body, e)
    return Atom(name) if name is not None else None


@handles(tree.IntLit)
def _int(body: BodyWriter, e: tree.IntLit) -> RustValue:
    if isinstance(e.type, FloatType):
        return RustValue(Atom(literals.number(float(e.value))))
    value = Atom(named(body, e) or _as_written(body, e) or literals.integer(e.value))
    if e.value < 0:
        return RustValue(Prefix("-", Atom(value.text[1:]))) if value.text[0] == "-" else RustValue(value)
    return RustValue(value)


def _as_written(body: BodyWriter, e: tree.IntLit) -> str | None:
    """A hexadecimal or binary literal stays one."""
    text = body.crate.snippet(e.span)
    return text if text[:2] in ("0x", "0b") and text[2:].replace("_", "").isalnum() else None


@handles(tree.FloatLit)
def _float(body: BodyWriter, e: tree.FloatLit) -> RustValue:
    text = named(body, e) or literals.number(e.value)
    return RustValue(Prefix("-", Atom(text[1:]))) if text[0] == "-" else RustValue(Atom(text))


@handles(tree.BoolLit)
def _bool(body: BodyWriter, e: tree.BoolLit) -> RustValue:
    return RustValue(Atom(named(body, e) or str(e.value).lower()))


@handles(tree.StrLit)
def _str(body: BodyWriter, e: tree.StrLit) -> RustValue:
    return RustValue(_constant(body, e) or literals.text(e.value), "ref")


@handles(tree.BytesLit)
def _bytes(body: BodyWriter, e: tree.BytesLit) -> RustValue:
    return RustValue(_constant(body, e) or literals.data(e.value), "ref")


@handles(tree.NoneLit)
def _none(body: BodyWriter, e: tree.NoneLit) -> RustValue:
    return RustValue(Atom("None"))


@handles(tree.PubkeyLit)
def _pubkey(body: BodyWriter, e: tree.PubkeyLit) -> RustValue:
    name = named(body, e)
    if name is not None:
        return RustValue(Atom(name))
    if e.value == bytes(32):
        return RustValue(RustCall("Pubkey::default", []))
    return RustValue(seeds.address(body.crate, body.types, e.value))


@handles(tree.EnumLit)
def _enum(body: BodyWriter, e: tree.EnumLit) -> RustValue:
    return RustValue(Atom(f"{body.types.declared(e.decl, e.span)}::{pascal_case(e.variant)}"))


@handles(tree.Var)
def _var(body: BodyWriter, e: tree.Var) -> RustValue:
    return variable(body, e.local)


@handles(tree.InitAccount)
def _init(body: BodyWriter, e: tree.InitAccount) -> RustValue:
    return variable(body, e.param)


def variable(body: BodyWriter, local: tree.Local) -> RustValue:
    found = body.facts.resolve(local)
    body.output.read.add(found)
    slot = body.facts.slot(local.id)
    if slot is not None:
        body.output.use(slot.index, changed=False)
    narrowed = body.narrowed.get((found,))
    binding = narrowed or body.bindings.variables[found]
    if binding.place is not None:
        return body.translate(binding.place)
    return RustValue(binding.expr, binding.kind)


@handles(tree.GetField)
def _field(body: BodyWriter, e: tree.GetField) -> RustValue:
    place = RustField(body.place(e.obj), field_name(body, e))
    module = body.crate.foreign_of.get(e.obj.type.decl) if isinstance(e.obj.type, ClassType | AccountType) else None
    if module is not None and holds_tuple(e.type):
        return RustValue(from_foreign(module, e.type, Method(place, "clone")))
    return RustValue(place, "place")


def field_name(body: BodyWriter, e: tree.GetField) -> str:
    return names.public(e.name)


@handles(tree.IsNone)
def _is_none(body: BodyWriter, e: tree.IsNone) -> RustValue:
    if body.facts.key(e.value) in body.narrowed:
        return RustValue(Atom(str(e.negate).lower()))
    return RustValue(Method(body.place(e.value), "is_some" if e.negate else "is_none"))


@handles(tree.IsMember, tree.AsMember)
def _of_union(body: BodyWriter, e: tree.IsMember | tree.AsMember) -> RustValue:
    hint = "build the bytecode alone: `seahorse build --no-rust`"
    raise body.unsupported(e.span, "an object of several classes has no Rust form here", hint)


@handles(tree.Unwrap)
def _unwrap(body: BodyWriter, e: tree.Unwrap) -> RustValue:
    key = body.facts.key(e.value)
    if key is not None and key in body.narrowed:
        binding = body.narrowed[key]
        if isinstance(e.value, tree.Var):
            variable(body, e.value.local)
        return RustValue(binding.expr, binding.kind)
    rust_value = body.translate(e.value)
    if is_copy(e.type) or rust_value.kind == "value":
        return RustValue(Method(rust_value.expr, "unwrap"))
    if isinstance(e.type, StrType | BytesType):
        return RustValue(Method(Method(rust_value.expr, "as_deref"), "unwrap"), "ref")
    kind: Kind = "mut" if body.around.writing else "ref"
    if body.lends(e.value):
        return RustValue(Method(body.open(e.value, rust_value, body.around.writing), "unwrap"), kind)
    return RustValue(Method(Method(rust_value.expr, "as_mut" if body.around.writing else "as_ref"), "unwrap"), kind)


@handles(tree.TupleLit)
def _tuple(body: BodyWriter, e: tree.TupleLit) -> RustValue:
    return RustValue(Tuple([body.owned(i) for i in e.items]))


@handles(tree.IfExp)
def _if(body: BodyWriter, e: tree.IfExp) -> RustValue:
    pattern, test = option_test(body, e.test)
    if pattern is not None:
        inner, present, absent = pattern, *((e.then, e.orelse) if test else (e.orelse, e.then))
        name, scrutinee, binding, key = inner
        yes = alone(body.knowing(key, binding), present, BodyWriter.owned)
        no = alone(body, absent, BodyWriter.owned)
        if str(yes) == name and binding.kind == "place":
            if isinstance(absent, tree.IntLit | tree.FloatLit | tree.BoolLit):
                zero = str(no) in ("0", "0.0", "false")
                return RustValue(Method(scrutinee, "unwrap_or_default" if zero else "unwrap_or", [] if zero else [no]))
            if isinstance(absent, tree.Var) and is_copy(e.type):
                return RustValue(Method(scrutinee, "unwrap_or", [no]))
        return RustValue(
            RustIf(scrutinee, RustBlock([Do(yes, False)]), RustBlock([Do(no, False)]), pattern=f"Some({name})")
        )
    test = condition(body, e.test)
    yes, no = alone(body, e.then, BodyWriter.owned), alone(body, e.orelse, BodyWriter.owned)
    return RustValue(RustIf(test, RustBlock([Do(yes, False)]), RustBlock([Do(no, False)])))


def alone(body: BodyWriter, e: tree.Expr, make: Translation) -> RustExpr:
    """An expression that may not be reached: what it needs evaluated before it goes into a block with it."""
    before, made = apart_from(body, e, make)
    return BlockExpr(RustBlock([*before, Do(made, False)])) if before else made


def option_test(body: BodyWriter, test: tree.Expr) -> tuple[OptionPattern | None, bool]:
    """The pattern for a test that is only `x is not None` (True) or `x is None` (False), when x has a name to bind."""
    if isinstance(test, tree.Not) and isinstance(test.value, tree.IsNone):
        test = tree.IsNone(test.type, test.span, test.value.value, not test.value.negate)
    if not isinstance(test, tree.IsNone) or body.facts.key(test.value) is None:
        return None, False
    return bind(body, test.value), test.negate


def condition(body: BodyWriter, test: tree.Expr) -> RustExpr:
    """A test as Rust writes it after `if`."""
    return body.operand(test)


# --- logic ----------------------------------------------------------------------------------------------------

_INVERSE = {"==": "!=", "!=": "==", "<": ">=", "<=": ">", ">": "<=", ">=": "<"}


@handles(tree.Not)
def _not(body: BodyWriter, e: tree.Not) -> RustValue:
    inner = e.value
    if isinstance(inner, tree.Not):
        return body.translate(inner.value)
    if isinstance(inner, tree.Compare) and not _partial(inner.left.type):
        return body.translate(tree.Compare(e.type, e.span, _INVERSE[inner.op], inner.left, inner.right))  # type: ignore[arg-type]
    if isinstance(inner, tree.IsNone):
        return body.translate(tree.IsNone(e.type, e.span, inner.value, not inner.negate))
    if isinstance(inner, tree.Contains):
        return body.translate(tree.Contains(e.type, e.span, inner.item, inner.seq, not inner.negate))
    return RustValue(Prefix("!", paren(body.operand(inner), 16)))


def _partial(t: Type) -> bool:
    return has_float(t)


@handles(tree.BoolOp)
def _bool_op(body: BodyWriter, e: tree.BoolOp) -> RustValue:
    special = logic(body, e)
    if special is not None:
        return RustValue(special)
    values = _merge_ranges(body, e)
    op = "&&" if e.op == "and" else "||"
    out = values[0] if not _is_other(values[0], op) else Paren(values[0])
    for v in values[1:]:
        out = Binary(op, out, Paren(v) if _is_other(v, op) or v.level < 6 else v)
    return RustValue(out)


def _is_other(e: RustExpr, op: str) -> bool:
    return isinstance(e, Binary) and e.op in ("&&", "||") and e.op != op


def _merge_ranges(body: BodyWriter, e: tree.BoolOp) -> list[RustExpr]:
    """The operands, with two comparisons of one value against two bounds as a range test."""
    out: list[RustExpr] = []
    values = _flat(e)
    i = 0
    while i < len(values):
        found = _range(body, e.op, values[i], values[i + 1]) if i + 1 < len(values) else None
        if found is not None:
            out.append(found)
            i += 2
            continue
        operand = values[i]
        out.append(body.operand(operand) if i == 0 else alone(body, operand, BodyWriter.operand))
        i += 1
    return out


def _flat(e: tree.BoolOp) -> list[tree.Expr]:
    """The operands, those of the same operation within it among them."""
    return [x for v in e.values for x in (_flat(v) if isinstance(v, tree.BoolOp) and v.op == e.op else [v])]


def _range(body: BodyWriter, op: str, a: tree.Expr, b: tree.Expr) -> RustExpr | None:
    """`low <= x and x < high` as `(low..high).contains(&x)`; with `or`, the opposite."""
    if not (isinstance(a, tree.Compare) and isinstance(b, tree.Compare)):
        return None
    low, high = _bound(a, op), _bound(b, op)
    if low is None or high is None:
        return None
    if low[0] != "low":
        low, high = high, low
    if low[0] != "low" or high[0] != "high" or not low[3]:
        return None
    if str(body.operand(low[1])) != str(body.operand(high[1])):
        return None
    span = Range(body.operand(low[2]), body.operand(high[2]), "..=" if high[3] else "..")
    test = Method(Paren(span), "contains", [Prefix("&", paren(body.operand(low[1]), 16))])
    return test if op == "and" else Prefix("!", test)


def _bound(c: tree.Compare, op: str) -> tuple[str, tree.Expr, tree.Expr, bool] | None:
    """(low or high, the value, the bound, inclusive) of a comparison with a literal, negated under `or`."""
    if not isinstance(c.left.type, IntType | FloatType) or c.op in ("==", "!="):
        return None
    if isinstance(c.left.type, FloatType) and op == "or":
        # Not the opposite of a range test: NaN is in no range and beyond no bound.
        return None
    operator, left, right = c.op, c.left, c.right
    if op == "or":
        operator = _INVERSE[operator]
    if _is_bound(left):
        left, right = right, left
        operator = {"<": ">", "<=": ">=", ">": "<", ">=": "<="}[operator]
    if not _is_bound(right) or not isinstance(left, tree.Var | tree.GetField):
        return None
    if operator in (">", ">="):
        return ("low", left, right, operator == ">=")
    return ("high", left, right, operator == "<=")


def _is_bound(e: tree.Expr) -> bool:
    return isinstance(e, tree.IntLit | tree.FloatLit) or (isinstance(e, tree.Negate) and _is_bound(e.value))


# --- comparisons ----------------------------------------------------------------------------------------------


@handles(tree.Compare)
def _compare(body: BodyWriter, e: tree.Compare) -> RustValue:
    t = e.left.type
    special = _empty_test(body, e) or _foreign_enum(body, e) or _bool_literal(body, e)
    if special is not None:
        return RustValue(special)
    if isinstance(t, StrType | BytesType):
        return RustValue(_text(body, e))
    if is_untyped(e.left) and is_untyped(e.right) and isinstance(t, IntType):
        return RustValue(binary(e.op, receiver(body, e.left, t), body.operand(e.right)))
    left, right = compared(body, e.left), compared(body, e.right)
    return RustValue(binary(e.op, left, right))


def compared(body: BodyWriter, e: tree.Expr) -> RustExpr:
    """An operand that is only looked at: no clone. An Option of a place is compared as it is."""
    if isinstance(e, tree.Coerce) and isinstance(e.type, OptionType) and not is_copy(e.type):
        return body.owned(e)
    rust_value = body.translate(e)
    if rust_value.kind in ("ref", "mut"):
        return Prefix("*", paren(rust_value.expr, 16))
    return rust_value.expr


def _empty_test(body: BodyWriter, e: tree.Compare) -> RustExpr | None:
    """`len(x) > 0` and its like as `is_empty`."""
    if not (isinstance(e.left, tree.Builtin) and e.left.name == "len" and isinstance(e.right, tree.IntLit)):
        return None
    seq, bound = e.left.args[0], e.right.value
    if isinstance(seq.type, ArrayType) or not isinstance(seq.type, StrType | BytesType | ListType):
        return None
    empty = Method(body.place(seq), "is_empty")
    if (e.op, bound) in ((">", 0), ("!=", 0), (">=", 1)):
        return Prefix("!", empty)
    return empty if (e.op, bound) in (("==", 0), ("<", 1), ("<=", 0)) else None


def _bool_literal(body: BodyWriter, e: tree.Compare) -> RustExpr | None:
    if e.op not in ("==", "!=") or not isinstance(e.right, tree.BoolLit):
        return None
    same = e.right.value == (e.op == "==")
    return body.operand(e.left if same else tree.Not(e.type, e.span, e.left))


def _foreign_enum(body: BodyWriter, e: tree.Compare) -> RustExpr | None:
    """Enums of other programs, as `declare_program!` makes them, cannot be compared: match, or compare their bytes."""
    if not isinstance(e.left.type, EnumType) or body.crate.is_own(e.left.type.decl):
        return None
    left, right = (e.right, e.left) if isinstance(e.left, tree.EnumLit) else (e.left, e.right)
    if isinstance(right, tree.EnumLit):
        test = Macro("matches", [body.operand(left), body.operand(right)])
        return test if e.op == "==" else Prefix("!", test)
    return binary(e.op, Cast(paren(body.operand(left), 15), "u8"), Cast(paren(body.operand(right), 15), "u8"))


def _text(body: BodyWriter, e: tree.Compare) -> RustExpr:
    left, right = body.translate(e.left), body.translate(e.right)
    if e.op in ("==", "!="):
        if left.kind == "ref" and isinstance(e.left, tree.StrLit):
            left, right = right, left
        if left.kind == "ref" and right.kind != "ref" and isinstance(e.left.type, BytesType):
            left, right = right, left
        return binary(e.op, left.expr, right.expr)
    # A literal of bytes is an array, which has no order with a slice.
    views = [v.kind == "ref" and not isinstance(x, tree.BytesLit) for v, x in ((left, e.left), (right, e.right))]
    sides = [
        v.expr if view else Method(v.expr, _view(e.left.type)) for v, view in zip((left, right), views, strict=True)
    ]
    return binary(e.op, sides[0], sides[1])


def _view(t: Type) -> str:
    return "as_str" if isinstance(t, StrType) else "as_slice"


@handles(tree.Contains)
def _contains(body: BodyWriter, e: tree.Contains) -> RustValue:
    e = replace(e, item=once(body, e.item))
    seq = e.seq
    if isinstance(seq.type, StrType):
        test: RustExpr = Method(body.place(seq), "contains", [text_ref(body, e.item)])
    elif isinstance(seq, tree.Builtin) and seq.name == "range":
        span = range_expr(body, seq)
        if isinstance(span, Range):
            test = Method(Paren(span), "contains", [Prefix("&", paren(body.operand(e.item), 16))])
        else:
            test = Method(
                span,
                "any",
                [Closure(name := body.bindings.bound("item"), Binary("==", Atom(name), body.operand(e.item)))],
            )
    elif isinstance(seq, tree.ArrayLit | tree.ListLit) and isinstance(e.item.type, EnumType):
        return body.translate(_one_of(e, seq))
    else:
        held: RustExpr = (
            RustArray([_member(body, i, e.item) for i in seq.items])
            if isinstance(seq, tree.ArrayLit | tree.ListLit)
            else body.place(seq)
        )
        test = _holds(body, held, e.item)
    return RustValue(Prefix("!", test) if e.negate else test)


def once(body: BodyWriter, e: tree.Expr) -> tree.Expr:
    """An expression that the code compares with one item after the other: it evaluates the expression once, before the
    first item."""
    plain = e
    while isinstance(plain, tree.GetField | tree.Coerce):
        plain = plain.obj if isinstance(plain, tree.GetField) else plain.value
    known = isinstance(plain, tree.Var | tree.IntLit | tree.FloatLit | tree.BoolLit | tree.StrLit | tree.BytesLit)
    if known or isinstance(plain, tree.PubkeyLit | tree.EnumLit | tree.NoneLit):
        return e
    # Code without failures and effects may run again; a simple expression stays where a reader expects it.
    if not any(isinstance(n, tree.Call | tree.CpiCall | tree.GetIndex | tree.Arith | tree.Construct) for n in walk(e)):
        return e
    return body.put_before(e, "item")


def _member(body: BodyWriter, e: tree.Expr, sought: tree.Expr) -> RustExpr:
    return receiver(body, e, e.type) if is_untyped(e) and is_untyped(sought) else body.owned(e)


def _holds(body: BodyWriter, held: RustExpr, item: tree.Expr) -> RustExpr:
    """Whether a sequence has an item. A list of texts is asked for one without making a String of it."""
    if isinstance(item.type, StrType):
        name = body.bindings.bound("item")
        same = Binary("==", Atom(name), body.borrow(item))
        return Method(Method(held, "iter"), "any", [Closure(name, same)])
    return Method(held, "contains", [body.borrow(item)])


def _one_of(e: tree.Contains, seq: tree.ArrayLit | tree.ListLit) -> tree.Expr:
    tests: list[tree.Expr] = [
        tree.Compare(e.type, e.span, "!=" if e.negate else "==", e.item, item) for item in seq.items
    ]
    if len(tests) == 1:
        return tests[0]
    return tree.BoolOp(e.type, e.span, "and" if e.negate else "or", tests)


def is_key_comparison(e: tree.Expr) -> bool:
    """`==` or `!=` of two addresses, neither an option."""
    return (
        isinstance(e, tree.Compare)
        and e.op in ("==", "!=")
        and isinstance(e.left.type, PubkeyType)
        and isinstance(e.right.type, PubkeyType)
    )
