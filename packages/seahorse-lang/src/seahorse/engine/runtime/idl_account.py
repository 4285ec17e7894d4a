"""Anchor's instructions for the account of a program's IDL, as anchor-syn's codegen/program/idl.rs has them.

Where that code panics, this fails with 3004, as the bytecode does.
"""

from __future__ import annotations

from typing import Protocol

from seahorse.engine.runtime.account_data import owned, program_data_of, require, require_key
from seahorse.engine.state import addresses
from seahorse.engine.state.accounts import AccountState, CalledAccount, CallFrame
from seahorse.engine.state.errors import custom
from seahorse.ir.addresses import SYSTEM_PROGRAM_ID
from seahorse.ir.errors import AnchorError
from seahorse.ir.idl_account import (
    IDL_AUTHORITY,
    IDL_DATA,
    IDL_DISCRIMINATOR,
    IDL_LENGTH,
    IDL_SEED,
    IDL_STEP,
    IDL_TAG,
    IdlOperation,
    idl_address,
    idl_base,
)

_CREATE_WITH_SEED, _TRANSFER = 3, 2
_U32, _U64 = 4, 8


class IdlHost(Protocol):
    """The methods of the machine that these instructions use."""

    def rent(self, size: int) -> int: ...

    def call(
        self, frame: CallFrame, program: bytes, metas: list[CalledAccount], data: bytes, signers: set[bytes]
    ) -> None: ...


def answer(chain: IdlHost, frame: CallFrame, data: bytes) -> None:
    """Execute the instruction whose data begins with Anchor's tag. Raises InstructionError."""
    _Call(chain, frame).run(data[len(IDL_TAG) :])


class _Call:
    def __init__(self, chain: IdlHost, frame: CallFrame) -> None:
        self.chain, self.frame = chain, frame

    def run(self, data: bytes) -> None:
        if not data or data[0] > max(IdlOperation):
            raise custom(AnchorError.InstructionDidNotDeserialize)
        match IdlOperation(data[0]):
            case IdlOperation.CREATE:
                self.create(_number(data, _U64))
            case IdlOperation.CREATE_BUFFER:
                self.create_buffer()
            case IdlOperation.WRITE:
                start = 1 + _U32
                self.write(_exactly(data, start, _number(data, _U32)))
            case IdlOperation.SET_BUFFER:
                self.set_buffer()
            case IdlOperation.SET_AUTHORITY:
                self.set_authority(_exactly(data, 1, 32))
            case IdlOperation.CLOSE:
                self.close()
            case IdlOperation.RESIZE:
                self.resize(_number(data, _U64))

    # --- accounts ---

    def account(self, index: int) -> AccountState:
        require(index < len(self.frame.metas), AnchorError.AccountNotEnoughKeys)
        return self.frame.states[self.frame.metas[index].key]

    def idl(self, index: int) -> AccountState:
        state = self.account(index)
        program_data_of(state, self.frame.program, IDL_DISCRIMINATOR)
        require(len(state.data) >= IDL_DATA, AnchorError.AccountDidNotDeserialize)
        return state

    def signer(self, index: int) -> AccountState:
        state = self.account(index)
        require(state.key in self.frame.signers, AnchorError.AccountNotSigner)
        return state

    def system(self, index: int) -> None:
        require_key(self.account(index).key, SYSTEM_PROGRAM_ID, AnchorError.InvalidProgramId)

    def writable(self, state: AccountState) -> None:
        require(state.key in self.frame.writable, AnchorError.ConstraintMut)

    def changeable(self, idl: AccountState, authority: AccountState) -> None:
        self.writable(idl)
        require_key(_authority(idl), authority.key, AnchorError.ConstraintHasOne)

    # --- instructions ---

    def create(self, length: int) -> None:
        payer, to, base = (self.account(i) for i in range(3))
        self.system(3)
        program = self.account(4)
        require(payer.key in self.frame.signers, AnchorError.ConstraintSigner)
        self.writable(to)
        address, bump = idl_base(self.frame.program)
        require_key(base.key, address, AnchorError.ConstraintSeeds)
        require(program.executable, AnchorError.ConstraintExecutable)
        require(program.key == self.frame.program, AnchorError.IdlInstructionInvalidProgram)
        require(length + IDL_DATA < 1 << 64, AnchorError.AccountDidNotSerialize)
        space = min(IDL_DATA + length, IDL_STEP)
        data = _CREATE_WITH_SEED.to_bytes(_U32, "little") + base.key
        data += len(IDL_SEED).to_bytes(_U64, "little") + IDL_SEED
        data += self.chain.rent(space).to_bytes(_U64, "little") + space.to_bytes(_U64, "little") + self.frame.program
        new = idl_address(self.frame.program)
        metas = [(payer.key, True, True), (new, False, True), (base.key, True, False)]
        self.invoke(metas, data, {addresses.create([bytes([bump])], self.frame.program)})
        self.mark(to, payer)

    def create_buffer(self) -> None:
        buffer, authority = self.account(0), self.signer(1)
        require(len(buffer.data) >= len(IDL_DISCRIMINATOR), AnchorError.AccountDidNotSerialize)
        require(not any(buffer.data[: len(IDL_DISCRIMINATOR)]), AnchorError.ConstraintZero)
        owned(buffer, self.frame.program)
        require(len(buffer.data) >= IDL_DATA, AnchorError.AccountDidNotDeserialize)
        self.writable(buffer)
        require(buffer.lamports >= self.chain.rent(len(buffer.data)), AnchorError.ConstraintRentExempt)
        self.mark(buffer, authority)

    def write(self, more: bytes) -> None:
        idl, authority = self.idl(0), self.signer(1)
        self.changeable(idl, authority)
        length = _length(idl)
        require(IDL_DATA + length + len(more) <= len(idl.data), AnchorError.AccountDidNotSerialize)
        idl.data[IDL_DATA + length : IDL_DATA + length + len(more)] = more
        _set_length(idl, length + len(more))

    def set_buffer(self) -> None:
        buffer, idl, authority = self.idl(0), self.idl(1), self.signer(2)
        self.writable(buffer)
        require(_authority(buffer) == _authority(idl), AnchorError.ConstraintRaw)
        self.changeable(idl, authority)
        end = IDL_DATA + _length(buffer)
        require(buffer is not idl and end <= len(buffer.data), AnchorError.AccountDidNotSerialize)
        require(end <= len(idl.data), AnchorError.RequireGteViolated)
        idl.data[IDL_LENGTH:end] = buffer.data[IDL_LENGTH:end]

    def set_authority(self, new: bytes) -> None:
        idl, authority = self.idl(0), self.signer(1)
        self.changeable(idl, authority)
        idl.data[IDL_AUTHORITY : IDL_AUTHORITY + len(new)] = new

    def close(self) -> None:
        idl, authority, to = self.idl(0), self.signer(1), self.account(2)
        self.changeable(idl, authority)
        require(to is not idl, AnchorError.ConstraintClose)
        self.writable(to)
        to.lamports += idl.lamports
        idl.lamports, idl.owner = 0, SYSTEM_PROGRAM_ID
        idl.data.clear()

    def resize(self, wanted: int) -> None:
        idl, authority = self.idl(0), self.signer(1)
        self.system(2)
        self.changeable(idl, authority)
        self.writable(authority)
        require(_length(idl) == 0, AnchorError.IdlAccountNotEmpty)
        size = len(idl.data)
        require(wanted >= size, AnchorError.AccountDidNotSerialize)
        if wanted == size:
            return
        space = size + min(wanted - size, IDL_STEP)
        missing = self.chain.rent(space) - idl.lamports
        require(missing >= 0, AnchorError.AccountDidNotSerialize)
        data = _TRANSFER.to_bytes(_U32, "little") + missing.to_bytes(_U64, "little")
        self.invoke([(authority.key, True, True), (idl.key, False, True)], data, set())
        idl.data[:] = idl.data.ljust(space, b"\0")

    def mark(self, idl: AccountState, authority: AccountState) -> None:
        idl.data[:IDL_LENGTH] = IDL_DISCRIMINATOR + authority.key

    def invoke(self, metas: list[tuple[bytes, bool, bool]], data: bytes, signers: set[bytes]) -> None:
        self.chain.call(self.frame, SYSTEM_PROGRAM_ID, [CalledAccount(*m) for m in metas], data, signers)


def _exactly(data: bytes, start: int, size: int) -> bytes:
    require(len(data) >= start + size, AnchorError.InstructionDidNotDeserialize)
    return data[start : start + size]


def _number(data: bytes, size: int) -> int:
    """The number behind the first byte."""
    return int.from_bytes(_exactly(data, 1, size), "little")


def _authority(idl: AccountState) -> bytes:
    return bytes(idl.data[IDL_AUTHORITY:IDL_LENGTH])


def _length(idl: AccountState) -> int:
    return int.from_bytes(idl.data[IDL_LENGTH:IDL_DATA], "little")


def _set_length(idl: AccountState, length: int) -> None:
    idl.data[IDL_LENGTH:IDL_DATA] = length.to_bytes(_U32, "little")
