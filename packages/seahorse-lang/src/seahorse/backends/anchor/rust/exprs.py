"""Rust expressions, laid out as rustfmt lays them out."""

from __future__ import annotations

from dataclasses import dataclass, fields, is_dataclass, replace
from enum import Enum, auto
from typing import ClassVar

from seahorse.backends.anchor.rust.shape import MAX_WIDTH, PAGE, DoesNotFit, Shape, check, first_width, last_width, line


@dataclass
class Context:
    """The surroundings of an expression: the arguments of a macro, or a place where a chain must stay on one line."""

    macro: bool = False
    one_line_chain: bool = False


class Form(Enum):
    """The class in which rustfmt puts an expression when it decides how to break lines."""

    ARRAY = auto()
    BINARY = auto()
    BLOCK = auto()
    CALL = auto()
    CAST = auto()
    CLOSURE = auto()
    CONTROL = auto()
    FIELD = auto()
    INDEX = auto()
    MACRO = auto()
    MATCH = auto()
    METHOD = auto()
    OTHER = auto()
    RANGE = auto()
    STRUCT = auto()
    TRY = auto()
    TUPLE = auto()


class RustExpr:
    """Base. `level` is the binding strength, as in `PRECEDENCE`."""

    form: ClassVar[Form] = Form.OTHER
    level: int = 20

    @property
    def wrapped(self) -> RustExpr | None:
        """The expression that rustfmt breaks into lines in its place: the value of a prefix, a cast or `?`."""
        return None

    @property
    def owner(self) -> RustExpr | None:
        """The expression in front of a field."""
        return None

    def layout(self, shape: Shape, context: Context) -> str:
        """The text. Raises DoesNotFit."""
        raise NotImplementedError

    def attempt(self, shape: Shape, context: Context) -> str | None:
        try:
            return self.layout(shape, context)
        except DoesNotFit:
            return None

    def __str__(self) -> str:
        """The text on one endless line: for measures and messages."""
        with PAGE.widened(1_000_000):
            return self.layout(line(0), Context())


@dataclass
class Atom(RustExpr):
    """A literal or a path, as text."""

    text: str

    def layout(self, shape: Shape, context: Context) -> str:
        if self.text[:1].isalpha() or self.text[:1] == "_":
            shape.left(self.text.rfind("::") + 2 if "::" in self.text else 0)
            return self.text
        return check(self.text, shape)


@dataclass
class Prefix(RustExpr):
    """`&x`, `&mut x`, `!x`, `-x`, `*x`, `return x`."""

    op: str
    value: RustExpr
    level: int = 16

    @property
    def wrapped(self) -> RustExpr:
        return self.value

    def layout(self, shape: Shape, context: Context) -> str:
        return self.op + self.value.layout(shape.left(len(self.op)), context)


@dataclass
class Paren(RustExpr):
    value: RustExpr

    def layout(self, shape: Shape, context: Context) -> str:
        return f"({self.value.layout(shape.left(1).right(1), context)})"


@dataclass
class Cast(RustExpr):
    form: ClassVar[Form] = Form.CAST
    value: RustExpr
    type: str
    level: int = 15

    @property
    def wrapped(self) -> RustExpr:
        return self.value

    def layout(self, shape: Shape, context: Context) -> str:
        return pair(self.value, Atom(self.type), " as ", shape, context)


@dataclass
class Range(RustExpr):
    form: ClassVar[Form] = Form.RANGE
    start: RustExpr | None
    stop: RustExpr | None
    op: str = ".."
    level: int = 3

    def layout(self, shape: Shape, context: Context) -> str:
        if self.start is not None and self.stop is not None:
            return pair(self.start, self.stop, self.op, shape, context)
        if self.stop is not None:
            return self.op + self.stop.layout(shape.left(len(self.op)), context)
        if self.start is not None:
            return self.start.layout(shape.right(len(self.op)), context) + self.op
        return self.op


PRECEDENCE = {
    "||": 4,
    "&&": 5,
    "==": 6,
    "!=": 6,
    "<": 6,
    "<=": 6,
    ">": 6,
    ">=": 6,
    "|": 7,
    "^": 8,
    "&": 9,
    "<<": 10,
    ">>": 10,
    "+": 11,
    "-": 11,
    "*": 12,
    "/": 12,
    "%": 12,
}


@dataclass
class Binary(RustExpr):
    form: ClassVar[Form] = Form.BINARY
    op: str
    left: RustExpr
    right: RustExpr

    @property
    def level(self) -> int:  # pyright: ignore[reportIncompatibleVariableOverride]
        return PRECEDENCE[self.op]

    def layout(self, shape: Shape, context: Context) -> str:
        items = self._flatten()
        one = self._one_line(items, shape, context)
        return one if one is not None else self._many_lines(items, shape, context)

    def _flatten(self) -> list[RustExpr]:
        out: list[RustExpr] = [self.right]
        node = self.left
        while isinstance(node, Binary) and node.op == self.op:
            out.append(node.right)
            node = node.left
        return [node, *reversed(out)] if len(out) > 1 else [node, self.right]

    def _item(self, item: RustExpr, index: int, shape: Shape, context: Context) -> str | None:
        if index == 0:
            return item.attempt(shape, context)
        try:
            # The first operator is not yet known to rustfmt when it measures the second operand.
            return item.layout(shape.nested().right(shape.overhead).left(len(self.op) + 1), context)
        except DoesNotFit:
            return None

    def _one_line(self, items: list[RustExpr], shape: Shape, context: Context) -> str | None:
        head = ""
        for i, item in enumerate(items[:-1]):
            text = self._item(item, i, shape, context)
            if text is None or "\n" in text or len(head) > shape.width:
                return None
            head += f"{text} {self.op} "
        try:
            last = items[-1].layout(shape.left(last_width(head)), context)
            result = head + last
            if first_width(result) > shape.width:
                return None
            spills = "\n" in result and not last.startswith("{")
            if spills and (last.startswith("(") or len(head) > 4):
                return None
            return check(result, shape)
        except DoesNotFit:
            return None

    def _many_lines(self, items: list[RustExpr], shape: Shape, context: Context) -> str:
        nested = shape.nested().right(shape.overhead)
        result = self._item(items[0], 0, shape, context)
        if result is None:
            raise DoesNotFit
        for i, item in enumerate(items[1:], 1):
            offset = 0 if "\n" in result else shape.used
            if last_width(result) + offset <= nested.used:
                try:
                    snug = item.layout(shape.left(len(self.op) + 2 + last_width(result)), context)
                    result += f" {self.op} {snug}"
                    continue
                except DoesNotFit:
                    pass
            text = self._item(item, i, shape, context)
            if text is None:
                raise DoesNotFit
            result += f"{nested.newline}{self.op} {text}"
        return result


def pair(left: RustExpr, right: RustExpr, infix: str, shape: Shape, context: Context) -> str:
    """Two expressions joined by an infix that belongs to neither (`as`, `..`)."""
    head = left.layout(Shape(max(0, PAGE.width - shape.used), shape.indent, shape.offset), context)
    try:
        tail = right.layout(shape.left(last_width(head) + len(infix)), context)
        same_line = "\n" not in tail or len(head) <= 4 or tail.split("\n", 1)[0].endswith("{")
        if same_line and last_width(head) + len(infix) + first_width(tail) <= shape.width:
            return head + infix + tail
    except DoesNotFit:
        pass
    deeper = shape.nested().right(shape.overhead).left(len(infix.lstrip()))
    return f"{head}{deeper.newline}{infix.lstrip()}{right.layout(deeper, context)}"


@dataclass
class Index(RustExpr):
    form: ClassVar[Form] = Form.INDEX
    value: RustExpr
    index: RustExpr

    def layout(self, shape: Shape, context: Context) -> str:
        # A block at the beginning of a statement would be the statement.
        head = paren(self.value, 15).layout(shape, context)
        inner = self.index.layout(shape.left(last_width(head) + 1).right(1), context)
        return f"{head}[{inner}]"


@dataclass
class StructLit(RustExpr):
    """`Path { name: value, name }`; a field without a value is written short."""

    form: ClassVar[Form] = Form.STRUCT
    path: str
    fields: list[tuple[str, RustExpr | None]]
    base: RustExpr | None = None

    def __post_init__(self) -> None:
        self.fields = [(n, None if isinstance(v, Atom) and v.text == n else v) for n, v in self.fields]

    def layout(self, shape: Shape, context: Context) -> str:
        if not self.fields and self.base is None:
            return f"{self.path} {{}}"
        deep = shape.nested()
        items = [self._field(name, value, deep.right(1), context) for name, value in self.fields]
        if self.base is not None:
            items.append(f"..{self.base.layout(deep.left(2).right(1), context)}")
        limit = min(shape.width - len(self.path) - 5, STRUCT_LIMIT)
        if all("\n" not in t for t in items) and sum(map(len, items)) + 2 * (len(items) - 1) <= limit:
            return f"{self.path} {{ {', '.join(items)} }}"
        body = f",{deep.newline}".join(items) + ("" if self.base is not None else ",")
        return f"{self.path} {{{deep.newline}{body}{shape.newline}}}"

    def _field(self, name: str, value: RustExpr | None, shape: Shape, context: Context) -> str:
        if value is None:
            return name
        here = shape.left(len(name) + 2)
        text = value.attempt(here, context)
        if text is not None and first_width(text) <= here.width:
            return f"{name}: {text}"
        deeper = line(shape.indent + 4)
        return f"{name}:{deeper.newline}{value.layout(deeper, context)}"


STRUCT_LIMIT = 18


@dataclass
class Closure(RustExpr):
    form: ClassVar[Form] = Form.CLOSURE
    params: str
    body: RustExpr
    level: int = 1

    def layout(self, shape: Shape, context: Context) -> str:
        prefix = f"|{self.params}|"
        inner = shape.left(len(prefix) + 1)
        text = self.body.attempt(inner, context)
        multi = self.body.form in (Form.STRUCT, Form.BLOCK, Form.MATCH)
        if text is not None and ("\n" not in text or multi or context.macro):
            return f"{prefix} {text}"
        if self.body.form in _VETO and PAGE.width <= 10 * MAX_WIDTH:
            raise DoesNotFit
        deep = line(shape.indent + 4)
        return f"{prefix} {{{deep.newline}{self.body.layout(deep, context)}{shape.newline}}}"


# Forms that need braces as the body of a closure when they take more than one line.
_VETO = (Form.CALL, Form.BINARY, Form.CAST, Form.FIELD, Form.INDEX, Form.RANGE, Form.TRY)


@dataclass
class Verbatim(RustExpr):
    """Text that is never broken."""

    text: str
    level: int = 20

    def layout(self, shape: Shape, context: Context) -> str:
        return self.text


def paren(value: RustExpr, level: int) -> RustExpr:
    """The expression, in parentheses when it binds more weakly than `level`."""
    return Paren(value) if value.level < level else value


_OPEN = ("left", "right", "value", "start", "stop")


def before_block(value: RustExpr) -> RustExpr:
    """The expression as it stands before a `{`: a struct that is written out needs parentheses there.

    Only what stands within other brackets does not.
    """
    if isinstance(value, StructLit):
        return Paren(value)
    if isinstance(value, Paren) or not is_dataclass(value):
        return value
    parts = {f.name: getattr(value, f.name) for f in fields(value) if f.name in _OPEN}
    made = {n: before_block(part) for n, part in parts.items() if isinstance(part, RustExpr)}
    changed = {n: part for n, part in made.items() if part is not parts[n]}
    return replace(value, **changed) if changed else value


def binary(op: str, left: RustExpr, right: RustExpr) -> Binary:
    """An operator with the parentheses that its operands need. Comparisons do not chain."""
    level = PRECEDENCE[op]
    compares = level == 6
    # `a as T < b` reads as generics.
    if op in ("<", "<<") and isinstance(left, Cast):
        left = Paren(left)
    # clippy asks for parentheses where shifts and arithmetic mix, and for `&&` within `||`.
    if op in ("<<", ">>") or (op in ("&", "|", "^") and 6 < left.level < 13 and left.level != level):
        left = paren(left, 13)
    if op in ("<<", ">>", "&", "|", "^"):
        right = paren(right, 13)
    return Binary(op, paren(left, level + 1 if compares else level), paren(right, level + 1))
