"""Blocks, statements and control flow, as rustfmt lays them out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import ClassVar

from seahorse.backends.anchor.rust.exprs import Context, Form, Prefix, RustExpr, Verbatim, before_block, paren
from seahorse.backends.anchor.rust.shape import (
    IF_ELSE_WIDTH,
    PAGE,
    DoesNotFit,
    Shape,
    columns,
    extendable,
    first_width,
    fits,
    last_width,
    line,
)


class RustStmt:
    def layout(self, shape: Shape) -> str:
        raise NotImplementedError


@dataclass
class RustLine(RustStmt):
    """Text as it is: a comment, an attribute, or an empty line."""

    text: str = ""

    def layout(self, shape: Shape) -> str:
        return self.text


@dataclass
class Let(RustStmt):
    """`let pattern: type = value;`, or with `otherwise`: `let pattern = value else { ... };`"""

    pattern: str
    value: RustExpr | None = None
    type: str | None = None
    otherwise: RustBlock | None = None

    def layout(self, shape: Shape) -> str:
        head = f"let {self.pattern}" + (f": {self.type}" if self.type else "")
        if self.value is None:
            return head + ";"
        text = assign(f"{head} =", self.value, shape.right(1), Context())
        if self.otherwise is not None:
            closes = "\n" in text and text[-1] in ")]}" and not text.rsplit("\n", 1)[-1][shape.indent :][:1].isspace()
            same_line = shape.width - 1 - len(text) >= 7 if "\n" not in text else closes
            text += (" else " if same_line else f"{shape.newline}else ") + self.otherwise.layout(shape, Context())
        return text + ";"


@dataclass
class Do(RustStmt):
    """An expression as a statement. `semi` False: the value of the block, or a block-like statement."""

    value: RustExpr
    semi: bool = True

    def layout(self, shape: Shape) -> str:
        space = shape.right(1) if self.semi else shape
        if isinstance(self.value, RustIf):
            return self.value.chain(space, Context()) + (";" if self.semi else "")
        return self.value.layout(space, Context()) + (";" if self.semi else "")


@dataclass
class RustAssign(RustStmt):
    place: RustExpr
    value: RustExpr
    op: str = "="

    def layout(self, shape: Shape) -> str:
        space = shape.right(1)
        head = f"{self.place.layout(space.right(len(self.op) + 1), Context())} {self.op}"
        return assign(head, self.value, space, Context()) + ";"


def assign(head: str, value: RustExpr, shape: Shape, context: Context) -> str:
    """`head value`, the value below and deeper when that is better. `head` ends with the operator."""
    used = last_width(head) - (shape.indent if "\n" in head else 0)
    try:
        same = shape.left(used + 1)
    except DoesNotFit:
        same = Shape(0, shape.indent, shape.offset + used + 1)
    here = value.attempt(same, context)
    if here is not None and "\n" not in here and columns(here) <= same.width:
        return f"{head} {here}"
    below_shape = line(shape.indent + 4).right(same.overhead)
    below = value.attempt(below_shape, context)
    if here is None and below is None:
        return f"{head} {value}"
    if here is None or (below is not None and fits(below, below_shape) and _prefer_below(here, below)):
        return f"{head}{below_shape.newline}{below}"
    return f"{head} {here}"


def _prefer_below(here: str, below: str) -> bool:
    if "\n" not in below or here.count("\n") > below.count("\n") + 1:
        return True
    first, other = here.split("\n", 1)[0], below.split("\n", 1)[0]
    return any(first.endswith(c) and not other.endswith(c) for c in "({[")


@dataclass
class RustBlock:
    """Statements in braces."""

    body: Sequence[RustStmt] = field(default_factory=list[RustStmt])

    def layout(self, shape: Shape, context: Context) -> str:
        if not self.body:
            return "{}"
        deep = line(shape.indent + 4)
        return f"{{{deep.newline}{statements(self.body, deep)}{shape.newline}}}"

    def simple(self) -> RustExpr | None:
        """The only expression of the block, if that is all there is."""
        only = self.body[0] if len(self.body) == 1 else None
        return only.value if isinstance(only, Do) and not only.semi else None


@dataclass
class BlockExpr(RustExpr):
    """`{ ... }` as an expression."""

    form: ClassVar[Form] = Form.BLOCK
    block: RustBlock = field()
    # At the beginning of a statement, Rust would take the text behind it for a statement of its own.
    level: int = 2

    def layout(self, shape: Shape, context: Context) -> str:
        return self.block.layout(shape, context)


def statements(body: Sequence[RustStmt], shape: Shape) -> str:
    """Statements, one below the other. Like rustfmt, leaves a statement that fits nowhere on one long line."""
    out: list[str] = []
    for stmt in body:
        try:
            text = stmt.layout(shape)
        except DoesNotFit:
            text = stmt.layout(Shape(100_000, shape.indent))
        out.append(text)
    joined = shape.newline.join(out)
    return "\n".join(t if t.strip() else "" for t in joined.split("\n"))


@dataclass
class RustIf(RustExpr):
    """`if test { } else { }`; `pattern` makes it `if let pattern = test`."""

    form: ClassVar[Form] = Form.CONTROL
    test: RustExpr
    then: RustBlock
    orelse: RustBlock | RustIf | None = None
    pattern: str | None = None
    level: int = 2

    def __post_init__(self) -> None:
        self.test = before_block(self.test)

    def layout(self, shape: Shape, context: Context) -> str:
        short = self._single_line(shape, context)
        return short if short is not None else self.chain(shape, context)

    def chain(self, shape: Shape, context: Context, nested: bool = False) -> str:
        out = control("if", self.test, self.then, shape, context, self.pattern, nested=nested)
        if self.orelse is None:
            return out if self.then.body or not nested else f"{out[:-1]}{shape.newline}}}"
        # An empty block beside another is broken all the same.
        empty = f"{shape.newline}}}"
        if not self.then.body:
            out = out[:-1] + empty
        if isinstance(self.orelse, RustIf):
            return f"{out} else {self.orelse.chain(shape, context, nested=True)}"
        made = self.orelse.layout(shape, context)
        return f"{out} else {made if self.orelse.body else '{' + empty}"

    def _single_line(self, shape: Shape, context: Context) -> str | None:
        if not isinstance(self.orelse, RustBlock):
            return None
        then, orelse = self.then.simple(), self.orelse.simple()
        if then is None or orelse is None:
            return None
        pattern = f"let {self.pattern} = " if self.pattern else ""
        text = f"if {pattern}{self.test} {{ {then} }} else {{ {orelse} }}"
        return text if "\n" not in text and len(text) <= min(shape.width, IF_ELSE_WIDTH) else None


def control(
    keyword: str,
    test: RustExpr | None,
    body: RustBlock,
    shape: Shape,
    context: Context,
    pattern: str | None = None,
    connector: str = " =",
    nested: bool = False,
) -> str:
    """`if`, `while` and `for` with their block."""
    if test is None:
        return f"{keyword} {body.layout(shape, context)}"
    space = Shape(max(0, PAGE.width - shape.used), shape.indent, shape.offset)
    if nested:
        space = space.left(7)
    inner = space.left(len(keyword) + 1)
    if pattern is not None:
        head = f"let {pattern}{connector}" if keyword in ("if", "while") else f"{pattern}{connector}"
        condition = assign(head, test, inner, context)
    else:
        condition = test.layout(inner, context)
    budget = max(0, PAGE.width - space.used - len(keyword) - 1 - 2)
    last = condition.rsplit("\n", 1)[-1]
    deeper = len(last) - len(last.lstrip()) > shape.used
    broken = "\n" in condition or len(condition) > budget
    newline_brace = broken and (not extendable(condition) or deeper)
    return f"{keyword} {condition}{shape.newline if newline_brace else ' '}{body.layout(shape, context)}"


@dataclass
class RustWhile(RustExpr):
    form: ClassVar[Form] = Form.CONTROL
    test: RustExpr | None
    body: RustBlock
    label: str = ""
    pattern: str | None = None
    level: int = 2

    def __post_init__(self) -> None:
        self.test = before_block(self.test) if self.test is not None else None

    def layout(self, shape: Shape, context: Context) -> str:
        word = "while" if self.test is not None else "loop"
        return control(self.label + word, self.test, self.body, shape, context, self.pattern)


@dataclass
class RustFor(RustExpr):
    form: ClassVar[Form] = Form.CONTROL
    pattern: str
    iterable: RustExpr
    body: RustBlock
    label: str = ""
    level: int = 2

    def __post_init__(self) -> None:
        self.iterable = before_block(self.iterable)

    def layout(self, shape: Shape, context: Context) -> str:
        return control(f"{self.label}for", self.iterable, self.body, shape, context, self.pattern, " in")


@dataclass
class Match(RustExpr):
    form: ClassVar[Form] = Form.MATCH
    subject: RustExpr
    arms: Sequence[tuple[str, RustExpr]]
    level: int = 2

    def __post_init__(self) -> None:
        self.subject = before_block(self.subject)

    def layout(self, shape: Shape, context: Context) -> str:
        head = f"match {self.subject.layout(shape.left(6), context)} {{"
        deep = line(shape.indent + 4)
        arms = [self._arm(p, body, deep, context) for p, body in self.arms]
        return head + deep.newline + deep.newline.join(arms) + shape.newline + "}"

    def _arm(self, pattern: str, body: RustExpr, shape: Shape, context: Context) -> str:
        if isinstance(body, BlockExpr):
            simple = body.block.simple()
            if simple is None:
                return f"{pattern} => {body.layout(shape, context)}"
            body = simple
        space = shape.left(len(pattern) + 4).right(1)
        here = body.attempt(space, context)
        if here is not None and "\n" not in here and columns(here) <= space.width:
            return f"{pattern} => {here},"
        deep = line(shape.indent + 4)
        below = body.attempt(deep, context)
        wrapped = f"{pattern} => {{{deep.newline}{below}{shape.newline}}}"
        if here is None or (below is not None and _prefer_below(here, below)):
            return wrapped
        if body.form in _FLAT and first_width(here) <= space.width:
            return f"{pattern} => {here},"
        return wrapped


_FLAT = (
    Form.CALL,
    Form.METHOD,
    Form.MACRO,
    Form.STRUCT,
    Form.TUPLE,
    Form.ARRAY,
    Form.MATCH,
    Form.CLOSURE,
)


def returning(value: RustExpr | None) -> Do:
    """`return value;`"""
    return Do(Verbatim("return") if value is None else Prefix("return ", paren(value, 0)))
