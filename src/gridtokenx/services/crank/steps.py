"""One turn of the crank: what is to do now by the chain's clock, and doing it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import structlog
from solders.keypair import Keypair
from solders.pubkey import Pubkey

from gridtokenx.chain.connection.client import Client
from gridtokenx.chain.flight import in_flight
from gridtokenx.chain.interface.failures import TransactionFailed
from gridtokenx.market import settling
from gridtokenx.market.actions import trading
from gridtokenx.market.gateway import clear_epochs
from gridtokenx.market.orderbook import all_epochs, open_orders, to_clear, to_close, to_settle
from gridtokenx.market.read import fetch_all, require
from gridtokenx.market.records import Epoch, Market, MeterAccount, MeterStatus, Order
from gridtokenx.services.alerts import Alerts
from gridtokenx.services.database.engine import Database
from gridtokenx.services.database.lease import Lease

log = structlog.get_logger("crank")
QUIET = frozenset(("SystemPaused", "MaintenanceMode"))
CLOSED_AT_ONCE = 100


@dataclass
class Turn:
    """The result of one turn."""

    opened: list[int] = field(default_factory=list[int])
    cleared: list[int] = field(default_factory=list[int])
    late: list[int] = field(default_factory=list[int])
    matches: int = 0
    closed: int = 0
    passed_over: dict[Pubkey, str] = field(default_factory=dict[Pubkey, str])

    @property
    def did(self) -> bool:
        """Whether there was anything to do."""
        return bool(self.opened or self.cleared or self.matches or self.closed)


@dataclass
class Crank:
    """Opens, clears, settles and closes epochs. `patience`: seconds to wait for the readings of a quarter-hour."""

    client: Client
    database: Database
    lease: Lease
    gateway: Keypair
    matcher: Keypair
    sponsor: Keypair | None = None
    ahead: int = 4
    patience: float = 60.0
    alerts: Alerts = field(init=False)

    def __post_init__(self) -> None:
        self.alerts = Alerts(self.database)

    async def turn(self) -> Turn:
        """Everything that is to do now. Raises ClusterError when the node is away, TransactionFailed for a pause, and
        for keys without authority or funds: who may not clear, say, settles nevertheless what is cleared before that.
        """
        done, refused = Turn(), list[TransactionFailed]()
        market = await require(self.client, Market, self.client.addresses.market, "initialize the market")
        now = await self.client.clock()
        await self._open(market, now, done)
        for step in (self._clear, self._settle, self._send_home):
            await self._still_ours()
            try:
                await step(market, now, done)
            except TransactionFailed as failure:
                if failure.name in QUIET or settling.lacks_funds(failure):
                    raise
                refused.append(failure)
        await self._rent_home()
        if refused:
            raise refused[0]
        return done

    async def _still_ours(self) -> None:
        """Raises LeaseLost when another crank took over: what is left is its work."""
        async with self.database.write() as session:
            await self.lease.guard(session)

    async def _open(self, market: Market, now: int, done: Turn) -> None:
        if not market.clearing_enabled:
            return
        present = now // market.epoch_length
        try:
            done.opened = await settling.open_epochs(
                self.client, range(present, present + self.ahead + 1), self.matcher
            )
        except TransactionFailed as failure:
            if failure.name in QUIET or settling.lacks_funds(failure):
                raise
            log.info("an epoch is not opened yet", reason=str(failure))

    async def _readings_are_there(self, epoch: Epoch, now: int) -> bool:
        """Whether every active meter was read to the epoch's end, or was waited for long enough."""
        if now - epoch.ends_at >= self.patience:
            return True
        meters = await fetch_all(self.client, MeterAccount)
        active = [m for m in meters.values() if m.status is MeterStatus.ACTIVE and m.last_reading_at > 0]
        return all(meter.last_reading_at >= epoch.ends_at for meter in active)

    async def _clear(self, market: Market, now: int, done: Turn) -> None:
        """Quarter-hours that are over get their price, once they are metered."""
        for epoch in to_clear(await all_epochs(self.client), now):
            if await self._readings_are_there(epoch, now):
                await self._clear_one(epoch, now, done)

    async def _clear_one(self, epoch: Epoch, now: int, done: Turn) -> None:
        await self._still_ours()
        if not await clear_epochs(self.client, self.gateway, [epoch]):
            return
        done.cleared.append(epoch.index)
        if now - epoch.ends_at > epoch.ends_at - epoch.starts_at:
            done.late.append(epoch.index)

    async def _settle(self, market: Market, now: int, done: Turn) -> None:
        """Allotted energy changes hands."""
        epochs = to_settle(await all_epochs(self.client), now)
        for settled in await settling.settle_all(self.client, market, epochs, self.matcher):
            done.matches += len(settled.matches)
            done.passed_over |= settled.passed_over

    async def _send_home(self, market: Market, now: int, done: Turn) -> None:
        """Returns the tokens of orders that are past their time, and closes settled epochs."""
        late = [order for order in (await open_orders(self.client)).values() if now > order.expires_at]
        done.passed_over |= await settling.expire_orders(self.client, market, late, self.matcher)
        done.closed = await settling.close_epochs(
            self.client, to_close(await all_epochs(self.client), now), self.matcher
        )

    async def _rent_home(self) -> None:
        """Deletes finished orders that the sponsor paid for: their rent goes back to it."""
        if self.sponsor is None:
            return
        sponsor = self.sponsor
        orders = await fetch_all(self.client, Order)
        finished = [o for o in orders.values() if not o.is_open and o.locked == 0 and o.payer == sponsor.pubkey()]

        async def close(part: Sequence[Order]) -> None:
            batch = [trading.close_order(self.client, order, closer=sponsor.pubkey()) for order in part]
            try:
                await self.client.send(batch, payer=sponsor)
            except TransactionFailed as failure:
                log.info("orders were closed by somebody else", reason=str(failure))

        parts = [finished[i : i + 5] for i in range(0, min(len(finished), CLOSED_AT_ONCE), 5)]
        await in_flight(close, parts)
