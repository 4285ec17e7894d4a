"""Builtins: which module writes which."""

from __future__ import annotations

from collections.abc import Callable

from seahorse.backends.sbf.builtins import (
    account_data,
    accounts,
    addresses,
    chain,
    numbers,
    pyth,
    raw_invoke,
    resizing,
    tokens,
)
from seahorse.backends.sbf.frame.frame import Frame
from seahorse.backends.sbf.frame.layout import Parts
from seahorse.backends.sbf.frame.unit import BackendError
from seahorse.backends.sbf.llvm.values import Value
from seahorse.backends.sbf.objects import sequences, strings
from seahorse.semantics import tree

OPERATIONS: dict[str, Callable[[Frame, tree.Builtin], Parts]] = {
    **accounts.BUILTINS,
    **account_data.BUILTINS,
    **raw_invoke.BUILTINS,
    **resizing.BUILTINS,
    **tokens.BUILTINS,
    **numbers.BUILTINS,
    **addresses.BUILTINS,
    **chain.BUILTINS,
    **pyth.BUILTINS,
    **sequences.BUILTINS,
    **strings.BUILTINS,
}


def call(frame: Frame, e: tree.Builtin) -> Parts:
    function = OPERATIONS.get(e.name)
    if function is None:
        raise BackendError(f"`{e.name}` is not available on the chain", e.span)
    return function(frame, e)


def attribute(frame: Frame, e: tree.GetField) -> Parts:
    """A field of a value that is no account and no object of the program."""
    raise BackendError(f"`{e.name}` of {e.obj.type} is not available on the chain", e.span)


def convert_other(frame: Frame, e: tree.Convert, value: Value) -> Parts:
    raise BackendError(f"{e.value.type} cannot be converted to {e.type}", e.span)
