"""The methods of the prelude's types, and of Python's: what they take and give."""

from __future__ import annotations

import ast
from collections.abc import Callable
from dataclasses import dataclass

from seahorse.semantics.scope.body import Body
from seahorse.semantics.tree import Expr
from seahorse.semantics.tree.types import (
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
# Methods that need more than a table, by kind and name.
SPECIAL: dict[tuple[str, str], Special] = {}


def special(kind: str, name: str) -> Callable[[Special], Special]:
    """Register the checker of a method."""

    def register(function: Special) -> Special:
        SPECIAL[kind, name] = function
        return function

    return register


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
