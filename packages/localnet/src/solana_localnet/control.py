"""Controls the chain's clock: slots that open by themselves, pauses, time travel, and the reset to genesis."""

import asyncio
import contextlib

from solders.pubkey import Pubkey

from solana_localnet.chain.chain import Chain
from solana_localnet.chain.ledger import SqliteLedger
from solana_localnet.chain.programs import UPGRADEABLE_LOADER, program_data_address
from solana_localnet.chain.vm import EMPTY, Vm
from solana_localnet.faucet.limits import FaucetLimits
from solana_localnet.genesis import Genesis
from solana_localnet.settings import ValidatorSettings

MAX_CATCH_UP = 8
"""Slots opened at once after a stall; the chain skips the others, as a cluster does."""
NEWCOMER_SECONDS, NEWCOMER_POLL_SECONDS = 0.2, 0.005
"""How long a block waits for a client that has connected and not subscribed yet: on a slow machine a handshake takes
longer than the block's own delay."""
MAX_SLOT = 1 << 62
MAX_UNIX_SECONDS = 1 << 40


class TravelError(Exception):
    """Time travel to a moment that is not possible. The text says why."""


class Control:
    """Runs the clock of one chain."""

    def __init__(
        self, chain: Chain, settings: ValidatorSettings, genesis: Genesis, ledger: SqliteLedger | None = None
    ) -> None:
        self.chain = chain
        self.settings = settings
        self.genesis = genesis
        self.ledger = ledger
        self.identity: Pubkey = chain.validator.identity
        self.rpc_address: tuple[str, int] = (settings.host, settings.port)
        self.faucet_limits = FaucetLimits()
        self._ticker: asyncio.Task[None] | None = None
        self._closing: asyncio.TimerHandle | None = None
        self._due = 0.0
        self._newcomers: dict[object, float] = {}

    # -- slots that open by themselves -----------------------------------------------------------------------------

    def start(self) -> None:
        """Begins to open slots, unless each transaction opens its own."""
        self._settle_at_once()
        if self.settings.block_production == "clock":
            self._ticker = asyncio.get_running_loop().create_task(self._tick())

    async def stop(self) -> None:
        """Stops opening slots."""
        if self._closing is not None:
            self._closing.cancel()
        if self._ticker is not None:
            self._ticker.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._ticker

    async def _tick(self) -> None:
        loop = asyncio.get_running_loop()
        seconds = self.settings.slot_ms / 1000
        self._due = loop.time() + seconds
        while True:
            while (left := self._due - loop.time()) > 0:
                await asyncio.sleep(left)
            opened = 0
            while self._due <= loop.time() and opened < MAX_CATCH_UP:
                if not self.chain.clock.paused:
                    self._advance()
                self._due += seconds
                opened += 1
            if self._due <= loop.time():
                self._due = loop.time() + seconds
            await asyncio.sleep(0)

    def transaction_landed(self) -> None:
        """Sees to it that the block of a new transaction closes, a moment later or at once."""
        if self.chain.clock.paused:
            self.chain.settle()
        elif self.settings.block_production == "transaction":
            self._advance()
        elif self.settings.block_delay_ms == 0:
            self.chain.settle()
        elif self._closing is None:
            self._closing = asyncio.get_running_loop().call_later(self.settings.block_delay_ms / 1000, self._close)

    def connecting(self, key: object) -> None:
        """A WebSocket client has begun to connect; the block waits until the client could subscribe."""
        self._newcomers[key] = asyncio.get_running_loop().time()

    def connected(self, key: object) -> None:
        """The client has subscribed, or has left."""
        self._newcomers.pop(key, None)

    def _close(self) -> None:
        self._closing = None
        loop = asyncio.get_running_loop()
        if any(loop.time() - since < NEWCOMER_SECONDS for since in self._newcomers.values()):
            self._closing = loop.call_later(NEWCOMER_POLL_SECONDS, self._close)
            return
        if self.chain.clock.paused:
            self.chain.settle()
            return
        self._advance()
        self._due = asyncio.get_running_loop().time() + self.settings.slot_ms / 1000

    def _advance(self, slot: int | None = None) -> None:
        if self._closing is not None:
            self._closing.cancel()
            self._closing = None
        self.chain.advance_slot(slot)
        self._settle_at_once()

    def _settle_at_once(self) -> None:
        """Without a delay, and while the clock stands, the open slot is confirmed: what lands in it is final."""
        by_transaction = self.settings.block_production == "transaction"
        if self.chain.clock.paused or (self.settings.block_delay_ms == 0 and not by_transaction):
            self.chain.settle()

    # -- time travel -----------------------------------------------------------------------------------------------

    def pause(self) -> None:
        """Stops the clock: no slot opens and time stands still, while transactions still run."""
        self.chain.clock.pause()
        self._settle_at_once()
        # The sysvar is as old as the slot: who reads it now must read the moment at which time stands.
        self.chain.refresh_clock()

    def resume(self) -> None:
        """Lets the clock run on from where it stood."""
        self.chain.clock.resume()

    def travel_to_timestamp(self, milliseconds: int) -> None:
        """Moves to a moment in the future and to the slot that would be open then."""
        now = int(self.chain.clock.now() * 1000)
        if milliseconds < now:
            raise TravelError(f"Cannot travel to past timestamp: target={milliseconds}, current={now}")
        self._travel(self.chain.slot + (milliseconds - now) // self.settings.slot_ms, milliseconds / 1000)

    def travel_to_slot(self, slot: int) -> None:
        """Moves to a later slot and to the moment at which it would open."""
        current = self.chain.slot
        if slot < current:
            raise TravelError(f"Cannot travel to past slot: target={slot}, current={current}")
        seconds = (slot - current) * self.settings.slot_ms / 1000
        self._travel(slot, self.chain.clock.now() + seconds)

    def travel_to_epoch(self, epoch: int) -> None:
        """Moves to the first slot of a later epoch."""
        if epoch < self.chain.epoch:
            raise TravelError(f"Cannot travel to past epoch: target={epoch}, current={self.chain.epoch}")
        self.travel_to_slot(max(epoch * self.chain.slots_per_epoch, self.chain.slot))

    def _travel(self, slot: int, moment: float) -> None:
        if slot > MAX_SLOT or moment > MAX_UNIX_SECONDS:
            raise TravelError(f"Cannot travel that far: slot={slot}, unix seconds={int(moment)}")
        self.chain.clock.move_to(moment)
        if slot > self.chain.slot:
            self._advance(slot)
        else:
            self.chain.refresh_clock()

    # -- back to the start -----------------------------------------------------------------------------------------

    def reset(self) -> None:
        """Goes back to genesis: its accounts, no history, slot 1. Subscriptions stay."""
        if self.ledger is not None:
            self.ledger.clear()
        self.chain.restart()
        self.genesis.write(self.chain)
        if self.ledger is not None:
            self.ledger.begin(self.chain)
        self._advance()

    def reset_account(self, address: Pubkey, include_owned: bool) -> None:
        """Brings one account back to genesis or removes it: a program with its code, and on request what it owns."""
        chain = self.chain
        account = chain.vm.account(address)
        keys = [address]
        if account is not None and account.executable and account.owner == UPGRADEABLE_LOADER:
            keys.insert(0, program_data_address(address))
        if include_owned:
            keys += [key for key, _ in chain.vm.owned_by(address)]
        given = dict(chain.validator.accounts(chain.vm.rent_exempt_minimum)) | chain.genesis
        first: Vm | None = None
        for key in keys:
            if key not in given:
                # Programs that every chain has, the mint of wrapped SOL, sysvars: as a new VM has them.
                first = first or Vm()
                given[key] = first.account(key) or EMPTY
            chain.write_account(key, given[key])
