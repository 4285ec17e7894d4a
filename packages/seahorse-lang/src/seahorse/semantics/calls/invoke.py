"""Untyped calls: `Program.invoke` with a list of `CpiAccount`."""

from __future__ import annotations

import ast

from seahorse.semantics.calls.arguments import bind
from seahorse.semantics.calls.signers import authority, signer_list
from seahorse.semantics.declarations.constants import fold
from seahorse.semantics.names.symbols import PreludeSymbol
from seahorse.semantics.scope.body import BodyChecker, NameBinding
from seahorse.semantics.tree import (
    Assign,
    BoolLit,
    Builtin,
    BytesLit,
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
    bound = bind(body, node, ["accounts", "data"], [], "invoke")
    items = bound["accounts"]
    accounts = _listed(body, items)
    data = body.expr(bound["data"], ListType(U8))
    if not isinstance(body.type_of(data), BytesType):
        data = body.coerce(data, ListType(U8), bound["data"], "the data")
    body.forget_fields()
    listed = ListLit(ListType(CPI_ACCOUNT), body.span(items), accounts)
    return Builtin(NONE, body.span(node), "program.invoke", [program, listed, data])


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
    value = body.expr(node)
    if body.type_of(value) != CPI_ACCOUNT:
        raise body.error(node, f"this is {body.show(value.type)}, not a CpiAccount", "write `CpiAccount(account)`")
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
    """What another variable holds. Two names of one list stay one list, as in Python."""
    found = body.find(node.id) if isinstance(node, ast.Name) else None
    return found[0].cpi if found is not None else None


def _fixed(body: BodyChecker, account: Expr, out: list[Stmt]) -> Expr:
    """The account with its seeds as they are now: statements added to `out` store them for the call."""
    seeds = account.kwargs.get("seeds") if isinstance(account, Builtin) else None
    if not isinstance(account, Builtin) or not isinstance(seeds, SignerSeeds):
        return account
    kept: list[Expr] = []
    for seed in seeds.seeds:
        constant = isinstance(seed, StrLit | BytesLit | IntLit | PubkeyLit)
        if constant or (isinstance(seed, Builtin) and seed.name == "key"):
            kept.append(seed)
            continue
        local = body.hidden("seed", seed.type)
        out.append(Assign(seed.span, VarTarget(local, True), seed))
        kept.append(Var(seed.type, seed.span, local))
    signature = SignerSeeds(seeds.type, seeds.span, kept, seeds.account)
    return Builtin(account.type, account.span, account.name, account.args, {**account.kwargs, "seeds": signature})


def append_cpi(body: BodyChecker, node: ast.Call) -> list[Stmt] | None:
    """`accounts.append(CpiAccount(...))`; None when it is another call."""
    func = node.func
    if not (isinstance(func, ast.Attribute) and func.attr == "append" and isinstance(func.value, ast.Name)):
        return None
    found = body.find(func.value.id)
    if found is None or not isinstance(found[0].cpi, list) or len(node.args) != 1 or node.keywords:
        return None
    if found[1] != body.depth or body.loops:
        raise body.error(node, "the compiler must know the accounts of a call", "append outside of `if` and loops")
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
        if flags[1].value or signature is not None:
            raise body.error(
                seeds, "`CpiAccount` takes `signer` or `seeds`, not both", "keep `seeds` for a program address"
            )
        signature = signer_list(body, seeds)
    if signature is not None:
        kwargs["seeds"] = signature
    return Builtin(CPI_ACCOUNT, body.span(node), "cpi_account", [account, *flags], kwargs)


def _flag(body: BodyChecker, node: ast.expr | None, name: str) -> BoolLit:
    if node is None:
        return BoolLit(BOOL, body.scope.module.source.start(), False)
    constant = fold(body.scope, node)
    if constant is None or not isinstance(constant.value, bool):
        raise body.error(node, f"`{name}` must be True or False", f"write `{name}=True`")
    return BoolLit(BOOL, body.span(node), constant.value)
