"""Accounts that an instruction creates, as Anchor's `init` does it: with calls of the system and token programs."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

from seahorse.engine.code.facts import padding_of
from seahorse.engine.runtime.account_data import any_token_data_of, owned, program_data_of, require, token_data_of
from seahorse.engine.runtime.invocation import Invocation
from seahorse.engine.state.accounts import AccountState
from seahorse.engine.state.errors import custom
from seahorse.engine.values import tokens
from seahorse.engine.values.borsh import ByteReader, Misfit
from seahorse.engine.values.objects import Handle
from seahorse.ir import nodes as ir
from seahorse.ir.addresses import ASSOCIATED_TOKEN_PROGRAM_ID, SYSTEM_PROGRAM_ID, TOKEN_PROGRAM_ID
from seahorse.ir.errors import TOO_SHORT, AnchorError
from seahorse.ir.layout import account_discriminator

_CREATE, _ASSIGN, _TRANSFER, _ALLOCATE = 0, 1, 2, 8
_INITIALIZE_ACCOUNT3, _INITIALIZE_MINT2 = 18, 20


def create(
    place: Callable[[ir.AccountSlot, ir.ResolvedPda], None],
    call: Invocation,
    check: ir.AccountCreation,
    slot: ir.AccountSlot,
) -> None:
    """Create the account of a slot and leave it initialized. `place` checks its address. Raises InstructionError."""
    keys = [m.key for m in call.frame.metas]
    state = call.frame.states[keys[slot.index]]
    if check.if_needed:
        call.created[slot.index] = state.owner == SYSTEM_PROGRAM_ID
        if state.key not in call.frame.writable:
            raise custom(AnchorError.ConstraintMut)
        if not call.created[slot.index] and not check.associated:
            assert check.pda is not None
            place(slot, check.pda)
            call.initialized[slot.index] = existing(call, check, slot, state)
            return
    if check.zero:
        call.initialized[slot.index] = _zeroed(call, check, slot, state)
        return
    assert check.payer is not None
    if check.associated:
        _associated(call, check, keys)
    else:
        seeds: list[list[bytes]] = []
        if check.pda is not None:
            place(slot, check.pda)
            seeds = [[*call.seeds(check.pda.seeds), call.bump(_found(check.pda, slot))]]
        _allocate(call, check, state, keys[check.payer], seeds)
        if check.mint is not None:
            assert check.authority is not None
            data = bytes([_INITIALIZE_ACCOUNT3]) + keys[check.authority]
            call.invoke(TOKEN_PROGRAM_ID, [(state.key, False, True), (keys[check.mint], False, False)], data, [])
        elif check.decl is None:
            assert check.authority is not None
            data = bytes([_INITIALIZE_MINT2, _number(call, check.decimals or 0) & 0xFF]) + keys[check.authority] + b"\0"
            call.invoke(TOKEN_PROGRAM_ID, [(state.key, False, True)], data, [])
    made = existing if check.if_needed and check.associated else _account
    call.initialized[slot.index] = made(call, check, slot, state)


def _found(pda: ir.ResolvedPda, slot: ir.AccountSlot) -> ir.ResolvedPda:
    """The same, with the bump that the check of the new address found: nothing is stored yet."""
    stored = isinstance(pda.bump, ir.BumpStored)
    return ir.ResolvedPda(pda.seeds, pda.program, ir.BumpFound(slot.index), pda.address) if stored else pda


def _account(call: Invocation, check: ir.AccountCreation, slot: ir.AccountSlot, state: AccountState) -> Any:
    if check.decl is None:
        made = object.__new__(_token_class(check))
        made.__dict__["_seahorse"] = Handle(state, slot.index)
        return made
    state.data[: check.decl.header] = account_discriminator(check.decl)
    account = call.open(state, slot.index, check.decl)
    bump = check.decl.field("bump")
    if check.pda is not None and bump is not None and str(bump.type) == "u8":
        account.__dict__["bump"] = call.bumps[slot.index]
    return account


def _zeroed(call: Invocation, check: ir.AccountCreation, slot: ir.AccountSlot, state: AccountState) -> Any:
    """An account that somebody else has created for this program."""
    assert check.decl is not None
    marker = account_discriminator(check.decl)
    require(len(state.data) >= len(marker), TOO_SHORT)
    require(not any(state.data[: len(marker)]), AnchorError.ConstraintZero)
    owned(state, check.owner)
    try:
        ByteReader(state.data[len(marker) :], call.code).fields(SimpleNamespace(), check.decl.fields)
    except Misfit:
        raise custom(AnchorError.AccountDidNotDeserialize) from None
    require(state.key in call.frame.writable, AnchorError.ConstraintMut)
    require(state.lamports >= call.chain.rent(len(state.data)), AnchorError.ConstraintRentExempt)
    state.data[: len(marker)] = marker
    return call.open(state, slot.index, check.decl)


def existing(call: Invocation, check: ir.AccountCreation, slot: ir.AccountSlot, state: AccountState) -> Any:
    """An account that was there already, checked as one of its type."""
    keys = [m.key for m in call.frame.metas]
    if check.decl is not None:
        program_data_of(state, check.owner, account_discriminator(check.decl))
        try:
            return call.open(state, slot.index, check.decl)
        except Misfit:
            raise custom(AnchorError.AccountDidNotDeserialize) from None
    assert check.authority is not None
    if check.mint is not None:
        if check.any_token:
            any_token_data_of(state, mint=False)
        else:
            token_data_of(state, 165, 108, 2)
        require(bytes(state.data[:32]) == keys[check.mint], AnchorError.ConstraintTokenMint)
        require(bytes(state.data[32:64]) == keys[check.authority], AnchorError.ConstraintTokenOwner)
    else:
        token_data_of(state, 82, 45, 1)
        require(
            any(state.data[:4]) and bytes(state.data[4:36]) == keys[check.authority],
            AnchorError.ConstraintMintMintAuthority,
        )
        require(state.data[44] == _number(call, check.decimals or 0), AnchorError.ConstraintMintDecimals)
    made = object.__new__(_token_class(check))
    made.__dict__["_seahorse"] = Handle(state, slot.index)
    return made


def _token_class(check: ir.AccountCreation) -> type[Any]:
    if check.mint is None:
        return tokens.TokenMint
    return tokens.AnyTokenAccount if check.any_token else tokens.TokenAccount


def _number(call: Invocation, value: Any) -> int:
    if isinstance(value, int):
        return value
    written = padding_of(value)
    found = call.code.evaluate(written, call.values, call.instruction.written)
    return found if written is value else value.left.value + found


def _allocate(
    call: Invocation, check: ir.AccountCreation, state: AccountState, payer: bytes, seeds: list[list[bytes]]
) -> None:
    """An address that holds lamports cannot be created: it gets what is missing, then space, then its owner."""
    space = _number(call, check.space)
    needed = call.chain.rent(space)
    size = space.to_bytes(8, "little")
    new, signing = state.key, [(state.key, True, True)]
    if state.lamports == 0:
        data = _CREATE.to_bytes(4, "little") + needed.to_bytes(8, "little") + size + check.owner
        call.invoke(SYSTEM_PROGRAM_ID, [(payer, True, True), *signing], data, seeds)
        return
    if new == payer:
        raise custom(AnchorError.TryingToInitPayerAsProgramAccount)
    if needed > state.lamports:
        data = _TRANSFER.to_bytes(4, "little") + (needed - state.lamports).to_bytes(8, "little")
        call.invoke(SYSTEM_PROGRAM_ID, [(payer, True, True), (new, False, True)], data, seeds)
    call.invoke(SYSTEM_PROGRAM_ID, signing, _ALLOCATE.to_bytes(4, "little") + size, seeds)
    call.invoke(SYSTEM_PROGRAM_ID, signing, _ASSIGN.to_bytes(4, "little") + check.owner, seeds)


def _associated(call: Invocation, check: ir.AccountCreation, keys: list[bytes]) -> None:
    """The associated token program checks the address itself."""
    assert check.authority is not None
    assert check.mint is not None
    assert check.payer is not None
    metas = [
        (keys[check.payer], True, True),
        (keys[check.slot], False, True),
        (keys[check.authority], False, False),
        (keys[check.mint], False, False),
        (SYSTEM_PROGRAM_ID, False, False),
        (call.frame.states[keys[check.mint]].owner if check.any_token else TOKEN_PROGRAM_ID, False, False),
    ]
    call.invoke(ASSOCIATED_TOKEN_PROGRAM_ID, metas, b"\1" if check.if_needed else b"\0", [])
