"""Builtins of accounts and sysvars: key, lamports, transfers, close, sysvars, ProgramData."""

from __future__ import annotations

from collections.abc import Callable

from seahorse.backends.sbf.accounts import addresses
from seahorse.backends.sbf.accounts.account_records import DATA, DATA_LEN, KEY, LAMPORTS, OWNER
from seahorse.backends.sbf.accounts.known_data import LoaderData
from seahorse.backends.sbf.builtins.tokens import record_of
from seahorse.backends.sbf.frame.frame import Frame
from seahorse.backends.sbf.frame.layout import Parts, load, memory_size
from seahorse.backends.sbf.frame.unit import BackendError
from seahorse.backends.sbf.invoke import cpi
from seahorse.backends.sbf.invoke.structures import SystemInstruction
from seahorse.backends.sbf.invoke.typed_cpi import before_call
from seahorse.backends.sbf.llvm.module import LlvmModule
from seahorse.backends.sbf.llvm.values import WORD
from seahorse.backends.sbf.scalars.integers import hide
from seahorse.ir.addresses import SYSTEM_PROGRAM_ID, decode_base58
from seahorse.semantics import tree
from seahorse.semantics.tree.account_kinds import ACCOUNT_KINDS, SYSVARS, sysvar_of
from seahorse.semantics.tree.types import SIGNER

BuiltinWriter = Callable[[Frame, tree.Builtin], Parts]
_WORD = 8


def _key(frame: Frame, e: tree.Builtin) -> Parts:
    if (sysvar := sysvar_of(e.args[0].type)) is not None:
        return (frame.f.bytes(decode_base58(sysvar.address)),)
    return (frame.f.at(record_of(frame, e.args[0]), KEY),)


def _lamports(frame: Frame, e: tree.Builtin) -> Parts:
    return (frame.f.load("i64", record_of(frame, e.args[0]), LAMPORTS),)


def _owner(frame: Frame, e: tree.Builtin) -> Parts:
    return (frame.f.at(record_of(frame, e.args[0]), OWNER),)


def _data_len(frame: Frame, e: tree.Builtin) -> Parts:
    return (frame.f.load("i64", record_of(frame, e.args[0]), DATA_LEN),)


def _transfer_lamports(frame: Frame, e: tree.Builtin) -> Parts:
    """From a signer by the system program; from an account of this program by moving the balance."""
    f = frame.f
    source = record_of(frame, e.args[0])
    to = record_of(frame, e.args[1])
    amount = frame.one(e.args[2])
    seeds = e.kwargs.get("signer")
    if e.args[0].type == SIGNER or isinstance(seeds, tree.SignerSeeds):
        signers = [addresses.signer_slices(frame, seeds)] if isinstance(seeds, tree.SignerSeeds) else []
        metas = [
            cpi.account_meta(frame, source, writable=True, signer=True),
            cpi.account_meta(frame, to, writable=True),
        ]
        before_call(frame)
        data = f.alloca(SystemInstruction.TRANSFER_SIZE)
        f.store(f.const("i32", SystemInstruction.TRANSFER), data)
        f.store(amount, data, SystemInstruction.FIRST)
        cpi.invoke(frame, f.bytes(SYSTEM_PROGRAM_ID), metas, data, f.i64(SystemInstruction.TRANSFER_SIZE), signers)
        return ()
    held = f.load("i64", source, LAMPORTS)
    f.raise_if(held.ult(amount), frame.errors.program_error("InsufficientFunds", e.span))
    f.store(held - amount, source, LAMPORTS)
    total = hide(f.load("i64", to, LAMPORTS) + amount)
    frame.overflow(total.ult(amount), e.span)
    f.store(total, to, LAMPORTS)
    return ()


def _close(frame: Frame, e: tree.Builtin) -> Parts:
    """All lamports to the destination, the data emptied, the owner the system program."""
    f = frame.f
    source = record_of(frame, e.args[0])
    to = record_of(frame, e.args[1])
    moved = f.load("i64", source, LAMPORTS)
    total = hide(f.load("i64", to, LAMPORTS) + moved)
    frame.overflow(total.ult(moved), e.span)
    f.store(f.i64(0), source, LAMPORTS)
    f.store(total, to, LAMPORTS)
    for word in range(4):
        f.store(f.i64(0), source, OWNER + WORD * word)
    f.store(f.i64(0), source, DATA_LEN)
    return ()


def _bump(frame: Frame, e: tree.Builtin) -> Parts:
    """The bump that an initialization or a check of this instruction found, or that the account stores."""
    account = e.args[0]
    local = (
        account.local
        if isinstance(account, tree.Var)
        else account.param
        if isinstance(account, tree.InitAccount)
        else None
    )
    if local is not None and frame.instruction is not None:
        local = frame.names.init_of.get(local.id, local)
        slot = frame.instruction.slot_of(local)
        if slot is not None and slot.index in frame.accounts.bumps:
            return (frame.f.load("i8", frame.accounts.bumps[slot.index]),)
        if slot is not None and slot.pda is not None:
            return (frame.f.load("i8", addresses.bump_slice(frame, slot.pda.bump).ptr),)
    raise BackendError(
        "the bump is known only of an account that this instruction initialized or checks with Seeds", e.span
    )


def _is_new(frame: Frame, e: tree.Builtin) -> Parts:
    account = e.args[0]
    assert isinstance(account, tree.Var)
    assert frame.instruction is not None
    slot = frame.instruction.slot_of(frame.names.init_of.get(account.local.id, account.local))
    assert slot is not None
    return (frame.accounts.created[slot.index],)


def _sysvar_get(name: str) -> BuiltinWriter:
    """`X.get()`: all of it, on the stack."""
    sysvar = SYSVARS[name]

    def get(frame: Frame, e: tree.Builtin) -> Parts:
        buffer = frame.f.alloca(sysvar.size)
        if sysvar.syscall is not None:
            frame.f.call(sysvar.syscall, buffer)
        else:
            address = frame.f.bytes(decode_base58(sysvar.address))
            frame.f.call("sol_get_sysvar", address, buffer, frame.f.i64(0), frame.f.i64(sysvar.size))
        return (buffer,)

    return get


def _sysvar_field(name: str, field: str) -> BuiltinWriter:
    kind, offset = ACCOUNT_KINDS[name], SYSVARS[name].offsets[field]
    t = kind.reads[field]

    def read(frame: Frame, e: tree.Builtin) -> Parts:
        f = frame.f
        source = e.args[0]
        if isinstance(source, tree.Builtin) and source.name == f"{kind.group}.get" and memory_size(t) == _WORD:
            # Eight bytes of the sysvar cost less than all of it.
            return (f.runtime(kind.group, f.i64(offset)),)
        return load(t, f.at(frame.one(source), offset))

    return read


def _sysvar_writer(name: str) -> Callable[[LlvmModule], None]:
    def write(module: LlvmModule) -> None:
        """`clock(offset) -> value`, and so on: eight bytes of the sysvar."""
        f = module.function(ACCOUNT_KINDS[name].group, ["i64"], attributes="noinline")
        buffer = f.alloca(_WORD)
        address = f.bytes(decode_base58(SYSVARS[name].address))
        f.call("sol_get_sysvar", address, buffer, f.params[0], f.i64(_WORD))
        f.ret(f.load("i64", buffer))

    return write


def _upgrade_authority(frame: Frame, e: tree.Builtin) -> Parts:
    record = record_of(frame, e.args[0])
    return (
        frame.f.load("i8", record, DATA + LoaderData.HAS_AUTHORITY).ne(0),
        frame.f.at(record, DATA + LoaderData.AUTHORITY),
    )


BUILTINS: dict[str, BuiltinWriter] = {
    "key": _key,
    "lamports": _lamports,
    "owner": _owner,
    "data_len": _data_len,
    "transfer_lamports": _transfer_lamports,
    "close": _close,
    "bump": _bump,
    "is_new": _is_new,
    **{f"{ACCOUNT_KINDS[name].group}.get": _sysvar_get(name) for name in SYSVARS},
    **{f"{ACCOUNT_KINDS[name].group}.{n}": _sysvar_field(name, n) for name in SYSVARS for n in SYSVARS[name].offsets},
    "program_data.upgrade_authority": _upgrade_authority,
}
# Helpers that a program gets when it reads a field of a sysvar, by name.
SYSVAR_HELPERS = {ACCOUNT_KINDS[name].group: _sysvar_writer(name) for name in SYSVARS}
