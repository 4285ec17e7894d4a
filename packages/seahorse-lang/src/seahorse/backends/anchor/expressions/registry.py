"""Calls of the prelude and of Python's builtins: which module translates which."""

from __future__ import annotations

from seahorse.backends.anchor.expressions import lists, numbers, refused, sorting, texts
from seahorse.backends.anchor.expressions.accounts import cpi, pyth, token_calls
from seahorse.backends.anchor.scope.bindings import RustValue
from seahorse.backends.anchor.scope.body_writer import BodyWriter, handles
from seahorse.semantics import tree

_MODULES = (token_calls, cpi, lists, numbers, pyth, sorting, texts, refused)


@handles(tree.Builtin)
def _builtin(body: BodyWriter, e: tree.Builtin) -> RustValue:
    for module in _MODULES:
        write = module.BUILTINS.get(e.name)
        if write is not None:
            return write(body, e)
    raise body.unsupported(e.span, f"`{e.name}` has no form in the Rust program", "use the bytecode backend for it")
