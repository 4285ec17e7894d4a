"""A small Borsh codec, compiled from an IDL: instruction arguments to bytes, account and event data to dictionaries."""

from __future__ import annotations

import struct
from collections.abc import Callable
from typing import Any

from solders.pubkey import Pubkey

Json = dict[str, Any]
Reader = Callable[[bytes, int], tuple[Any, int]]
Writer = Callable[[Any], bytes]

INTEGERS = {f"{sign}{size * 8}": (size, sign == "i") for sign in "ui" for size in (1, 2, 4, 8, 16)}


class Codec:
    """Encodes and decodes the types of one IDL (spec 0.1.0). Enums are their variant's name, pubkeys are Pubkey."""

    def __init__(self, idl: Json) -> None:
        self._types = {entry["name"]: entry["type"] for entry in idl["types"]}
        self._readers: dict[str, Reader] = {}

    def reader(self, kind: Any) -> Reader:
        """A function from bytes and an offset to a value and the offset after it."""
        if isinstance(kind, str):
            return _simple_reader(kind)
        if "option" in kind:
            return _option_reader(self.reader(kind["option"]))
        if "array" in kind:
            inner, length = kind["array"]
            return _u64s_reader(length) if inner == "u64" else _array_reader(self.reader(inner), length)
        name = kind["defined"]["name"]
        if name not in self._readers:
            self._readers[name] = self._defined_reader(name)
        return self._readers[name]

    def _defined_reader(self, name: str) -> Reader:
        shape = self._types[name]
        if shape["kind"] == "enum":
            variants = [variant["name"] for variant in shape["variants"]]
            return lambda data, at: (variants[data[at]], at + 1)
        fields = [(field["name"], self.reader(field["type"])) for field in shape["fields"]]

        def read(data: bytes, at: int) -> tuple[dict[str, Any], int]:
            found: dict[str, Any] = {}
            for field, reader in fields:
                found[field], at = reader(data, at)
            return found, at

        return read

    def writer(self, kind: Any) -> Writer:
        """A function from a value to bytes."""
        if isinstance(kind, str):
            return _simple_writer(kind)
        if "option" in kind:
            inner = self.writer(kind["option"])
            return lambda value: b"\0" if value is None else b"\1" + inner(value)
        shape = self._types[kind["defined"]["name"]]
        if shape["kind"] == "struct":
            fields = [(field["name"], self.writer(field["type"])) for field in shape["fields"]]
            return lambda value: b"".join(write(value[name]) for name, write in fields)
        variants = [variant["name"] for variant in shape["variants"]]
        return lambda value: bytes([variants.index(value)])


def _simple_reader(kind: str) -> Reader:
    if kind in INTEGERS:
        size, signed = INTEGERS[kind]
        return lambda data, at: (int.from_bytes(data[at : at + size], "little", signed=signed), at + size)
    if kind == "bool":
        return lambda data, at: ({0: False, 1: True}[data[at]], at + 1)
    if kind == "pubkey":
        return lambda data, at: (Pubkey(data[at : at + 32]), at + 32)
    if kind == "string":
        return _read_string
    raise ValueError(f"no reader for {kind}")


def _read_string(data: bytes, at: int) -> tuple[str, int]:
    end = at + 4 + int.from_bytes(data[at : at + 4], "little")
    return data[at + 4 : end].decode(), end


def _option_reader(inner: Reader) -> Reader:
    return lambda data, at: inner(data, at + 1) if {0: False, 1: True}[data[at]] else (None, at + 1)


def _array_reader(inner: Reader, length: int) -> Reader:
    def read(data: bytes, at: int) -> tuple[list[Any], int]:
        items: list[Any] = []
        for _ in range(length):
            item, at = inner(data, at)
            items.append(item)
        return items, at

    return read


def _u64s_reader(length: int) -> Reader:
    """The two histograms of an epoch are most of what there is to read."""
    layout = struct.Struct(f"<{length}Q")
    return lambda data, at: (list(layout.unpack_from(data, at)), at + layout.size)


def _simple_writer(kind: str) -> Writer:
    if kind in INTEGERS:
        size, signed = INTEGERS[kind]
        return lambda value: value.to_bytes(size, "little", signed=signed)
    if kind == "bool":
        return lambda value: bytes([value])
    if kind == "pubkey":
        return bytes
    if kind == "string":
        return lambda value: len(value.encode()).to_bytes(4, "little") + value.encode()
    raise ValueError(f"no writer for {kind}")
