"""Calls of other programs, through `sol_invoke_signed_c`."""

from __future__ import annotations

from dataclasses import dataclass

from seahorse.backends.sbf import accounts
from seahorse.backends.sbf.context import Cx
from seahorse.backends.sbf.emit import V
from seahorse.backends.sbf.pda import Slice, write_slices

# Sizes of the C structures: SolInstruction, SolAccountMeta, SolAccountInfo, SolSignerSeeds.
_INSTRUCTION, _META, _INFO, _SIGNER = 40, 16, 56, 16


@dataclass
class Meta:
    """One account of the call: address of its key, and its record, which executable accounts need not have.

    Flags are constants, or i1 values for accounts that may be absent.
    """

    key: V
    record: V | None
    writable: bool | V
    signer: bool | V


def account_meta(cx: Cx, rec: V, *, writable: bool, signer: bool = False) -> Meta:
    return Meta(cx.f.at(rec, accounts.KEY), rec, writable, signer)


def program_meta(cx: Cx, address: bytes) -> Meta:
    return Meta(cx.f.bytes(address), None, False, False)


def invoke(cx: Cx, program: V, metas: list[Meta], data: V, size: V, signers: list[list[Slice]]) -> None:
    """Call `program` (address of its id). An error of the callee ends the transaction by itself."""
    f = cx.f
    records = _distinct(metas)
    at_metas = _INSTRUCTION
    at_infos = at_metas + _META * len(metas)
    at_signers = at_infos + _INFO * len(records)
    area = f.scratch(at_signers + _SIGNER * len(signers))
    f.store(program, area)
    f.store(f.at(area, at_metas), area, 8)
    f.store(f.i64(len(metas)), area, 16)
    f.store(data, area, 24)
    f.store(size, area, 32)
    for i, meta in enumerate(metas):
        _write_meta(cx, f.at(area, at_metas + _META * i), meta)
    for i, rec in enumerate(records):
        _write_info(cx, f.at(area, at_infos + _INFO * i), rec)
    for i, seeds in enumerate(signers):
        place = f.at(area, at_signers + _SIGNER * i)
        f.store(write_slices(cx, seeds), place)
        f.store(f.i64(len(seeds)), place, 8)
    status = f.call(
        "sol_invoke_signed_c",
        area,
        f.at(area, at_infos),
        f.i64(len(records)),
        f.at(area, at_signers) if signers else f.const("ptr", 0),
        f.i64(len(signers)),
    )
    f.check(status)


def _distinct(metas: list[Meta]) -> list[V]:
    seen: dict[str, V] = {}
    for meta in metas:
        if meta.record is not None:
            seen.setdefault(meta.record.ref, meta.record)
    return list(seen.values())


def _write_meta(cx: Cx, place: V, meta: Meta) -> None:
    f = cx.f
    f.store(meta.key, place)
    if isinstance(meta.writable, bool) and isinstance(meta.signer, bool):
        f.store(f.const("i16", meta.writable | meta.signer << 8), place, 8)
        return
    for offset, flag in ((8, meta.writable), (9, meta.signer)):
        f.store(f.const("i8", flag) if isinstance(flag, bool) else flag.zext("i8"), place, offset)


def _write_info(cx: Cx, place: V, rec: V) -> None:
    """A SolAccountInfo. Rent epoch and flags stay unset: the runtime takes them from its own records."""
    f = cx.f
    f.store(f.at(rec, accounts.KEY), place)
    f.store(f.at(rec, accounts.LAMPORTS), place, 8)
    f.store(f.load("i64", rec, accounts.DATA_LEN), place, 16)
    f.store(f.at(rec, accounts.DATA), place, 24)
    f.store(f.at(rec, accounts.OWNER), place, 32)
