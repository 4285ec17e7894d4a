"""Instructions of the token program that fewer programs use, by the functions of `anchor_spl`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from seahorse.backends.anchor.expressions.accounts import cpi
from seahorse.backends.anchor.expressions.calls import read_again
from seahorse.backends.anchor.facts.reach import roots
from seahorse.backends.anchor.rust.calls import RustCall
from seahorse.backends.anchor.rust.chains import RustField
from seahorse.backends.anchor.rust.exprs import Atom, RustExpr, StructLit
from seahorse.backends.anchor.scope.bindings import RustValue
from seahorse.backends.anchor.scope.body_writer import BodyWriter
from seahorse.semantics import tree
from seahorse.semantics.tree.token_operations import TOKEN_OPERATIONS, Amount, Decimals, NewAuthority, Number
from seahorse.semantics.tree.types import OptionType

_AUTHORITY_TYPES = ("MintTokens", "FreezeAccount", "AccountOwner", "CloseAccount")


@dataclass(frozen=True)
class _Function:
    """A function of `anchor_spl` and the struct of its accounts: names of its fields, and which arguments they are."""

    name: str
    struct: str
    fields: tuple[tuple[str, int], ...]
    module: str = "token"


_FUNCTIONS = {
    "token.approve": _Function("approve", "Approve", (("to", 0), ("delegate", 2), ("authority", 1))),
    "token.revoke": _Function("revoke", "Revoke", (("source", 0), ("authority", 1))),
    "token.set_authority": _Function(
        "set_authority", "SetAuthority", (("current_authority", 1), ("account_or_mint", 0))
    ),
    "token.close": _Function("close_account", "CloseAccount", (("account", 0), ("destination", 2), ("authority", 1))),
    "token.transfer_checked": _Function(
        "transfer_checked", "TransferChecked", (("from", 0), ("mint", 3), ("to", 2), ("authority", 1))
    ),
    "token.sync_native": _Function("sync_native", "SyncNative", (("account", 0),)),
    "mint.mint_to_checked": _Function(
        "mint_to_checked", "MintToChecked", (("mint", 0), ("to", 2), ("authority", 1)), "token_interface"
    ),
    "mint.burn_checked": _Function(
        "burn_checked", "BurnChecked", (("mint", 0), ("from", 2), ("authority", 1)), "token_interface"
    ),
    "mint.freeze": _Function("freeze_account", "FreezeAccount", (("account", 2), ("mint", 0), ("authority", 1))),
    "mint.thaw": _Function("thaw_account", "ThawAccount", (("account", 2), ("mint", 0), ("authority", 1))),
}
_FUNCTIONS["token.set_close_authority"] = _FUNCTIONS["token.set_authority"]
_FUNCTIONS["mint.set_authority"] = _FUNCTIONS["mint.set_freeze_authority"] = _FUNCTIONS["token.set_authority"]


def _writer(name: str) -> Callable[[BodyWriter, tree.Builtin], RustValue]:
    described, function = TOKEN_OPERATIONS[name], _FUNCTIONS[name]

    def write(body: BodyWriter, e: tree.Builtin) -> RustValue:
        body.use("anchor_spl", function.module)
        fields: list[tuple[str, RustExpr | None]] = [(f, cpi.info(body, e.args[i])) for f, i in function.fields]
        accounts = StructLit(f"{function.module}::{function.struct}", fields)
        signer = e.kwargs.get("signer")
        signers = [signer] if isinstance(signer, tree.SignerSeeds) else []
        made = cpi.context(body, cpi.called_program(body, "token_program", e), accounts, signers)
        values = _arguments(body, e, name)
        found = {root for i in described.writes for root in roots(e.args[i])}
        for i in described.writes:
            read_again(body, e.args[i], e, found)
        return RustValue(body.fail(RustCall(f"{function.module}::{function.name}", [made, *values])))

    return write


def _arguments(body: BodyWriter, e: tree.Builtin, name: str) -> list[RustExpr]:
    out: list[RustExpr] = []
    for i, part in enumerate(TOKEN_OPERATIONS[name].data):
        match part:
            case Number() if i == 1:
                kind = _AUTHORITY_TYPES[part.value]
                out.append(Atom(f"{_FUNCTIONS[name].module}::spl_token::instruction::AuthorityType::{kind}"))
            case Number():
                pass
            case Amount():
                out.append(body.operand(e.args[part.arg]))
            case Decimals() if part.arg < len(e.args):
                out.append(body.operand(e.args[part.arg]))
            case Decimals():
                out.append(RustField(body.place(e.args[part.mint]), "decimals"))
            case NewAuthority():
                value = body.owned(e.args[part.arg])
                out.append(value if isinstance(e.args[part.arg].type, OptionType) else RustCall("Some", [value]))
    return out


def _with_signers(write: Callable[[BodyWriter, tree.Builtin], RustValue]) -> Callable[..., RustValue]:
    """`anchor_spl` passes no signers of a multisig account on."""

    def checked(body: BodyWriter, e: tree.Builtin) -> RustValue:
        if "signers" in e.kwargs:
            hint = "build the bytecode alone: `seahorse build --no-rust`"
            raise body.unsupported(e.span, "`signers` of a multisig account have no Rust form here", hint)
        return write(body, e)

    return checked


BUILTINS = {
    **{name: _with_signers(_writer(name)) for name in _FUNCTIONS},
    **{name: _with_signers(cpi.BUILTINS[name]) for name in ("token.transfer", "mint.mint", "mint.burn")},
}
