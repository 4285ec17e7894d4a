"""Expressions whose order does not matter: no program can see which of them runs first."""

from __future__ import annotations

from dataclasses import fields

from seahorse.semantics import tree
from seahorse.semantics.tree import Expr
from seahorse.semantics.tree.declared import DECLARED
from seahorse.semantics.tree.operations import OPERATIONS, operation
from seahorse.semantics.tree.types import (
    BoolType,
    BytesType,
    EnumType,
    FloatType,
    IntType,
    OptionType,
    PubkeyType,
    StrType,
    Type,
)

# Nodes that give the same value, and fail in the same way, before or after others of these nodes.
_STILL = (
    tree.IntLit,
    tree.FloatLit,
    tree.BoolLit,
    tree.StrLit,
    tree.BytesLit,
    tree.NoneLit,
    tree.PubkeyLit,
    tree.EnumLit,
    tree.Var,
    tree.InitAccount,
    tree.GetField,
    tree.Coerce,
    tree.Unwrap,
    tree.AsMember,
    tree.Convert,
    tree.Arith,
    tree.Negate,
    tree.Invert,
    tree.Not,
    tree.Compare,
    tree.BoolOp,
    tree.IsMember,
    tree.IsNone,
    tree.IfExp,
    tree.TupleLit,
    tree.ListLit,
    tree.ArrayLit,
    tree.Concat,
    tree.FString,
    tree.SignerSeeds,
)
_STILL_OPERATIONS = {"key", "len", "str", "str.encode", "bytes", "pubkey.bytes"} | {
    name for name in DECLARED if OPERATIONS[name].pure and not OPERATIONS[name].fails
}


def is_still(value: Expr) -> bool:
    """Whether an expression has no effects, and cannot fail otherwise than arithmetic does."""
    left: list[object] = [value]
    while left:
        part = left.pop()
        if isinstance(part, list | tuple):
            left += part  # pyright: ignore[reportUnknownArgumentType]
        elif isinstance(part, dict):
            left += part.values()  # pyright: ignore[reportUnknownArgumentType]
        elif isinstance(part, Expr):
            calm = isinstance(part, tree.Builtin) and part.name in _STILL_OPERATIONS
            if not calm and not isinstance(part, _STILL):
                return False
            left += [getattr(part, f.name) for f in fields(part) if f.name not in ("type", "span")]
    return True


# Nodes that give the same value at any time.
FIXED = (tree.IntLit, tree.StrLit, tree.BytesLit, tree.BoolLit, tree.EnumLit, tree.PubkeyLit, tree.Var)


def is_settled(value: Expr) -> bool:
    """Whether an expression cannot fail, and gives the same whenever it is evaluated."""
    match value:
        case tree.Not():
            return is_settled(value.value)
        case tree.Compare():
            return is_settled(value.left) and is_settled(value.right)
        case tree.BoolOp():
            return all(is_settled(part) for part in value.values)
        case _:
            return isinstance(value, FIXED)


def in_any_order(*values: Expr) -> bool:
    """Whether nobody can tell in which order values are evaluated."""
    return sum(not is_settled(v) for v in values) <= 1 or all(is_still(v) for v in values)


def may_write(value: Expr) -> bool:
    """Whether an object may be another when an expression has been evaluated."""
    left: list[object] = [value]
    while left:
        part = left.pop()
        if isinstance(part, list | tuple):
            left += part  # pyright: ignore[reportUnknownArgumentType]
        elif isinstance(part, dict):
            left += part.values()  # pyright: ignore[reportUnknownArgumentType]
        elif isinstance(part, tree.CompClause):
            left += [part.iterable, part.conditions]
        elif isinstance(part, Expr):
            if _runs(part) or (isinstance(part, tree.Builtin) and operation(part.name).effects):
                return True
            left += [getattr(part, f.name) for f in fields(part) if f.name not in ("type", "span")]
    return False


def may_interleave(made: Expr, asked: Expr) -> bool:
    """Whether one can tell that items are made, and something is asked of each, in turn or one after the other."""
    if may_write(made) or may_write(asked):
        return True
    return not _only_reads(asked) and not (is_still(made) and is_still(asked))


def _only_reads(value: Expr) -> bool:
    if isinstance(value, tree.GetField):
        return _only_reads(value.obj)
    if isinstance(value, tree.TupleLit):
        return all(_only_reads(item) for item in value.items)
    return isinstance(value, FIXED)


# Values that nobody can change: a function that gets nothing else cannot change anything either.
_UNCHANGING = (IntType, FloatType, BoolType, StrType, BytesType, PubkeyType, EnumType)


def _runs(part: Expr) -> bool:
    """Whether an expression runs code that may change an object it is given."""
    match part:
        case tree.CpiCall():
            return True
        case tree.Call(args=args) | tree.Construct(args=args, constructor=tree.Function()):
            return not all(isinstance(a, tree.IntLit | tree.NoneLit) or _is_unchanging(a.type) for a in args)
        case _:
            return False


def _is_unchanging(t: Type) -> bool:
    return isinstance(t, _UNCHANGING) or (isinstance(t, OptionType) and _is_unchanging(t.inner))
