"""Type annotations: from the syntax of an annotation to a type, and to the rules of an account parameter."""

from __future__ import annotations

import ast
from dataclasses import dataclass, replace

from seahorse.diagnostics import CompileError, fail
from seahorse.semantics.declarations.constants import const_int
from seahorse.semantics.declarations.seeds import associated
from seahorse.semantics.declarations.typing_forms.typing_names import head, literal_type, new_type
from seahorse.semantics.names.prelude_names import GENERICS, HINTS, TYPES
from seahorse.semantics.names.symbols import (
    AliasSymbol,
    BoundSymbol,
    ClassSymbol,
    EnumSymbol,
    ErrorSymbol,
    GenericSymbol,
    ModuleScope,
    ModuleSymbol,
    PreludeSymbol,
    Symbol,
    TypeVarSymbol,
)
from seahorse.semantics.tree import AccountDecl, ClassDecl, account_type, class_type, enum_type
from seahorse.semantics.tree.types import (
    ANY_TOKEN_ACCOUNT,
    NONE,
    TOKEN_ACCOUNT,
    TOKEN_MINT,
    AccountType,
    ArrayType,
    BuiltinAccountType,
    BytearrayType,
    ClassType,
    CpiAccountType,
    DictType,
    EmptyType,
    ListType,
    OptionType,
    SetType,
    StrType,
    TupleType,
    Type,
    UnionType,
    dict_type,
    is_account,
    union_of,
)
from seahorse.syntax.walk import walk_syntax

MAX_LENGTH = 10 * 1024 * 1024


@dataclass(frozen=True)
class Rules:
    """An annotation with its `Annotated` rules. The syntax of seeds and address keeps the module it was written in."""

    type: Type
    seeds: tuple[ModuleScope, ast.Call] | None = None
    address: tuple[ModuleScope, ast.Call] | None = None
    mut: bool = False
    # Remarks for readers: `Annotated[u64, "in base units"]`.
    docs: tuple[str, ...] = ()


def type_of(scope: ModuleScope, node: ast.expr) -> Type:
    """The type of an annotation that may not carry account rules. Raises `CompileError`."""
    rules = rules_of(scope, node)
    if rules.seeds or rules.address or rules.mut:
        raise fail(
            scope.span(node),
            "only parameters of instructions take account rules (Seeds, Address, Mut)",
            "write the plain account type here",
        )
    return rules.type


# Types without their parts that no account stores, and what to write instead.
_IN_MEMORY = {
    "dict": "a dict lives in memory only: use pairs, such as `List[Tuple[Pubkey, u64]]`, or one account for each key",
    "set": "a set lives in memory only: use a list, such as `List[Pubkey]`",
}
_TABLES = {name: _IN_MEMORY[name.lower()] for name in ("dict", "Dict", "set", "Set")}


def value_type(scope: ModuleScope, node: ast.expr, where: str) -> Type:
    """The type of an annotation for data: no accounts, no iterators."""
    if (bare := _TABLES.get(head(scope, node) or "")) is not None and not isinstance(node, ast.Subscript):
        raise fail(scope.span(node), f"{where} cannot have type {ast.unparse(node)}", bare)
    t = type_of(scope, node)
    bad = unstorable(t)
    if bad is not None:
        hint = "store the account's address: `Pubkey`" if is_account(bad) else storing_hint(bad)
        raise fail(scope.span(node), f"{where} cannot have type {bad}", hint)
    return t


def storing_hint(bad: Type) -> str:
    """The hint for a type that an account cannot store: the type to write instead."""
    if isinstance(bad, DictType):
        return f"a dict lives in memory only: use `List[{bad.elem}]`, or one account for each key"
    if isinstance(bad, SetType):
        return f"a set lives in memory only: use `List[{bad.elem}]`"
    if isinstance(bad, BytearrayType):
        return "a bytearray lives in memory only: use `bytes` or `List[u8]`"
    return "use a data type"


def unstorable(t: Type) -> Type | None:
    """The part of a type that cannot be stored as data, or None."""
    match t:
        case DictType() | SetType() | BytearrayType():
            return t
        case ListType(inner) | OptionType(inner) | ArrayType(inner):
            return unstorable(inner)
        case TupleType(elems):
            return next((b for b in map(unstorable, elems) if b is not None), None)
        case AccountType() | EmptyType() | BuiltinAccountType() | CpiAccountType():
            return t
        case _:
            return t if t is NONE or type(t).__name__ in ("IterType", "PriceFeedType") else None


def rules_of(scope: ModuleScope, node: ast.expr) -> Rules:
    """The type and rules of an annotation. Raises `CompileError`."""
    match node:
        case ast.Constant(value=None):
            return Rules(NONE)
        case ast.Constant(value=str() as text):
            return rules_of(scope, _forward(scope, node, text))
        case ast.Name() | ast.Attribute():
            return _named(scope, node)
        case ast.BinOp(op=ast.BitOr(), left=left, right=right):
            return _union(scope, node, [left, right])
        case ast.Subscript():
            return _subscript(scope, node)
        case ast.Call() if (made_of := new_type(scope, node)) is not None:
            return rules_of(scope, made_of)
        case ast.List():
            raise fail(scope.span(node), "this is not a type", "a list type is `List[T]`")
        case ast.Tuple():
            raise fail(scope.span(node), "this is not a type", "a tuple type is `Tuple[A, B]`")
        case _:
            raise fail(
                scope.span(node), "this is not a type", "write a type, for example `u64`, `Pubkey` or `List[u8]`"
            )


def _forward(scope: ModuleScope, node: ast.Constant, text: str) -> ast.expr:
    """A quoted annotation, positioned where the string is."""
    try:
        inner = ast.parse(text.strip(), mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        raise fail(scope.span(node), "this is not a type", "write the type without quotes") from None
    parts = list(walk_syntax(inner))
    if len(parts) > 64:
        raise fail(scope.span(node), "this type is too complex to be quoted", "write the type without quotes")
    for part in parts:
        if isinstance(part, ast.expr):
            ast.copy_location(part, node)
    return inner


def _named(scope: ModuleScope, node: ast.Name | ast.Attribute) -> Rules:
    symbol = scope.symbol(node)
    if symbol is None:
        if isinstance(node, ast.Name):
            raise scope.unknown(node, [])
        raise fail(scope.span(node), "this is not a type", "write the name of a type")
    return _of_symbol(scope, node, symbol)


def _of_symbol(scope: ModuleScope, node: ast.Name | ast.Attribute, symbol: Symbol) -> Rules:
    name = node.id if isinstance(node, ast.Name) else node.attr
    match symbol:
        case ClassSymbol(info=info):
            decl = info.decl
            if isinstance(decl, ClassDecl):
                return Rules(scope.checker.derived(scope, decl) or class_type(decl))
            assert isinstance(decl, AccountDecl)
            return Rules(account_type(decl))
        case EnumSymbol(decl=decl):
            return Rules(enum_type(decl))
        case AliasSymbol(scope=home, node=value):
            return _alias(scope, node, home, value, name)
        case BoundSymbol(type=bound):
            return Rules(bound)
        case PreludeSymbol(name=known) if known in TYPES:
            return Rules(TYPES[known])
        case PreludeSymbol(name="Final" | "ClassVar" | "TypeAlias" as known):
            hint = {
                "Final": "write it before a constant, for example `MAX: Final = 10`",
                "ClassVar": "write it in a class",
            }
            message = f"`{known}` does not stand for a type here"
            raise fail(scope.span(node), message, hint.get(known, "write `Name: TypeAlias = u64`"))
        case PreludeSymbol(name=known) if known in GENERICS:
            example = {
                "String": "String[32]",
                "Array": "Array[u8, 32]",
                "Empty": "Empty[MyAccount]",
                "Dict": "Dict[u64, u64]",
                "dict": "Dict[u64, u64]",
            }.get(known, f"{known}[u64]")
            hint = f"write for example `{example}`"
            if known == "String":
                hint = "write `str`, or with the most bytes it may have `String[32]`"
            text = scope.module.source.instead(node, "str") if known == "String" else None
            raise fail(scope.span(node), f"`{known}` needs a type parameter", hint, text)
        case TypeVarSymbol():
            message = f"the compiler cannot tell which type `{name}` is here"
            raise fail(scope.span(node), message, "a type parameter must be the type of a parameter")
        case GenericSymbol():
            raise fail(scope.span(node), f"`{name}` needs a type parameter", f"write for example `{name}[u64]`")
        case ErrorSymbol():
            raise fail(scope.span(node), f"`{name}` is an error class, not a type of values", "use an Enum for values")
        case ModuleSymbol():
            raise fail(scope.span(node), f"`{name}` is a module, not a type", f"write `{name}.TheType`")
        case _:
            raise fail(scope.span(node), f"`{name}` is not a type", HINTS.get(name, "write the name of a type"))


def _alias(scope: ModuleScope, node: ast.AST, home: ModuleScope, value: ast.expr, name: str) -> Rules:
    if value in scope.checker.open_aliases:
        raise fail(scope.span(node), f"type `{name}` is defined by itself", "write the type out")
    scope.checker.open_aliases.append(value)
    try:
        rules = rules_of(home, value)
        if isinstance(rules.type, UnionType) and rules.type.base is None:
            return replace(rules, type=replace(rules.type, name=name))
        return rules
    except CompileError:
        # Reported once, in its own module, when that module's declarations are checked.
        if home.program == scope.checker.name and home is not scope:
            raise
        raise
    finally:
        scope.checker.open_aliases.pop()


def _union(scope: ModuleScope, node: ast.expr, parts: list[ast.expr]) -> Rules:
    """`T | None`, or a union of classes, with or without None."""
    rest = [p for p in parts if not (isinstance(p, ast.Constant) and p.value is None)]
    if not rest:
        raise fail(scope.span(node), "this is not a type", "write the type that may be absent")
    if len(rest) == 1:
        rules = rules_of(scope, rest[0])
        return replace(rules, type=_optional(scope, node, rules.type)) if len(parts) > 1 else rules
    types = [rules_of(scope, p).type for p in rest]
    absent = len(rest) < len(parts) or any(isinstance(t, OptionType) for t in types)
    types = [t.inner if isinstance(t, OptionType) else t for t in types]
    members: list[ClassType] = []
    for t, part in zip(types, rest, strict=True):
        if not isinstance(t, ClassType | UnionType) or (isinstance(t, ClassType) and t.decl.is_event):
            hint = "make a dataclass for each kind of value, or a class with an Enum"
            raise fail(scope.span(part), f"a union is of classes of the program, and {t} is none", hint)
        members += t.members if isinstance(t, UnionType) else [t]
    union = union_of(tuple(dict.fromkeys(members)))
    return Rules(OptionType(union) if absent else union)


def _optional(scope: ModuleScope, node: ast.expr, inner: Type) -> Type:
    if isinstance(inner, OptionType):
        once = scope.module.source.instead(node, str(inner))
        raise fail(scope.span(node), "an Optional of an Optional is not supported", f"write `{inner}`", once)
    if inner is NONE:
        raise fail(scope.span(node), "this is not a type", "write the type that may be absent")
    return OptionType(inner)


def _subscript(scope: ModuleScope, node: ast.Subscript) -> Rules:
    symbol = scope.symbol(node.value) if isinstance(node.value, ast.Name | ast.Attribute) else None
    if symbol is None and isinstance(node.value, ast.Name):
        raise scope.unknown(node.value, [])
    if isinstance(symbol, PreludeSymbol) and symbol.name == "Literal":
        return Rules(literal_type(scope, node))
    if isinstance(symbol, ClassSymbol) and symbol.info.generic is not None:
        # Within the class, its name stands for what it is made for.
        symbol = symbol.info.generic
    if isinstance(symbol, GenericSymbol):
        return Rules(_made_for(scope, node, symbol))
    if not isinstance(symbol, PreludeSymbol) or symbol.name not in GENERICS:
        bare = scope.module.source.instead(node, scope.module.source.text_of(node.value))
        raise fail(scope.span(node), "this type takes no parameters", "remove the brackets", bare)
    params = list(node.slice.elts) if isinstance(node.slice, ast.Tuple) else [node.slice]
    match symbol.name:
        case "Annotated":
            return _annotated(scope, node, params)
        case "InPlace":
            hint = "write it around a list that is the last field of an Account class"
            raise fail(scope.span(node), "`InPlace` is for a field of an account", hint)
        case "Optional":
            _count(scope, node, params, 1, 1, "Optional[T]")
            rules = rules_of(scope, params[0])
            return replace(rules, type=_optional(scope, node, rules.type))
        case "Union":
            return _union(scope, node, params)
        case "Empty":
            _count(scope, node, params, 1, 1, "Empty[T]")
            return Rules(_empty(scope, params[0]))
        case "String":
            _count(scope, node, params, 1, 1, "String[32]")
            return Rules(StrType(const_int(scope, params[0], "the length of a String", 1, MAX_LENGTH)))
        case "Array":
            _count(scope, node, params, 2, 2, "Array[u8, 32]")
            elem = value_type(scope, params[0], "an element")
            return Rules(ArrayType(elem, const_int(scope, params[1], "the length of an Array", 0, MAX_LENGTH)))
        case "Dict" | "dict" | "Mapping":
            _count(scope, node, params, 2, 2, "Dict[K, V]")
            return Rules(dict_type(type_of(scope, params[0]), type_of(scope, params[1])))
        case "Set" | "set":
            _count(scope, node, params, 1, 1, "Set[T]")
            return Rules(SetType(type_of(scope, params[0])))
        case "Iterable" | "Iterator" | "Sequence":
            _count(scope, node, params, 1, 1, f"{symbol.name}[T]")
            return Rules(ListType(type_of(scope, params[0])))
        case "Tuple" | "tuple":
            return Rules(TupleType(tuple(type_of(scope, p) for p in params)))
        case _:
            _count(scope, node, params, 1, 2, "List[T] or List[T, N]")
            elem = type_of(scope, params[0])
            if len(params) == 1:
                return Rules(ListType(elem))
            return Rules(ListType(elem, const_int(scope, params[1], "the length of a List", 0, MAX_LENGTH)))


def _made_for(scope: ModuleScope, node: ast.Subscript, symbol: GenericSymbol) -> Type:
    """`Stack[u64]`: the class for certain types."""
    params = list(node.slice.elts) if isinstance(node.slice, ast.Tuple) else [node.slice]
    count = len(symbol.parameters)
    _count(scope, node, params, count, count, f"{symbol.node.name}[{', '.join(symbol.parameters)}]")
    types = [value_type(scope, p, "a type parameter") for p in params]
    decl = scope.checker.class_for(symbol, types).info.decl
    assert isinstance(decl, ClassDecl)
    return class_type(decl)


def _count(scope: ModuleScope, node: ast.expr, params: list[ast.expr], low: int, high: int, form: str) -> None:
    if not low <= len(params) <= high:
        raise fail(scope.span(node), "this type has the wrong number of parameters", f"write for example `{form}`")


def _empty(scope: ModuleScope, node: ast.expr) -> Type:
    inner = type_of(scope, node)
    if not isinstance(inner, AccountType) and inner not in (TOKEN_ACCOUNT, TOKEN_MINT, ANY_TOKEN_ACCOUNT):
        raise fail(
            scope.span(node),
            f"an Empty cannot be initialized as {inner}",
            "Empty[...] takes an Account class, TokenAccount or TokenMint",
        )
    return EmptyType(inner)


def _annotated(scope: ModuleScope, node: ast.Subscript, params: list[ast.expr]) -> Rules:
    if len(params) < 2:
        raise fail(
            scope.span(node), "`Annotated` needs a type and at least one rule", "write `Annotated[T, Seeds(...)]`"
        )
    rules = rules_of(scope, params[0])
    if isinstance(rules.type, ListType) and not _is_text(params[1]):
        # `List[T, N]` in a form that type checkers take.
        length = const_int(scope, params[1], "the length of a List", 0, MAX_LENGTH)
        rules, params = replace(rules, type=ListType(rules.type.elem, length)), [params[0], *params[2:]]
    remarks = [p for p in params[1:] if isinstance(p, ast.Constant)]
    for rule in params[1:]:
        rules = rules if rule in remarks else _rule(scope, rule, rules)
    rules = replace(rules, docs=tuple(r.value for r in remarks if isinstance(r.value, str)))
    if len(remarks) == len(params) - 1:
        # Remarks for readers are no rules.
        return rules
    if not is_account(rules.type):
        raise fail(scope.span(node), f"{rules.type} is not an account", "Seeds, Address and Mut are rules of accounts")
    return rules


def _is_text(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, str)


def _rule(scope: ModuleScope, node: ast.expr, rules: Rules) -> Rules:
    func = node.func if isinstance(node, ast.Call) else node
    symbol = scope.symbol(func) if isinstance(func, ast.Name | ast.Attribute) else None
    name = symbol.name if isinstance(symbol, PreludeSymbol) else ""
    if name == "Mut":
        return replace(rules, mut=True)
    if isinstance(node, ast.Call) and name == "Seeds" and rules.seeds is None:
        return replace(rules, seeds=(scope, node))
    if isinstance(node, ast.Call) and name == "Associated" and rules.seeds is None:
        return replace(rules, seeds=(scope, associated(scope, node)))
    if isinstance(node, ast.Call) and name == "Address" and rules.address is None:
        return replace(rules, address=(scope, node))
    if name in ("Seeds", "Address", "Associated"):
        raise fail(scope.span(node), f"`{name}` must be called once", f"write `{name}(...)`")
    raise fail(
        scope.span(node),
        "this is not a rule of accounts",
        "the rules: Seeds(...), Associated(...), Address(...), Mut()",
    )


def class_of(t: Type) -> ClassDecl | AccountDecl | None:
    """The declaration of a class or account type."""
    decl = getattr(t, "decl", None)
    return decl if isinstance(decl, ClassDecl | AccountDecl) else None
