"""Discriminators of accounts that are not 8 bytes long, and those that are not written yet: checks by helpers."""

from __future__ import annotations

from seahorse.backends.sbf.accounts.account_records import DATA, DATA_LEN, OWNER, leave_unless_same
from seahorse.backends.sbf.frame.errors import Errors
from seahorse.backends.sbf.llvm.function import FunctionBuilder
from seahorse.backends.sbf.llvm.module import LlvmModule
from seahorse.ir.errors import TOO_SHORT, AnchorError

_SIZE, _LENGTH, _MARKER = 32, 40, 48
_WORD = 8


def expected(owner: bytes, marker: bytes, size: int) -> bytes:
    """The values that helpers compare an account with: the owner, the least size of the data, and its first bytes."""
    return owner + size.to_bytes(_WORD, "little") + len(marker).to_bytes(_WORD, "little") + marker


def write_check_marker(module: LlvmModule, errors: Errors) -> None:
    """`check_marker(record, expected, origin) -> status`: owner, discriminator, size."""
    f = module.function("check_marker", ["ptr", "ptr", "i64"], attributes="noinline")
    _require_owner(f)
    _require_marker(f, errors, AnchorError.AccountDiscriminatorMismatch)
    _require_size(f, errors)
    f.ret()


def write_check_zero(module: LlvmModule, errors: Errors) -> None:
    """`check_zero(record, expected, origin) -> status`: as Anchor's `zero`, which looks at the discriminator first."""
    f = module.function("check_zero", ["ptr", "ptr", "i64"], attributes="noinline")
    _require_marker(f, errors, AnchorError.ConstraintZero)
    _require_owner(f)
    _require_size(f, errors)
    f.ret()


def _require_owner(f: FunctionBuilder) -> None:
    record, wanted, origin = f.params
    # With another owner it looks at nothing behind the owner.
    foreign = f.cold_block("owner", lambda: f.runtime("fail_account", record, wanted, origin))
    leave_unless_same(f, f.at(record, OWNER), wanted, foreign)


def _require_marker(f: FunctionBuilder, errors: Errors, mismatch: AnchorError) -> None:
    record, wanted, _ = f.params
    length = f.load("i64", wanted, _LENGTH)
    short = _failing(f, errors, TOO_SHORT)
    f.leave_to(f.load("i64", record, DATA_LEN).ult(length), short)
    result = f.alloca(8)
    f.call("sol_memcmp_", f.at(record, DATA), f.at(wanted, _MARKER), length, result)
    f.leave_to(f.load("i32", result).ne(0), _failing(f, errors, mismatch))


def _require_size(f: FunctionBuilder, errors: Errors) -> None:
    record, wanted, _ = f.params
    small = f.load("i64", record, DATA_LEN).ult(f.load("i64", wanted, _SIZE))
    f.leave_to(small, _failing(f, errors, AnchorError.AccountDidNotDeserialize))


def _failing(f: FunctionBuilder, errors: Errors, error: AnchorError) -> str:
    origin = f.params[2]
    number = errors.framework(error)
    return f.cold_block(error.name, lambda: f.runtime("fail", origin + number))
