"""The space that a piece of Rust may take, as rustfmt reckons it, and the measures of text it decides by."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from unicodedata import category, east_asian_width

MAX_WIDTH = 100
TAB = 4
CALL_WIDTH = 60
CHAIN_WIDTH = 60
ARRAY_WIDTH = 60
IF_ELSE_WIDTH = 50
SHORT_ELEMENT = 10


class DoesNotFit(Exception):
    """A layout was tried that is wider than its space."""


@dataclass
class Page:
    """The width that layouts have: rustfmt's, and more for what has no layout within that and which rustfmt leaves."""

    width: int = MAX_WIDTH

    @contextmanager
    def widened(self, width: int) -> Generator[None]:
        before, self.width = self.width, width
        try:
            yield
        finally:
            self.width = before


PAGE = Page()


@dataclass(frozen=True)
class Shape:
    """`width` columns are free on the current line, which begins `offset` columns after the block's `indent`."""

    width: int
    indent: int
    offset: int = 0

    @property
    def used(self) -> int:
        return self.indent + self.offset

    @property
    def overhead(self) -> int:
        """Columns that something after this piece needs on the same line."""
        return max(0, PAGE.width - self.used - self.width)

    @property
    def newline(self) -> str:
        return "\n" + " " * self.indent

    def left(self, columns: int) -> Shape:
        """The space after `columns` of text."""
        if columns > self.width:
            raise DoesNotFit
        return replace(self, width=self.width - columns, offset=self.offset + columns)

    def right(self, columns: int) -> Shape:
        """The space with `columns` kept free at its end."""
        if columns > self.width:
            raise DoesNotFit
        return replace(self, width=self.width - columns)

    def nested(self) -> Shape:
        """A whole line, one level deeper."""
        return line(self.indent + TAB)


def line(indent: int) -> Shape:
    """A whole line at an indentation."""
    return Shape(max(0, PAGE.width - indent), indent)


def columns(text: str) -> int:
    """The width of a line: most characters take one column, some none or two."""
    if text.isascii():
        return len(text)
    return sum(2 if east_asian_width(c) in "WF" else category(c) not in ("Mn", "Me", "Cf") for c in text)


def first_width(text: str) -> int:
    return columns(text.split("\n", 1)[0])


def last_width(text: str) -> int:
    return columns(text.rsplit("\n", 1)[-1])


def fits(text: str, shape: Shape) -> bool:
    """Whether text begun in a space stays within it, and its further lines within the page."""
    if first_width(text) > shape.width:
        return False
    lines = text.split("\n")
    if len(lines) == 1:
        return True
    return all(columns(t) <= PAGE.width for t in lines[1:]) and columns(lines[-1]) <= shape.used + shape.width


def check(text: str, shape: Shape) -> str:
    """The text itself. Raises DoesNotFit when it does not fit."""
    if not fits(text, shape):
        raise DoesNotFit
    return text


def extendable(text: str) -> bool:
    """Whether the last line only closes brackets, so that more may follow on it."""
    return all(c in "()]}?>" or c.isspace() for c in text.rsplit("\n", 1)[-1])
