"""`program.invoke(accounts, data)`: a call of any program, accounts and data given by hand."""

from __future__ import annotations

from collections.abc import Callable

from seahorse.backends.sbf.accounts import addresses, field_addresses
from seahorse.backends.sbf.accounts.account_records import KEY
from seahorse.backends.sbf.builtins.tokens import record_of
from seahorse.backends.sbf.frame import heap
from seahorse.backends.sbf.frame.frame import Frame
from seahorse.backends.sbf.frame.layout import LIST_DATA, LIST_LEN, Parts
from seahorse.backends.sbf.invoke import cpi
from seahorse.backends.sbf.invoke.structures import SolAccountInfo, SolAccountMeta, SolInstruction
from seahorse.backends.sbf.invoke.typed_cpi import before_call
from seahorse.backends.sbf.llvm.values import WORD, Value
from seahorse.backends.sbf.objects.lists import elements
from seahorse.semantics import tree
from seahorse.semantics.tree.types import BytesType, is_account

# Flags in the lowest bits of a CpiAccount in memory: records begin at multiples of 8.
_WRITES, _SIGNS = 1, 2


def _invoke(frame: Frame, e: tree.Builtin) -> Parts:
    f = frame.f
    program, accounts, payload = e.args
    address = f.at(record_of(frame, program), KEY) if is_account(program.type) else frame.one(program)
    lists = _lists(accounts)
    metas: list[list[cpi.Meta] | Value] = []
    signers: list[list[addresses.Slice]] = []
    for part in lists:
        if isinstance(part, tree.ListLit):
            metas.append([_meta(frame, item, signers) for item in part.items])
        else:
            metas.append(frame.one(part))
    lent = e.kwargs.get("signer")
    if isinstance(lent, tree.SignerSeeds):
        signers.append(addresses.signer_slices(frame, lent))
    parts = frame.eval(payload)
    if isinstance(payload.type, BytesType):
        data, size = parts
    else:
        size, data = elements(frame, payload.type, parts[0])
    before_call(frame)
    if len(metas) == 1 and isinstance(metas[0], list):
        cpi.invoke(frame, address, metas[0], data, size, signers)
    else:
        _at_run_time(frame, address, metas, (data, size), signers)
    field_addresses.refresh(frame)
    return ()


def _lists(accounts: tree.Expr) -> list[tree.Expr]:
    return [*_lists(accounts.left), *_lists(accounts.right)] if isinstance(accounts, tree.Concat) else [accounts]


def _meta(frame: Frame, item: tree.Expr, signers: list[list[addresses.Slice]]) -> cpi.Meta:
    """An account that is written out; its seeds are added to `signers`."""
    assert isinstance(item, tree.Builtin)
    account, mut, signer = item.args
    seeds = item.kwargs.get("seeds")
    if isinstance(seeds, tree.SignerSeeds):
        signers.append(addresses.signer_slices(frame, seeds))
    writable = mut.value if isinstance(mut, tree.BoolLit) else frame.one(mut)
    signs = signer.value if isinstance(signer, tree.BoolLit) else frame.one(signer)
    record = record_of(frame, account)
    return cpi.Meta(frame.f.at(record, KEY), record, writable, signs if seeds is None else True)


def _at_run_time(
    frame: Frame,
    address: Value,
    metas: list[list[cpi.Meta] | Value],
    data: tuple[Value, Value],
    signers: list[list[addresses.Slice]],
) -> None:
    """A call whose number of accounts is known when it runs. Its memory is given back afterwards."""
    f = frame.f
    total = f.i64(sum(len(m) for m in metas if isinstance(m, list)))
    for listed in metas:
        if not isinstance(listed, list):
            total = total + f.load("i64", listed, LIST_LEN)
    marked = heap.mark(frame)
    area = heap.allocate(frame, total * (SolAccountMeta.SIZE + SolAccountInfo.SIZE) + SolInstruction.SIZE)
    first_meta = f.at(area, SolInstruction.SIZE)
    first_info = f.at(first_meta, total * SolAccountMeta.SIZE)
    f.store(address, area)
    f.store(first_meta, area, SolInstruction.METAS)
    f.store(total, area, SolInstruction.META_COUNT)
    f.store(data[0], area, SolInstruction.DATA)
    f.store(data[1], area, SolInstruction.DATA_SIZE)
    writer = _AccountWriter(frame, first_meta, first_info)
    for listed in metas:
        if isinstance(listed, list):
            for one in listed:
                writer.add(one)
        else:
            writer.add_all(listed)
    seeds = addresses.write_signers(frame, signers) if signers else f.const("ptr", 0)
    f.call("sol_invoke_signed_c", area, first_info, total, seeds, f.i64(len(signers)))
    heap.release(frame, marked)


class _AccountWriter:
    """Writes the metas of a call and the descriptions of its accounts, one behind the other."""

    def __init__(self, frame: Frame, meta: Value, info: Value) -> None:
        self.frame = frame
        self.meta, self.info = frame.f.slot("ptr", meta), frame.f.slot("ptr", info)

    def add(self, meta: cpi.Meta) -> None:
        f = self.frame.f
        assert meta.record is not None
        cpi.write_meta(self.frame, self.meta.get(), meta)
        f.runtime("describe", self.info.get(), meta.record)
        self.meta.set(f.at(self.meta.get(), SolAccountMeta.SIZE))
        self.info.set(f.at(self.info.get(), SolAccountInfo.SIZE))

    def add_all(self, listed: Value) -> None:
        """The items of a list object."""
        f = self.frame.f
        at = f.slot("ptr", f.load("ptr", listed, LIST_DATA))
        end = f.slot("ptr", f.word(at.get(), f.load("i64", listed, LIST_LEN)))

        def item() -> None:
            held = f.load("i64", at.get())
            record = f.pointer(held & -8)
            flags = (held & _WRITES).ne(0), (held & _SIGNS).ne(0)
            self.add(cpi.Meta(f.at(record, KEY), record, *flags))
            at.set(f.at(at.get(), WORD))

        f.while_(lambda: f.address(at.get()).ult(f.address(end.get())), item)


def _cpi_account(frame: Frame, e: tree.Builtin) -> Parts:
    """As a list has it in memory."""
    f = frame.f
    account, mut, signer = e.args
    value = f.address(record_of(frame, account))
    for flag, bit in ((mut, _WRITES), (signer, _SIGNS)):
        if isinstance(flag, tree.BoolLit):
            value = value | bit if flag.value else value
        else:
            value = value | f.select(frame.one(flag), f.i64(bit), f.i64(0))
    return (value,)


BUILTINS: dict[str, Callable[[Frame, tree.Builtin], Parts]] = {
    "program.invoke": _invoke,
    "cpi_account": _cpi_account,
}
