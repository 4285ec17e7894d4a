"""The names that every module has: what `seahorse.prelude` exports and Python's builtins."""

from __future__ import annotations

import math

from seahorse.semantics.names.base58 import decode_address
from seahorse.semantics.names.written import WRITTEN
from seahorse.semantics.tree.account_kinds import ACCOUNT_KINDS
from seahorse.semantics.tree.declared import DECLARED
from seahorse.semantics.tree.types import (
    BOOL,
    BYTEARRAY,
    BYTES,
    CPI_ACCOUNT,
    F64,
    INTS,
    PUBKEY,
    STR,
    U256,
    UNCHECKED,
    BuiltinAccountType,
    PriceFeedType,
    Type,
)

TYPES: dict[str, Type] = {
    **INTS,
    "f64": F64,
    # Python's own names: the widest number of each kind.
    "int": INTS["i128"],
    "float": F64,
    "bool": BOOL,
    "str": STR,
    "bytes": BYTES,
    "bytearray": BYTEARRAY,
    "Pubkey": PUBKEY,
    "u256": U256,
    **{name: BuiltinAccountType(name) for name in ACCOUNT_KINDS},
    "CpiAccount": CPI_ACCOUNT,
    # Any account converts to an unchecked one, so as a type this is the same.
    "AccountWithKey": UNCHECKED,
    # seahorse.pyth
    "PriceFeed": PriceFeedType("PriceFeed"),
    "Price": PriceFeedType("Price"),
}
GENERICS = {
    "List", "list", "Array", "Dict", "dict", "Optional", "Union", "Set", "set", "Tuple", "tuple", "String", "Empty",
    "Annotated", "InPlace", "Iterable", "Iterator", "Mapping", "Sequence",
}  # fmt: skip
BASES = {"Account", "Enum", "Event", "Error"}
MARKERS = {"Seeds", "Associated", "Address", "Mut", "arg"}
DECORATORS = {"instruction", "dataclass", "staticmethod"}
# Names of Python's own library that say something in a class or an annotation.
LIBRARY_BASES = {"ABC", "Flag", "Generic", "IntEnum", "IntFlag", "NamedTuple", "Protocol", "object"}
LIBRARY_DECORATORS = {"abstractmethod", "classmethod", "override", "property", "unique"}
LIBRARY_FUNCTIONS = {"TypeVar", "auto", "field", "replace"}
LIBRARY_TYPES = {"ClassVar", "Final", "Literal", "NewType", "TypeAlias"}
LIBRARY_CONSTANTS = {"TYPE_CHECKING"}
LIBRARY = LIBRARY_BASES | LIBRARY_DECORATORS | LIBRARY_FUNCTIONS | LIBRARY_TYPES | LIBRARY_CONSTANTS
FUNCTIONS = WRITTEN | set(DECLARED) | {
    "ed25519_verified", "secp256k1_verified", "secp256r1_verified", "slot_hash",
    "abs", "all", "any", "array", "bin", "bytes", "ceil", "chr", "divmod", "enumerate", "filter", "floor", "format",
    "hex", "int", "int_bytes", "isinstance", "len", "list", "map", "max", "min", "mul_div", "oct", "ord", "pow",
    "print", "range", "repr", "reversed", "round", "sorted", "sum", "super", "zip", "Exception",
    "ValueError", "float", "tuple", "next", "hash",
}  # fmt: skip
# Operations that only the language's library names.
OF_THE_LIBRARY = {"slot_hashes_part", "u256_of", "u256_part"}
CONSTANTS = {"ID"}
OTHERS = {"declare_id"}

# Addresses of the standard programs.
_STANDARD = {
    "SYSTEM_PROGRAM_ID": "11111111111111111111111111111111",
    "TOKEN_PROGRAM_ID": "TokenkegQfeZyiNwAJbNbGKPFXCWuBvf9Ss623VQ5DA",
    "TOKEN_2022_PROGRAM_ID": "TokenzQdBNbLqP5VEhdkAS6EPFLC1PHnBqCXEpPxuEb",
    "ASSOCIATED_TOKEN_PROGRAM_ID": "ATokenGPvbdGVxr1b2hvZbsiqW5xWH25efTNsLJA8knL",
    "BPF_LOADER_UPGRADEABLE_ID": "BPFLoaderUpgradeab1e11111111111111111111111",
}
ADDRESSES: dict[str, bytes] = {k: a for k, v in _STANDARD.items() if (a := decode_address(v)) is not None}

PRELUDE = (
    set(TYPES) | LIBRARY | GENERICS | BASES | MARKERS | DECORATORS | FUNCTIONS | CONSTANTS | OTHERS | set(ADDRESSES)
)
PYTH = {"PriceAccount", "PriceFeed", "Price"}

# Names that a program may not define itself: they would change what the rest of the program means. Names that Seahorse
# did not have are not among them, since a program written for Seahorse may define such a name.
_ADDED = {
    "u256",
    "int",
    "float",
    "bytearray",
    "Iterable",
    "Iterator",
    "Mapping",
    "Sequence",
    "String",
    "Dict",
    "Set",
    "dict",
    "set",
    "AccountWithKey",
    "Error",
    "ID",
    *MARKERS,
} | {name for name, kind in ACCOUNT_KINDS.items() if not kind.from_seahorse}
RESERVED = (set(TYPES) - PYTH | GENERICS | BASES | {"instruction", "dataclass", "declare_id"}) - _ADDED

# Modules whose imports only serve the editor: their names are always there.
SILENT_MODULES = {
    "seahorse.prelude", "seahorse.prelude.values",
    "seahorse.pyth", "seahorse", "typing", "typing_extensions", "dataclasses", "__future__",
    "prelude", "enum", "abc",
}  # fmt: skip

# The part of Python's `math` that the language has: functions of integers, of an f64, and constants.
MATH_CONSTANTS = {"pi": math.pi, "e": math.e, "tau": math.tau, "inf": math.inf, "nan": math.nan}
MATH = {
    "ceil", "comb", "degrees", "fabs", "factorial", "floor", "fmod", "gcd", "isclose", "isfinite", "isinf", "isnan",
    "isqrt", "lcm", "modf", "perm", "pow", "prod", "radians", "remainder", "sqrt", "trunc", *MATH_CONSTANTS,
}  # fmt: skip

# Functions of `math` that a program cannot compute to the last bit as CPython does.
UNCOMPUTED = {
    "acos", "acosh", "asin", "asinh", "atan", "atan2", "atanh", "cbrt", "copysign", "cos", "cosh", "dist", "erf",
    "erfc", "exp", "exp2", "expm1", "gamma", "hypot", "lgamma", "log", "log10", "log1p", "log2", "sin", "sinh",
    "tan", "tanh",
}  # fmt: skip

# Python names that the language does not have, and what to write instead.
HINTS = {
    "open": "a program has no files: keep data in accounts",
    "input": "a program has no input: declare a parameter of the instruction",
    "math": "write `import math` at the top of the file",
    "sqrt": "write `math.sqrt(x)`, with `import math` at the top of the file",
    "hashlib": "use `sha256(data)`",
    "random": "a program is deterministic: take randomness from `slot_hash(slot)` of a later slot, or from an oracle",
    "time": "write `Clock.get().unix_timestamp()`",
    "datetime": "write `Clock.get().unix_timestamp()`",
    "msg": "the sender is a parameter: `sender: Signer`, and `sender.key()` its address",
    "ctx": "accounts and arguments are the parameters of the instruction",
    "require": "write `assert condition, MyError.CODE`",
    "revert": "write `raise MyError.CODE`",
    "emit": "write `MyEvent(...).emit()`",
    "log": "write `print(...)`",
    "null": "write `None`",
    "true": "write `True`",
    "false": "write `False`",
    "PublicKey": "write `Pubkey`",
    "address": "write `Pubkey`",
    "string": "write `str`",
    "boolean": "write `bool`",
    "mapping": "an account has no mapping: make one account for each key, with `seeds=['name', key]`",
    "Mint": "write `TokenMint`",
    "AccountInfo": "write `UncheckedAccount`",
    "SystemProgram": "leave it out: the compiler adds the program accounts that an instruction needs",
    "TokenProgram": "leave it out: the compiler adds the program accounts that an instruction needs",
    "Context": "accounts and arguments are the parameters of the instruction",
    "Vec": "write `List[T]`",
    "Option": "write `Optional[T]`",
    "Result": "an instruction returns its value, and fails by `raise MyError.CODE`",
    **{f"{kind}{bits}": f"write `{kind[0]}{bits}`" for kind in ("uint", "int") for bits in (8, 16, 32, 64, 128)},
    "uint256": "write `u256`",
    "uint": "write `u64`",
    "remaining_compute_units": "write `compute_units_left()`",
    "sol_remaining_compute_units": "write `compute_units_left()`",
    "sol_log_compute_units": "write `log_compute_units()`",
    "sys": "only the prelude and modules of the workspace can be imported",
    "type": "types are known at compile time: a class derives from Account, Enum, or a class of the program",
    "frozenset": "write `set(items)`",
    "tuple": "a tuple has a known number of values: write them, `(a, b)`, or a list, `list(items)`",
    "defaultdict": "write `d[key] = d.get(key, 0) + 1`, or `d.setdefault(key, []).append(x)`",
    "Counter": "count in a dict: `d[key] = d.get(key, 0) + 1`",
    "OrderedDict": "a dict keeps the order: write `dict`",
    "HashMap": "write `dict[K, V]`",
    "deque": "use a list: `append` and `pop(0)`",
    "itertools": "write a comprehension, or nested `for` loops",
    "functools": "write a `for` loop, or a function",
    "reduce": "write a `for` loop",
    "partial": "write a lambda",
    "cache": "compute it once, and keep it in a variable",
    "lru_cache": "compute it once, and keep it in a variable",
    "decimal": "count in an integer of smaller units",
    "Decimal": "count in an integer of smaller units",
    "Fraction": "keep a numerator and a denominator",
    "heapq": "sort the list",
    "bisect": "write a loop, or `sorted`",
    "re": "use `find`, `split` and `startswith`",
    "json": "declare a dataclass: its layout is known",
    "struct": "use `to_bytes` and `int.from_bytes`",
    "copy": "write `items[:]` for a list, `replace(value)` for a dataclass",
    "statistics": "write `sum(items) // len(items)`",
    "operator": "write a lambda",
    "secrets": "a program is deterministic: take randomness from `slot_hash(slot)` of a later slot, or from an oracle",
    "logging": "write `print(...)`",
    "Any": "write the type",
    "exit": "write `raise MyError.CODE`",
    "isinstance": "types are known at compile time",
    "iter": "write `return iter(items)` in an `__iter__`; elsewhere use a `for` loop",
    "self": "declare `self` as the first parameter of the method",
    "None": "`None` needs no import",
    "Self": "`Self` is the class of a method: elsewhere write the class's name",
    "cached_property": "use `@property`",
    "StrEnum": "write `class X(Enum)`, with texts as the values",
    "TypedDict": "write a dataclass",
    "TypeVarTuple": "write a function for each number of arguments",
    "ParamSpec": "pass values, not functions",
    "namedtuple": "write `class X(NamedTuple)` with typed fields",
    "overload": "write one function per type",
    "cast": "the compiler knows every type: remove it",
    "NoReturn": "write `-> None`, and `raise` where the function is called",
    "Never": "write `-> None`, and `raise` where the function is called",
    "assert_never": "remove this case: the compiler knows when a `match` names every member",
    "MutableMapping": "write `Dict[K, V]`",
    "MutableSequence": "write `List[T]`",
    "Collection": "write `Sequence[T]`",
    "Awaitable": "a program waits for nothing: write a plain function",
}

# Calls that a module constant may contain.
CONSTANT_CALLS = set(INTS) | {"f64", "array", "Pubkey", "len", "min", "max", "list", "range", "str", "bytes"}
