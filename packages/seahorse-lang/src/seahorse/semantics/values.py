"""Expressions that name or build values: literals, names, fields, lists, tuples, f-strings, indexes, comprehensions."""

from __future__ import annotations

import ast

from seahorse.diagnostics import CompileError, Span
from seahorse.semantics.annotations import type_of
from seahorse.semantics.body import Body, handles
from seahorse.semantics.constants import checked, fold_symbol, literal
from seahorse.semantics.infer import Unknown
from seahorse.semantics.method_table import getter, method_names
from seahorse.semantics.prelude_names import ADDRESSES
from seahorse.semantics.symbols import (
    Address,
    ClassSymbol,
    ConstSymbol,
    ConstValue,
    EnumSymbol,
    ErrorSymbol,
    FunctionSymbol,
    InstructionSymbol,
    ModuleSymbol,
    PackageSymbol,
    PreludeSymbol,
    Symbol,
)
from seahorse.semantics.tree import (
    AccountDecl,
    ArrayLit,
    BoolLit,
    Builtin,
    BytesLit,
    EnumLit,
    Expr,
    FloatLit,
    GetField,
    GetIndex,
    GetSlice,
    IntLit,
    ListLit,
    Negate,
    NoneLit,
    PubkeyLit,
    StrLit,
    TupleLit,
    enum_type,
)
from seahorse.semantics.types import (
    BOOL,
    BYTES,
    F64,
    I32,
    I64,
    PUBKEY,
    STR,
    TOKEN_ACCOUNT,
    U8,
    U64,
    AccountType,
    ArrayType,
    BytesType,
    ClassType,
    EmptyType,
    FloatType,
    IntType,
    IterType,
    ListType,
    OptionType,
    PriceFeedType,
    StrType,
    TupleType,
    Type,
    is_account,
)

PRICE_FIELDS: dict[str, Type] = {"price": I64, "conf": U64, "expo": I32, "publish_time": I64}


# --- literals and constants ---


@handles(ast.Constant)
def constant(body: Body, node: ast.Constant, expected: Type | None) -> Expr:
    if node.value is None:
        wanted = body.infer.prune(expected) if expected is not None else None
        return NoneLit(wanted if isinstance(wanted, OptionType) else OptionType(body.infer.fresh()), body.span(node))
    value = literal(node.value)
    if value is None:
        raise body.error(node, "this literal is not supported", "write a number, a string, bytes, a bool or None")
    return const_expr(body, checked(body.scope, node, value), body.span(node))


def const_expr(body: Body, value: ConstValue, span: Span) -> Expr:
    """A folded constant as an expression; an untyped integer gets its type from its use."""
    match value.value:
        case bool() as raw:
            return BoolLit(BOOL, span, raw)
        case int() as raw:
            return IntLit(value.type or body.infer.fresh_int(raw), span, raw)
        case float() as raw:
            return FloatLit(F64, span, raw)
        case str() as raw:
            return StrLit(STR, span, raw)
        case bytes() as raw:
            return BytesLit(BYTES, span, raw)
        case Address(value=raw):
            return PubkeyLit(PUBKEY, span, raw)


def const_of(body: Body, value: Expr) -> ConstValue | None:
    """The other way: an expression that is a literal, as a constant."""
    match value:
        case IntLit(value=raw):
            t = body.type_of(value)
            return ConstValue(raw, t if isinstance(t, IntType) else None)
        case FloatLit(value=raw):
            return ConstValue(raw, F64)
        case StrLit(value=raw):
            return ConstValue(raw, STR)
        case BytesLit(value=raw):
            return ConstValue(raw, BYTES)
        case _:
            return None


def named_constant(body: Body, symbol: ConstSymbol, node: ast.expr, expected: Type | None) -> Expr:
    """A module constant where it is used: its value, or its expression when that is a list, an enum member, ..."""
    try:
        value = fold_symbol(symbol)
        if value is not None:
            return const_expr(body, value, body.span(node))
        if symbol in body.checker.functions.open_constants:
            raise body.error(node, f"constant `{symbol.name}` is defined by itself", "give it a value")
        return _inlined(body, symbol, node, expected)
    except CompileError as error:
        # Reported where the constant is defined.
        body.checker.report(error)
        raise CompileError([]) from None


def _inlined(body: Body, symbol: ConstSymbol, node: ast.expr, expected: Type | None) -> Expr:
    constants = body.checker.functions.open_constants
    constants.append(symbol)
    try:
        with body.inside(symbol.scope):
            if symbol.annotation is not None:
                return body.typed(symbol.node, type_of(symbol.scope, symbol.annotation), f"constant `{symbol.name}`")
            return body.expr(symbol.node, expected)
    finally:
        constants.pop()


@handles(ast.Name)
def name(body: Body, node: ast.Name, expected: Type | None) -> Expr:
    binding = body.variable(node)
    if binding is not None and binding.cpi is not None:
        return _cpi_value(body, node, binding.cpi)
    if binding is not None:
        return body.read(binding, node)
    symbol = body.scope.lookup(node.id)
    if symbol is None:
        raise body.undefined(node)
    return symbol_value(body, symbol, node, node.id, expected)


def _cpi_value(body: Body, node: ast.Name, cpi: Expr | list[Expr]) -> Expr:
    if isinstance(cpi, Expr):
        return cpi
    raise body.error(
        node, f"`{node.id}` is a list of CpiAccounts, which is known at compile time", "pass it to `invoke`, or append"
    )


def symbol_value(body: Body, symbol: Symbol, node: ast.expr, label: str, expected: Type | None) -> Expr:
    """A module-level symbol used as a value: only constants are values."""
    match symbol:
        case ConstSymbol():
            return named_constant(body, symbol, node, expected)
        case FunctionSymbol() | InstructionSymbol():
            raise body.error(node, f"`{label}` is a function, and functions are not values", f"call it: `{label}(...)`")
        case ModuleSymbol() | PackageSymbol():
            raise body.error(node, f"`{label}` is a module, not a value", f"write `{label}.name`")
        case ErrorSymbol():
            raise body.error(node, f"`{label}` is an error class, not a value", f"`assert condition, {label}.CODE`")
        case PreludeSymbol(name=known) if known in ADDRESSES:
            return PubkeyLit(PUBKEY, body.span(node), ADDRESSES[known])
        case PreludeSymbol(name="arg"):
            raise body.error(node, "`arg` stands in `Seeds(...)` only", "write the parameter's name")
        case PreludeSymbol():
            raise body.error(node, f"`{label}` is not a value", f"call it: `{label}(...)`")
        case _:
            raise body.error(node, f"`{label}` is a class, not a value", "use a member of it, or construct it")


@handles(ast.Lambda)
def lambda_value(body: Body, node: ast.Lambda, expected: Type | None) -> Expr:
    raise body.error(
        node, "functions are not values", "write a `def` in the module; `map`, `filter` and sorts take a lambda"
    )


# --- attributes ---


@handles(ast.Attribute)
def attribute(body: Body, node: ast.Attribute, expected: Type | None) -> Expr:
    symbol = body.symbol(node)
    if symbol is not None:
        return symbol_value(body, symbol, node, ast.unparse(node), expected)
    owner = body.symbol(node.value)
    if owner is not None and not isinstance(owner, ConstSymbol):
        return member(body, owner, node)
    return get_field(body, body.expr(node.value), node)


def member(body: Body, owner: Symbol, node: ast.Attribute) -> Expr:
    """`Enum.VARIANT`, or an explanation why the path is no value."""
    label = ast.unparse(node.value)
    match owner:
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
                node, "an error is not a value", f"write `assert condition, {label}.{node.attr}` or `raise`"
            )
        case ClassSymbol():
            raise body.error(node, "a class has no values of its own", "make an instance, or call a static method")
        case _:
            raise body.error(node, f"`{label}` has no attribute `{node.attr}`", "correct the name")


def get_field(body: Body, value: Expr, node: ast.Attribute) -> Expr:
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
    if isinstance(t, PriceFeedType) and t.name == "Price" and attr in PRICE_FIELDS:
        return Builtin(PRICE_FIELDS[attr], body.span(node), f"price.{attr}", [value])
    if isinstance(t, OptionType):
        raise body.may_be_none(node.value)
    return _uncalled_getter(body, value, node, t, known)


def _uncalled_getter(body: Body, value: Expr, node: ast.Attribute, t: Type, fields: list[str]) -> Expr:
    """`mint.decimals` for `mint.decimals()`: Seahorse took it where any type would do, and it can mean nothing else."""
    found = getter(t, node.attr)
    # The owner of a token account could be its holder, and a field of an Empty is there only after its `init`.
    unclear = (node.attr == "owner" and t == TOKEN_ACCOUNT) or _field_of_empty(t, node.attr)
    if found is None or unclear:
        raise _no_attribute(body, node, t, fields)
    builtin, result = found
    return Builtin(result, body.span(node), builtin, [value])


def _field_of_empty(t: Type, name: str) -> bool:
    return isinstance(t, EmptyType) and isinstance(t.inner, AccountType) and t.inner.decl.field(name) is not None


def _no_attribute(body: Body, node: ast.Attribute, t: Type, fields: list[str]) -> CompileError:
    info = None
    if isinstance(t, AccountType | ClassType):
        info = body.checker.infos.get(t.decl)
    methods = [*method_names(t), *(list(info.methods) if info is not None else list[str]())]
    if _field_of_empty(t, node.attr):
        label = ast.unparse(node.value)
        hint = f"use the account that `init` gives: `{label} = {label}.init(...)`"
        return body.error(node, f"`{label}` is an Empty, which has no fields", hint)
    if node.attr in methods:
        hint = f"call it: `.{node.attr}(...)`"
        if t == TOKEN_ACCOUNT and node.attr == "owner":
            hint = "`.authority()` is who holds the tokens, `.owner()` the program that owns the account"
        return body.error(node, f"`{node.attr}` is a method of {t}", hint)
    import difflib

    close = difflib.get_close_matches(node.attr, [*fields, *methods], n=1)
    listed = ", ".join([*fields, *(f"{m}()" for m in methods)][:8])
    hint = f"did you mean `{close[0]}`?" if close else f"it has: {listed}" if listed else "correct the name"
    return body.error(node, f"{body.show(t)} has no `{node.attr}`", hint)


# --- lists, arrays, tuples ---


def joined(
    body: Body, items: list[Expr], nodes: list[ast.expr], elem: Type | None, what: str
) -> tuple[list[Expr], Type]:
    """Convert items to one type: `elem` if it is known, else the type that all of them convert to."""
    if elem is None:
        elem = items[0].type if items else body.infer.fresh()
        for item, node in zip(items[1:], nodes[1:], strict=True):
            wider = body.infer.join(elem, item.type)
            if wider is None:
                a, b = body.show(elem), body.show(item.type)
                raise body.error(node, f"{what} are {a}, but this is {b}", "convert it: all have one type")
            elem = wider
    return [body.coerce(i, elem, n, what) for i, n in zip(items, nodes, strict=True)], elem


@handles(ast.List)
def list_literal(body: Body, node: ast.List, expected: Type | None) -> Expr:
    wanted = inner_type(body, expected)
    elem = wanted.elem if isinstance(wanted, ListType | ArrayType) else None
    items = [body.expr(e, elem) for e in node.elts]
    converted, elem = joined(body, items, node.elts, elem, "the elements of this list")
    if isinstance(wanted, ArrayType) and wanted.length == len(items):
        return ArrayLit(ArrayType(elem, len(items)), body.span(node), converted)
    check_element(body, node, elem)
    return ListLit(ListType(elem), body.span(node), converted)


def check_element(body: Body, node: ast.expr, elem: Type) -> None:
    t = body.infer.prune(elem)
    if is_account(t):
        raise body.error(node, "a list cannot hold accounts", "hold their addresses: `.key()`")


def inner_type(body: Body, expected: Type | None) -> Type | None:
    """The expected type without its Option."""
    if expected is None:
        return None
    t = body.infer.prune(expected)
    t = body.infer.prune(t.inner) if isinstance(t, OptionType) else t
    return None if isinstance(t, Unknown) else t


@handles(ast.Tuple)
def tuple_literal(body: Body, node: ast.Tuple, expected: Type | None) -> Expr:
    wanted = inner_type(body, expected)
    hints = wanted.elems if isinstance(wanted, TupleType) and len(wanted.elems) == len(node.elts) else None
    items = [body.expr(e, hints[i] if hints else None) for i, e in enumerate(node.elts)]
    return TupleLit(TupleType(tuple(i.type for i in items)), body.span(node), items)


# --- indexes and slices ---


@handles(ast.Subscript)
def subscript(body: Body, node: ast.Subscript, expected: Type | None) -> Expr:
    value = body.expr(node.value)
    t = body.type_of(value)
    if isinstance(t, OptionType):
        raise body.may_be_none(node.value)
    if isinstance(node.slice, ast.Slice):
        return _slice(body, node, node.slice, value, t)
    if isinstance(t, TupleType):
        return _tuple_index(body, node, value, t)
    elem = element_type(t)
    if elem is None or isinstance(t, IterType):
        raise body.error(node, f"{body.show(t)} cannot be indexed", "only lists, arrays, tuples, str and bytes can")
    index = index_expr(body, node.slice)
    if isinstance(t, ArrayType) and isinstance(index, IntLit) and not -t.length <= index.value < t.length:
        raise body.error(node.slice, f"index {index.value} is out of range for {t}", f"it has {t.length} elements")
    return GetIndex(elem, body.span(node), value, index)


def element_type(t: Type) -> Type | None:
    """What iterating over or indexing a sequence gives, or None."""
    match t:
        case ListType(elem) | ArrayType(elem) | IterType(elem):
            return elem
        case StrType():
            return STR
        case BytesType():
            return U8
        case _:
            return None


def index_expr(body: Body, node: ast.expr) -> Expr:
    """An integer of any width."""
    index = body.expr(node)
    t = body.type_of(index)
    if isinstance(t, IntType) or (isinstance(t, Unknown) and t.numeric):
        return index
    raise body.error(node, f"an index is an integer, but this is {body.show(t)}", "use an integer")


def _tuple_index(body: Body, node: ast.Subscript, value: Expr, t: TupleType) -> Expr:
    index = body.expr(node.slice)
    if not isinstance(index, IntLit):
        raise body.error(node.slice, "the index of a tuple must be a literal", "unpack it: `a, b = value`")
    if not -len(t.elems) <= index.value < len(t.elems):
        raise body.error(node.slice, f"index {index.value} is out of range", f"the tuple has {len(t.elems)} elements")
    position = index.value % len(t.elems)
    return GetIndex(t.elems[position], body.span(node), value, IntLit(U64, index.span, position))


def _slice(body: Body, node: ast.Subscript, parts: ast.Slice, value: Expr, t: Type) -> Expr:
    if isinstance(t, ArrayType):
        result: Type = ListType(t.elem)
    elif isinstance(t, ListType):
        result = ListType(t.elem)
    elif isinstance(t, StrType):
        result = STR
    elif isinstance(t, BytesType):
        result = BYTES
    else:
        raise body.error(node, f"{body.show(t)} cannot be sliced", "only lists, arrays, str and bytes can")
    start, stop, step = (index_expr(body, p) if p is not None else None for p in (parts.lower, parts.upper, parts.step))
    if isinstance(step, IntLit) and step.value == 0:
        raise body.error(node, "the step of a slice cannot be 0", "use 1, or -1 for backwards")
    return GetSlice(result, body.span(node), value, start, stop, step)


# --- loops ---


def iterate(body: Body, node: ast.expr) -> tuple[Expr, Type]:
    """Something to loop over, and the type of its items."""
    value = body.expr(node)
    t = body.type_of(value)
    elem = element_type(t)
    if elem is None:
        hint = (
            "write `range(n)`" if isinstance(t, IntType | Unknown) else "loop over a list, array, range, str or bytes"
        )
        raise body.error(node, f"{body.show(t)} cannot be looped over", hint)
    return value, elem


def negated(body: Body, node: ast.expr, value: Expr) -> Expr:
    """`-value`."""
    t = body.type_of(value)
    if isinstance(t, IntType | FloatType) or (isinstance(t, Unknown) and t.numeric):
        return Negate(value.type, body.span(node), value)
    raise body.error(node, f"{body.show(t)} cannot be negated", "negate a signed integer or f64")
