"""Rent exemption, by the Rent sysvar."""

from __future__ import annotations

from seahorse.backends.sbf.accounts.known_data import RentData
from seahorse.backends.sbf.llvm.function import FunctionBuilder
from seahorse.backends.sbf.llvm.values import Value
from seahorse.ir.addresses import decode_base58

RENT_SYSVAR_ID = decode_base58("SysvarRent111111111111111111111111111111111")


def rent_of(f: FunctionBuilder, space: Value, unsupported: int) -> Value:
    """Lamports that exempt an account of `space` bytes from rent: (128 + space) * lamports per byte * threshold."""
    rent = f.alloca(RentData.SIZE)
    f.call("sol_get_sysvar", f.bytes(RENT_SYSVAR_ID), rent, f.i64(0), f.i64(RentData.SIZE))
    base = (space + RentData.ACCOUNT_OVERHEAD) * f.load("i64", rent, RentData.LAMPORTS_PER_BYTE)
    threshold = f.load("i64", rent, RentData.THRESHOLD)
    amount = f.slot("i64", base)

    def twice() -> None:
        # Years of rent that exempt: 2 since genesis, 1 with the per-byte rate doubled (SIMD-0194).
        f.raise_if(threshold.ne(RentData.TWO_YEARS), unsupported)
        amount.set(base << 1)

    f.if_(threshold.ne(RentData.ONE_YEAR), twice)
    return amount.get()
