"""The methods of the prelude's types, and of Python's: what they take and give."""

from __future__ import annotations

import ast
from collections.abc import Callable
from dataclasses import dataclass

from seahorse.semantics.scope.body import BodyChecker
from seahorse.semantics.tree import Expr
from seahorse.semantics.tree.account_kinds import ACCOUNT_KINDS, SYSVARS
from seahorse.semantics.tree.types import (
    BOOL,
    BYTES,
    F64,
    I64,
    NONE,
    PUBKEY,
    STR,
    TOKEN_ACCOUNT,
    U64,
    AccountType,
    BytearrayType,
    BytesType,
    ClassType,
    DictType,
    EmptyType,
    ListType,
    PriceFeedType,
    PubkeyType,
    SetType,
    StrType,
    Type,
    is_account,
)


@dataclass(frozen=True)
class MethodParameter:
    """`kind`: a type; or "account" (any), "authority" (an account, or `x.signer()`), "signer" (a list of seeds),
    "index" (any integer), "elem" (the element type of the receiver), "list" (a list like the receiver)."""

    name: str
    kind: Type | str
    optional: bool = False


@dataclass(frozen=True)
class MethodSignature:
    """`returns`: a type, or "elem" or "self". `effects`: whether it may change data that a test has looked at."""

    builtin: str
    params: tuple[MethodParameter, ...] = ()
    returns: Type | str = NONE
    effects: bool = False


ACCOUNT = {
    "key": MethodSignature("key", (), PUBKEY),
    "lamports": MethodSignature("lamports", (), U64),
    "owner": MethodSignature("owner", (), PUBKEY),
    "data_len": MethodSignature("data_len", (), U64),
}
TRANSFER_LAMPORTS = MethodSignature(
    "transfer_lamports", (MethodParameter("to", "account"), MethodParameter("amount", U64))
)
TOKEN_ARGS = (MethodParameter("amount", U64), MethodParameter("signer", "signer", True))


def reads(name: str) -> dict[str, MethodSignature]:
    """The methods of an account kind that give a field of its data."""
    kind = ACCOUNT_KINDS[name]
    return {read: MethodSignature(f"{kind.group}.{read}", (), t) for read, t in kind.reads.items()}


METHODS: dict[str, dict[str, MethodSignature]] = {
    "Signer": {**ACCOUNT, "transfer_lamports": TRANSFER_LAMPORTS},
    "UncheckedAccount": ACCOUNT,
    "Account": {
        **ACCOUNT,
        "transfer_lamports": TRANSFER_LAMPORTS,
        "close": MethodSignature("close", (MethodParameter("destination", "account"),), effects=True),
    },
    "Empty": ACCOUNT,
    "Program": ACCOUNT,
    "ProgramData": {**ACCOUNT, **reads("ProgramData")},
    **{name: {"key": MethodSignature("key", (), PUBKEY), **reads(name)} for name in SYSVARS},
    "TokenAccount": {
        **ACCOUNT,
        **reads("TokenAccount"),
        "transfer": MethodSignature(
            "token.transfer",
            (MethodParameter("authority", "authority"), MethodParameter("to", TOKEN_ACCOUNT), *TOKEN_ARGS),
        ),
    },
    "TokenMint": {
        **ACCOUNT,
        **reads("TokenMint"),
        "mint": MethodSignature(
            "mint.mint", (MethodParameter("authority", "authority"), MethodParameter("to", TOKEN_ACCOUNT), *TOKEN_ARGS)
        ),
        "burn": MethodSignature(
            "mint.burn",
            (MethodParameter("authority", "authority"), MethodParameter("holder", TOKEN_ACCOUNT), *TOKEN_ARGS),
        ),
    },
    "PriceAccount": ACCOUNT,
    "PriceFeed": {"get_price": MethodSignature("price.get_price", (), PriceFeedType("Price"))},
    "Price": {"num": MethodSignature("price.num", (), F64)},
    "List": {
        "append": MethodSignature("list.append", (MethodParameter("x", "elem"),), effects=True),
        "pop": MethodSignature("list.pop", (MethodParameter("i", "index", True),), "elem", effects=True),
        "insert": MethodSignature(
            "list.insert", (MethodParameter("i", "index"), MethodParameter("x", "elem")), effects=True
        ),
        "remove": MethodSignature("list.remove", (MethodParameter("x", "elem"),), effects=True),
        "extend": MethodSignature("list.extend", (MethodParameter("items", "list"),), effects=True),
        "clear": MethodSignature("list.clear", effects=True),
        "index": MethodSignature("list.index", (MethodParameter("x", "elem"),), U64),
        "count": MethodSignature("list.count", (MethodParameter("x", "elem"),), U64),
        "reverse": MethodSignature("list.reverse", effects=True),
        "sort": MethodSignature("list.sort", effects=True),
        "copy": MethodSignature("list.copy", (), "self"),
    },
    "str": {
        "encode": MethodSignature("str.encode", (), BYTES),
        "upper": MethodSignature("str.upper", (), STR),
        "lower": MethodSignature("str.lower", (), STR),
        "startswith": MethodSignature("str.startswith", (MethodParameter("prefix", STR),), BOOL),
        "endswith": MethodSignature("str.endswith", (MethodParameter("suffix", STR),), BOOL),
        "isascii": MethodSignature("str.isascii", (), BOOL),
        "strip": MethodSignature("str.strip", (), STR),
        "split": MethodSignature("str.split", (MethodParameter("sep", STR, True),), ListType(STR)),
        "join": MethodSignature("str.join", (MethodParameter("items", ListType(STR)),), STR),
        "find": MethodSignature("str.find", (MethodParameter("sub", STR),), I64),
        "replace": MethodSignature("str.replace", (MethodParameter("old", STR), MethodParameter("new", STR)), STR),
    },
    "bytes": {"decode": MethodSignature("bytes.decode", (), STR)},
    "Pubkey": {"to_bytes": MethodSignature("pubkey.bytes", (), BYTES)},
}

Special = Callable[[BodyChecker, ast.Call, ast.Attribute, Expr, Type], Expr]
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
        case BytearrayType():
            return "bytearray"
        case DictType():
            return "dict"
        case SetType():
            return "set"
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
    """The builtin and the result of an account's or a sysvar's method that takes nothing and changes nothing."""
    method = METHODS.get(kind_of(t), {}).get(name) if is_account(t) else None
    if method is None or method.params or method.effects or isinstance(method.returns, str) or method.returns == NONE:
        return None
    return method.builtin, method.returns


def method_names(t: Type) -> list[str]:
    """The prelude's methods of a type, for messages."""
    special = [n for k, n in SPECIAL if k == kind_of(t)]
    return [*METHODS.get(kind_of(t), {}), *special, *(["emit"] if isinstance(t, ClassType) and t.decl.is_event else [])]
