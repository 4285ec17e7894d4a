"""What to write when a value has the wrong type: in words, and as an edit."""

from __future__ import annotations

import ast

from seahorse.semantics.tree.types import (
    NONE,
    PUBKEY,
    ArrayType,
    BoolType,
    BytesType,
    ClassType,
    FloatType,
    IntType,
    ListType,
    OptionType,
    StrType,
    Type,
    is_account,
)


def mismatch_hint(source: Type, wanted: Type) -> str:
    """What to write when a value has the wrong type."""
    if isinstance(source, OptionType) and not isinstance(wanted, OptionType):
        return "it may be None: test `is not None` first"
    if isinstance(wanted, IntType) and isinstance(source, IntType | FloatType):
        return f"convert it: `{wanted}(...)`, which fails when the value does not fit"
    if wanted == PUBKEY and isinstance(source, StrType):
        return "write `Pubkey('...')`"
    if wanted == PUBKEY and is_account(source):
        return "write `.key()` for its address"
    if source == PUBKEY and is_account(wanted):
        return "pass the account itself, not its key"
    if isinstance(source, ListType) and isinstance(wanted, ArrayType):
        return f"make an array of it: `Array(..., {wanted.length})`"
    if isinstance(source, ArrayType | BytesType) and isinstance(wanted, ListType):
        return "make a list of it: `list(...)`"
    if isinstance(source, ListType | ArrayType) and isinstance(wanted, BytesType):
        return "make bytes of it: `bytes(...)`"
    if isinstance(wanted, StrType):
        return "convert it: `str(...)`"
    if source == NONE:
        return "this call returns no value"
    if (
        isinstance(source, ClassType)
        and isinstance(wanted, ClassType)
        and source.decl.generic
        and (source.decl.generic == wanted.decl.generic)
    ):
        return f"say where it is made of which type it is, as `{source.decl.generic}[u64](...)` does"
    if isinstance(source, ClassType) and isinstance(wanted, ClassType) and source.decl.base is wanted.decl:
        return f"a value is not converted to its base: take a {source}"
    return f"give a value of type {wanted}"


def conversion(source: Type, wanted: Type, node: ast.AST) -> tuple[str, str] | None:
    """What to write before and behind a value to convert it as the hint says; None where the hint names no form."""
    if not isinstance(node, ast.expr) or isinstance(source, OptionType):
        return None
    if isinstance(wanted, IntType) and isinstance(source, IntType | FloatType):
        return f"{wanted}(", ")"
    if wanted == PUBKEY and isinstance(source, StrType) and isinstance(node, ast.Constant):
        return "Pubkey(", ")"
    if wanted == PUBKEY and is_account(source):
        return "", ".key()"
    if isinstance(source, ArrayType | BytesType) and isinstance(wanted, ListType):
        return "list(", ")"
    if isinstance(source, ListType | ArrayType) and isinstance(wanted, BytesType):
        return "bytes(", ")"
    return ("str(", ")") if isinstance(wanted, StrType) and isinstance(source, IntType | BoolType) else None
