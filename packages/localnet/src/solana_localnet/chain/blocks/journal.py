"""Accounts as they were before recent blocks, so that a commitment level can be read while a newer block is written."""

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from solders.account import Account
from solders.pubkey import Pubkey

from solana_localnet.chain.blocks.commitment import Level, Tip
from solana_localnet.chain.blocks.history import Block, TransactionRecord
from solana_localnet.chain.decoded import AccountReader, Decoded


@dataclass(slots=True)
class Batch:
    """The transactions that landed in one block, or in a part of it while the clock is paused.

    before: each account that changed, as the batch found it (None: it did not exist).
    """

    block: Block
    tip: Tip | None = None
    records: list[tuple[TransactionRecord, Decoded]] = field(default_factory=list[tuple[TransactionRecord, Decoded]])
    before: dict[Pubkey, Account | None] = field(default_factory=dict[Pubkey, Account | None])


class Journal:
    """The open batch and the closed ones that are not final yet."""

    def __init__(self, block: Block) -> None:
        self.open = Batch(block)
        self.closed: deque[Batch] = deque()

    def note(self, record: TransactionRecord, decoded: Decoded, before: Sequence[Account | None]) -> None:
        """Adds a transaction to the open batch. before: as Vm.snapshot returned it."""
        self.open.records.append((record, decoded))
        found = self.open.before
        for key, writable, account in zip(decoded.keys, decoded.writable, before, strict=True):
            if writable and key not in found:
                found[key] = account

    def forget(self, key: Pubkey) -> None:
        """Makes the account read the same at every level: it was written from outside the chain."""
        for batch in (*self.closed, self.open):
            batch.before.pop(key, None)

    def newer(self, level: Level) -> list[Batch]:
        """The batches that `level` does not see yet, oldest first."""
        if level is Level.PROCESSED:
            return []
        batches = [*self.closed, self.open] if level is Level.FINALIZED else [self.open]
        return [batch for batch in batches if batch.before]

    def after(self, batch: Batch) -> list[Batch]:
        """The batches behind a closed one, oldest first."""
        later: list[Batch] = []
        for other in reversed((*self.closed, self.open)):
            if other is batch:
                break
            later.append(other)
        return later[::-1]


def account_before(batches: Iterable[Batch], key: Pubkey, read: AccountReader) -> Account | None:
    """The account as the first of `batches` (oldest first) that changed it found it, else its present state."""
    for batch in batches:
        if key in batch.before:
            return batch.before[key]
    return read(key)


class View:
    """The chain as one commitment level sees it."""

    def __init__(
        self,
        level: Level,
        tip: Tip,
        newer: list[Batch],
        read: AccountReader,
        balance: Callable[[Pubkey], int | None],
        owned: Callable[[Pubkey], Iterable[tuple[Pubkey, Account]]],
    ) -> None:
        self.level = level
        self.tip = tip
        self.slot = tip.slot
        self._newer = newer
        self._read = read
        self._balance = balance
        self._owned = owned

    def account(self, key: Pubkey) -> Account | None:
        """An account at this level."""
        return account_before(self._newer, key, self._read) if self._newer else self._read(key)

    def balance(self, key: Pubkey) -> int:
        """Lamports of an account at this level, 0 when it does not exist."""
        for batch in self._newer:
            if key in batch.before:
                account = batch.before[key]
                return 0 if account is None else account.lamports
        return self._balance(key) or 0

    def owned_by(self, program: Pubkey) -> Iterator[tuple[Pubkey, Account]]:
        """Every account of a program at this level."""
        changed: set[Pubkey] = set()
        for batch in self._newer:
            changed.update(batch.before)
        for key, account in self._owned(program):
            if key not in changed:
                yield key, account
        for key in changed:
            account = self.account(key)
            if account is not None and account.owner == program:
                yield key, account
