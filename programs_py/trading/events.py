"""What trading announces: the events of the market."""

from seahorse.prelude import *
from trading.accounts import MarketConfig


class TradingInitialized(Event):
    """The program is set up; the market comes next."""

    authority: Pubkey
    timestamp: i64


class MarketInitialized(Event):
    """The market and its vaults exist."""

    authority: Pubkey
    timestamp: i64


class MarketParamsUpdated(Event):
    """The fee or the switch for new epochs changed."""

    authority: Pubkey
    market_fee_bps: u16
    clearing_enabled: bool
    timestamp: i64


class MarketConfigUpdated(Event):
    """The market's other rules changed, for the epochs opened from now on."""

    authority: Pubkey
    config: MarketConfig
    timestamp: i64


class FeesWithdrawn(Event):
    """The authority took the fees; the amount is in base units of the payment mint."""

    authority: Pubkey
    amount: u64
    timestamp: i64


class TradingAccountOpened(Event):
    """A user can place orders from now on."""

    user: Pubkey
    timestamp: i64


class EpochOpened(Event):
    """Orders can enter an epoch; it lasts from `starts_at` to `ends_at`."""

    epoch: u64
    starts_at: i64
    ends_at: i64
    timestamp: i64


class MarketCleared(Event):
    """An epoch has its price, per kWh; volume, supply and demand are in Wh. All prices are 0 where nothing trades."""

    epoch: u64
    price: u64
    marginal_ask: u64
    marginal_bid: u64
    volume: u64
    supply: u64
    demand: u64
    timestamp: i64


class EpochClosed(Event):
    """A settled epoch was deleted, and its payer got the rent."""

    epoch: u64
    timestamp: i64


class SellOrderCreated(Event):
    """Energy is for sale: the amount in Wh, the price per kWh."""

    seller: Pubkey
    order_id: u64
    amount: u64
    price_per_kwh: u64
    timestamp: i64
    epoch: u64
    erc_certificate: Optional[Pubkey]


class BuyOrderCreated(Event):
    """Energy is wanted: the amount in Wh, the highest price per kWh."""

    buyer: Pubkey
    order_id: u64
    amount: u64
    price_per_kwh: u64
    timestamp: i64
    epoch: u64


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
    epoch: u64
    erc_certificate: Optional[Pubkey]


class OrderCancelled(Event):
    """A user cancelled the part of an order that could still be cancelled (Wh), and got back what was locked for it."""

    order_id: u64
    user: Pubkey
    timestamp: i64
    amount: u64


class OrderExpired(Event):
    """An order expired, and its user got back what it still had locked."""

    order_id: u64
    user: Pubkey
    timestamp: i64


class OrderClosed(Event):
    """A finished order was deleted, and its payer got the rent."""

    order_id: u64
    user: Pubkey
    timestamp: i64


class TradeRecordClosed(Event):
    """The record of an old trade was deleted, and its payer got the rent."""

    sell_sequence: u64
    buy_sequence: u64
    timestamp: i64
