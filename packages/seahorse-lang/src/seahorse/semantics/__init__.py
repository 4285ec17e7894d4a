"""Names, types and accounts: from syntax trees to the checked program."""

# Each of these registers the expressions and calls that it checks.
from seahorse.semantics.calls import classes, dispatch, methods
from seahorse.semantics.calls.builtins import (
    builtins,
    chain,
    declared,
    formats,
    iteration,
    iterators,
    mathematics,
    wide,
    written,
)
from seahorse.semantics.calls.builtins import texts as text_calls
from seahorse.semantics.calls.containers import bytearrays, tables
from seahorse.semantics.expressions import attributes, comparisons, indexes, literals, names, operators, texts
from seahorse.semantics.program.program import check_program
from seahorse.semantics.scope.call_rules import RULES
from seahorse.semantics.statements import comprehensions

HANDLERS = (
    *(attributes, comparisons, comprehensions, indexes, literals, names, operators, texts),
    *(
        builtins,
        bytearrays,
        chain,
        classes,
        declared,
        dispatch,
        formats,
        iteration,
        iterators,
        mathematics,
        methods,
        tables,
    ),
    *(text_calls, wide, written),
)

RULES.tables, RULES.bytearrays, RULES.formats = tables, bytearrays, formats

__all__ = ["HANDLERS", "check_program"]
