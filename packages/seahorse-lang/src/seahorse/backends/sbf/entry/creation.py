"""Creation of accounts: program accounts, token accounts, mints and associated token accounts."""

from __future__ import annotations

from seahorse.backends.sbf.accounts import addresses
from seahorse.backends.sbf.accounts.account_records import DATA, DATA_LEN, KEY, LAMPORTS, OWNER, WRITABLE, same_key
from seahorse.backends.sbf.accounts.boxed_fields import handle, places_found, validate_data, validate_used
from seahorse.backends.sbf.accounts.known_data import MintData, TokenAccountData
from seahorse.backends.sbf.accounts.rent import rent_of
from seahorse.backends.sbf.entry import checks, markers
from seahorse.backends.sbf.frame.frame import Frame
from seahorse.backends.sbf.frame.layout import KEY_SIZE
from seahorse.backends.sbf.invoke import cpi
from seahorse.backends.sbf.invoke.structures import (
    CallArea,
    SolAccountMeta,
    SolInstruction,
    SystemInstruction,
    TokenInstruction,
    meta_flags,
)
from seahorse.backends.sbf.llvm.module import LlvmModule
from seahorse.backends.sbf.llvm.values import Value
from seahorse.ir import nodes as ir
from seahorse.ir.addresses import (
    ASSOCIATED_TOKEN_PROGRAM_ID,
    SYSTEM_PROGRAM_ID,
    TOKEN_PROGRAM_ID,
)
from seahorse.ir.errors import AnchorError
from seahorse.ir.layout import account_discriminator
from seahorse.semantics.tree import Expr
from seahorse.semantics.tree.types import AccountType, IntType

# The associated token program's `CreateIdempotent`.
_ATA_IDEMPOTENT = b"\1"


def emit_init(frame: Frame, check: ir.AccountCreation) -> None:
    """Create the account of a slot and leave it initialized."""
    f = frame.f
    assert frame.instruction is not None
    slot = frame.instruction.slots[check.slot]
    record = frame.accounts.records[slot.index]
    if check.if_needed:
        init_if_needed(frame, check, slot, record)
        return
    if check.zero:
        _zeroed(frame, check, slot, record)
        return
    payer = _payer(frame, check)
    if check.associated:
        if slot.local is not None:
            frame.names.initialize(slot.local, record)
        _associated(frame, check, record, payer)
        return
    if slot.local is not None:
        frame.names.initialize(slot.local, record)
    signers = f.const("ptr", 0)
    if check.pda is not None:
        written = addresses.check(frame, slot, check.pda, off_curve=True)
        if written is None:
            seeds = [*addresses.seed_slices(frame, check.pda.seeds), addresses.bump_slice(frame, check.pda.bump)]
            signers = addresses.write_signers(frame, [seeds])
        else:
            signers = f.alloca(addresses.SolSignerSeeds.SIZE)
            f.store(written[0], signers)
            f.store(f.i64(written[1]), signers, addresses.SolSignerSeeds.COUNT)
    _create(frame, check, record, signers)
    if check.decl is not None:
        t = AccountType(check.decl, check.decl.name, check.decl.module)
        assert slot.local is not None
        value, write = handle(frame, slot, t, record, None)
        frame.names.initialize(slot.local, value)
        if write is not None:
            frame.ending.write_before_calls(write)
        bump_field = check.decl.field("bump")
        if check.pda is not None and bump_field is not None and bump_field.type == IntType(8, False):
            f.store(f.load("i8", frame.accounts.bumps[slot.index]), addresses.stored_bump(frame, slot.index))


def _payer(frame: Frame, check: ir.AccountCreation) -> Value:
    assert check.payer is not None
    return frame.accounts.records[check.payer]


def _zeroed(frame: Frame, check: ir.AccountCreation, slot: ir.AccountSlot, record: Value) -> None:
    """An account that somebody else has created for this program: checked, and marked as one of its class."""
    f = frame.f
    assert check.decl is not None
    assert slot.local is not None
    t = AccountType(check.decl, check.decl.name, check.decl.module)
    found, area = places_found(frame, t, record, None)
    origin = f.i64(frame.errors.origin(slot.name))
    invalid = frame.errors.account(AnchorError.AccountDidNotDeserialize, slot.name)
    marker = account_discriminator(check.decl)

    def least(size: int) -> None:
        wanted = markers.expected(check.owner, bytes(len(marker)), size)
        f.check(f.status("check_zero", record, f.bytes(wanted, 8), origin))

    def refuse(bad: Value) -> None:
        f.raise_if(bad, invalid)

    validate_data(frame, t, record, area, refuse, least, None)
    validate_used(frame, t, record, area, refuse, None)
    not_writable = f.load("i8", record, WRITABLE).eq(0)
    f.raise_if(not_writable, frame.errors.account(AnchorError.ConstraintMut, slot.name))
    needed = rent_of(f, f.load("i64", record, DATA_LEN), frame.errors.program_error("UnsupportedSysvar"))
    owing = f.load("i64", record, LAMPORTS).ult(needed)
    f.raise_if(owing, frame.errors.account(AnchorError.ConstraintRentExempt, slot.name))
    f.store_bytes(marker, f.at(record, DATA))
    value, write = handle(frame, slot, t, record, found)
    frame.names.initialize(slot.local, value)
    if write is not None:
        frame.ending.write_before_calls(write)


def _create(frame: Frame, check: ir.AccountCreation, record: Value, signers: Value) -> None:
    """An account of zeros with its discriminator, or one that the token program has made what it is."""
    f = frame.f
    payer = _payer(frame, check)
    helper = "create_account" if check.pda is not None else "create_signer"
    f.check(f.status(helper, record, payer, _space(frame, check.space), f.bytes(check.owner), signers))
    if check.decl is not None:
        f.store_bytes(account_discriminator(check.decl), f.at(record, DATA))
    elif check.mint is not None:
        _initialize_token_account(frame, check, record)
    else:
        _initialize_mint(frame, check, record)


def init_if_needed(frame: Frame, check: ir.AccountCreation, slot: ir.AccountSlot, record: Value) -> None:
    """Create the account when the system program owns its address; then check it, new or not, as one of its type."""
    f = frame.f
    assert slot.local is not None
    is_new = f.slot("i1", same_key(frame, f.at(record, OWNER), SYSTEM_PROGRAM_ID))
    frame.accounts.note_created(slot.index, is_new.get())
    not_writable = f.load("i8", record, WRITABLE).eq(0)
    f.raise_if(not_writable, frame.errors.account(AnchorError.ConstraintMut, slot.name))
    if check.associated:
        # The associated token program does the same: it checks the address, and the owner of one that is there.
        _associated(frame, check, record, _payer(frame, check))
    else:
        assert check.pda is not None
        addresses.check(frame, slot, check.pda)
        seeds = [*addresses.seed_slices(frame, check.pda.seeds), addresses.bump_slice(frame, check.pda.bump)]
        signers = addresses.write_signers(frame, [seeds])
        f.if_(is_new.get(), lambda: _create(frame, check, record, signers))
    if check.decl is None:
        frame.names.initialize(slot.local, record)
        _check_token(frame, check, slot, record)
        return
    held = ir.CheckProgramAccount(slot.index, check.owner, account_discriminator(check.decl), check.decl)
    found = checks.check_program_account(frame, held)
    t = AccountType(check.decl, check.decl.name, check.decl.module)
    value, write = handle(frame, slot, t, record, found)
    frame.names.initialize(slot.local, value)
    if write is not None:
        frame.ending.write_before_calls(write)
    bump_field = check.decl.field("bump")
    if bump_field is not None and bump_field.type == IntType(8, False):
        bump = f.load("i8", frame.accounts.bumps[slot.index])
        f.if_(is_new.get(), lambda: f.store(bump, addresses.stored_bump(frame, slot.index)))


def _check_token(frame: Frame, check: ir.AccountCreation, slot: ir.AccountSlot, record: Value) -> None:
    """A token account of this mint and owner, or a mint of this authority and these decimals."""
    f = frame.f
    origin = f.i64(frame.errors.origin(slot.name))
    authority = _key_of(frame, check.authority)
    if check.mint is not None:
        if check.any_token:
            checks.check_any_token(frame, record, frame.errors.origin(slot.name), mint=False)
        else:
            f.check(f.status("check_token_account", record, origin))
        for offset, key, code in (
            (TokenAccountData.MINT, _key_of(frame, check.mint), AnchorError.ConstraintTokenMint),
            (TokenAccountData.OWNER, authority, AnchorError.ConstraintTokenOwner),
        ):
            same = same_key(frame, f.at(record, DATA + offset), key)
            f.raise_if(same.not_(), frame.errors.account(code, slot.name))
        return
    f.check(f.status("check_mint", record, origin))
    has = f.load("i32", record, DATA + MintData.AUTHORITY).ne(0)
    same = same_key(frame, f.at(record, DATA + MintData.AUTHORITY + 4), authority)
    f.raise_if((has & same).not_(), frame.errors.account(AnchorError.ConstraintMintMintAuthority, slot.name))
    decimals = check.decimals
    wanted = f.const("i8", decimals or 0) if isinstance(decimals, int | None) else frame.one(decimals).trunc("i8")
    f.raise_if(
        f.load("i8", record, DATA + MintData.DECIMALS).ne(wanted),
        frame.errors.account(AnchorError.ConstraintMintDecimals, slot.name),
    )


def _space(frame: Frame, space: int | Expr) -> Value:
    if isinstance(space, int):
        return frame.f.i64(space)
    value = frame.one(space)
    return value.zext("i64") if value.ty != "i128" else value.trunc("i64")


def _key_of(frame: Frame, index: int | None) -> Value:
    assert index is not None
    return frame.f.at(frame.accounts.records[index], KEY)


def _initialize_token_account(frame: Frame, check: ir.AccountCreation, record: Value) -> None:
    f = frame.f
    assert check.mint is not None
    data = f.alloca(TokenInstruction.ACCOUNT_SIZE)
    f.store(f.const("i8", TokenInstruction.INITIALIZE_ACCOUNT3), data)
    f.copy(f.at(data, TokenInstruction.ACCOUNT_OWNER), _key_of(frame, check.authority), KEY_SIZE)
    metas = [
        cpi.account_meta(frame, record, writable=True),
        cpi.account_meta(frame, frame.accounts.records[check.mint], writable=False),
    ]
    cpi.invoke(frame, f.bytes(TOKEN_PROGRAM_ID), metas, data, f.i64(TokenInstruction.ACCOUNT_SIZE), [])


def _initialize_mint(frame: Frame, check: ir.AccountCreation, record: Value) -> None:
    """No freeze authority, as Seahorse's."""
    f = frame.f
    data = f.alloca(TokenInstruction.MINT_SIZE)
    f.store(f.const("i8", TokenInstruction.INITIALIZE_MINT2), data)
    decimals = check.decimals
    if isinstance(decimals, int) or decimals is None:
        f.store(f.const("i8", decimals or 0), data, TokenInstruction.MINT_DECIMALS)
    else:
        f.store(frame.one(decimals).trunc("i8"), data, TokenInstruction.MINT_DECIMALS)
    f.copy(f.at(data, TokenInstruction.MINT_AUTHORITY), _key_of(frame, check.authority), KEY_SIZE)
    f.store(f.const("i8", 0), data, TokenInstruction.MINT_HAS_FREEZE_AUTHORITY)
    metas = [cpi.account_meta(frame, record, writable=True)]
    cpi.invoke(frame, f.bytes(TOKEN_PROGRAM_ID), metas, data, f.i64(TokenInstruction.MINT_SIZE), [])


def _token_program(frame: Frame, check: ir.AccountCreation) -> cpi.Meta:
    """The token program; for an account that either token program may own, the one that owns the mint."""
    if not check.any_token or check.mint is None:
        return cpi.program_meta(frame, TOKEN_PROGRAM_ID)
    return cpi.Meta(frame.f.at(frame.accounts.records[check.mint], OWNER), None, False, False)


def _associated(frame: Frame, check: ir.AccountCreation, record: Value, payer: Value) -> None:
    """The associated token program checks the address itself."""
    f = frame.f
    assert check.mint is not None
    assert check.authority is not None
    metas = [
        cpi.account_meta(frame, payer, writable=True, signer=True),
        cpi.account_meta(frame, record, writable=True),
        cpi.account_meta(frame, frame.accounts.records[check.authority], writable=False),
        cpi.account_meta(frame, frame.accounts.records[check.mint], writable=False),
        cpi.program_meta(frame, SYSTEM_PROGRAM_ID),
        _token_program(frame, check),
    ]
    cpi.invoke(
        frame,
        f.bytes(ASSOCIATED_TOKEN_PROGRAM_ID),
        metas,
        f.bytes(_ATA_IDEMPOTENT if check.if_needed else b"\0"),
        f.i64(1),
        [],
    )


# --- the runtime helper ---


def _round_up(size: int) -> int:
    """To a multiple of 8, as memory on the stack is given out."""
    return (size + 7) // 8 * 8


def write_create_account(module: LlvmModule, unsupported: int, own_payer: int, *, derived: bool) -> None:
    """`create_account(new, payer, space, owner, signers) -> status`; of an account that signs itself, `create_signer`,
    where `signers` is not used.

    Rent exemption by the Rent sysvar. An address that holds lamports already cannot be created: it gets what is
    missing, then space, then its owner, as Anchor does it; it may not be the payer itself.
    """
    name = "create_account" if derived else "create_signer"
    f = module.function(name, ["ptr", "ptr", "i64", "ptr", "ptr"], attributes="noinline")
    new, payer, space, owner, signers = f.params
    needed = rent_of(f, space, unsupported)
    layout = CallArea(2, 2)
    area = f.alloca(layout.size)
    data = f.alloca(_round_up(SystemInstruction.CREATE_SIZE))
    f.store(data, area, SolInstruction.DATA)
    f.store(f.bytes(SYSTEM_PROGRAM_ID), area)
    for i, record in enumerate((payer, new)):
        meta, info = layout.meta(f, area, i), layout.info(f, area, i)
        f.store(meta_flags(f, writable=True, signer=True), meta, SolAccountMeta.WRITABLE)
        cpi.describe(f, record, [meta, info], info)
    count = f.i64(int(derived))

    def invoke(size: int, *, metas: int = 2, first: int = 0) -> None:
        f.store(layout.meta(f, area, first), area, SolInstruction.METAS)
        f.store(f.i64(metas), area, SolInstruction.META_COUNT)
        f.store(f.i64(size), area, SolInstruction.DATA_SIZE)
        f.call("sol_invoke_signed_c", area, layout.info(f, area, 0), f.i64(2), signers, count)

    held = f.load("i64", new, LAMPORTS)
    fresh, used = f.new_label(), f.new_label()
    f.branch(held.eq(0), fresh, used)
    f.start(fresh)
    f.store(f.const("i32", SystemInstruction.CREATE), data)
    f.store(needed, data, SystemInstruction.FIRST)
    f.store(space, data, SystemInstruction.SECOND)
    f.copy(f.at(data, SystemInstruction.CREATE_OWNER), owner, KEY_SIZE)
    invoke(SystemInstruction.CREATE_SIZE)
    f.ret(0)
    f.start(used)
    f.raise_if(f.value("i1", f"icmp eq ptr {new.ref}, {payer.ref}"), own_payer)

    def top_up() -> None:
        f.store(f.const("i32", SystemInstruction.TRANSFER), data)
        f.store(needed - held, data, SystemInstruction.FIRST)
        # The new account only receives here.
        flags = layout.meta(f, area, 1)
        f.store(meta_flags(f, writable=True, signer=False), flags, SolAccountMeta.WRITABLE)
        invoke(SystemInstruction.TRANSFER_SIZE)
        f.store(meta_flags(f, writable=True, signer=True), flags, SolAccountMeta.WRITABLE)

    f.if_(needed.ugt(held), top_up)
    f.store(f.const("i32", SystemInstruction.ALLOCATE), data)
    f.store(space, data, SystemInstruction.FIRST)
    invoke(SystemInstruction.ALLOCATE_SIZE, metas=1, first=1)
    f.store(f.const("i32", SystemInstruction.ASSIGN), data)
    f.copy(f.at(data, SystemInstruction.ASSIGN_OWNER), owner, KEY_SIZE)
    invoke(SystemInstruction.ASSIGN_SIZE, metas=1, first=1)
    f.ret(0)
