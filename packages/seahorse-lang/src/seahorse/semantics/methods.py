"""Methods of the prelude's types: tables of their parameters and results, and the few that need more than a table."""

from __future__ import annotations

import ast
import difflib
from collections.abc import Callable
from dataclasses import dataclass

from seahorse.semantics.body import Body
from seahorse.semantics.calls import bind, call_user_method
from seahorse.semantics.signers import authority, param_of, signer_list
from seahorse.semantics.tree import Builtin, Expr, ListComp, ListLit
from seahorse.semantics.types import (
    BOOL,
    BYTES,
    CLOCK,
    F64,
    I64,
    NONE,
    PUBKEY,
    STR,
    TOKEN_ACCOUNT,
    U8,
    U64,
    AccountType,
    BytesType,
    ClassType,
    EmptyType,
    ListType,
    OptionType,
    PriceFeedType,
    PubkeyType,
    StrType,
    Type,
    is_account,
)
from seahorse.semantics.values import index_expr


@dataclass(frozen=True)
class Param:
    """`kind`: a type; or "account" (any), "authority" (an account, or `x.signer()`), "signer" (a list of seeds),
    "index" (any integer), "elem" (the element type of the receiver), "list" (a list like the receiver)."""

    name: str
    kind: Type | str
    optional: bool = False


@dataclass(frozen=True)
class Method:
    """`returns`: a type, or "elem" or "self". `effects`: whether it may change data that a test has looked at."""

    builtin: str
    params: tuple[Param, ...] = ()
    returns: Type | str = NONE
    effects: bool = False


ACCOUNT = {
    "key": Method("key", (), PUBKEY),
    "lamports": Method("lamports", (), U64),
    "owner": Method("owner", (), PUBKEY),
    "data_len": Method("data_len", (), U64),
}
TRANSFER_LAMPORTS = Method("transfer_lamports", (Param("to", "account"), Param("amount", U64)))
TOKEN_ARGS = (Param("amount", U64), Param("signer", "signer", True))

METHODS: dict[str, dict[str, Method]] = {
    "Signer": {**ACCOUNT, "transfer_lamports": TRANSFER_LAMPORTS},
    "UncheckedAccount": ACCOUNT,
    "Account": {
        **ACCOUNT,
        "transfer_lamports": TRANSFER_LAMPORTS,
        "close": Method("close", (Param("destination", "account"),), effects=True),
    },
    "Empty": ACCOUNT,
    "Program": ACCOUNT,
    "ProgramData": {**ACCOUNT, "upgrade_authority": Method("program_data.upgrade_authority", (), OptionType(PUBKEY))},
    "Clock": {
        "key": Method("key", (), PUBKEY),
        "slot": Method("clock.slot", (), U64),
        "epoch": Method("clock.epoch", (), U64),
        "epoch_start_timestamp": Method("clock.epoch_start_timestamp", (), I64),
        "leader_schedule_epoch": Method("clock.leader_schedule_epoch", (), U64),
        "unix_timestamp": Method("clock.unix_timestamp", (), I64),
    },
    "TokenAccount": {
        **ACCOUNT,
        "amount": Method("token.amount", (), U64),
        "authority": Method("token.authority", (), PUBKEY),
        "mint": Method("token.mint", (), PUBKEY),
        "delegate": Method("token.delegate", (), OptionType(PUBKEY)),
        "delegated_amount": Method("token.delegated_amount", (), U64),
        "is_frozen": Method("token.is_frozen", (), BOOL),
        "transfer": Method(
            "token.transfer", (Param("authority", "authority"), Param("to", TOKEN_ACCOUNT), *TOKEN_ARGS)
        ),
    },
    "TokenMint": {
        **ACCOUNT,
        "authority": Method("mint.authority", (), PUBKEY),
        "freeze_authority": Method("mint.freeze_authority", (), PUBKEY),
        "decimals": Method("mint.decimals", (), U8),
        "supply": Method("mint.supply", (), U64),
        "mint": Method("mint.mint", (Param("authority", "authority"), Param("to", TOKEN_ACCOUNT), *TOKEN_ARGS)),
        "burn": Method("mint.burn", (Param("authority", "authority"), Param("holder", TOKEN_ACCOUNT), *TOKEN_ARGS)),
    },
    "PriceAccount": ACCOUNT,
    "PriceFeed": {"get_price": Method("price.get_price", (), PriceFeedType("Price"))},
    "Price": {"num": Method("price.num", (), F64)},
    "List": {
        "append": Method("list.append", (Param("x", "elem"),), effects=True),
        "pop": Method("list.pop", (Param("i", "index", True),), "elem", effects=True),
        "insert": Method("list.insert", (Param("i", "index"), Param("x", "elem")), effects=True),
        "remove": Method("list.remove", (Param("x", "elem"),), effects=True),
        "extend": Method("list.extend", (Param("items", "list"),), effects=True),
        "clear": Method("list.clear", effects=True),
        "index": Method("list.index", (Param("x", "elem"),), U64),
        "count": Method("list.count", (Param("x", "elem"),), U64),
        "reverse": Method("list.reverse", effects=True),
        "sort": Method("list.sort", effects=True),
        "copy": Method("list.copy", (), "self"),
    },
    "str": {
        "encode": Method("str.encode", (), BYTES),
        "upper": Method("str.upper", (), STR),
        "lower": Method("str.lower", (), STR),
        "startswith": Method("str.startswith", (Param("prefix", STR),), BOOL),
        "endswith": Method("str.endswith", (Param("suffix", STR),), BOOL),
        "isascii": Method("str.isascii", (), BOOL),
        "strip": Method("str.strip", (), STR),
        "split": Method("str.split", (Param("sep", STR, True),), ListType(STR)),
        "join": Method("str.join", (Param("items", ListType(STR)),), STR),
        "find": Method("str.find", (Param("sub", STR),), I64),
        "replace": Method("str.replace", (Param("old", STR), Param("new", STR)), STR),
    },
    "bytes": {"decode": Method("bytes.decode", (), STR)},
    "Pubkey": {"to_bytes": Method("pubkey.bytes", (), BYTES)},
}

Special = Callable[[Body, ast.Call, ast.Attribute, Expr, Type], Expr]


def kind_of(t: Type) -> str:
    """The key of a type in `METHODS`."""
    match t:
        case AccountType():
            return "Account"
        case EmptyType():
            return "Empty"
        case ListType():
            return "List"
        case StrType():
            return "str"
        case BytesType():
            return "bytes"
        case PubkeyType():
            return "Pubkey"
        case _:
            return str(t)


def getter(t: Type, name: str) -> tuple[str, Type] | None:
    """The builtin and the result of an account's or the clock's method that takes nothing and changes nothing."""
    method = METHODS.get(kind_of(t), {}).get(name) if is_account(t) or t == CLOCK else None
    if method is None or method.params or method.effects or isinstance(method.returns, str) or method.returns == NONE:
        return None
    return method.builtin, method.returns


def method_names(t: Type) -> list[str]:
    """The prelude's methods of a type, for messages."""
    special = [n for k, n in SPECIAL if k == kind_of(t)]
    return [*METHODS.get(kind_of(t), {}), *special, *(["emit"] if isinstance(t, ClassType) and t.decl.is_event else [])]


def call_method(body: Body, node: ast.Call, func: ast.Attribute, receiver: Expr, expected: Type | None) -> Expr:
    """`receiver.method(...)`."""
    t = body.type_of(receiver)
    if isinstance(t, OptionType):
        raise body.may_be_none(func.value)
    if isinstance(t, AccountType | ClassType):
        info = body.checker.infos.get(t.decl)
        if info is not None and func.attr in info.methods:
            return call_user_method(body, node, func, receiver, info)
    kind = kind_of(t)
    special = SPECIAL.get((kind, func.attr))
    if special is not None:
        return special(body, node, func, receiver, t)
    method = METHODS.get(kind, {}).get(func.attr)
    if method is None:
        raise _no_method(body, func, t)
    return _table_call(body, node, func, receiver, t, method)


def _no_method(body: Body, func: ast.Attribute, t: Type) -> Exception:
    if isinstance(t, ClassType) and func.attr == "emit" and t.decl.is_event:
        return body.error(func, "`emit` gives no value", "call it on a line of its own")
    names = method_names(t)
    if isinstance(t, AccountType | ClassType):
        info = body.checker.infos.get(t.decl)
        names = [*(list(info.methods) if info is not None else list[str]()), *names]
        fields = t.decl.fields
        if any(f.name == func.attr for f in fields):
            return body.error(func, f"`{func.attr}` is a field of {t}, not a method", "remove the parentheses")
    if isinstance(t, EmptyType) and func.attr in METHODS.get(kind_of(t.inner), {}):
        label = ast.unparse(func.value)
        return body.error(
            func, f"`{label}` is an Empty", f"use the account that `init` gives: `{label} = {label}.init(...)`"
        )
    if func.attr == "init":
        return body.error(func, f"{t} is initialized already", f"declare the parameter as `Empty[{t}]`")
    if func.attr == "format" and isinstance(t, StrType):
        return body.error(func, "`format` is not supported", "use an f-string")
    close = difflib.get_close_matches(func.attr, names, n=1)
    hint = (
        f"did you mean `{close[0]}`?"
        if close
        else f"it has: {', '.join(names[:10])}"
        if names
        else "use an operator or a function"
    )
    return body.error(func, f"{body.show(t)} has no method `{func.attr}`", hint)


def _table_call(body: Body, node: ast.Call, func: ast.Attribute, receiver: Expr, t: Type, method: Method) -> Expr:
    names = [p.name for p in method.params]
    bound = bind(body, node, names, [p.name for p in method.params if p.optional], func.attr)
    args, kwargs = [receiver], dict[str, Expr]()
    for param in method.params:
        given = bound.get(param.name)
        if given is None or (param.kind == "signer" and isinstance(given, ast.Constant) and given.value is None):
            continue
        if param.kind == "authority":
            account, seeds = authority(body, given)
            args.append(account)
            if seeds is not None:
                if "signer" in bound:
                    raise body.error(
                        bound["signer"], "the authority signs twice", "give `.signer()` or `signer=[...]`, not both"
                    )
                kwargs["signer"] = seeds
        elif param.kind == "signer":
            kwargs["signer"] = signer_list(body, given)
        else:
            args.append(_argument(body, given, param, t))
    _needs_signature(body, bound.get("authority"), args, kwargs)
    if method.effects:
        if isinstance(receiver, ListLit | ListComp):
            raise body.error(
                func.value, "this changes a list that nothing else sees", "assign the list to a variable first"
            )
        body.forget_fields()
    return Builtin(_returned(t, method), body.span(node), method.builtin, args, kwargs)


def _needs_signature(body: Body, node: ast.expr | None, args: list[Expr], kwargs: dict[str, Expr]) -> None:
    if node is None or "signer" in kwargs:
        return
    param = param_of(body, args[1])
    # Without known seeds the address may be an ordinary one, whose own key signs the transaction.
    if isinstance(body.type_of(args[1]), AccountType) and param is not None and (param.pda or param.init):
        label = ast.unparse(node)
        raise body.error(
            node, f"`{label}` is an account of a program and cannot sign by itself", f"write `{label}.signer()`"
        )


def _argument(body: Body, node: ast.expr, param: Param, t: Type) -> Expr:
    what = f"parameter `{param.name}`"
    if param.kind == "account":
        return any_account(body, node, what)
    if param.kind == "index":
        return index_expr(body, node)
    if param.kind == "elem":
        assert isinstance(t, ListType)
        value = body.typed(node, t.elem, "an element of this list")
        if is_account(body.type_of(value)):
            raise body.error(node, "a list cannot hold accounts", "hold their addresses: `.key()`")
        return value
    if param.kind == "list":
        assert isinstance(t, ListType)
        return body.typed(node, ListType(t.elem), what)
    assert isinstance(param.kind, Type)
    return body.typed(node, param.kind, what)


def any_account(body: Body, node: ast.expr, what: str) -> Expr:
    """An expression that is an account, of any type."""
    value = body.expr(node)
    t = body.type_of(value)
    if isinstance(t, OptionType) and is_account(t):
        raise body.may_be_none(node)
    if not is_account(t):
        hint = "pass the account itself, not its key" if t == PUBKEY else "pass an account parameter"
        raise body.error(node, f"{what} is an account, but this is {body.show(t)}", hint)
    return value


def _returned(t: Type, method: Method) -> Type:
    if method.returns == "elem":
        assert isinstance(t, ListType)
        return t.elem
    if method.returns == "self":
        return ListType(t.elem) if isinstance(t, ListType) else t
    assert isinstance(method.returns, Type)
    return method.returns


# --- methods that need more than a table ---


def _signer_alone(body: Body, node: ast.Call, func: ast.Attribute, receiver: Expr, t: Type) -> Expr:
    raise body.error(
        node,
        "`signer()` is not a value of its own",
        "pass it as an argument: `program.instruction(authority=account.signer())`",
    )


def _bump(body: Body, node: ast.Call, func: ast.Attribute, receiver: Expr, t: Type) -> Expr:
    param = param_of(body, receiver)
    if body.context is None or param is None:
        raise body.error(
            node, "`bump()` works on accounts that the instruction initializes", "read a stored `bump: u8` field"
        )
    bind(body, node, [], [], "bump")
    body.context.bumps.append((param, body.span(node)))
    return Builtin(U8, body.span(node), "bump", [receiver])


def _invoke(body: Body, node: ast.Call, func: ast.Attribute, receiver: Expr, t: Type) -> Expr:
    from seahorse.semantics.invoke import invoke

    return invoke(body, node, receiver)


def _init(body: Body, node: ast.Call, func: ast.Attribute, receiver: Expr, t: Type) -> Expr:
    from seahorse.semantics.initialization import init

    return init(body, node, func, receiver, t)


def _price_feed(body: Body, node: ast.Call, func: ast.Attribute, receiver: Expr, t: Type) -> Expr:
    from seahorse.semantics.pyth import validate_price_feed

    return validate_price_feed(body, node, receiver)


def _sort(body: Body, node: ast.Call, func: ast.Attribute, receiver: Expr, t: Type) -> Expr:
    from seahorse.semantics.iteration import sort_options

    assert isinstance(t, ListType)
    kwargs = sort_options(body, node, t.elem, node.keywords)
    if node.args:
        raise body.error(node.args[0], "`sort` takes keyword arguments only", "write `key=...`, `reverse=...`")
    body.forget_fields()
    return Builtin(NONE, body.span(node), "list.sort", [receiver], kwargs)


SPECIAL: dict[tuple[str, str], Special] = {
    ("Account", "signer"): _signer_alone,
    ("Account", "bump"): _bump,
    ("Empty", "bump"): _bump,
    ("Empty", "init"): _init,
    ("Program", "invoke"): _invoke,
    ("PriceAccount", "validate_price_feed"): _price_feed,
    ("List", "sort"): _sort,
}
