"""Rust items: modules, imports, structs, enums, constants and functions, as rustfmt lays them out."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field

from seahorse.backends.anchor.rust.blocks import RustBlock, RustStmt, assign, statements
from seahorse.backends.anchor.rust.exprs import Context, RustExpr
from seahorse.backends.anchor.rust.shape import MAX_WIDTH, PAGE, DoesNotFit, line


def docs(lines: Iterable[str], indent: int = 0, marker: str = "///") -> list[str]:
    """Documentation comments."""
    return [" " * indent + (f"{marker} {text}" if text else marker) for text in lines]


def laid_out(body: Sequence[RustStmt], indent: int) -> str:
    """The text of statements."""
    for width in (MAX_WIDTH, 2 * MAX_WIDTH, 10 * MAX_WIDTH):
        with suppress(DoesNotFit), PAGE.widened(width):
            return statements(body, line(indent))
    with PAGE.widened(1_000_000):
        return statements(body, line(indent))


@dataclass
class Param:
    name: str
    type: str

    def __str__(self) -> str:
        return self.name if not self.type else f"{self.name}: {self.type}"


@dataclass
class RustFunction:
    """`pub fn name<generics>(params) -> returns { body }`."""

    name: str
    params: Sequence[Param]
    returns: str | None
    body: Sequence[RustStmt]
    docs: Sequence[str] = ()
    generics: str = ""
    attributes: Sequence[str] = ()
    public: bool = True

    def lines(self, indent: int = 0) -> list[str]:
        pad = " " * indent
        out = docs(self.docs, indent) + [pad + a for a in self.attributes]
        head = f"{pad}{'pub ' if self.public else ''}fn {self.name}{self.generics}("
        tail = ")" + (f" -> {self.returns}" if self.returns else "") + " {"
        one = head + ", ".join(map(str, self.params)) + tail
        # Two columns more for the closing brace of an empty body.
        if len(one) + (1 if not self.body else 0) <= MAX_WIDTH:
            signature = [one]
        else:
            signature = [head, *(f"{pad}    {p}," for p in self.params), pad + tail]
        if not self.body:
            return [*out, *signature[:-1], signature[-1] + "}"]
        text = laid_out(self.body, indent + 4)
        body = [f"{pad}    {t}" if i == 0 and t else t for i, t in enumerate(text.split("\n"))]
        return [*out, *signature, *body, pad + "}"]


@dataclass
class Struct:
    name: str
    fields: Sequence[Sequence[str]]
    attributes: Sequence[str] = ()
    docs: Sequence[str] = ()
    generics: str = ""

    def lines(self) -> list[str]:
        out = [*docs(self.docs), *self.attributes]
        if not self.fields:
            return [*out, f"pub struct {self.name}{self.generics} {{}}"]
        inner = [f"    {t}" if t else "" for f in self.fields for t in f]
        return [*out, f"pub struct {self.name}{self.generics} {{", *inner, "}"]


@dataclass
class RustEnum:
    name: str
    variants: Sequence[Sequence[str]]
    attributes: Sequence[str] = ()
    docs: Sequence[str] = ()

    def lines(self) -> list[str]:
        inner = [f"    {t}" for v in self.variants for t in v]
        return [*docs(self.docs), *self.attributes, f"pub enum {self.name} {{", *inner, "}"]


def implementation(head: str, functions: Sequence[RustFunction]) -> list[str]:
    """`impl X { ... }`."""
    out = [f"{head} {{"]
    for i, f in enumerate(functions):
        out += ([""] if i else []) + f.lines(4)
    return [*out, "}"]


def constant(name: str, type: str, value: RustExpr) -> str:
    shape = line(0).right(1)
    return assign(f"pub const {name}: {type} =", value, shape, Context()) + ";"


def use(path: str, names: Iterable[str]) -> list[str]:
    """`use path::{a, b};`, sorted and broken as rustfmt does."""
    ordered = sorted(set(names), key=_use_key)
    if len(ordered) == 1:
        return [f"use {path}::{ordered[0]};"]
    one = f"use {path}::{{{', '.join(ordered)}}};"
    # rustfmt keeps two columns free here, and one on every line but the last below.
    if len(one) <= MAX_WIDTH - 2:
        return [one]
    out, row = [f"use {path}::{{"], ""
    for name in ordered:
        if row and len(row) + 1 + len(name) + 1 > MAX_WIDTH - (name != ordered[-1]):
            out.append(row)
            row = ""
        row = f"{row} {name}," if row else f"    {name},"
    return [*out, row, "};"]


def _use_key(name: str) -> tuple[int, int, str]:
    """self first, then snake_case, CamelCase, SCREAMING_CASE, each by bytes."""
    screaming = name.isupper() and any(c.isalpha() for c in name)
    return (0 if name == "self" else 1, 2 if screaming else 1 if name[:1].isupper() else 0, name)


@dataclass
class File:
    """One source file: a header, groups of imports, and items with an empty line between them."""

    header: Sequence[str]
    imports: Sequence[Sequence[str]] = ()
    items: list[list[str]] = field(default_factory=list[list[str]])

    def text(self) -> str:
        parts = [list(self.header)] + [sorted(g, key=_import_key) for g in self.imports if g] + self.items
        return "\n\n".join("\n".join(p) for p in parts if p) + "\n"


def _import_key(text: str) -> tuple[str, ...]:
    return tuple(text.removeprefix("pub ").removeprefix("use ").rstrip(";").split("::"))


def block(*body: RustStmt) -> RustBlock:
    return RustBlock(list(body))
