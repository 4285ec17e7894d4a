"""The Anchor crate, each file below the source of what it holds."""

from __future__ import annotations

import re
from pathlib import Path

from seahorse.backends.anchor import DIALECTS, generate
from seahorse.backends.anchor.naming import names
from seahorse.driver.compile import Compiler
from seahorse.inspection.selection import Selection
from seahorse.ir.nodes import Instruction
from seahorse.semantics.tree import Function
from seahorse.semantics.tree.walk import walk


def text(compiler: Compiler, path: Path, selection: Selection) -> str:
    """Raises UnsupportedError for what Rust cannot express."""
    out: list[str] = []
    for name, content in generate(selection.program, DIALECTS[compiler.anchor]).items():
        if not name.endswith(".rs") or not _is_wanted(selection, name, content):
            continue
        out += [f"// --- {name} ---", *_sources(selection, name), content.rstrip(), ""]
    return "\n".join(out).rstrip() or f"// {selection.only} has no function of its own in Rust"


def _is_wanted(selection: Selection, name: str, content: str) -> bool:
    if selection.only is None:
        return True
    defined = re.search(rf"\bfn (handle_)?{re.escape(selection.only)}\b", content) is not None
    return defined and not name.endswith("lib.rs")


def _sources(selection: Selection, name: str) -> list[str]:
    """The source of an instruction in front of its file, and of the functions in front of theirs."""
    of = Path(name)
    if of.parent.name == "instructions":
        return [
            line for i in selection.instructions() if names.public(i.name) == of.stem for line in _whole(selection, i)
        ]
    if of.stem == "functions":
        return [line for f in selection.functions() for line in _whole(selection, f)]
    return []


def _whole(selection: Selection, owner: Instruction | Function) -> list[str]:
    """Its lines, from the signature to the end of the last statement."""
    start = owner.span
    end = max([start.end_line, *(node.span.end_line for node in walk(owner.body) if hasattr(node, "span"))])
    numbers = range(start.line, end + 1)
    return [f"// {number} | {selection.sources.line(start.file, number) or ''}".rstrip() for number in numbers]
