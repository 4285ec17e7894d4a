"""Pyth: prices read from accounts that the test makes in Pyth's layout."""

import struct
from collections.abc import Callable

import pytest
from solders.pubkey import Pubkey

from seahorse.testing import DeployedProgram, Ledger, expect_error

SOL_ON_DEVNET = Pubkey.from_string("J83w4HKfqxwcq3BEMMkPFSppX3gqekLyLJBexebFVkix")
ETH_ON_MAINNET = Pubkey.from_string("JBu1AL4obBcCMqKBBxhpWCNUt136ijcuMZLFvTP7iWdB")
PYTH = Pubkey.from_string("gSbePebfvPy7tRqimPoVecS2UsBvYv46ynrzWocc92s")
TRADING, HALTED = 1, 2


def price_account(price: int, conf: int, expo: int, status: int = TRADING, magic: int = 0xA1B2C3D4) -> bytes:
    """A price account of Pyth's version 2: header, exponent, and the aggregate price."""
    data = bytearray(3_312)
    struct.pack_into("<IIIIIi", data, 0, magic, 2, 3, len(data), 1, expo)
    struct.pack_into("<qQI", data, 208, price, conf, status)
    return bytes(data)


@pytest.fixture
def quotes(deploy: Callable[[str], DeployedProgram]) -> DeployedProgram:
    return deploy("quotes")


@pytest.mark.parametrize(
    ("price", "expo", "shown"),
    [
        (2_345_000_000, -8, "23.45"),
        (15, 2, "1500.0"),
        (-5, 0, "-5.0"),
        (0, -8, "0.0"),
        (2**63 - 1, -18, repr((2**63 - 1) * 10.0**-18)),
        (1, -9, "1e-09"),
    ],
)
def test_a_price_as_a_number(ledger: Ledger, quotes: DeployedProgram, price: int, expo: int, shown: str):
    ledger.set_account(SOL_ON_DEVNET, data=price_account(price, 7, expo), owner=PYTH)
    result = quotes.show(quote=SOL_ON_DEVNET)
    (printed,) = result.messages
    assert float(printed) == pytest.approx(float(shown), rel=1e-15)
    assert (result.events, result.changed) == ([], [])


def test_the_parts_of_a_price(ledger: Ledger, quotes: DeployedProgram):
    ledger.set_account(ETH_ON_MAINNET, data=price_account(301_234_567_890, 123_456, -8), owner=PYTH)
    assert quotes.show_parts(quote=ETH_ON_MAINNET).messages == ["301234567890 123456 -8"]


def test_only_the_products_own_account(ledger: Ledger, quotes: DeployedProgram):
    for place in (SOL_ON_DEVNET, ETH_ON_MAINNET):
        ledger.set_account(place, data=price_account(1, 1, 0), owner=PYTH)
    with expect_error("InvalidArgument"):
        quotes.show(quote=ETH_ON_MAINNET)
    with expect_error("InvalidArgument"):
        quotes.show_parts(quote=SOL_ON_DEVNET)


def test_a_product_that_is_not_trading(ledger: Ledger, quotes: DeployedProgram):
    ledger.set_account(SOL_ON_DEVNET, data=price_account(1, 1, 0, status=HALTED), owner=PYTH)
    with expect_error("InvalidAccountData"):
        quotes.show(quote=SOL_ON_DEVNET)


@pytest.mark.parametrize("data", [b"", price_account(1, 1, 0)[:239], price_account(1, 1, 0, magic=1)])
def test_what_is_no_price_account(ledger: Ledger, quotes: DeployedProgram, data: bytes):
    ledger.set_account(SOL_ON_DEVNET, data=data, owner=PYTH)
    with expect_error("InvalidAccountData"):
        quotes.show(quote=SOL_ON_DEVNET)
