"""The checks that an instruction's accounts need, in Anchor's order: deserialization, initialization, constraints."""

from __future__ import annotations

from seahorse.ir.addresses import (
    SYSTEM_PROGRAM_ID,
    TOKEN_PROGRAM_ID,
)
from seahorse.ir.layout import account_discriminator, account_space, rust_memory_size
from seahorse.ir.nodes import (
    AccountCreation,
    AccountSlot,
    Check,
    CheckAddress,
    CheckAnyToken,
    CheckDistinct,
    CheckMint,
    CheckPriceAccount,
    CheckProgram,
    CheckProgramAccount,
    CheckProgramData,
    CheckSeeds,
    CheckSigner,
    CheckSystemOwned,
    CheckSysvar,
    CheckTokenAccount,
    CheckWritable,
    SlotKind,
)
from seahorse.semantics import tree
from seahorse.semantics.tree.types import ANY_TOKEN_ACCOUNT, TOKEN_ACCOUNT, TOKEN_MINT, U64, EmptyType, OptionType

TOKEN_ACCOUNT_SPACE = 165
MINT_SPACE = 82


def account_checks(
    checked: tree.CheckedProgram, source: tree.CheckedInstruction, slots: list[AccountSlot]
) -> list[Check]:
    """All checks of an instruction. Order as in Anchor's `try_accounts`: every account is deserialized in order, then
    new accounts are initialized in order, then the constraints of the others hold, account by account."""
    out: list[Check] = []
    for slot in slots:
        out += _deserialization(slot)
    for slot, param in zip(slots, source.accounts, strict=False):
        if slot.kind == SlotKind.NEW:
            out.append(_init(checked, slot, param, slots))
            if param.init is not None and param.init.if_needed and slot.decl is not None:
                out += [CheckDistinct(slot.index, o.index) for o in _same_class(slot, slots)]
    for slot in slots:
        if slot.kind != SlotKind.NEW:
            out += _constraints(slot, slots)
    return out


def _deserialization(slot: AccountSlot) -> list[Check]:
    match slot.kind:
        case SlotKind.SIGNER:
            return [CheckSigner(slot.index)]
        case SlotKind.PROGRAM_ACCOUNT:
            assert slot.owner is not None
            assert slot.decl is not None
            disc = account_discriminator(slot.decl)
            return [CheckProgramAccount(slot.index, slot.owner, disc, slot.decl)]
        case SlotKind.TOKEN_ACCOUNT:
            return [CheckTokenAccount(slot.index)]
        case SlotKind.TOKEN_MINT:
            return [CheckMint(slot.index)]
        case SlotKind.ANY_TOKEN_ACCOUNT | SlotKind.ANY_TOKEN_MINT:
            return [CheckAnyToken(slot.index, slot.kind == SlotKind.ANY_TOKEN_MINT)]
        case SlotKind.PROGRAM if slot.address is not None:
            return [CheckProgram(slot.index, slot.address, slot.implicit)]
        case SlotKind.SYSVAR:
            assert slot.address is not None
            return [CheckSysvar(slot.index, slot.address)]
        case SlotKind.PROGRAM_DATA:
            return [CheckProgramData(slot.index)]
        case SlotKind.SYSTEM_ACCOUNT:
            return [CheckSystemOwned(slot.index)]
        case SlotKind.PROGRAM | SlotKind.UNCHECKED | SlotKind.PRICE_ACCOUNT | SlotKind.NEW:
            return []


def _constraints(slot: AccountSlot, slots: list[AccountSlot]) -> list[Check]:
    out: list[Check] = []
    if slot.pda is not None:
        out.append(CheckSeeds(slot.index, slot.pda))
    if slot.writable:
        out.append(CheckWritable(slot.index))
    if slot.kind == SlotKind.PRICE_ACCOUNT:
        out.append(CheckPriceAccount(slot.index))
    if slot.kind == SlotKind.PROGRAM and slot.address is None:
        # Anchor 0.32 has no type for a program of any address: its crate has a constraint.
        out.append(CheckProgram(slot.index, None))
    if slot.address is not None and not slot.implicit and slot.kind not in (SlotKind.PROGRAM, SlotKind.SYSVAR):
        out.append(CheckAddress(slot.index, slot.address))
    # Two accounts at different constant addresses are distinct already. Anchor decodes each of the others apart: what
    # is written through one would not be seen through the other, and the last one to be stored would win.
    if slot.kind == SlotKind.PROGRAM_ACCOUNT and not _is_fixed(slot):
        for other in slots[: slot.index]:
            written = slot.writable or other.writable
            if written and other.kind == slot.kind and other.decl is slot.decl and not _is_fixed(other):
                out.append(CheckDistinct(slot.index, other.index))
    if slot.raw:
        typed = (o for o in slots if o.decl is not None)
        out += [CheckDistinct(slot.index, other.index) for other in typed]
    return out


def _is_fixed(slot: AccountSlot) -> bool:
    return slot.address is not None or (slot.pda is not None and slot.pda.address is not None)


def _init(
    checked: tree.CheckedProgram, slot: AccountSlot, param: tree.AccountParam, slots: list[AccountSlot]
) -> AccountCreation:
    init = param.init
    assert init is not None
    index = {s.name: s.index for s in slots}
    programs = {s.address: s.index for s in slots if s.kind == SlotKind.PROGRAM}
    t = param.type.inner if isinstance(param.type, OptionType) else param.type
    inner = t.inner if isinstance(t, EmptyType) else t
    is_token = inner in (TOKEN_ACCOUNT, TOKEN_MINT, ANY_TOKEN_ACCOUNT)
    space = _space(slot, init) if not is_token else MINT_SPACE if inner == TOKEN_MINT else TOKEN_ACCOUNT_SPACE
    return AccountCreation(
        slot=slot.index,
        payer=index[init.payer] if init.payer is not None else None,
        pda=slot.pda,
        space=space,
        owner=TOKEN_PROGRAM_ID if is_token else checked.id,
        decl=slot.decl,
        mint=index[init.mint] if init.mint is not None else None,
        authority=index[init.authority] if init.authority is not None else None,
        decimals=init.decimals,
        associated=init.associated,
        token_program=programs.get(TOKEN_PROGRAM_ID),
        system_program=programs.get(SYSTEM_PROGRAM_ID),
        if_needed=init.if_needed,
        zero=init.zero,
        any_token=inner == ANY_TOKEN_ACCOUNT,
    )


def _same_class(slot: AccountSlot, slots: list[AccountSlot]) -> list[AccountSlot]:
    """Other accounts that a slot's account, which may be there already, could be."""
    return [
        other
        for other in slots
        if other.decl is slot.decl
        and (other.kind == SlotKind.PROGRAM_ACCOUNT or (other.may_exist and other.index < slot.index))
    ]


def _space(slot: AccountSlot, init: tree.Init) -> int | tree.Expr:
    """Account size: exact when every field has a maximum, else as Seahorse sizes the bare struct (a program written
    for it compiles unchanged), plus `padding`; or just `space`."""
    assert slot.decl is not None
    if init.space is not None:
        return init.space
    exact = account_space(slot.decl)
    size = exact if exact is not None else slot.decl.header + sum(rust_memory_size(f.type) for f in slot.decl.fields)
    if init.padding is None:
        return size
    return tree.Arith(U64, init.span, "+", tree.IntLit(U64, init.span, size), init.padding)
