"""The matcher's work: reads the order book from the chain, matches what crosses, expires what is late."""

from __future__ import annotations

from collections.abc import Sequence

from solana.rpc.types import MemcmpOpts
from solders.keypair import Keypair
from solders.pubkey import Pubkey

from gridtokenx.chain.client import Client
from gridtokenx.chain.failures import TransactionFailed
from gridtokenx.chain.flight import in_flight
from gridtokenx.market.actions import trading
from gridtokenx.market.matching import Match, plan_matches
from gridtokenx.market.read import fetch_all
from gridtokenx.market.records import Market, Order, OrderStatus

STATUS_OFFSET = 8 + 32 + 32 + 8 + 8 + 8 + 1
"""Where an order's status byte is: after the discriminator, two keys, three amounts and the type."""
OPEN_STATUSES = {OrderStatus.ACTIVE: "1", OrderStatus.PARTIALLY_FILLED: "2"}
"""An open order's status byte (0 and 1) in base58."""
EXPIRIES_PER_TRANSACTION = 4
OVERTAKEN = ("InactiveSellOrder", "InactiveBuyOrder", "OrderNotCancellable", "AccountNotInitialized")
"""How an order is refused that was cancelled, expired, closed or matched by somebody else in the meantime."""
UNPAYABLE = ("InvalidTokenAccount", "AccountNotInitialized", "AccountOwnedByWrongProgram", "custom error 0x11")
"""How an order is refused whose user has closed, given away or (SPL Token's 0x11) frozen token accounts."""
TRADED_BEFORE = ("custom error 0x0",)
"""How a pair is refused whose trade is recorded already: an order was closed, and placed again under its old id."""
PASSED_OVER = frozenset(OVERTAKEN + UNPAYABLE + TRADED_BEFORE)
"""Refusals that are about these orders only: nobody can stop the others' trades by making his own impossible."""


async def open_orders(client: Client) -> dict[Pubkey, Order]:
    """The order book: Active and PartiallyFilled orders, also those past their time."""
    book: dict[Pubkey, Order] = {}
    for status in OPEN_STATUSES.values():
        book |= await fetch_all(client, Order, filters=[MemcmpOpts(offset=STATUS_OFFSET, bytes=status)])
    return book


async def match_all(client: Client, market: Market, matcher: Keypair) -> list[Match]:
    """Matches until nothing crosses any more but pairs that are refused; what was matched, in order. When a pair is
    refused, the others go on, and what is left is planned anew without it. Raises TransactionFailed for a refusal that
    is not about the pair, such as a pause."""
    made: list[Match] = []
    refused: set[tuple[Pubkey, Pubkey]] = set()
    while True:
        known = len(refused)
        book = await open_orders(client)
        for match in plan_matches(book, await client.clock(), refused):
            trade = trading.match_orders(client, matcher.pubkey(), market, book[match.sell], book[match.buy])
            try:
                await client.send(trade, payer=matcher)
            except TransactionFailed as failure:
                if failure.name not in PASSED_OVER:
                    raise
                refused.add((match.sell, match.buy))
            else:
                made.append(match)
        if len(refused) == known:
            return made


async def expire_orders(client: Client, market: Market, late: Sequence[Order], payer: Keypair) -> None:
    """Sends what orders past their time still have locked home to their owners; anyone may. Passes over orders that
    are refused; raises TransactionFailed for a refusal that is not about the order."""
    parts = [late[i : i + EXPIRIES_PER_TRANSACTION] for i in range(0, len(late), EXPIRIES_PER_TRANSACTION)]

    async def expire(part: Sequence[Order]) -> None:
        try:
            await client.send([trading.expire_order(client, market, order) for order in part], payer=payer)
        except TransactionFailed as failure:
            if failure.name not in PASSED_OVER:
                raise
            # One order in the way must not keep the others' money in the vault.
            if len(part) > 1:
                for order in part:
                    await expire([order])

    await in_flight(expire, parts)
