"""`program.invoke(accounts, data)`: a call of any program, accounts and data given by hand."""

from __future__ import annotations

from collections.abc import Callable

from seahorse.backends.sbf.accounts import addresses, field_addresses
from seahorse.backends.sbf.accounts.account_records import KEY
from seahorse.backends.sbf.builtins.tokens import record_of
from seahorse.backends.sbf.frame.frame import Frame
from seahorse.backends.sbf.frame.layout import Parts
from seahorse.backends.sbf.invoke import cpi
from seahorse.backends.sbf.invoke.typed_cpi import before_call
from seahorse.backends.sbf.objects.lists import elements
from seahorse.semantics import tree
from seahorse.semantics.tree.types import BytesType, is_account


def _invoke(cx: Frame, e: tree.Builtin) -> Parts:
    f = cx.f
    program, accounts, payload = e.args
    address = f.at(record_of(cx, program), KEY) if is_account(program.type) else cx.one(program)
    assert isinstance(accounts, tree.ListLit)
    metas: list[cpi.Meta] = []
    signers: list[list[addresses.Slice]] = []
    for item in accounts.items:
        assert isinstance(item, tree.Builtin)
        account, mut, signer = item.args
        assert isinstance(mut, tree.BoolLit)
        assert isinstance(signer, tree.BoolLit)
        seeds = item.kwargs.get("seeds")
        if isinstance(seeds, tree.SignerSeeds):
            signers.append(addresses.signer_slices(cx, seeds))
        signs = signer.value or seeds is not None
        metas.append(cpi.account_meta(cx, record_of(cx, account), writable=mut.value, signer=signs))
    parts = cx.eval(payload)
    if isinstance(payload.type, BytesType):
        data, size = parts
    else:
        size, data = elements(cx, payload.type, parts[0])
    before_call(cx)
    cpi.invoke(cx, address, metas, data, size, signers)
    field_addresses.refresh(cx)
    return ()


BUILTINS: dict[str, Callable[[Frame, tree.Builtin], Parts]] = {"program.invoke": _invoke}
