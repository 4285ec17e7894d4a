"""Reading instruction data field by field."""

import struct
from typing import Any

from solders.pubkey import Pubkey


class Fields:
    """Instruction data, read from front to back. Raises struct.error or ValueError when it is too short."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.at = 0

    def take(self, size: int) -> bytes:
        """The next `size` bytes."""
        end = self.at + size
        if end > len(self.data):
            raise ValueError("the instruction's data is too short")
        part = self.data[self.at : end]
        self.at = end
        return part

    def rest(self) -> bytes:
        """What has not been read."""
        return self.take(len(self.data) - self.at)

    def number(self, form: str) -> int:
        """One little-endian integer in struct's notation (B, H, I, Q)."""
        return struct.unpack("<" + form, self.take(struct.calcsize("<" + form)))[0]

    def key(self) -> str:
        """An address."""
        return str(Pubkey(self.take(32)))

    def optional_key(self, form: str = "B") -> str | None:
        """An address behind a tag (one byte in SPL Token's instructions)."""
        return self.key() if self.number(form) else None

    def text(self) -> str:
        """A string with a length of eight bytes, as bincode writes it."""
        return self.take(self.number("Q")).decode()


def kind(name: str, info: dict[str, Any]) -> dict[str, Any]:
    """A parsed instruction."""
    return {"type": name, "info": info}


def named(names: str, keys: list[str]) -> dict[str, Any]:
    """The first accounts under their names. Raises IndexError when there are too few."""
    labels = names.split()
    if len(keys) < len(labels):
        raise IndexError("the instruction has too few accounts")
    return dict(zip(labels, keys, strict=False))
