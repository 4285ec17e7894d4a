"""Recent blockhashes: which are still good for a transaction, and which signatures each has already carried."""

from collections import OrderedDict
from collections.abc import Iterator
from hashlib import sha256

MAX_AGE = 150
"""Blocks after which a blockhash is too old (Agave's MAX_PROCESSING_AGE)."""


class BlockhashQueue:
    """The last blockhashes by height. Signatures are remembered as long as the blockhash they used lives,
    which is exactly as long as the same transaction could be sent again."""

    def __init__(self) -> None:
        self._heights: OrderedDict[bytes, int] = OrderedDict()
        self._seen: dict[bytes, set[bytes]] = {}
        self.latest: bytes = bytes(32)

    def register(self, blockhash: bytes, height: int) -> None:
        """Makes `blockhash` the latest, at block `height`, and forgets those that are too old now."""
        self._heights[blockhash] = height
        self._seen[blockhash] = set()
        self.latest = blockhash
        while self._heights:
            oldest, oldest_height = next(iter(self._heights.items()))
            if height - oldest_height <= MAX_AGE:
                break
            del self._heights[oldest]
            del self._seen[oldest]

    def valid(self, blockhash: bytes) -> bool:
        """Whether a transaction may still use `blockhash`."""
        return blockhash in self._heights

    def seen(self, blockhash: bytes, signature: bytes) -> bool:
        """Whether a transaction with this signature has landed under `blockhash`."""
        signatures = self._seen.get(blockhash)
        return signatures is not None and signature in signatures

    def remember(self, blockhash: bytes, signature: bytes) -> None:
        """Records that a transaction has landed. A durable nonce is no blockhash and needs no memory."""
        signatures = self._seen.get(blockhash)
        if signatures is not None:
            signatures.add(signature)

    def oldest_height(self) -> int:
        """The height of the oldest blockhash that is still valid."""
        return next(iter(self._heights.values()), 0)

    def newest_first(self) -> Iterator[bytes]:
        """All valid blockhashes, latest first."""
        return reversed(self._heights)


def next_blockhash(previous: bytes, slot: int, salt: bytes) -> bytes:
    """The blockhash of `slot`. The salt keeps two chains that grow from the same genesis apart."""
    return sha256(previous + slot.to_bytes(8, "little") + salt).digest()
