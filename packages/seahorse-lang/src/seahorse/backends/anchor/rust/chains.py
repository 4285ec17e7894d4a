"""Chains of fields, method calls and `?`, as rustfmt lays them out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import ClassVar

from seahorse.backends.anchor.rust.calls import bracketed
from seahorse.backends.anchor.rust.exprs import Context, Form, RustExpr, paren
from seahorse.backends.anchor.rust.shape import (
    CALL_WIDTH,
    CHAIN_WIDTH,
    TAB,
    DoesNotFit,
    Shape,
    check,
    columns,
    extendable,
    first_width,
    last_width,
    line,
)


@dataclass
class _Link:
    """One element of a chain with the `?`s behind it: the parent, a field or a method call."""

    parent: RustExpr | None = None
    name: str = ""
    args: Sequence[RustExpr] | None = None
    tries: int = 0

    def layout(self, shape: Shape, context: Context) -> str:
        shape = shape.right(self.tries)
        if self.parent is not None:
            text = paren(self.parent, 17).layout(shape, context)
        elif self.args is None:
            text = f".{self.name}"
        else:
            text = bracketed(f".{self.name}", self.args, "()", CALL_WIDTH, shape, context)
        return text + "?" * self.tries

    def attempt(self, shape: Shape, context: Context) -> str | None:
        try:
            return self.layout(shape, context)
        except DoesNotFit:
            return None


class _ChainExpr(RustExpr):
    level = 18

    def layout(self, shape: Shape, context: Context) -> str:
        parent, links = _collect(self)
        return _Chain(parent, links).layout(shape, context)


@dataclass
class RustField(_ChainExpr):
    form: ClassVar[Form] = Form.FIELD
    value: RustExpr
    name: str

    @property
    def owner(self) -> RustExpr:
        return self.value


@dataclass
class Method(_ChainExpr):
    """`value.name(args)`; `name` may carry a turbofish."""

    form: ClassVar[Form] = Form.METHOD
    value: RustExpr
    name: str
    args: Sequence[RustExpr] = field(default_factory=list[RustExpr])


@dataclass
class Try(_ChainExpr):
    form: ClassVar[Form] = Form.TRY
    value: RustExpr

    @property
    def wrapped(self) -> RustExpr:
        return self.value


def _collect(expr: RustExpr) -> tuple[_Link, list[_Link]]:
    links: list[_Link] = []
    tries = 0
    node = expr
    while True:
        match node:
            case Try():
                tries += 1
                node = node.value
                continue
            case RustField():
                links.append(_Link(name=node.name, tries=tries))
                node = node.value
            case Method():
                links.append(_Link(name=node.name, args=node.args, tries=tries))
                node = node.value
            case _:
                return _Link(parent=node, tries=tries), links[::-1]
        tries = 0


class _Chain:
    def __init__(self, parent: _Link, links: list[_Link]) -> None:
        self.parent = parent
        self.links = links
        self.count = len(links)
        self.single_line = False

    def layout(self, shape: Shape, context: Context) -> str:
        root, block_like = self._root(shape, context)
        if not self.links:
            return check(root, shape)
        child = line(shape.indent + (0 if block_like else TAB))
        texts = [root, *(i.layout(child, context) for i in self.links[:-1])]
        texts.append(self._last(texts, shape, child, context))
        if self.single_line:
            return check("".join(texts), shape)
        if context.one_line_chain:
            raise DoesNotFit
        return check(child.newline.join(texts), shape)

    def _root(self, shape: Shape, context: Context) -> tuple[str, bool]:
        """The parent and the first links, as long as they are not wider than an indentation."""
        root = self.parent.layout(shape, context)
        block_like = "\n" in root
        limit = max(0, TAB - shape.offset)
        while columns(root) <= limit and "\n" not in root and self.links:
            text = self.links[0].attempt(shape.left(columns(root)), context)
            if text is None:
                break
            root += text
            block_like = extendable(root)
            self.links = self.links[1:]
        return root, block_like

    def _last(self, texts: list[str], shape: Shape, child: Shape, context: Context) -> str:
        """Lay out the last link: on the line of the others when that is possible or looks better."""
        last = self.links[-1]
        may_extend = extendable(texts[0])
        almost = (last_width(texts[0]) if may_extend else sum(map(columns, texts))) + last.tries
        budget = max(0, (shape.width if self.count == 1 else min(shape.width, CHAIN_WIDTH)) - almost)
        one_line = all("\n" not in t for t in texts) and budget > 0
        if one_line:
            space = shape.right(last.tries)
        elif may_extend:
            space = child.right(last.tries)
        else:
            space = child.right(shape.overhead + last.tries)
        if one_line or may_extend:
            found = self._overflow(last, almost, budget, one_line, space, shape, child, context)
            if found is not None:
                return found
        return last.layout(space, context)

    def _overflow(
        self,
        last: _Link,
        almost: int,
        budget: int,
        one_line: bool,
        space: Shape,
        shape: Shape,
        child: Shape,
        context: Context,
    ) -> str | None:
        try:
            text = last.layout(space.left(almost), context)
        except DoesNotFit:
            return None
        lines = text.count("\n") + 1
        fits_line = first_width(text) <= budget
        if fits_line and lines >= 5:
            self.single_line = one_line
            return text
        below = last.attempt(child.right(shape.overhead + last.tries), context)
        if below is not None and (not fits_line or below.count("\n") + 1 < lines):
            return below
        self.single_line = fits_line and one_line
        return text
