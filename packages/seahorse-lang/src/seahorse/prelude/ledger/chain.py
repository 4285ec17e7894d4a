"""What a program asks of the chain: hashes, curves, signatures that were verified, return data."""

from typing import Any

from seahorse.prelude.unavailable import only_on_chain
from seahorse.prelude.values.numbers import u8, u64
from seahorse.prelude.values.pubkey import Pubkey

__all__ = [
    "alt_bn128_addition",
    "alt_bn128_multiplication",
    "alt_bn128_pairing",
    "compute_units_left",
    "ed25519_verified",
    "keccak256",
    "log_compute_units",
    "poseidon",
    "return_data",
    "secp256k1_recover",
    "secp256k1_verified",
    "secp256r1_verified",
    "slot_hash",
]


def keccak256(data: bytes) -> bytes:
    """The 32 bytes of the Keccak-256 hash of `data`, as Ethereum has it."""
    only_on_chain("keccak256")


def poseidon(inputs: list[bytes]) -> bytes:
    """The Poseidon hash of 1 to 12 numbers of 32 bytes, over BN254, big-endian."""
    only_on_chain("poseidon")


def secp256k1_recover(hash: bytes, recovery_id: u8, signature: bytes) -> bytes:
    """The 64 bytes of the public key that signed a hash of 32 bytes with a signature of 64 bytes."""
    only_on_chain("secp256k1_recover")


def alt_bn128_addition(points: bytes) -> bytes:
    """The sum of two points of BN254, each of 64 bytes, big-endian."""
    only_on_chain("alt_bn128_addition")


def alt_bn128_multiplication(point_and_scalar: bytes) -> bytes:
    """A point of BN254 (64 bytes) times a number (32 bytes), big-endian."""
    only_on_chain("alt_bn128_multiplication")


def alt_bn128_pairing(pairs: bytes) -> bool:
    """Whether the product of the pairings is one: pairs of 192 bytes, a point of G1 and one of G2."""
    only_on_chain("alt_bn128_pairing")


def ed25519_verified(instructions: Any, key: Pubkey, message: bytes) -> bool:
    """Whether an instruction of this transaction had the Ed25519 program verify that `key` signed `message`.

    `instructions`: the account of the instructions sysvar, as an UncheckedAccount.
    """
    only_on_chain("ed25519_verified")


def secp256r1_verified(instructions: Any, key: bytes, message: bytes) -> bool:
    """The same for the Secp256r1 program; `key` is compressed, 33 bytes."""
    only_on_chain("secp256r1_verified")


def secp256k1_verified(instructions: Any, address: bytes, message: bytes) -> bool:
    """The same for the Secp256k1 program; `address` is Ethereum's, 20 bytes."""
    only_on_chain("secp256k1_verified")


def slot_hash(slot: u64) -> bytes | None:
    """The hash of a slot; None when it is not among the last 512 that have one."""
    only_on_chain("slot_hash")


def return_data() -> tuple[Pubkey, bytes] | None:
    """What the last call of another program returned, and which program did; None for nothing."""
    only_on_chain("return_data")


def log_compute_units() -> None:
    """Log how many compute units are left."""
    only_on_chain("log_compute_units")


def compute_units_left() -> u64:
    """How many compute units are left for this transaction.

    Where the feature of SIMD-0049 is active: on local validators, not on mainnet, which refuses the program.
    """
    only_on_chain("compute_units_left")
