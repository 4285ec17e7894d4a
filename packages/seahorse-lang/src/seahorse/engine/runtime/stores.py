"""Assignments to fields of an account: a text, bytes or an optional lies in the account's data and must fit at once."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from seahorse.engine.code.program import ProgramCode
from seahorse.engine.state.errors import custom
from seahorse.engine.values.borsh import ByteReader, Misfit, encode
from seahorse.ir.errors import AnchorError
from seahorse.ir.layout import account_space
from seahorse.semantics.tree import AccountDecl, Field
from seahorse.semantics.tree.types import (
    BoolType,
    BytesType,
    EnumType,
    FloatType,
    IntType,
    OptionType,
    PubkeyType,
    StrType,
    Type,
)

_INSIDE_OPTION = IntType | FloatType | BoolType | EnumType | PubkeyType | StrType | BytesType
# Borsh: the length in front of a text, the tag in front of an optional.
_LENGTH, _TAG = 4, 1


def stored(code: ProgramCode, account: Any, decl: AccountDecl, data: bytearray, name: str, value: Any) -> Any:
    """The value that a field gets. `data`: the account's, as it was last written.

    Raises InstructionError when the value is longer than its type, or the account has no room for it.
    """
    field = decl.field(name)
    if field is None or not _at_once(field.type):
        return value
    t = field.type.inner if isinstance(field.type, OptionType) else field.type
    too_long = isinstance(t, StrType) and t.max_len is not None and value is not None and _bytes(value) > t.max_len
    if too_long or not _has_room(code, decl, data, {**account.__dict__, name: value}):
        raise custom(AnchorError.AccountDidNotSerialize)
    # The account of a text that was read does not matter any more: this one has passed the check.
    return str(value) if isinstance(value, str) else value


def _at_once(t: Type) -> bool:
    """Whether a field of variable size is written where it is assigned; lists and objects are when the call ends."""
    if isinstance(t, OptionType):
        return isinstance(t.inner, _INSIDE_OPTION)
    return isinstance(t, StrType | BytesType)


def _has_room(code: ProgramCode, decl: AccountDecl, data: bytearray, values: dict[str, Any]) -> bool:
    """Whether the fields fit in the data: those that are written at once as they are now, lists as they were."""
    space = account_space(decl)
    if space is not None and len(data) >= space:
        return True
    before = SimpleNamespace()
    try:
        ByteReader(data[decl.header :], code).fields(before, decl.fields)
    except Misfit:
        # A closed account has no data; what another program has made of it is not known here.
        return bool(data)
    size = sum(_size(f, values[f.name]) if _at_once(f.type) else _listed(f, before) for f in decl.fields)
    return decl.header + size <= len(data)


def _listed(field: Field, before: SimpleNamespace) -> int:
    size = field.type.fixed_size
    return len(encode(field.type, before.__dict__[field.name])) if size is None else size


def _size(field: Field, value: Any) -> int:
    t, tag = (field.type.inner, _TAG) if isinstance(field.type, OptionType) else (field.type, 0)
    if value is None:
        return tag
    return tag + (_LENGTH + _bytes(value) if isinstance(t, StrType | BytesType) else t.fixed_size or 0)


def _bytes(value: Any) -> int:
    return len(value.encode() if isinstance(value, str) else value)
