"""Signatures of program addresses: `account.signer()`, `signer=[...]`, and what may stand in a list of seeds."""

from __future__ import annotations

import ast

from seahorse.diagnostics import Span
from seahorse.semantics.declarations.seeds import KINDS
from seahorse.semantics.inference.unknowns import Unknown
from seahorse.semantics.names.symbols import AddressSymbol
from seahorse.semantics.scope.body import BodyChecker
from seahorse.semantics.tree import (
    AccountParam,
    Builtin,
    BytesLit,
    Expr,
    GetIndex,
    InitAccount,
    IntLit,
    ListLit,
    PubkeyLit,
    SignerSeeds,
    StrLit,
    Unwrap,
    Var,
)
from seahorse.semantics.tree.types import (
    BYTES,
    PUBKEY,
    SIGNER,
    U8,
    U64,
    AccountType,
    ArrayType,
    BoolType,
    BytesType,
    EnumType,
    IntType,
    ListType,
    OptionType,
    PubkeyType,
    StrType,
    TupleType,
    Type,
    is_account,
)

MAX_SEEDS = 16
MAX_SEED_BYTES = 32


def authority(body: BodyChecker, node: ast.expr) -> tuple[Expr, SignerSeeds | None]:
    """An account that authorizes: itself a signer, or `account.signer()` / `account.signer([...])`."""
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "signer":
        account = any_account(body, node.func.value, "what signs")
        return account, _signer_call(body, node, account)
    return any_account(body, node, "the authority"), None


def _signer_call(body: BodyChecker, node: ast.Call, account: Expr) -> SignerSeeds:
    """`account.signer(...)`: with seeds given here, or those that the account was declared or initialized with."""
    if node.keywords or len(node.args) > 1:
        raise body.error(
            node, "`signer` takes one list of seeds at most", "write `account.signer()` or `account.signer([...])`"
        )
    t = body.type_of(account)
    if isinstance(t, AccountType) and t.decl.program != body.checker.name:
        raise body.error(
            node, f"{t} belongs to program `{t.decl.program}`", "a program signs for its own addresses only"
        )
    if node.args:
        return signer_list(body, node.args[0])
    param = param_of(body, account)
    if param is None:
        raise body.error(
            node,
            "the compiler does not know the seeds of this account here",
            "pass them: `account.signer(['seed', ..., bump])`; or call it in the instruction that declares the account",
        )
    pda = param.pda or (param.init.pda if param.init is not None else None)
    if pda is None:
        raise body.error(
            node,
            f"`{param.name}` declares no seeds to sign with",
            f"declare it as `Annotated[..., Seeds(...)]`, or pass the seeds: `{param.name}.signer([..., bump])`",
        )
    if pda.program is not None:
        raise body.error(
            node, f"`{param.name}` is an address of another program", "a program signs for its own addresses only"
        )
    return SignerSeeds(PUBKEY, body.span(node), [], param.local)


def param_of(body: BodyChecker, value: Expr) -> AccountParam | None:
    """The account parameter that a value is, if it is known at compile time."""
    if isinstance(value, Unwrap):
        value = value.value
    local = value.param if isinstance(value, InitAccount) else value.local if isinstance(value, Var) else None
    if local is None or body.context is None:
        return None
    found = body.find(local.name)
    if isinstance(value, Var) and found is not None and found[0].local is local:
        return found[0].param
    account = body.context.accounts.get(local.name)
    return account if account is not None and account.local is local else None


def any_account(body: BodyChecker, node: ast.expr, what: str) -> Expr:
    """An expression that is an account, of any type."""
    value = body.expr(node)
    t = body.type_of(value)
    if isinstance(t, OptionType) and is_account(t):
        raise body.may_be_none(node)
    if not is_account(t):
        hint = "pass the account itself, not its key" if t == PUBKEY else "pass an account parameter"
        raise body.error(node, f"{what} is an account, but this is {body.show(t)}", hint)
    return value


def signer_list(body: BodyChecker, node: ast.expr) -> SignerSeeds:
    """`[seed, ..., bump]` as expressions; the bump is a u8. If the program omits it, it is the canonical bump."""
    if not isinstance(node, ast.List):
        raise body.error(node, "signer seeds must be a list literal", "write `['seed', ..., bump]`")
    if not node.elts:
        raise body.error(node, "there are no seeds here", "write `['seed', ..., bump]`")
    seeds = seed_list(body, node, MAX_SEEDS)
    last = seeds[-1]
    if isinstance(last, IntLit) and isinstance(body.type_of(last), Unknown):
        body.infer.unify(last.type, U8)
    if _is_no_bump(body.type_of(last)):
        if len(seeds) == MAX_SEEDS:
            raise body.error(node, f"there are {MAX_SEEDS} seeds, and no room for the bump", "join some of them")
        seeds.append(_canonical_bump(body, node, seeds))
    return SignerSeeds(PUBKEY, body.span(node), seeds)


def signing_accounts(body: BodyChecker, node: ast.expr) -> ListLit:
    """`signers=[a, b]`: the accounts that sign for a multisig account, each a Signer."""
    if not isinstance(node, ast.List) or not node.elts:
        raise body.error(node, "`signers` must be a list literal of accounts", "write `signers=[first, ...]`")
    items = [body.expr(item) for item in node.elts]
    for item, value in zip(node.elts, items, strict=True):
        if body.type_of(value) != SIGNER:
            text = f"this is {body.show(value.type)}, which does not sign"
            param = param_of(body, value)
            name = param.name if param is not None else "account"
            declared = body.source.parameter(param.span, f"{name}: Signer") if param is not None else None
            raise body.error(item, text, f"declare `{name}: Signer`", declared)
    return ListLit(ListType(SIGNER), body.span(node), items)


def own_address(body: BodyChecker, span: Span) -> PubkeyLit:
    """This program's address."""
    own = body.scope.checker.program_id(body.scope).folded
    assert own is not None
    assert isinstance(own.value, AddressSymbol)
    return PubkeyLit(PUBKEY, span, own.value.value)


def _is_no_bump(t: Type) -> bool:
    """Whether the last seed cannot be the bump because it is text, a key or a wide integer. Bytes could be the bump."""
    return isinstance(t, StrType | PubkeyType | BoolType | EnumType) or (isinstance(t, IntType) and t != U8)


def _canonical_bump(body: BodyChecker, node: ast.List, seeds: list[Expr]) -> Expr:
    span = body.span(node)
    program = own_address(body, span)
    listed = ListLit(ListType(BYTES), span, list(seeds))
    found = Builtin(TupleType((PUBKEY, U8)), span, "find_program_address", [listed, program])
    return GetIndex(U8, span, found, IntLit(U64, span, 1))


def seed_list(body: BodyChecker, node: ast.expr, limit: int) -> list[Expr]:
    """The seeds of a list literal, as values that have bytes."""
    if not isinstance(node, ast.List | ast.Tuple):
        raise body.error(node, "seeds must be a list literal", "write `['seed', ...]`")
    if len(node.elts) > limit:
        raise body.error(
            node.elts[limit], f"there are {len(node.elts)} seeds, and at most {limit} are possible", "join some of them"
        )
    return [seed(body, item) for item in node.elts]


def seed(body: BodyChecker, node: ast.expr) -> Expr:
    """One seed: text, bytes, a key, an account (its key) or an integer (little-endian, of its own width)."""
    value = body.expr(node)
    t = body.type_of(value)
    if isinstance(t, OptionType):
        raise body.may_be_none(node)
    if is_account(t):
        return Builtin(PUBKEY, value.span, "key", [value])
    constant = (
        value.value.encode() if isinstance(value, StrLit) else value.value if isinstance(value, BytesLit) else b""
    )
    if len(constant) > MAX_SEED_BYTES:
        raise body.error(
            node,
            f"this seed has {len(constant)} bytes, and a seed holds at most 32",
            "cut it, or hash it: `sha256(...)`",
        )
    if not seedable(t):
        raise body.error(node, f"{body.show(t)} cannot be a seed", KINDS)
    return value


def seedable(t: Type) -> bool:
    match t:
        case StrType() | BytesType() | PubkeyType() | IntType() | BoolType() | EnumType():
            return True
        case Unknown():
            return t.numeric
        case ListType(elem) | ArrayType(elem):
            return elem == U8 or isinstance(elem, Unknown)
        case _:
            return False
