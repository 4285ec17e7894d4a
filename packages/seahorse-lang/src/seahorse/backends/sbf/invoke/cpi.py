"""Calls of other programs, through `sol_invoke_signed_c`."""

from __future__ import annotations

from dataclasses import dataclass

from seahorse.backends.sbf.accounts import account_records
from seahorse.backends.sbf.accounts.addresses import Slice, write_signers
from seahorse.backends.sbf.frame.frame import Frame, SharedInfos
from seahorse.backends.sbf.invoke.structures import (
    CallArea,
    SolAccountInfo,
    SolAccountMeta,
    SolInstruction,
    TokenInstruction,
    meta_flags,
)
from seahorse.backends.sbf.llvm.function import FunctionBuilder
from seahorse.backends.sbf.llvm.module import LlvmModule
from seahorse.backends.sbf.llvm.values import Value
from seahorse.backends.sbf.scalars.integers import hide
from seahorse.ir.addresses import TOKEN_PROGRAM_ID
from seahorse.semantics import tree
from seahorse.semantics.tree.walk import walk


@dataclass
class Meta:
    """One account of the call: address of its key, and its record, which executable accounts need not have.

    Flags are constants, or i1 values for accounts that may be absent.
    """

    key: Value
    record: Value | None
    writable: bool | Value
    signer: bool | Value


def account_meta(frame: Frame, record: Value, *, writable: bool, signer: bool = False) -> Meta:
    return Meta(frame.f.at(record, account_records.KEY), record, writable, signer)


def program_meta(frame: Frame, address: bytes) -> Meta:
    return Meta(frame.f.bytes(address), None, False, False)


def invoke(
    frame: Frame, program: Value, metas: list[Meta], data: Value, size: Value, signers: list[list[Slice]]
) -> None:
    """Call `program` (address of its id). An error of the callee ends the transaction by itself: there is
    no status to look at."""
    f = frame.f
    records = _distinct(metas)
    shared = frame.infos is not None and all(r.key in frame.infos.records for r in records)
    layout = CallArea(len(metas), 0 if shared else len(records))
    area = f.scratch(layout.size, "call")
    f.store(program, area)
    f.store(layout.meta(f, area, 0), area, SolInstruction.METAS)
    f.store(f.i64(len(metas)), area, SolInstruction.META_COUNT)
    f.store(data, area, SolInstruction.DATA)
    f.store(size, area, SolInstruction.DATA_SIZE)
    for i, meta in enumerate(metas):
        write_meta(frame, layout.meta(f, area, i), meta)
    if shared and frame.infos is not None:
        infos, count = frame.infos.place, len(frame.infos.records)
    else:
        infos, count = layout.info(f, area, 0), len(records)
        _write_infos(frame, infos, records)
    seeds = write_signers(frame, signers) if signers else f.const("ptr", 0)
    f.call("sol_invoke_signed_c", area, infos, f.i64(count), seeds, f.i64(len(signers)))


def share_infos(frame: Frame, body: list[tree.Stmt]) -> SharedInfos | None:
    """When an instruction makes several calls, describe their accounts once for all of them; None when not.

    The runtime itself keeps the lengths in the descriptions up to date.
    """
    assert frame.instruction is not None
    uses = 0
    records: dict[str, Value] = {}
    for node in walk(body):
        if isinstance(node, tree.Builtin) and node.name in ("close", "resize", "migrate"):
            return None
        for account in _call_accounts(node):
            for inner in walk(account):
                local = (
                    inner.local
                    if isinstance(inner, tree.Var)
                    else inner.param
                    if isinstance(inner, tree.InitAccount)
                    else None
                )
                slot = frame.instruction.slot_of(local) if local is not None else None
                if slot is not None:
                    record = frame.accounts.records[slot.index]
                    uses += 1
                    records[record.key] = record
    # A call that needs few accounts would cost more with all of them than it saves.
    if uses < len(records) + 3:
        return None
    place = frame.f.alloca(SolAccountInfo.SIZE * len(records))
    _write_infos(frame, place, list(records.values()))
    return SharedInfos(place, set(records))


def _call_accounts(node: object) -> list[tree.Expr]:
    """The accounts that a node passes to another program of the workspace."""
    return list(node.accounts.values()) if isinstance(node, tree.CpiCall) else []


def _distinct(metas: list[Meta]) -> list[Value]:
    seen: dict[str, Value] = {}
    for meta in metas:
        if meta.record is not None:
            seen.setdefault(meta.record.key, meta.record)
    return list(seen.values())


def write_meta(frame: Frame, place: Value, meta: Meta) -> None:
    """A SolAccountMeta."""
    f = frame.f
    f.store(meta.key, place)
    if isinstance(meta.writable, bool) and isinstance(meta.signer, bool):
        f.store(meta_flags(f, writable=meta.writable, signer=meta.signer), place, SolAccountMeta.WRITABLE)
        return
    for offset, flag in ((SolAccountMeta.WRITABLE, meta.writable), (SolAccountMeta.SIGNER, meta.signer)):
        f.store(f.const("i8", flag) if isinstance(flag, bool) else flag.zext("i8"), place, offset)


def _write_infos(frame: Frame, place: Value, records: list[Value]) -> None:
    f = frame.f
    if frame.unit.checks_in_place:
        for i, record in enumerate(records):
            info = f.at(place, SolAccountInfo.SIZE * i)
            describe(f, record, [info], info)
        return
    while len(records) >= 3:
        f.runtime("describe_three", place, *records[:3])
        place, records = f.at(place, 3 * SolAccountInfo.SIZE), records[3:]
    for i, record in enumerate(records):
        f.runtime("describe", f.at(place, SolAccountInfo.SIZE * i), record)


def write_describe(module: LlvmModule) -> None:
    """`describe(info, record)`: a SolAccountInfo."""
    f = module.function("describe", ["ptr", "ptr"], attributes="noinline")
    describe(f, f.params[1], [f.params[0]], f.params[0])
    f.ret()


def write_describe_three(module: LlvmModule) -> None:
    """`describe_three(infos, first, second, third)`."""
    f = module.function("describe_three", ["ptr", "ptr", "ptr", "ptr"], attributes="noinline")
    infos, *records = f.params
    for i, record in enumerate(records):
        info = f.at(infos, SolAccountInfo.SIZE * i)
        describe(f, record, [info], info)
    f.ret()


def describe(f: FunctionBuilder, record: Value, keys: list[Value], info: Value) -> None:
    """Write a SolAccountInfo, and the address of the key to each of `keys`. Each address is computed from the one
    before it, in the same register. Hidden: otherwise LLVM computes each from the record."""
    at = hide(f.at(record, account_records.KEY))
    for place in keys:
        f.store(at, place)
    at = hide(f.at(at, account_records.OWNER - account_records.KEY))
    f.store(at, info, SolAccountInfo.OWNER)
    at = hide(f.at(at, account_records.LAMPORTS - account_records.OWNER))
    f.store(at, info, SolAccountInfo.LAMPORTS)
    f.store(f.load("i64", at, account_records.DATA_LEN - account_records.LAMPORTS), info, SolAccountInfo.DATA_SIZE)
    f.store(hide(f.at(at, account_records.DATA - account_records.LAMPORTS)), info, SolAccountInfo.DATA)


def write_token_call(module: LlvmModule) -> None:
    """`token_call(first, second, authority, amount, signers)`: an instruction of the token program with three accounts,
    which writes the first two, and an amount.

    `signers`: the address of the seeds that sign, or 0; and the instruction's number less one in its lowest 3 bits.
    """
    f = module.function("token_call", ["ptr", "ptr", "ptr", "i64", "i64"], attributes="noinline")
    *records, amount, signers = f.params
    layout = CallArea(3, 3)
    area = f.alloca(layout.size)
    data = f.alloca(16)
    f.store((signers & 7).trunc("i8") + 1, data)
    f.store(amount, data, TokenInstruction.AMOUNT)
    seeds = signers & -8
    for i, record in enumerate(records):
        meta, info = layout.meta(f, area, i), layout.info(f, area, i)
        describe(f, record, [meta, info], info)
        f.store(meta_flags(f, writable=i < 2, signer=i == 2), meta, SolAccountMeta.WRITABLE)
    f.store(f.bytes(TOKEN_PROGRAM_ID), area)
    f.store(layout.meta(f, area, 0), area, SolInstruction.METAS)
    f.store(f.i64(3), area, SolInstruction.META_COUNT)
    f.store(data, area, SolInstruction.DATA)
    f.store(f.i64(TokenInstruction.AMOUNT_SIZE), area, SolInstruction.DATA_SIZE)
    count = seeds.ne(0).zext("i64")
    f.call("sol_invoke_signed_c", area, layout.info(f, area, 0), f.i64(3), f.pointer(seeds), count)
    f.ret()
