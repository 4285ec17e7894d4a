"""Comma-separated lists in brackets: calls, macros, arrays and tuples, as rustfmt lays them out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from seahorse.backends.anchor.rust.blocks import (
    Match,
    RustBlock,
    RustFor,
    RustIf,
    RustWhile,
    control,
)
from seahorse.backends.anchor.rust.exprs import (
    Atom,
    Context,
    Form,
    Index,
    RustExpr,
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
)


@dataclass
class RustCall(RustExpr):
    form: ClassVar[Form] = Form.CALL
    callee: str
    args: Sequence[RustExpr]

    def layout(self, shape: Shape, context: Context) -> str:
        return bracketed(self.callee, self.args, "()", CALL_WIDTH, shape, context)


@dataclass
class Macro(RustExpr):
    """`name!(...)`; `brackets` are `()` or `[]`."""

    form: ClassVar[Form] = Form.MACRO
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
    form: ClassVar[Form] = Form.ARRAY
    items: Sequence[RustExpr]

    def layout(self, shape: Shape, context: Context) -> str:
        return bracketed("", self.items, "[]", ARRAY_WIDTH, shape, context)


@dataclass
class Tuple(RustExpr):
    form: ClassVar[Form] = Form.TUPLE
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
    return _List(ident, items, brackets, max_width, shape, context, in_macro).layout()


@dataclass(frozen=True)
class _List:
    """A list in brackets, in the space for it. The fields are the parameters of `bracketed`."""

    ident: str
    items: Sequence[RustExpr]
    brackets: str
    max_width: int
    shape: Shape
    context: Context
    in_macro: bool

    @property
    def used(self) -> int:
        """Columns before the bracket."""
        return len(self.ident.rsplit("\n", 1)[-1])

    @property
    def one_line(self) -> Shape:
        """The space between the brackets when both are on one line."""
        try:
            return self.shape.left(self.used + 1).right(1)
        except DoesNotFit:
            return Shape(0, self.shape.indent, self.shape.offset)

    @property
    def one_line_width(self) -> int:
        return max(0, self.shape.width - self.used - 2)

    @property
    def nested(self) -> Shape:
        """The space of items on lines of their own."""
        nested = self.shape.nested()
        return Shape(nested.width - 1, nested.indent)

    def layout(self) -> str:
        """The text. Raises DoesNotFit."""
        horizontal, texts, mixed = self._arrange([i.attempt(self.nested, self.context) for i in self.items])
        if any(t is None for t in texts):
            raise DoesNotFit
        done = [t for t in texts if t is not None]
        newline, trailing = self.nested.newline, "" if self.context.macro else ","
        if horizontal:
            body = ", ".join(done)
        elif self._is_format(done):
            # The text stands alone, what goes into it on a line below.
            body = f"{done[0]},{newline}{', '.join(done[1:])}{trailing}"
        elif mixed:
            body = _fill(done, self.nested) + trailing
        else:
            body = f",{newline}".join(done) + trailing
        width = max(0, self.shape.width - self.used)
        snug = (self.context.macro or self.in_macro) and "\n" not in body and columns(body) + 2 <= width
        opening, closing = self.brackets
        if snug or (horizontal and first_width(body) + 1 <= width):
            return f"{self.ident}{opening}{body}{closing}"
        return f"{self.ident}{opening}{newline}{body}{self.shape.newline}{closing}"

    def _is_format(self, texts: list[str]) -> bool:
        if self.ident != "format!" or len(self.items) < 2 or not all(map(is_simple, self.items[1:])):
            return False
        return _one_line(texts[1:], self.nested.width, self.nested.width)

    def _arrange(self, texts: list[str | None]) -> tuple[bool, list[str | None], bool]:
        """Whether the items share the line of the bracket, their texts, and whether short items fill lines."""
        items = self.items
        combine = len(items) == 1 and len(self.ident) < TAB
        placeholder = self._overflowed(texts, combine) if combine or can_overflow(items[-1], len(items)) else None
        if placeholder is not None and self._fits([*texts[:-1], placeholder.split("\n", 1)[0]]):
            if len(items) == 1 and placeholder.count("\n") == 1:
                flat = items[-1].attempt(self.nested, self.context)
                placeholder = flat if flat is not None and "\n" not in flat else placeholder
            return True, [*texts[:-1], placeholder], False
        only = texts[0] if len(items) == 1 else None
        if only is not None and self.one_line_width and "\n" not in only and len(only) <= self.one_line_width:
            return True, texts, False
        if self._fits(texts):
            return True, texts, False
        short = all(t is not None and len(t) <= SHORT_ELEMENT for t in texts)
        return False, texts, short and all(map(is_simple, items))

    def _fits(self, texts: Sequence[str | None]) -> bool:
        return _one_line(texts, self.max_width, self.one_line_width)

    def _overflowed(self, texts: list[str | None], combine: bool) -> str | None:
        """The last item, begun on the bracket's line; None when it cannot."""
        last, space = self.items[-1], self.one_line
        try:
            if len(self.items) > 1 or is_nested_call(last):
                offset = sum(len(t) + 2 for t in texts[:-1] if t is not None)
                space = Shape(min(self.max_width, space.width), space.indent, space.offset).left(offset)
            if not self.in_macro and "\n" in _head(last, space, self.context):
                # Control flow begins on the bracket's line only when its test fits there.
                return None
            inner = self.context
            if not combine and not self.in_macro and is_method_call(last):
                inner = Context(inner.macro, one_line_chain=True)
            return last.layout(space, inner)
        except DoesNotFit:
            return None


def _head(item: RustExpr, shape: Shape, context: Context) -> str:
    """The text before the block of control flow."""
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


_ALONE = (
    Form.ARRAY,
    Form.CALL,
    Form.CONTROL,
    Form.MACRO,
    Form.MATCH,
    Form.METHOD,
    Form.STRUCT,
    Form.TUPLE,
)


def can_overflow(item: RustExpr, count: int) -> bool:
    """Whether a last argument may begin on the bracket's line and go on below."""
    if item.wrapped is not None:
        return can_overflow(item.wrapped, count)
    return item.form in (Form.BLOCK, Form.CLOSURE) or (item.form in _ALONE and count == 1)


def is_nested_call(item: RustExpr) -> bool:
    """Whether it is a call or a macro, perhaps inside parentheses, prefixes or casts."""
    return is_nested_call(item.wrapped) if item.wrapped is not None else item.form in (Form.CALL, Form.MACRO)


def is_method_call(item: RustExpr) -> bool:
    """Whether it is a call of a method, whatever stands around it."""
    return is_method_call(item.wrapped) if item.wrapped is not None else item.form is Form.METHOD


def is_simple(item: RustExpr) -> bool:
    """Whether it is short enough in kind to share a line with others."""
    match item:
        case Atom():
            return "::" not in item.text
        case Index():
            return is_simple(item.value) and is_simple(item.index)
        case Verbatim():
            return False
        case _:
            inner = item.wrapped or item.owner
            return inner is not None and is_simple(inner)
