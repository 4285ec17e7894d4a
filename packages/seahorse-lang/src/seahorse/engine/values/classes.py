"""Bases and decorators of a program's classes under CPython: Python's own, with the language's texts and fields."""

from __future__ import annotations

import dataclasses
import enum
import inspect
import typing
from collections.abc import Iterator
from typing import Any, ClassVar, TypeVar

from seahorse.engine.state.context import current
from seahorse.engine.state.errors import DeclaredError
from seahorse.engine.values.objects import Object

F = TypeVar("F")


class Enum(enum.Enum):
    """An enum of the program; its text is `Name.VARIANT` wherever it stands."""

    def __str__(self) -> str:
        return f"{type(self).__name__}.{self.name}"

    __repr__ = __str__


class IntEnum(enum.IntEnum):
    """An enum whose members are numbers, also as text; within another text it is `Name.VARIANT`."""

    def __repr__(self) -> str:
        return f"{type(self).__name__}.{self.name}"


class Flag(enum.Flag):
    """Flags of the program, whose text is that of `str`."""

    __repr__ = enum.Flag.__str__


class IntFlag(enum.IntFlag):
    """Flags that are numbers, also as text."""

    __repr__ = enum.IntFlag.__str__


class Error(DeclaredError, enum.Enum):
    """The errors of a program: a member can be raised, and can be the reason of an assert."""

    def __init__(self, code: int, message: str) -> None:
        self.code, self.message = code, message


class Event(Object):
    """An event: a dataclass unless the program writes a constructor."""

    def __init_subclass__(cls, *, discriminator: Any = None) -> None:
        super().__init_subclass__()
        if "__init__" not in vars(cls):
            dataclass(cls)

    def emit(self) -> None:
        current().emit(self)


class Generic(Object):
    """A class with type parameters, which say nothing while the program runs."""

    def __class_getitem__(cls, _: Any) -> type[Any]:
        return cls


class NamedTuple(Object):
    """Fields with an order: a frozen dataclass that can be unpacked, indexed and ordered."""

    def __init_subclass__(cls, **options: Any) -> None:
        super().__init_subclass__(**options)
        dataclass(cls, frozen=True, order=True)

    def __iter__(self) -> Iterator[Any]:
        return iter(self.__dict__.values())

    def __getitem__(self, index: int) -> Any:
        return list(self)[index]

    def __len__(self) -> int:
        return len(self.__dict__)

    def _replace(self, **changes: Any) -> Any:
        return replace(self, **changes)


def dataclass(cls: type[Any] | None = None, **options: Any) -> Any:
    """Python's own. Annotations are text here, in which it would look for modules by name."""

    def made(of: type[Any]) -> type[Any]:
        of.__annotations__ = {name: _kept(text) for name, text in inspect.get_annotations(of).items()}
        return dataclasses.dataclass(**{**options, "repr": False, "slots": False})(of)

    return made if cls is None else made(cls)


def _kept(annotation: Any) -> Any:
    return ClassVar if str(annotation).startswith("ClassVar") else Any


def replace(value: Any, **changes: Any) -> Any:
    """`dataclasses.replace`, also of an object that was read from an account."""
    return dataclasses.replace(value, **changes)


def same(function: F) -> F:
    """A decorator that says something to editors only."""
    return function


def unique(cls: F) -> F:
    return cls


CLASSES: dict[str, Any] = {
    "ABC": Object,
    "ClassVar": ClassVar,
    "Final": typing.Final,
    "Generic": Generic,
    "Protocol": typing.Protocol,
    "TypeVar": typing.TypeVar,
    "Literal": typing.Literal,
    "NewType": typing.NewType,
    "TYPE_CHECKING": False,
    "TypeAlias": typing.TypeAlias,
    "Enum": Enum,
    "Error": Error,
    "Event": Event,
    "Flag": Flag,
    "IntEnum": IntEnum,
    "IntFlag": IntFlag,
    "NamedTuple": NamedTuple,
    "abstractmethod": same,
    "auto": enum.auto,
    "dataclass": dataclass,
    "field": dataclasses.field,
    "override": same,
    "replace": replace,
    "unique": unique,
}
