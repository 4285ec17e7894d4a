"""The hand on the chain's clock: slots that open by themselves, pauses, time travel, and the way back to genesis."""

import asyncio
import contextlib
import time

from solders.keypair import Keypair
from solders.pubkey import Pubkey

from localnet.chain.chain import Chain
from localnet.genesis import Genesis
from localnet.settings import Settings

MAX_CATCH_UP = 8
"""Slots opened at once after a stall; what is behind that is given up, as a cluster skips slots."""


class Control:
    """Runs the clock of one chain."""

    def __init__(self, chain: Chain, settings: Settings, genesis: Genesis) -> None:
        self.chain = chain
        self.settings = settings
        self.genesis = genesis
        self.identity: Pubkey = Keypair.from_seed(chain.genesis_hash).pubkey()
        self.rpc_address: tuple[str, int] = (settings.host, settings.port)
        self.started = time.time()
        self.paused = False
        self._ticker: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begins to open slots, unless each transaction opens its own."""
        if self.settings.block_production == "clock":
            self._ticker = asyncio.get_running_loop().create_task(self._tick())

    async def stop(self) -> None:
        """Stops opening slots."""
        if self._ticker is not None:
            self._ticker.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._ticker

    async def _tick(self) -> None:
        loop = asyncio.get_running_loop()
        seconds = self.settings.slot_ms / 1000
        due = loop.time() + seconds
        while True:
            await asyncio.sleep(max(0.0, due - loop.time()))
            behind = 0
            while due <= loop.time() and behind < MAX_CATCH_UP:
                if not self.paused:
                    self.chain.advance_slot()
                due += seconds
                behind += 1
            if due <= loop.time():
                due = loop.time() + seconds

    def transaction_landed(self) -> None:
        """Opens the next slot where each transaction has a slot of its own."""
        if self.settings.block_production == "transaction" and not self.paused:
            self.chain.advance_slot()
