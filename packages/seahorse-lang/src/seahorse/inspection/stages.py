"""The stages that can be shown, and the text of each."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from seahorse.driver.compile import Compiler
from seahorse.inspection import assembly, checks, llvm, rust, tree
from seahorse.inspection.selection import NothingToShow, Selection

__all__ = ["STAGES", "NothingToShow", "show"]

STAGES: dict[str, Callable[[Compiler, Path, Selection], str]] = {
    "tree": tree.text,
    "checks": checks.text,
    "llvm": llvm.text,
    "asm": assembly.text,
    "rust": rust.text,
}


def show(stage: str, compiler: Compiler, path: Path, only: str | None = None) -> str:
    """The text of a stage (a key of `STAGES`) of one program. It writes no file.

    `only`: the name of an instruction or function; without it the text holds all of them. Raises CompileError when the
    program does not compile, and NothingToShow when it has nothing of that name.
    """
    selection = Selection(compiler.lower(path), compiler.sources, only, compiler.batch, compiler.quiet_errors)
    return STAGES[stage](compiler, path, selection) + "\n"
