"""Names, types and accounts: from syntax trees to the checked program."""

from seahorse.semantics import iteration as _iteration  # registers its builtins
from seahorse.semantics.program import check_program

__all__ = ["check_program"]

del _iteration
