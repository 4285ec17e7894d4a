"""Listens to the logs of transactions that mention an address, while work goes on."""

from __future__ import annotations

import asyncio
import warnings
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, cast

from solana.rpc.commitment import Commitment, Confirmed
from solders.pubkey import Pubkey
from solders.rpc.config import RpcTransactionLogsFilterMentions
from solders.rpc.responses import LogsNotification
from solders.signature import Signature

with warnings.catch_warnings():
    # solana-py still uses the older interface of `websockets`, which says so on import.
    warnings.simplefilter("ignore", DeprecationWarning)
    from solana.rpc.websocket_api import connect

OPEN_SECONDS = 10.0
MAX_MESSAGE = 16 << 20


@dataclass
class LogStream:
    """Logs of successful transactions by signature, in the order in which they came."""

    logs: dict[Signature, tuple[str, ...]] = field(default_factory=dict[Signature, tuple[str, ...]])
    _news: asyncio.Event = field(default_factory=asyncio.Event)

    def add(self, signature: Signature, lines: list[str]) -> None:
        """Keeps one transaction's log."""
        self.logs[signature] = tuple(lines)
        self._news.set()

    async def wait_for(self, count: int, patience: float = 5.0) -> bool:
        """Whether `count` transactions were seen; gives up when `patience` seconds pass without a new one."""
        while len(self.logs) < count:
            self._news.clear()
            try:
                await asyncio.wait_for(self._news.wait(), patience)
            except TimeoutError:
                return False
        return True


@asynccontextmanager
async def log_stream(url: str, address: Pubkey, commitment: Commitment = Confirmed) -> AsyncGenerator[LogStream, None]:
    """A stream of the logs of transactions that mention `address`, as long as the block lasts."""
    stream = LogStream()
    async with connect(url, open_timeout=OPEN_SECONDS, max_size=MAX_MESSAGE) as raw:
        socket = cast(Any, raw)
        await socket.logs_subscribe(RpcTransactionLogsFilterMentions(address), commitment)
        await socket.recv()
        listener = asyncio.create_task(_listen(socket, stream))
        try:
            yield stream
        finally:
            listener.cancel()
            await asyncio.gather(listener, return_exceptions=True)


async def _listen(socket: Any, stream: LogStream) -> None:
    while True:
        for message in await socket.recv():
            if isinstance(message, LogsNotification) and message.result.value.err is None:
                stream.add(message.result.value.signature, message.result.value.logs)
