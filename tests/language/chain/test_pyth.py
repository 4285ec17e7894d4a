"""Pyth price accounts, made by the test in the layout of pyth-sdk."""

from __future__ import annotations

import struct

from solders.pubkey import Pubkey

from seahorse.semantics.calls.accounts.pyth_products import PRODUCTS
from seahorse.testing import Ledger, expect_error

SOURCE = """
from seahorse.prelude import *
from seahorse.pyth import *
declare_id('Fg6PaFpoGXkYsidMpWTK6W2BeZ7FEfcYkg476zPFsLnS')

@instruction
def read(account: PriceAccount) -> f64:
    feed = account.validate_price_feed('SOL/USD')
    price = feed.get_price()
    print(price.price, price.conf, price.expo, price.publish_time)
    return price.num()
"""


def price_account(price: int, conf: int, expo: int, status: int = 1, magic: int = 0xA1B2C3D4) -> bytes:
    data = bytearray(3312)
    struct.pack_into("<IIII", data, 0, magic, 2, 3, 3312)
    struct.pack_into("<Ii", data, 16, 1, expo)
    struct.pack_into("<q", data, 96, 1_700_000_000)
    struct.pack_into("<qQI", data, 208, price, conf, status)
    return bytes(data)


def test_prices() -> None:
    ledger = Ledger()
    p = ledger.deploy_text(SOURCE)
    address = Pubkey.from_string(PRODUCTS[("mainnet", "SOL/USD")])
    owner = ledger.key().pubkey()
    for price, expo in ((15_012_345_678, -8), (-5, 0), (3, 2), (1, -12)):
        ledger.set_account(address, data=price_account(price, 99, expo), owner=owner)
        done = p.read(account=address)
        assert done.messages == [f"{price} 99 {expo} 1700000000"]
        assert abs(done.value - price * 10.0**expo) <= abs(done.value) * 2**-52
    ledger.set_account(address, data=price_account(1, 1, 0, status=0), owner=owner)
    with expect_error("InvalidAccountData"):
        p.read(account=address)
    ledger.set_account(address, data=price_account(1, 1, 0, magic=7), owner=owner)
    with expect_error("InvalidAccountData"):
        p.read(account=address)
    other = ledger.key().pubkey()
    ledger.set_account(other, data=price_account(1, 1, 0), owner=owner)
    with expect_error("InvalidArgument"):
        p.read(account=other)
