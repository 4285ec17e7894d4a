"""Accounts that an instruction creates, as Anchor's `init` does it: with calls of the system and token programs."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from seahorse.engine.code.facts import padding_of
from seahorse.engine.runtime.invocation import Invocation
from seahorse.engine.state.accounts import AccountState
from seahorse.engine.state.errors import custom
from seahorse.engine.values import objects
from seahorse.engine.values.objects import Handle
from seahorse.ir import nodes as ir
from seahorse.ir.addresses import ASSOCIATED_TOKEN_PROGRAM_ID, SYSTEM_PROGRAM_ID, TOKEN_PROGRAM_ID
from seahorse.ir.errors import AnchorError
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
    call.initialized[slot.index] = _account(call, check, slot, state)


def _found(pda: ir.ResolvedPda, slot: ir.AccountSlot) -> ir.ResolvedPda:
    """The same, with the bump that the check of the new address found: nothing is stored yet."""
    stored = isinstance(pda.bump, ir.BumpStored)
    return ir.ResolvedPda(pda.seeds, pda.program, ir.BumpFound(slot.index), pda.address) if stored else pda


def _account(call: Invocation, check: ir.AccountCreation, slot: ir.AccountSlot, state: AccountState) -> Any:
    if check.decl is None:
        made = object.__new__(objects.TokenMint if check.mint is None else objects.TokenAccount)
        made.__dict__["_seahorse"] = Handle(state, slot.index)
        return made
    state.data[:8] = account_discriminator(check.decl.name)
    account = call.open(state, slot.index, check.decl)
    bump = check.decl.field("bump")
    if check.pda is not None and bump is not None and str(bump.type) == "u8":
        account.__dict__["bump"] = call.bumps[slot.index]
    return account


def _number(call: Invocation, value: Any) -> int:
    if isinstance(value, int):
        return value
    written = padding_of(value)
    found = call.code.evaluate(written.span, call.values)
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
    metas = [
        (keys[check.payer], True, True),
        (keys[check.slot], False, True),
        (keys[check.authority], False, False),
        (keys[check.mint], False, False),
        (SYSTEM_PROGRAM_ID, False, False),
        (TOKEN_PROGRAM_ID, False, False),
    ]
    call.invoke(ASSOCIATED_TOKEN_PROGRAM_ID, metas, b"\0", [])
