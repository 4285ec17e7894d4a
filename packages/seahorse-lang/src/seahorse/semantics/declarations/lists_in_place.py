"""`InPlace[List[T]]`: a list of an account whose elements are not read to the heap."""

from __future__ import annotations

import ast

from seahorse.diagnostics import fail
from seahorse.semantics.names.symbols import ModuleScope
from seahorse.semantics.tree.types import Field, IntType, ListType, PubkeyType, TupleType, Type


def list_in_place(scope: ModuleScope, annotation: ast.expr, kind: str) -> ast.expr:
    """`List[T]` of `InPlace[List[T]]`. Raises `CompileError`."""
    if kind != "account":
        raise fail(scope.span(annotation), "`InPlace` is for a field of an account", "write the list alone")
    if not isinstance(annotation, ast.Subscript):
        raise fail(scope.span(annotation), "`InPlace` needs a list", "write for example `InPlace[List[u64]]`")
    return annotation.slice


def check_in_place(scope: ModuleScope, annotation: ast.expr, field: Field, before: list[Field]) -> None:
    """The list is found without a search, and its elements lie in the account as they do in memory."""
    t = field.type
    if not isinstance(t, ListType):
        message = f"`InPlace` is for lists, not for {t}"
        raise fail(scope.span(annotation), message, "write for example `InPlace[List[u64]]`")
    if not _lies_as_in_memory(t.elem):
        message = f"elements of type {t.elem} do not lie in an account as they do in memory"
        raise fail(scope.span(annotation), message, "use integers, Pubkeys, or tuples of them")
    for other in before:
        if other.type.fixed_size is None:
            message = f"`{field.name}` would move whenever `{other.name}` changes its size"
            raise fail(field.span, message, f"give `{other.name}` a fixed size (`Array[T, N]`), or keep it elsewhere")


def _lies_as_in_memory(t: Type) -> bool:
    if isinstance(t, TupleType):
        return all(map(_lies_as_in_memory, t.elems))
    return isinstance(t, IntType | PubkeyType)
