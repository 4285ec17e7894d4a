"""The matcher's work: reads the order book from the chain, matches what crosses, expires what is late."""

from __future__ import annotations

from collections.abc import Sequence

from solana.rpc.types import MemcmpOpts
from solders.keypair import Keypair
from solders.pubkey import Pubkey

from gridtokenx.accounts import Market, Order, OrderStatus, fetch_all
from gridtokenx.actions import trading
from gridtokenx.client import Client
from gridtokenx.failures import TransactionFailed
from gridtokenx.flight import in_flight
from gridtokenx.matching import Match, plan_matches

STATUS_OFFSET = 8 + 32 + 32 + 8 + 8 + 8 + 1
"""Where an order's status byte is: after the discriminator, two keys, three amounts and the type."""
OPEN_STATUSES = {OrderStatus.ACTIVE: "1", OrderStatus.PARTIALLY_FILLED: "2"}
"""An open order's status byte (0 and 1) in base58."""
EXPIRIES_PER_TRANSACTION = 4
OVERTAKEN = ("InactiveSellOrder", "InactiveBuyOrder", "AccountNotInitialized")
"""How a match fails when an order was cancelled, expired, closed or matched by somebody else in the meantime."""
PLANS = 5


async def open_orders(client: Client) -> dict[Pubkey, Order]:
    """The order book: Active and PartiallyFilled orders, also those past their time."""
    book: dict[Pubkey, Order] = {}
    for status in OPEN_STATUSES.values():
        book |= await fetch_all(client, Order, filters=[MemcmpOpts(offset=STATUS_OFFSET, bytes=status)])
    return book


async def match_all(client: Client, market: Market, matcher: Keypair) -> list[Match]:
    """Matches until nothing crosses any more; what was matched, in order. When an order is overtaken by its owner
    or another matcher, the rest is planned anew. Raises TransactionFailed for any other refusal."""
    made: list[Match] = []
    for attempt in range(PLANS):
        book = await open_orders(client)
        try:
            for match in plan_matches(book, await client.clock()):
                sell, buy = book[match.sell], book[match.buy]
                trade = trading.match_orders(client, matcher.pubkey(), market, sell, buy)
                await client.send(trade, payer=matcher)
                made.append(match)
        except TransactionFailed as failure:
            if failure.name not in OVERTAKEN or attempt == PLANS - 1:
                raise
        else:
            break
    return made


async def expire_orders(client: Client, market: Market, late: Sequence[Order], payer: Keypair) -> None:
    """Sends what orders past their time still have locked home to their owners; anyone may."""
    parts = [late[i : i + EXPIRIES_PER_TRANSACTION] for i in range(0, len(late), EXPIRIES_PER_TRANSACTION)]

    async def expire(part: Sequence[Order]) -> None:
        await client.send([trading.expire_order(client, market, order) for order in part], payer=payer)

    await in_flight(expire, parts)
