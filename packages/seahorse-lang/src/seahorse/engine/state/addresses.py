"""Program addresses at run time, with the errors that the chain has for them."""

from __future__ import annotations

import enum
from typing import Any

from seahorse.engine.state.errors import InstructionError
from seahorse.engine.state.keys import Pubkey
from seahorse.ir.addresses import MAX_SEED_LEN, MAX_SEEDS, create_program_address
from seahorse.semantics.tree.types import INTS


class SeedBytes(bytes):
    """The bytes of a seed. `bump`: it may be the bump that ends a list of seeds."""

    bump = False


def seed(value: Any, type_name: str) -> SeedBytes:
    """A value of the program as a seed. Raises InstructionError when it is too long."""
    made = SeedBytes(seed_bytes(value, type_name))
    made.bump = type_name == "u8" or isinstance(value, bytes | bytearray | list)
    return made


def seed_bytes(value: Any, type_name: str) -> bytes:
    if type_name in INTS:
        t = INTS[type_name]
        return value.to_bytes(t.fixed_size, "little", signed=t.signed)
    if isinstance(value, bool):
        return bytes([value])
    if hasattr(value, "_seahorse"):
        return value._seahorse.state.key
    if isinstance(value, Pubkey):
        return bytes(value)
    if isinstance(value, enum.Enum):
        members: list[enum.Enum] = list(value.__class__)
        return bytes([members.index(value)])
    raw = value.encode() if isinstance(value, str) else bytes(value)
    fixed = type_name.startswith("Array")
    if len(raw) > MAX_SEED_LEN and not fixed:
        raise InstructionError("MaxSeedLengthExceeded")
    return raw


def find(seeds: list[bytes], program: bytes) -> tuple[bytes, int]:
    """The canonical address and bump. Raises InstructionError when no bump gives one."""
    if len(seeds) < MAX_SEEDS:
        for bump in range(255, -1, -1):
            address = create_program_address([*seeds, bytes([bump])], program)
            if address is not None:
                return address, bump
    raise InstructionError("InvalidSeeds")


def create(seeds: list[bytes], program: bytes) -> bytes:
    """The address of seeds with their bump. Raises InstructionError when it is on the curve."""
    fits = len(seeds) <= MAX_SEEDS and all(len(s) <= MAX_SEED_LEN for s in seeds)
    address = create_program_address(seeds, program) if fits else None
    if address is None:
        raise InstructionError("InvalidSeeds")
    return address


def signing(seeds: list[Any], program: bytes) -> list[bytes]:
    """Seeds as given to `signer`: with the canonical bump when the last of them cannot be one."""
    last = seeds[-1]
    if isinstance(last, SeedBytes) and not last.bump:
        return [*seeds, bytes([find(seeds, program)[1]])]
    return list(seeds)
