"""Types whose values may be addresses of bytes that something else owns: text, bytes, keys, and what holds them."""

from __future__ import annotations

from seahorse.semantics.tree.types import BytesType, OptionType, PubkeyType, StrType, TupleType, Type


def holds_text(t: Type) -> bool:
    """Whether a value of the type is, or has in it, the address of text. Memory that stores it stores the address."""
    match t:
        case StrType() | BytesType():
            return True
        case OptionType():
            return holds_text(t.inner)
        case TupleType():
            return any(holds_text(e) for e in t.elems)
        case _:
            return False


def holds_key(t: Type) -> bool:
    """Whether a value of the type is, or has in it, the address of a key. Memory that stores it stores the 32 bytes."""
    match t:
        case PubkeyType():
            return True
        case OptionType():
            return holds_key(t.inner)
        case TupleType():
            return any(holds_key(e) for e in t.elems)
        case _:
            return False


def is_view(t: Type) -> bool:
    """Whether the bytes of a value of the type may lie in memory that something else owns."""
    return holds_text(t) or holds_key(t)
