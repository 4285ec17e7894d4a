"""Hashes and curves for the engine of CPython, computed by a small program in a virtual machine of its own."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from seahorse.semantics.tree.declared import DECLARED, DeclaredOperation
from seahorse.semantics.tree.operations import OPERATIONS
from seahorse.semantics.tree.types import BYTES
from seahorse.testing.result import Failed

_HEAD = """from seahorse.prelude import *
declare_id('Fg6PaFpoGXkYsidMpWTK6W2BeZ7FEfcYkg476zPFsLnS')
"""


def _source() -> str:
    """A program with an instruction for each operation that only a virtual machine computes."""
    return _HEAD + "".join(_instruction(o) for o in DECLARED.values() if o.on_chain and OPERATIONS[o.name].pure)


def _instruction(operation: DeclaredOperation) -> str:
    parameters = ", ".join(f"{name}: {t}" for name, t in operation.parameters.items())
    call = f"{operation.name}({', '.join(operation.parameters)})"
    return f"\n@instruction\ndef run_{operation.name}({parameters}) -> {operation.returns}:\n    return {call}\n"


class ChainFunctions:
    """`deploy`: makes a program of a source, in a virtual machine; asked for when a function is first needed."""

    def __init__(self, deploy: Callable[[str], Any]) -> None:
        self._deploy = deploy
        self._program: Any = None

    def compute(self, name: str, args: tuple[Any, ...]) -> Any:
        """A function of the chain. Raises ValueError where the chain refuses its arguments."""
        if self._program is None:
            self._program = self._deploy(_source())
        try:
            given = dict(zip(DECLARED[name].parameters, args, strict=True))
            value = self._program.call(f"run_{name}", **given).value
        except Failed as failed:
            raise ValueError(f"{name} refuses its arguments: {failed}") from failed
        return bytes(value) if DECLARED[name].returns == BYTES else value
