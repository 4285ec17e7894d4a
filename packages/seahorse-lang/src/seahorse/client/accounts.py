"""Accounts: records that are fetched from a node, with filters for the fields that have a fixed place."""

from __future__ import annotations

from seahorse.client.names import Scope
from seahorse.client.records import CodeBlock, RecordField, codecs, field_lines, head, members
from seahorse.client.text import call, docstring, item, listed
from seahorse.client.text import discriminator as tag_of
from seahorse.client.types import ClientTypes
from seahorse.stubs.document import IdlType

FILTER_BYTES = 128


def account(types: ClientTypes, t: IdlType, discriminator: bytes, program: str, *, apart: bool) -> CodeBlock:
    """The class of an account. `apart`: its fields stand in `types`, since other types have them too. Raises
    LeftOut."""
    name = types.classes[t.name]
    fields, uses = members(types, t.fields, t.name)
    if apart:
        lines = [f"class {name}(types.{name}, fetching.Account):", *docstring(t.docs, "    ", f"`{t.name}`."), ""]
        lines += ["    __slots__ = ()"]
        uses = frozenset[str]()
    else:
        lines = [*head(name, "(fetching.Account)", t.docs, f"`{t.name}`."), ""]
    lines += [
        *tag_of(discriminator),
        f"    OWNER: ClassVar[Pubkey] = PROGRAMS.{program}",
    ]
    lines += [*codecs(fields), *field_lines(fields)] if not apart else []
    filters = _filters(types, fields, len(discriminator))
    used = uses | {use for one, _ in filters for use in types.written(one.field.type).uses}
    return CodeBlock([*lines, *_fetch_all(filters)], used)


def _filters(types: ClientTypes, fields: list[RecordField], start: int) -> list[tuple[RecordField, int]]:
    """The fields that lie at the same place in every account, and where: up to the first of no fixed size, and that."""
    found: list[tuple[RecordField, int]] = []
    offset = start
    for one in fields:
        size = types.size(one.field.type)
        if size is None or size <= FILTER_BYTES:
            found.append((one, offset))
        if size is None:
            break
        offset += size
    return found


def _fetch_all(filters: list[tuple[RecordField, int]]) -> list[str]:
    scope = Scope(("connection", "owned_by", "owner", "filters"))
    named = [(scope.give(one.name), one, offset) for one, offset in filters]
    parameters = [f"{name}: {_or_unset(one.text)} = UNSET" for name, one, _ in named]
    compared = [item("fetching.memcmp", [str(offset), one.codec, name], 12) for name, one, offset in named]
    whole = ["cls", "connection: Connection", "*", *parameters, "owned_by: Pubkey | None = None"]
    return [
        "",
        "    @classmethod",
        *call("async def fetch_all", whole, " -> dict[Pubkey, Self]:", "    "),
        '        """Every account of this type, by address; with values of fields, those that have',
        "        them: the node compares, at most three of them.",
        '        """',
        *listed("filters: list[fetching.Memcmp | None] = ", compared, "[]", "        "),
        "        owner = owned_by or cls.OWNER",
        "        return await fetching.fetch_all(connection, cls, owner, filters)",
    ]


def _or_unset(text: str) -> str:
    """None stands last in a union."""
    return f"{text.removesuffix(' | None')} | Unset | None" if text.endswith(" | None") else f"{text} | Unset"
