"""Base classes of a program's own declarations: enums, errors and events."""

import dataclasses
import enum
from dataclasses import dataclass
from typing import TYPE_CHECKING, dataclass_transform

from seahorse.prelude.unavailable import only_on_chain

__all__ = ["Enum", "Error", "Event", "dataclass"]


class Enum(enum.Enum):
    """A type with one of several named values and no data; one byte, the position of the variant.

        class MeterType(Enum):
            SOLAR = 0
            WIND = 1

    In the IDL a variant is written in PascalCase: Solar, Wind.
    """

    def __int__(self) -> int:
        return list(type(self)).index(self)

    __index__ = __int__


class Error(Exception, enum.Enum):
    """The errors of a program: each member is a literal code and its message.

        class RegistryError(Error):
            UNAUTHORIZED_USER = 6000, 'Unauthorized user'

    Fail with one by `assert condition, RegistryError.UNAUTHORIZED_USER` or `raise
    RegistryError.UNAUTHORIZED_USER`. Clients see the code; the log has Anchor's line with the name in
    PascalCase.
    """

    code: int
    message: str

    def __init__(self, code: int, message: str) -> None:
        self.code = code
        self.message = message

    def __str__(self) -> str:
        return f"{self.message} ({self.code})"


@dataclass_transform()
class Event:
    """An event that clients can listen to: one value a field, given by name or in order, then `emit()`.

    class UserRegistered(Event):
        user: Pubkey
        timestamp: i64

    UserRegistered(user=user.key(), timestamp=now).emit()
    """

    def __init_subclass__(cls, *, discriminator: bytes | list[int] = b"") -> None:
        """`discriminator`: what the event's data begins with; by default 8 bytes made of the class's name."""
        super().__init_subclass__()
        if not TYPE_CHECKING and "__init__" not in vars(cls):
            dataclasses.dataclass(cls)

    def emit(self) -> None:
        """Write the event to the log: a `Program data:` line in base64 (discriminator, then Borsh)."""
        only_on_chain("Event.emit")
