"""Untyped calls: `Program.invoke` with a list of `CpiAccount`."""

from __future__ import annotations

import ast

from seahorse.semantics.calls.accounts.signers import authority, signer_list
from seahorse.semantics.calls.functions.arguments import bind
from seahorse.semantics.declarations.constants import fold
from seahorse.semantics.names.symbols import PreludeSymbol
from seahorse.semantics.scope.body import BodyChecker, NameBinding
from seahorse.semantics.tree import (
    Assign,
    BoolLit,
    Builtin,
    BytesLit,
    Concat,
    Expr,
    IntLit,
    ListLit,
    PubkeyLit,
    SignerSeeds,
    Stmt,
    StrLit,
    Var,
    VarTarget,
)
from seahorse.semantics.tree.types import BOOL, CPI_ACCOUNT, NONE, U8, BytesType, ListType


def invoke(body: BodyChecker, node: ast.Call, program: Expr) -> Expr:
    """`program.invoke(accounts=[CpiAccount(...), ...], data=[...])`."""
    bound = bind(body, node, ["accounts", "data", "signer"], ["signer"], "invoke")
    accounts = _joined(body, bound["accounts"])
    kwargs: dict[str, Expr] = {}
    signer = bound.get("signer")
    if signer is not None and not (isinstance(signer, ast.Constant) and signer.value is None):
        kwargs["signer"] = _signature(body, signer)
    data = body.expr(bound["data"], ListType(U8))
    if not isinstance(body.type_of(data), BytesType):
        data = body.coerce(data, ListType(U8), bound["data"], "the data")
    body.forget_fields()
    return Builtin(NONE, body.span(node), "program.invoke", [program, accounts, data], kwargs)


def _signature(body: BodyChecker, node: ast.expr) -> SignerSeeds:
    """`signer=vault.signer()`, or its seeds: what signs for an account wherever it stands in the list."""
    if isinstance(node, ast.List):
        return signer_list(body, node)
    _, seeds = authority(body, node)
    if seeds is None:
        raise body.error(node, "this gives no seeds", "write `signer=vault.signer()`, or a list of seeds")
    return seeds


def _joined(body: BodyChecker, node: ast.expr) -> Expr:
    """The accounts of a call: one list that is written out; or lists one after the other, some made at run time."""
    span = body.span(node)
    out: Expr | None = None
    for part in _parts(body, node):
        if isinstance(out, ListLit) and isinstance(part, ListLit):
            out = ListLit(out.type, span, [*out.items, *part.items])
        else:
            out = part if out is None else Concat(ListType(CPI_ACCOUNT), span, out, part)
    assert out is not None
    return out


def _parts(body: BodyChecker, node: ast.expr) -> list[Expr]:
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
        return [*_parts(body, node.left), *_parts(body, node.right)]
    found = body.find(node.id) if isinstance(node, ast.Name) else None
    if isinstance(node, ast.List) or (found is not None and isinstance(found[0].cpi, list)):
        return [ListLit(ListType(CPI_ACCOUNT), body.span(node), _listed(body, node))]
    return [body.typed(node, ListType(CPI_ACCOUNT), "the list of accounts")]


# --- accounts kept in variables: known at compile time, so that each call is written out ---


def is_cpi(body: BodyChecker, node: ast.expr) -> bool:
    """Whether an expression is a CpiAccount or a list of them."""
    match node:
        case ast.Name(id=name):
            found = body.find(name)
            return found is not None and found[0].cpi is not None
        case ast.Call(func=ast.Name() as func):
            symbol = body.symbol(func)
            return isinstance(symbol, PreludeSymbol) and symbol.name == "CpiAccount"
        case ast.List(elts=[first, *_]):
            return is_cpi(body, first)
        case ast.BinOp(op=ast.Add(), left=left, right=right):
            return is_cpi(body, left) or is_cpi(body, right)
        case _:
            return False


def _listed(body: BodyChecker, node: ast.expr) -> list[Expr]:
    """The accounts of a list: a literal, a variable, or a sum of lists."""
    if isinstance(node, ast.List):
        return [_one(body, item) for item in node.elts]
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
        return [*_listed(body, node.left), *_listed(body, node.right)]
    found = body.find(node.id) if isinstance(node, ast.Name) else None
    if found is not None and isinstance(found[0].cpi, list):
        return found[0].cpi
    raise body.error(node, "the compiler must know this list of CpiAccounts", "write `[CpiAccount(...), ...]`")


def _one(body: BodyChecker, node: ast.expr) -> Expr:
    outside, body.lists_accounts = body.lists_accounts, True
    try:
        value = body.expr(node)
    finally:
        body.lists_accounts = outside
    if body.type_of(value) != CPI_ACCOUNT:
        given, made = body.source.text_of(node), body.source.around(node, "CpiAccount(", ")")
        raise body.error(
            node, f"this is {body.show(value.type)}, not a CpiAccount", f"write `CpiAccount({given})`", made
        )
    return value


def store_cpi(body: BodyChecker, target: ast.Name, node: ast.expr) -> list[Stmt]:
    """`name = CpiAccount(...)` or `name = [CpiAccount(...), ...]`."""
    found = body.find(target.id)
    if found is not None and found[1] < body.depth:
        raise body.error(
            target, f"`{target.id}` is assigned in a block of its own", "call `invoke` in each block, with its accounts"
        )
    out: list[Stmt] = []
    value = _same(body, node)
    if value is None and isinstance(node, ast.List | ast.BinOp):
        value = [_fixed(body, account, out) for account in _listed(body, node)]
    elif value is None:
        value = _fixed(body, _one(body, node), out)
    local = body.hidden(target.id, ListType(CPI_ACCOUNT) if isinstance(value, list) else CPI_ACCOUNT)
    body.blocks[-1][target.id] = NameBinding(local, body.span(target), None, False, value)
    return out


def _same(body: BodyChecker, node: ast.expr) -> Expr | list[Expr] | None:
    """The CpiAccounts that another variable holds. Two names of one list stay one list, as in Python."""
    found = body.find(node.id) if isinstance(node, ast.Name) else None
    return found[0].cpi if found is not None else None


def _fixed(body: BodyChecker, account: Expr, out: list[Stmt]) -> Expr:
    """The account with seeds of the moment when it is made: statements added to `out` keep them for the call."""
    if not isinstance(account, Builtin):
        return account
    args = [a if isinstance(a, BoolLit) or i == 0 else _kept(body, a, out) for i, a in enumerate(account.args)]
    account = Builtin(account.type, account.span, account.name, args, account.kwargs)
    seeds = account.kwargs.get("seeds")
    if not isinstance(seeds, SignerSeeds):
        return account
    kept: list[Expr] = []
    for seed in seeds.seeds:
        constant = isinstance(seed, StrLit | BytesLit | IntLit | PubkeyLit)
        if constant or (isinstance(seed, Builtin) and seed.name == "key"):
            kept.append(seed)
            continue
        kept.append(_kept(body, seed, out))
    signature = SignerSeeds(seeds.type, seeds.span, kept, seeds.account)
    return Builtin(account.type, account.span, account.name, account.args, {**account.kwargs, "seeds": signature})


def _kept(body: BodyChecker, value: Expr, out: list[Stmt]) -> Expr:
    """The value of now, in a variable that no name of the program means."""
    local = body.hidden("kept", value.type)
    out.append(Assign(value.span, VarTarget(local, True), value))
    return Var(value.type, value.span, local)


def append_cpi(body: BodyChecker, node: ast.Call) -> list[Stmt] | None:
    """`accounts.append(CpiAccount(...))`; None when it is another call."""
    func = node.func
    if not (isinstance(func, ast.Attribute) and func.attr == "append" and isinstance(func.value, ast.Name)):
        return None
    found = body.find(func.value.id)
    if found is None or not isinstance(found[0].cpi, list) or len(node.args) != 1 or node.keywords:
        return None
    if found[1] != body.depth or body.loops:
        raise body.error(
            node,
            "the compiler must know the accounts of a call",
            "make the list in the block that appends to it",
        )
    out: list[Stmt] = []
    found[0].cpi.append(_fixed(body, _one(body, node.args[0]), out))
    return out


def cpi_account(body: BodyChecker, node: ast.Call) -> Expr:
    """`CpiAccount(account, mut=False, signer=False, seeds=None)`."""
    bound = bind(body, node, ["account", "mut", "signer", "seeds"], ["mut", "signer", "seeds"], "CpiAccount")
    account, signature = authority(body, bound["account"])
    flags = [_flag(body, bound.get(name), name) for name in ("mut", "signer")]
    kwargs: dict[str, Expr] = {}
    seeds = bound.get("seeds")
    if seeds is not None and not (isinstance(seeds, ast.Constant) and seeds.value is None):
        if signature is not None or not (isinstance(flags[1], BoolLit) and not flags[1].value):
            raise body.error(
                seeds, "`CpiAccount` takes `signer` or `seeds`, not both", "keep `seeds` for a program address"
            )
        signature = signer_list(body, seeds)
    if signature is not None:
        if not body.lists_accounts:
            raise body.error(
                node,
                "an account that signs by seeds cannot be in a list made at run time",
                "put it before that list: `program.invoke([CpiAccount(...)] + accounts, data)`",
            )
        kwargs["seeds"] = signature
    return Builtin(CPI_ACCOUNT, body.span(node), "cpi_account", [account, *flags], kwargs)


def _flag(body: BodyChecker, node: ast.expr | None, name: str) -> Expr:
    if node is None:
        return BoolLit(BOOL, body.scope.module.source.start(), False)
    constant = fold(body.scope, node)
    if constant is not None and isinstance(constant.value, bool):
        return BoolLit(BOOL, body.span(node), constant.value)
    return body.typed(node, BOOL, f"`{name}`")
