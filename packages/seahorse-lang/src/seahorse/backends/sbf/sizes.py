"""Where the bytes of a program are: by section, by function and by what the code is for."""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from dataclasses import dataclass

from seahorse.backends.sbf import llvm_text
from seahorse.backends.sbf.link.compile import compile_module
from seahorse.backends.sbf.link.linker import LinkMap, link
from seahorse.backends.sbf.llvm.size_marks import Marks, lines
from seahorse.ir import nodes as ir

# Instructions that LLVM made of several parts, or for none: registers saved on the stack and read back, mostly.
SHARED = "registers on the stack, and what parts share"


@dataclass
class Sizes:
    """Bytes of one program."""

    total: int
    sections: dict[str, int]
    functions: dict[str, int]
    parts: dict[str, int]


def measure(program: ir.LoweredProgram) -> Sizes:
    """Compile a program with its parts marked, which changes nothing in its code."""
    marks = Marks()
    layout = LinkMap()
    elf = link(compile_module(llvm_text(program, marks=marks)), layout=layout)
    functions: Counter[str] = Counter()
    parts: Counter[str] = Counter()
    starts = sorted(layout.functions)
    rows = lines(layout.lines)
    addresses = [address for address, _ in rows]
    for origin, size in layout.origins:
        functions[layout.functions[starts[bisect_right(starts, origin) - 1]]] += size
        line = rows[bisect_right(addresses, origin) - 1][1]
        parts[marks.parts[line - 1] if line else SHARED] += size
    code = sum(functions.values())
    sections = {"code": code, "constants": layout.constants, "headers": len(elf) - code - layout.constants}
    return Sizes(len(elf), sections, dict(functions), dict(parts))
