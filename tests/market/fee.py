"""The market's fee in plain Python, with the design document's example: what the programs and the client must agree with.

Written from the specification, and not from them, so that an error would have to be made twice.
"""

BPS = 10_000

# 1500 Wh at 0.15 GRID per kWh, and the market's 0.25 %.
EXAMPLE_VALUE, EXAMPLE_BPS, EXAMPLE_FEE = 225_000_000, 25, 562_500


def value_of_fee(value: int, fee_bps: int) -> int:
    """The market's share of a value, floored."""
    return value * fee_bps // BPS
