"""Pyth's price accounts under CPython, at the offsets of pyth-sdk-solana's SolanaPriceAccount."""

from __future__ import annotations

from seahorse.engine.state.errors import InstructionError
from seahorse.engine.values.objects import AnyAccount, state_of

_TRADING = 1


class Price:
    """A price as it stands in the account's data."""

    def __init__(self, data: bytes) -> None:
        def number(offset: int, size: int, signed: bool) -> int:
            return int.from_bytes(data[offset : offset + size], "little", signed=signed)

        self.expo = number(20, 4, True)
        self.publish_time = number(96, 8, True)
        self.price = number(208, 8, True)
        self.conf = number(216, 8, False)

    def num(self) -> float:
        return float(self.price) * 10.0**self.expo


class PriceFeed:
    """The account's data as it is when the feed is made."""

    def __init__(self, account: AnyAccount) -> None:
        self._data = bytes(state_of(account).data)

    def get_price(self) -> Price:
        data = self._data
        if int.from_bytes(data[224:228], "little") != _TRADING:
            raise InstructionError("InvalidAccountData")
        return Price(data)


class PriceAccount(AnyAccount):
    def validate_price_feed(self, product: bytes) -> PriceFeed:
        """`product`: the address of its price account, which the compiler has looked up."""
        if state_of(self).key != product:
            raise ValueError("this is not the price account of the product")
        return PriceFeed(self)
