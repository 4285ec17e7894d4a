"""What to write for a name that nothing defines: in words, and as an edit."""

from __future__ import annotations

import ast
import builtins
import re
from collections.abc import Iterable, Mapping

from seahorse.diagnostics import CompileError, Replacement, fail
from seahorse.semantics.names.near import near
from seahorse.semantics.names.prelude_names import HINTS, MATH, PRELUDE, PYTH, UNCOMPUTED
from seahorse.syntax import SourceModule


def unknown_name(
    module: SourceModule, node: ast.Name, known: Iterable[str], of_python: Mapping[str, str]
) -> CompileError:
    """The error for a name. `known`: the names that there are besides the prelude's; `of_python`: those that the module
    imports from Python's standard library, each with its module."""
    name, source = node.id, module.source
    hint = HINTS.get(name)
    if hint is None and name[:1] in ("u", "i") and name[1:].isdigit():
        hint = "the integer types are u8, u16, u32, u64, u128 and u256, and i8, i16, i32, i64 and i128"
    if name in of_python:
        home = of_python[name]
        return fail(
            source.span(node),
            f"`{name}` belongs to Python's standard library (`{home}`), which a program cannot use",
            hint or HINTS.get(home, "use the prelude, or write it in a module of the workspace"),
        )
    if hint is None and name in PYTH:
        hint = "write `from seahorse.pyth import *`"
    close = near(name, [*known, *PRELUDE]) if hint is None else _named_by(hint)
    hint = hint or (f"did you mean `{close}`?" if close else "define it, or import it")
    named = source.instead(node, close) if close else None
    return fail(source.span(node), f"`{name}` is not defined", hint, _math(module) if name == "math" else named)


def similar(name: str, known: Iterable[str]) -> str | None:
    close = near(name, known)
    return f"did you mean `{close}`?" if close else None


def no_math(name: str) -> str:
    """The hint for a function that our `math` does not have."""
    if name in UNCOMPUTED:
        return "the chain adds, multiplies, divides and takes roots: use integers of small units, or a table"
    return similar(name, MATH) or f"it has: {', '.join(sorted(MATH))}"


def _named_by(hint: str) -> str | None:
    """The name that a hint says to write: `u256`, of `List[T]` and of `print(...)` the name before the bracket."""
    found = re.match(r"write `(\w+)(\[[^]]*\]|\([^)]*\))?`", hint)
    return found[1] if found is not None and (found[1] in PRELUDE or hasattr(builtins, found[1])) else None


def _math(module: SourceModule) -> Replacement | None:
    """`import math` above the other imports, and below those of `__future__`, which stand first."""
    for statement in module.tree.body:
        if isinstance(statement, ast.Import | ast.ImportFrom) and getattr(statement, "module", None) != "__future__":
            return module.source.before(statement, "import math\n")
    return None
