"""The HTTP side of solana-py's client on aiohttp, which spends a fifth of httpx's time on each request."""

from __future__ import annotations

import json
from typing import Any, cast

import aiohttp
import httpx
from solana.rpc.async_api import AsyncClient
from solana.rpc.commitment import Commitment
from solana.rpc.providers.async_http import AsyncHTTPProvider
from solders.rpc.requests import Body
from tenacity import AsyncRetrying, retry_if_exception_type, stop_after_attempt, wait_exponential_jitter

ATTEMPTS = 5
FIRST_PAUSE, LONGEST_PAUSE = 0.1, 5.0
CONNECTIONS = 64
HEADERS = {"Content-Type": "application/json"}
TRY_AGAIN = (429, 502, 503, 504)
"""HTTP status codes of a node that is overloaded or restarting."""


class RpcUnavailable(httpx.HTTPError):
    """The node did not answer, or said that it cannot now. solana-py turns it into SolanaRpcException."""


class PooledHttpProvider(AsyncHTTPProvider):
    """Sends requests over connections that stay open. Sends a request again, with growing pauses, when a busy node did
    not take it. Every request may be repeated, also sendTransaction, because a transaction with the same signature
    lands only once."""

    def __init__(self, endpoint: str, timeout: float) -> None:
        super().__init__(endpoint, timeout=timeout)
        self._session: aiohttp.ClientSession | None = None

    async def make_request_unparsed(self, body: Body) -> str:
        """The node's answer to one request."""
        return await self._request(body.to_json())

    async def call(self, method: str, *params: Any) -> dict[str, Any]:
        """The node's JSON answer to a method that solana-py does not know. Raises RpcUnavailable."""
        body = {"jsonrpc": "2.0", "id": 1, "method": method, "params": params}
        return cast(dict[str, Any], json.loads(await self._request(json.dumps(body))))

    async def _request(self, content: str) -> str:
        try:
            return await self._post(content)
        except RpcUnavailable:
            retrying = AsyncRetrying(
                retry=retry_if_exception_type(RpcUnavailable),
                stop=stop_after_attempt(ATTEMPTS),
                wait=wait_exponential_jitter(multiplier=FIRST_PAUSE, max=LONGEST_PAUSE),
                reraise=True,
            )
            return await retrying(self._post, content)

    async def _post(self, content: str) -> str:
        if self._session is None:
            connector = aiohttp.TCPConnector(limit=CONNECTIONS)
            timeout = aiohttp.ClientTimeout(total=self.timeout)
            self._session = aiohttp.ClientSession(connector=connector, timeout=timeout, headers=HEADERS)
        try:
            async with self._session.post(self.endpoint_uri, data=content) as response:
                if response.status in TRY_AGAIN:
                    raise RpcUnavailable(f"HTTP status {response.status}")
                return await response.text()
        except (TimeoutError, aiohttp.ClientError, OSError) as error:
            raise RpcUnavailable(str(error) or type(error).__name__) from error

    async def close(self) -> None:
        """Closes the connections."""
        if self._session is not None:
            await self._session.close()
        await super().close()


def connect(url: str, commitment: Commitment, timeout: float) -> tuple[AsyncClient, PooledHttpProvider]:
    """solana-py's client, and the provider under it."""
    client, provider = AsyncClient(url, commitment=commitment, timeout=timeout), PooledHttpProvider(url, timeout)
    # solana-py has no parameter for the provider.
    client._provider = provider  # pyright: ignore[reportPrivateUsage]
    return client, provider
