"""`Empty.init`: read at compile time, because it runs with the account checks, before the body."""

from __future__ import annotations

import ast

from seahorse.diagnostics import CompileError
from seahorse.semantics.calls.accounts.signers import param_of
from seahorse.semantics.calls.functions.arguments import bind
from seahorse.semantics.declarations.constants import const_int, fold
from seahorse.semantics.declarations.seeds import SeedParams, SeedReader
from seahorse.semantics.inference.final_types import Zonk
from seahorse.semantics.scope.body import BodyChecker, InstructionContext
from seahorse.semantics.scope.held import written_out
from seahorse.semantics.tree import AccountParam, Expr, Init, InitAccount, Pda, Unwrap
from seahorse.semantics.tree.types import (
    ANY_TOKEN_ACCOUNT,
    ANY_TOKEN_MINT,
    SIGNER,
    TOKEN_ACCOUNT,
    TOKEN_MINT,
    U8,
    U64,
    AccountType,
    BoolType,
    BytesType,
    EmptyType,
    EnumType,
    FloatType,
    IntType,
    OptionType,
    PubkeyType,
    StrType,
    TupleType,
    Type,
)
from seahorse.syntax.walk import walk_syntax

PARAMETERS = [
    "payer",
    "seeds",
    "mint",
    "decimals",
    "authority",
    "associated",
    "space",
    "padding",
    "init_if_needed",
    "zero",
]
MAX_SPACE = 10_240


def init(body: BodyChecker, node: ast.Call, func: ast.Attribute, receiver: Expr, t: Type) -> Expr:
    """`empty.init(payer=..., seeds=[...], ...)`: recorded on the parameter; its value is the initialized account."""
    context = body.context
    account = param_of(body, receiver)
    if context is None or account is None:
        raise body.error(
            node, "`init` works on the Empty parameters of an instruction", "call it in the instruction itself"
        )
    _check_place(body, node, account, receiver)
    assert isinstance(t, EmptyType)
    if account.name in context.initialized:
        raise body.error(node, f"`{account.name}` is initialized twice", "remove one of the calls")
    inner = t.inner
    if isinstance(inner, AccountType) and inner.decl.program != body.checker.name:
        raise body.error(
            node,
            f"{inner} belongs to program `{inner.decl.program}`, which alone can initialize it",
            f"pass `{account.name}` to an instruction of it",
        )
    context.initialized.add(account.name)
    bound = bind(body, node, PARAMETERS, PARAMETERS, "init")
    bound = {k: v for k, v in bound.items() if not (isinstance(v, ast.Constant) and v.value is None)}
    if _flag(body, bound, "zero"):
        account.init = _zero(body, node, account, bound)
        return InitAccount(inner, body.span(node), account.local)
    bound.pop("zero", None)
    if "payer" not in bound:
        signer = next((a.name for a in context.accounts.values() if a.type == SIGNER and not a.optional), None)
        hint = f"write `payer={signer}`" if signer is not None else "write `payer=...`, a Signer of the instruction"
        paid = body.source.with_argument(node, f"payer={signer}") if signer is not None else None
        raise body.error(node, "`init` needs `payer`", hint, paid)
    _check_parameters(body, node, bound, inner)
    account.init = _read(body, node, context, account, bound)
    return InitAccount(inner, body.span(node), account.local)


def _zero(body: BodyChecker, node: ast.Call, account: AccountParam, bound: dict[str, ast.expr]) -> Init:
    """`init(zero=True)`: an account that somebody else has created for this program."""
    inner = _inner(account.type)
    if not isinstance(inner, AccountType):
        message = f"`zero=True` is for the program's own accounts, not for a {inner}"
        raise body.error(node, message, "remove it", body.source.without_argument(node, bound["zero"]))
    for name, value in bound.items():
        if name != "zero":
            message = f"`{name}` says how to create an account, and one with `zero=True` is there already"
            raise body.error(value, message, f"remove `{name}`", body.source.without_argument(node, value))
    if account.pda is not None:
        message = "nobody but this program can create an account at one of its addresses"
        raise body.error(node, message, "remove the `Seeds(...)` of the parameter, or `zero=True`")
    return Init(payer=None, pda=None, span=body.span(node), zero=True)


def _check_place(body: BodyChecker, node: ast.Call, account: AccountParam, receiver: Expr) -> None:
    guarded = body.depth == 2 and body.init_guard == account.name
    if isinstance(receiver, Unwrap):
        hint = f"put it directly under `if {account.name} is not None:`"
    else:
        hint = "`init` runs with the account checks, before the body: move it to the top of the instruction"
    if body.loops or not (body.depth == 1 or guarded) or (isinstance(receiver, Unwrap) and not guarded):
        raise body.error(node, "`init` works only at the top level of an instruction", hint)
    if body.init_site is not node:
        raise body.error(
            node,
            "`init` must be a statement of its own, or the value of an assignment",
            f"write `{account.name}_account = ...` first",
        )


def _check_parameters(body: BodyChecker, node: ast.Call, bound: dict[str, ast.expr], inner: Type) -> None:
    """Each kind of account takes its own parameters."""
    if inner == ANY_TOKEN_ACCOUNT:
        allowed, needed = {"mint", "authority", "associated"}, ["mint", "authority", "associated"]
    elif inner == TOKEN_ACCOUNT:
        allowed, needed = {"mint", "authority", "associated"}, ["mint", "authority"]
    elif inner == TOKEN_MINT:
        allowed, needed = {"decimals", "authority"}, ["decimals", "authority"]
    else:
        allowed, needed = {"space", "padding"}, list[str]()
    allowed |= {"payer", "seeds", "init_if_needed"}
    for name, value in bound.items():
        if name not in allowed:
            message, removed = f"`{name}` is not a parameter for initializing a {inner}", f"remove `{name}`"
            raise body.error(value, message, removed, body.source.without_argument(node, value))
    for name in needed:
        if name not in bound:
            raise body.error(node, f"initializing a {inner} needs `{name}`", f"write `{name}=...`")
    if "associated" in bound and "seeds" in bound:
        bare = body.source.without_argument(node, bound["seeds"])
        raise body.error(bound["seeds"], "an associated token account has its own seeds", "remove `seeds`", bare)
    if "space" in bound and "padding" in bound:
        raise body.error(bound["padding"], "`init` takes `space` or `padding`, not both", "keep one of them")


def _read(
    body: BodyChecker, node: ast.Call, context: InstructionContext, account: AccountParam, bound: dict[str, ast.expr]
) -> Init:
    associated = _flag(body, bound, "associated")
    pda = account.pda if "seeds" not in bound else _seeds(body, context, bound["seeds"], account)
    if pda is not None and pda.bump is not None:
        raise body.error(
            node, "`init` finds the bump itself, which is the canonical one", "leave `bump=` out of its seeds"
        )
    if associated and account.pda is not None:
        raise body.error(
            node, "an associated token account has its own seeds", "remove the `Seeds(...)` of the parameter"
        )
    found = Init(payer=_payer(body, bound["payer"]), pda=pda, span=body.span(node), associated=associated)
    found.if_needed = _flag(body, bound, "init_if_needed")
    if _inner(account.type) == ANY_TOKEN_ACCOUNT and not associated:
        hint = "Token-2022 decides its size by the mint: write `associated=True`"
        raise body.error(node, "an account of either token program is made at its associated address", hint)
    if found.if_needed and pda is None and not associated:
        raise body.error(
            bound["init_if_needed"],
            f"`{account.name}` may exist already, and its address is not known",
            "give `seeds=[...]`, so that nobody can pass another account of this type",
        )
    if "mint" in bound:
        wanted = ANY_TOKEN_MINT if _inner(account.type) == ANY_TOKEN_ACCOUNT else TOKEN_MINT
        found.mint = _account(body, bound["mint"], "mint", wanted)
    if "authority" in bound:
        found.authority = _account(body, bound["authority"], "authority", None)
    if "decimals" in bound:
        found.decimals = _decimals(body, context, bound["decimals"])
    if "space" in bound:
        found.space = _over_parameters(body, context, bound["space"], U64, "space")
    if "padding" in bound:
        found.padding = _over_parameters(body, context, bound["padding"], U64, "padding")
    _check_size(body, node, account, bound)
    return found


def _inner(t: Type) -> Type:
    return t.inner if isinstance(t, EmptyType) else t


def _check_size(body: BodyChecker, node: ast.Call, account: AccountParam, bound: dict[str, ast.expr]) -> None:
    """Refuse accounts that are too large to create, where the size is a constant."""
    inner = account.type.inner if isinstance(account.type, EmptyType) else account.type
    if not isinstance(inner, AccountType):
        return
    limit = f"an account grows by at most {MAX_SPACE} bytes in one instruction"
    largest = [f.type.max_size for f in inner.decl.fields]
    data = inner.decl.header + sum(s for s in largest if s is not None)
    space, padding = _constant(body, bound.get("space")), _constant(body, bound.get("padding"))
    if space is None and "space" not in bound:
        total = data + (padding or 0)
        if total > MAX_SPACE:
            raise body.error(node, f"{inner} takes {total} bytes: {limit}", "keep less in one account")
    elif space is not None and space > MAX_SPACE:
        raise body.error(bound["space"], limit, "use less")
    fixed = [f.type.fixed_size for f in inner.decl.fields]
    least = inner.decl.header + sum(s for s in fixed if s is not None)
    if space is not None and space < least:
        raise body.error(
            bound["space"], f"{inner} takes at least {least} bytes with its discriminator", "use more, or leave it out"
        )


def _constant(body: BodyChecker, node: ast.expr | None) -> int | None:
    constant = fold(body.scope, node) if node is not None else None
    return constant.value if constant is not None and isinstance(constant.value, int) else None


def _flag(body: BodyChecker, bound: dict[str, ast.expr], name: str) -> bool:
    if name not in bound:
        return False
    constant = fold(body.scope, bound[name])
    if constant is None or not isinstance(constant.value, bool):
        message, given = f"`{name}` must be True or False", body.source.instead(bound[name], "True")
        raise body.error(bound[name], message, f"write `{name}=True`", given)
    return constant.value


def _payer(body: BodyChecker, node: ast.expr) -> str:
    param = param_of(body, body.expr(node))
    if param is None or param.type != SIGNER:
        name = param.name if param is not None else "payer"
        declared = body.source.parameter(param.span, f"{name}: Signer") if param is not None else None
        message, hint = "the payer must be a Signer parameter of the instruction", f"declare `{name}: Signer`"
        raise body.error(node, message, hint, declared)
    if param.optional:
        declared = body.source.parameter(param.span, f"{param.name}: Signer")
        raise body.error(node, "the payer may be absent", f"declare `{param.name}: Signer`", declared)
    return param.name


def _account(body: BodyChecker, node: ast.expr, what: str, wanted: Type | None) -> str:
    value = body.expr(node)
    param = param_of(body, value)
    if param is None:
        raise body.error(
            node, f"`{what}` must be an account parameter of the instruction", "`init` runs before the body"
        )
    t = param.type
    inner = t.inner if isinstance(t, EmptyType) else t
    if wanted is not None and inner != wanted:
        declared = body.source.parameter(param.span, f"{param.name}: {wanted}")
        message, hint = f"`{what}` is a {wanted}, but this is a {t}", f"declare `{param.name}: {wanted}`"
        raise body.error(node, message, hint, declared)
    if param.optional:
        declared = body.source.parameter(param.span, f"{param.name}: {t}")
        raise body.error(node, f"`{param.name}` may be absent", f"declare `{param.name}: {t}`", declared)
    return param.name


def _decimals(body: BodyChecker, context: InstructionContext, node: ast.expr) -> int | Expr:
    if fold(body.scope, node) is not None:
        return const_int(body.scope, node, "the number of decimals", 0, 255)
    return _over_parameters(body, context, node, U8, "decimals")


def _over_parameters(body: BodyChecker, context: InstructionContext, node: ast.expr, t: Type, what: str) -> Expr:
    """An expression that can be computed before the body runs: of constants and arguments."""
    node = written_out(body, context, node)
    for part in walk_syntax(node):
        found = body.find(part.id) if isinstance(part, ast.Name) else None
        if found is None or not isinstance(part, ast.Name) or found[0].param is not None:
            continue
        if not _is_given(context, part, found[0].local.id):
            raise _unknown_yet(body, part)
    value = body.typed(node, t, f"`{what}`")
    context.instruction.written[value] = node
    return value


def _seeds(body: BodyChecker, context: InstructionContext, node: ast.expr, account: AccountParam) -> Pda:
    if not isinstance(node, ast.List | ast.Tuple):
        raise body.error(node, "seeds must be a list literal", "write `seeds=['name', signer]`")
    params: SeedParams = {**context.accounts, **context.args}

    def error(node: ast.AST, message: str, hint: str, text: str = "") -> CompileError:
        written = body.source.instead(node, text.replace("arg.", "")) if text else None
        return body.error(node, message, hint.replace("arg.", ""), written)

    def root(item: ast.expr) -> str | None:
        if not isinstance(item, ast.Name):
            return None
        found = body.find(item.id)
        if found is None:
            return None
        if found[0].param is not None:
            return found[0].param.name
        if not _is_given(context, item, found[0].local.id):
            raise _unknown_yet(body, item)
        return item.id

    def compute(item: ast.expr) -> Expr:
        for part in ast.walk(item):
            found = body.find(part.id) if isinstance(part, ast.Name) else None
            if found is not None and isinstance(part, ast.Name) and not _is_given(context, part, found[0].local.id):
                raise _unknown_yet(body, part)
        value = computed_seed(body, item)
        context.instruction.written[value] = item
        return value

    reader = SeedReader(body.scope, params, root, error, compute)
    seeds = reader.read(node, [written_out(body, context, n) for n in node.elts])
    return Pda(seeds, None, body.span(node))


def _is_given(context: InstructionContext, node: ast.Name, local: int) -> bool:
    """Whether a name stands for a parameter of the instruction that still has its first value."""
    param = context.args.get(node.id) or context.accounts.get(node.id)
    return param is not None and param.local.id == local and (local, "") not in context.stored


def _unknown_yet(body: BodyChecker, node: ast.Name) -> CompileError:
    return body.error(
        node,
        f"`{node.id}` is not known yet: `init` runs before the body",
        "use constants, parameters of the instruction, and variables of its top level that are computed from them",
    )


def is_data(t: Type) -> bool:
    """Whether no function can change a value that it gets of this type."""
    match t:
        case IntType() | FloatType() | BoolType() | StrType() | BytesType() | PubkeyType() | EnumType():
            return True
        case OptionType(inner):
            return is_data(inner)
        case TupleType(elems):
            return all(map(is_data, elems))
        case _:
            return False


def computed_seed(body: BodyChecker, node: ast.expr) -> Expr:
    """A seed that is computed, with its final types. It is evaluated with the account checks."""
    effects, calls = body.effects, len(body.calls)
    value = body.expr(node)
    called = body.calls[calls:]
    plain = all(is_data(p.type) for function, _ in called for p in function.params)
    if not plain or (body.effects != effects and not called):
        hint = "compute it in the client, and take it as an argument"
        raise body.error(node, "a seed cannot call a function that may change an account or an object", hint)
    Zonk(body.infer).node(value)
    if body.infer.errors:
        raise CompileError(list(body.infer.errors))
    return value
