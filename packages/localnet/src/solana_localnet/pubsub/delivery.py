"""Delivery: frames wait a moment, are put together once for all who hear the same, and leave in the order they came."""

import asyncio
import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from operator import itemgetter
from typing import Any, Protocol

from solana_localnet.pubsub.frames import text_frame

log = logging.getLogger("localnet.pubsub")

STALL_SECONDS = 1.0
"""How long a reader that is behind may take nothing at all."""
MOST_BEHIND = 32
"""How many times `max_unsent` even a reader that does read may be behind: 256 MiB by default, as Agave's queue."""
MOST_WAITING = 8
"""How many times `max_unsent` may wait for one peer before it is written: many subscriptions to one large account."""
LARGE_FRAME = 4 << 10
"""Bytes of a frame that is counted while it waits; smaller ones are too few to matter before they are written."""
FLUSH_SECONDS = 0.025
"""Frames of a busy chain are collected this long, so that a thousand notifications are one write per peer."""

Frames = list[tuple[int, bytes]]
"""Frames with their numbers, which say in which order they were sent."""


class Connection(Protocol):
    """Where frames go."""

    def push(self, frames: bytes) -> None:
        """Hands frames to the transport without waiting."""
        ...

    def unsent(self) -> int:
        """Bytes that the peer has not taken yet."""
        ...

    def abort(self) -> None:
        """Cuts the peer off."""
        ...


@dataclass(slots=True, eq=False)
class Topic:
    """One thing to listen to. Equal subscriptions share a topic, its id and its frames, as in Agave.

    waiting: frames for all of its peers.
    """

    id: int
    kind: str
    key: tuple[Any, ...]
    peers: "dict[Peer, None]" = field(default_factory=dict["Peer", None])
    waiting: Frames = field(default_factory=Frames)


@dataclass(slots=True, eq=False)
class Peer:
    """One WebSocket connection. waiting: frames for it alone. answer_at: while a request of it is being answered, the
    number of the answer; frames with higher numbers wait for it.

    large: bytes of large frames that wait; pushed, taken: bytes handed to the transport, and what the peer had taken
    of them at `moved`; owed: bytes of answers that it may still have to take.
    """

    connection: Connection
    topics: dict[int, Topic] = field(default_factory=dict[int, Topic])
    waiting: Frames = field(default_factory=Frames)
    answer_at: int | None = None
    dropped: bool = False
    large: int = 0
    pushed: int = 0
    taken: int = 0
    moved: float = 0.0
    owed: int = 0
    opened: float = field(default_factory=lambda: asyncio.get_running_loop().time())


class Delivery:
    """Frames on their way. lost: who takes note of readers that are dropped.

    max_unsent: bytes that a reader may be behind. One that is further behind is dropped when it takes nothing for
    STALL_SECONDS, or when it is MOST_BEHIND times as far behind. Answers do not count: it asked for them, and nothing
    more is read from it before it has taken them (`drained`).
    """

    def __init__(self, max_unsent: int, lost: Callable[[Peer], None]) -> None:
        self.max_unsent = max_unsent
        self.lost = lost
        self._number = 0
        self._topics: dict[Topic, None] = {}
        self._peers: dict[Peer, None] = {}
        self._flush_at = 0.0
        self._flush_planned = False

    def broadcast(self, topic: Topic, payload: bytes) -> None:
        """Sends a message to every peer of a topic."""
        if len(payload) > LARGE_FRAME:
            self._count(topic, len(payload))
        topic.waiting.append((self._next(), text_frame(payload)))
        self._topics[topic] = None
        self._plan()

    def _count(self, topic: Topic, size: int) -> None:
        for peer in list(topic.peers):
            peer.large += size
            # A single frame is never too large: it is the account that somebody watches.
            if peer.large > max(size, MOST_WAITING * self.max_unsent):
                self._drop(peer)

    async def drained(self, peer: Peer) -> None:
        """Returns when the peer has read most of the bytes that were sent to it, or has left."""
        while not peer.dropped and peer.connection.unsent() > self.max_unsent:
            if self._stalls(peer):
                self._drop(peer)
            await asyncio.sleep(FLUSH_SECONDS)

    def tell(self, peer: Peer, payload: bytes) -> None:
        """Sends a message to one peer."""
        peer.waiting.append((self._next(), text_frame(payload)))
        self._peers[peer] = None
        self._plan()

    def before_change(self, topic: Topic) -> None:
        """Hands what waits in a topic to its present peers, since others will be its peers now."""
        if topic.waiting:
            for peer in topic.peers:
                peer.waiting += topic.waiting
                self._peers[peer] = None
            topic.waiting = []
            self._topics.pop(topic, None)

    def begin_answer(self, peer: Peer) -> None:
        """Holds back notifications to `peer` until `respond`. A client must know a subscription's id before it gets a
        notification with it, and the chain moves on between the requests of a batch."""
        peer.answer_at = self._next()

    def respond(self, peer: Peer, payload: bytes | None) -> None:
        """Sends the answer that was begun, in its place. None: the request asks for no answer."""
        assert peer.answer_at is not None
        if payload is not None:
            peer.waiting.append((peer.answer_at, text_frame(payload)))
            peer.owed += len(payload)
        peer.answer_at = None
        self._peers[peer] = None
        self._plan()

    def forget(self, peer: Peer) -> None:
        """Sends nothing more to a peer."""
        self._peers.pop(peer, None)

    def _next(self) -> int:
        self._number += 1
        return self._number

    def _plan(self) -> None:
        if self._flush_planned:
            return
        self._flush_planned = True
        loop = asyncio.get_running_loop()
        # A quiet chain answers at once; a busy one collects.
        if loop.time() >= self._flush_at:
            loop.call_soon(self.flush)
        else:
            loop.call_at(self._flush_at, self.flush)

    def flush(self) -> None:
        """Writes what is waiting and drops the peers that do not keep up."""
        self._flush_planned = False
        self._flush_at = asyncio.get_running_loop().time() + FLUSH_SECONDS
        shares: dict[Peer, list[Topic]] = {peer: [] for peer in self._peers}
        parts: dict[Topic, Frames] = {}
        joined: dict[Topic, bytes] = {}
        for topic in self._topics:
            parts[topic], topic.waiting = topic.waiting, []
            joined[topic] = b"".join([frame for _, frame in parts[topic]])
            for peer in topic.peers:
                shares.setdefault(peer, []).append(topic)
        self._topics, self._peers = {}, {}
        for peer, topics in shares.items():
            if peer.dropped:
                continue
            if self._stalls(peer):
                self._drop(peer)
            elif peer.answer_at is None and not peer.waiting and len(topics) == 1:
                self._push(peer, joined[topics[0]])
            elif ready := self._ready(peer, [parts[topic] for topic in topics]):
                self._push(peer, ready)

    @staticmethod
    def _push(peer: Peer, frames: bytes) -> None:
        peer.large = 0
        peer.pushed += len(frames)
        peer.connection.push(frames)

    def _stalls(self, peer: Peer) -> bool:
        """Whether the peer reads more slowly than notifications come."""
        now, unsent = asyncio.get_running_loop().time(), peer.connection.unsent()
        if peer.pushed - unsent > peer.taken or unsent <= self.max_unsent:
            peer.taken, peer.moved = peer.pushed - unsent, now
        if unsent <= self.max_unsent:
            peer.owed = sum(len(frame) for _, frame in peer.waiting)
            return False
        return now - peer.moved > STALL_SECONDS or unsent - peer.owed > MOST_BEHIND * self.max_unsent

    def _ready(self, peer: Peer, parts: Sequence[Frames]) -> bytes:
        """The bytes that may go to a peer now, in order. The other frames wait for the answer that is on its way."""
        frames = sorted([*peer.waiting, *(frame for part in parts for frame in part)], key=itemgetter(0))
        end = peer.answer_at
        peer.waiting = [] if end is None else [pair for pair in frames if pair[0] > end]
        return b"".join([frame for number, frame in frames if end is None or number < end])

    def _drop(self, peer: Peer) -> None:
        peer.dropped = True
        log.warning("a subscriber with %d bytes unread is dropped", peer.connection.unsent())
        peer.connection.abort()
        self.lost(peer)
