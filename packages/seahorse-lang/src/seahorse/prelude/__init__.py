"""The names that every Seahorse program starts from: `from seahorse.prelude import *`.

An editor reads types and documentation here; the compiler knows the names by themselves. With it, programs that
import each other can be imported (`importing.py`). Numbers, text, arrays, keys, enums, errors and events are ordinary
Python values; what needs a ledger says so when called.
"""

from typing import Annotated, Any, Dict, List, Optional, Set, Tuple, Union

from seahorse.library.functions import blake3
from seahorse.prelude.directives import *
from seahorse.prelude.ledger.accounts import *
from seahorse.prelude.ledger.chain import *
from seahorse.prelude.ledger.cpi import *
from seahorse.prelude.ledger.empty import *
from seahorse.prelude.ledger.seeds import *
from seahorse.prelude.ledger.tokens import *
from seahorse.prelude.modules.importing import install
from seahorse.prelude.values import *

# Written out, since mypy does not follow `__all__ += module.__all__`; a test compares it with the modules.
__all__ = [
    "ABC",
    "ASSOCIATED_TOKEN_PROGRAM_ID",
    "Account",
    "AccountWithKey",
    "Address",
    "Annotated",
    "Any",
    "AnyTokenAccount",
    "AnyTokenMint",
    "Array",
    "Associated",
    "BPF_LOADER_UPGRADEABLE_ID",
    "ClassVar",
    "Clock",
    "CpiAccount",
    "Dict",
    "Empty",
    "Enum",
    "EpochSchedule",
    "Error",
    "Event",
    "Final",
    "Flag",
    "Generic",
    "ID",
    "InPlace",
    "IntEnum",
    "IntFlag",
    "Iterable",
    "Iterator",
    "List",
    "Literal",
    "Mut",
    "NamedTuple",
    "NewType",
    "Optional",
    "Program",
    "ProgramData",
    "Protocol",
    "Pubkey",
    "Rent",
    "SYSTEM_PROGRAM_ID",
    "Seeds",
    "Sequence",
    "Set",
    "Signer",
    "String",
    "SystemAccount",
    "TOKEN_2022_PROGRAM_ID",
    "TOKEN_PROGRAM_ID",
    "TYPE_CHECKING",
    "TokenAccount",
    "TokenMint",
    "Tuple",
    "TypeAlias",
    "TypeVar",
    "UncheckedAccount",
    "Union",
    "abstractmethod",
    "alt_bn128_addition",
    "alt_bn128_multiplication",
    "alt_bn128_pairing",
    "arg",
    "array",
    "auto",
    "blake3",
    "ceil",
    "compute_units_left",
    "dataclass",
    "declare_id",
    "ed25519_verified",
    "f64",
    "field",
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
    "override",
    "poseidon",
    "replace",
    "return_data",
    "secp256k1_recover",
    "secp256k1_verified",
    "secp256r1_verified",
    "sha256",
    "size",
    "slot_hash",
    "u128",
    "u16",
    "u256",
    "u32",
    "u64",
    "u8",
    "unique",
]

install()
