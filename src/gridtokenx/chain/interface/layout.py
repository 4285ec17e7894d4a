"""Where a field lies in an account, by the IDL: offsets for the filters of a node."""

from __future__ import annotations

from typing import Any, cast

DISCRIMINATOR_BYTES = 8
_SIZES = {"bool": 1, "f32": 4, "f64": 8, "pubkey": 32} | {
    f"{sign}{bits}": bits // 8 for sign in "iu" for bits in (8, 16, 32, 64, 128)
}


def field_offset(idl: dict[str, Any], account: str, field: str) -> int:
    """Bytes before a field of an account (IDL spec 0.1.0), the discriminator among them.

    Raises KeyError for a field that there is not, ValueError when a field before it has no fixed size.
    """
    offset = DISCRIMINATOR_BYTES
    for entry in _definition(idl, account)["fields"]:
        if entry["name"] == field:
            return offset
        offset += _size(idl, entry["type"])
    raise KeyError(f"{account} has no field {field}")


def variant_number(idl: dict[str, Any], enum: str, variant: str) -> int:
    """The number that a variant of an enum has in Borsh. Raises ValueError when the enum has no such variant."""
    names = [entry["name"] for entry in _definition(idl, enum)["variants"]]
    return names.index(variant)


def _definition(idl: dict[str, Any], name: str) -> dict[str, Any]:
    return next(entry["type"] for entry in idl["types"] if entry["name"] == name)


def _size(idl: dict[str, Any], kind: Any) -> int:
    if isinstance(kind, str) and kind in _SIZES:
        return _SIZES[kind]
    shape = cast("dict[str, Any]", kind) if isinstance(kind, dict) else {}
    if "array" in shape:
        element, length = shape["array"]
        return length * _size(idl, element)
    if "defined" in shape:
        definition = _definition(idl, shape["defined"]["name"])
        if definition["kind"] == "struct":
            return sum(_size(idl, entry["type"]) for entry in definition["fields"])
        if not any("fields" in variant for variant in definition["variants"]):
            return 1
    raise ValueError(f"{kind} has no fixed size")
