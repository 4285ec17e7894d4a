"""Borsh by IDL: Python values to bytes and back, and `DecodedRecord`, what structs decode to."""

from __future__ import annotations

import enum
import struct
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, cast

from solders.pubkey import Pubkey

from seahorse.ir.layout import pascal_case
from seahorse.testing.resolve import address_of

_INTEGERS = {f"{sign}{bits}": (bits // 8, sign == "i") for sign in "ui" for bits in (8, 16, 32, 64, 128, 256)}
MAX_ITEMS = 1 << 20
"""More elements than any account or return value can hold: a longer length prefix means the data is something else."""


class CodecError(ValueError):
    """A value does not fit its IDL type, or bytes are not what the type says. The message names the field."""


class DecodedRecord:
    """A decoded struct, account or event: fields as attributes or items; equal to a mapping of its fields."""

    def __init__(self, type_name: str, fields: Mapping[str, Any]) -> None:
        self._type = type_name
        self._fields = dict(fields)

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__") or name in ("_type", "_fields"):
            raise AttributeError(name)
        return self[name]

    def __getitem__(self, name: str) -> Any:
        try:
            return self._fields[name]
        except KeyError:
            raise AttributeError(f"{self._type} has no field {name!r}; it has {', '.join(self._fields)}") from None

    def __iter__(self) -> Iterator[str]:
        return iter(self._fields)

    def __eq__(self, other: object) -> bool:
        if isinstance(other, DecodedRecord):
            return self._type == other._type and self._fields == other._fields
        return isinstance(other, Mapping) and self._fields == other

    __hash__ = None  # pyright: ignore[reportAssignmentType]

    def __repr__(self) -> str:
        return f"{self._type}({', '.join(f'{k}={v!r}' for k, v in self._fields.items())})"


def type_name_of(record: DecodedRecord) -> str:
    """The name of the struct that a record was decoded from."""
    return record._type  # pyright: ignore[reportPrivateUsage]


class DataReader:
    """Bytes and a position in them."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.at = 0

    def take(self, count: int) -> bytes:
        """The next `count` bytes. Raises CodecError when there are fewer."""
        part = self.data[self.at : self.at + count]
        if len(part) < count:
            raise CodecError(f"the data ends at byte {len(self.data)}, in the middle of a value")
        self.at += count
        return part

    def number(self, size: int, signed: bool = False) -> int:
        return int.from_bytes(self.take(size), "little", signed=signed)


class Codec:
    """Encodes and decodes the types of one IDL (spec 0.1.0)."""

    def __init__(self, idl: Mapping[str, Any]) -> None:
        self._types: dict[str, dict[str, Any]] = {t["name"]: t["type"] for t in idl.get("types", [])}

    def defines(self, name: str) -> bool:
        """Whether the IDL has a struct or an enum of this name."""
        return name in self._types

    def encode(self, kind: Any, value: Any, path: str = "value") -> bytes:
        """A value's bytes. Enum values may be a variant's name in either spelling, its position, or an enum member.

        Raises CodecError, naming `path`.
        """
        if isinstance(kind, str):
            return _encode_simple(kind, value, path)
        if "option" in kind:
            return b"\0" if value is None else b"\1" + self.encode(kind["option"], value, path)
        if "vec" in kind:
            items = _items(value, path)
            return struct.pack("<I", len(items)) + self._encode_all(kind["vec"], items, path)
        if "array" in kind:
            inner, length = kind["array"]
            items = _items(value, path)
            if len(items) != length:
                raise CodecError(f"{path}: {len(items)} elements given, the array has {length}")
            return self._encode_all(inner, items, path)
        return self.encode_struct(kind["defined"]["name"], value, path)

    def _encode_all(self, kind: Any, items: Sequence[Any], path: str) -> bytes:
        return b"".join(self.encode(kind, item, f"{path}[{n}]") for n, item in enumerate(items))

    def encode_struct(self, name: str, value: Any, path: str = "value") -> bytes:
        """The bytes of a struct (given as a Record, a mapping, or an object with these attributes) or of an enum."""
        body = self._types[name]
        if body["kind"] == "enum":
            return self._encode_variant(body["variants"], value, f"{path}: {name}")
        fields = body.get("fields", [])
        if _is_tuple(fields):
            items = _items(value, path)
            if len(items) != len(fields):
                raise CodecError(f"{path}: {len(items)} values given, the tuple has {len(fields)}")
            return b"".join(
                self.encode(t, v, f"{path}[{n}]") for n, (t, v) in enumerate(zip(fields, items, strict=True))
            )
        out = b""
        for field in fields:
            out += self.encode(field["type"], _field(value, field["name"], path), f"{path}.{field['name']}")
        return out

    def _encode_variant(self, variants: list[dict[str, Any]], value: Any, path: str) -> bytes:
        """An enum's position, and the fields of a variant that has data: a record of the variant's name, or
        `{"Circle": {"r": 2}}`."""
        names, given = [v["name"] for v in variants], value
        if isinstance(value, DecodedRecord) or (type(value).__name__ in names and not isinstance(value, str)):
            value = type_name_of(value) if isinstance(value, DecodedRecord) else type(value).__name__
        elif isinstance(value, Mapping):
            pairs = list(cast("Mapping[str, Any]", value).items())
            if len(pairs) != 1:
                raise CodecError(f"{path}: give one variant: {{'{names[0]}': {{...}}}}")
            value, given = pairs[0]
        at = _variant(names, value, path)
        out = bytes([at])
        for field in variants[at].get("fields", []):
            out += self.encode(field["type"], _field(given, field["name"], path), f"{path}.{field['name']}")
        return out

    def decode(self, kind: Any, reader: DataReader) -> Any:
        """The next value. Raises CodecError when the bytes are not of this type."""
        if isinstance(kind, str):
            return _decode_simple(kind, reader)
        if "option" in kind:
            tag = reader.number(1)
            if tag > 1:
                raise CodecError(f"byte {reader.at - 1}: an option starts with 0 or 1, not {tag}")
            return self.decode(kind["option"], reader) if tag else None
        if "vec" in kind:
            count = reader.number(4)
            if count > MAX_ITEMS:
                raise CodecError(f"byte {reader.at - 4}: {count} elements cannot be")
            return [self.decode(kind["vec"], reader) for _ in range(count)]
        if "array" in kind:
            inner, length = kind["array"]
            return [self.decode(inner, reader) for _ in range(length)]
        return self.decode_struct(kind["defined"]["name"], reader)

    def decode_struct(self, name: str, reader: DataReader) -> Any:
        """The next struct, as a Record, or as a tuple if its fields have no names; an enum as its variant's name."""
        body = self._types[name]
        if body["kind"] == "enum":
            variants = [v["name"] for v in body["variants"]]
            tag = reader.number(1)
            if tag >= len(variants):
                raise CodecError(f"byte {reader.at - 1}: {name} has no variant {tag}")
            listed: list[dict[str, Any]] = body["variants"]
            if any("fields" in v for v in listed):
                fields: list[dict[str, Any]] = listed[tag].get("fields", [])
                return DecodedRecord(variants[tag], {f["name"]: self.decode(f["type"], reader) for f in fields})
            return variants[tag]
        if _is_tuple(body.get("fields", [])):
            return tuple(self.decode(t, reader) for t in body["fields"])
        return DecodedRecord(name, {f["name"]: self.decode(f["type"], reader) for f in body.get("fields", [])})

    def follow(self, record: DecodedRecord, path: list[str]) -> tuple[Any, Any]:
        """The IDL type and the value of a field, possibly of a field of a field."""
        kind: Any = {"defined": {"name": type_name_of(record)}}
        value: Any = record
        for part in path:
            fields = self._types[kind["defined"]["name"]]["fields"]
            kind = next(f["type"] for f in fields if f["name"] == part)
            value = value[part]
        return kind, value


def _encode_simple(kind: str, value: Any, path: str) -> bytes:
    if kind in _INTEGERS:
        size, signed = _INTEGERS[kind]
        if isinstance(value, bool) or not isinstance(value, int):
            raise CodecError(f"{path}: {value!r} is not an integer ({kind})")
        try:
            return int(value).to_bytes(size, "little", signed=signed)
        except OverflowError:
            raise CodecError(f"{path}: {value} does not fit {kind}") from None
    if kind == "f64" and isinstance(value, int | float):
        return struct.pack("<d", value)
    if kind == "bool" and isinstance(value, bool):
        return bytes([value])
    if kind == "string" and isinstance(value, str):
        raw = value.encode()
        return struct.pack("<I", len(raw)) + raw
    if kind == "bytes" and isinstance(value, bytes | bytearray | list):
        raw = bytes(cast("bytes | list[int]", value))
        return struct.pack("<I", len(raw)) + raw
    if kind == "pubkey":
        return bytes(address_of(value, path))
    raise CodecError(f"{path}: {value!r} is not a {kind}")


def _decode_simple(kind: str, reader: DataReader) -> Any:
    if kind in _INTEGERS:
        return reader.number(*_INTEGERS[kind])
    match kind:
        case "f64":
            return struct.unpack("<d", reader.take(8))[0]
        case "bool":
            value = reader.number(1)
            if value > 1:
                raise CodecError(f"byte {reader.at - 1}: a bool is 0 or 1, not {value}")
            return bool(value)
        case "string":
            return reader.take(reader.number(4)).decode()
        case "bytes":
            return reader.take(reader.number(4))
        case "pubkey":
            return Pubkey(reader.take(32))
        case _:
            raise CodecError(f"the IDL type {kind!r} cannot be decoded")


def _is_tuple(fields: list[Any]) -> bool:
    """Whether a struct's fields have no names; with names they are {"name": ..., "type": ...}."""
    return bool(fields) and not (isinstance(fields[0], dict) and "type" in fields[0])


def _items(value: Any, path: str) -> Sequence[Any]:
    if isinstance(value, str) or not isinstance(value, Sequence):
        raise CodecError(f"{path}: {value!r} is not a list")
    return cast("Sequence[Any]", value)


def _field(value: Any, name: str, path: str) -> Any:
    if isinstance(value, Mapping):
        fields = cast("Mapping[str, Any]", value)
        if name not in fields:
            raise CodecError(f"{path}: the field {name!r} is missing")
        return fields[name]
    try:
        return getattr(value, name)
    except AttributeError:
        raise CodecError(f"{path}: {value!r} has no field {name!r}; give a dict of the fields") from None


def _variant(names: list[str], value: Any, path: str) -> int:
    if isinstance(value, enum.Enum):
        value = value.name
    if isinstance(value, str):
        spelled = value if value in names else pascal_case(value)
        if spelled in names:
            return names.index(spelled)
    elif isinstance(value, int) and 0 <= value < len(names):
        return value
    raise CodecError(f"{path} has no variant {value!r}; it has {', '.join(names)}")
