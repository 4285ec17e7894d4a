"""Calls of the prelude and of Python's builtins that are not methods."""

from __future__ import annotations

import ast

from seahorse.diagnostics import CompileError
from seahorse.semantics.calls.accounts.invoke import cpi_account
from seahorse.semantics.calls.accounts.signers import own_address, seed_list
from seahorse.semantics.calls.builtins.registry import PATHS, TABLE, BuiltinFunction, builtin, one
from seahorse.semantics.calls.functions.arguments import bind
from seahorse.semantics.declarations.constants import const_int, pubkey_literal
from seahorse.semantics.expressions.indexes import element_type, iterate
from seahorse.semantics.expressions.literals import joined
from seahorse.semantics.expressions.objects import length_method, number_of
from seahorse.semantics.expressions.operators import condition, is_integer, is_number
from seahorse.semantics.expressions.texts import printable
from seahorse.semantics.inference.unknowns import Unknown, out_of_range
from seahorse.semantics.names.prelude_names import FUNCTIONS, HINTS, TYPES
from seahorse.semantics.names.symbols import AddressSymbol, EnumSymbol
from seahorse.semantics.scope.body import BodyChecker
from seahorse.semantics.scope.by_name import require_function_keywords
from seahorse.semantics.scope.known import Known, call_own, has_method
from seahorse.semantics.scope.library import apply
from seahorse.semantics.tree import (
    ArrayLit,
    BoolLit,
    Builtin,
    BytesLit,
    Convert,
    Expr,
    FloatLit,
    FString,
    IntLit,
    ListLit,
    PubkeyLit,
    StrLit,
)
from seahorse.semantics.tree.account_kinds import ACCOUNT_KINDS, SYSVARS
from seahorse.semantics.tree.types import (
    BOOL,
    BYTES,
    F64,
    I64,
    I128,
    INTS,
    PUBKEY,
    STR,
    U8,
    U64,
    U128,
    ArrayType,
    BoolType,
    BytesType,
    EnumType,
    FloatType,
    IntType,
    IterType,
    ListType,
    PubkeyType,
    StrType,
    TupleType,
    Type,
    U256Type,
    is_account,
)

MAX_LENGTH = 10 * 1024 * 1024


def call_prelude(body: BodyChecker, node: ast.Call, name: str, expected: Type | None) -> Expr:
    """`name(...)` of a prelude name."""
    require_function_keywords(body, node, name)
    if name in INTS:
        return to_int(body, node, INTS[name])
    function = TABLE.get(name) or PATHS.get(name)
    if function is None:
        hint = HINTS.get(name, "see the prelude for what can be called")
        if name in FUNCTIONS or name in ("declare_id", "instruction", "dataclass", "staticmethod"):
            raise body.error(node, f"`{name}` cannot be called here", hint)
        if is_account_name(name):
            raise body.error(node, f"a {name} cannot be constructed", "declare it as a parameter of the instruction")
        raise body.error(node, f"`{name}` cannot be called", hint)
    return function(body, node, expected)


def is_account_name(name: str) -> bool:
    return (name in TYPES and is_account(TYPES[name])) or name in ("Empty", "Account")


# --- conversions ---


def to_int(body: BodyChecker, node: ast.Call, wanted: IntType) -> Expr:
    """`u64(x)`: checked at run time, or now for a literal."""
    base = _base(body, node)
    argument = node.args[0] if base is not None else one(body, node, str(wanted))
    return _converted(body, node, body.expr(argument), base, wanted)


def _base(body: BodyChecker, node: ast.Call) -> ast.expr | None:
    """The base in `int(text, base)`."""
    given = [*node.args[1:], *(k.value for k in node.keywords if k.arg == "base")]
    return given[0] if len(given) == 1 and len(node.args) + len(node.keywords) == 2 and node.args else None


def _converted(body: BodyChecker, node: ast.Call, value: Expr, base: ast.expr | None, wanted: IntType) -> Expr:
    argument = node.args[0]
    value = number_of(body, value, argument)
    t = body.type_of(value)
    if isinstance(t, StrType):
        args = [body.coerce(value, STR, argument, "the text")]
        if base is not None:
            args.append(body.expr(base))
        return apply(
            body, node, "numbers", "parse_signed" if wanted.signed else "parse_unsigned", args, {"T": wanted}, "int"
        )
    if base is not None:
        bare = body.source.without_arguments(node, base) if base in node.args else None
        raise body.error(argument, f"only a text has a base, not {body.show(t)}", "remove the base", bare)
    if isinstance(value, IntLit):
        if not wanted.min <= value.value <= wanted.max:
            raise CompileError([out_of_range(value.value, wanted, value.span)])
        return IntLit(wanted, body.span(node), value.value)
    if t == wanted:
        return value
    if isinstance(t, U256Type):
        return Convert(wanted, body.span(node), value)
    if is_number(t) or isinstance(t, BoolType):
        return Convert(wanted, body.span(node), value)
    if isinstance(t, EnumType):
        _counts_from_zero(body, argument, t)
        return Convert(wanted, body.span(node), value)
    raise body.error(
        argument, f"{body.show(t)} cannot be converted to {wanted}", "only numbers, bools, enums and texts can"
    )


def _counts_from_zero(body: BodyChecker, node: ast.expr, t: EnumType) -> None:
    for symbol in body.checker.enums:
        if symbol.decl is t.decl and not symbol.counts_from_zero:
            raise body.error(
                node,
                f"the numbers of enum `{t}` are not the positions of its variants",
                "number the variants 0, 1, 2, ... to convert them",
            )


@builtin("int")
def _int(body: BodyChecker, node: ast.Call, expected: Type | None) -> Expr:
    base = _base(body, node)
    argument = node.args[0] if base is not None else one(body, node, "int")
    value = number_of(body, body.expr(argument), argument)
    t = body.type_of(value)
    if base is None and is_integer(t):
        return value
    if base is None and isinstance(t, FloatType):
        return Convert(expected if isinstance(expected, IntType) else I128, body.span(node), value)
    return _converted(body, node, value, base, expected if isinstance(expected, IntType) else I64)


@builtin("f64")
def _f64(body: BodyChecker, node: ast.Call, expected: Type | None) -> Expr:
    argument = one(body, node, "f64")
    value = body.expr(argument)
    t = body.type_of(value)
    if isinstance(value, IntLit):
        return FloatLit(F64, body.span(node), float(value.value))
    if isinstance(t, FloatType):
        return value
    if isinstance(value, StrLit):
        try:
            return FloatLit(F64, body.span(node), float(value.value))
        except ValueError:
            raise body.error(argument, "this text is no number", "write one: `float('2.5')`") from None
    if is_number(t) or isinstance(t, BoolType):
        return Convert(F64, body.span(node), value)
    raise body.error(
        argument, f"{body.show(t)} cannot be converted to f64", "only numbers, bools and literal texts can"
    )


TABLE["float"] = _f64


@builtin("bool")
def _bool(body: BodyChecker, node: ast.Call, expected: Type | None) -> Expr:
    argument = one(body, node, "bool")
    return condition(body, argument)[0]


@builtin("str")
def _str(body: BodyChecker, node: ast.Call, expected: Type | None) -> Expr:
    argument = one(body, node, "str")
    value = printable(body, argument)
    if isinstance(body.type_of(value), StrType):
        return body.coerce(value, STR, argument, "the text")
    return FString(STR, body.span(node), [(value, None)])


@builtin("bytes")
def _bytes(body: BodyChecker, node: ast.Call, expected: Type | None) -> Expr:
    span = body.span(node)
    if not node.args and not node.keywords:
        return BytesLit(BYTES, span, b"")
    argument = one(body, node, "bytes")
    value = body.expr(argument, ListType(U8))
    t = body.type_of(value)
    if isinstance(t, BytesType):
        return value
    if isinstance(t, PubkeyType):
        return Builtin(BYTES, span, "pubkey.bytes", [value])
    if is_integer(t):
        return apply(body, node, "raw", "zeros", [value], label="bytes")
    if isinstance(t, ListType | ArrayType | IterType):
        if not body.infer.unify(t.elem, U8):
            raise body.error(argument, f"{body.show(t)} cannot be converted to bytes", "use integers from 0 to 255")
        if isinstance(t, IterType):
            value = Builtin(ListType(U8), value.span, "list", [value])
        return Builtin(BYTES, span, "bytes", [value])
    raise body.error(
        argument, f"{body.show(t)} cannot be converted to bytes", "use a list of u8, a Pubkey, or `s.encode()`"
    )


@builtin("Pubkey")
def _pubkey(body: BodyChecker, node: ast.Call, expected: Type | None) -> Expr:
    value = pubkey_literal(body.scope, node).value
    assert isinstance(value, AddressSymbol)
    return PubkeyLit(PUBKEY, body.span(node), value.value)


# --- numbers ---


@builtin("abs")
def _abs(body: BodyChecker, node: ast.Call, expected: Type | None) -> Expr:
    argument = one(body, node, "abs")
    value = body.expr(argument)
    if has_method(body, value.type, "__abs__"):
        return call_own(body, node, Known(value, argument), "__abs__", [])
    if not is_number(body.type_of(value)):
        raise body.error(argument, f"`abs` takes a number, not {body.show(value.type)}", "pass an integer or an f64")
    return Builtin(value.type, body.span(node), "abs", [value])


def _rounding(name: str) -> BuiltinFunction:
    def check(body: BodyChecker, node: ast.Call, expected: Type | None) -> Expr:
        if name == "round" and len(node.args) == 2 and not node.keywords:
            return PATHS["round to digits"](body, node, expected)
        argument = one(body, node, name)
        value = body.expr(argument)
        t = body.type_of(value)
        if isinstance(t, Unknown) and t.numeric:
            # An integer that its use gives a type.
            return value
        if isinstance(t, IntType):
            # An integer does not change; a u128 may be too large for i128, so it stays a u128.
            return Builtin(t if t == U128 else I128, body.span(node), "floor" if name == "trunc" else name, [value])
        value = body.coerce(value, F64, argument, f"the argument of `{name}`")
        span = body.span(node)
        whole = Convert(I128, span, value) if name == "trunc" else Builtin(I128, span, name, [value])
        return Convert(expected, whole.span, whole) if isinstance(expected, IntType) and expected != I128 else whole

    return check


for _name in ("round", "floor", "ceil"):
    TABLE[_name] = _rounding(_name)
PATHS["math.floor"], PATHS["math.ceil"], PATHS["math.trunc"] = TABLE["floor"], TABLE["ceil"], _rounding("trunc")


@builtin("pow")
def _pow(body: BodyChecker, node: ast.Call, expected: Type | None) -> Expr:
    if len(node.args) == 3 and not node.keywords:
        return PATHS["pow with modulus"](body, node, expected)
    if len(node.args) != 2 or node.keywords:
        raise body.error(node, "`pow` takes two or three arguments", "write `a ** b`, or `pow(a, b, modulus)`")
    return body.expr(ast.copy_location(ast.BinOp(node.args[0], ast.Pow(), node.args[1]), node))


@builtin("divmod")
def _divmod(body: BodyChecker, node: ast.Call, expected: Type | None) -> Expr:
    if len(node.args) != 2 or node.keywords:
        raise body.error(node, "`divmod` takes two arguments", "write `divmod(a, b)`")
    values, t = joined(body, [body.expr(a) for a in node.args], node.args, None, "the values of `divmod`")
    if not is_number(body.infer.prune(t)):
        raise body.error(node, f"`divmod` takes numbers, not {body.show(t)}", "convert them, for example with `u64(x)`")
    return Builtin(TupleType((t, t)), body.span(node), "divmod", values)


@builtin("int_bytes")
def _int_bytes(body: BodyChecker, node: ast.Call, expected: Type | None) -> Expr:
    bound = bind(body, node, ["n", "be"], ["be"], "int_bytes")
    value = body.expr(bound["n"])
    if not is_integer(body.type_of(value)):
        raise body.error(
            bound["n"],
            f"`int_bytes` takes an integer, not {body.show(value.type)}",
            "convert it, for example to `u64(...)`",
            body.source.around(bound["n"], "u64(", ")") if isinstance(body.type_of(value), FloatType) else None,
        )
    if isinstance(value, IntLit) and isinstance(body.type_of(value), Unknown):
        raise body.error(
            bound["n"],
            "the compiler does not know the width of this integer",
            f"write it: `u64({body.source.text_of(bound['n'])})`",
            body.source.around(bound["n"], "u64(", ")"),
        )
    big = body.expr(bound["be"]) if "be" in bound else BoolLit(BOOL, body.span(node), False)
    if not isinstance(big, BoolLit):
        given = body.source.instead(bound["be"], "True")
        raise body.error(bound["be"], "`be` must be True or False", "write `be=True`", given)
    return Builtin(ListType(U8), body.span(node), "int_bytes", [value, big])


# --- sequences ---


@builtin("len")
def _len(body: BodyChecker, node: ast.Call, expected: Type | None) -> Expr:
    argument = one(body, node, "len")
    enum = body.symbol(argument)
    if isinstance(enum, EnumSymbol):
        return IntLit(U64, body.span(node), len(enum.decl.variants))
    value = body.expr(argument)
    t = body.type_of(value)
    own = length_method(body, argument, value)
    if own is not None:
        return own
    if isinstance(value, StrLit):
        return IntLit(U64, body.span(node), len(value.value))
    if isinstance(t, ArrayType):
        return IntLit(U64, body.span(node), t.length)
    if isinstance(t, TupleType):
        return IntLit(U64, body.span(node), len(t.elems))
    if element_type(t) is None and not isinstance(t, ListType):
        raise body.error(argument, f"{body.show(t)} has no length", "use a str, bytes, list or array")
    return Builtin(U64, body.span(node), "len", [value])


@builtin("array")
def _array(body: BodyChecker, node: ast.Call, expected: Type | None) -> Expr:
    if node.keywords:
        raise body.error(node.keywords[0].value, "`array` takes values only", "write `array(a, b, c)`")
    wanted = body.infer.prune(expected) if expected is not None else None
    elem = wanted.elem if isinstance(wanted, ArrayType) else None
    items = [body.expr(a, elem) for a in node.args]
    values, elem = joined(body, items, node.args, elem, "the elements of this array")
    return ArrayLit(ArrayType(elem, len(values)), body.span(node), values)


@builtin("Array")
def _array_from(body: BodyChecker, node: ast.Call, expected: Type | None) -> Expr:
    bound = bind(body, node, ["iterable", "len"], [], "Array")
    wanted = body.infer.prune(expected) if expected is not None else None
    source = bound["iterable"]
    value = body.expr(source, ListType(wanted.elem) if isinstance(wanted, ArrayType) else None)
    item = element_type(body.type_of(value))
    if item is None:
        raise body.error(source, f"{body.show(value.type)} is not a sequence", "use a list, an array or a range")
    length = const_int(body.scope, bound["len"], "the length of an Array", 0, MAX_LENGTH)
    return Builtin(ArrayType(item, length), body.span(node), "array_from", [value])


@builtin("print")
def _print(body: BodyChecker, node: ast.Call, expected: Type | None) -> Expr:
    raise body.error(node, "`print` returns no value", "call it on a line of its own")


@builtin("CpiAccount")
def _cpi_account(body: BodyChecker, node: ast.Call, expected: Type | None) -> Expr:
    return cpi_account(body, node)


@builtin("list")
def _list(body: BodyChecker, node: ast.Call, expected: Type | None) -> Expr:
    if not node.args and not node.keywords:
        return body.expr(ast.copy_location(ast.List([], ast.Load()), node), expected)
    sequence, item = iterate(body, one(body, node, "list"))
    return Builtin(ListType(item), body.span(node), "list", [sequence])


# --- static members of the prelude's types ---


def prelude_static(
    body: BodyChecker, node: ast.Call, func: ast.Attribute, name: str, expected: Type | None = None
) -> Expr:
    """`Pubkey.find_program_address(...)`, `Clock.get()`, `u64.from_bytes(...)`."""
    span = body.span(node)
    if name in SYSVARS and func.attr == "get":
        bind(body, node, [], [], "get")
        return Builtin(TYPES[name], span, f"{ACCOUNT_KINDS[name].group}.get", [])
    if func.attr == "from_bytes" and (name in INTS or name == "int"):
        return PATHS["int.from_bytes"](body, node, INTS.get(name, expected))
    if func.attr == "from_bytes" and name == "u256":
        return PATHS["u256.from_bytes"](body, node, expected)
    if name == "dict" and func.attr == "fromkeys":
        return PATHS["dict.fromkeys"](body, node, expected)
    if name == "bytes" and func.attr == "fromhex":
        return PATHS["bytes.fromhex"](body, node, expected)
    if name == "Pubkey" and func.attr in ("find_program_address", "create_program_address"):
        return _program_address(body, node, func.attr)
    hint = "see the prelude for what it has"
    if name in SYSVARS:
        hint = f"write `{name}.get()`" + (", whose `unix_timestamp()` is the time" if name == "Clock" else "")
    raise body.error(func, f"`{name}` has no `{func.attr}`", hint)


def _program_address(body: BodyChecker, node: ast.Call, name: str) -> Expr:
    bound = bind(body, node, ["seeds", "program_id"], ["program_id"], name)
    limit = 15 if name == "find_program_address" else 16
    seeds = ListLit(ListType(BYTES), body.span(bound["seeds"]), seed_list(body, bound["seeds"], limit))
    if "program_id" in bound:
        program = body.typed(bound["program_id"], PUBKEY, "parameter `program_id`")
    else:
        program = own_address(body, body.span(node))
    result: Type = TupleType((PUBKEY, U8)) if name == "find_program_address" else PUBKEY
    return Builtin(result, body.span(node), name, [seeds, program])
