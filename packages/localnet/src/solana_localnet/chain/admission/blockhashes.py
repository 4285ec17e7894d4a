"""Recent blockhashes: which of them a transaction may still use, and which signatures have used them."""

from collections import OrderedDict
from collections.abc import Iterator
from dataclasses import dataclass, field
from hashlib import sha256
from itertools import islice

MAX_AGE = 150
"""Blocks after which a blockhash is too old (Agave's MAX_PROCESSING_AGE)."""


@dataclass(slots=True)
class _Entry:
    height: int
    moment: float
    signatures: set[bytes] = field(default_factory=set[bytes])


class BlockhashQueue:
    """The last blockhashes by height. Signatures are remembered as long as the blockhash they used lives,
    which is exactly as long as the same transaction could be sent again.

    min_seconds: how long a blockhash is good at least. A busy chain makes forty blocks a second and more; without this
    limit a wallet that asks its user before it signs would lose its blockhash after four seconds, as on no cluster.
    """

    def __init__(self, min_seconds: float) -> None:
        self.min_seconds = min_seconds
        self._entries: OrderedDict[bytes, _Entry] = OrderedDict()
        self.latest: bytes = bytes(32)

    def register(self, blockhash: bytes, height: int, moment: float) -> None:
        """Makes `blockhash` the latest, of the block at `height` that closed at `moment` (unix seconds), and forgets
        those that are too old now."""
        self._entries.setdefault(blockhash, _Entry(height, moment))
        self.latest = blockhash
        while self._entries:
            oldest, entry = next(iter(self._entries.items()))
            if height - entry.height <= MAX_AGE or moment - entry.moment < self.min_seconds:
                break
            del self._entries[oldest]

    def valid(self, blockhash: bytes, height: int | None = None) -> bool:
        """Whether a transaction may still use `blockhash`, for a client that knows blocks up to `height`."""
        entry = self._entries.get(blockhash)
        return entry is not None and (height is None or entry.height <= height)

    def seen(self, blockhash: bytes, signature: bytes) -> bool:
        """Whether a transaction with this signature has landed under `blockhash`."""
        entry = self._entries.get(blockhash)
        return entry is not None and signature in entry.signatures

    def remember(self, blockhash: bytes, signature: bytes) -> None:
        """Records that a transaction has landed. A durable nonce is no blockhash and needs no memory."""
        entry = self._entries.get(blockhash)
        if entry is not None:
            entry.signatures.add(signature)

    def oldest_height(self) -> int:
        """The height of the oldest blockhash that is still valid."""
        return next((entry.height for entry in self._entries.values()), 0)

    def newest_first(self) -> Iterator[bytes]:
        """The last 150 blockhashes, latest first."""
        return islice(reversed(self._entries), MAX_AGE)


def next_blockhash(previous: bytes, slot: int, salt: bytes) -> bytes:
    """The blockhash of `slot`. The salt keeps two chains that grow from the same genesis apart."""
    return sha256(previous + slot.to_bytes(8, "little") + salt).digest()
