"""Functions of the chain under CPython: a virtual machine underneath computes hashes and curves."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from seahorse.engine.state.context import current
from seahorse.engine.state.keys import Pubkey
from seahorse.engine.values import objects
from seahorse.ir.addresses import decode_base58
from seahorse.semantics.tree.declared import DECLARED
from seahorse.semantics.tree.operations import OPERATIONS

# Computes a function of the chain: its name and arguments -> its value. Raises ValueError where the chain refuses.
# The module that has a virtual machine sets it (`seahorse.testing.ledger`).
COMPUTE: list[Callable[[str, tuple[Any, ...]], Any]] = []
_INSTRUCTIONS = decode_base58("Sysvar1nstructions1111111111111111111111111")
_ED25519 = decode_base58("Ed25519SigVerify111111111111111111111111111")
_SECP256R1 = decode_base58("Secp256r1SigVerify1111111111111111111111111")
_SECP256K1 = decode_base58("KeccakSecp256k11111111111111111111111111111")


def _computed(name: str) -> Callable[..., Any]:
    def compute(*args: Any) -> Any:
        if not COMPUTE:
            raise RuntimeError(f"no virtual machine computes `{name}`: run the program on a ledger")
        return COMPUTE[0](name, args)

    compute.__name__ = name
    return compute


def log_compute_units() -> None:
    current().log_units()


def compute_units_left() -> int:
    return current().units_left()


def return_data() -> tuple[Pubkey, bytes] | None:
    return current().return_data()


def slot_hash(slot: int) -> bytes | None:
    return current().slot_hash(slot)


def _number(data: bytes, at: int) -> int:
    return int.from_bytes(data[at : at + 2], "little")


def _instructions(account: Any) -> list[tuple[bytes, bytes]]:
    """Program and data of each instruction of the transaction."""
    state = objects.state_of(account)
    if bytes(objects.key_of(account)) != _INSTRUCTIONS:
        raise ValueError("this is not the instructions sysvar")
    data, found = bytes(state.data), list[tuple[bytes, bytes]]()
    for index in range(_number(data, 0)):
        at = _number(data, 2 + 2 * index)
        at += 2 + _number(data, at) * 33
        size = _number(data, at + 32)
        found.append((data[at : at + 32], data[at + 34 : at + 34 + size]))
    return found


# Offsets of a signature's parts: those that name an instruction, and those of key, message and the message's size.
_WIDE = (2, 14, (2, 6, 12), 2, 4, 8, 10)
_NARROW = (1, 11, (2, 5, 10), 1, 3, 6, 8)


def _verified(account: Any, program: bytes, key: bytes, message: bytes, layout: Any) -> bool:
    start, step, places, width, at_key, at_message, at_size = layout
    for index, (called, data) in enumerate(_instructions(account)):
        for i in range(data[0] if called == program and data else 0):
            entry = data[start + step * i : start + step * (i + 1)]
            homes = {int.from_bytes(entry[p : p + width], "little") for p in places}
            signer, text = _number(entry, at_key), _number(entry, at_message)
            fits = data[signer : signer + len(key)] == key and data[text : text + _number(entry, at_size)] == message
            if len(entry) == step and homes <= {index, 0xFFFF} and fits:
                return True
    return False


def ed25519_verified(instructions: Any, key: Pubkey, message: bytes) -> bool:
    return _verified(instructions, _ED25519, bytes(key), message, _WIDE)


def secp256r1_verified(instructions: Any, key: bytes, message: bytes) -> bool:
    return len(key) == 33 and _verified(instructions, _SECP256R1, key, message, _WIDE)


def secp256k1_verified(instructions: Any, address: bytes, message: bytes) -> bool:
    return len(address) == 20 and _verified(instructions, _SECP256K1, address, message, _NARROW)


NAMES: dict[str, Any] = {
    **{o.name: _computed(o.name) for o in DECLARED.values() if o.on_chain and OPERATIONS[o.name].pure},
    "log_compute_units": log_compute_units,
    "compute_units_left": compute_units_left,
    "ed25519_verified": ed25519_verified,
    "secp256k1_verified": secp256k1_verified,
    "secp256r1_verified": secp256r1_verified,
    "return_data": return_data,
    "slot_hash": slot_hash,
}
