"""Hashes and curves for the engine of CPython, computed by a small program in a virtual machine of its own."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from seahorse.testing.result import Failed

_SOURCE = """from seahorse.prelude import *
declare_id('Fg6PaFpoGXkYsidMpWTK6W2BeZ7FEfcYkg476zPFsLnS')

@instruction
def run_keccak256(a: bytes) -> bytes:
    return keccak256(a)

@instruction
def run_blake3(a: bytes) -> bytes:
    return blake3(a)

@instruction
def run_poseidon(a: List[bytes]) -> bytes:
    return poseidon(a)

@instruction
def run_secp256k1_recover(a: bytes, b: u8, c: bytes) -> bytes:
    return secp256k1_recover(a, b, c)

@instruction
def run_alt_bn128_addition(a: bytes) -> bytes:
    return alt_bn128_addition(a)

@instruction
def run_alt_bn128_multiplication(a: bytes) -> bytes:
    return alt_bn128_multiplication(a)

@instruction
def run_alt_bn128_pairing(a: bytes) -> bool:
    return alt_bn128_pairing(a)
"""


class ChainFunctions:
    """`deploy`: makes a program of a source, in a virtual machine; asked for when a function is first needed."""

    def __init__(self, deploy: Callable[[str], Any]) -> None:
        self._deploy = deploy
        self._program: Any = None

    def compute(self, name: str, args: tuple[Any, ...]) -> Any:
        """A function of the chain. Raises ValueError where the chain refuses its arguments."""
        if self._program is None:
            self._program = self._deploy(_SOURCE)
        try:
            value = self._program.call(f"run_{name}", **dict(zip("abc", args, strict=False))).value
        except Failed as failed:
            raise ValueError(f"{name} refuses its arguments: {failed}") from failed
        return value if isinstance(value, bool) else bytes(value)
