"""Functions that read what the chain tells: signatures that were verified, hashes of slots."""

from typing import Any

from seahorse.prelude.unavailable import only_on_chain
from seahorse.prelude.values.numbers import u64
from seahorse.prelude.values.pubkey import Pubkey

__all__ = [
    "ed25519_verified",
    "secp256k1_verified",
    "secp256r1_verified",
    "slot_hash",
]


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
