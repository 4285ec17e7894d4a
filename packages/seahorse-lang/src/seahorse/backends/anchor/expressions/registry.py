"""Calls of the prelude and of Python's builtins: which module translates which."""

from __future__ import annotations

from seahorse.backends.anchor.expressions import cpi, lists, numbers, pyth, sorting, texts
from seahorse.backends.anchor.scope.bindings import RustValue
from seahorse.backends.anchor.scope.body_writer import BodyWriter, handles
from seahorse.semantics import tree


@handles(tree.Builtin)
def _builtin(body: BodyWriter, e: tree.Builtin) -> RustValue:
    for table in (cpi.BUILTINS, lists.BUILTINS, numbers.BUILTINS, pyth.BUILTINS, sorting.BUILTINS, texts.BUILTINS):
        write = table.get(e.name)
        if write is not None:
            return write(body, e)
    raise body.unsupported(e.span, f"`{e.name}` has no form in the Rust program", "use the bytecode backend for it")
