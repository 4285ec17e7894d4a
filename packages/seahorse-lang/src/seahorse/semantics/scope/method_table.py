"""The methods of the prelude's types, and of Python's: what they take and give."""

from __future__ import annotations

import ast
from collections.abc import Callable
from dataclasses import dataclass

from seahorse.semantics.scope.body import BodyChecker
from seahorse.semantics.tree import Expr
from seahorse.semantics.tree.account_kinds import ACCOUNT_KINDS, SYSVARS
from seahorse.semantics.tree.types import (
    ANY_TOKEN_ACCOUNT,
    ANY_TOKEN_MINT,
    BOOL,
    BYTES,
    F64,
    I64,
    NONE,
    PUBKEY,
    SIGNER,
    STR,
    TOKEN_ACCOUNT,
    TOKEN_MINT,
    U8,
    U16,
    U64,
    AccountType,
    BytearrayType,
    BytesType,
    ClassType,
    DictType,
    EmptyType,
    ListType,
    OptionType,
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
    "signers" (a list of accounts that sign), "index" (any integer), "elem" (the element type of the receiver), "list"
    (a list like the receiver)."""

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
# Values of every account, written without parentheses.
PROPERTIES = {"is_signer": BOOL, "is_writable": BOOL, "executable": BOOL, "data": BYTES}
TRANSFER_LAMPORTS = MethodSignature(
    "transfer_lamports", (MethodParameter("to", "account"), MethodParameter("amount", U64))
)
SIGNED = (MethodParameter("signer", "signer", True), MethodParameter("signers", "signers", True))
AMOUNT, DECIMALS = MethodParameter("amount", U64), MethodParameter("decimals", U8, True)
_AUTHORITY = MethodParameter("authority", "authority")
_NEW_AUTHORITY = MethodParameter("new_authority", OptionType(PUBKEY))


def token_operation(builtin: str, *params: MethodParameter) -> MethodSignature:
    """An instruction of the token program: its parameters stand behind the authority."""
    return MethodSignature(builtin, (_AUTHORITY, *params, *SIGNED))


# An extension of Token-2022, by its number.
EXTENSION = MethodSignature("token.extension", (MethodParameter("number", U16),), OptionType(BYTES))


def _token_account(account: Type, mint: Type) -> dict[str, MethodSignature]:
    """Operations of token accounts, which take accounts and mints of these types."""
    to = MethodParameter("to", account)
    return {
        "transfer": token_operation("token.transfer", to, AMOUNT),
        "transfer_checked": token_operation(
            "token.transfer_checked", to, MethodParameter("mint", mint), AMOUNT, DECIMALS
        ),
        "approve": token_operation("token.approve", MethodParameter("delegate", "account"), AMOUNT),
        "revoke": token_operation("token.revoke"),
        "close": token_operation("token.close", MethodParameter("destination", "account")),
        "set_authority": token_operation("token.set_authority", MethodParameter("new_authority", PUBKEY)),
        "set_close_authority": token_operation("token.set_close_authority", _NEW_AUTHORITY),
        "sync_native": MethodSignature("token.sync_native"),
    }


def _mint(account: Type) -> dict[str, MethodSignature]:
    """Operations of mints."""
    to, holder, frozen = (MethodParameter(name, account) for name in ("to", "holder", "account"))
    return {
        "mint": token_operation("mint.mint", to, AMOUNT),
        "mint_to_checked": token_operation("mint.mint_to_checked", to, AMOUNT, DECIMALS),
        "burn": token_operation("mint.burn", holder, AMOUNT),
        "burn_checked": token_operation("mint.burn_checked", holder, AMOUNT, DECIMALS),
        "freeze": token_operation("mint.freeze", frozen),
        "thaw": token_operation("mint.thaw", frozen),
        "set_authority": token_operation("mint.set_authority", _NEW_AUTHORITY),
        "set_freeze_authority": token_operation("mint.set_freeze_authority", _NEW_AUTHORITY),
    }


def reads(name: str) -> dict[str, MethodSignature]:
    """The methods of an account kind that give a field of its data."""
    kind = ACCOUNT_KINDS[name]
    return {read: MethodSignature(f"{kind.group}.{read}", (), t) for read, t in kind.reads.items()}


# The method that `del value[i]` calls, as in Python; for a list and a bytearray it is this one.
DELETE = "__delitem__"
DELETED = MethodSignature("list.delete", (MethodParameter("i", "index"),), "elem", effects=True)
METHODS: dict[str, dict[str, MethodSignature]] = {
    "Signer": {**ACCOUNT, "transfer_lamports": TRANSFER_LAMPORTS},
    "UncheckedAccount": ACCOUNT,
    "SystemAccount": ACCOUNT,
    "Account": {
        **ACCOUNT,
        "transfer_lamports": TRANSFER_LAMPORTS,
        "close": MethodSignature("close", (MethodParameter("destination", "account"),), effects=True),
        "resize": MethodSignature(
            "resize", (MethodParameter("space", U64), MethodParameter("payer", SIGNER)), effects=True
        ),
    },
    "Empty": ACCOUNT,
    "Program": ACCOUNT,
    "ProgramData": {**ACCOUNT, **reads("ProgramData")},
    **{name: {"key": MethodSignature("key", (), PUBKEY), **reads(name)} for name in SYSVARS},
    "TokenAccount": {**ACCOUNT, **reads("TokenAccount"), **_token_account(TOKEN_ACCOUNT, TOKEN_MINT)},
    "TokenMint": {**ACCOUNT, **reads("TokenMint"), **_mint(TOKEN_ACCOUNT)},
    "AnyTokenAccount": {
        **ACCOUNT,
        **reads("AnyTokenAccount"),
        **_token_account(ANY_TOKEN_ACCOUNT, ANY_TOKEN_MINT),
        "transfer_checked_with_fee": token_operation(
            "token.transfer_checked_with_fee",
            *(MethodParameter("to", ANY_TOKEN_ACCOUNT), MethodParameter("mint", ANY_TOKEN_MINT), AMOUNT),
            *(MethodParameter("fee", U64), DECIMALS),
        ),
        "extension": EXTENSION,
    },
    "AnyTokenMint": {
        **ACCOUNT,
        **reads("AnyTokenMint"),
        **_mint(ANY_TOKEN_ACCOUNT),
        "extension": EXTENSION,
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
        case PubkeyType() if t == PUBKEY:
            return "Pubkey"
        case _:
            return str(t)


def account_property(t: Type, name: str) -> Type | None:
    """The type of a value that every account has; sysvars are values of their own, and an Option may have none."""
    known = is_account(t) and not isinstance(t, OptionType) and str(t) not in SYSVARS
    return PROPERTIES.get(name) if known else None


def getter(t: Type, name: str) -> tuple[str, Type] | None:
    """The builtin and the result of an account's or a sysvar's method that takes nothing and changes nothing."""
    method = METHODS.get(kind_of(t), {}).get(name) if is_account(t) else None
    if method is None or method.params or method.effects or isinstance(method.returns, str) or method.returns == NONE:
        return None
    return method.builtin, method.returns


def method_names(t: Type) -> list[str]:
    """The prelude's methods of a type, for messages."""
    special = [n for k, n in SPECIAL if k == kind_of(t)]
    emitted = ["emit"] if isinstance(t, ClassType) and t.decl.is_event else []
    return [n for n in (*METHODS.get(kind_of(t), {}), *special, *emitted) if n != DELETE]
