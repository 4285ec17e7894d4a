"""Protocols of the objects that the chain notifies, and of the store that keeps its changes."""

from collections.abc import Iterator, Sequence
from typing import Protocol

from solders.pubkey import Pubkey
from solders.signature import Signature

from solana_localnet.chain.blocks.commitment import Level
from solana_localnet.chain.blocks.history import Block, TransactionRecord
from solana_localnet.chain.blocks.journal import Batch
from solana_localnet.chain.decoded import Decoded


class Listener(Protocol):
    """Gets every change, in the order in which they happen."""

    def on_transaction(self, record: TransactionRecord, decoded: Decoded) -> None:
        """A transaction has landed, successfully or not."""
        ...

    def on_slot(self, slot: int, parent: int) -> None:
        """`slot` is open now; `parent` is closed."""
        ...

    def on_account(self, address: Pubkey) -> None:
        """An account was written from outside any transaction."""
        ...


class Follower(Protocol):
    """Gets each block when it reaches a commitment level."""

    def on_batch(self, batch: Batch, levels: Sequence[Level]) -> None:
        """The transactions of a block have reached these levels. The chain reports empty blocks too."""
        ...


class Store(Protocol):
    """Where changes are made durable. Each call returns when the change will survive the process."""

    def save_transaction(self, record: TransactionRecord, keys: Sequence[Pubkey], written: Sequence[Pubkey]) -> None:
        """A transaction, the addresses it names, and the accounts it may have written."""
        ...

    def save_block(self, block: Block) -> None:
        """An opened slot."""
        ...

    def save_accounts(self, touched: Sequence[Pubkey]) -> None:
        """Accounts written from outside any transaction."""
        ...

    def load_transaction(self, signature: Signature) -> TransactionRecord | None:
        """A transaction from the past, or None."""
        ...

    def newest_for(self, address: Pubkey) -> Iterator[TransactionRecord]:
        """Transactions that name `address`, newest first."""
        ...
