"""Formats of f-strings, `format` and `str.format`: what stands behind the colon, and the calls that it becomes."""

from __future__ import annotations

import ast
import re
import string

from seahorse.diagnostics import before
from seahorse.semantics.expressions.operators import is_integer
from seahorse.semantics.expressions.texts import converted
from seahorse.semantics.inference.unknowns import Unknown
from seahorse.semantics.scope.body import BodyChecker
from seahorse.semantics.scope.library import apply
from seahorse.semantics.tree import Arith, BoolLit, Coerce, Expr, FloatLit, FString, IntLit, StrLit
from seahorse.semantics.tree.types import BOOL, F64, I128, STR, U8, U128, FloatType, IntType, StrType

FormatPart = tuple[Expr, str | None]
# Formats that the back ends write by themselves.
_INTEGER = re.compile(r"0?[1-9]?\d?[dxXb]?")
_REAL = re.compile(r"\.\d{1,2}f")
_SPEC = re.compile(
    r"(?:(?P<fill>.)?(?P<align>[<>=^]))?(?P<sign>[-+ ])?(?P<alt>#)?(?P<zero>0)?(?P<width>\d+|\x00)?(?P<comma>[,_])?"
    r"(?:\.(?P<most>\d+))?(?P<type>[bdoxXsfn%])?",
    re.DOTALL,
)
_BASES = {"b": (2, "0b"), "o": (8, "0o"), "x": (16, "0x"), "X": (16, "0x"), "d": (10, "")}
HINT = "for example `05`, `,`, `#x`, `>8`, `08b` of integers, `.2f` and `.1%` of f64, `<10`, `*^9` of texts"


def formatted(body: BodyChecker, node: ast.expr, value: Expr, spec: list[str | ast.expr]) -> FormatPart:
    """A value in a format. `spec`: its text, with expressions where the program computes a width."""
    text = "".join(p if isinstance(p, str) else "\x00" for p in spec)
    computed = [p for p in spec if not isinstance(p, str)]
    t = body.type_of(value)
    whole = is_integer(t)
    plain = _INTEGER if whole else _REAL if isinstance(t, FloatType) else None
    if plain is not None and not computed and plain.fullmatch(text):
        return value, text or None
    match = _SPEC.fullmatch(text)
    if match is None or len(computed) > 1 or (computed and match["width"] != "\x00"):
        raise body.error(node, "this format is not supported", HINT)
    width = _width(body, node, match, computed)
    if whole:
        return _integer(body, node, value, match, width), None
    if isinstance(t, FloatType) and match["type"] in ("f", "%") and not match["comma"] and not match["alt"]:
        return _real(body, node, value, match, width), None
    if isinstance(t, StrType | Unknown):
        return _text(body, node, value, match, width), None
    raise body.error(node, f"this format does not work on {body.show(t)}", HINT)


def _width(body: BodyChecker, node: ast.expr, match: re.Match[str], computed: list[ast.expr]) -> Expr:
    if computed:
        value = body.expr(computed[0])
        if not is_integer(body.type_of(value)):
            raise body.error(computed[0], f"a width is an integer, not {body.show(value.type)}", "use an integer")
        return body.coerce(value, I128, computed[0], "the width")
    return IntLit(I128, body.span(node), int(match["width"] or 0))


def _lit(body: BodyChecker, node: ast.expr, text: str) -> Expr:
    return StrLit(STR, body.span(node), text)


def _integer(body: BodyChecker, node: ast.expr, value: Expr, match: re.Match[str], width: Expr) -> Expr:
    kind = match["type"] or "d"
    if kind not in _BASES or match["most"] is not None or (match["comma"] == "," and kind != "d"):
        raise body.error(node, "this format is not one of integers", HINT)
    base, prefix = _BASES[kind]
    t = body.infer.final(value.type)
    assert isinstance(t, IntType)
    span = body.span(node)
    zero = bool(match["zero"]) and not match["align"]
    fill, align = ("0", "=") if zero else (match["fill"] or ("0" if match["zero"] else " "), match["align"] or ">")
    sign = {"+": "+", " ": " "}.get(match["sign"] or "", "")
    texts = [prefix if match["alt"] else "", sign, fill, align]
    rest = [*(_lit(body, node, x) for x in texts), width, _lit(body, node, match["comma"] or "")]
    rest.append(BoolLit(BOOL, span, kind == "X"))
    radix = IntLit(U8, span, base)
    if t.signed:
        wide = value if t == I128 else Coerce(I128, value.span, value)
        return apply(body, node, "formats", "format_signed", [wide, radix, *rest], label="format")
    wide = value if t == U128 else Coerce(U128, value.span, value)
    args = [wide, BoolLit(BOOL, span, False), radix, *rest]
    return apply(body, node, "formats", "format_integer", args, label="format")


def _real(body: BodyChecker, node: ast.expr, value: Expr, match: re.Match[str], width: Expr) -> Expr:
    places = match["most"] if match["most"] is not None else "6"
    if match["align"] == "=" or match["zero"] or match["sign"] in ("+", " ") or len(places) > 2:
        raise body.error(node, "this format of an f64 is not supported", HINT)
    span = body.span(node)
    parts: list[FormatPart] = [(value, f".{places}f")]
    if match["type"] == "%":
        hundred = Arith(F64, before(span), "*", value, FloatLit(F64, before(span), 100.0))
        parts = [(hundred, f".{places}f"), (StrLit(STR, span, "%"), None)]
    text = FString(STR, span, parts)
    args = [text, _lit(body, node, match["fill"] or " "), _lit(body, node, match["align"] or ">"), width]
    return apply(body, node, "formats", "padded", args, label="format")


def _text(body: BodyChecker, node: ast.expr, value: Expr, match: re.Match[str], width: Expr) -> Expr:
    wrong = match["type"] not in (None, "s") or match["align"] == "=" or match["sign"] or match["alt"] or match["comma"]
    if wrong or (match["zero"] and match["align"] is None):
        raise body.error(node, "this format is not one of texts", HINT)
    fill = match["fill"] or ("0" if match["zero"] else " ")
    most = IntLit(I128, body.span(node), int(match["most"]) if match["most"] is not None else -1)
    args = [value, _lit(body, node, fill), _lit(body, node, match["align"] or "<"), width, most]
    return apply(body, node, "formats", "format_text", args, label="format")


def parts_of_format(body: BodyChecker, node: ast.Call, text: str) -> list[FormatPart]:
    """`'{} {name:>5}'.format(a, name=b)` as the parts of an f-string."""
    parts: list[FormatPart] = []
    named = {k.arg: k.value for k in node.keywords}
    nodes: dict[int | str | None, ast.expr] = {**dict(enumerate(node.args)), **named}
    used: list[int | str | None] = []
    try:
        pieces = list(string.Formatter().parse(text))
    except ValueError:
        raise body.error(node, "this format has a brace too many", "write `{{` for a brace") from None
    for literal, field, spec, conversion in pieces:
        if literal:
            parts.append((_lit(body, node, literal), None))
        if field is None:
            continue
        key: int | str = len(used) if field == "" else int(field) if field.isdigit() else field
        if key not in nodes or "{" in (spec or ""):
            raise body.error(node, f"`{{{field}}}` names no argument", "use an f-string")
        if key in used and not isinstance(nodes[key], ast.Name | ast.Constant):
            raise body.error(node, "a computed value stands twice in this format", "use an f-string")
        used.append(key)
        value = converted(body, nodes[key], conversion, bool(spec))
        parts.append(formatted(body, nodes[key], value, [spec]) if spec else (value, None))
    in_order = list(range(len(node.args))) + list(named)
    plain = all(isinstance(given, ast.Name | ast.Constant) for given in nodes.values())
    if used != in_order and not (plain and set(used) == set(in_order)):
        raise body.error(node, "the values stand in another order in this format", "use an f-string")
    return parts
