"""Functions of the language that are written in the language: those of `library/functions.py`, by their names."""

from __future__ import annotations

import ast

from seahorse.diagnostics import LIBRARY

MODULE = "functions"


def _public() -> frozenset[str]:
    tree = ast.parse((LIBRARY / f"{MODULE}.py").read_text(encoding="utf-8"))
    return frozenset(n.name for n in tree.body if isinstance(n, ast.FunctionDef) and not n.name.startswith("_"))


WRITTEN = _public()
