"""Values as text: f-strings, their formats, and what can be printed."""

from __future__ import annotations

import ast

from seahorse.diagnostics import CompileError, Span
from seahorse.semantics.expressions.kinds.wide import wide_text
from seahorse.semantics.expressions.objects import text_method
from seahorse.semantics.expressions.still import may_write
from seahorse.semantics.inference.unknowns import Unknown
from seahorse.semantics.scope.body import BodyChecker, handles
from seahorse.semantics.scope.call_rules import RULES
from seahorse.semantics.scope.known import class_info, has_method
from seahorse.semantics.tree import Builtin, Expr, FString, GetField, GetSlice, IntLit, ListComp, ListLit, StrLit
from seahorse.semantics.tree.types import (
    I64,
    PUBKEY,
    STR,
    U64,
    AccountType,
    ArrayType,
    BytearrayType,
    BytesType,
    ClassType,
    DictType,
    EnumType,
    IterType,
    ListType,
    OptionType,
    PriceFeedType,
    SetType,
    StrType,
    TupleType,
    Type,
    U256Type,
    is_account,
)


@handles(ast.JoinedStr)
def f_string(body: BodyChecker, node: ast.JoinedStr, expected: Type | None) -> Expr:
    parts: list[tuple[Expr, str | None]] = []
    for value in node.values:
        if isinstance(value, ast.FormattedValue):
            parts.append(_formatted(body, value))
        else:
            parts.append((body.expr(value), None))
    return FString(STR, body.span(node), texts_at_once(body, parts))


def texts_at_once(body: BodyChecker, parts: list[tuple[Expr, str | None]]) -> list[tuple[Expr, str | None]]:
    """The parts of a text, with a text where it stands for a part that later ones may change: Python takes the text
    of an object before it evaluates them."""
    return [
        (FString(STR, part.span, [(part, spec)]), None)
        if has_changing_text(body, part) and any(may_write(later) for later, _ in parts[i + 1 :])
        else (part, spec)
        for i, (part, spec) in enumerate(parts)
    ]


def has_changing_text(body: BodyChecker, value: Expr) -> bool:
    """Whether the text of a value is another when an object in it was changed."""
    if isinstance(value, FString):
        return any(has_changing_text(body, part) for part, _ in value.parts)
    return _is_object(body.infer.resolve(value.type)) and not isinstance(value, ListLit | ListComp)


def _is_object(t: Type) -> bool:
    match t:
        case ListType() | ArrayType() | ClassType() | AccountType():
            return True
        case OptionType(inner=inner):
            return _is_object(inner)
        case TupleType(elems=elems):
            return any(map(_is_object, elems))
        case _:
            return False


def _formatted(body: BodyChecker, node: ast.FormattedValue) -> tuple[Expr, str | None]:
    if node.conversion == 97:
        raise body.error(node.value, "`!a` is not supported in f-strings", "remove it")
    spec: list[str | ast.expr] = []
    for part in node.format_spec.values if isinstance(node.format_spec, ast.JoinedStr) else ():
        if isinstance(part, ast.Constant):
            spec.append(str(part.value))
        elif isinstance(part, ast.FormattedValue):
            spec.append(part.value)
    value = converted(body, node.value, chr(node.conversion) if node.conversion > 0 else None, bool(spec))
    return RULES.formats.formatted(body, node.value, value, spec) if spec else (value, None)


def converted(body: BodyChecker, node: ast.expr, conversion: str | None, has_format: bool) -> Expr:
    """The value that a format formats. `conversion`: `r` or `s`, if there is one."""
    if conversion == "r":
        return represented(body, node)
    node = _of_one_type(body, node)
    value = printable(body, node)
    t = body.type_of(body.expr(node))
    if has_format and conversion is None and isinstance(value.type, StrType) and not isinstance(t, StrType | Unknown):
        hint = f"make it a text first: `{ast.unparse(node)}!s:...`"
        raise body.error(node, f"{body.show(t)} takes no format", hint)
    return value


def represented(body: BodyChecker, node: ast.expr) -> Expr:
    """`repr(value)`: of an object by its `__repr__`, or as `@dataclass` makes it."""
    value, span = body.expr(node), body.span(node)
    t = body.infer.resolve(value.type)
    if isinstance(t, EnumType):
        return FString(STR, span, [(value, None)])
    if not isinstance(t, ClassType):
        shown = printable(body, node)
        # A dict and a u256 become texts by a function, which no quotes belong to.
        made = isinstance(shown.type, StrType) and not isinstance(t, StrType | Unknown)
        return shown if made else quoted(body, shown, span)
    own = text_method(body, node, value, ("__repr__",))
    if own is not None:
        return own
    info = class_info(body, t)
    if has_method(body, t, "__str__") and not (info is not None and info.is_dataclass):
        raise body.error(node, f"`{body.show(t)}` has no `__repr__`", "define it beside `__str__`")
    return FString(STR, span, [(value, None)])


def quoted(body: BodyChecker, value: Expr, span: Span) -> Expr:
    """`repr(value)`: a text stands in quotes, as it does in a list; of everything else it is its text."""
    t = body.infer.resolve(value.type)
    if isinstance(t, BytesType | StrType | Unknown):
        text = FString(STR, span, [(ListLit(ListType(t), span, [value]), None)])
        return GetSlice(STR, span, text, IntLit(U64, span, 1), IntLit(I64, span, -1))
    return FString(STR, span, [(value, None)])


def holds_table(t: Type) -> bool:
    """Whether a dict or a set stands in a value of the type."""
    match t:
        case DictType() | SetType() | BytearrayType():
            return True
        case ListType(elem) | ArrayType(elem) | OptionType(elem):
            return holds_table(elem)
        case TupleType(elems):
            return any(holds_table(e) for e in elems)
        case _:
            return False


def _holds_wide(t: Type) -> bool:
    match t:
        case ListType(elem) | ArrayType(elem) | OptionType(elem):
            return isinstance(elem, U256Type) or _holds_wide(elem)
        case TupleType(elems):
            return any(isinstance(e, U256Type) or _holds_wide(e) for e in elems)
        case ClassType(decl=decl):
            return any(isinstance(f.type, U256Type) or _holds_wide(f.type) for f in decl.all_fields())
        case _:
            return False


def printable(body: BodyChecker, node: ast.expr) -> Expr:
    """A value that has a text."""
    node = _of_one_type(body, node)
    value = body.expr(node)
    own = text_method(body, node, value)
    if own is not None:
        return own
    t = body.infer.resolve(value.type)
    if isinstance(t, U256Type):
        return wide_text(body, node, value)
    if _holds_wide(t):
        raise body.error(node, f"a value of type {t} cannot become text", "print each u256 by itself")
    if isinstance(t, DictType | SetType):
        return RULES.tables.text(body, node, value, t)
    if holds_table(t):
        raise body.error(node, f"a value of type {t} cannot become text", "print its parts")
    if isinstance(t, AccountType):
        return _fields_of(value, t)
    if is_account(t) and not isinstance(t, OptionType):
        return Builtin(PUBKEY, value.span, "key", [value])
    if is_account(t) or isinstance(t, IterType | PriceFeedType) or str(t) in ("None", "CpiAccount"):
        raise body.error(
            node, f"a value of type {t} cannot become text", "print what you need of it; `list(...)` of an iterator"
        )
    return value


def _of_one_type(body: BodyChecker, node: ast.expr) -> ast.expr:
    """`a if test else b` of values that have nothing in common but a text: a choice of their texts."""
    if not isinstance(node, ast.IfExp) or not _differ(body, node):
        return node
    texts = [ast.copy_location(ast.Call(_str(n), [n], []), n) for n in (node.body, node.orelse)]
    return ast.copy_location(ast.IfExp(node.test, texts[0], texts[1]), node)


def _str(place: ast.expr) -> ast.expr:
    return ast.copy_location(ast.Name("str", ast.Load()), place)


def _differ(body: BodyChecker, node: ast.IfExp) -> bool:
    """Whether the two values of a conditional expression are of types that have nothing in common but a text."""
    try:
        body.expr(node)
    except CompileError:
        return True
    return False


def _fields_of(account: Expr, t: AccountType) -> Expr:
    """An account's text is that of a dataclass: `Counter(owner=..., count=3)`."""
    parts: list[tuple[Expr, str | None]] = []

    def add(text: str) -> None:
        parts.append((StrLit(STR, account.span, text), None))

    add(f"{t.decl.name}(")
    for i, item in enumerate(t.decl.fields):
        quote = "'" if isinstance(item.type, StrType) else ""
        add(f"{', ' if i else ''}{item.name}={quote}")
        parts.append((GetField(item.type, account.span, account, item.name), None))
        if quote:
            add(quote)
    add(")")
    return FString(STR, account.span, parts)
