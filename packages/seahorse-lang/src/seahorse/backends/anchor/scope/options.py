"""Options: `is not None` tests as patterns that bind the value inside."""

from __future__ import annotations

from seahorse.backends.anchor.facts.reach import roots
from seahorse.backends.anchor.naming import names
from seahorse.backends.anchor.naming.types import is_aggregate, is_copy
from seahorse.backends.anchor.rust.chains import Method
from seahorse.backends.anchor.rust.exprs import Atom, Closure, Prefix, RustExpr
from seahorse.backends.anchor.scope.bindings import Kind, OptionPattern, RustBinding
from seahorse.backends.anchor.scope.body_writer import BodyWriter
from seahorse.semantics import tree
from seahorse.semantics.tree.types import BytesType, OptionType, StrType, is_account
from seahorse.semantics.tree.walk import walk


def bind(body: BodyWriter, value: tree.Expr, mutable: bool = False) -> OptionPattern | None:
    """How to take the value out of an option: (name, what to match, the binding, its key). None when it has no name."""
    key = body.facts.key(value)
    if key is None or not isinstance(value.type, OptionType):
        return None
    name = names.local(str(_name(value)))
    inner = value.type.inner
    rust_value = body.translate(value)
    scrutinee, kind = rust_value.expr, "place"
    if is_account(inner):
        # The variable is a reference to the option already; matching it gives a reference.
        kind = "mut" if rust_value.kind == "mut" else "ref"
    elif is_copy(inner):
        scrutinee = body.own(rust_value, value.type)
    elif isinstance(inner, StrType | BytesType):
        scrutinee, kind = Method(rust_value.expr, "as_deref"), "ref"
    elif body.lends(value):
        scrutinee, kind = body.open(value, rust_value, mutable), "mut" if mutable else "ref"
    elif rust_value.kind == "place":
        scrutinee, kind = Prefix("&mut " if mutable else "&", rust_value.expr), "mut" if mutable else "ref"
    else:
        kind = rust_value.kind
    checked: Kind = kind  # type: ignore[assignment]
    return name, scrutinee, RustBinding(Atom(name), checked), key


def way(body: BodyWriter, value: tree.Expr, region: object) -> Kind | None:
    """How the value inside an option is bound to a name for some nodes: None when the name would be in the way.

    It is when its owner is used by another name while the option is borrowed to be changed, or is changed by another.
    """
    if is_account(value.type) or not isinstance(value.type, OptionType):
        return "mut" if roots(value) & body.facts.mutated else "ref"
    key = body.facts.key(value)
    family = body.bindings.family(roots(value))
    if any(isinstance(n, tree.VarTarget) and n.local.id in family and not n.declares for n in walk(region)):
        return None
    if is_copy(value.type.inner):
        return "ref"
    inside = {v for n in walk(region) if isinstance(n, tree.Unwrap) and body.facts.key(n.value) == key for v in walk(n)}
    others = any(isinstance(n, tree.Var) and n.local.id in family and n not in inside for n in walk(region))
    if not (roots(value) & body.facts.mutated and is_aggregate(value.type.inner)):
        return "ref"
    if not body.facts.mutated_in(region) & family:
        return "ref"
    return None if others else "mut"


def _name(value: tree.Expr) -> str:
    match value:
        case tree.Var():
            return value.local.name
        case tree.GetField():
            return value.name
        case tree.Unwrap() | tree.Coerce():
            return _name(value.value)
        case _:
            return "value"


def uses_inner(body: BodyWriter, value: tree.Expr, nodes: object) -> bool:
    """Whether the value inside the option is used below some nodes."""
    key = body.facts.key(value)
    return any(isinstance(n, tree.Unwrap) and body.facts.key(n.value) == key for n in walk(nodes))


def logic(body: BodyWriter, e: tree.BoolOp) -> RustExpr | None:
    """`x is not None and f(x)` as `x.is_some_and(|x| f(x))`; `x is None or f(x)` as `x.is_none_or(...)`.

    None when the operation is another, or when what follows can fail, which a closure cannot.
    """
    first = e.values[0]
    if not isinstance(first, tree.IsNone) or first.negate != (e.op == "and"):
        return None
    rest: tree.Expr = e.values[1] if len(e.values) == 2 else tree.BoolOp(e.type, e.span, e.op, e.values[1:])
    if not uses_inner(body, first.value, rest):
        return None
    pattern = bind(body, first.value)
    if pattern is None:
        return None
    name, scrutinee, binding, key = pattern
    if is_account(first.value.type):
        scrutinee = Method(scrutinee, "as_ref")
        binding = RustBinding(binding.expr, "ref")
    elif isinstance(scrutinee, Prefix):
        scrutinee = Method(scrutinee.value, "as_ref")
    part = body.knowing(key, binding).apart()
    test = part.operand(rest)
    if part.output.fails or part.output.before:
        return None
    body.output.add(part.output)
    return Method(scrutinee, "is_some_and" if e.op == "and" else "is_none_or", [Closure(name, test)])
