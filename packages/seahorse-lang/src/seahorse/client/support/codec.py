"""Values as bytes, by the rules of Borsh: what programs keep in accounts, take as arguments and log."""

from __future__ import annotations

import struct
from collections.abc import Callable, Sequence
from enum import StrEnum
from typing import Any, ClassVar, Protocol, Self, TypeVar

from solders.pubkey import Pubkey

T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)
E = TypeVar("E", bound=StrEnum)

MAX_EMPTY = 1 << 16
"""How many elements without bytes a list may have: more is a mistake, or malice."""


class DecodeError(ValueError):
    """Bytes that are not what they should be."""


class EncodeError(ValueError):
    """A value that its type cannot hold."""


class Reader:
    """Bytes, and how many of them were taken."""

    __slots__ = ("at", "data")

    def __init__(self, data: bytes, at: int = 0) -> None:
        self.data = data
        self.at = at

    def take(self, count: int) -> bytes:
        """The next bytes. Raises DecodeError when there are fewer."""
        start, self.at = self.at, self.at + count
        if self.at > len(self.data):
            raise DecodeError(f"{len(self.data)} bytes end within a value")
        return self.data[start : self.at]


class Codec(Protocol[T]):
    """How a type is read and written. The classes of records are codecs of themselves."""

    def read(self, data: Reader, /) -> T:
        """Takes a value from the data."""
        ...

    def write(self, value: T, out: bytearray, /) -> None:
        """Appends a value to the data."""
        ...


class Int:
    """An integer of fixed width, little-endian."""

    def __init__(self, size: int, *, signed: bool) -> None:
        self.size = size
        self.signed = signed
        letter = {1: "b", 2: "h", 4: "i", 8: "q"}.get(size)
        self.letter = letter if signed or letter is None else letter.upper()

    def read(self, data: Reader, /) -> int:
        return int.from_bytes(data.take(self.size), "little", signed=self.signed)

    def write(self, value: int, out: bytearray, /) -> None:
        try:
            out += value.to_bytes(self.size, "little", signed=self.signed)
        except OverflowError:
            name = f"{'i' if self.signed else 'u'}{8 * self.size}"
            raise EncodeError(f"{value} is no {name}") from None


class _Float:
    def __init__(self, form: str) -> None:
        self._struct = struct.Struct(form)

    def read(self, data: Reader, /) -> float:
        value: float = self._struct.unpack(data.take(self._struct.size))[0]
        return value

    def write(self, value: float, out: bytearray, /) -> None:
        try:
            out += self._struct.pack(value)
        except OverflowError:
            raise EncodeError(f"{value} is too large") from None


class _Bool:
    def read(self, data: Reader, /) -> bool:
        byte = data.take(1)[0]
        if byte > 1:
            raise DecodeError(f"{byte} is no bool")
        return byte == 1

    def write(self, value: bool, out: bytearray, /) -> None:
        out.append(1 if value else 0)


class _Pubkey:
    def read(self, data: Reader, /) -> Pubkey:
        return Pubkey.from_bytes(data.take(32))

    def write(self, value: Pubkey, out: bytearray, /) -> None:
        out += bytes(value)


class _Bytes:
    def read(self, data: Reader, /) -> bytes:
        return data.take(U32.read(data))

    def write(self, value: bytes, out: bytearray, /) -> None:
        U32.write(len(value), out)
        out += value


class _String:
    def read(self, data: Reader, /) -> str:
        raw = BYTES.read(data)
        try:
            return raw.decode("utf-8")
        except UnicodeDecodeError as error:
            raise DecodeError(f"a text is not UTF-8: {error}") from None

    def write(self, value: str, out: bytearray, /) -> None:
        try:
            BYTES.write(value.encode("utf-8"), out)
        except UnicodeEncodeError as error:
            raise EncodeError(f"a text is not UTF-8: {error}") from None


U8, I8 = Int(1, signed=False), Int(1, signed=True)
U16, I16 = Int(2, signed=False), Int(2, signed=True)
U32, I32 = Int(4, signed=False), Int(4, signed=True)
U64, I64 = Int(8, signed=False), Int(8, signed=True)
U128, I128 = Int(16, signed=False), Int(16, signed=True)
U256, I256 = Int(32, signed=False), Int(32, signed=True)
F32, F64 = _Float("<f"), _Float("<d")
BOOL, PUBKEY, BYTES, STRING = _Bool(), _Pubkey(), _Bytes(), _String()


class Made(Codec[T]):
    """A codec that is made of two functions."""

    def __init__(
        self,
        read: Callable[[Reader], T],
        write: Callable[[T, bytearray], None],
    ) -> None:
        self._read = read
        self._write = write

    def read(self, data: Reader, /) -> T:
        return self._read(data)

    def write(self, value: T, out: bytearray, /) -> None:
        self._write(value, out)


def option(inner: Codec[T]) -> Codec[T | None]:
    """A value or None; a byte before it tells."""

    def read(data: Reader) -> T | None:
        return inner.read(data) if BOOL.read(data) else None

    def write(value: T | None, out: bytearray) -> None:
        out.append(0 if value is None else 1)
        if value is not None:
            inner.write(value, out)

    return Made(read, write)


def coption(inner: Codec[T], size: int) -> Codec[T | None]:
    """The token program's option: four bytes tell, and the room of the value is always there."""

    def read(data: Reader) -> T | None:
        there = U32.read(data)
        if there > 1:
            raise DecodeError(f"{there} is no option")
        value = Reader(data.take(size))
        return inner.read(value) if there else None

    def write(value: T | None, out: bytearray) -> None:
        U32.write(0 if value is None else 1, out)
        if value is None:
            out += bytes(size)
        else:
            inner.write(value, out)

    return Made(read, write)


def _read_many(inner: Codec[T], count: int, data: Reader) -> list[T]:
    kind: Any = inner
    if isinstance(kind, Int) and kind.letter is not None:
        # Many numbers at once, which Python's own library does much faster.
        raw = data.take(count * kind.size)
        many: Any = struct.unpack(f"<{count}{kind.letter}", raw)
        return list(many)
    found: list[T] = []
    start = data.at
    for _ in range(count):
        found.append(inner.read(data))
        if data.at == start and count > MAX_EMPTY:
            raise DecodeError(f"a list of {count} elements without bytes")
    return found


def vec(inner: Codec[T]) -> Codec[list[T]]:
    """A list; four bytes before it tell how many."""

    def read(data: Reader) -> list[T]:
        return _read_many(inner, U32.read(data), data)

    def write(value: Sequence[T], out: bytearray) -> None:
        U32.write(len(value), out)
        for item in value:
            inner.write(item, out)

    return Made(read, write)


def array(inner: Codec[T], length: int) -> Codec[list[T]]:
    """A list of fixed length."""

    def read(data: Reader) -> list[T]:
        return _read_many(inner, length, data)

    def write(value: Sequence[T], out: bytearray) -> None:
        if len(value) != length:
            raise EncodeError(f"{len(value)} elements, where there must be {length}")
        for item in value:
            inner.write(item, out)

    return Made(read, write)


def fixed_bytes(length: int) -> Codec[bytes]:
    """Bytes of fixed length."""

    def read(data: Reader) -> bytes:
        return data.take(length)

    def write(value: bytes, out: bytearray) -> None:
        if len(value) != length:
            raise EncodeError(f"{len(value)} bytes, where there must be {length}")
        out += value

    return Made(read, write)


def tuple_of(*inner: Codec[Any]) -> Codec[Any]:
    """A tuple: its values, one after the other."""

    def read(data: Reader) -> tuple[Any, ...]:
        return tuple(one.read(data) for one in inner)

    def write(value: tuple[Any, ...], out: bytearray) -> None:
        if len(value) != len(inner):
            raise EncodeError(f"{len(value)} values, where there must be {len(inner)}")
        for one, item in zip(inner, value, strict=True):
            one.write(item, out)

    return Made(read, write)


def read_variant(kind: type[E], data: Reader) -> E:
    """A variant of an enum without data, by its number."""
    number = data.take(1)[0]
    variants = list(kind)
    if number >= len(variants):
        raise DecodeError(f"{kind.__name__} has no variant {number}")
    return variants[number]


def write_variant(value: StrEnum, out: bytearray) -> None:
    """The number of a variant, in the order in which the enum has them."""
    out.append(list(type(value)).index(value))


def union(name: str, *variants: Any) -> Codec[Any]:
    """An enum with data: the variant's number, then its fields."""

    def read(data: Reader) -> Any:
        number = data.take(1)[0]
        if number >= len(variants):
            raise DecodeError(f"{name} has no variant {number}")
        return variants[number].read(data)

    def write(value: Any, out: bytearray) -> None:
        out.append(variants.index(type(value)))
        value.write(out)

    return Made(read, write)


class Kind(Protocol[T_co]):
    """The class of records that begin with a discriminator."""

    DISCRIMINATOR: bytes
    """What their bytes begin with."""

    def decode(self, data: bytes, /) -> T_co:
        """A record from its bytes."""
        ...


class Record:
    """A record whose fields are read and written in their order."""

    __slots__ = ()
    CODECS: ClassVar[tuple[Codec[Any], ...]] = ()
    """Of the fields, in their order."""

    @classmethod
    def read(cls, data: Reader, /) -> Self:
        """Takes one from the data. Raises DecodeError."""
        make: Any = cls
        record: Self = make(*[codec.read(data) for codec in cls.CODECS])
        return record

    def write(self, out: bytearray, /) -> None:
        """Appends it to the data. Raises EncodeError."""
        for name, codec in zip(self.__match_args__, self.CODECS, strict=True):
            codec.write(getattr(self, name), out)

    __match_args__: ClassVar[tuple[str, ...]] = ()


class Tagged(Record):
    """A record that begins with a discriminator: an account, an event, the data of an instruction."""

    __slots__ = ()
    DISCRIMINATOR: ClassVar[bytes]

    @classmethod
    def decode(cls, data: bytes, /) -> Self:
        """One from its bytes, with the discriminator; what follows it is room. Raises DecodeError."""
        if not data.startswith(cls.DISCRIMINATOR):
            start = data[: len(cls.DISCRIMINATOR)].hex()
            raise DecodeError(f"no {cls.__name__} begins with {start}")
        return _guarded(cls.read, Reader(data, len(cls.DISCRIMINATOR)))

    def encode(self) -> bytes:
        """Its bytes, with the discriminator. Raises EncodeError."""
        out = bytearray(self.DISCRIMINATOR)
        self.write(out)
        return bytes(out)


def later(find: Callable[[], Codec[T]]) -> Codec[T]:
    """The codec of a type that is not defined yet, because it holds itself."""

    def read(data: Reader) -> T:
        return find().read(data)

    def write(value: T, out: bytearray) -> None:
        find().write(value, out)

    return Made(read, write)


def _guarded(read: Callable[[Reader], T], data: Reader) -> T:
    try:
        return read(data)
    except RecursionError:
        raise DecodeError("the value is nested too deeply") from None


def decode_value(kind: Codec[T], data: bytes) -> T:
    """A value from bytes. Raises DecodeError."""
    return _guarded(kind.read, Reader(data))


def encode_value(kind: Codec[T], value: T) -> bytes:
    """A value as bytes. Raises EncodeError."""
    out = bytearray()
    kind.write(value, out)
    return bytes(out)


def decode_first(kinds: Sequence[Kind[T]], data: bytes) -> T | None:
    """A record of the kind whose discriminator the bytes begin with, the longest of such; None when there is none.
    Raises DecodeError."""
    found: Kind[T] | None = None
    for kind in kinds:
        longer = found is None or len(kind.DISCRIMINATOR) > len(found.DISCRIMINATOR)
        if longer and data.startswith(kind.DISCRIMINATOR):
            found = kind
    return None if found is None else found.decode(data)
