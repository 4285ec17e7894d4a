"""Accounts as an instruction names them, and derived addresses."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache

from solders.instruction import AccountMeta
from solders.pubkey import Pubkey

MAX_SEEDS = 15
"""Besides the bump."""
SEED_BYTES = 32


def readonly(address: Pubkey) -> AccountMeta:
    """An account that is only read."""
    return AccountMeta(address, is_signer=False, is_writable=False)


def writable(address: Pubkey) -> AccountMeta:
    """An account that is changed."""
    return AccountMeta(address, is_signer=False, is_writable=True)


def signer(address: Pubkey) -> AccountMeta:
    """An account that signs."""
    return AccountMeta(address, is_signer=True, is_writable=False)


def writable_signer(address: Pubkey) -> AccountMeta:
    """An account that signs and is changed."""
    return AccountMeta(address, is_signer=True, is_writable=True)


def optional(
    kind: Callable[[Pubkey], AccountMeta],
    address: Pubkey | None,
    program: Pubkey,
) -> AccountMeta:
    """An account that may be absent; Anchor spells that as the program's own address."""
    return readonly(program) if address is None else kind(address)


def find_address(seeds: Sequence[bytes], program: Pubkey) -> Pubkey:
    """The address that a program derives from seeds. Raises ValueError for seeds that no address has."""
    if len(seeds) > MAX_SEEDS or any(len(seed) > SEED_BYTES for seed in seeds):
        limits = f"{MAX_SEEDS} seeds of at most {SEED_BYTES} bytes"
        raise ValueError(f"an address has at most {limits}")
    return _found(tuple(seeds), program)


@lru_cache(maxsize=4096)
def _found(seeds: tuple[bytes, ...], program: Pubkey) -> Pubkey:
    return Pubkey.find_program_address(list(seeds), program)[0]
