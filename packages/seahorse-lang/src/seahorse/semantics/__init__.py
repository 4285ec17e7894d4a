"""Names, types and accounts: from syntax trees to the checked program."""

from seahorse.semantics import comparisons, iteration  # they register the expressions and calls that they check
from seahorse.semantics.program import check_program

__all__ = ["check_program", "comparisons", "iteration"]
