"""Durable nonces: a transaction may use the value stored in a nonce account instead of a recent blockhash."""

from __future__ import annotations

import struct
from collections.abc import Callable
from hashlib import sha256

from solders.account import Account
from solders.pubkey import Pubkey

from solana_localnet.chain.admission.blockhashes import BlockhashQueue
from solana_localnet.chain.decoded import Decoded
from solana_localnet.chain.programs import SYSTEM, SYSVAR_RECENT_BLOCKHASHES

ADVANCE_NONCE = (4).to_bytes(4, "little")
NONCE_SIZE = 80
# version, state, authority, nonce, lamports per signature
_LAYOUT = struct.Struct("<II32s32sQ")
CURRENT, INITIALIZED = 1, 1
DURABLE_PREFIX = b"DURABLE_NONCE"


def nonce_address(decoded: Decoded) -> Pubkey | None:
    """The nonce account that the transaction's first instruction advances, or None."""
    instructions = decoded.message.instructions
    if not instructions:
        return None
    first = instructions[0]
    accounts = first.accounts
    if first.program_id_index >= len(decoded.keys) or decoded.keys[first.program_id_index] != SYSTEM:
        return None
    if first.data[:4] != ADVANCE_NONCE or not accounts or accounts[0] >= decoded.static_count:
        return None
    return decoded.keys[accounts[0]] if decoded.writable[accounts[0]] else None


def touches_nonces(decoded: Decoded) -> bool:
    """Whether the transaction may create, advance or empty a nonce account: each of these needs this sysvar."""
    return SYSVAR_RECENT_BLOCKHASHES in decoded.keys


def usable(decoded: Decoded, read: Callable[[Pubkey], Account | None]) -> bool:
    """Whether the transaction's blockhash is the current value of the nonce that it advances, duly signed."""
    address = nonce_address(decoded)
    account = None if address is None else read(address)
    if account is None or not holds(account, decoded.blockhash):
        return False
    authority = account.data[8:40]
    signers = decoded.message.account_keys[: decoded.message.header.num_required_signatures]
    return authority in [bytes(key) for key in signers]


def holds(account: Account, blockhash: bytes) -> bool:
    """Whether the account is a nonce account whose value is `blockhash`."""
    if account.owner != SYSTEM or len(account.data) != NONCE_SIZE:
        return False
    version, state, _, value, _ = _LAYOUT.unpack_from(account.data)
    return (version, state) == (CURRENT, INITIALIZED) and value == blockhash


def after_failure(
    decoded: Decoded, hashes: BlockhashQueue, read: Callable[[Pubkey], Account | None]
) -> tuple[Pubkey, Account] | None:
    """The nonce account as a failed transaction leaves it, None when it used none.

    A failure still uses up its nonce, or the transaction could be sent (and charged) again and again.
    """
    if hashes.valid(decoded.blockhash):
        return None
    address = nonce_address(decoded)
    account = None if address is None else read(address)
    if address is None or account is None:
        return None
    version, state, authority, _, fee = _LAYOUT.unpack_from(account.data)
    fresh = sha256(DURABLE_PREFIX + hashes.latest).digest()
    data = _LAYOUT.pack(version, state, authority, fresh, fee)
    return address, Account(account.lamports, data, account.owner, account.executable, account.rent_epoch)
