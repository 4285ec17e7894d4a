"""The accounts of the five programs as records, as their generated clients have them, with what follows from them."""

from __future__ import annotations

from typing import ClassVar

from solders.pubkey import Pubkey

from gridtokenx.clients.energy_token import accounts as energy_token
from gridtokenx.clients.governance import accounts as governance
from gridtokenx.clients.governance.types import ErcStatus, Offer
from gridtokenx.clients.oracle import accounts as oracle
from gridtokenx.clients.registry import accounts as registry
from gridtokenx.clients.registry.types import MeterStatus, UserStatus
from gridtokenx.clients.trading import accounts as trading
from gridtokenx.clients.trading.types import EpochRules, OrderStatus, OrderType

__all__ = [
    "OPEN",
    "PRICE_LEVELS",
    "Epoch",
    "EpochRules",
    "ErcCertificate",
    "ErcStatus",
    "Market",
    "MeterAccount",
    "MeterStatus",
    "Offer",
    "OracleData",
    "Order",
    "OrderStatus",
    "OrderType",
    "PoAConfig",
    "RecValidator",
    "Record",
    "Registry",
    "TokenInfo",
    "TradeRecord",
    "TradingAccount",
    "UserAccount",
    "UserStatus",
]

PRICE_LEVELS = 512
"""Prices on an epoch's grid."""
OPEN = (OrderStatus.ACTIVE, OrderStatus.PARTIALLY_FILLED)


class Registry(registry.Registry):
    """The registry's settings and counters."""

    __slots__ = ()
    PROGRAM: ClassVar[str] = "registry"


class UserAccount(registry.UserAccount):
    """A member of the market; `authority` is the wallet."""

    __slots__ = ()
    PROGRAM: ClassVar[str] = "registry"


class MeterAccount(registry.MeterAccount):
    """A meter and its totals, in Wh."""

    __slots__ = ()
    PROGRAM: ClassVar[str] = "registry"

    @property
    def unsettled(self) -> int:
        """Net generation that is not minted yet, Wh."""
        return max(0, self.total_generation - self.total_consumption - self.settled_net_generation)


class OracleData(oracle.OracleData):
    """The oracle's settings and counters."""

    __slots__ = ()
    PROGRAM: ClassVar[str] = "oracle"


class TokenInfo(energy_token.TokenInfo):
    """GRID's record; amounts in base units."""

    __slots__ = ()
    PROGRAM: ClassVar[str] = "energy_token"


class RecValidator(energy_token.RecValidator):
    """An organization that validates certificates."""

    __slots__ = ()
    PROGRAM: ClassVar[str] = "energy_token"


class Market(trading.Market):
    """The market's rules for epochs to come, and its counters."""

    __slots__ = ()
    PROGRAM: ClassVar[str] = "trading"

    @property
    def highest_price(self) -> int:
        """The last price of the grid."""
        return self.price_floor + (PRICE_LEVELS - 1) * self.price_tick

    def on_grid(self, price: int) -> int:
        """The highest price of the grid that is not above `price`, or the lowest there is."""
        level = max(0, min((price - self.price_floor) // self.price_tick, PRICE_LEVELS - 1))
        return self.price_floor + level * self.price_tick


class TradingAccount(trading.TradingAccount):
    """A user's standing in the market."""

    __slots__ = ()
    PROGRAM: ClassVar[str] = "trading"


class Epoch(trading.Epoch):
    """A quarter-hour of the market: its rules, its book (Wh at each price of the grid) and its result."""

    __slots__ = ()
    PROGRAM: ClassVar[str] = "trading"

    def price_at(self, level: int) -> int:
        """A price of the grid."""
        return self.rules.price_floor + level * self.rules.price_tick

    def is_settled(self, now: int) -> bool:
        """Whether only what flooring leaves over is not settled, or the time for it is over at `now`."""
        return now > self.settles_until or (self.cleared and self.unsettled < max(self.orders, 1))


class Order(trading.Order):
    """A buy or sell order in one epoch; `locked` is in base units of GRID (sell) or of the payment mint (buy)."""

    __slots__ = ()
    PROGRAM: ClassVar[str] = "trading"

    @property
    def remaining(self) -> int:
        """Energy that no trade has used and that its owner has not taken back, Wh."""
        return self.amount - self.filled_amount - self.cancelled_amount

    def is_of(self, epoch: Epoch) -> bool:
        """Whether it was placed in an epoch: an index can come again after the length of epochs was changed."""
        return (self.epoch, self.expires_at) == (epoch.index, epoch.settles_until)

    @property
    def sells(self) -> bool:
        """Whether it is an offer."""
        return self.order_type is OrderType.SELL

    @property
    def owner(self) -> Pubkey:
        """Whose order it is."""
        return self.seller if self.sells else self.buyer

    @property
    def is_open(self) -> bool:
        """Whether it still has something locked, as far as its status says."""
        return self.status in OPEN


class TradeRecord(trading.TradeRecord):
    """A trade; energy in Wh, money in base units of the payment mint."""

    __slots__ = ()
    PROGRAM: ClassVar[str] = "trading"

    def is_of(self, epoch: Epoch) -> bool:
        """Whether it was made in an epoch, and not in a former one whose index came again."""
        return self.epoch == epoch.index and self.executed_at >= epoch.ends_at


class PoAConfig(governance.PoAConfig):
    """Governance's settings and statistics."""

    __slots__ = ()
    PROGRAM: ClassVar[str] = "governance"


class ErcCertificate(governance.ErcCertificate):
    """A renewable energy certificate; energy in Wh."""

    __slots__ = ()
    PROGRAM: ClassVar[str] = "governance"

    @property
    def available(self) -> int:
        """The Wh that no offer reserves and that are not retired."""
        return self.energy_amount - self.reserved_amount - self.retired_amount


Record = (
    Registry
    | UserAccount
    | MeterAccount
    | OracleData
    | TokenInfo
    | RecValidator
    | Market
    | TradingAccount
    | Epoch
    | Order
    | TradeRecord
    | PoAConfig
    | ErcCertificate
)
