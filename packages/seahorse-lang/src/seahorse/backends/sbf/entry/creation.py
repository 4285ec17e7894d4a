"""Creation of accounts: program accounts, token accounts, mints and associated token accounts."""

from __future__ import annotations

from seahorse.backends.sbf.accounts import addresses
from seahorse.backends.sbf.accounts.account_records import DATA, KEY, LAMPORTS
from seahorse.backends.sbf.accounts.boxed_fields import handle
from seahorse.backends.sbf.frame.frame import Frame
from seahorse.backends.sbf.invoke import cpi
from seahorse.backends.sbf.llvm.function import FunctionBuilder
from seahorse.backends.sbf.llvm.module import LlvmModule
from seahorse.backends.sbf.llvm.values import Value
from seahorse.ir import nodes as ir
from seahorse.ir.addresses import (
    ASSOCIATED_TOKEN_PROGRAM_ID,
    SYSTEM_PROGRAM_ID,
    TOKEN_PROGRAM_ID,
    decode_base58,
)
from seahorse.ir.layout import account_discriminator
from seahorse.semantics.tree import Expr
from seahorse.semantics.tree.types import AccountType, IntType

RENT_SYSVAR_ID = decode_base58("SysvarRent111111111111111111111111111111111")
# System program instructions, and those of the token program.
_CREATE, _ASSIGN, _TRANSFER, _ALLOCATE = 0, 1, 2, 8
_INITIALIZE_ACCOUNT3, _INITIALIZE_MINT2 = 18, 20
_ACCOUNT_OVERHEAD = 128


def emit_init(cx: Frame, check: ir.AccountCreation) -> None:
    """Create the account of a slot and leave it initialized."""
    f = cx.f
    assert cx.instruction is not None
    slot = cx.instruction.slots[check.slot]
    record = cx.records[slot.index]
    payer = cx.records[check.payer]
    if check.associated:
        if slot.local is not None:
            cx.initialized[slot.local.id] = (record,)
        _associated(cx, check, record, payer)
        return
    if slot.local is not None:
        cx.initialized[slot.local.id] = (record,)
    signers = f.const("ptr", 0)
    if check.pda is not None:
        written = addresses.check(cx, slot, check.pda, to_be_signed=True)
        if written is None:
            seeds = [*addresses.seed_slices(cx, check.pda.seeds), addresses.bump_slice(cx, check.pda.bump)]
            signers = addresses.write_signers(cx, [seeds])
        else:
            signers = f.alloca(16)
            f.store(written[0], signers)
            f.store(f.i64(written[1]), signers, 8)
    f.check(f.runtime("create_account", record, payer, _space(cx, check.space), f.bytes(check.owner), signers))
    if check.decl is not None:
        f.store_bytes(account_discriminator(check.decl.name), f.at(record, DATA))
        t = AccountType(check.decl, check.decl.name, check.decl.module)
        assert slot.local is not None
        cx.initialized[slot.local.id] = (handle(cx, slot, t, record, None),)
        bump_field = check.decl.field("bump")
        if check.pda is not None and bump_field is not None and bump_field.type == IntType(8, False):
            f.store(f.load("i8", cx.bumps[slot.index]), addresses.stored_bump(cx, slot.index))
    elif check.mint is not None:
        _initialize_token_account(cx, check, record)
    else:
        _initialize_mint(cx, check, record)


def _space(cx: Frame, space: int | Expr) -> Value:
    if isinstance(space, int):
        return cx.f.i64(space)
    value = cx.one(space)
    return value.zext("i64") if value.ty != "i128" else value.trunc("i64")


def _key_of(cx: Frame, index: int | None) -> Value:
    assert index is not None
    return cx.f.at(cx.records[index], KEY)


def _initialize_token_account(cx: Frame, check: ir.AccountCreation, record: Value) -> None:
    f = cx.f
    assert check.mint is not None
    data = f.alloca(33)
    f.store(f.const("i8", _INITIALIZE_ACCOUNT3), data)
    f.copy(f.at(data, 1), _key_of(cx, check.authority), 32)
    metas = [
        cpi.account_meta(cx, record, writable=True),
        cpi.account_meta(cx, cx.records[check.mint], writable=False),
    ]
    cpi.invoke(cx, f.bytes(TOKEN_PROGRAM_ID), metas, data, f.i64(33), [])


def _initialize_mint(cx: Frame, check: ir.AccountCreation, record: Value) -> None:
    """No freeze authority, as Seahorse's."""
    f = cx.f
    data = f.alloca(35)
    f.store(f.const("i8", _INITIALIZE_MINT2), data)
    decimals = check.decimals
    if isinstance(decimals, int) or decimals is None:
        f.store(f.const("i8", decimals or 0), data, 1)
    else:
        f.store(cx.one(decimals).trunc("i8"), data, 1)
    f.copy(f.at(data, 2), _key_of(cx, check.authority), 32)
    f.store(f.const("i8", 0), data, 34)
    metas = [cpi.account_meta(cx, record, writable=True)]
    cpi.invoke(cx, f.bytes(TOKEN_PROGRAM_ID), metas, data, f.i64(35), [])


def _associated(cx: Frame, check: ir.AccountCreation, record: Value, payer: Value) -> None:
    """The associated token program checks the address itself."""
    f = cx.f
    assert check.mint is not None
    assert check.authority is not None
    metas = [
        cpi.account_meta(cx, payer, writable=True, signer=True),
        cpi.account_meta(cx, record, writable=True),
        cpi.account_meta(cx, cx.records[check.authority], writable=False),
        cpi.account_meta(cx, cx.records[check.mint], writable=False),
        cpi.program_meta(cx, SYSTEM_PROGRAM_ID),
        cpi.program_meta(cx, TOKEN_PROGRAM_ID),
    ]
    cpi.invoke(cx, f.bytes(ASSOCIATED_TOKEN_PROGRAM_ID), metas, f.bytes(b"\0"), f.i64(1), [])


# --- the runtime helper ---


def write_create_account(module: LlvmModule, unsupported: int, own_payer: int) -> None:
    """`create_account(new, payer, space, owner, signers) -> status`.

    Rent exemption by the Rent sysvar. An address that holds lamports already cannot be created: it gets what is
    missing, then space, then its owner, as Anchor does it; it may not be the payer itself.
    """
    f = module.function("create_account", ["ptr", "ptr", "i64", "ptr", "ptr"], attributes="noinline")
    new, payer, space, owner, signers = f.params
    needed = _rent(f, space, unsupported)
    area = f.alloca(40 + 2 * 16 + 2 * 56)
    data = f.alloca(56)
    f.store(data, area, 24)
    f.store(f.at(area, 40), area, 8)
    f.store(f.bytes(SYSTEM_PROGRAM_ID), area)
    for i, record in enumerate((payer, new)):
        meta, info = f.at(area, 40 + 16 * i), f.at(area, 72 + 56 * i)
        f.store(f.const("i16", 0x0101), meta, 8)
        cpi.describe(f, record, [meta, info], info)
    count = f.select(signers.ne(0), f.i64(1), f.i64(0))

    def invoke(size: int, *, metas: int = 2, first: int = 0) -> None:
        f.store(f.at(area, 40 + 16 * first), area, 8)
        f.store(f.i64(metas), area, 16)
        f.store(f.i64(size), area, 32)
        f.call("sol_invoke_signed_c", area, f.at(area, 72), f.i64(2), signers, count)

    held = f.load("i64", new, LAMPORTS)
    fresh, used = f.new_label(), f.new_label()
    f.branch(held.eq(0), fresh, used)
    f.start(fresh)
    f.store(f.const("i32", _CREATE), data)
    f.store(needed, data, 4)
    f.store(space, data, 12)
    f.copy(f.at(data, 20), owner, 32)
    invoke(52)
    f.ret(0)
    f.start(used)
    f.raise_if(f.value("i1", f"icmp eq ptr {new.ref}, {payer.ref}"), own_payer)

    def top_up() -> None:
        f.store(f.const("i32", _TRANSFER), data)
        f.store(needed - held, data, 4)
        # The new account only receives here.
        f.store(f.const("i16", 1), area, 40 + 16 + 8)
        invoke(12)
        f.store(f.const("i16", 0x0101), area, 40 + 16 + 8)

    f.if_(needed.ugt(held), top_up)
    f.store(f.const("i32", _ALLOCATE), data)
    f.store(space, data, 4)
    invoke(12, metas=1, first=1)
    f.store(f.const("i32", _ASSIGN), data)
    f.copy(f.at(data, 4), owner, 32)
    invoke(36, metas=1, first=1)
    f.ret(0)


def _rent(f: FunctionBuilder, space: Value, unsupported: int) -> Value:
    """Lamports that exempt an account of `space` bytes from rent: (128 + space) * lamports per byte * threshold."""
    rent = f.alloca(16)
    f.call("sol_get_sysvar", f.bytes(RENT_SYSVAR_ID), rent, f.i64(0), f.i64(16))
    base = (space + _ACCOUNT_OVERHEAD) * f.load("i64", rent)
    threshold = f.load("i64", rent, 8)
    one, two = 0x3FF0000000000000, 0x4000000000000000
    amount = f.slot("i64", base)

    def twice() -> None:
        # Years of rent that exempt: 2 since genesis, 1 with the per-byte rate doubled (SIMD-0194).
        f.raise_if(threshold.ne(two), unsupported)
        amount.set(base << 1)

    f.if_(threshold.ne(one), twice)
    return amount.get()
