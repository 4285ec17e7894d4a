"""Accounts before and after recent transactions, kept so that these can be profiled after they have landed."""

from collections import OrderedDict
from dataclasses import dataclass

from solders.account import Account
from solders.clock import Clock
from solders.pubkey import Pubkey
from solders.signature import Signature

from solana_localnet.chain.blocks.history import TransactionRecord
from solana_localnet.chain.chain import Chain
from solana_localnet.chain.decoded import Decoded
from solana_localnet.chain.vm import EMPTY

States = dict[Pubkey, Account | None]

MAX_LANDED = 256
MAX_BYTES = 64 << 20
"""Bytes of account data kept for all of them together."""


@dataclass(slots=True)
class LandedTransaction:
    """A transaction with the accounts that it could write, before and after, and those that it could only read."""

    record: TransactionRecord
    before: States
    after: States
    readonly: dict[Pubkey, Account]
    clock: Clock
    size: int


class Landing:
    """A listener that keeps what recent transactions found and left."""

    def __init__(self, chain: Chain) -> None:
        self.chain = chain
        self.by_signature: OrderedDict[Signature, LandedTransaction] = OrderedDict()
        self._size = 0

    def on_transaction(self, record: TransactionRecord, decoded: Decoded) -> None:
        """Keeps one, and drops the oldest above the caps."""
        capture, vm = self.chain.captures[record.signature], self.chain.vm
        before: States = {}
        after: States = {}
        readonly: dict[Pubkey, Account] = {}
        for key, writable, old, new in zip(decoded.keys, decoded.writable, capture.before, capture.after, strict=True):
            if writable:
                before[key], after[key] = old, new
            elif (extent := vm.extents.get(key)) is not None and not extent.executable:
                readonly[key] = vm.account(key) or EMPTY
        accounts = [*before.values(), *after.values(), *readonly.values()]
        size = sum(len(account.data) for account in accounts if account is not None)
        self.by_signature[record.signature] = LandedTransaction(record, before, after, readonly, vm.clock(), size)
        self._size += size
        while len(self.by_signature) > MAX_LANDED or (self._size > MAX_BYTES and self.by_signature):
            _, oldest = self.by_signature.popitem(last=False)
            self._size -= oldest.size

    def forget(self) -> None:
        """Drops all of them."""
        self.by_signature.clear()
        self._size = 0

    def on_slot(self, slot: int, parent: int) -> None:
        """Slots change no account of a transaction."""

    def on_account(self, address: Pubkey) -> None:
        """A control method wrote an account, after the transactions that this object keeps."""
