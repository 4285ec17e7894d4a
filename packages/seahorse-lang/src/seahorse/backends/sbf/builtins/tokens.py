"""SPL token accounts and mints: their fields in place, and the token program's instructions."""

from __future__ import annotations

from collections.abc import Callable

from seahorse.backends.sbf.accounts import account_records, addresses
from seahorse.backends.sbf.accounts.account_records import DATA
from seahorse.backends.sbf.accounts.known_data import MintData, TokenAccountData
from seahorse.backends.sbf.frame.frame import Frame
from seahorse.backends.sbf.frame.layout import Parts
from seahorse.backends.sbf.invoke.structures import TokenInstruction
from seahorse.backends.sbf.invoke.typed_cpi import before_call
from seahorse.backends.sbf.llvm.values import Value
from seahorse.semantics import tree
from seahorse.semantics.tree.types import OptionType

# The place of the authority among the arguments.
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
    return (cx.f.load("i8", cx.one(e.args[0]), DATA + TokenAccountData.STATE).eq(TokenAccountData.FROZEN),)


def _operation(instruction: int, order: tuple[int, int]) -> Callable[..., Parts]:
    """An instruction of three accounts and an amount. `order`: which arguments stand at the first two places of the
    call; the authority is the last place and signs."""

    def emit(cx: Frame, e: tree.Builtin) -> Parts:
        f = cx.f
        records = [account_records.record(cx, a.type, cx.one(a)) for a in e.args[:3]]
        amount = cx.one(e.args[3])
        signer = e.kwargs.get("signer")
        ordered = [records[order[0]], records[order[1]], records[_AUTHORITY]]
        with f.part("calls of the token program"):
            if cx.batch is not None and id(e) in cx.batch.plan.calls:
                cx.batch.put_off(instruction, ordered, amount, _seeds(cx, signer))
                return ()
            before_call(cx)
            signers = f.i64(instruction - 1)
            if isinstance(signer, tree.SignerSeeds):
                slices = [addresses.signer_slices(cx, signer)]
                signers = f.address(addresses.write_signers(cx, slices)) + (instruction - 1)
            f.runtime("token_call", *ordered, amount, signers)
        return ()

    return emit


def _seeds(cx: Frame, signer: tree.Expr | None) -> tuple[object, Value, int] | None:
    """What tells the seeds of a signature apart, their array and its length."""
    if not isinstance(signer, tree.SignerSeeds):
        return None
    slices = addresses.signer_slices(cx, signer)
    same = signer.account.id if signer.account is not None and not signer.seeds else id(signer)
    return same, addresses.write_slices(cx, slices), len(slices)


def record_of(cx: Frame, e: tree.Expr) -> Value:
    return account_records.record(cx, e.type, cx.one(e))


BUILTINS: dict[str, Callable[[Frame, tree.Builtin], Parts]] = {
    "token.mint": _key(TokenAccountData.MINT),
    "token.authority": _key(TokenAccountData.OWNER),
    "token.amount": _number(TokenAccountData.AMOUNT),
    "token.delegate": _optional_key(TokenAccountData.DELEGATE),
    "token.is_frozen": _is_frozen,
    "token.delegated_amount": _number(TokenAccountData.DELEGATED_AMOUNT),
    "mint.authority": _optional_key(MintData.AUTHORITY),
    "mint.supply": _number(MintData.SUPPLY),
    "mint.decimals": _number(MintData.DECIMALS, "i8"),
    "mint.freeze_authority": _optional_key(MintData.FREEZE_AUTHORITY),
    # Arguments: from, authority, to, amount; mint, authority, to, amount; mint, authority, holder, amount.
    "token.transfer": _operation(TokenInstruction.TRANSFER, (0, 2)),
    "mint.mint": _operation(TokenInstruction.MINT_TO, (0, 2)),
    "mint.burn": _operation(TokenInstruction.BURN, (2, 0)),
}
