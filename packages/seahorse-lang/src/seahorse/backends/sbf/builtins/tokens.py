"""SPL token accounts and mints: their fields in place, and the token program's instructions."""

from __future__ import annotations

from collections.abc import Callable

from seahorse.backends.sbf.accounts import account_records, addresses
from seahorse.backends.sbf.accounts.account_records import DATA, DATA_LEN, OWNER
from seahorse.backends.sbf.accounts.known_data import COPTION_TAG, MintData, TokenAccountData
from seahorse.backends.sbf.frame.frame import Frame
from seahorse.backends.sbf.frame.layout import KEY_SIZE, Parts
from seahorse.backends.sbf.invoke import cpi
from seahorse.backends.sbf.invoke.structures import TokenInstruction
from seahorse.backends.sbf.invoke.typed_cpi import before_call
from seahorse.backends.sbf.llvm.module import LlvmModule
from seahorse.backends.sbf.llvm.values import Value
from seahorse.ir.addresses import TOKEN_PROGRAM_ID
from seahorse.ir.facts.batches import is_any_token
from seahorse.semantics import tree
from seahorse.semantics.tree.token_operations import AUTHORITY as _AUTHORITY
from seahorse.semantics.tree.token_operations import (
    TOKEN_OPERATIONS,
    Amount,
    Decimals,
    NewAuthority,
    Number,
    TokenOperation,
)
from seahorse.semantics.tree.types import OptionType, is_account

# A new authority, which is the longest data: two numbers, a tag and a key, rounded up.
_LONGEST = 40
# Bytes of the tag of an option in the data of its instructions.
_OPTION_TAG = 1


def _number(offset: int, ty: str = "i64") -> Callable[[Frame, tree.Builtin], Parts]:
    return lambda frame, e: (frame.f.load(ty, frame.one(e.args[0]), DATA + offset),)


def _key(offset: int) -> Callable[[Frame, tree.Builtin], Parts]:
    return lambda frame, e: (frame.f.at(frame.one(e.args[0]), DATA + offset),)


def _optional_key(offset: int) -> Callable[[Frame, tree.Builtin], Parts]:
    """A COption<Pubkey>: a u32 tag, then the key. Where the language has a plain Pubkey, none is InvalidArgument."""

    def read(frame: Frame, e: tree.Builtin) -> Parts:
        record = frame.one(e.args[0])
        some = frame.f.load("i32", record, DATA + offset).ne(0)
        key = frame.f.at(record, DATA + offset + COPTION_TAG)
        if isinstance(e.type, OptionType):
            return (some, key)
        frame.invalid(some.not_(), e.span)
        return (key,)

    return read


def _is_frozen(frame: Frame, e: tree.Builtin) -> Parts:
    return (frame.f.load("i8", frame.one(e.args[0]), DATA + TokenAccountData.STATE).eq(TokenAccountData.FROZEN),)


def _operation(instruction: int, order: tuple[int, int]) -> Callable[..., Parts]:
    """An instruction of three accounts and an amount. `order`: which arguments stand at the first two places of the
    call; the authority is the last place and signs."""

    def emit(frame: Frame, e: tree.Builtin) -> Parts:
        f = frame.f
        records = [account_records.record(frame, a.type, frame.one(a)) for a in e.args[:3]]
        amount = frame.one(e.args[3])
        signer = e.kwargs.get("signer")
        ordered = [records[order[0]], records[order[1]], records[_AUTHORITY]]
        with f.part("calls of the token program"):
            if frame.batch is not None and e in frame.batch.plan.calls:
                frame.batch.put_off(instruction, ordered, amount, _seeds(frame, signer))
                return ()
            before_call(frame)
            signers = f.i64(instruction - 1)
            if isinstance(signer, tree.SignerSeeds):
                slices = [addresses.signer_slices(frame, signer)]
                signers = f.address(addresses.write_signers(frame, slices)) + (instruction - 1)
            f.runtime("token_call", *ordered, amount, signers)
        return ()

    return emit


def _seeds(frame: Frame, signer: tree.Expr | None) -> tuple[object, Value, int] | None:
    """The identity of the seeds of a signature, their array and its length."""
    if not isinstance(signer, tree.SignerSeeds):
        return None
    slices = addresses.signer_slices(frame, signer)
    same = signer.account.id if signer.account is not None and not signer.seeds else signer
    return same, addresses.write_slices(frame, slices), len(slices)


def _general(name: str) -> Callable[..., Parts]:
    """Any instruction of the token program, by its description."""
    operation = TOKEN_OPERATIONS[name]

    def emit(frame: Frame, e: tree.Builtin) -> Parts:
        values = {i: frame.eval(a) for i, a in enumerate(e.args)}
        records = {i: account_records.record(frame, a.type, values[i][-1]) for i, a in enumerate(e.args) if _given(a)}
        together = e.kwargs.get("signers")
        signing = [record_of(frame, a) for a in together.items] if isinstance(together, tree.ListLit) else []
        metas = [cpi.account_meta(frame, records[arg], writable=written) for arg, written in operation.accounts]
        if operation.has_authority:
            metas.append(cpi.account_meta(frame, records[_AUTHORITY], writable=False, signer=not signing))
        metas += [cpi.account_meta(frame, record, writable=False, signer=True) for record in signing]
        signer = e.kwargs.get("signer")
        seeds = [addresses.signer_slices(frame, signer)] if isinstance(signer, tree.SignerSeeds) else []
        with frame.f.part("calls of the token program"):
            before_call(frame)
            data, size = _data(frame, operation, values, records)
            program = frame.f.at(records[0], OWNER) if is_any_token(e) else frame.f.bytes(TOKEN_PROGRAM_ID)
            cpi.invoke(frame, program, metas, data, size, seeds)
        return ()

    return emit


def _given(e: tree.Expr) -> bool:
    return is_account(e.type)


def _data(
    frame: Frame, operation: TokenOperation, values: dict[int, Parts], records: dict[int, Value]
) -> tuple[Value, Value]:
    """The data of the instruction, and its size in bytes, which a new authority decides."""
    f = frame.f
    data = f.alloca(_LONGEST)
    at = 0
    size = None
    for part in operation.data:
        match part:
            case Number():
                f.store(f.const("i8", part.value), data, at)
                at += 1
            case Amount():
                f.store(values[part.arg][0], data, at)
                at += 8
            case Decimals():
                given = values.get(part.arg)
                told = given[0] if given else f.load("i8", records[part.mint], DATA + MintData.DECIMALS)
                f.store(told, data, at)
                at += 1
            case NewAuthority():
                *some, key = values[part.arg]
                if not some:
                    f.store(f.const("i8", 1), data, at)
                    f.copy(f.at(data, at + _OPTION_TAG), key, KEY_SIZE)
                    at += _OPTION_TAG + KEY_SIZE
                else:
                    # The token program never reads the bytes behind a None.
                    f.store(some[0].zext("i8"), data, at)
                    f.copy(f.at(data, at + _OPTION_TAG), key, KEY_SIZE)
                    size = f.select(some[0], f.i64(at + _OPTION_TAG + KEY_SIZE), f.i64(at + _OPTION_TAG))
    return data, size if size is not None else f.i64(at)


def _transferred(name: str, instruction: int, order: tuple[int, int]) -> Callable[..., Parts]:
    """The three operations that most programs use, by a helper; with the signers of a multisig as any other."""
    short, general = _operation(instruction, order), _general(name)

    def emit(frame: Frame, e: tree.Builtin) -> Parts:
        return (general if "signers" in e.kwargs or is_any_token(e) else short)(frame, e)

    return emit


def _extension(frame: Frame, e: tree.Builtin) -> Parts:
    """The bytes of an extension, or None."""
    f = frame.f
    record = record_of(frame, e.args[0])
    found = f.runtime("find_extension", record, frame.one(e.args[1]).zext("i64"))
    size = f.load("i16", f.at(record, found + 2)).zext("i64")
    some = found.ne(0)
    return (some, f.at(record, found + 4), f.select(some, size, f.i64(0)))


def write_find_extension(module: LlvmModule) -> None:
    """`find_extension(record, number) -> offset in the record, or 0`: type and length (u16), then so many bytes."""
    f = module.function("find_extension", ["ptr", "i64"], attributes="noinline")
    record, number = f.params
    end = f.load("i64", record, DATA_LEN) + DATA
    at = f.slot("i64", DATA + TokenAccountData.SIZE + 1)
    head, there, fits, following, none = (f.new_label() for _ in range(5))
    f.start(head)
    f.branch((at.get() + 4).ule(end), there, none)
    f.start(there)
    kind = f.load("i16", f.at(record, at.get())).zext("i64")
    after = at.get() + f.load("i16", f.at(record, at.get() + 2)).zext("i64") + 4
    f.branch(kind.ne(0) & after.ule(end), fits, none)
    f.start(fits)
    f.if_(kind.eq(number), lambda: f.ret(at.get()))
    f.jump(following)
    f.start(following)
    at.set(after)
    f.jump(head)
    f.start(none)
    f.ret(0)


def record_of(frame: Frame, e: tree.Expr) -> Value:
    return account_records.record(frame, e.type, frame.one(e))


BUILTINS: dict[str, Callable[[Frame, tree.Builtin], Parts]] = {
    **{name: _general(name) for name in TOKEN_OPERATIONS},
    "token.mint": _key(TokenAccountData.MINT),
    "token.authority": _key(TokenAccountData.OWNER),
    "token.amount": _number(TokenAccountData.AMOUNT),
    "token.delegate": _optional_key(TokenAccountData.DELEGATE),
    "token.is_frozen": _is_frozen,
    "token.extension": _extension,
    "token.is_native": lambda frame, e: (
        frame.f.load("i32", frame.one(e.args[0]), DATA + TokenAccountData.NATIVE).ne(0),
    ),
    "token.close_authority": _optional_key(TokenAccountData.CLOSE_AUTHORITY),
    "token.delegated_amount": _number(TokenAccountData.DELEGATED_AMOUNT),
    "mint.authority": _optional_key(MintData.AUTHORITY),
    "mint.supply": _number(MintData.SUPPLY),
    "mint.decimals": _number(MintData.DECIMALS, "i8"),
    "mint.freeze_authority": _optional_key(MintData.FREEZE_AUTHORITY),
    # Arguments: from, authority, to, amount; mint, authority, to, amount; mint, authority, holder, amount.
    "token.transfer": _transferred("token.transfer", TokenInstruction.TRANSFER, (0, 2)),
    "mint.mint": _transferred("mint.mint", TokenInstruction.MINT_TO, (0, 2)),
    "mint.burn": _transferred("mint.burn", TokenInstruction.BURN, (2, 0)),
}
