"""Energy, GRID and money: the arithmetic of the programs, digit for digit, in exact integers.

Energy is in Wh, GRID in base units (9 decimals, 1 GRID = 1 kWh), prices in base units of the payment mint per kWh,
fees in basis points. Results that the programs could not store (beyond u64) raise OverflowError, as they fail on chain.
"""

from __future__ import annotations

from decimal import Decimal

GRID_DECIMALS = 9
GRID_PER_WH = 1_000_000
"""Base units of GRID for one Wh."""
WH_PER_KWH = 1_000
BPS = 10_000
MAX_FEE_BPS = 1_000
LAMPORTS_PER_SOL = 1_000_000_000
U64_MAX = 2**64 - 1


def _u64(value: int, what: str) -> int:
    if not 0 <= value <= U64_MAX:
        raise OverflowError(f"{what} is {value}, which no u64 can hold")
    return value


def wh_to_grid(energy_wh: int) -> int:
    """Base units of GRID that stand for `energy_wh`."""
    return _u64(energy_wh * GRID_PER_WH, "GRID amount")


def trade_value(amount_wh: int, price_per_kwh: int) -> int:
    """The price of a trade of `amount_wh`. On a grid of whole thousands it is exact, without rounding."""
    return _u64(amount_wh * price_per_kwh // WH_PER_KWH, "trade value")


def lock_of(sells: bool, amount_wh: int, price_per_kwh: int) -> int:
    """The amount that an order locks: its energy in base units of GRID, or the most that it can cost, rounded up."""
    if sells:
        return wh_to_grid(amount_wh)
    return _u64(-(-amount_wh * price_per_kwh // WH_PER_KWH), "locked payment")


def fee_of(value: int, fee_bps: int) -> int:
    """The market's fee on a value, floored."""
    if not 0 <= fee_bps <= BPS:
        raise ValueError(f"a fee of {fee_bps} basis points; give 0 to {BPS}")
    return value * fee_bps // BPS


def format_units(amount: int, decimals: int = GRID_DECIMALS) -> str:
    """Base units as a decimal number without superfluous zeros: format_units(224437500) is '0.2244375'."""
    text = f"{Decimal(amount).scaleb(-decimals):f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def parse_units(text: str, decimals: int = GRID_DECIMALS) -> int:
    """Base units of a decimal number. Raises ValueError for more digits than the mint has."""
    try:
        scaled = Decimal(text).scaleb(decimals)
    except ArithmeticError:
        raise ValueError(f"{text!r} is not a number") from None
    if not scaled.is_finite() or scaled != scaled.to_integral_value():
        raise ValueError(f"{text!r} has more than {decimals} decimals")
    return _u64(int(scaled), "amount")


def format_wh(energy_wh: int) -> str:
    """Energy in kWh with all its digits: format_wh(61397) is '61.397 kWh'."""
    return f"{energy_wh // WH_PER_KWH:,}.{energy_wh % WH_PER_KWH:03} kWh"
