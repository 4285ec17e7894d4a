"""Names of Python's own library that a program may use without an import: what classes and annotations say."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import field, replace
from enum import Flag, IntEnum, IntFlag, auto, unique
from typing import (
    TYPE_CHECKING,
    ClassVar,
    Final,
    Generic,
    Literal,
    NamedTuple,
    NewType,
    Protocol,
    TypeAlias,
    TypeVar,
)

F = TypeVar("F", bound=Callable[..., object])

__all__ = [
    "ABC",
    "Callable",
    "ClassVar",
    "Final",
    "Flag",
    "Generic",
    "IntEnum",
    "IntFlag",
    "Iterable",
    "Iterator",
    "Literal",
    "Mapping",
    "NamedTuple",
    "NewType",
    "Protocol",
    "Sequence",
    "TYPE_CHECKING",
    "TypeAlias",
    "TypeVar",
    "abstractmethod",
    "auto",
    "field",
    "override",
    "replace",
    "unique",
]


def override(method: F) -> F:
    """Say that a method takes the place of one of the base: as `typing.override` of Python 3.12."""
    return method
