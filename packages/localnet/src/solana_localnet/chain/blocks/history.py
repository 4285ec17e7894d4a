"""The history: transactions by signature, by address and by slot, up to a cap."""

from array import array
from collections import OrderedDict, deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from solders.pubkey import Pubkey
from solders.signature import Signature
from solders.transaction_metadata import TransactionMetadata

from solana_localnet.chain.decoded import Decoded, restore

MAX_BLOCKS = 20_000
"""Blocks remembered (over two hours of 400 ms slots); older ones answer as cleaned up."""


@dataclass(slots=True)
class TokenBalance:
    """One token account of a transaction, before or after it. amount: in base units."""

    account_index: int
    mint: Pubkey
    owner: Pubkey
    program: Pubkey
    amount: int
    decimals: int


@dataclass(slots=True)
class TransactionRecord:
    """A transaction that landed, kept small: the keys are in `wire`, the logs and inner instructions in `meta`.

    index: its place in its block; cost: units by the cost model; known: whether a client has got its confirmation;
    withheld: whether a client that waits for it by a subscription will hear of it soon.

    Balances are in lamports, in key order (array of u64); err is in its JSON form. loaded: addresses that came from
    lookup tables when it ran (writable, read-only), since the tables may have changed since.
    """

    signature: Signature
    slot: int
    block_time: int
    index: int
    wire: bytes
    loaded: tuple[list[Pubkey], list[Pubkey]] | None
    meta: TransactionMetadata
    err: Any
    pre_balances: "array[int]"
    post_balances: "array[int]"
    pre_tokens: list[TokenBalance] | None
    post_tokens: list[TokenBalance] | None
    cost: int
    known: bool = False
    withheld: bool = False

    def decoded(self) -> Decoded:
        """The transaction as it was when it ran."""
        return restore(self.wire, self.loaded)


@dataclass(slots=True)
class Block:
    """One slot. Every slot has a block: there is one leader and it never misses.

    fees: lamports that its transactions paid, of which signature_fees for signatures; reward: what the leader got of
    them when the block closed, and its balance then.
    """

    slot: int
    height: int
    blockhash: bytes
    previous_blockhash: bytes
    parent: int
    time: int
    signatures: list[Signature] = field(default_factory=list[Signature])
    fees: int = 0
    signature_fees: int = 0
    reward: int = 0
    leader_balance: int = 0


class History:
    """Bounded memory of the chain. cap: transactions kept; the oldest goes first."""

    def __init__(self, cap: int) -> None:
        self.cap = cap
        self.records: OrderedDict[Signature, TransactionRecord] = OrderedDict()
        self.blocks: OrderedDict[int, Block] = OrderedDict()
        # Most addresses are named once, and a queue of one is large.
        self._by_address: dict[Pubkey, TransactionRecord | deque[TransactionRecord]] = {}
        self.total = 0

    def add_block(self, block: Block) -> None:
        """Opens a slot."""
        self.blocks[block.slot] = block
        # A busy chain has many more blocks an hour, and remembers them with their transactions.
        if len(self.blocks) > MAX_BLOCKS + len(self.records):
            self.blocks.popitem(last=False)

    def add(self, record: TransactionRecord, keys: Sequence[Pubkey]) -> None:
        """Appends a transaction, which names `keys`, to its open block, and evicts the oldest above the cap."""
        self.total += 1
        self.records[record.signature] = record
        self.blocks[record.slot].signatures.append(record.signature)
        by_address = self._by_address
        for key in keys:
            entries = by_address.get(key)
            if entries is None:
                by_address[key] = record
            elif isinstance(entries, TransactionRecord):
                by_address[key] = deque((entries, record))
            else:
                entries.append(record)
        if len(self.records) > self.cap:
            self._evict()

    def _evict(self) -> None:
        _, record = self.records.popitem(last=False)
        for key in record.decoded().keys:
            entries = self._by_address.get(key)
            if entries is record:
                del self._by_address[key]
            elif isinstance(entries, deque) and entries[0] is record:
                entries.popleft()
                if len(entries) == 1:
                    self._by_address[key] = entries[0]

    def get(self, signature: Signature) -> TransactionRecord | None:
        """The transaction, when it landed and is still remembered."""
        return self.records.get(signature)

    def newest_for(self, address: Pubkey) -> Iterator[TransactionRecord]:
        """Transactions that name `address`, newest first."""
        entries = self._by_address.get(address, ())
        # A copy: the chain may move on while somebody reads.
        return reversed((entries,) if isinstance(entries, TransactionRecord) else tuple(entries))

    def block(self, slot: int) -> Block | None:
        """The block of `slot`, when it exists and is still remembered."""
        return self.blocks.get(slot)

    def first_slot(self) -> int:
        """The oldest slot still remembered."""
        return next(iter(self.blocks), 0)
