"""Collections: the fixed-length `Array`; lists are Python's own."""

from collections.abc import Iterable, Iterator
from typing import Annotated, Any, TypeVar

__all__ = ["Array", "InPlace", "array"]

T = TypeVar("T")

InPlace = Annotated[T, "its elements stay in the account"]
"""`orders: InPlace[List[u64]]`, the last field of an account: a list that is not read to the heap.

What it can do is what a list can do. Its elements are integers, Pubkeys, or tuples of them, and the fields in front of
it have a fixed size.
"""


class Array:
    """`Array[T, N]`: N elements of type T, stored one after the other. N is an integer literal or constant.

    Indexing wraps as on a list: -1 is the last element. An index out of range fails with InvalidArgument. An
    editor sees the elements as `Any`, because no type checker takes a number as a type argument.
    """

    def __class_getitem__(cls, params: Any) -> Any:
        return Annotated[cls, *params]

    def __init__(self, iterable: Iterable[Any], len: int) -> None:
        """Make an array of an iterable and its length, which must be known at compile time and match."""
        self._items = list(iterable)
        if self.__len__() != len:
            raise ValueError(f"{self.__len__()} elements for an array of {len}")

    def __len__(self) -> int:
        return self._items.__len__()

    def __iter__(self) -> Iterator[Any]:
        return iter(self._items)

    def __getitem__(self, index: Any) -> Any:
        return self._items[index]

    def __setitem__(self, index: int, value: Any) -> None:
        self._items[range(len(self))[index]] = value

    def __contains__(self, value: Any) -> bool:
        return value in self._items

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Array) and self._items == other._items

    __hash__ = None  # pyright: ignore[reportAssignmentType]

    def __repr__(self) -> str:
        return f"array({', '.join(map(repr, self._items))})"


def array(*elements: Any) -> Array:
    """Make an array of its elements: `array(u64(0), 1, 2)` is an `Array[u64, 3]`."""
    return Array(elements, len(elements))
