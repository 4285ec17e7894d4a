"""Structs, enums and unions as classes that read and write themselves."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from seahorse.client.names import Scope, check_name, class_name, upper_name
from seahorse.client.text import docstring, kept, listed, literal, union
from seahorse.client.types import ClientTypes, unique
from seahorse.stubs.document import IdlField, IdlType
from seahorse.stubs.names import snake_case

RESERVED = ("read", "write", "decode", "encode", "fetch", "fetch_many", "fetch_all", "decode_return", "data", "out")


@dataclass(frozen=True)
class RecordField:
    """A field: its name in Python, its annotation and codec, and the IDL's words."""

    name: str
    text: str
    codec: str
    field: IdlField


@dataclass(frozen=True)
class CodeBlock:
    """Lines of a module, and the names of other modules' classes that they use."""

    lines: list[str]
    uses: frozenset[str]


def members(types: ClientTypes, fields: Sequence[IdlField], what: str) -> tuple[list[RecordField], frozenset[str]]:
    """Fields as members of a class, and what they use. Raises LeftOut, and StubError for names that are none."""
    scope = Scope(RESERVED)
    found: list[RecordField] = []
    uses = frozenset[str]()
    for field in fields:
        written = types.written(field.type)
        name = scope.give(check_name(field.name, f"a field of {what}"))
        found.append(RecordField(name, written.text, written.codec, field))
        uses |= written.uses
    return found, uses


def head(name: str, base: str, docs: Sequence[str], fallback: str) -> list[str]:
    """The first lines of a record's class."""
    return ["@dataclass(frozen=True, slots=True)", f"class {name}{base}:", *docstring(docs, "    ", fallback)]


def field_lines(fields: Sequence[RecordField]) -> list[str]:
    """The declarations of fields, after an empty line where there are any."""
    lines: list[str] = []
    for one in fields:
        lines.append(kept(f"    {one.name}: {one.text}"))
        lines += docstring(one.field.docs, "    ", "") if one.field.docs else []
    return ["", *lines] if lines else []


def codecs(fields: Sequence[RecordField]) -> list[str]:
    """How the fields are read and written."""
    return listed("CODECS = ", (one.codec for one in fields), "()", "    ") if fields else []


def record(types: ClientTypes, t: IdlType) -> CodeBlock:
    """A type as a class (a union as several, and the name of them all). Raises LeftOut."""
    name = types.classes[t.name]
    if t.kind == "struct":
        fields, uses = members(types, t.fields, t.name)
        return CodeBlock(_plain(name, t.docs, f"`{t.name}`.", fields), uses)
    return _union(types, t, name) if types.has_data(t) else _enum(t, name)


def _plain(name: str, docs: Sequence[str], fallback: str, fields: Sequence[RecordField]) -> list[str]:
    told = codecs(fields)
    return [*head(name, "(codec.Record)", docs, fallback), *(["", *told] if told else []), *field_lines(fields)]


def _enum(t: IdlType, name: str) -> CodeBlock:
    unique((v.name for v in t.variants), f"the variant of `{t.name}`:")
    scope = Scope(("READ", "WRITE"))
    lines = [f"class {name}(StrEnum):", *docstring(t.docs, "    ", f"`{t.name}`."), ""]
    for variant in t.variants:
        snake = snake_case(check_name(variant.name, f"a variant of {t.name}"))
        lines.append(f"    {scope.give(upper_name(snake))} = {literal(variant.name)}")
        lines += docstring(variant.docs, "    ", "") if variant.docs else []
    lines += [] if t.variants else ["    # It has no variants, and so no value."]
    return CodeBlock(
        [
            *lines,
            "",
            "    @classmethod",
            "    def read(cls, data: codec.Reader, /) -> Self:",
            '        """Takes one from the data. Raises DecodeError."""',
            "        return codec.read_variant(cls, data)",
            "",
            "    def write(self, out: bytearray, /) -> None:",
            '        """Appends it to the data."""',
            "        codec.write_variant(self, out)",
        ],
        frozenset({"StrEnum"}),
    )


def _union(types: ClientTypes, t: IdlType, name: str) -> CodeBlock:
    unique((v.name for v in t.variants), f"the variant of `{t.name}`:")
    lines: list[str] = []
    uses = frozenset({"TypeAlias"})
    classes: list[str] = []
    for variant in t.variants:
        own = types.give_class(name + class_name(check_name(variant.name, f"a variant of {t.name}")))
        fields, used = members(types, variant.fields, f"{t.name}.{variant.name}")
        lines += [*_plain(own, variant.docs, f"`{t.name}.{variant.name}`.", fields), "", ""]
        uses |= used
        classes.append(own)
    lines += [*union(name, classes), *docstring(t.docs, "", f"`{t.name}`: one of its variants.")]
    lines += listed(f"{types.codecs[t.name]}: codec.Codec[{name}] = codec.union", [literal(t.name), *classes], "()")
    return CodeBlock(lines, uses)
