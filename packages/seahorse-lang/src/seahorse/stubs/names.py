"""Names of an IDL, as the language can have them."""

from __future__ import annotations

import keyword
import re

from seahorse.semantics.names.prelude_names import PRELUDE, RESERVED

_WORDS = re.compile(r"[A-Z]+(?=[A-Z][a-z])|[A-Z]?[a-z0-9]+|[A-Z0-9]+")


def snake_case(name: str) -> str:
    """`initializeMint2`, `InitializeMint2` -> `initialize_mint2` (heck's `to_snake_case`, which Anchor uses)."""
    if "_" in name or name.islower():
        return name.lower()
    return "_".join(_WORDS.findall(name)).lower()


def upper_snake_case(name: str) -> str:
    """`SlippageExceeded` -> `SLIPPAGE_EXCEEDED`."""
    return snake_case(name).upper()


def is_free(name: str) -> bool:
    """Whether a program can define the name."""
    taken = keyword.iskeyword(name) or name in PRELUDE or name in RESERVED
    return name.isidentifier() and name.isascii() and not taken and not name.startswith("__")


def free(name: str) -> str:
    """The name; with `_` behind it where the language uses it for something else."""
    return name if is_free(name) else f"{name}_"
