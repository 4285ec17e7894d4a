"""Names, types and accounts: from syntax trees to the checked program."""

# They register the expressions and calls that they check.
from seahorse.semantics import calls, comparisons, comprehensions, iteration
from seahorse.semantics.program import check_program

__all__ = ["calls", "check_program", "comparisons", "comprehensions", "iteration"]
