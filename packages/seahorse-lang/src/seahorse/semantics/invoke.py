"""Untyped calls: `Program.invoke` with a list of `CpiAccount`."""

from __future__ import annotations

import ast

from seahorse.semantics.body import Body
from seahorse.semantics.calls import bind
from seahorse.semantics.constants import fold
from seahorse.semantics.signers import authority, signer_list
from seahorse.semantics.tree import BoolLit, Builtin, Expr, ListLit
from seahorse.semantics.types import BOOL, CPI_ACCOUNT, NONE, U8, BytesType, ListType


def invoke(body: Body, node: ast.Call, program: Expr) -> Expr:
    """`program.invoke(accounts=[CpiAccount(...), ...], data=[...])`."""
    bound = bind(body, node, ["accounts", "data"], [], "invoke")
    items = bound["accounts"]
    if not isinstance(items, ast.List):
        raise body.error(items, "the accounts must be a list literal", "write `[CpiAccount(...), ...]` in the call")
    accounts: list[Expr] = []
    for item in items.elts:
        value = body.expr(item)
        if body.type_of(value) != CPI_ACCOUNT:
            raise body.error(item, f"this is {body.show(value.type)}, not a CpiAccount", "write `CpiAccount(account)`")
        accounts.append(value)
    data = body.expr(bound["data"], ListType(U8))
    if not isinstance(body.type_of(data), BytesType):
        data = body.coerce(data, ListType(U8), bound["data"], "the data")
    body.forget_fields()
    listed = ListLit(ListType(CPI_ACCOUNT), body.span(items), accounts)
    return Builtin(NONE, body.span(node), "program.invoke", [program, listed, data])


def cpi_account(body: Body, node: ast.Call) -> Expr:
    """`CpiAccount(account, mut=False, signer=False, seeds=None)`."""
    bound = bind(body, node, ["account", "mut", "signer", "seeds"], ["mut", "signer", "seeds"], "CpiAccount")
    account, signature = authority(body, bound["account"])
    flags = [_flag(body, bound.get(name), name) for name in ("mut", "signer")]
    kwargs: dict[str, Expr] = {}
    seeds = bound.get("seeds")
    if seeds is not None and not (isinstance(seeds, ast.Constant) and seeds.value is None):
        if flags[1].value or signature is not None:
            raise body.error(seeds, "`signer` and `seeds` exclude each other", "keep `seeds` for a program address")
        signature = signer_list(body, seeds)
    if signature is not None:
        kwargs["seeds"] = signature
    return Builtin(CPI_ACCOUNT, body.span(node), "cpi_account", [account, *flags], kwargs)


def _flag(body: Body, node: ast.expr | None, name: str) -> BoolLit:
    if node is None:
        return BoolLit(BOOL, body.scope.module.source.start(), False)
    constant = fold(body.scope, node)
    if constant is None or not isinstance(constant.value, bool):
        raise body.error(node, f"`{name}` must be True or False", f"write `{name}=True`")
    return BoolLit(BOOL, body.span(node), constant.value)
