"""Literal values of the checked tree, as Borsh and as JSON: the defaults of instruction parameters."""

from __future__ import annotations

import struct
from typing import Any

from seahorse.ir.addresses import encode_base58
from seahorse.ir.layout import pascal_case
from seahorse.semantics import tree
from seahorse.semantics.tree.types import FloatType, IntType, OptionType, U256Type


def literal_json(value: tree.Expr) -> Any:
    """The value for an IDL: an address in base58, a member of an enum by its name there, bytes as numbers."""
    match value:
        case tree.IntLit() | tree.FloatLit() | tree.BoolLit() | tree.StrLit():
            return value.value
        case tree.BytesLit():
            return list(value.value)
        case tree.PubkeyLit(type=U256Type()):
            return int.from_bytes(value.value, "little")
        case tree.PubkeyLit():
            return encode_base58(value.value)
        case tree.EnumLit():
            return pascal_case(value.variant)
        case tree.TupleLit(items=items) | tree.ListLit(items=items) | tree.ArrayLit(items=items):
            return [literal_json(i) for i in items]
        case tree.Coerce(type=FloatType(), value=inner):
            return float(literal_json(inner))
        case tree.Coerce(value=inner):
            return literal_json(inner)
        case _:
            return None


def literal_bytes(value: tree.Expr) -> bytes:
    """The value in Borsh. Raises TypeError for what is no literal."""
    match value:
        case tree.IntLit(type=IntType(bits=bits, signed=signed)):
            return value.value.to_bytes(bits // 8, "little", signed=signed)
        case tree.FloatLit():
            return struct.pack("<d", value.value)
        case tree.BoolLit():
            return bytes([value.value])
        case tree.StrLit():
            return _counted(value.value.encode())
        case tree.BytesLit():
            return _counted(value.value)
        case tree.PubkeyLit():
            return value.value
        case tree.NoneLit():
            return b"\0"
        case tree.EnumLit():
            return bytes([value.ordinal])
        case tree.TupleLit(items=items) | tree.ArrayLit(items=items):
            return b"".join(map(literal_bytes, items))
        case tree.ListLit(items=items):
            return struct.pack("<I", len(items)) + b"".join(map(literal_bytes, items))
        case tree.Coerce(type=OptionType(), value=inner) if not isinstance(inner.type, OptionType):
            return b"\1" + literal_bytes(inner)
        case tree.Coerce(type=IntType(bits=bits, signed=signed), value=tree.IntLit(value=number)):
            return number.to_bytes(bits // 8, "little", signed=signed)
        case tree.Coerce(type=FloatType(), value=inner):
            return struct.pack("<d", float(literal_json(inner)))
        case tree.Coerce(value=inner):
            return literal_bytes(inner)
        case _:
            raise TypeError(f"{type(value).__name__} is no literal")


def _counted(data: bytes) -> bytes:
    return struct.pack("<I", len(data)) + data
