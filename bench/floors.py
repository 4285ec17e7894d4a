"""What the syscalls alone of the market's busiest instructions take: no program in any language can do with less.

Costs are Agave's: what the runtime charges for each syscall and for each program that is called.
"""

INVOKE = 946  # a call of another program
SYSTEM_CREATE = 150  # the system program's CreateAccount
TOKEN_TRANSFER = 76  # the token program's Transfer
CLOCK = 100 + 40  # a sysvar, and its bytes
RENT = 100 + 17
HASH = 85 + 5 * 10  # of a few seeds
ON_CURVE = 159  # whether an address has a key


def event(data_bytes: int) -> int:
    """One event: a base, one slice, and its bytes with the discriminator."""
    return 100 + 100 + 8 + data_bytes


TRANSFER = INVOKE + TOKEN_TRANSFER
# With the best of luck: the first bump gives an address. Each miss costs another hash and another look at the curve.
NEW_ACCOUNT = HASH + ON_CURVE + RENT + INVOKE + SYSTEM_CREATE
KEY, NUMBER = 32, 8

FLOORS = {
    "trading.create_sell_order": CLOCK + NEW_ACCOUNT + TRANSFER + event(KEY + 5 * NUMBER + 1),
    "trading.create_buy_order": CLOCK + NEW_ACCOUNT + TRANSFER + event(KEY + 5 * NUMBER),
    "trading.clear_epoch": CLOCK + event(8 * NUMBER),
    "trading.match_orders": CLOCK + NEW_ACCOUNT + 2 * TRANSFER + event(4 * KEY + 6 * NUMBER + 1),
    "trading.match_orders, with a payment token": CLOCK + NEW_ACCOUNT + 3 * TRANSFER + event(4 * KEY + 6 * NUMBER + 1),
    "oracle.submit_meter_reading": CLOCK + event(4 + 9 + KEY + 3 * NUMBER) + INVOKE + event(4 + 9 + KEY + 3 * NUMBER),
}
