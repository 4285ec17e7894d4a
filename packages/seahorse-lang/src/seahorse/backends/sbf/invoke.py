"""`program.invoke(accounts, data)`: a call of any program, accounts and data given by hand."""

from __future__ import annotations

from collections.abc import Callable

from seahorse.backends.sbf import cpi, pda, tails
from seahorse.backends.sbf.accounts import KEY
from seahorse.backends.sbf.context import Cx
from seahorse.backends.sbf.cpi_call import before_call
from seahorse.backends.sbf.lists import elements
from seahorse.backends.sbf.shapes import Parts
from seahorse.backends.sbf.tokens import record_of
from seahorse.semantics import tree
from seahorse.semantics.tree.types import BytesType, is_account


def _invoke(cx: Cx, e: tree.Builtin) -> Parts:
    f = cx.f
    program, accounts, payload = e.args
    address = f.at(record_of(cx, program), KEY) if is_account(program.type) else cx.one(program)
    assert isinstance(accounts, tree.ListLit)
    metas: list[cpi.Meta] = []
    signers: list[list[pda.Slice]] = []
    for item in accounts.items:
        assert isinstance(item, tree.Builtin)
        account, mut, signer = item.args
        assert isinstance(mut, tree.BoolLit)
        assert isinstance(signer, tree.BoolLit)
        seeds = item.kwargs.get("seeds")
        if isinstance(seeds, tree.SignerSeeds):
            signers.append(pda.signer_slices(cx, seeds))
        signs = signer.value or seeds is not None
        metas.append(cpi.account_meta(cx, record_of(cx, account), writable=mut.value, signer=signs))
    parts = cx.eval(payload)
    if isinstance(payload.type, BytesType):
        data, size = parts
    else:
        size, data = elements(cx, payload.type, parts[0])
    before_call(cx)
    cpi.invoke(cx, address, metas, data, size, signers)
    tails.refresh(cx)
    return ()


BUILTINS: dict[str, Callable[[Cx, tree.Builtin], Parts]] = {"program.invoke": _invoke}
