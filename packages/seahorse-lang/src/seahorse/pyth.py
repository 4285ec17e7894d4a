"""Prices of the Pyth network: `from seahorse.pyth import *`."""

from seahorse.prelude.ledger.accounts import UncheckedAccount
from seahorse.prelude.unavailable import only_on_chain
from seahorse.prelude.values.numbers import f64, i32, i64, u64

__all__ = ["Price", "PriceAccount", "PriceFeed"]


class Price:
    """A price with its uncertainty: `(price ± conf) * 10**expo`, in the quote currency."""

    price: i64
    conf: u64
    expo: i32
    publish_time: i64

    def num(self) -> f64:
        """The price as a floating-point number, without its confidence interval."""
        return float(self.price) * 10.0**self.expo


class PriceFeed:
    """The current aggregated price of a product."""

    def get_price(self) -> Price:
        """The price. Fails when the product is not trading at present."""
        only_on_chain("PriceFeed.get_price")


class PriceAccount(UncheckedAccount):
    """A Pyth price account, not yet trusted: validate it before use."""

    def validate_price_feed(self, product: str) -> PriceFeed:
        """Check that this is Pyth's account of a product, and read its feed.

        Args:
            product: a string literal `[cluster-]BASE/QUOTE`: 'SOL/USD' on mainnet, 'devnet-USD/JPY' on
                devnet. The address is looked up at compile time.
        """
        only_on_chain("PriceAccount.validate_price_feed")
