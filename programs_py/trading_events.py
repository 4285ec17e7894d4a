"""What trading announces: the events of the market."""

from seahorse.prelude import *


class TradingInitialized(Event):
    """The program is set up; the market comes next."""

    authority: Pubkey
    timestamp: i64


class MarketInitialized(Event):
    """The market and its vaults exist."""

    authority: Pubkey
    timestamp: i64


class TradingAccountOpened(Event):
    """A user can place orders from now on."""

    user: Pubkey
    timestamp: i64


class SellOrderCreated(Event):
    """Energy is for sale: the amount in Wh, the price per kWh."""

    seller: Pubkey
    order_id: u64
    amount: u64
    price_per_kwh: u64
    timestamp: i64


class BuyOrderCreated(Event):
    """Energy is wanted: the amount in Wh, the highest price per kWh."""

    buyer: Pubkey
    order_id: u64
    amount: u64
    price_per_kwh: u64
    timestamp: i64


class OrderMatched(Event):
    """Two orders traded and were settled: the amount in Wh, the price per kWh, the money in base units."""

    sell_order: Pubkey
    buy_order: Pubkey
    seller: Pubkey
    buyer: Pubkey
    amount: u64
    price: u64
    total_value: u64
    fee_amount: u64
    timestamp: i64


class OrderCancelled(Event):
    """A user took an order back, and got what it still had locked."""

    order_id: u64
    user: Pubkey
    timestamp: i64


class OrderExpired(Event):
    """An order was past its time, and its user got what it still had locked."""

    order_id: u64
    user: Pubkey
    timestamp: i64


class OrderClosed(Event):
    """A finished order was deleted, and its user got the rent."""

    order_id: u64
    user: Pubkey
    timestamp: i64


class EpochOpened(Event):
    """The oracle opened an epoch; `start` is the beginning of its interval."""

    epoch: u64
    start: i64
    timestamp: i64


class FeesWithdrawn(Event):
    """The authority took the fees; the amount is in base units of the payment mint."""

    authority: Pubkey
    amount: u64
    timestamp: i64


class MarketParamsUpdated(Event):
    """The fee or the matching switch changed."""

    authority: Pubkey
    market_fee_bps: u16
    clearing_enabled: bool
    timestamp: i64


class MarketConfigUpdated(Event):
    """The market's other settings changed."""

    authority: Pubkey
    matcher: Pubkey
    epoch_length: i64
    max_orders_per_user: u32
    require_erc: bool
    order_ttl: i64
    timestamp: i64
