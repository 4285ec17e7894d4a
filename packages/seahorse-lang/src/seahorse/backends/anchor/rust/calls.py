"""Comma-separated lists in brackets: calls, macros, arrays and tuples, as rustfmt lays them out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from seahorse.backends.anchor.rust.blocks import (
    BlockExpr,
    Match,
    RustBlock,
    RustFor,
    RustIf,
    RustWhile,
    control,
)
from seahorse.backends.anchor.rust.exprs import (
    Atom,
    Cast,
    Closure,
    Context,
    Index,
    Prefix,
    RustExpr,
    StructLit,
    Verbatim,
)
from seahorse.backends.anchor.rust.shape import (
    ARRAY_WIDTH,
    CALL_WIDTH,
    SHORT_ELEMENT,
    TAB,
    DoesNotFit,
    Shape,
    columns,
    first_width,
    last_width,
)


@dataclass
class RustCall(RustExpr):
    callee: str
    args: Sequence[RustExpr]

    def layout(self, shape: Shape, context: Context) -> str:
        return bracketed(self.callee, self.args, "()", CALL_WIDTH, shape, context)


@dataclass
class Macro(RustExpr):
    """`name!(...)`; `brackets` are `()` or `[]`."""

    name: str
    args: Sequence[RustExpr]
    brackets: str = "()"

    def layout(self, shape: Shape, context: Context) -> str:
        width = CALL_WIDTH if self.brackets == "()" else ARRAY_WIDTH
        # rustfmt keeps a `vec!` like an array, with its trailing comma.
        inner = Context(macro=self.brackets == "()")
        return bracketed(f"{self.name}!", self.args, self.brackets, width, shape, inner, in_macro=True)


@dataclass
class RustArray(RustExpr):
    items: Sequence[RustExpr]

    def layout(self, shape: Shape, context: Context) -> str:
        return bracketed("", self.items, "[]", ARRAY_WIDTH, shape, context)


@dataclass
class Tuple(RustExpr):
    items: Sequence[RustExpr]

    def layout(self, shape: Shape, context: Context) -> str:
        if len(self.items) == 1:
            return f"({self.items[0].layout(shape.left(1).right(2), context)},)"
        return bracketed("", self.items, "()", CALL_WIDTH, shape, context)


def bracketed(
    ident: str,
    items: Sequence[RustExpr],
    brackets: str,
    max_width: int,
    shape: Shape,
    context: Context,
    in_macro: bool = False,
) -> str:
    """Lay out `ident(items)`. `in_macro`: this very list is a macro's."""
    if not items:
        return ident + brackets
    used = len(ident.rsplit("\n", 1)[-1])
    one_line_width = max(0, shape.width - used - 2)
    try:
        one_line = shape.left(used + 1).right(1)
    except DoesNotFit:
        one_line = Shape(0, shape.indent, shape.offset)
    nested = shape.nested()
    nested = Shape(nested.width - 1, nested.indent)
    texts = [i.attempt(nested, context) for i in items]
    horizontal, texts, mixed = _arrange(
        ident, items, texts, one_line, one_line_width, nested, max_width, context, in_macro
    )
    if any(t is None for t in texts):
        raise DoesNotFit
    done = [t for t in texts if t is not None]
    trailing = "" if context.macro else ","
    if horizontal:
        body = ", ".join(done)
    elif _is_format(ident, items, done, nested):
        # The text stands alone, what goes into it on a line below.
        body = f"{done[0]},{nested.newline}{', '.join(done[1:])}{trailing}"
    elif mixed:
        body = _fill(done, nested) + trailing
    else:
        body = f",{nested.newline}".join(done) + trailing
    width = max(0, shape.width - used)
    snug = (context.macro or in_macro) and "\n" not in body and columns(body) + 2 <= width
    if snug or (horizontal and first_width(body) + 1 <= width):
        return f"{ident}{brackets[0]}{body}{brackets[1]}"
    return f"{ident}{brackets[0]}{nested.newline}{body}{shape.newline}{brackets[1]}"


def _is_format(ident: str, items: Sequence[RustExpr], texts: list[str], shape: Shape) -> bool:
    if ident != "format!" or len(items) < 2 or not all(map(is_simple, items[1:])):
        return False
    return _one_line(texts[1:], shape.width, shape.width)


def _arrange(
    ident: str,
    items: Sequence[RustExpr],
    texts: list[str | None],
    one_line: Shape,
    one_line_width: int,
    nested: Shape,
    max_width: int,
    context: Context,
    in_macro: bool,
) -> tuple[bool, list[str | None], bool]:
    """Whether the items share the line of the bracket, their texts, and whether short items fill lines."""
    combine = len(items) == 1 and len(ident) < TAB
    overflow = combine or can_overflow(items[-1], len(items))
    texts = list(texts)
    placeholder = None
    if overflow:
        placeholder = _overflowed(items, texts, one_line, max_width, context, combine, in_macro)
        if placeholder is not None:
            texts[-1] = placeholder.split("\n", 1)[0]
    if overflow and placeholder is not None and _one_line(texts, max_width, one_line_width):
        if len(items) == 1 and placeholder.count("\n") == 1:
            flat = items[-1].attempt(nested, context)
            texts[-1] = flat if flat is not None and "\n" not in flat else placeholder
        else:
            texts[-1] = placeholder
        return True, texts, False
    texts[-1] = items[-1].attempt(nested, context)
    only = texts[0] if len(items) == 1 else None
    if only is not None and one_line_width and "\n" not in only and len(only) <= one_line_width:
        return True, texts, False
    if _one_line(texts, max_width, one_line_width):
        return True, texts, False
    short = all(t is not None and len(t) <= SHORT_ELEMENT for t in texts)
    return False, texts, short and all(map(is_simple, items))


def _overflowed(
    items: Sequence[RustExpr],
    texts: list[str | None],
    one_line: Shape,
    max_width: int,
    context: Context,
    combine: bool,
    in_macro: bool,
) -> str | None:
    try:
        if len(items) > 1 or is_nested_call(items[-1]):
            offset = sum(len(t) + 2 for t in texts[:-1] if t is not None)
            one_line = Shape(min(max_width, one_line.width), one_line.indent, one_line.offset).left(offset)
        if not in_macro and "\n" in _head(items[-1], one_line, context):
            # Control flow begins on the bracket's line only when its test fits there.
            return None
        inner = context
        if not combine and not in_macro and is_method_call(items[-1]):
            inner = Context(context.macro, one_line_chain=True)
        return items[-1].layout(one_line, inner)
    except DoesNotFit:
        return None


def _head(item: RustExpr, shape: Shape, context: Context) -> str:
    """What stands before the block of control flow."""
    match item:
        case RustIf():
            return control("if", item.test, RustBlock(), shape, context, item.pattern)
        case RustWhile():
            return control("while", item.test, RustBlock(), shape, context, item.pattern)
        case RustFor():
            return control("for", item.iterable, RustBlock(), shape, context, item.pattern, " in")
        case Match():
            return item.subject.layout(shape.left(6), context)
        case _:
            return ""


def _one_line(texts: Sequence[str | None], max_width: int, one_line_width: int) -> bool:
    if any(t is None or "\n" in t for t in texts):
        return False
    total = sum(columns(t) for t in texts if t is not None) + 2 * (len(texts) - 1)
    return total <= min(max_width, one_line_width)


def _fill(texts: list[str], shape: Shape) -> str:
    out, column = "", 0
    for i, text in enumerate(texts):
        piece = text + ("," if i < len(texts) - 1 else "")
        if column and column + 1 + len(text) + 1 > shape.width:
            out += shape.newline
            column = 0
        elif column:
            out += " "
            column += 1
        out += piece
        column += len(text) + 1
    return out


def can_overflow(item: RustExpr, count: int) -> bool:
    """Whether a last argument may begin on the bracket's line and go on below."""
    match item:
        case BlockExpr() | Closure():
            return True
        case StructLit() | RustArray() | RustCall() | Tuple() | Macro():
            return count == 1
        case Prefix() | Cast():
            return can_overflow(item.value, count)
        case _:
            kind = type(item).__name__
            if kind in ("Match", "Method", "If", "For", "While"):
                return count == 1
            if kind == "Try":
                return can_overflow(item.value, count)  # pyright: ignore
            return False


def is_nested_call(item: RustExpr) -> bool:
    match item:
        case RustCall() | Macro():
            return True
        case Prefix() | Cast():
            return is_nested_call(item.value)
        case _:
            if type(item).__name__ == "Try":
                return is_nested_call(item.value)  # pyright: ignore
            return False


def is_method_call(item: RustExpr) -> bool:
    match item:
        case Prefix() | Cast():
            return is_method_call(item.value)
        case _:
            if type(item).__name__ == "Try":
                return is_method_call(item.value)  # pyright: ignore
            return type(item).__name__ == "Method"


def is_simple(item: RustExpr) -> bool:
    match item:
        case Atom():
            return "::" not in item.text
        case Prefix() | Cast():
            return is_simple(item.value)
        case Index():
            return is_simple(item.value) and is_simple(item.index)
        case Verbatim():
            return False
        case _:
            kind = type(item).__name__
            return kind in ("Field", "Try") and is_simple(item.value)  # pyright: ignore


def width_after(ident: str) -> int:
    return last_width(ident)
