"""Attributes: fields, members of classes and modules; and the error for an attribute that does not exist."""

from __future__ import annotations

import ast

from seahorse.diagnostics import CompileError
from seahorse.semantics.declarations.methods import is_property
from seahorse.semantics.expressions.effects import has_effects
from seahorse.semantics.expressions.kinds.unions import common_field, dispatched
from seahorse.semantics.expressions.names import symbol_value
from seahorse.semantics.names.near import near_member
from seahorse.semantics.names.symbols import (
    ClassSymbol,
    ConstSymbol,
    EnumSymbol,
    ErrorSymbol,
    PreludeSymbol,
    Symbol,
)
from seahorse.semantics.scope.body import BodyChecker, handles
from seahorse.semantics.scope.known import Known, call_own, class_info, own_names
from seahorse.semantics.scope.method_table import METHODS, account_property, getter, kind_of, method_names
from seahorse.semantics.tree import (
    AccountDecl,
    AsMember,
    Builtin,
    EnumLit,
    Expr,
    GetField,
    IntLit,
    PubkeyLit,
    class_type,
    enum_type,
)
from seahorse.semantics.tree.types import (
    I32,
    I64,
    INTS,
    TOKEN_ACCOUNT,
    U64,
    U256,
    AccountType,
    ArrayType,
    BytesType,
    ClassType,
    DictType,
    EmptyType,
    ListType,
    OptionType,
    PriceFeedType,
    StrType,
    Type,
    UnionType,
)

PRICE_FIELDS: dict[str, Type] = {"price": I64, "conf": U64, "expo": I32, "publish_time": I64}


# --- attributes ---


@handles(ast.Attribute)
def attribute(body: BodyChecker, node: ast.Attribute, expected: Type | None) -> Expr:
    symbol = body.symbol(node)
    if symbol is not None:
        return symbol_value(body, symbol, node, ast.unparse(node), expected)
    owner = body.symbol(node.value)
    if owner is not None and not isinstance(owner, ConstSymbol):
        return member(body, owner, node)
    return get_field(body, body.expr(node.value), node)


def member(body: BodyChecker, owner: Symbol, node: ast.Attribute) -> Expr:
    """`Enum.VARIANT`, or an error that says why the path is not a value."""
    label = ast.unparse(node.value)
    match owner:
        case EnumSymbol(info=info) if node.attr in info.methods:
            raise body.error(node, f"`{node.attr}` is a method of `{label}`", f"call it: `{label}.{node.attr}(...)`")
        case EnumSymbol(decl=decl):
            if node.attr not in decl.variants:
                known = ", ".join(decl.variants[:6])
                raise body.error(node, f"enum `{label}` has no variant `{node.attr}`", f"its variants: {known}")
            return EnumLit(enum_type(decl), body.span(node), decl, node.attr)
        case ErrorSymbol(decl=decl):
            if node.attr not in decl.codes:
                raise body.error(
                    node, f"`{label}` has no error `{node.attr}`", f"define `{node.attr} = number, 'message'` in it"
                )
            raise body.error(
                node,
                "an error is not a value",
                f"write `assert ..., {label}.{node.attr}` or `raise {label}.{node.attr}`",
            )
        case PreludeSymbol(name=known) if known in INTS and node.attr in ("MAX", "MIN"):
            t = INTS[known]
            return IntLit(t, body.span(node), t.max if node.attr == "MAX" else t.min)
        case PreludeSymbol(name="u256") if node.attr in ("MAX", "MIN"):
            return PubkeyLit(U256, body.span(node), (b"\xff" if node.attr == "MAX" else b"\0") * 32)
        case ClassSymbol():
            raise body.error(node, f"class `{label}` has no constant `{node.attr}`", "make an instance, or define it")
        case _:
            raise body.error(node, f"`{label}` has no attribute `{node.attr}`", "correct the name")


def get_field(body: BodyChecker, value: Expr, node: ast.Attribute) -> Expr:
    """A field of an account or class instance."""
    t, attr = body.type_of(value), node.attr
    known: list[str] = []
    if isinstance(t, AccountType | ClassType):
        fields = t.decl.fields if isinstance(t.decl, AccountDecl) else t.decl.all_fields()
        found = next((f for f in fields if f.name == attr), None)
        if found is not None:
            return body.unwrapped(GetField(found.type, body.span(node), value, attr), node)
        known = [f.name for f in fields]
        info = body.checker.infos.get(t.decl)
        if info is not None and attr in info.broken:
            raise CompileError([])
    if isinstance(t, UnionType):
        return of_each_class(body, node, value, t)
    own = _property_or_constant(body, value, node)
    if own is not None:
        return own
    if isinstance(t, PriceFeedType) and t.name == "Price" and attr in PRICE_FIELDS:
        return Builtin(PRICE_FIELDS[attr], body.span(node), f"price.{attr}", [value])
    if isinstance(t, OptionType):
        raise body.may_be_none(node.value)
    return _uncalled_getter(body, value, node, t, known)


def of_each_class(body: BodyChecker, node: ast.Attribute, value: Expr, t: UnionType) -> Expr:
    """A field, property or constant that an object has, whatever its class."""
    if (base := common_field(t, node.attr)) is not None:
        member = AsMember(class_type(base[0]), value.span, value)
        return body.unwrapped(GetField(base[1], body.span(node), member, node.attr), node)

    def one(inner: BodyChecker, known: Known, _: list[Known]) -> Expr:
        return get_field(inner, known.value, ast.copy_location(ast.Attribute(known, node.attr, ast.Load()), node))

    return dispatched(body, node, value, t, node.attr, [], one)


def _property_or_constant(body: BodyChecker, value: Expr, node: ast.Attribute) -> Expr | None:
    """Members of a class beside fields and methods."""
    info = class_info(body, value.type)
    if info is None:
        return None
    if node.attr in info.constants:
        if has_effects(value):
            hint = f"write `{info.decl.name}.{node.attr}`"
            named = body.source.instead(node, f"{info.decl.name}.{node.attr}")
            raise body.error(node, f"`{node.attr}` is a constant of {info.decl.name}", hint, named)
        return symbol_value(body, info.constants[node.attr][0], node, node.attr, None)
    method = info.methods.get(node.attr)
    if method is None or not is_property(method[1].scope, method[0]):
        return None
    return call_own(body, node, Known(value, node.value), node.attr, [])


def _uncalled_getter(body: BodyChecker, value: Expr, node: ast.Attribute, t: Type, fields: list[str]) -> Expr:
    """`mint.decimals` for `mint.decimals()`: Seahorse accepted it, and it can mean nothing else."""
    held = account_property(t, node.attr)
    if held is not None and not _field_of_empty(t, node.attr):
        return Builtin(held, body.span(node), node.attr, [value])
    found = getter(t, node.attr)
    # "Owner" of a token account could also mean its holder; an Empty has fields only after its `init`.
    unclear = (node.attr == "owner" and t == TOKEN_ACCOUNT) or _field_of_empty(t, node.attr)
    if found is None or unclear:
        raise _no_attribute(body, node, t, fields)
    builtin, result = found
    return Builtin(result, body.span(node), builtin, [value])


def _field_of_empty(t: Type, name: str) -> bool:
    return isinstance(t, EmptyType) and isinstance(t.inner, AccountType) and t.inner.decl.field(name) is not None


def _no_attribute(body: BodyChecker, node: ast.Attribute, t: Type, fields: list[str]) -> CompileError:
    methods = [*method_names(t), *own_names(body, t)]
    if _field_of_empty(t, node.attr):
        label = ast.unparse(node.value)
        hint = f"use the account that `init` gives: `{label} = {label}.init(...)`"
        return body.error(node, f"`{label}` is an Empty, not yet an account: it has no fields", hint)
    if node.attr in methods:
        hint = f"call it: `.{node.attr}(...)`"
        if t == TOKEN_ACCOUNT and node.attr == "owner":
            hint = "`.authority()` is who holds the tokens, `.owner()` the program that owns the account"
        found = METHODS.get(kind_of(t), {}).get(node.attr)
        plain = found is not None and not found.params and hint.startswith("call it")
        called = body.source.around(node, "", "()") if plain else None
        return body.error(node, f"`{node.attr}` is a method of {t}", hint, called)
    close = near_member(node.attr, [*fields, *methods])
    listed = ", ".join([*fields, *(f"{m}()" for m in methods)][:8])
    hint = f"did you mean `{close}`?" if close else f"it has: {listed}" if listed else "correct the name"
    if node.attr in ("length", "size") and isinstance(t, StrType | ListType | ArrayType | BytesType | DictType):
        hint = f"write `len({ast.unparse(node.value)})`"
    if isinstance(node.ctx, ast.Store) and body.name.endswith("__init__") and not close:
        hint = f"say its type: `{ast.unparse(node)}: u64 = ...` for a u64, or `{node.attr}: u64` in the class"
    named = body.source.attribute(node, close) if close else None
    return body.error(node, f"{body.show(t)} has no `{node.attr}`", hint, named)
