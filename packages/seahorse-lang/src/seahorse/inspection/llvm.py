"""LLVM's language as the sBPF back end writes it, before LLVM optimizes it."""

from __future__ import annotations

import re
from pathlib import Path

from seahorse.backends.sbf import llvm_text
from seahorse.backends.sbf.llvm.size_marks import Marks
from seahorse.driver.compile import Compiler
from seahorse.inspection.marked import described
from seahorse.inspection.selection import Selection

_MARK = re.compile(r", !dbg !(\d+)$")
_LOCATION = re.compile(r"^!(\d+) = !DILocation\(line: (\d+),", re.MULTILINE)
_DEFINITION = re.compile(r"^define .*? @([\w.]+)\(")


def text(compiler: Compiler, path: Path, selection: Selection) -> str:
    """Functions, each instruction of LLVM below the line of source that it comes from."""
    marks = Marks(by_source=True)
    module = llvm_text(selection.program, batch=selection.batch, quiet=selection.quiet, marks=marks)
    parts = {number: marks.parts[int(line) - 1] for number, line in _LOCATION.findall(module)}
    out: list[str] = []
    before = ""
    shown = selection.only is None
    for line in module.splitlines():
        if line.startswith(("!", "attributes")):
            continue
        if (definition := _DEFINITION.match(line)) is not None:
            shown, before = selection.has_code_of(definition[1]), ""
        mark = _MARK.search(line)
        part = parts[mark[1]] if mark is not None else before
        if shown and part != before:
            out.append(f"  ; {described(selection, part)}")
            before = part
        if shown:
            out.append(re.sub(r" !dbg !\d+ ?{$", " {", _MARK.sub("", line)))
        shown = shown and (line != "}" or selection.only is None)
    return "\n".join(out) or f"; {selection.only} is written where it is called: look at an instruction that calls it"
