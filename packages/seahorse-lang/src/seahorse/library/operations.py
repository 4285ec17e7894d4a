"""Operations of the language whose arguments and result have fixed types. Each is one declaration.

A declaration is all of an operation but its code in the two back ends (`BUILTINS` in `backends/sbf/builtins` and in
`backends/anchor/expressions`). The compiler reads the name, the types and the facts here. Editors and
`docs/language.md` show the signature and the docstring. CPython's engine runs the body, or asks a virtual machine where
the body is `only_on_chain(...)`. The examples in the docstrings are tests: bytecode, engine and plain Python must give
the values that they show. Types are numbers, bool, str, bytes, Pubkey, and `list[T]`, `tuple[...]`, `T | None` of them.
"""

import hashlib
from collections.abc import Callable
from typing import Any, TypeVar

from seahorse.prelude.unavailable import only_on_chain
from seahorse.prelude.values.numbers import u8, u64
from seahorse.prelude.values.pubkey import Pubkey

__all__ = [
    "alt_bn128_addition",
    "alt_bn128_multiplication",
    "alt_bn128_pairing",
    "compute_units_left",
    "keccak256",
    "log_compute_units",
    "poseidon",
    "return_data",
    "secp256k1_recover",
    "sha256",
    "size",
]
F = TypeVar("F", bound=Callable[..., Any])


def operation(**facts: Any) -> Callable[[F], F]:
    """Declare an operation of the language. The compiler reads the facts in the source, so they are literals.

    Args:
        facts: what differs from an operation that computes its value from its arguments and cannot fail: fields of
            `Operation` in `semantics/tree/operations.py`.
    """

    def declared(function: F) -> F:
        return function

    return declared


@operation()
def size(ob: str) -> u64:
    """The number of bytes of a string in UTF-8.

    >>> size("Zürich")
    7
    """
    return len(ob.encode())


# --- hashes and curves ---


@operation()
def sha256(data: bytes) -> bytes:
    """The 32 bytes of the SHA-256 hash of `data` (a system call on the chain).

    >>> sha256(b"abc").hex()
    'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad'
    """
    if not hasattr(data, "decode"):
        # In the seeds of a type, `arg` stands for the parameters.
        return bytes(32)
    return hashlib.sha256(data).digest()


@operation()
def keccak256(data: bytes) -> bytes:
    """The 32 bytes of the Keccak-256 hash of `data`, as Ethereum has it.

    >>> keccak256(b"").hex()
    'c5d2460186f7233c927e7db2dcc703c0e500b653ca82273b7bfad8045d85a470'
    """
    only_on_chain("keccak256")


@operation(fails=True)
def poseidon(inputs: list[bytes]) -> bytes:
    """The Poseidon hash of 1 to 12 numbers of 32 bytes, over BN254, big-endian.

    >>> poseidon([bytes(31) + b"\\x01", bytes(31) + b"\\x02"]).hex()
    '115cc0f5e7d690413df64c6b9662e9cf2a3617f2743245519e19607a4417189a'
    """
    only_on_chain("poseidon")


@operation(fails=True)
def secp256k1_recover(hash: bytes, recovery_id: u8, signature: bytes) -> bytes:
    """The 64 bytes of the public key that signed a hash of 32 bytes with a signature of 64 bytes.

    >>> keccak256(secp256k1_recover(
    ...     bytes.fromhex("18c547e4f7b0f325ad1e56f57e26c745b09a3e503d86e00e5255ff7f715d3d1c"),
    ...     1,
    ...     bytes.fromhex("73b1693892219d736caba55bdb67216e485557ea6b6af75f37096c9aa6a5a75f")
    ...     + bytes.fromhex("eeb940b1d03b21e36b0e47e79769f095fe2ab855bd91e3a38756b7d75a9c4549"),
    ... ))[12:].hex()
    'a94f5374fce5edbc8e2a8697c15331677e6ebf0b'
    """
    only_on_chain("secp256k1_recover")


@operation(fails=True)
def alt_bn128_addition(points: bytes) -> bytes:
    """The sum of two points of BN254, each of 64 bytes, big-endian.

    >>> alt_bn128_addition(bytes(31) + b"\\x01" + bytes(31) + b"\\x02" + bytes(64)).hex().count("0")
    126
    """
    only_on_chain("alt_bn128_addition")


@operation(fails=True)
def alt_bn128_multiplication(point_and_scalar: bytes) -> bytes:
    """A point of BN254 (64 bytes) times a number (32 bytes), big-endian.

    >>> alt_bn128_multiplication(bytes(31) + b"\\x01" + bytes(31) + b"\\x02" + bytes(31) + b"\\x01").hex().count("0")
    126
    """
    only_on_chain("alt_bn128_multiplication")


@operation(fails=True)
def alt_bn128_pairing(pairs: bytes) -> bool:
    """Whether the product of the pairings is one: pairs of 192 bytes, a point of G1 and one of G2.

    >>> alt_bn128_pairing(bytes(192))
    True
    """
    only_on_chain("alt_bn128_pairing")


# --- the running transaction ---


# Logs must come in the order of the program, as writes of accounts do: so this counts as an operation that may fail.
@operation(reads="chain", fails=True)
def log_compute_units() -> None:
    """Log how many compute units are left.

    >>> log_compute_units()
    """
    only_on_chain("log_compute_units")


@operation(reads="chain", fails=True)
def compute_units_left() -> u64:
    """How many compute units are left for this transaction.

    The feature of SIMD-0049 must be active: it is on local validators, not on mainnet, which refuses the program.

    >>> compute_units_left() > 0
    True
    """
    only_on_chain("compute_units_left")


@operation(reads="chain")
def return_data() -> tuple[Pubkey, bytes] | None:
    """The data that the last call of another program returned, and that program; None when it returned no data.

    >>> return_data() is None
    True
    """
    only_on_chain("return_data")
