"""SPL token accounts and mints: their fields in place, and the token program's instructions."""

from __future__ import annotations

from collections.abc import Callable

from seahorse.backends.sbf.accounts import account_records, addresses
from seahorse.backends.sbf.accounts.account_records import DATA
from seahorse.backends.sbf.frame.frame import Frame
from seahorse.backends.sbf.frame.layout import Parts
from seahorse.backends.sbf.invoke.typed_cpi import before_call
from seahorse.backends.sbf.llvm.values import Value
from seahorse.semantics import tree
from seahorse.semantics.tree.types import OptionType

_TRANSFER, _MINT_TO, _BURN = 3, 7, 8
_FROZEN = 2
_AUTHORITY = 1


def _number(offset: int, ty: str = "i64") -> Callable[[Frame, tree.Builtin], Parts]:
    return lambda cx, e: (cx.f.load(ty, cx.one(e.args[0]), DATA + offset),)


def _key(offset: int) -> Callable[[Frame, tree.Builtin], Parts]:
    return lambda cx, e: (cx.f.at(cx.one(e.args[0]), DATA + offset),)


def _optional_key(offset: int) -> Callable[[Frame, tree.Builtin], Parts]:
    """A COption<Pubkey>: a u32 tag, then the key. Where the language has a plain Pubkey, none is InvalidArgument."""

    def read(cx: Frame, e: tree.Builtin) -> Parts:
        record = cx.one(e.args[0])
        some = cx.f.load("i32", record, DATA + offset).ne(0)
        key = cx.f.at(record, DATA + offset + 4)
        if isinstance(e.type, OptionType):
            return (some, key)
        cx.invalid(some.not_(), e.span)
        return (key,)

    return read


def _is_frozen(cx: Frame, e: tree.Builtin) -> Parts:
    return (cx.f.load("i8", cx.one(e.args[0]), DATA + 108).eq(_FROZEN),)


def _operation(instruction: int, order: tuple[int, int]) -> Callable[..., Parts]:
    """An instruction of three accounts and an amount. `order`: which arguments stand at the first two places of the
    call; the authority is the last place and signs."""

    def emit(cx: Frame, e: tree.Builtin) -> Parts:
        f = cx.f
        records = [account_records.record(cx, a.type, cx.one(a)) for a in e.args[:3]]
        amount = cx.one(e.args[3])
        signer = e.kwargs.get("signer")
        with f.part("calls of the token program"):
            before_call(cx)
            signers = f.i64(instruction - 1)
            if isinstance(signer, tree.SignerSeeds):
                signers = f.address(addresses.write_signers(cx, [addresses.signer_slices(cx, signer)])) + (
                    instruction - 1
                )
            ordered = [records[order[0]], records[order[1]], records[_AUTHORITY]]
            f.runtime("token_call", *ordered, amount, signers)
        return ()

    return emit


def record_of(cx: Frame, e: tree.Expr) -> Value:
    return account_records.record(cx, e.type, cx.one(e))


BUILTINS: dict[str, Callable[[Frame, tree.Builtin], Parts]] = {
    "token.mint": _key(0),
    "token.authority": _key(32),
    "token.amount": _number(64),
    "token.delegate": _optional_key(72),
    "token.is_frozen": _is_frozen,
    "token.delegated_amount": _number(121),
    "mint.authority": _optional_key(0),
    "mint.supply": _number(36),
    "mint.decimals": _number(44, "i8"),
    "mint.freeze_authority": _optional_key(46),
    # Arguments: from, authority, to, amount; mint, authority, to, amount; mint, authority, holder, amount.
    "token.transfer": _operation(_TRANSFER, (0, 2)),
    "mint.mint": _operation(_MINT_TO, (0, 2)),
    "mint.burn": _operation(_BURN, (2, 0)),
}
