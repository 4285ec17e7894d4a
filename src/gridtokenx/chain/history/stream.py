"""News of several addresses as they come. The stream connects again after a failure, and reports a node that has
gone."""

from __future__ import annotations

import asyncio
import contextlib
import json
import time
from collections.abc import AsyncGenerator, Iterable
from dataclasses import dataclass
from typing import Any

import aiohttp
from solders.pubkey import Pubkey

from gridtokenx.chain.errors import ClusterError
from gridtokenx.chain.interface.logs import truncated

HEARTBEAT = 5.0
"""Seconds between pings; a node that answers none of them is not connected any more."""
QUEUE = 1_000
FIRST_PAUSE, LONGEST_PAUSE = 0.2, 5.0
MAX_MESSAGE = 16 << 20


@dataclass(frozen=True, slots=True)
class News:
    """A transaction that mentioned one of the addresses: its slot, its log, and the node's word for its failure."""

    signature: str
    slot: int
    logs: tuple[str, ...]
    error: str | None

    @property
    def truncated(self) -> bool:
        """Whether the log was cut off: the chain must be asked then."""
        return truncated(self.logs)


@dataclass(frozen=True, slots=True)
class Gap:
    """Something may have been missed: the connection was made anew, or the news came faster than they were read."""

    reason: str


async def news(
    url: str, addresses: Iterable[Pubkey], *, commitment: str = "confirmed", patience: float = 30.0
) -> AsyncGenerator[News | Gap, None]:
    """News of all `addresses`, until the generator is closed. After each (re)connection a Gap comes first.

    At most `QUEUE` news wait to be read; what comes beyond is dropped, and told as a Gap. Raises ClusterError when
    there was no connection for `patience` seconds.
    """
    queue: asyncio.Queue[News | Gap | ClusterError] = asyncio.Queue(QUEUE + 2)
    task = asyncio.create_task(_keep(url, [str(a) for a in addresses], commitment, patience, queue))
    try:
        while True:
            item = await queue.get()
            if isinstance(item, ClusterError):
                raise item
            yield item
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def _keep(
    url: str, addresses: list[str], commitment: str, patience: float, queue: asyncio.Queue[News | Gap | ClusterError]
) -> None:
    pause, since = FIRST_PAUSE, time.monotonic()
    reason = "connected"
    async with aiohttp.ClientSession() as session:
        while True:
            try:
                async with session.ws_connect(url, heartbeat=HEARTBEAT, max_msg_size=MAX_MESSAGE) as socket:
                    await _subscribe(socket, addresses, commitment)
                    _put(queue, Gap(reason))
                    pause = FIRST_PAUSE
                    await _listen(socket, queue)
                    since = time.monotonic()
            except (aiohttp.ClientError, TimeoutError, OSError) as error:
                reason = f"connected again after {error or type(error).__name__}"
            else:
                reason = "connected again after the node closed the connection"
            if time.monotonic() - since > patience:
                await queue.put(ClusterError(f"{url} was not there for {patience:g} s; is the node running?"))
                return
            await asyncio.sleep(pause)
            pause = min(pause * 2, LONGEST_PAUSE)


async def _subscribe(socket: aiohttp.ClientWebSocketResponse, addresses: list[str], commitment: str) -> None:
    for number, address in enumerate(addresses, start=1):
        params = [{"mentions": [address]}, {"commitment": commitment}]
        await socket.send_json({"jsonrpc": "2.0", "id": number, "method": "logsSubscribe", "params": params})


async def _listen(socket: aiohttp.ClientWebSocketResponse, queue: asyncio.Queue[News | Gap | ClusterError]) -> None:
    async for message in socket:
        if message.type is not aiohttp.WSMsgType.TEXT:
            continue
        body: dict[str, Any] = {}
        with contextlib.suppress(ValueError):
            body = json.loads(message.data)
        if body.get("method") == "logsNotification":
            result = body["params"]["result"]
            value = result["value"]
            error = None if value["err"] is None else str(value["err"])
            _put(queue, News(value["signature"], result["context"]["slot"], tuple(value["logs"]), error))


def _put(queue: asyncio.Queue[News | Gap | ClusterError], item: News | Gap) -> None:
    """Room is kept for one Gap and the end."""
    if queue.qsize() < QUEUE:
        queue.put_nowait(item)
    elif queue.qsize() == QUEUE:
        queue.put_nowait(Gap("news came faster than they were read"))
