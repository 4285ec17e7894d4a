"""Executes the checks of the intermediate form: the conditions on an instruction's accounts before its body runs."""

from __future__ import annotations

from typing import Any

from seahorse.engine.runtime import creation
from seahorse.engine.runtime.account_data import (
    any_token_data_of,
    owned,
    program_data_of,
    require,
    require_key,
    token_data_of,
)
from seahorse.engine.runtime.invocation import Invocation
from seahorse.engine.state import addresses
from seahorse.engine.state.accounts import AccountState
from seahorse.engine.state.errors import InstructionError, custom
from seahorse.engine.values import names, objects, pyth, tokens
from seahorse.engine.values.borsh import Misfit
from seahorse.engine.values.objects import Handle
from seahorse.ir import nodes as ir
from seahorse.ir.addresses import (
    BPF_LOADER_UPGRADEABLE_ID,
    SYSTEM_PROGRAM_ID,
    create_program_address,
)
from seahorse.ir.errors import AnchorError
from seahorse.ir.layout import account_discriminator
from seahorse.semantics.tree import AccountDecl

_READING = (
    ir.CheckSigner,
    ir.CheckProgramAccount,
    ir.CheckSystemOwned,
    ir.CheckTokenAccount,
    ir.CheckMint,
    ir.CheckAnyToken,
    ir.CheckProgram,
    ir.CheckSysvar,
    ir.CheckProgramData,
)
_PYTH = (0xA1B2C3D4, 2, 3)
_KINDS: dict[ir.SlotKind, type[Any]] = {
    ir.SlotKind.SIGNER: objects.Signer,
    ir.SlotKind.TOKEN_ACCOUNT: tokens.TokenAccount,
    ir.SlotKind.TOKEN_MINT: tokens.TokenMint,
    ir.SlotKind.ANY_TOKEN_ACCOUNT: tokens.AnyTokenAccount,
    ir.SlotKind.ANY_TOKEN_MINT: tokens.AnyTokenMint,
    ir.SlotKind.SYSTEM_ACCOUNT: objects.SystemAccount,
    ir.SlotKind.UNCHECKED: objects.Empty,
    ir.SlotKind.PROGRAM: objects.Program,
    ir.SlotKind.PROGRAM_DATA: objects.ProgramData,
    ir.SlotKind.PRICE_ACCOUNT: pyth.PriceAccount,
    ir.SlotKind.NEW: objects.Empty,
}


class Checks:
    """Runs the checks of one call, in order, and makes the objects that its body sees."""

    def __init__(self, call: Invocation) -> None:
        self._call = call
        self._slots = call.instruction.slots
        self._given = len(call.frame.metas)

    def run(self) -> None:
        """Raises InstructionError for the first check that does not hold."""
        checks = self._call.instruction.checks
        self._bind()
        complete = max((i for i, c in enumerate(checks) if isinstance(c, _READING)), default=-1) + 1
        for i, check in enumerate([*checks, None]):
            if i == complete and self._given < len(self._slots):
                raise custom(AnchorError.AccountNotEnoughKeys)
            if check is not None:
                self._named(check)
        if self._call.instruction.remaining is not None:
            self._remaining(self._call.instruction.remaining)

    def _remaining(self, rest: ir.RemainingAccounts) -> None:
        """The accounts behind all slots, each checked as one of its type."""
        keys = [m.key for m in self._call.frame.metas[len(self._slots) :]]
        try:
            self._call.values[rest.name] = [self._one_more(rest, keys, at) for at in range(len(keys))]
        except InstructionError as error:
            error.account = error.account or rest.name
            raise

    def _one_more(self, rest: ir.RemainingAccounts, keys: list[bytes], at: int) -> Any:
        state = self._call.frame.states[keys[at]]
        if rest.decl is not None:
            assert rest.owner is not None
            program_data_of(state, rest.owner, account_discriminator(rest.decl))
        self._kind(rest.kind, state)
        apart = {self._state(index).key for index in rest.apart if index < self._given}
        if rest.written and rest.decl is not None:
            apart |= set(keys[:at])
        require(state.key not in apart, AnchorError.ConstraintDuplicateMutableAccount)
        if rest.decl is not None:
            return self._opened(state, -1, rest.decl)
        made = object.__new__(_KINDS[rest.kind])
        made.__dict__["_seahorse"] = Handle(state, -1)
        return made

    def _kind(self, kind: ir.SlotKind, state: AccountState) -> None:
        match kind:
            case ir.SlotKind.SIGNER:
                require(state.key in self._call.frame.signers, AnchorError.AccountNotSigner)
            case ir.SlotKind.PROGRAM:
                require(state.executable, AnchorError.InvalidProgramExecutable)
            case ir.SlotKind.SYSTEM_ACCOUNT:
                require(state.owner == SYSTEM_PROGRAM_ID, AnchorError.AccountNotSystemOwned)
            case ir.SlotKind.TOKEN_ACCOUNT:
                token_data_of(state, 165, 108, 2)
            case ir.SlotKind.TOKEN_MINT:
                token_data_of(state, 82, 45, 1)
            case ir.SlotKind.ANY_TOKEN_ACCOUNT | ir.SlotKind.ANY_TOKEN_MINT:
                any_token_data_of(state, mint=kind == ir.SlotKind.ANY_TOKEN_MINT)
            case _:
                pass

    def _bind(self) -> None:
        """The objects of accounts that are used as they are; program accounts follow when their data is checked."""
        for slot in self._slots[: self._given]:
            if slot.local is None or slot.kind == ir.SlotKind.PROGRAM_ACCOUNT:
                continue
            sysvar = slot.kind == ir.SlotKind.SYSVAR
            made = object.__new__(names.SYSVAR_CLASSES[str(slot.type)] if sysvar else _KINDS[slot.kind])
            made.__dict__["_seahorse"] = Handle(self._state(slot.index), slot.index)
            self._call.values[slot.name] = None if self._absent(slot) else made

    def _state(self, slot: int) -> AccountState:
        return self._call.frame.states[self._call.frame.metas[slot].key]

    def _absent(self, slot: ir.AccountSlot) -> bool:
        return slot.optional and self._state(slot.index).key == self._call.code.id

    def _named(self, check: ir.Check) -> None:
        """One check; its failure names the account."""
        try:
            self._one(check)
        except InstructionError as error:
            error.account = error.account or self._slots[check.slot].name
            raise

    def _one(self, check: ir.Check) -> None:
        slot = self._slots[check.slot]
        if check.slot >= self._given:
            if isinstance(check, _READING):
                raise custom(AnchorError.AccountNotEnoughKeys)
            return
        if self._absent(slot):
            self._call.values[slot.name] = None
            return
        meta, state = self._call.frame.metas[check.slot], self._state(check.slot)
        match check:
            case ir.CheckSigner():
                require(
                    meta.key in self._call.frame.signers,
                    AnchorError.ConstraintSigner if check.constraint else AnchorError.AccountNotSigner,
                )
            case ir.CheckWritable():
                require(meta.key in self._call.frame.writable, AnchorError.ConstraintMut)
            case ir.CheckProgramAccount():
                self._program_account(slot, state, check)
            case ir.CheckSystemOwned():
                require(state.owner == SYSTEM_PROGRAM_ID, AnchorError.AccountNotSystemOwned)
            case ir.CheckTokenAccount():
                token_data_of(state, 165, 108, 2)
            case ir.CheckMint():
                token_data_of(state, 82, 45, 1)
            case ir.CheckAnyToken():
                any_token_data_of(state, mint=check.mint)
            case ir.CheckProgram():
                require_key(state.key, check.id or state.key, AnchorError.InvalidProgramId)
                # Of a program that is only called, the call itself says that it is none.
                require(check.only_called or state.executable, AnchorError.InvalidProgramExecutable)
            case ir.CheckSysvar():
                require(state.key == check.address, AnchorError.AccountSysvarMismatch)
            case ir.CheckAddress():
                require_key(state.key, check.address, AnchorError.ConstraintAddress)
            case ir.CheckSeeds():
                self.seeds(slot, check.pda)
            case ir.CheckDistinct():
                require(state is not self._state(check.other), AnchorError.ConstraintDuplicateMutableAccount)
            case ir.CheckProgramData():
                _program_data(state)
            case ir.CheckPriceAccount():
                _price(state)
            case ir.AccountCreation():
                creation.create(self.seeds, self._call, check, slot)
            case _:
                raise TypeError(f"unknown check {type(check).__name__}")

    def _program_account(self, slot: ir.AccountSlot, state: AccountState, check: ir.CheckProgramAccount) -> None:
        program_data_of(state, check.owner, check.discriminator)
        account = self._opened(state, slot.index, check.decl)
        if slot.local is not None:
            self._call.values[slot.name] = account

    def _opened(self, state: AccountState, slot: int, decl: AccountDecl) -> Any:
        try:
            return self._call.open(state, slot, decl)
        except Misfit:
            raise custom(AnchorError.AccountDidNotDeserialize) from None

    def seeds(self, slot: ir.AccountSlot, pda: ir.ResolvedPda) -> None:
        """The account is at the address of its seeds; a bump that is searched is kept."""
        key = self._state(slot.index).key
        if pda.address is not None:
            assert isinstance(pda.bump, ir.BumpConst)
            self._call.bumps[slot.index] = pda.bump.value
            require_key(key, pda.address, AnchorError.ConstraintSeeds)
            return
        program = pda.program if isinstance(pda.program, bytes) else self._state(pda.program).key
        seeds = self._call.seeds(pda.seeds)
        if isinstance(pda.bump, ir.BumpFound):
            try:
                address, self._call.bumps[slot.index] = addresses.find(seeds, program)
            except InstructionError:
                raise custom(AnchorError.ConstraintSeeds) from None
        else:
            address = create_program_address([*seeds, self._call.bump(pda)], program)
        require_key(key, address or bytes(32), AnchorError.ConstraintSeeds)


def _program_data(state: AccountState) -> None:
    """As bincode reads an UpgradeableLoaderState: ProgramData is variant 3, a slot u64 and an Option<Pubkey>."""
    owned(state, BPF_LOADER_UPGRADEABLE_ID)
    data = state.data
    variant = int.from_bytes(data[:4], "little")
    if len(data) < 4 or variant > 3:
        raise InstructionError("InvalidAccountData")
    require(variant == 3, AnchorError.AccountNotProgramData)
    if len(data) < 13 or data[12] > 1 or len(data) < 13 + 32 * data[12]:
        raise InstructionError("InvalidAccountData")


def _price(state: AccountState) -> None:
    found = tuple(int.from_bytes(state.data[i : i + 4], "little") for i in (0, 4, 8))
    if len(state.data) < 240 or found != _PYTH:
        raise InstructionError("InvalidAccountData")
