"""Whether an expression may be evaluated again, or not at all."""

from __future__ import annotations

from typing import cast

from seahorse.semantics.tree import Builtin, Call, CpiCall, Expr
from seahorse.semantics.tree.account_kinds import PURE_READS, SYSVAR_GETS

PURE = {
    "key",
    "lamports",
    "owner",
    "len",
    "min",
    "max",
    "abs",
    *PURE_READS,
    *SYSVAR_GETS,
}


def has_effects(value: Expr) -> bool:
    """Whether evaluating an expression twice could differ from once."""
    stack: list[object] = [value]
    while stack:
        item = stack.pop()
        if isinstance(item, Call | CpiCall | Builtin):
            pure = isinstance(item, Builtin) and item.name in PURE
            if not pure:
                return True
        if isinstance(item, Expr):
            stack.extend(v for k, v in vars(item).items() if k not in ("type", "span"))
        elif isinstance(item, list | tuple):
            stack.extend(cast("list[object]", item))
    return False
