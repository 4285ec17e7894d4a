"""The account checks of the IR, as code. A check that succeeds costs a few instructions; one that fails logs what
Anchor logs.
"""

from __future__ import annotations

from seahorse.backends.sbf.accounts import account_records, addresses
from seahorse.backends.sbf.accounts.account_records import (
    DATA,
    DATA_LEN,
    EXECUTABLE,
    KEY,
    OWNER,
    SIGNER,
    WRITABLE,
    leave_unless_same,
    same_key,
)
from seahorse.backends.sbf.accounts.addresses import require_address
from seahorse.backends.sbf.accounts.boxed_fields import places_found, validate_data, validate_used
from seahorse.backends.sbf.accounts.known_data import LoaderData, MintData, PriceData, TokenAccountData
from seahorse.backends.sbf.entry import markers
from seahorse.backends.sbf.frame.errors import ACCOUNT_ERRORS, KIND_MASK, Errors
from seahorse.backends.sbf.frame.frame import Frame
from seahorse.backends.sbf.frame.layout import KEY_SIZE
from seahorse.backends.sbf.frame.variables import FoundFields
from seahorse.backends.sbf.llvm.function import FunctionBuilder
from seahorse.backends.sbf.llvm.module import LlvmModule
from seahorse.backends.sbf.llvm.values import WORD, Value
from seahorse.ir import nodes as ir
from seahorse.ir.addresses import BPF_LOADER_UPGRADEABLE_ID, SYSTEM_PROGRAM_ID, TOKEN_2022_PROGRAM_ID, TOKEN_PROGRAM_ID
from seahorse.ir.errors import TOO_SHORT, AnchorError
from seahorse.semantics.tree.types import AccountType

# The marker that Token-2022 writes behind the size of an account without extensions, and a size that only a multisig
# has.
_MINT_TYPE, _ACCOUNT_TYPE, _MULTISIG_SIZE = 1, 2, 355


class _Expected:
    """The values that a check compares an account with: owner, discriminator, and then the least size or nothing."""

    OWNER, DISCRIMINATOR, SIZE = 0, 32, 40
    # Bytes of the discriminator; of other lengths `markers.py` knows.
    MARKER = 8


def emit_check(frame: Frame, check: ir.Check) -> None:
    """One check, for a slot whose account is present. Those of program accounts give something: the function below."""
    f = frame.f
    assert frame.instruction is not None
    slot = frame.instruction.slots[check.slot]
    record = frame.accounts.records[slot.index]
    error = frame.errors.account
    name, position = slot.name, slot.index
    match check:
        case ir.CheckSigner() if check.constraint:
            f.raise_if(f.load("i8", record, SIGNER).eq(0), error(AnchorError.ConstraintSigner, name))
        case ir.CheckSigner():
            f.raise_if(f.load("i8", record, SIGNER).eq(0), error(AnchorError.AccountNotSigner, name, position))
        case ir.CheckWritable() if slot.pda is not None and slot.pda.address is not None:
            # Checked with the address, which comes right before it.
            pass
        case ir.CheckWritable():
            f.raise_if(f.load("i8", record, WRITABLE).eq(0), error(AnchorError.ConstraintMut, name))
        case ir.CheckSystemOwned():
            system = same_key(frame, f.at(record, OWNER), SYSTEM_PROGRAM_ID)
            f.raise_if(system.not_(), error(AnchorError.AccountNotSystemOwned, name, position))
        case ir.CheckTokenAccount():
            f.check(f.status("check_token_account", record, f.i64(frame.errors.origin(slot.name, slot.index))))
        case ir.CheckMint():
            f.check(f.status("check_mint", record, f.i64(frame.errors.origin(slot.name, slot.index))))
        case ir.CheckProgram(id=bytes() as program, only_called=True):
            # The call names the program; a word of the key tells the error before the runtime does.
            wrong = error(AnchorError.InvalidProgramId, name, position)
            bad = f.cold_block(
                ("program", slot.index),
                lambda: f.runtime("fail_keys", f.i64(wrong), f.at(record, KEY), f.bytes(program)),
            )
            f.leave_to(f.load("i64", record, KEY).ne(_word(program)), bad)
        case ir.CheckAnyToken():
            check_any_token(frame, record, frame.errors.origin(slot.name, slot.index), mint=check.mint)
        case ir.CheckProgram():
            if check.id is None:
                f.raise_if(f.load("i8", record, EXECUTABLE).eq(0), error(AnchorError.InvalidProgramExecutable, name))
            else:
                require_address(
                    frame, record, check.id, error(AnchorError.InvalidProgramId, name, position), "require_program"
                )
        case ir.CheckSysvar():
            f.raise_if(
                same_key(frame, f.at(record, KEY), check.address).not_(),
                error(AnchorError.AccountSysvarMismatch, name, position),
            )
        case ir.CheckAddress():
            require_address(frame, record, check.address, error(AnchorError.ConstraintAddress, name))
        case ir.CheckSeeds():
            addresses.check(frame, slot, check.pda, off_curve=_has_owner(frame, check), written=slot.writable)
        case ir.CheckDistinct():
            same = f.value("i1", f"icmp eq ptr {record.ref}, {frame.accounts.records[check.other].ref}")
            f.raise_if(same, error(AnchorError.ConstraintDuplicateMutableAccount, name))
        case ir.CheckProgramData():
            _program_data(frame, slot, record)
        case ir.CheckPriceAccount():
            _price_account(frame, slot, record)
        case _:
            raise TypeError(f"unknown check {type(check).__name__}")


# Checks after which an account's owner is known, and is not the system program.
_OWNED = (ir.CheckProgramAccount, ir.CheckTokenAccount, ir.CheckMint, ir.CheckAnyToken)


def _has_owner(frame: Frame, check: ir.CheckSeeds) -> bool:
    """Whether a check before this one found that the account belongs to a program."""
    assert frame.instruction is not None
    checks = frame.instruction.checks
    before = checks[: next(i for i, other in enumerate(checks) if other is check)]
    return any(isinstance(other, _OWNED) and other.slot == check.slot for other in before)


def _word(data: bytes) -> int:
    return int.from_bytes(data[:8], "little")


def _program_data(frame: Frame, slot: ir.AccountSlot, record: Value) -> None:
    """As bincode reads an UpgradeableLoaderState."""
    f = frame.f
    _owner(frame, slot, record, BPF_LOADER_UPGRADEABLE_ID)
    invalid = frame.errors.account_program_error("InvalidAccountData", slot.name, slot.index)
    size = f.load("i64", record, DATA_LEN)
    f.raise_if(size.ult(LoaderData.VARIANT_SIZE), invalid)
    variant = f.load("i32", record, DATA)
    f.raise_if(variant.ugt(LoaderData.PROGRAM_DATA), invalid)
    f.raise_if(
        variant.ne(LoaderData.PROGRAM_DATA),
        frame.errors.account(AnchorError.AccountNotProgramData, slot.name, slot.index),
    )
    f.raise_if(size.ult(LoaderData.AUTHORITY), invalid)
    some = f.load("i8", record, DATA + LoaderData.HAS_AUTHORITY)
    f.raise_if(some.ugt(1), invalid)
    f.raise_if(size.ult((some.zext("i64") << LoaderData.KEY_BITS) + LoaderData.AUTHORITY), invalid)


def _owner(frame: Frame, slot: ir.AccountSlot, record: Value, owner: bytes) -> None:
    """AccountNotInitialized for an account that does not exist, AccountOwnedByWrongProgram for one of another
    program."""
    f = frame.f
    expected, origin = f.bytes(owner + bytes(8), 8), f.i64(frame.errors.origin(slot.name, slot.index))
    different = same_key(frame, f.at(record, OWNER), owner).not_()
    f.leave_if(different, lambda: f.status("fail_account", record, expected, origin))


def check_program_account(frame: Frame, check: ir.CheckProgramAccount) -> FoundFields:
    """Owner, length and discriminator by a helper; then what stands in the fields. Where it found fields."""
    f = frame.f
    assert frame.instruction is not None
    slot = frame.instruction.slots[check.slot]
    record = frame.accounts.records[slot.index]
    t = AccountType(check.decl, check.decl.name, check.decl.module)
    found, area = places_found(frame, t, record, frame.uses)
    origin = f.i64(frame.errors.origin(slot.name, slot.index))
    invalid = frame.errors.account(AnchorError.AccountDidNotDeserialize, slot.name, slot.index)

    def least(size: int) -> None:
        if len(check.discriminator) != _Expected.MARKER:
            wanted = markers.expected(check.owner, check.discriminator, size)
            f.check(f.status("check_marker", record, f.bytes(wanted, 8), origin))
            return
        expected = f.bytes(check.owner + check.discriminator + size.to_bytes(8, "little"), 8)
        if f.small or (not check.owner_proven and not frame.unit.checks_in_place):
            f.check(f.status("check_account", record, expected, origin))
            return
        bad = f.cold_block(("account", slot.index), lambda: f.runtime("fail_account", record, expected, origin))
        # Where the address proves the owner, a word of it tells which error a state has that no chain can have.
        for at in range(0, WORD if check.owner_proven else KEY_SIZE, WORD):
            f.leave_to(f.load("i64", record, OWNER + at).ne(_word(check.owner[at:])), bad)
        f.leave_to(f.load("i64", record, DATA_LEN).ult(size), bad)
        f.leave_to(f.load("i64", record, DATA).ne(_word(check.discriminator)), bad)

    def refuse(bad: Value) -> None:
        f.raise_if(bad, invalid)

    validate_data(frame, t, record, area, refuse, least, frame.uses)
    validate_used(frame, t, record, area, refuse, frame.uses)
    return found


def write_check_account(module: LlvmModule) -> None:
    """`check_account(record, expected, origin) -> status`; expected: owner, discriminator, and the least size."""
    f = module.function("check_account", ["ptr", "ptr", "i64"], attributes="noinline")
    record, expected, origin = f.params
    bad = f.cold_block("refused", lambda: f.runtime("fail_account", record, expected, origin))
    leave_unless_same(f, f.at(record, OWNER), expected, bad)
    f.leave_to(f.load("i64", record, DATA_LEN).ult(f.load("i64", expected, _Expected.SIZE)), bad)
    f.leave_to(f.load("i64", record, DATA).ne(f.load("i64", expected, _Expected.DISCRIMINATOR)), bad)
    f.ret()


def check_any_token(frame: Frame, record: Value, origin: int, *, mint: bool) -> None:
    """A token account or a mint of either token program."""
    f = frame.f
    f.check(f.status("check_any_token", record, f.i64(origin), f.i64(_MINT_TYPE if mint else _ACCOUNT_TYPE)))


def write_check_any_token(module: LlvmModule, errors: Errors) -> None:
    """`check_any_token(record, origin, type) -> status`: an owner of two; the size without extensions, or more, with
    the type behind the size of the largest account without; initialized."""
    f = module.function("check_any_token", ["ptr", "i64", "i64"], attributes="noinline")
    record, origin, wanted = f.params
    owner = f.at(record, OWNER)
    foreign = f.cold_block(
        "owner", lambda: f.runtime("fail_account", record, f.bytes(TOKEN_PROGRAM_ID + bytes(8), 8), origin)
    )
    different = f.runtime("differs", owner, f.bytes(TOKEN_PROGRAM_ID, 8))
    newer = f.runtime("differs", owner, f.bytes(TOKEN_2022_PROGRAM_ID, 8))
    f.leave_to((different & newer).ne(0), foreign)

    def refuse(bad: Value, error: str) -> None:
        number = errors.program_error(error)
        f.leave_to(bad, f.cold_block(error, lambda: f.runtime("fail", origin + number)))

    is_mint = wanted.eq(_MINT_TYPE)
    size = f.load("i64", record, DATA_LEN)
    plain = size.eq(f.select(is_mint, f.i64(MintData.SIZE), f.i64(TokenAccountData.SIZE)))
    longer = size.ugt(TokenAccountData.SIZE) & size.ne(_MULTISIG_SIZE) & different.ne(0)
    # Behind the end of shorter data lies the spare room of the record.
    of_type = f.load("i8", record, DATA + TokenAccountData.SIZE).zext("i64").eq(wanted)
    refuse((plain | (longer & of_type)).not_(), "InvalidAccountData")
    place = f.select(is_mint, f.i64(MintData.INITIALIZED), f.i64(TokenAccountData.STATE))
    value = f.load("i8", f.at(record, place + DATA))
    refuse(value.eq(0), "UninitializedAccount")
    last = f.select(is_mint, f.i64(1), f.i64(TokenAccountData.FROZEN))
    refuse(value.zext("i64").ugt(last), "InvalidAccountData")
    f.ret()


def write_check_token_account(module: LlvmModule, errors: Errors) -> None:
    _write_token_check(
        module, errors, "check_token_account", TokenAccountData.SIZE, TokenAccountData.STATE, TokenAccountData.FROZEN
    )


def write_check_mint(module: LlvmModule, errors: Errors) -> None:
    _write_token_check(module, errors, "check_mint", MintData.SIZE, MintData.INITIALIZED, 1)


def _write_token_check(module: LlvmModule, errors: Errors, name: str, size: int, state: int, last: int) -> None:
    """`check(record, origin) -> status`: the owner, then as `unpack` of the token program: the exact size, a known
    state, and initialized."""
    f = module.function(name, ["ptr", "i64"], attributes="noinline")
    record, origin = f.params
    owner = f.at(record, OWNER)
    expected = f.bytes(TOKEN_PROGRAM_ID + bytes(8), 8)
    foreign = f.cold_block("owner", lambda: f.runtime("fail_account", record, expected, origin))
    for offset in range(0, KEY_SIZE, WORD):
        word = int.from_bytes(TOKEN_PROGRAM_ID[offset : offset + 8], "little")
        f.leave_to(f.load("i64", owner, offset).ne(word), foreign)

    def refuse(bad: Value, error: str) -> None:
        number = errors.program_error(error)
        f.leave_to(bad, f.cold_block(error, lambda: f.runtime("fail", origin + number)))

    refuse(f.load("i64", record, DATA_LEN).ne(size), "InvalidAccountData")
    value = f.load("i8", record, DATA + state)
    refuse(value.eq(0), "UninitializedAccount")
    refuse(value.ugt(last), "InvalidAccountData")
    f.ret()


def _price_account(frame: Frame, slot: ir.AccountSlot, record: Value) -> None:
    f = frame.f
    invalid = frame.errors.account_program_error("InvalidAccountData", slot.name, slot.index)
    f.raise_if(f.load("i64", record, DATA_LEN).ult(PriceData.LEAST_SIZE), invalid)
    for offset, expected in (
        (PriceData.MAGIC, PriceData.MAGIC_NUMBER),
        (PriceData.VERSION, PriceData.VERSION_NUMBER),
        (PriceData.TYPE, PriceData.PRICE_TYPE),
    ):
        f.raise_if(f.load("i32", record, DATA + offset).ne(expected), invalid)


def write_fail_keys(module: LlvmModule, errors: Errors) -> None:
    """`fail_keys(error, left, right) -> code`."""
    f = module.function("fail_keys", ["i64", "ptr", "ptr"], attributes="noinline")
    error, left, right = f.params
    code = f.runtime("fail", error)
    for title, key in () if errors.quiet else ((b"Left:", left), (b"Right:", right)):
        f.call("sol_log_", f.bytes(title), f.i64(len(title)))
        f.call("sol_log_pubkey", key)
    f.ret(code)


def write_fail_account(module: LlvmModule, errors: Errors) -> None:
    """`fail_account(record, expected, origin) -> code`; expected: owner and discriminator."""
    f = module.function("fail_account", ["ptr", "ptr", "i64"], attributes="noinline")
    record, expected, origin = f.params
    first = origin + errors.framework(ACCOUNT_ERRORS[0])

    def error(code: AnchorError) -> Value:
        return first + ACCOUNT_ERRORS.index(code) if code != ACCOUNT_ERRORS[0] else first

    owner = f.at(record, OWNER)
    words = [f.load("i64", owner, WORD * i) for i in range(4)]
    different = words[0] ^ f.load("i64", expected)
    held = words[0] | f.load("i64", record, account_records.LAMPORTS)
    for i, word in enumerate(words[1:], 1):
        different = different | (word ^ f.load("i64", expected, WORD * i))
        held = held | word

    def foreign() -> None:
        f.if_(held.eq(0), lambda: f.ret(f.runtime("fail", error(AnchorError.AccountNotInitialized))))
        f.ret(f.runtime("fail_keys", error(AnchorError.AccountOwnedByWrongProgram), owner, expected))

    f.if_(different.ne(0), foreign)
    f.if_(
        f.load("i64", record, DATA_LEN).ult(_Expected.MARKER),
        lambda: f.ret(f.runtime("fail", error(TOO_SHORT))),
    )
    same = f.load("i64", record, DATA).eq(f.load("i64", expected, _Expected.DISCRIMINATOR))
    kinds = [
        f.i64(ACCOUNT_ERRORS.index(code))
        for code in (AnchorError.AccountDidNotDeserialize, AnchorError.AccountDiscriminatorMismatch)
    ]
    f.ret(f.runtime("fail", first + f.select(same, *kinds)))


def write_require_address(module: LlvmModule) -> None:
    """`require_address(record, key, error) -> status`: the account has this address; else the error, with both keys."""
    f = module.function("require_address", ["ptr", "ptr", "i64"], attributes="noinline")
    _write_require(f)
    f.ret()


def write_require_written(module: LlvmModule, errors: Errors) -> None:
    """`require_written(record, key, error) -> status`: the same, and then that the account is writable."""
    _write_require_flag(module, "require_written", WRITABLE, errors.framework(AnchorError.ConstraintMut))


def write_require_program(module: LlvmModule, errors: Errors) -> None:
    """`require_program(record, key, error) -> status`: the same, and then that the account is a program."""
    _write_require_flag(module, "require_program", EXECUTABLE, errors.framework(AnchorError.InvalidProgramExecutable))


def _write_require_flag(module: LlvmModule, name: str, flag: int, kind: int) -> None:
    """The address, and then a flag of the record; without it the error of another kind."""
    f = module.function(name, ["ptr", "ptr", "i64"], attributes="noinline")
    _write_require(f)
    record, _, error = f.params
    without = f.cold_block("without", lambda: f.runtime("fail", (error & ~KIND_MASK) + kind))
    f.leave_to(f.load("i8", record, flag).eq(0), without)
    f.ret()


def _write_require(f: FunctionBuilder) -> None:
    record, key, error = f.params
    other = f.cold_block("other", lambda: f.runtime("fail_keys", error, f.at(record, KEY), key))
    leave_unless_same(f, f.at(record, KEY), key, other)
