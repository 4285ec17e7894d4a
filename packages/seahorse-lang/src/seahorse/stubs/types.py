"""Types of an IDL, as the language writes them."""

from __future__ import annotations

from typing import Any

from seahorse.ir.layout import pascal_case
from seahorse.stubs.document import IdlDocument, IdlField, IdlType, IdlVariant
from seahorse.stubs.names import free

_PLAIN = {
    **{name: name for name in ("u8", "u16", "u32", "u64", "u128", "i8", "i16", "i32", "i64", "i128", "f64", "bool")},
    "u256": "u256",
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
        if has_data(t):
            self._check_variants(t)
        for name in self.mentioned(t):
            if name in self._types:
                self.check(self._types[name], (*seen, t.name))
        for field in _all_fields(t):
            self.text(field.type)

    def _check_variants(self, t: IdlType) -> None:
        if len(t.variants) < 2:
            raise Unwritable(f"`{t.name}.{t.variants[0].name}` is the only variant, and has data")
        for variant in t.variants:
            if variant_class(t, variant) in map(free, self._types):
                raise Unwritable(f"`{t.name}.{variant.name}` and a type have one name")

    def mentioned(self, t: IdlType) -> list[str]:
        """The names of the types in the fields of a type."""
        return [name for field in _all_fields(t) for name in _names(field.type)]


def has_data(t: IdlType) -> bool:
    """Whether a type is an enum with data: objects of several classes here."""
    return any(v.fields for v in t.variants)


def variant_class(t: IdlType, variant: IdlVariant) -> str:
    """The class of a variant with data."""
    return free(t.name) + pascal_case(variant.name)


def _all_fields(t: IdlType) -> list[IdlField]:
    return [*t.fields, *(f for v in t.variants for f in v.fields)]


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
