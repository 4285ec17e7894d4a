"""A pool against the same arithmetic in Python, and what it refuses."""

import math
from pathlib import Path

import pytest
from solders.keypair import Keypair
from solders.pubkey import Pubkey

from seahorse.testing import Ledger, Result, expect_error


class Exchange:
    """Somebody with 100 000 of each token, and a pool with nothing in it."""

    def __init__(self) -> None:
        self.ledger = Ledger()
        self.program = self.ledger.deploy(Path(__file__).with_name("amm.py"))
        self.owner = self.ledger.signer()
        self.a, self.b = (self.ledger.mint(authority=self.owner) for _ in range(2))
        self.program.create(payer=self.owner, mint_a=self.a, mint_b=self.b)
        self.pool = self.program.address("pool", self.a, self.b)
        self.shares = self.program.address("shares", self.pool)
        self.reserves = [self.program.address("reserve", self.pool, m) for m in (self.a, self.b)]
        self.wallets = [self.ledger.token_account(m, self.owner, 100_000) for m in (self.a, self.b)]
        self.held = self.ledger.token_account(self.shares, self.owner)
        self.mints: dict[str, Pubkey] = {"mint_a": self.a, "mint_b": self.b}

    def amounts(self) -> tuple[int, ...]:
        """The reserves, and the shares that exist."""
        held = [self.ledger.token(r).amount for r in self.reserves]
        return *held, self.ledger.mint_state(self.shares).supply

    def deposit(self, a: int, b: int, least: int = 0) -> Result:
        given = {"from_a": self.wallets[0], "from_b": self.wallets[1], "to": self.held}
        return self.program.deposit(owner=self.owner, **self.mints, **given, amount_a=a, amount_b=b, least=least)

    def withdraw(self, amount: int) -> Result:
        given = {"to_a": self.wallets[0], "to_b": self.wallets[1], "held": self.held}
        return self.program.withdraw(owner=self.owner, **self.mints, **given, amount=amount)

    def swap(self, paid: int, *, a_to_b: bool, least: int = 0, trader: Keypair | None = None) -> Result:
        given = {"wallet_a": self.wallets[0], "wallet_b": self.wallets[1]}
        who = trader or self.owner
        return self.program.swap(trader=who, **self.mints, **given, paid=paid, a_to_b=a_to_b, least=least)


@pytest.fixture
def exchange() -> Exchange:
    exchange = Exchange()
    exchange.deposit(10_000, 40_000)
    return exchange


def test_the_first_deposit_sets_the_price(exchange: Exchange):
    assert exchange.amounts() == (10_000, 40_000, math.isqrt(10_000 * 40_000))


def test_a_later_deposit_gets_its_part(exchange: Exchange):
    assert exchange.deposit(1_000, 9_999).value == 2_000
    with expect_error("Slippage"):
        exchange.deposit(1_000, 4_000, least=100_000)
    with expect_error("Nothing"):
        exchange.deposit(0, 4_000)


@pytest.mark.parametrize(
    "trades", [[(500, True)], [(7, False)], [(500, True), (12_345, False), (1_000, True), (9, True)]]
)
def test_trades(exchange: Exchange, trades: list[tuple[int, bool]]):
    reserves = [10_000, 40_000]
    for paid, a_to_b in trades:
        into, out = (0, 1) if a_to_b else (1, 0)
        net = paid * 9_970
        got = net * reserves[out] // (reserves[into] * 10_000 + net)
        product = reserves[0] * reserves[1]
        with expect_error("Slippage"):
            exchange.swap(paid, a_to_b=a_to_b, least=got + 1)
        result = exchange.swap(paid, a_to_b=a_to_b, least=got)
        reserves[into] += paid
        reserves[out] -= got
        assert result.value == got
        assert exchange.amounts()[:2] == tuple(reserves)
        assert reserves[0] * reserves[1] >= product
        assert result.events == [{"pool": exchange.pool, "trader": exchange.owner.pubkey(), "paid": paid, "got": got}]


def test_who_provided_gets_the_fees(exchange: Exchange):
    exchange.swap(5_000, a_to_b=True)
    got = 5_000 * 9_970 * 40_000 // (10_000 * 10_000 + 5_000 * 9_970)
    assert exchange.withdraw(20_000).value == (15_000, 40_000 - got)
    assert exchange.amounts() == (0, 0, 0)
    with expect_error("Empty"):
        exchange.swap(5_000, a_to_b=True)


def test_a_thief_gets_nothing(exchange: Exchange):
    with expect_error("OwnerMismatch"):
        exchange.swap(100, a_to_b=True, trader=exchange.ledger.signer())


def test_a_trade_too_small(exchange: Exchange):
    with expect_error("Nothing"):
        exchange.swap(1, a_to_b=False)


def test_two_tokens_differ():
    exchange = Exchange()
    with expect_error("AccountAlreadyInUse"):
        exchange.program.create(payer=exchange.owner, mint_a=exchange.a, mint_b=exchange.a)
