"""What energy costs: values, locks and fees, in base units."""

from common import GRID_PER_WH, WH_PER_KWH
from seahorse.prelude import *
from trading.accounts import OrderType

BASIS_POINTS = 10_000
U64_MAX = 18_446_744_073_709_551_615


def trade_value(amount_wh: u64, price_per_kwh: u64) -> u64:
    """What energy costs, in base units of the payment mint.

    Nothing is rounded: a price on the grid is a multiple of 1000, that is a whole number of base units per Wh.
    """
    return amount_wh * (price_per_kwh // WH_PER_KWH)


def lock_of(side: OrderType, amount_wh: u64, price_per_kwh: u64) -> u64:
    """What an order must have locked: the energy of a sell order, the most that a buy order can cost."""
    return amount_wh * GRID_PER_WH if side == OrderType.SELL else trade_value(amount_wh, price_per_kwh)


def fee_of(value: u64, market_fee_bps: u16) -> u64:
    """The market's share of a value: `floor(value * market_fee_bps / 10 000)`.

    The value is taken apart, so that the product needs no more than 64 bits.
    """
    return value // BASIS_POINTS * market_fee_bps + value % BASIS_POINTS * market_fee_bps // BASIS_POINTS
