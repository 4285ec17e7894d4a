"""The prelude under CPython: what `from seahorse.prelude import *` gives a program that runs."""

from __future__ import annotations

import base64
import builtins
import math
import types
import typing
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from seahorse.engine.state import addresses
from seahorse.engine.state.context import current
from seahorse.engine.state.errors import RaisedText
from seahorse.engine.state.keys import Pubkey
from seahorse.engine.values import chain, loops, numbers, objects, pyth, tokens
from seahorse.engine.values.classes import CLASSES
from seahorse.engine.values.objects import Object
from seahorse.engine.values.sets import Set
from seahorse.engine.values.wide import U256
from seahorse.ir.addresses import decode_base58
from seahorse.library import operations
from seahorse.prelude.ledger import seeds as rules
from seahorse.semantics.names.prelude_names import ADDRESSES, MATH
from seahorse.semantics.tree.account_kinds import ACCOUNT_KINDS, SYSVARS
from seahorse.semantics.tree.declared import DECLARED


def _sysvar(name: str) -> type[Any]:
    """The class of a sysvar: its values are those of the call, whether it was given as an account or not."""
    address = decode_base58(SYSVARS[name].address)

    def reader(read: str) -> Callable[[Any], Any]:
        return lambda _: getattr(current().sysvar(name), read)

    class SysvarObject(objects.AnyAccount):
        @classmethod
        def get(cls) -> Any:
            return cls()

        def key(self) -> Pubkey:
            return Pubkey.of(address)

    members: dict[str, Any] = {read: reader(read) for read in ACCOUNT_KINDS[name].reads}
    if name == "Rent":
        members["minimum_balance"] = _minimum_balance
    return type(name, (SysvarObject,), members)


def _minimum_balance(rent: Any, data_len: int) -> int:
    return int((128 + data_len) * rent.lamports_per_byte_year() * rent.exemption_threshold())


SYSVAR_CLASSES = {name: _sysvar(name) for name in SYSVARS}


def array(*items: Any) -> list[Any]:
    return list(items)


class Array:
    """`Array(items, n)` is a list; the compiler refuses code that would change its length."""

    def __class_getitem__(cls, _: Any) -> type[Array]:
        return cls

    def __new__(cls, iterable: Iterable[Any], len: int) -> Any:
        items = list(iterable)
        if builtins.len(items) != len:
            raise ValueError(f"{builtins.len(items)} elements for an array of {len}")
        return items


def _whole(function: Callable[[Any], int]) -> Callable[[Any], int]:
    """A rounding of Python: infinity and NaN overflow."""

    def rounded(value: Any, digits: int | None = None) -> int:
        if digits is not None:
            return round(value, digits)
        return function(value) if math.isfinite(value) else numbers.whole(value)

    return rounded


def _nothing(_: Any, *, external: bool = False) -> None:
    return None


def _unknown(name: str) -> None:
    """A name that stands in annotations only. Raises AttributeError for what modules say of themselves."""
    if name.startswith("__"):
        raise AttributeError(name)


def _instruction(function: Any = None, **_: Any) -> Any:
    return function if function is not None else _instruction


def _print(*values: Any, sep: str = " ") -> None:
    current().log(sep.join(map(str, values)))


_LETTERS = "abcdefghijklmnopqrstuvwxyz"
_UPPER, _LOWER = str.maketrans(_LETTERS, _LETTERS.upper()), str.maketrans(_LETTERS.upper(), _LETTERS)


def _upper(text: str) -> str:
    return text.translate(_UPPER)


def _lower(text: str) -> str:
    return text.translate(_LOWER)


def _find(seeds: list[bytes], program_id: Pubkey | None = None) -> tuple[Pubkey, int]:
    address, bump = addresses.find(seeds, current().program if program_id is None else bytes(program_id))
    return Pubkey.of(address), bump


def _create(seeds: list[bytes], program_id: Pubkey | None = None) -> Pubkey:
    return Pubkey.of(addresses.create(seeds, current().program if program_id is None else bytes(program_id)))


def _ascii(text: str) -> str:
    """A text whose characters the language knows: of others it does not say whether they are letters."""
    if not text.isascii():
        raise ValueError(f"{text!r} has characters outside of ASCII")
    return text


def _chr(code: int) -> str:
    if 0xD800 <= code <= 0xDFFF or not 0 <= code <= 0x10FFFF:
        raise ValueError(f"{code:#x} is no character of UTF-8")
    return chr(code)


HELPERS: dict[str, Any] = {
    **numbers.HELPERS,
    **loops.HELPERS,
    "__ascii__": _ascii,
    "__chr__": _chr,
    "__seed__": addresses.seed,
    "__failure__": RaisedText,
    "__find_program_address__": _find,
    "__create_program_address__": _create,
    "__upper__": _upper,
    "__lower__": _lower,
    "__Object__": Object,
    "__key__": objects.key_of,
    "__lamports__": objects.lamports_of,
    "__owner__": objects.owner_of,
    "__data_len__": objects.data_len_of,
    "__data__": objects.AccountData.of,
    "__is_signer__": objects.is_signer,
    "__is_writable__": objects.is_writable,
    "__executable__": objects.executable,
}
BUILTINS: dict[str, Any] = {
    "print": _print, "set": Set, "int": numbers.whole, "round": _whole(round), "len": loops.length,
    "range": loops.CountedRange,
}  # fmt: skip
_ACCOUNTS = (
    *(objects.Account, objects.UncheckedAccount, objects.Signer, objects.Empty, objects.Program, objects.ProgramData),
    *(tokens.TokenAccount, tokens.TokenMint, tokens.AnyTokenAccount, tokens.AnyTokenMint),
    *(objects.CpiAccount, objects.SystemAccount),
)
NAMES: dict[str, Any] = {
    **numbers.CONVERSIONS,
    **{cls.__name__: cls for cls in _ACCOUNTS},
    **SYSVAR_CLASSES,
    **CLASSES,
    **{name: Pubkey.of(raw) for name, raw in ADDRESSES.items()},
    **{
        name: getattr(typing, name)
        for name in ("Annotated", "Any", "Dict", "List", "Optional", "Set", "Tuple", "Union")
    },
    **{name: getattr(rules, name) for name in ("Address", "Associated", "Mut", "Seeds", "arg")},
    **{name: getattr(operations, name) for name in DECLARED},
    **chain.NAMES,
    "f64": float,
    "InPlace": list,
    "AccountWithKey": objects.AnyAccount,
    "Array": Array,
    "Pubkey": Pubkey,
    "String": str,
    "array": array,
    "ceil": _whole(math.ceil),
    "declare_id": _nothing,
    "floor": _whole(math.floor),
    "instruction": _instruction,
    "int_bytes": numbers.int_bytes,
    "mul_div": numbers.mul_div,
    "u256": U256,
}


def prelude(program: bytes, written: Mapping[str, Any]) -> types.ModuleType:
    """The module `seahorse.prelude` as one program sees it, with its own `ID`, and the functions of the library."""
    made = types.ModuleType("seahorse.prelude")
    made.__dict__.update(NAMES, **written, ID=Pubkey.of(program))
    return made


def standard(name: str) -> types.ModuleType | None:
    """A module of Python's library that has names of the language: its imports do nothing."""
    if name not in ("abc", "dataclasses", "enum", "typing", "typing_extensions", "math"):
        return None
    made = types.ModuleType(name)
    if name == "math":
        made.__dict__.update({n: getattr(math, n) for n in MATH})
        made.__dict__.update(floor=NAMES["floor"], ceil=NAMES["ceil"], trunc=_whole(math.trunc))
        return made
    made.__dict__.update(NAMES)
    made.__getattr__ = _unknown
    return made


def pyth_module() -> types.ModuleType:
    """The module `seahorse.pyth`."""
    made = types.ModuleType("seahorse.pyth")
    made.__dict__.update(Price=pyth.Price, PriceAccount=pyth.PriceAccount, PriceFeed=pyth.PriceFeed)
    return made


def event_line(discriminator: bytes, fields: bytes) -> str:
    """An event as the runtime logs it."""
    return f"Program data: {base64.b64encode(discriminator + fields).decode()}"
