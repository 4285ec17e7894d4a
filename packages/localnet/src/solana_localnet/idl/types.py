"""Borsh bytes to values, by the types of an IDL."""

import struct
from dataclasses import dataclass, field
from typing import Any, cast

from solders.pubkey import Pubkey

MAX_DEPTH = 32
"""The most types within types: an IDL may have a type that contains itself."""
MAX_VALUES = 20_000
"""The most values of one decoded blob: a stranger may have written the length of a vector."""

NUMBERS = {"u8": 1, "i8": 1, "u16": 2, "i16": 2, "u32": 4, "i32": 4, "u64": 8, "i64": 8}
WIDE = {"u128": 16, "i128": 16, "u256": 32, "i256": 32}
INTEGERS = NUMBERS | WIDE
FLOATS = {"f32": "<f", "f64": "<d"}
KEYS = ("pubkey", "publicKey")


class Mismatch(ValueError):
    """The bytes are not of the type, or the type makes no sense."""


@dataclass(slots=True)
class IdlValue:
    """A decoded value. type: as a person writes it; plain: as JSON; parts: named members, of a compound value;
    variant: which one, of an enum that has fields.

    Integers of 64 bits and more are strings in `plain`, since JavaScript cannot hold them.
    """

    type: str
    plain: Any
    parts: "list[tuple[str, IdlValue]]" = field(default_factory=list["tuple[str, IdlValue]"])
    variant: str | None = None

    def tree(self, name: str) -> dict[str, Any]:
        """The value with its types, for display."""
        body: dict[str, Any] = {"name": name, "type": self.type}
        if self.parts:
            body["parts"] = [value.tree(part) for part, value in self.parts]
            if self.variant is not None:
                body["value"] = self.variant
        else:
            body["value"] = self.plain
        return body


class ValueReader:
    """Reads values from front to back. types: the IDL's own types by name."""

    def __init__(self, data: bytes, types: dict[str, Any]) -> None:
        self.data = data
        self.types = types
        self.at = 0
        self._values = 0

    def take(self, size: int) -> bytes:
        """The next `size` bytes. Raises Mismatch."""
        end = self.at + size
        if end > len(self.data):
            raise Mismatch(f"{len(self.data)} bytes are too few")
        part = self.data[self.at : end]
        self.at = end
        return part

    def fields(self, items: list[Any], generics: dict[str, Any] | None = None, depth: int = 0) -> IdlValue:
        """A list of fields: named ones ({name, type}) or, in a tuple, types alone."""
        parts: list[tuple[str, IdlValue]] = []
        for index, item in enumerate(items):
            if isinstance(item, dict) and "name" in item and "type" in item:
                entry = cast(dict[str, Any], item)
                parts.append((str(entry["name"]), self.read(entry["type"], generics, depth + 1)))
            else:
                parts.append((str(index), self.read(item, generics, depth + 1)))
        return IdlValue("struct", {name: value.plain for name, value in parts}, parts)

    def read(self, kind: Any, generics: dict[str, Any] | None = None, depth: int = 0) -> IdlValue:
        """One value of type `kind`. generics: what the type's own parameters stand for."""
        self._values += 1
        if depth > MAX_DEPTH or self._values > MAX_VALUES:
            raise Mismatch("the type is too deep or the value too long")
        if isinstance(kind, str):
            return self._simple(kind)
        if isinstance(kind, dict) and len(cast(dict[str, Any], kind)) >= 1:
            name, argument = next(iter(cast(dict[str, Any], kind).items()))
            if name in ("option", "coption"):
                return self._option(name, argument, generics, depth)
            if name == "vec":
                return self._items("vec", argument, int.from_bytes(self.take(4), "little"), generics, depth)
            if name == "array":
                return self._array(argument, generics, depth)
            if name == "defined":
                return self._defined(argument, generics, depth)
            if name == "generic" and generics is not None and argument in generics:
                return self.read(generics[argument], None, depth + 1)
        raise Mismatch(f"the type {kind!r} is not known")

    def _simple(self, kind: str) -> IdlValue:
        if kind == "bool":
            byte = self.take(1)[0]
            if byte > 1:
                raise Mismatch(f"{byte} is no bool")
            return IdlValue(kind, bool(byte))
        if kind in INTEGERS:
            number = int.from_bytes(self.take(INTEGERS[kind]), "little", signed=kind[0] == "i")
            return IdlValue(kind, number if INTEGERS[kind] < 8 else str(number))
        if kind in KEYS:
            return IdlValue("pubkey", str(Pubkey(self.take(32))))
        if kind in FLOATS:
            # JSON has no infinities and no NaN.
            return IdlValue(kind, repr(struct.unpack(FLOATS[kind], self.take(struct.calcsize(FLOATS[kind])))[0]))
        if kind in ("string", "bytes"):
            raw = self.take(int.from_bytes(self.take(4), "little"))
            return IdlValue(kind, raw.hex() if kind == "bytes" else raw.decode())
        raise Mismatch(f"the type {kind!r} is not known")

    def _option(self, name: str, kind: Any, generics: dict[str, Any] | None, depth: int) -> IdlValue:
        tag = int.from_bytes(self.take(1 if name == "option" else 4), "little")
        if tag > 1:
            raise Mismatch(f"{tag} is no option")
        shown = f"option<{type_text(kind)}>"
        if tag == 0:
            return IdlValue(shown, None)
        inner = self.read(kind, generics, depth + 1)
        return IdlValue(shown, inner.plain, inner.parts)

    def _array(self, argument: Any, generics: dict[str, Any] | None, depth: int) -> IdlValue:
        kind, length = cast(list[Any], argument)
        if isinstance(length, dict):
            length = (generics or {}).get(str(cast(dict[str, Any], length).get("generic")), None)
        if not isinstance(length, int | str):
            raise Mismatch(f"{argument!r} is no array")
        return self._items("array", kind, int(length), generics, depth)

    def _items(self, name: str, kind: Any, count: int, generics: dict[str, Any] | None, depth: int) -> IdlValue:
        shown = f"vec<{type_text(kind)}>" if name == "vec" else f"[{type_text(kind)}; {count}]"
        if kind == "u8":
            return IdlValue(shown, self.take(count).hex())
        parts = [(str(index), self.read(kind, generics, depth + 1)) for index in range(count)]
        return IdlValue(shown, [value.plain for _, value in parts], parts)

    def _defined(self, argument: Any, generics: dict[str, Any] | None, depth: int) -> IdlValue:
        name = argument if isinstance(argument, str) else str(cast(dict[str, Any], argument)["name"])
        definition = self.types.get(name)
        if definition is None:
            raise Mismatch(f"the IDL does not define {name}")
        bound = _bind(definition, argument, generics)
        body = definition["type"]
        if body["kind"] == "struct":
            value = self.fields(body.get("fields") or [], bound, depth + 1)
            return IdlValue(name, value.plain, value.parts)
        if body["kind"] == "enum":
            return self._enum(name, body["variants"], bound, depth)
        if body["kind"] in ("type", "alias"):
            value = self.read(body.get("alias", body.get("value")), bound, depth + 1)
            return IdlValue(name, value.plain, value.parts)
        raise Mismatch(f"{name} is neither struct, enum nor alias")

    def _enum(self, name: str, variants: list[dict[str, Any]], generics: dict[str, Any] | None, depth: int) -> IdlValue:
        index = self.take(1)[0]
        if index >= len(variants):
            raise Mismatch(f"{name} has no variant {index}")
        variant = variants[index]
        if not variant.get("fields"):
            return IdlValue(name, variant["name"])
        inner = self.fields(variant["fields"], generics, depth + 1)
        plain = {"kind": variant["name"], "fields": inner.plain}
        return IdlValue(name, plain, inner.parts, variant["name"])


def members(fields: dict[str, Any], name: str) -> list[Any]:
    """A list member of a JSON object; empty when it is absent or null. Raises TypeError when it is no list."""
    value = fields.get(name)
    if value is None:
        return []
    if not isinstance(value, list):
        raise TypeError(f"`{name}` is not a list")
    return cast(list[Any], value)


def _bind(definition: dict[str, Any], argument: Any, outer: dict[str, Any] | None) -> dict[str, Any] | None:
    """The values of a generic type's parameters in this use of it."""
    names = members(definition, "generics")
    given = members(cast(dict[str, Any], argument), "generics") if isinstance(argument, dict) else []
    if not names:
        return None
    bound: dict[str, Any] = {}
    for parameter, value in zip(names, given, strict=False):
        entry = value.get("type", value.get("value"))
        if isinstance(entry, dict) and "generic" in entry:
            entry = (outer or {}).get(cast(dict[str, str], entry)["generic"])
        bound[parameter["name"]] = entry
    return bound


def type_text(kind: Any) -> str:
    """A type as a person writes it."""
    if isinstance(kind, str):
        return "pubkey" if kind in KEYS else kind
    if isinstance(kind, dict) and len(cast(dict[str, Any], kind)) >= 1:
        name, argument = next(iter(cast(dict[str, Any], kind).items()))
        if name == "defined":
            return argument if isinstance(argument, str) else str(cast(dict[str, Any], argument).get("name"))
        if name == "array" and isinstance(argument, list):
            inner, length = (*cast(list[Any], argument), "?", "?")[:2]
            return f"[{type_text(inner)}; {length}]"
        if name == "generic":
            return str(argument)
        return f"{name}<{type_text(argument)}>"
    return str(cast(Any, kind))
