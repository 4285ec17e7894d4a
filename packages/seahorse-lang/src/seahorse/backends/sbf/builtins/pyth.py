"""Pyth price accounts (pyth-sdk-solana `SolanaPriceAccount`)."""

from __future__ import annotations

from collections.abc import Callable

from seahorse.backends.sbf.accounts import account_records
from seahorse.backends.sbf.accounts.account_records import DATA, KEY
from seahorse.backends.sbf.accounts.known_data import PriceData
from seahorse.backends.sbf.builtins.tokens import record_of
from seahorse.backends.sbf.frame.frame import Frame
from seahorse.backends.sbf.frame.layout import Parts
from seahorse.backends.sbf.scalars import floats
from seahorse.semantics import tree
from seahorse.semantics.tree.types import IntType


def _validate(frame: Frame, e: tree.Builtin) -> Parts:
    """The account must be the product's: InvalidArgument. A feed is the address of its data."""
    f = frame.f
    record = record_of(frame, e.args[0])
    product = e.args[1]
    assert isinstance(product, tree.PubkeyLit)
    frame.invalid(account_records.same_key(frame, f.at(record, KEY), product.value).not_(), e.span)
    return (f.at(record, DATA),)


def _get_price(frame: Frame, e: tree.Builtin) -> Parts:
    """The current price; when the product is not trading: InvalidAccountData."""
    f = frame.f
    feed = frame.one(e.args[0])
    halted = f.load("i32", feed, PriceData.STATUS).ne(PriceData.TRADING)
    f.raise_if(halted, frame.errors.program_error("InvalidAccountData", e.span))
    return (feed,)


def _field(offset: int, ty: str) -> Callable[[Frame, tree.Builtin], Parts]:
    return lambda frame, e: (frame.f.load(ty, frame.one(e.args[0]), offset),)


def _num(frame: Frame, e: tree.Builtin) -> Parts:
    """`price * 10 ** expo` as a float."""
    f = frame.f
    feed = frame.one(e.args[0])
    mantissa = floats.from_int(frame, IntType(64, True), f.load("i64", feed, PriceData.PRICE))
    expo = f.load("i32", feed, PriceData.EXPONENT)
    ten = floats.literal(frame, 10.0)
    return (floats.arith(frame, "*", mantissa, f.runtime("f64_pow_int", ten, expo.sext("i64")), e.span),)


BUILTINS: dict[str, Callable[[Frame, tree.Builtin], Parts]] = {
    "price.validate_price_feed": _validate,
    "price.get_price": _get_price,
    "price.num": _num,
    "price.price": _field(PriceData.PRICE, "i64"),
    "price.conf": _field(PriceData.CONFIDENCE, "i64"),
    "price.expo": _field(PriceData.EXPONENT, "i32"),
    "price.publish_time": _field(PriceData.TIMESTAMP, "i64"),
}
