"""The state of the market: epochs and open orders, read from the chain."""

from __future__ import annotations

from solders.pubkey import Pubkey

from gridtokenx.chain.connection.client import Client
from gridtokenx.clients.support.fetching import UNSET
from gridtokenx.market.read import fetch_all
from gridtokenx.market.records import Epoch, Order, OrderStatus

OPEN_STATUSES = (OrderStatus.ACTIVE, OrderStatus.PARTIALLY_FILLED)


async def open_orders(client: Client, epoch: int | None = None) -> dict[Pubkey, Order]:
    """Open orders, also those past their time: of one epoch, or of all."""
    book: dict[Pubkey, Order] = {}
    for status in OPEN_STATUSES:
        book |= await Order.fetch_all(
            client.connection,
            status=status,
            epoch=UNSET if epoch is None else epoch,
            owned_by=client.programs.deployed.trading,
        )
    return book


async def all_epochs(client: Client) -> list[Epoch]:
    """Epochs that are not closed, in order of time."""
    return sorted((await fetch_all(client, Epoch)).values(), key=lambda epoch: epoch.index)


def to_clear(epochs: list[Epoch], now: int) -> list[Epoch]:
    """Those that are over and can still be cleared at `now`, the oldest first."""
    return [e for e in epochs if not e.cleared and e.ends_at <= now <= e.settles_until]


def to_settle(epochs: list[Epoch], now: int) -> list[Epoch]:
    """Those that are cleared, and whose volume is not settled yet at `now`."""
    return [e for e in epochs if e.cleared and e.unsettled > 0 and now <= e.settles_until]


def to_close(epochs: list[Epoch], now: int) -> list[Epoch]:
    """Those that nobody needs any more at `now`."""
    return [e for e in epochs if e.is_settled(now)]
