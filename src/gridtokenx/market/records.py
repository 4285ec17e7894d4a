"""The accounts of the five programs as records, with their statuses."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar

from solders.pubkey import Pubkey

from gridtokenx.market.ami import Affiliation, MeterType, UserType


class UserStatus(StrEnum):
    """The registry's UserStatus."""

    ACTIVE = "Active"
    SUSPENDED = "Suspended"
    INACTIVE = "Inactive"


class MeterStatus(StrEnum):
    """The registry's MeterStatus."""

    ACTIVE = "Active"
    INACTIVE = "Inactive"
    MAINTENANCE = "Maintenance"


class OrderType(StrEnum):
    """The trading program's OrderType."""

    SELL = "Sell"
    BUY = "Buy"


class OrderStatus(StrEnum):
    """The trading program's OrderStatus."""

    ACTIVE = "Active"
    PARTIALLY_FILLED = "PartiallyFilled"
    COMPLETED = "Completed"
    CANCELLED = "Cancelled"
    EXPIRED = "Expired"


class ErcStatus(StrEnum):
    """Governance's ErcStatus."""

    VALID = "Valid"
    EXPIRED = "Expired"
    REVOKED = "Revoked"
    PENDING = "Pending"


PRICE_LEVELS = 512
"""Prices on an epoch's grid."""
OPEN = (OrderStatus.ACTIVE, OrderStatus.PARTIALLY_FILLED)


@dataclass(frozen=True, slots=True)
class Registry:
    """The registry's settings and counters."""

    PROGRAM: ClassVar[str] = "registry"

    authority: Pubkey
    user_count: int
    meter_count: int
    created_at: int
    max_meters_per_user: int
    open_registration: bool
    building_location: str
    bump: int


@dataclass(frozen=True, slots=True)
class UserAccount:
    """A member of the market; `authority` is the wallet."""

    PROGRAM: ClassVar[str] = "registry"

    authority: Pubkey
    user_type: UserType
    location: str
    status: UserStatus
    registered_at: int
    meter_count: int
    affiliation: Affiliation
    payer: Pubkey
    bump: int


@dataclass(frozen=True, slots=True)
class MeterAccount:
    """A meter and its totals, in Wh."""

    PROGRAM: ClassVar[str] = "registry"

    meter_id: str
    owner: Pubkey
    meter_type: MeterType
    status: MeterStatus
    registered_at: int
    last_reading_at: int
    total_generation: int
    total_consumption: int
    settled_net_generation: int
    claimed_erc_generation: int
    payer: Pubkey
    bump: int

    @property
    def unsettled(self) -> int:
        """Net generation that is not minted yet, Wh."""
        return max(0, self.total_generation - self.total_consumption - self.settled_net_generation)


@dataclass(frozen=True, slots=True)
class OracleData:
    """The oracle's settings and counters."""

    PROGRAM: ClassVar[str] = "oracle"

    authority: Pubkey
    api_gateway: Pubkey
    total_readings: int
    last_reading_timestamp: int
    last_clearing: int
    active: bool
    created_at: int
    market_clearing_interval: int
    auto_clearing_enabled: bool
    max_reading_wh: int
    bump: int
    ami_endpoint: str


@dataclass(frozen=True, slots=True)
class TokenInfo:
    """GRID's record; amounts in base units."""

    PROGRAM: ClassVar[str] = "energy_token"

    authority: Pubkey
    mint: Pubkey
    total_supply: int
    created_at: int
    name: str
    symbol: str
    decimals: int
    registry_program: Pubkey
    require_rec_cosign: bool
    bump: int


@dataclass(frozen=True, slots=True)
class RecValidator:
    """An organization that validates certificates."""

    PROGRAM: ClassVar[str] = "energy_token"

    validator: Pubkey
    authority_name: str
    added_at: int
    payer: Pubkey
    bump: int


@dataclass(frozen=True, slots=True)
class Market:
    """The market's rules for epochs to come, and its counters."""

    PROGRAM: ClassVar[str] = "trading"

    authority: Pubkey
    active_orders: int
    total_volume: int
    total_trades: int
    created_at: int
    clearing_enabled: bool
    market_fee_bps: int
    energy_mint: Pubkey
    payment_mint: Pubkey
    matcher: Pubkey
    epoch_length: int
    next_order_id: int
    max_orders_per_user: int
    min_order_wh: int
    require_erc: bool
    price_floor: int
    price_tick: int
    settlement_window: int
    price_weight_bps: int
    energy_vault: Pubkey
    payment_vault: Pubkey
    unclaimed_fees: int
    bump: int

    @property
    def highest_price(self) -> int:
        """The last price of the grid."""
        return self.price_floor + (PRICE_LEVELS - 1) * self.price_tick

    def on_grid(self, price: int) -> int:
        """The highest price of the grid that is not above `price`, or the lowest there is."""
        level = max(0, min((price - self.price_floor) // self.price_tick, PRICE_LEVELS - 1))
        return self.price_floor + level * self.price_tick


@dataclass(frozen=True, slots=True)
class TradingAccount:
    """A user's standing in the market."""

    PROGRAM: ClassVar[str] = "trading"

    user: Pubkey
    open_orders: int
    created_at: int
    bump: int


@dataclass(frozen=True, slots=True)
class EpochRules:
    """The market's rules as an epoch took them when it was opened."""

    market_fee_bps: int
    matcher: Pubkey
    min_order_wh: int
    require_erc: bool
    price_floor: int
    price_tick: int
    price_weight_bps: int


@dataclass(frozen=True, slots=True)
class Epoch:
    """A quarter-hour of the market: its rules, its book (Wh at each price of the grid) and its result."""

    PROGRAM: ClassVar[str] = "trading"

    index: int
    starts_at: int
    ends_at: int
    settles_until: int
    payer: Pubkey
    rules: EpochRules
    orders: int
    supply: int
    demand: int
    cleared: bool
    price: int
    volume: int
    unsettled: int
    marginal_ask: int
    marginal_bid: int
    offered_at_margin: int
    sold_at_margin: int
    asked_at_margin: int
    bought_at_margin: int
    bump: int
    offers: list[int]
    bids: list[int]

    def price_at(self, level: int) -> int:
        """A price of the grid."""
        return self.rules.price_floor + level * self.rules.price_tick

    def is_settled(self, now: int) -> bool:
        """Whether only what flooring leaves over is not settled, or the time for it is over at `now`."""
        return now > self.settles_until or (self.cleared and self.unsettled < max(self.orders, 1))


@dataclass(frozen=True, slots=True)
class Order:
    """A buy or sell order in one epoch; `locked` is in base units of GRID (sell) or of the payment mint (buy)."""

    PROGRAM: ClassVar[str] = "trading"

    seller: Pubkey
    buyer: Pubkey
    amount: int
    filled_amount: int
    price_per_kwh: int
    order_type: OrderType
    status: OrderStatus
    created_at: int
    expires_at: int
    order_id: int
    sequence: int
    epoch: int
    locked: int
    cancelled_amount: int
    erc_certificate: Pubkey | None
    payer: Pubkey
    bump: int

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


@dataclass(frozen=True, slots=True)
class TradeRecord:
    """A trade; energy in Wh, money in base units of the payment mint."""

    PROGRAM: ClassVar[str] = "trading"

    sell_order: Pubkey
    buy_order: Pubkey
    seller: Pubkey
    buyer: Pubkey
    amount: int
    price_per_kwh: int
    total_value: int
    fee_amount: int
    executed_at: int
    sell_sequence: int
    buy_sequence: int
    epoch: int
    erc_certificate: Pubkey | None
    payer: Pubkey
    bump: int

    def is_of(self, epoch: Epoch) -> bool:
        """Whether it was made in an epoch, and not in a former one whose index came again."""
        return self.epoch == epoch.index and self.executed_at >= epoch.ends_at


@dataclass(frozen=True, slots=True)
class Offer:
    """A role of governance that is offered to somebody, until `ends_at`."""

    candidate: Pubkey
    ends_at: int


@dataclass(frozen=True, slots=True)
class PoAConfig:
    """Governance's settings and statistics."""

    PROGRAM: ClassVar[str] = "governance"

    authority: Pubkey
    authority_name: str
    contact_info: str
    version: int
    emergency_paused: bool
    emergency_timestamp: int | None
    emergency_reason: str | None
    maintenance_mode: bool
    erc_validation_enabled: bool
    min_energy_amount: int
    max_erc_amount: int
    erc_validity_period: int
    auto_revoke_expired: bool
    require_oracle_validation: bool
    delegation_enabled: bool
    oracle_authority: Pubkey | None
    min_oracle_confidence: int
    allow_certificate_transfers: bool
    total_ercs_issued: int
    total_ercs_validated: int
    total_ercs_revoked: int
    total_energy_certified: int
    created_at: int
    last_updated: int
    last_erc_issued_at: int | None
    engineering_authority: Pubkey
    pending_authority: Offer | None
    pending_engineering_authority: Offer | None
    authorized_programs: list[Pubkey]
    campus_network: str
    bump: int


@dataclass(frozen=True, slots=True)
class ErcCertificate:
    """A renewable energy certificate; energy in Wh."""

    PROGRAM: ClassVar[str] = "governance"

    certificate_id: str
    authority: Pubkey
    energy_amount: int
    renewable_source: str
    validation_data: str
    issued_at: int
    expires_at: int | None
    status: ErcStatus
    validated_for_trading: bool
    trading_validated_at: int | None
    owner: Pubkey
    meter_id: str
    revocation_reason: str | None
    reserved_amount: int
    retired_amount: int
    bump: int

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
