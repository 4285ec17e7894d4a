"""The clock of a development chain (localnet or Surfpool), through the `surfnet_*` methods."""

from __future__ import annotations

from typing import Any, cast

import httpx

from gridtokenx.client import Client
from gridtokenx.errors import ClusterError


class Surfnet:
    """Moves and stops the chain's clock. Public clusters do not have these methods: they raise ClusterError."""

    def __init__(self, client: Client) -> None:
        self._client = client
        self._http = httpx.AsyncClient(timeout=30.0)

    async def close(self) -> None:
        """Ends the connection."""
        await self._http.aclose()

    async def pause_clock(self) -> None:
        """No slot opens and time stands still until it is moved or resumed."""
        await self._call("surfnet_pauseClock")

    async def resume_clock(self) -> None:
        """Lets time run on."""
        await self._call("surfnet_resumeClock")

    async def travel_to(self, timestamp: int) -> bool:
        """Moves to `timestamp` (unix seconds), if that is in the future; whether it was. Blockhashes of before may
        be dead then, so the client asks for a new one."""
        if await self._client.clock() >= timestamp:
            return False
        await self._call("surfnet_timeTravel", {"absoluteTimestamp": timestamp * 1000})
        self._client.forget_blockhash()
        arrived = await self._client.clock()
        if arrived < timestamp:
            raise ClusterError(f"the chain's clock is {arrived} after traveling to {timestamp}")
        return True

    async def _call(self, method: str, *params: Any) -> Any:
        body = {"jsonrpc": "2.0", "id": 1, "method": method, "params": params}
        answer = cast(dict[str, Any], (await self._http.post(self._client.url, json=body)).json())
        if "error" in answer:
            raise ClusterError(f"{self._client.url} refuses {method}: {answer['error'].get('message')}")
        return answer.get("result")
