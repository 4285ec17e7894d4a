"""Types of an IDL, as the language writes them."""

from __future__ import annotations

from typing import Any

from seahorse.stubs.document import IdlDocument, IdlType
from seahorse.stubs.names import free

_PLAIN = {
    **{name: name for name in ("u8", "u16", "u32", "u64", "u128", "i8", "i16", "i32", "i64", "i128", "f64", "bool")},
    "string": "str",
    "bytes": "bytes",
    "pubkey": "Pubkey",
    "publicKey": "Pubkey",
}


class Unwritable(Exception):
    """A type that the language does not have; the message says which."""


class Types:
    """Writes the types of one IDL."""

    def __init__(self, document: IdlDocument) -> None:
        self._types = document.types

    def text(self, t: Any) -> str:
        """A type as a program writes it. Raises Unwritable."""
        match t:
            case str() if t in _PLAIN:
                return _PLAIN[t]
            case {"option": inner}:
                return f"Optional[{self.text(inner)}]"
            case {"vec": inner}:
                return f"List[{self.text(inner)}]"
            case {"array": [inner, int() as length]}:
                return f"Array[{self.text(inner)}, {length}]"
            case {"tuple": inners}:
                return f"Tuple[{', '.join(self.text(i) for i in inners)}]"
            case {"defined": {"name": str() as name}} | {"defined": str() as name}:
                return self._defined(name)
            case _:
                raise Unwritable(f"the language has no type for {t}")

    def _defined(self, name: str) -> str:
        known = self._types.get(name)
        if known is None:
            raise Unwritable(f"the IDL does not define `{name}`")
        self.check(known)
        if known.kind == "type":
            return self.text(known.fields[0].type)
        return free(name)

    def check(self, t: IdlType, seen: tuple[str, ...] = ()) -> None:
        """Raises Unwritable when a type, or one in it, cannot be written."""
        if t.name in seen:
            raise Unwritable(f"`{t.name}` holds itself")
        if t.generic:
            raise Unwritable(f"`{t.name}` is generic")
        if t.layout is not None:
            raise Unwritable(f"`{t.name}` is laid out by `{t.layout}`, and not by Borsh")
        for variant in t.variants:
            if variant.fields:
                raise Unwritable(f"`{t.name}.{variant.name}` is a variant with data")
        for name in self.mentioned(t):
            if name in self._types:
                self.check(self._types[name], (*seen, t.name))
        for field in t.fields:
            self.text(field.type)

    def mentioned(self, t: IdlType) -> list[str]:
        """The names of the types in the fields of a type."""
        return [name for field in t.fields for name in _names(field.type)]


def _names(t: Any) -> list[str]:
    match t:
        case {"defined": {"name": str() as name}} | {"defined": str() as name}:
            return [name]
        case {"option": inner} | {"vec": inner} | {"array": [inner, _]}:
            return _names(inner)
        case {"tuple": inners}:
            return [name for inner in inners for name in _names(inner)]
        case _:
            return []
