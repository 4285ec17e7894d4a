"""What the syscalls alone of the market's busiest instructions take: no program in any language can do with less.

Costs are Agave's: what the runtime charges for each syscall and for each program that is called.
"""

import json

from solders.pubkey import Pubkey

from bench.scenario import BID, FIRST_TRADE, OFFER, ROOT

INVOKE = 946  # a call of another program
SYSTEM_CREATE = 150  # the system program's CreateAccount
TOKEN_TRANSFER = 76  # the token program's Transfer
TOKEN_BATCHES = {2: 359, 3: 524}  # its Batch of several transfers, by their number
CLOCK = RENT = 100 + 10  # some bytes of a sysvar
HASH = 85 + 5 * 10  # of a few seeds
ON_CURVE = 159  # whether an address has a key


def event(data_bytes: int) -> int:
    """One event: a base, one slice, and its bytes with the discriminator."""
    return 100 + 100 + 8 + data_bytes


def transfers(count: int) -> int:
    """Several transfers in one call."""
    return INVOKE + TOKEN_BATCHES[count]


TRANSFER = INVOKE + TOKEN_TRANSFER
MISS = HASH + ON_CURVE  # a bump that gives no address
OUR_MISS = MISS + 21  # the same in our programs, with the instructions around the syscalls
# With the best of luck: the first bump gives the address, at which the runtime looks for nothing when it signs. Each
# miss costs another hash and a look at the curve.
NEW_ACCOUNT = HASH + RENT + INVOKE + SYSTEM_CREATE
KEY, NUMBER = 32, 8

FLOORS = {
    "trading.create_sell_order": CLOCK + NEW_ACCOUNT + TRANSFER + event(KEY + 5 * NUMBER + 1),
    "trading.create_buy_order": CLOCK + NEW_ACCOUNT + TRANSFER + event(KEY + 5 * NUMBER),
    "trading.clear_epoch": CLOCK + event(8 * NUMBER),
    "trading.match_orders": CLOCK + NEW_ACCOUNT + transfers(2) + event(4 * KEY + 6 * NUMBER + 1),
    "trading.match_orders, with a payment token": CLOCK + NEW_ACCOUNT + transfers(3) + event(4 * KEY + 6 * NUMBER + 1),
    "trading.cancel_order": CLOCK + HASH + TRANSFER + event(KEY + 3 * NUMBER),
    "oracle.submit_meter_reading": CLOCK + event(4 + 9 + KEY + 3 * NUMBER) + INVOKE + event(4 + 9 + KEY + 3 * NUMBER),
}


def _number(value: int) -> bytes:
    return value.to_bytes(8, "little")


NEW_ADDRESSES = {
    "trading.create_sell_order": (b"order", _number(OFFER)),
    "trading.create_buy_order": (b"order", _number(BID)),
    "trading.match_orders": (b"trade", *map(_number, FIRST_TRADE)),
    "trading.match_orders, with a payment token": (b"trade", *map(_number, FIRST_TRADE)),
}
"""Seeds of the account that the measured execution creates; the others create none."""


def missed_bumps(name: str) -> int:
    """How many bumps the measured execution of an instruction tried in vain for the address of its new account."""
    if name not in NEW_ADDRESSES:
        return 0
    idl = json.loads((ROOT / "idls" / "trading.json").read_text(encoding="utf-8"))
    program = Pubkey.from_string(idl.get("address") or idl["metadata"]["address"])
    return 255 - Pubkey.find_program_address(list(NEW_ADDRESSES[name]), program)[1]
