"""Recent notifications, for a client that connected while its transaction was on the way.

A real validator notifies of a transaction a quarter of a second after it was sent; localnet does so after 25 ms. On a
slow machine, a client that sends and subscribes at the same time may be too late for that. So a new connection gets the
notifications of the last quarter of a second again, unless somebody has already got one of that transaction or asked
for its status.
"""

from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import replace

from solana_localnet.chain.blocks.commitment import Level
from solana_localnet.chain.blocks.journal import Batch

WINDOW_SECONDS = 0.25


class Latecomers:
    """Batches that the chain reported within the last moments."""

    def __init__(self) -> None:
        self._recent: deque[tuple[float, Batch, tuple[Level, ...]]] = deque()

    def note(self, batch: Batch, levels: Sequence[Level], now: float) -> None:
        """Remembers that followers of these levels know a batch."""
        self._recent.append((now, batch, tuple(levels)))
        while now - self._recent[0][0] > WINDOW_SECONDS:
            self._recent.popleft()

    def missed(self, level: Level, opened: float, now: float) -> Iterator[Batch]:
        """The batches that a connection which opened at `opened` gets late: those with transactions that nobody has
        asked for."""
        if now - opened > WINDOW_SECONDS:
            return
        for moment, batch, levels in self._recent:
            records = [pair for pair in batch.records if not pair[0].known]
            if level not in levels or now - moment > WINDOW_SECONDS or not records:
                continue
            written = {
                key
                for _, decoded in records
                for key, writable in zip(decoded.keys, decoded.writable, strict=True)
                if writable
            }
            before = {key: account for key, account in batch.before.items() if key in written}
            yield replace(batch, records=records, before=before)
