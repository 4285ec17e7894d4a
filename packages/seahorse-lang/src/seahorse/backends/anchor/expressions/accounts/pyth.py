"""Price accounts of Pyth: the module that reads them, and the translation of what programs do with them."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from seahorse.backends.anchor.expressions.accounts.cpi import info
from seahorse.backends.anchor.rust.calls import RustCall
from seahorse.backends.anchor.rust.chains import Method, RustField
from seahorse.backends.anchor.rust.exprs import Prefix
from seahorse.backends.anchor.scope.bindings import RustValue
from seahorse.backends.anchor.scope.body_writer import BodyWriter
from seahorse.semantics import tree

_MODULE = """//! Prices of the Pyth network, read from the accounts of its on-chain program.

use anchor_lang::prelude::*;

const MAGIC: u32 = 0xa1b2_c3d4;
const VERSION: u32 = 2;
const PRICE_ACCOUNT: u32 = 3;
const TRADING: u32 = 1;
const HEADER_LEN: usize = 240;

/// A price with its uncertainty: `(price ± conf) * 10^expo`.
#[derive(Clone, Copy, Debug)]
pub struct Price {
    pub price: i64,
    pub conf: u64,
    pub expo: i32,
    pub publish_time: i64,
}

/// The current aggregated price of a product.
#[derive(Clone, Copy, Debug)]
pub struct PriceFeed {
    price: Price,
    status: u32,
}

/// Whether an account has the layout of a price.
pub fn is_price_account(account: &AccountInfo) -> bool {
    account.try_borrow_data().is_ok_and(|data| {
        data.len() >= HEADER_LEN
            && u32::from_le_bytes(field(&data, 0)) == MAGIC
            && u32::from_le_bytes(field(&data, 4)) == VERSION
            && u32::from_le_bytes(field(&data, 8)) == PRICE_ACCOUNT
    })
}

impl PriceFeed {
    /// The feed in a price account, which must be the product's.
    pub fn of(account: &AccountInfo, product: &Pubkey) -> Result<Self> {
        if account.key != product {
            return Err(ProgramError::InvalidArgument.into());
        }
        let data = account.try_borrow_data()?;
        let price = Price {
            price: i64::from_le_bytes(field(&data, 208)),
            conf: u64::from_le_bytes(field(&data, 216)),
            expo: i32::from_le_bytes(field(&data, 20)),
            publish_time: i64::from_le_bytes(field(&data, 96)),
        };
        let status = u32::from_le_bytes(field(&data, 224));
        Ok(Self { price, status })
    }

    /// The price, unless the product is not trading at present.
    pub fn get_price(&self) -> Result<Price> {
        if self.status != TRADING {
            return Err(ProgramError::InvalidAccountData.into());
        }
        Ok(self.price)
    }
}

impl Price {
    /// The price as a floating-point number.
    pub fn num(&self) -> f64 {
        self.price as f64 * 10_f64.powf(f64::from(self.expo))
    }
}

fn field<const N: usize>(data: &[u8], at: usize) -> [u8; N] {
    let mut out = [0; N];
    out.copy_from_slice(&data[at..at + N]);
    out
}
"""


def pyth_file(header: str, wanted: Iterable[str]) -> str | None:
    """`pyth.rs`; None when the program reads no prices."""
    return f"{header}\n\n{_MODULE}" if "pyth" in set(wanted) else None


def _validate(body: BodyWriter, e: tree.Builtin) -> RustValue:
    body.crate.helpers.add("pyth")
    body.use("crate", "pyth")
    given = [Prefix("&", info(body, e.args[0])), Prefix("&", body.operand(e.args[1]))]
    return RustValue(body.fail(RustCall("pyth::PriceFeed::of", given)))


def _get_price(body: BodyWriter, e: tree.Builtin) -> RustValue:
    return RustValue(body.fail(Method(body.place(e.args[0]), "get_price")))


def _num(body: BodyWriter, e: tree.Builtin) -> RustValue:
    return RustValue(Method(body.place(e.args[0]), "num"))


def _field(name: str) -> Callable[[BodyWriter, tree.Builtin], RustValue]:
    return lambda body, e: RustValue(RustField(body.place(e.args[0]), name), "place")


BUILTINS = {
    "price.validate_price_feed": _validate,
    "price.get_price": _get_price,
    "price.num": _num,
    **{f"price.{n}": _field(n) for n in ("price", "conf", "expo", "publish_time")},
}
