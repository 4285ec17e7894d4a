"""Anchor's instructions for the account of a program's IDL: one function for all seven, and one that pays rent.

Checks and their order are those of anchor-syn's codegen/program/idl.rs, with two differences. Where that code panics,
this fails with 3004. It does not refuse the erased authority, the address of zeros, for which nobody can sign.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from seahorse.backends.sbf.accounts.account_records import (
    DATA,
    DATA_LEN,
    EXECUTABLE,
    KEY,
    LAMPORTS,
    OWNER,
    SIGNER,
    WRITABLE,
)
from seahorse.backends.sbf.accounts.known_data import RentData
from seahorse.backends.sbf.accounts.rent import RENT_SYSVAR_ID
from seahorse.backends.sbf.frame.errors import Errors
from seahorse.backends.sbf.frame.layout import BORSH_LENGTH, KEY_SIZE
from seahorse.backends.sbf.frame.unit import ProgramUnit
from seahorse.backends.sbf.invoke.structures import (
    CallArea,
    SolAccountMeta,
    SolInstruction,
    SystemInstruction,
    meta_flags,
)
from seahorse.backends.sbf.llvm.function import FunctionBuilder
from seahorse.backends.sbf.llvm.values import StackSlot, Value
from seahorse.backends.sbf.scalars.integers import hide
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

# Errors that several checks have.
_OFTEN = (
    AnchorError.AccountNotEnoughKeys,
    AnchorError.InstructionDidNotDeserialize,
    AnchorError.AccountDidNotSerialize,
    AnchorError.ConstraintMut,
    AnchorError.AccountNotSigner,
    AnchorError.InvalidProgramId,
)
_WORD = 8
# Create names the most.
_MOST_ACCOUNTS = 5
_NAME, _PAY, _RENT = "idl_account", "idl_pay", "idl_rent"
# Where the number of the instruction, and what follows it, stand behind the length of the data.
_NUMBER = _WORD + len(IDL_TAG)
_ARGUMENT = _NUMBER + 1
# The bytes that follow the number at least.
_SIZES = {
    IdlOperation.CREATE: 8,
    IdlOperation.WRITE: 4,
    IdlOperation.SET_AUTHORITY: KEY_SIZE,
    IdlOperation.RESIZE: 8,
}


class _Create:
    """createAccountWithSeed of the system program: number, base, seed with its length, lamports, space, owner."""

    NUMBER, BASE, SEED = 3, 4, 44
    LAMPORTS = SEED + len(IDL_SEED)
    SPACE, OWNER, SIZE = LAMPORTS + 8, LAMPORTS + 16, LAMPORTS + 48

    @staticmethod
    def data(program: bytes) -> bytes:
        head = _Create.NUMBER.to_bytes(4, "little") + idl_base(program)[0]
        return head + len(IDL_SEED).to_bytes(8, "little") + IDL_SEED + bytes(16) + program


def answer_idl(unit: ProgramUnit, f: FunctionBuilder, first: Value, data: Value) -> None:
    """Where no other instruction was found: when the data begins with Anchor's tag, answer and end."""
    # Hidden: otherwise LLVM looks for the tag where it looks for the program's own instructions.
    found = hide(f.load("i64", data)).eq(int.from_bytes(IDL_TAG, "little", signed=True))
    long_enough = f.load("i64", data, -_WORD).uge(len(IDL_TAG))

    def answer() -> None:
        _IdlAccount(unit).write()
        _write_pay(unit)
        _write_rent(unit)
        # The same two as every instruction gets, so that they are in the same registers.
        f.ret(f.call(_NAME, first, data))

    f.if_(found & long_enough, answer)


@dataclass
class _Owned:
    """The accounts of an instruction on an account that exists."""

    idl: Value
    authority: Value


class _IdlAccount:
    """`idl_account(input, data) -> status`."""

    def __init__(self, unit: ProgramUnit) -> None:
        self.program = unit.program.id
        self.errors: Errors = unit.errors
        self.f = unit.module.function(_NAME, ["ptr", "ptr"], attributes="noinline")
        first, data = self.f.params
        self.given = self.f.at(data, -_WORD)
        self.count = self.f.load("i64", first)
        self.table = self.f.alloca(_WORD * _MOST_ACCOUNTS)
        self.f.runtime("load_accounts", self.table, self.f.i64(_MOST_ACCOUNTS))
        self.first_table = self.table
        self.table_at, self.count_at = self.f.slot("ptr", self.table), self.f.slot("i64", self.count)
        template = _Create.data(self.program)
        # The owner that stands at the end of the template begins what an account is compared with.
        wanted = IDL_DISCRIMINATOR + IDL_DATA.to_bytes(8, "little")
        self.template = self.f.bytes(template + wanted, 8)
        self.base, self.owner = self.f.at(self.template, _Create.BASE), self.f.at(self.template, _Create.OWNER)
        self.target: StackSlot = self.f.slot("ptr", 0)
        self.key: StackSlot = self.f.slot("ptr", 0)
        self.mark = self.f.new_label()

    # --- pieces ---

    def refuse_if(self, bad: Value, error: AnchorError) -> None:
        raise_if = self.f.raise_if if error in _OFTEN else self.f.raise_once_if
        raise_if(bad, self.errors.framework_number(error))

    def require(self, sound: Value, error: AnchorError) -> None:
        self.refuse_if(sound.not_(), error)

    def account(self, index: int) -> Value:
        """The record of an account; 3005 when it is not given."""
        self.refuse_if(self.count.ule(index), AnchorError.AccountNotEnoughKeys)
        return self.f.load("ptr", self.table, _WORD * index)

    def third(self) -> None:
        self.account(2)

    def flag(self, record: Value, flag: int, error: AnchorError) -> None:
        self.require(self.f.load("i8", record, flag).ne(0), error)

    def same(self, a: Value, b: Value, error: AnchorError) -> None:
        self.refuse_if(self.f.runtime("differs", a, b).ne(0), error)

    def is_idl(self, record: Value) -> None:
        """Owner, discriminator and size of an account that exists."""
        self.f.check(self.f.status("check_account", record, self.owner, self.f.i64(0)))

    def is_system(self, record: Value) -> None:
        self.same(self.f.at(record, KEY), self.f.bytes(SYSTEM_PROGRAM_ID), AnchorError.InvalidProgramId)

    def arguments(self) -> Value:
        """The arguments: the data behind the number of the instruction."""
        return self.f.at(self.given, _ARGUMENT)

    def fits(self, sound: Value) -> None:
        """Fail with 3004 where this is false: Anchor's code panics there."""
        self.require(sound, AnchorError.AccountDidNotSerialize)

    # --- the function ---

    def write(self) -> None:
        f = self.f
        number = f.load("i8", self.given, _NUMBER)
        self.refuse_if(number.ugt(max(IdlOperation)), AnchorError.InstructionDidNotDeserialize)
        # How many bytes each has, one byte for each. The data is longer by its tag at least.
        table = f.i64(int.from_bytes(bytes(_ARGUMENT - _WORD + _SIZES.get(i, 0) for i in IdlOperation), "little"))
        least = (table >> (number.zext("i64") << 3)) & 0xFF
        self.refuse_if(f.load("i64", self.given).ult(least), AnchorError.InstructionDidNotDeserialize)
        self.on(number, IdlOperation.CREATE, self.create)
        self.on(number, IdlOperation.CREATE_BUFFER, self.create_buffer)
        self.change(number)
        f.start(self.mark)
        record = self.target.get()
        f.store_bytes(IDL_DISCRIMINATOR, f.at(record, DATA))
        f.copy(f.at(record, DATA + IDL_AUTHORITY), self.key.get(), KEY_SIZE)
        f.ret()

    def on(self, number: Value, which: IdlOperation, then: Callable[[], None]) -> None:
        self.f.if_(number.eq(which), then)

    def create(self) -> None:
        f = self.f
        length = f.load("i64", self.arguments())
        # No check of accounts 0 to 3 comes before all four are there, so the code asks for the last of them first.
        system = self.account(3)
        payer, to, base = (f.load("ptr", self.table, _WORD * i) for i in range(3))
        self.is_system(system)
        program = self.account(4)
        self.flag(payer, SIGNER, AnchorError.ConstraintSigner)
        self.flag(to, WRITABLE, AnchorError.ConstraintMut)
        self.same(f.at(base, KEY), self.base, AnchorError.ConstraintSeeds)
        self.flag(program, EXECUTABLE, AnchorError.ConstraintExecutable)
        self.same(f.at(program, KEY), self.owner, AnchorError.IdlInstructionInvalidProgram)
        self.fits(length.ule(-1 - IDL_DATA))
        most = IDL_STEP - IDL_DATA
        space = f.select(length.ult(most), length, f.i64(most)) + IDL_DATA
        f.check(f.call_status(_PAY, to, payer, base, space))
        self.end_marked(to, payer)

    def create_buffer(self) -> None:
        f = self.f
        authority, buffer = self.account(1), f.load("ptr", self.table)
        self.flag(authority, SIGNER, AnchorError.AccountNotSigner)
        size = f.load("i64", buffer, DATA_LEN)
        self.fits(size.uge(len(IDL_DISCRIMINATOR)))
        self.require(f.load("i64", buffer, DATA).eq(0), AnchorError.ConstraintZero)
        expected = f.bytes(self.program + bytes(8) + IDL_DATA.to_bytes(8, "little"), 8)
        f.check(f.status("check_account", buffer, expected, f.i64(0)))
        self.flag(buffer, WRITABLE, AnchorError.ConstraintMut)
        needed = f.call(_RENT, size)
        self.require(f.load("i64", buffer, LAMPORTS).uge(needed), AnchorError.ConstraintRentExempt)
        self.end_marked(buffer, authority)

    def end_marked(self, record: Value, authority: Value) -> None:
        """The account is one of an IDL, and this is its authority."""
        self.target.set(record)
        self.key.set(self.f.at(authority, KEY))
        self.f.jump(self.mark)

    def change(self, number: Value) -> None:
        """An instruction of the authority on an account that exists."""
        f = self.f
        sets_buffer, closes = number.eq(IdlOperation.SET_BUFFER), number.eq(IdlOperation.CLOSE)
        resizes = number.eq(IdlOperation.RESIZE)
        self.on(number, IdlOperation.WRITE, self.written)

        def buffer_first() -> None:
            self.is_idl(self.account(0))
            # The rest is as with the others, one account further.
            self.table_at.set(f.at(self.table, _WORD))
            self.count_at.set(self.count - 1)

        f.if_(sets_buffer, buffer_first)
        self.table, self.count = self.table_at.get(), self.count_at.get()
        idl = self.account(0)
        self.is_idl(idl)
        authority = self.account(1)
        self.flag(authority, SIGNER, AnchorError.AccountNotSigner)
        self.on(number, IdlOperation.CLOSE, self.third)
        f.if_(resizes, lambda: self.is_system(self.account(2)))

        def buffer_fits() -> None:
            buffer = f.load("ptr", self.first_table)
            self.flag(buffer, WRITABLE, AnchorError.ConstraintMut)
            theirs, ours = f.at(buffer, DATA + IDL_AUTHORITY), f.at(idl, DATA + IDL_AUTHORITY)
            self.same(theirs, ours, AnchorError.ConstraintRaw)

        f.if_(sets_buffer, buffer_fits)
        self.flag(idl, WRITABLE, AnchorError.ConstraintMut)
        self.same(f.at(idl, DATA + IDL_AUTHORITY), f.at(authority, KEY), AnchorError.ConstraintHasOne)

        def destination() -> Value:
            return f.load("ptr", self.table, 2 * _WORD)

        f.if_(closes, lambda: self.require(destination().ne(idl), AnchorError.ConstraintClose))
        f.if_(resizes, lambda: self.flag(authority, WRITABLE, AnchorError.ConstraintMut))
        accounts = _Owned(idl, authority)
        f.if_(closes, lambda: self.close(accounts, destination()))
        self.on(number, IdlOperation.WRITE, lambda: self.append(accounts))
        f.if_(sets_buffer, lambda: self.set_buffer(accounts, f.load("ptr", self.first_table)))
        self.target.set(idl)
        self.key.set(f.at(self.given, _ARGUMENT))
        self.on(number, IdlOperation.SET_AUTHORITY, lambda: f.jump(self.mark))
        self.resize(accounts)

    def written(self) -> None:
        """The bytes of Write are all there."""
        f = self.f
        length = f.load("i32", self.arguments()).zext("i64")
        there = f.load("i64", self.given) - (_ARGUMENT - _WORD + BORSH_LENGTH)
        self.refuse_if(there.ult(length), AnchorError.InstructionDidNotDeserialize)

    def append(self, accounts: _Owned) -> None:
        f = self.f
        more = f.at(self.given, _ARGUMENT)
        length = f.load("i32", more).zext("i64")
        held = f.load("i32", accounts.idl, DATA + IDL_LENGTH).zext("i64")
        after = held + length
        self.fits((after + IDL_DATA).ule(f.load("i64", accounts.idl, DATA_LEN)))
        f.copy_bytes(f.at(accounts.idl, held + (DATA + IDL_DATA)), f.at(more, BORSH_LENGTH), length)
        f.store(after.trunc("i32"), accounts.idl, DATA + IDL_LENGTH)
        f.ret()

    def set_buffer(self, accounts: _Owned, buffer: Value) -> None:
        f = self.f
        self.fits(buffer.ne(accounts.idl))
        length = f.load("i32", buffer, DATA + IDL_LENGTH)
        size = length.zext("i64") + IDL_DATA
        self.fits(size.ule(f.load("i64", buffer, DATA_LEN)))
        self.require(size.ule(f.load("i64", accounts.idl, DATA_LEN)), AnchorError.RequireGteViolated)
        f.store(length, accounts.idl, DATA + IDL_LENGTH)
        f.copy_bytes(f.at(accounts.idl, DATA + IDL_DATA), f.at(buffer, DATA + IDL_DATA), size - IDL_DATA)
        f.ret()

    def close(self, accounts: _Owned, to: Value) -> None:
        f = self.f
        self.flag(to, WRITABLE, AnchorError.ConstraintMut)
        f.store(f.load("i64", to, LAMPORTS) + f.load("i64", accounts.idl, LAMPORTS), to, LAMPORTS)
        f.store(f.i64(0), accounts.idl, LAMPORTS)
        for word in range(4):
            f.store(f.i64(0), accounts.idl, OWNER + _WORD * word)
        f.store(f.i64(0), accounts.idl, DATA_LEN)
        f.ret()

    def resize(self, accounts: _Owned) -> None:
        f = self.f
        empty = f.load("i32", accounts.idl, DATA + IDL_LENGTH).eq(0)
        self.require(empty, AnchorError.IdlAccountNotEmpty)
        size, wanted = f.load("i64", accounts.idl, DATA_LEN), f.load("i64", self.given, _ARGUMENT)
        self.fits(wanted.uge(size))
        more = wanted - size
        f.if_(more.eq(0), lambda: f.ret())
        space = f.select(more.ult(IDL_STEP), more, f.i64(IDL_STEP)) + size
        f.check(f.call_status(_PAY, accounts.idl, accounts.authority, accounts.authority, space))
        f.store(space, accounts.idl, DATA_LEN)
        f.ret()


def _write_rent(unit: ProgramUnit) -> None:
    """`idl_rent(space) -> lamports` that exempt an account of this size from rent."""
    f = unit.module.function(_RENT, ["i64"], attributes="noinline")
    rent = f.alloca(RentData.SIZE)
    f.call("sol_get_sysvar", f.bytes(RENT_SYSVAR_ID), rent, f.i64(0), f.i64(RentData.SIZE))
    years = f.load("i64", rent, RentData.THRESHOLD).ne(RentData.ONE_YEAR).zext("i64")
    f.ret((f.params[0] + RentData.ACCOUNT_OVERHEAD) * f.load("i64", rent, RentData.LAMPORTS_PER_BYTE) << years)


def _write_pay(unit: ProgramUnit) -> None:
    """`idl_pay(to, payer, base, space) -> status`: create the account, for which `base` signs; or, when `base` is the
    payer, give the account the lamports that it lacks for more space.

    Both calls of the system program have the same accounts: a transfer ignores the third account and further data.
    """
    f = unit.module.function(_PAY, ["ptr", "ptr", "ptr", "i64"], attributes="noinline")
    to, payer, base, space = f.params
    program = unit.program.id
    needed = f.call(_RENT, space)
    layout = CallArea(3, 3)
    area, data = f.alloca(layout.size), f.alloca(_Create.SIZE)
    f.copy(data, f.bytes(_Create.data(program)), _Create.SIZE)
    described = f.module.uses_runtime("describe_three")
    if described:
        f.runtime("describe_three", layout.info(f, area, 0), payer, to, base)
    for i, record in enumerate((payer, to, base)):
        meta = layout.meta(f, area, i)
        if not described:
            f.runtime("describe", layout.info(f, area, i), record)
        f.store(f.at(record, KEY), meta)
        f.store(meta_flags(f, writable=i < 2, signer=i != 1), meta, SolAccountMeta.WRITABLE)

    def transfer() -> None:
        held = f.load("i64", to, LAMPORTS)
        f.raise_if(needed.ult(held), unit.errors.framework(AnchorError.AccountDidNotSerialize))
        f.store(f.const("i32", SystemInstruction.TRANSFER), data)
        f.store(needed - held, data, SystemInstruction.FIRST)

    def create() -> None:
        f.store(needed, data, _Create.LAMPORTS)
        f.store(space, data, _Create.SPACE)
        # The new account is the one of the seed, whichever was given.
        f.store(f.bytes(idl_address(program)), layout.meta(f, area, 1))

    f.if_(base.ne(payer), create, transfer)
    f.store(f.bytes(SYSTEM_PROGRAM_ID), area)
    f.store(layout.meta(f, area, 0), area, SolInstruction.METAS)
    f.store(f.i64(3), area, SolInstruction.META_COUNT)
    f.store(data, area, SolInstruction.DATA)
    f.store(f.i64(_Create.SIZE), area, SolInstruction.DATA_SIZE)
    bump = f.module.slices([(f.module.constant(bytes([idl_base(program)[1]])), 1)])
    signer = Value(f, "ptr", f.module.slices([(bump, 1)]))
    f.call("sol_invoke_signed_c", area, layout.info(f, area, 0), f.i64(3), signer, f.i64(1))
    f.ret()
