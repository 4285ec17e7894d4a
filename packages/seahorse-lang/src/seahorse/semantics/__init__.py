"""Names, types and accounts: from syntax trees to the checked program."""

# Each of these registers the expressions and calls that it checks.
from seahorse.semantics.calls import (
    builtins,
    bytearrays,
    chain,
    classes,
    dispatch,
    formats,
    iteration,
    iterators,
    mathematics,
    methods,
    tables,
    wide,
)
from seahorse.semantics.calls import texts as text_calls
from seahorse.semantics.expressions import attributes, comparisons, indexes, literals, names, operators, texts
from seahorse.semantics.program.program import check_program
from seahorse.semantics.statements import comprehensions

HANDLERS = (
    *(attributes, comparisons, comprehensions, indexes, literals, names, operators, texts),
    *(
        builtins,
        bytearrays,
        chain,
        classes,
        dispatch,
        formats,
        iteration,
        iterators,
        mathematics,
        methods,
        tables,
        text_calls,
        wide,
    ),
)

__all__ = ["HANDLERS", "check_program"]
