"""The crank: settles every match of cleared epochs, and sends home what is past its time. Nobody's order can stop it.

A refusal that concerns an order is that order's: it is passed over, and everybody else's go on. Only what concerns the
crank itself ends it: its authority, its funds, or a pause of the system.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from solders.account import Account
from solders.keypair import Keypair
from solders.pubkey import Pubkey

from gridtokenx.chain.connection.client import Client
from gridtokenx.chain.flight import in_flight
from gridtokenx.chain.interface.addresses import SYSTEM_PROGRAM, TOKEN_PROGRAM, associated_token_address
from gridtokenx.chain.interface.failures import TransactionFailed
from gridtokenx.market.actions import trading
from gridtokenx.market.actions.market import ANYONE
from gridtokenx.market.auction import unsettled
from gridtokenx.market.matching import MatchedPair, plan_matches
from gridtokenx.market.orderbook import open_orders
from gridtokenx.market.read import fetch
from gridtokenx.market.records import Epoch, ErcCertificate, ErcStatus, Market, Order

EXPIRIES_PER_TRANSACTION = 4
STOPS = frozenset(("UnauthorizedMatcher", "SystemPaused", "MaintenanceMode"))
"""Refusals that are about the crank or the system: no other order would fare better."""
NO_FUNDS = frozenset(("InsufficientFundsForFee", "InsufficientFundsForRent", "AccountNotFound", "InvalidAccountForFee"))
"""How the runtime refuses who cannot pay for a transaction."""
LACK_OF_LAMPORTS = 1
"""The system program's error when the payer cannot pay an account's rent."""
TOKEN_IS_USABLE = 1
"""The state byte of a token account that is neither closed nor frozen."""
STRIKES = 2
"""Refusals without a reason that can be seen until an order is passed over."""


def lacks_funds(failure: TransactionFailed) -> bool:
    """Whether a refusal is because the payer has too few lamports, for the fee or for an account's rent."""
    rent = failure.failure.program == str(SYSTEM_PROGRAM) and failure.code == LACK_OF_LAMPORTS
    return rent or failure.name in NO_FUNDS


def is_the_cranks(failure: TransactionFailed) -> bool:
    """Whether a refusal is about who cranks, not about an order."""
    return failure.name in STOPS or lacks_funds(failure)


@dataclass
class Settled:
    """What the crank did in one epoch: matches in order, and the orders that it passed over, with the reason."""

    epoch: int
    matches: list[MatchedPair] = field(default_factory=list[MatchedPair])
    passed_over: dict[Pubkey, str] = field(default_factory=dict[Pubkey, str])

    @property
    def volume_wh(self) -> int:
        """Energy that changed hands."""
        return sum(match.amount for match in self.matches)


async def settle_all(client: Client, market: Market, epochs: Iterable[Epoch], matcher: Keypair) -> list[Settled]:
    """Settles several epochs, side by side. Raises TransactionFailed for what is the crank's own (`is_the_cranks`).

    Epochs that were opened for another matcher come last, so that they keep no other from being settled.
    """

    async def one(epoch: Epoch) -> Settled:
        return await settle_epoch(client, market, epoch.index, matcher)

    ours: list[Epoch] = []
    others: list[Epoch] = []
    for epoch in epochs:
        (ours if epoch.rules.matcher in (ANYONE, matcher.pubkey()) else others).append(epoch)
    return await in_flight(one, ours) + await in_flight(one, others)


async def settle_epoch(client: Client, market: Market, index: int, matcher: Keypair) -> Settled:
    """Settles an epoch until nothing is left but what flooring leaves over, pairs of one owner, and orders in the way.

    Every refusal takes at least one order out, so there are at most as many of them as orders. Raises TransactionFailed
    for what is the crank's own.
    """
    done, strikes = Settled(index), Counter[Pubkey]()
    while True:
        epoch = await fetch(client, Epoch, client.addresses.epoch(index))
        if epoch is None or not epoch.cleared:
            return done
        book = await open_orders(client, index)
        plan = plan_matches(epoch, book, done.passed_over)
        if not plan:
            return done
        left = {key: unsettled(epoch, order) for key, order in book.items()}
        await _run(client, market, matcher, book, left, plan, done, strikes)


async def _run(
    client: Client,
    market: Market,
    matcher: Keypair,
    book: Mapping[Pubkey, Order],
    left: dict[Pubkey, int],
    plan: Sequence[MatchedPair],
    done: Settled,
    strikes: Counter[Pubkey],
) -> None:
    """Sends a plan. The crank omits a refused order from the rest. Orders that were to trade with it may then trade
    more than planned.

    `left` is what each order of the book still has to trade, Wh.
    """
    out: set[Pubkey] = set()
    for match in plan:
        amount = min(left[match.sell], left[match.buy])
        if match.sell in out or match.buy in out or amount == 0:
            continue
        sell, buy = book[match.sell], book[match.buy]
        try:
            await client.send(trading.match_orders(client, matcher.pubkey(), market, sell, buy), payer=matcher)
        except TransactionFailed as failure:
            if is_the_cranks(failure):
                raise
            found = await _in_the_way(client, market, sell, buy)
            out |= set(found) or {match.sell, match.buy}
            done.passed_over |= found
            if not found:
                strikes.update((match.sell, match.buy))
                done.passed_over |= {key: str(failure) for key in (match.sell, match.buy) if strikes[key] >= STRIKES}
        else:
            left[match.sell] -= amount
            left[match.buy] -= amount
            done.matches.append(MatchedPair(match.sell, match.buy, amount))


async def _in_the_way(client: Client, market: Market, sell: Order, buy: Order) -> dict[Pubkey, str]:
    """Which of two orders cannot be settled as the chain stands now, and why."""
    addresses = client.addresses
    wanted = {
        sell: [(sell.seller, market.payment_mint)],
        buy: [(buy.buyer, market.energy_mint), (buy.buyer, market.payment_mint)],
    }
    found: dict[Pubkey, str] = {}
    for order, needed in wanted.items():
        key = addresses.order(order.order_id)
        tokens = [associated_token_address(owner, mint) for owner, mint in needed]
        present, *accounts = await client.raw_accounts([key, *tokens])
        reason = _changed(client, order, present)
        for (owner, mint), address, account in zip(needed, tokens, accounts, strict=True):
            reason = reason or _unusable(address, account, owner, mint)
        if reason is None and order.erc_certificate is not None:
            reason = await _void(client, order.erc_certificate)
        if reason is not None:
            found[key] = reason
    return found


def _changed(client: Client, planned: Order, account: Account | None) -> str | None:
    """The reason why an order is no longer as it was when the crank made its plan."""
    if account is None or account.owner != client.programs.ids["trading"]:
        return "it was closed"
    now = Order.decode(account.data)
    if now.sequence != planned.sequence:
        return "another order has its id"
    if not now.is_open:
        return f"it is {now.status}"
    return None


def _unusable(address: Pubkey, account: Account | None, owner: Pubkey, mint: Pubkey) -> str | None:
    """Why nothing can be paid into a token account."""
    if account is None or account.owner != TOKEN_PROGRAM:
        return f"its owner's token account {address} is gone"
    data = account.data
    if data[:32] != bytes(mint) or data[32:64] != bytes(owner):
        return f"its owner's token account {address} was given away"
    if data[108] != TOKEN_IS_USABLE:
        return f"its owner's token account {address} is frozen"
    return None


async def _void(client: Client, address: Pubkey) -> str | None:
    """Why nothing can be sold under a certificate any more."""
    certificate = await fetch(client, ErcCertificate, address)
    if certificate is None:
        return "its certificate is gone"
    if certificate.status is not ErcStatus.VALID:
        return f"its certificate {certificate.certificate_id} is {certificate.status}"
    if certificate.expires_at is not None and await client.clock() > certificate.expires_at:
        return f"its certificate {certificate.certificate_id} has expired"
    return None


async def expire_orders(client: Client, market: Market, late: Sequence[Order], payer: Keypair) -> dict[Pubkey, str]:
    """Sends what orders past their time still have locked home to their owners; anyone may. The orders that the crank
    passed over, with the reason. Raises TransactionFailed for what is the crank's own."""
    parts = [late[i : i + EXPIRIES_PER_TRANSACTION] for i in range(0, len(late), EXPIRIES_PER_TRANSACTION)]
    passed_over: dict[Pubkey, str] = {}

    async def expire(part: Sequence[Order]) -> None:
        try:
            await client.send([trading.expire_order(client, market, order) for order in part], payer=payer)
        except TransactionFailed as failure:
            if is_the_cranks(failure):
                raise
            if len(part) == 1:
                passed_over[client.addresses.order(part[0].order_id)] = str(failure)
                return
            # One order in the way must not keep the others' money in the vault.
            for order in part:
                await expire([order])

    await in_flight(expire, parts)
    return passed_over


async def close_epochs(client: Client, epochs: Sequence[Epoch], payer: Keypair) -> int:
    """Deletes epochs that are settled; whoever paid for them gets the rent. How many: somebody else may be faster."""

    async def close(epoch: Epoch) -> bool:
        try:
            await client.send(trading.close_epoch(client, epoch.index, epoch.payer), payer=payer)
        except TransactionFailed as failure:
            if is_the_cranks(failure):
                raise
            return False
        return True

    return sum(await in_flight(close, epochs))


async def open_epochs(client: Client, indexes: Iterable[int], payer: Keypair) -> list[int]:
    """Opens those epochs that are not open yet; which. The payer gets the rent back when they are closed.

    An epoch that somebody else opens a moment before is open. Raises TransactionFailed for one that cannot be opened.
    """
    wanted = list(indexes)
    there = await client.raw_accounts([client.addresses.epoch(index) for index in wanted])
    # Anybody can send lamports to the address of an epoch to come, which is not an epoch yet.
    missing = [index for index, account in zip(wanted, there, strict=True) if account is None or not account.data]
    opened: list[int] = []

    async def open_one(index: int) -> None:
        try:
            await client.send(trading.open_epoch(client, payer.pubkey(), index), payer=payer)
        except TransactionFailed:
            (account,) = await client.raw_accounts([client.addresses.epoch(index)])
            if account is None or not account.data:
                raise
        else:
            opened.append(index)

    await in_flight(open_one, missing)
    return sorted(opened)
