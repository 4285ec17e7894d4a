"""Reading instruction data field by field."""

import struct
from typing import Any

from solders.pubkey import Pubkey

# An account or instruction as JSON.
Parsed = dict[str, Any]
# The accounts of an instruction.
Keys = list[str]


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
        """The bytes that nobody has read yet."""
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

    def nonzero_key(self) -> str | None:
        """An address; all zeros stand for none."""
        key = Pubkey(self.take(32))
        return None if key == Pubkey.default() else str(key)

    def short(self) -> int:
        """A length in Solana's compact form: seven bits a byte, the lowest first."""
        value = shift = 0
        while True:
            byte = self.number("B")
            value |= (byte & 0x7F) << shift
            if byte < 0x80:
                return value
            shift += 7

    def short_text(self) -> str:
        """A string with a length of four bytes, as Borsh writes it."""
        return self.take(self.number("I")).decode()

    def decimal(self) -> str:
        """A double as Rust prints it."""
        return rust_float(struct.unpack("<d", self.take(8))[0])

    def text(self) -> str:
        """A string with a length of eight bytes, as bincode writes it."""
        return self.take(self.number("Q")).decode()


def rust_float(value: float) -> str:
    """A double in decimal without an exponent, and without a point when it is whole."""
    return str(int(value)) if value.is_integer() else repr(value)


def with_authority(info: dict[str, Any], field: str, keys: list[str], index: int) -> dict[str, Any]:
    """Adds the signer: a wallet, or a multisig followed by its signers."""
    if len(keys) <= index:
        raise IndexError("the instruction names no authority")
    if len(keys) > index + 1:
        multisig = "multisig" + field[0].upper() + field[1:]
        return info | {multisig: keys[index], "signers": keys[index + 1 :]}
    return info | {field: keys[index]}


def kind(name: str, info: dict[str, Any]) -> dict[str, Any]:
    """A parsed instruction."""
    return {"type": name, "info": info}


def named(names: str, keys: list[str]) -> dict[str, Any]:
    """The first accounts under their names. Raises IndexError when there are too few."""
    labels = names.split()
    if len(keys) < len(labels):
        raise IndexError("the instruction has too few accounts")
    return dict(zip(labels, keys, strict=False))
