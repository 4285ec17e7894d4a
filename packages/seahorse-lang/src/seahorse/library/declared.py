"""The decorator of `operations.py`: it says which facts an operation has. The compiler reads them in the source."""

from collections.abc import Callable
from typing import Any, TypeVar

F = TypeVar("F", bound=Callable[..., Any])


def operation(**facts: Any) -> Callable[[F], F]:
    """Declare an operation of the language.

    Args:
        facts: what differs from an operation that computes its value from its arguments and cannot fail: fields of
            `Operation` in `semantics/tree/operations.py`, written as literals.
    """

    def declared(function: F) -> F:
        return function

    return declared
