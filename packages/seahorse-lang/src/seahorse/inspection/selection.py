"""The part of a program to show, and the lines of its source beside it."""

from __future__ import annotations

import re
from dataclasses import dataclass

from seahorse.backends.sbf.frame.unit import symbol
from seahorse.diagnostics import Sources, Span
from seahorse.ir.nodes import Instruction, LoweredProgram
from seahorse.semantics.tree import Function


class NothingToShow(Exception):
    """The program has no instruction or function of the name. The text says which it has."""


@dataclass
class Selection:
    """A program, its source, and the name of the instruction or function to show (None: all).

    `batch`, `quiet`: as the program is built, see `Compiler`.
    """

    program: LoweredProgram
    sources: Sources
    only: str | None = None
    batch: bool = True
    quiet: bool = False

    def __post_init__(self) -> None:
        names = dict.fromkeys(owner.name for owner in (*self.program.instructions, *self.program.functions))
        if self.only is not None and self.only not in names:
            raise NothingToShow(f"{self.program.path} has no `{self.only}`; it has {', '.join(names) or 'nothing yet'}")

    def instructions(self) -> list[Instruction]:
        return [i for i in self.program.instructions if self.only in (None, i.name)]

    def functions(self) -> list[Function]:
        return [f for f in self.program.functions if self.only in (None, f.name)]

    def has_code_of(self, name: str) -> bool:
        """Whether a function of the bytecode, by its symbol, is shown. Helpers of the runtime are, without a choice."""
        return self.only is None or re.fullmatch(rf"(i_|u\d+_){re.escape(symbol(self.only))}", name) is not None

    def line(self, span: Span) -> str:
        """The first line of a span, as it stands in the source."""
        return self.quoted(span.file, span.line)

    def quoted(self, file: str, number: int) -> str:
        own = "" if file == self.program.path else f"{file}:"
        text = self.sources.line(file, number) or ""
        return f"{own}{number} | {text.strip()}"
