"""Durable nonces: a transaction may use the value stored in a nonce account instead of a recent blockhash."""

from __future__ import annotations

import struct
from collections.abc import Callable
from hashlib import sha256

from solders.account import Account
from solders.pubkey import Pubkey

from localnet.chain.blockhashes import BlockhashQueue
from localnet.chain.decoded import Decoded
from localnet.chain.programs import SYSTEM
from localnet.chain.vm import Vm

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


def usable(decoded: Decoded, read: Callable[[Pubkey], Account | None]) -> bool:
    """Whether the transaction's blockhash is the current value of the nonce that it advances, duly signed."""
    address = nonce_address(decoded)
    account = None if address is None else read(address)
    if account is None or account.owner != SYSTEM or len(account.data) != NONCE_SIZE:
        return False
    version, state, authority, nonce, _ = _LAYOUT.unpack_from(account.data)
    if (version, state) != (CURRENT, INITIALIZED) or nonce != decoded.blockhash:
        return False
    return authority in [bytes(key) for key in decoded.message.account_keys[: len(decoded.tx.signatures)]]


def advance_after_failure(decoded: Decoded, hashes: BlockhashQueue, vm: Vm) -> None:
    """A failed transaction still uses up its nonce, or it could be sent (and charged) again and again."""
    if hashes.valid(decoded.blockhash):
        return
    address = nonce_address(decoded)
    account = None if address is None else vm.account(address)
    if address is None or account is None:
        return
    version, state, authority, _, fee = _LAYOUT.unpack_from(account.data)
    fresh = sha256(DURABLE_PREFIX + hashes.latest).digest()
    data = _LAYOUT.pack(version, state, authority, fresh, fee)
    vm.set_account(address, Account(account.lamports, data, account.owner, account.executable, account.rent_epoch))
