"""One program as a Rust crate: who owns which declaration, what its constants are called, what its functions need."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from seahorse.backends.anchor.crate.functions import FunctionInfo, RustFunctions
from seahorse.backends.anchor.naming import literals
from seahorse.backends.anchor.naming.dialect import ANCHOR_0_32, Dialect
from seahorse.backends.anchor.naming.types import DeclaredType, TypeNames, declarations_in
from seahorse.backends.anchor.rust.calls import Macro
from seahorse.backends.anchor.rust.exprs import Atom, RustExpr
from seahorse.diagnostics import Span
from seahorse.ir import nodes as ir
from seahorse.ir.addresses import encode_base58
from seahorse.ir.layout import pascal_case
from seahorse.semantics import tree
from seahorse.semantics.tree.types import Type

_COMMENT = re.compile(r"^[^#'\"]*#\s*(.*)$")
_CONSTANT = re.compile(r"(?:[A-Za-z_]\w*\.)*([A-Z][A-Z0-9_]*)")


@dataclass
class Constant:
    name: str
    type: str
    value: RustExpr


@dataclass
class Crate:
    """A program and what is found out about it while its files are written."""

    program: ir.LoweredProgram
    writer: Callable[[Crate, FunctionInfo, TypeNames], None]
    dialect: Dialect = ANCHOR_0_32
    own: dict[DeclaredType, str] = field(default_factory=dict[DeclaredType, str])
    foreign_of: dict[DeclaredType, str] = field(default_factory=dict[DeclaredType, str])
    constants: dict[str, Constant] = field(default_factory=dict[str, Constant])
    helpers: set[str] = field(default_factory=set[str])
    # Classes with the limits of their fields, for arguments: their Rust text by name.
    bounded: dict[str, str] = field(default_factory=dict[str, str])
    # Names of the types of programs that instructions know by their addresses, where Anchor and the workspace have no
    # type.
    programs: dict[bytes, str] = field(default_factory=dict[bytes, str])
    # Own types whose text is printed somewhere.
    reprs: dict[tree.EnumDecl | tree.ClassDecl, None] = field(
        default_factory=dict["tree.EnumDecl | tree.ClassDecl", None]
    )
    _sources: dict[str, list[str]] = field(default_factory=dict[str, list[str]])

    def __post_init__(self) -> None:
        p = self.program
        for decl in [*p.accounts, *p.classes, *p.enums]:
            self.own[decl] = "state"
        for event in p.events:
            self.own[event] = "events"
        for name, other in p.foreign.items():
            for decl in [*other.accounts.values(), *other.classes.values(), *other.enums.values()]:
                self.foreign_of[decl] = name
        self.functions = RustFunctions(self, partial(self.writer, self))

    @property
    def source(self) -> str:
        """The Python source as its own project names it: the same wherever the project lies."""
        return "/".join(Path(self.program.path).parts[-2:])

    @property
    def called(self) -> set[str]:
        """Programs of the workspace that the crate must declare: for their accounts, types, calls or addresses."""
        return self._called

    _called: set[str] = field(default_factory=set[str])

    def types(self) -> TypeNames:
        return TypeNames(self.own, self.foreign_of, self._called)

    def copies(self, t: Type) -> bool:
        """Whether the types that a type is made of are the crate's own, so that they derive Copy where they can."""
        return all(d in self.own for d in declarations_in(t))

    @property
    def error_enum(self) -> str:
        others = {e for f in self.program.foreign.values() for e in f.errors}
        names = [e.enum for e in self.program.errors]
        own = [n for n in names if n not in others]
        return (own or ["ProgramErrors"])[0]

    def error_variant(self, error: tree.ErrorCode) -> str:
        return pascal_case(error.name)

    def is_own(self, decl: DeclaredType) -> bool:
        return decl in self.own

    def program_type(self, address: bytes, called: str) -> str:
        """The type that stands for the program at an address; `called`: what the instruction calls it."""
        if address not in self.programs:
            stem = pascal_case(called.removesuffix("_program")) + "Program"
            taken = {*self.programs.values(), *(d.name for d in self.own)}
            self.programs[address] = next(n for n in (stem, *(f"{stem}{i}" for i in range(2, 99))) if n not in taken)
        return self.programs[address]

    # --- constants ---

    def constant(self, literal: tree.Expr) -> str | None:
        """The name of the module constant that a literal was written as; None when it was not, or stands for another
        value elsewhere."""
        name = self._written_name(literal)
        if name is None:
            return None
        made = _make_constant(name, literal)
        if made is None:
            return None
        known = self.constants.setdefault(name, made)
        return name if str(known.value) == str(made.value) and known.type == made.type else None

    def _written_name(self, literal: tree.Expr) -> str | None:
        found = _CONSTANT.fullmatch(self.snippet(literal.span))
        return found.group(1) if found and found.group(1) != "ID" else None

    # --- the source text ---

    def lines(self, file: str) -> list[str]:
        """The lines of a source file; none when it cannot be read."""
        if file not in self._sources:
            try:
                self._sources[file] = Path(file).read_text(encoding="utf-8").splitlines()
            except (OSError, UnicodeDecodeError):
                self._sources[file] = []
        return self._sources[file]

    def snippet(self, span: Span) -> str:
        """The text of a span on one line; empty for others."""
        lines = self.lines(span.file)
        if span.line != span.end_line or not 0 < span.line <= len(lines):
            return ""
        return lines[span.line - 1][span.col - 1 : span.end_col - 1]

    def comment_beside(self, span: Span) -> str | None:
        """The comment at the end of a declaration's line."""
        lines = self.lines(span.file)
        if not 0 < span.end_line <= len(lines):
            return None
        found = _COMMENT.search(lines[span.end_line - 1][span.end_col - 1 :])
        return found.group(1).strip() if found else None

    def comments_above(self, span: Span, first: bool) -> list[str]:
        """The lines above a statement: comments, and an empty line unless the statement is the first of its block."""
        lines = self.lines(span.file)
        out: list[str] = []
        at = span.line - 2
        while 0 <= at < len(lines) and lines[at].strip().startswith("#"):
            text = lines[at].strip().lstrip("#").strip()
            out.insert(0, f"// {text}" if text else "//")
            at -= 1
        if not first and 0 <= at < len(lines) and not lines[at].strip():
            out.insert(0, "")
        return out


def _make_constant(name: str, literal: tree.Expr) -> Constant | None:
    match literal:
        case tree.IntLit():
            return Constant(name, str(literal.type), Atom(literals.integer(literal.value)))
        case tree.StrLit():
            return Constant(name, "&str", literals.text(literal.value))
        case tree.BytesLit():
            return Constant(name, "&[u8]", literals.data(literal.value))
        case tree.FloatLit():
            return Constant(name, "f64", Atom(literals.number(literal.value)))
        case tree.BoolLit():
            return Constant(name, "bool", Atom(str(literal.value).lower()))
        case tree.PubkeyLit():
            return Constant(name, "Pubkey", Macro("pubkey", [Atom(f'"{encode_base58(literal.value)}"')]))
        case _:
            return None
