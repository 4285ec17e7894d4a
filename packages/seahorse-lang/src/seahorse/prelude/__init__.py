"""The names that every Seahorse program starts from: `from seahorse.prelude import *`.

An editor reads types and documentation here; the compiler knows the names by themselves. Importing has no
side effects. Numbers, text, arrays, keys, enums, errors and events are ordinary Python values; what needs a
ledger says so when called.
"""

from typing import Annotated, Any, Dict, List, Optional, Set, Tuple, Union

from seahorse.prelude.accounts import (
    Account,
    AccountWithKey,
    Clock,
    EpochSchedule,
    ProgramData,
    Rent,
    Signer,
    UncheckedAccount,
)
from seahorse.prelude.chain import (
    alt_bn128_addition,
    alt_bn128_multiplication,
    alt_bn128_pairing,
    blake3,
    ed25519_verified,
    keccak256,
    log_compute_units,
    poseidon,
    return_data,
    secp256k1_recover,
    secp256k1_verified,
    secp256r1_verified,
    slot_hash,
)
from seahorse.prelude.classes import Enum, Error, Event, dataclass
from seahorse.prelude.collections import Array, array
from seahorse.prelude.cpi import CpiAccount, Program
from seahorse.prelude.directives import ID, declare_id, instruction
from seahorse.prelude.empty import Empty
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
    mul_div,
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
    "Dict",
    "Empty",
    "Enum",
    "EpochSchedule",
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
    "Set",
    "Signer",
    "String",
    "TokenAccount",
    "TokenMint",
    "Tuple",
    "UncheckedAccount",
    "Union",
    "alt_bn128_addition",
    "alt_bn128_multiplication",
    "alt_bn128_pairing",
    "arg",
    "array",
    "blake3",
    "ceil",
    "dataclass",
    "declare_id",
    "ed25519_verified",
    "f64",
    "floor",
    "i128",
    "i16",
    "i32",
    "i64",
    "i8",
    "instruction",
    "int_bytes",
    "keccak256",
    "log_compute_units",
    "mul_div",
    "poseidon",
    "return_data",
    "secp256k1_recover",
    "secp256k1_verified",
    "secp256r1_verified",
    "sha256",
    "size",
    "slot_hash",
    "u128",
    "u16",
    "u32",
    "u64",
    "u8",
]
