"""The names that every Seahorse program starts from: `from seahorse.prelude import *`.

An editor reads types and documentation here; the compiler knows the names by themselves. With it, programs that
import each other can be imported (`importing.py`). Numbers, text, arrays, keys, enums, errors and events are ordinary
Python values; what needs a ledger says so when called.
"""

from typing import Annotated, Any, List, Optional, Tuple, Union

from seahorse.prelude.accounts import (
    Account,
    AccountWithKey,
    Clock,
    ProgramData,
    Rent,
    Signer,
    UncheckedAccount,
)
from seahorse.prelude.classes import Enum, Error, Event, dataclass
from seahorse.prelude.collections import Array, array
from seahorse.prelude.cpi import CpiAccount, Program
from seahorse.prelude.directives import ID, declare_id, instruction
from seahorse.prelude.empty import Empty
from seahorse.prelude.importing import install
from seahorse.prelude.numbers import (
    ceil,
    f64,
    floor,
    i8,
    i16,
    i32,
    i64,
    i128,
    int_bytes,
    u8,
    u16,
    u32,
    u64,
    u128,
)
from seahorse.prelude.pubkey import (
    ASSOCIATED_TOKEN_PROGRAM_ID,
    BPF_LOADER_UPGRADEABLE_ID,
    SYSTEM_PROGRAM_ID,
    TOKEN_PROGRAM_ID,
    Pubkey,
)
from seahorse.prelude.seeds import Address, Mut, Seeds, arg
from seahorse.prelude.text import String, sha256, size
from seahorse.prelude.tokens import TokenAccount, TokenMint

__all__ = [
    "ASSOCIATED_TOKEN_PROGRAM_ID",
    "BPF_LOADER_UPGRADEABLE_ID",
    "ID",
    "SYSTEM_PROGRAM_ID",
    "TOKEN_PROGRAM_ID",
    "Account",
    "AccountWithKey",
    "Address",
    "Annotated",
    "Any",
    "Array",
    "Clock",
    "CpiAccount",
    "Empty",
    "Enum",
    "Error",
    "Event",
    "List",
    "Mut",
    "Optional",
    "Program",
    "ProgramData",
    "Pubkey",
    "Rent",
    "Seeds",
    "Signer",
    "String",
    "TokenAccount",
    "TokenMint",
    "Tuple",
    "UncheckedAccount",
    "Union",
    "arg",
    "array",
    "ceil",
    "dataclass",
    "declare_id",
    "f64",
    "floor",
    "i8",
    "i16",
    "i32",
    "i64",
    "i128",
    "instruction",
    "int_bytes",
    "sha256",
    "size",
    "u8",
    "u16",
    "u32",
    "u64",
    "u128",
]

install()
