"""Accounts as an instruction names them."""

from __future__ import annotations

from solders.instruction import AccountMeta
from solders.pubkey import Pubkey


def readonly(key: Pubkey) -> AccountMeta:
    """An account that is only read."""
    return AccountMeta(key, is_signer=False, is_writable=False)


def writable(key: Pubkey) -> AccountMeta:
    """An account that is changed."""
    return AccountMeta(key, is_signer=False, is_writable=True)


def signer(key: Pubkey) -> AccountMeta:
    """An account that signs."""
    return AccountMeta(key, is_signer=True, is_writable=False)


def writable_signer(key: Pubkey) -> AccountMeta:
    """An account that signs and is changed: one that pays, say."""
    return AccountMeta(key, is_signer=True, is_writable=True)
