"""Values as text: f-strings, their formats, and what can be printed."""

from __future__ import annotations

import ast
import re

from seahorse.semantics.expressions.still import may_write
from seahorse.semantics.inference.unknowns import Unknown
from seahorse.semantics.scope.body import BodyChecker, handles
from seahorse.semantics.tree import Builtin, Expr, FString, GetField, ListComp, ListLit, StrLit
from seahorse.semantics.tree.types import (
    PUBKEY,
    STR,
    AccountType,
    ArrayType,
    ClassType,
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

_INT_SPEC = re.compile(r"0?[1-9]?\d?[dxXb]?")
_FLOAT_SPEC = re.compile(r"\.\d{1,2}f")


@handles(ast.JoinedStr)
def f_string(body: BodyChecker, node: ast.JoinedStr, expected: Type | None) -> Expr:
    parts: list[tuple[Expr, str | None]] = []
    for value in node.values:
        if isinstance(value, ast.FormattedValue):
            parts.append(_formatted(body, value))
        else:
            parts.append((body.expr(value), None))
    _require_texts_at_once(body, node, [part for part, _ in parts])
    return FString(STR, body.span(node), parts)


def _require_texts_at_once(body: BodyChecker, node: ast.JoinedStr, parts: list[Expr]) -> None:
    """Raise for an object in an f-string that what stands behind it may change: Python takes its text before that."""
    for i, (value, part) in enumerate(zip(node.values, parts, strict=True)):
        if has_changing_text(body, part) and any(map(may_write, parts[i + 1 :])):
            hint = "put the text in a variable first: `text = str(...)`, or what stands behind it"
            raise body.error(value, "the text of this object may be changed by what stands behind it", hint)


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
    if node.conversion not in (-1, 115):
        raise body.error(node.value, "`!r` and `!a` are not supported in f-strings", "remove it")
    value = printable(body, node.value)
    spec = node.format_spec
    if spec is None:
        return value, None
    text = (
        spec.values[0].value
        if isinstance(spec, ast.JoinedStr) and len(spec.values) == 1 and isinstance(spec.values[0], ast.Constant)
        else None
    )
    t = body.type_of(value)
    is_int = isinstance(t, IntType) or (isinstance(t, Unknown) and t.numeric)
    pattern = _INT_SPEC if is_int else _FLOAT_SPEC if isinstance(t, FloatType) else None
    if not isinstance(text, str) or pattern is None or not pattern.fullmatch(text):
        raise body.error(
            node.value, "this format is not supported", "integers take `05`, `x`, `08x`, `b`; f64 takes `.2f`"
        )
    return value, text or None


def printable(body: BodyChecker, node: ast.expr) -> Expr:
    """A value that has a text."""
    value = body.expr(node)
    t = body.infer.resolve(value.type)
    if isinstance(t, AccountType):
        return _fields_of(value, t)
    if is_account(t) and not isinstance(t, OptionType):
        return Builtin(PUBKEY, value.span, "key", [value])
    if is_account(t) or isinstance(t, IterType | PriceFeedType) or str(t) in ("None", "CpiAccount"):
        raise body.error(
            node, f"a value of type {t} cannot become text", "print what you need of it; `list(...)` of an iterator"
        )
    return value


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
