"""The clock of a development chain (localnet or Surfpool), through the `surfnet_*` methods."""

from __future__ import annotations

from gridtokenx.chain.connection.client import Client
from gridtokenx.chain.errors import ClusterError


class Surfnet:
    """Moves and stops the chain's clock. Public clusters do not have these methods: they raise ClusterError."""

    def __init__(self, client: Client) -> None:
        self._client = client

    async def pause_clock(self) -> None:
        """No slot opens and time stands still until it is moved or resumed."""
        await self._client.call("surfnet_pauseClock")

    async def resume_clock(self) -> None:
        """Lets time run on."""
        await self._client.call("surfnet_resumeClock")

    async def travel_to(self, timestamp: int) -> bool:
        """Moves to `timestamp` (unix seconds), if that is in the future; whether it was. Earlier blockhashes may then
        be invalid, so the client asks for a new one."""
        if await self._client.clock() >= timestamp:
            return False
        await self._client.call("surfnet_timeTravel", {"absoluteTimestamp": timestamp * 1000})
        self._client.forget_blockhash()
        arrived = await self._client.clock()
        if arrived < timestamp:
            raise ClusterError(f"the chain's clock is {arrived} after traveling to {timestamp}")
        return True
