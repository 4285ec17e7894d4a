"""Compute units of the busy instructions against users, meters, open orders and price ticks: flat. One plot each.

Run as `.venv-localnet/bin/python -m bench.growth.units`. Writes docs/growth/*.svg and prints the figures. The
transactions that are measured have the same keys in every market, so that only its size could make a difference.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Any

from rich.console import Console
from solders.keypair import Keypair

from bench import scenario
from bench.growth.plots import plot
from bench.scenario import EPOCH, GRID_FLOOR, GRID_TICK, ROOT, TICKS, FoundedMarket
from bench.tables import shown
from seahorse.driver.compile import Artifacts, Compiler
from seahorse.driver.project import find_project

FOLDER = ROOT / "docs" / "growth"
BUSY = (
    "oracle.submit_meter_reading",
    "oracle.process_energy_data",
    "trading.create_sell_order",
    "trading.create_buy_order",
    "trading.clear_epoch",
    "trading.match_orders",
    "trading.cancel_order",
)
SIZES = (0, 10, 100)
PRICES = (0, 1, 7, 63, 255, TICKS - 1)
Figures = dict[str, list[tuple[float, float]]]


class Enough(Exception):
    """What was to be measured is measured."""


class GrowingMarket(FoundedMarket):
    """A market with more users, meters and open bids than the scenario has. The bids are too low to trade.

    `early`: the bids come before the scenario's own orders, which then are not settled: a trade's address would be
    another one. Otherwise they come between.
    """

    def __init__(
        self, artifacts: list[Artifacts], *, users: int = 0, meters: int = 0, orders: int = 0, early: bool = False
    ) -> None:
        super().__init__(artifacts, pays_in_credits=False)
        self._users, self._meters, self._orders, self._early = users, meters, orders, early

    def run(self, program: str, instruction: str, /, *, case: str = "", **given: Any) -> Any:
        value = super().run(program, instruction, case=case, **given)
        if instruction == "register_user" and given["user_authority"] == self.buyer:
            for n in range(self._users):
                self._register(self._wallet(f"user {n}"))
        if instruction == "register_meter":
            for n in range(self._meters):
                self._metered(f"EXTRA_{n}", self._wallet(f"owner {n // 4}"), given)
        if instruction == "get_order" and self._early:
            raise Enough
        if instruction == ("open_epoch" if self._early else "get_order"):
            self._bid()
        return value

    def _metered(self, name: str, owner: Keypair, given: dict[str, Any]) -> None:
        """One more meter, four of each owner."""
        if self.ledger.account(self.user(owner)) is None:
            self._register(owner)
        own = {"owner": owner, "payer": owner, "meter_id": name, "meter_account": self.meter(name)}
        self.prepare("registry", "register_meter", **{**given, **own})

    def _wallet(self, name: str) -> Keypair:
        wallet = Keypair.from_seed(hashlib.sha256(name.encode()).digest())
        self.ledger.set_account(wallet, lamports=10**12)
        return wallet

    def _register(self, wallet: Keypair) -> None:
        self.prepare(
            "registry",
            "register_user",
            user_authority=wallet,
            payer=wallet,
            registry_authority=self.deployer,
            user_account=self.user(wallet),
            user_type="Consumer",
            location="Engineering 1",
            affiliation="Student",
        )
        self.prepare("trading", "open_trading_account", user=wallet, payer=wallet)

    def _bid(self) -> None:
        """Open bids at the lowest price, 20 of each user."""
        for n in range(self._orders):
            wallet = self._wallet(f"bidder {n // 20}")
            if n % 20 == 0:
                self._register(wallet)
                money = self.ledger.token_account(self.grid, wallet.pubkey(), 10**15)
            self.prepare(
                "trading",
                "create_buy_order",
                buyer=wallet,
                payer=wallet,
                epoch=self.epoch(),
                trading_account=self.trader(wallet),
                user_account=self.user(wallet),
                buyer_token_account=money,
                payment_vault=self.vault(self.grid),
                energy_amount=100,
                max_price_per_kwh=GRID_FLOOR,
                order_id=1_000_000 + n,
            )


def lived(market: FoundedMarket) -> dict[str, int]:
    """Units of the busy instructions, after the scenario's trading."""
    with suppress(Enough):
        for phase in (scenario.initialize, scenario.register, scenario.read_and_mint, scenario.certify, scenario.trade):
            phase(market)
    return {name: market.measured[name] for name in BUSY if name in market.measured}


def against(sizes: Sequence[int], make: Callable[[int], FoundedMarket]) -> Figures:
    found: Figures = {}
    for size in sizes:
        for name, cu in lived(make(size)).items():
            found.setdefault(name, []).append((size, cu))
    return found


def by_price(artifacts: list[Artifacts]) -> Figures:
    """Both kinds of orders, by the tick of their price."""
    found: Figures = {"trading.create_sell_order": [], "trading.create_buy_order": []}
    for tick in PRICES:
        market = FoundedMarket(artifacts, pays_in_credits=False)
        for phase in (scenario.initialize, scenario.register, scenario.read_and_mint):
            phase(market)
        market.run("trading", "open_epoch", payer=market.gateway, epoch=market.epoch(), index=EPOCH)
        for kind, wallet, order_id in (("sell", market.seller, 1), ("buy", market.buyer, 2)):
            money = market.ledger.token_account(market.grid, wallet.pubkey(), 10**15)
            buys = kind == "buy"
            market.run(
                "trading",
                f"create_{kind}_order",
                order_id=order_id,
                payer=wallet,
                epoch=market.epoch(),
                trading_account=market.trader(wallet),
                user_account=market.user(wallet),
                energy_amount=2_000,
                **{
                    f"{kind}er": wallet,
                    f"{kind}er_token_account": money,
                    ("payment_vault" if buys else "energy_vault"): market.vault(market.grid),
                    ("max_price_per_kwh" if buys else "price_per_kwh"): GRID_FLOOR + tick * GRID_TICK,
                },
            )
            name = f"trading.create_{kind}_order"
            found[name].append((tick, market.measured[name]))
    return found


def measure(sizes: Sequence[int] = SIZES) -> dict[str, Figures]:
    """Figures by what grows."""
    built = Compiler().build(find_project(ROOT).programs())
    return {
        "users": against(sizes, lambda n: GrowingMarket(built, users=n)),
        "meters": against(sizes, lambda n: GrowingMarket(built, meters=n)),
        "open orders": {
            **against(sizes, lambda n: GrowingMarket(built, orders=n)),
            **against(sizes, lambda n: GrowingMarket(built, orders=n, early=True)),
        },
        "ticks above the floor": by_price(built),
    }


def main() -> None:
    console = Console(width=140)
    FOLDER.mkdir(exist_ok=True)
    for what, figures in measure().items():
        columns = [f"{x:,.0f}" for x, _ in next(iter(figures.values()))]
        rows = [[name, *(f"{y:,.0f}" for _, y in line)] for name, line in figures.items()]
        console.print(shown(f"compute units against {what}", ["instruction", *columns], rows, ("instruction",)))
        picture = plot(f"Compute units against {what}", what, "compute units", figures)
        (FOLDER / f"{what.replace(' ', '_')}.svg").write_text(picture, encoding="utf-8")


if __name__ == "__main__":
    main()
