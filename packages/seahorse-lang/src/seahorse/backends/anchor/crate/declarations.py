"""The files of a crate that only declare: state, events, errors and constants."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence

from seahorse.backends.anchor.crate.crate import Crate
from seahorse.backends.anchor.crate.files import PRELUDE, file_text, header
from seahorse.backends.anchor.naming import names
from seahorse.backends.anchor.naming.errors import UnsupportedError
from seahorse.backends.anchor.naming.types import TypeNames, can_default, has_float, is_copy
from seahorse.backends.anchor.rust import items
from seahorse.backends.anchor.rust.blocks import Do, statements
from seahorse.backends.anchor.rust.calls import Macro
from seahorse.backends.anchor.rust.chains import Method, RustField
from seahorse.backends.anchor.rust.exprs import Atom, RustExpr
from seahorse.backends.anchor.rust.shape import line
from seahorse.diagnostics import Span
from seahorse.ir.layout import account_space, class_space, pascal_case
from seahorse.semantics import tree
from seahorse.semantics.tree.types import ArrayType, ListType, OptionType, StrType, Type

ERROR_CODE_OFFSET = 6000


# --- state ----------------------------------------------------------------------------------------------------


def state_file(crate: Crate) -> str | None:
    """Account types, classes and enums, with their methods; None when the program has none."""
    p = crate.program
    types = crate.functions.types("state")
    parts: list[list[str]] = []
    for account in p.accounts:
        parts.append(_account(crate, account, types))
        parts += _methods(crate, account)
    for decl in p.classes:
        parts.append(_class(crate, decl, types))
        parts += _methods(crate, decl)
    parts += [_enum(decl) for decl in p.enums]
    parts += [_repr(decl, types) for decl in crate.reprs]
    return file_text(crate.source, types, parts, without="crate::state") if parts else None


def _methods(crate: Crate, decl: tree.AccountDecl | tree.ClassDecl) -> list[list[str]]:
    made = crate.functions.methods_of(decl)
    return [items.implementation(f"impl {decl.name}", made)] if made else []


def _account(crate: Crate, decl: tree.AccountDecl, types: TypeNames) -> list[str]:
    attributes = [_marked("account", decl.discriminator)]
    sized = account_space(decl) is not None
    if sized:
        attributes.append("#[derive(InitSpace)]")
    fields = [_field(crate, f, types, sized) for f in decl.fields]
    return items.Struct(decl.name, fields, attributes, decl.docs).lines()


def _marked(attribute: str, discriminator: bytes | None) -> str:
    """The attribute that makes a struct an account or an event."""
    if discriminator is None:
        return f"#[{attribute}]"
    return f"#[{attribute}(discriminator = &{list(discriminator)})]"


def _class(crate: Crate, decl: tree.ClassDecl, types: TypeNames) -> list[str]:
    fields = decl.all_fields()
    derive = ["AnchorSerialize", "AnchorDeserialize", "Clone"]
    if all(is_copy(f.type) for f in fields):
        derive.append("Copy")
    derive.append("Debug")
    if all(can_default(f.type) for f in fields):
        derive.append("Default")
    derive.append("PartialEq")
    if not any(has_float(f.type) for f in fields):
        derive.append("Eq")
    sized = class_space(decl) is not None
    if sized:
        derive.append("InitSpace")
    body = [_field(crate, f, types, sized) for f in fields]
    return items.Struct(decl.name, body, _derive(derive), decl.docs).lines()


def _derive(derived: Sequence[str]) -> list[str]:
    one = f"#[derive({', '.join(derived)})]"
    # rustfmt breaks a list that is too long into full lines within the parentheses.
    if len(", ".join(derived)) <= 87:
        return [one]
    return [
        "#[derive(",
        *textwrap.wrap(", ".join(derived) + ",", 96, initial_indent="    ", subsequent_indent="    "),
        ")]",
    ]


def _field(crate: Crate, f: tree.Field, types: TypeNames, sized: bool) -> list[str]:
    out = items.docs(f.docs)
    comment = crate.comment_beside(f.span)
    if comment and not f.docs:
        out.append(f"// {comment}")
    limits = _limits(f.type) if sized else []
    if limits:
        out.append(f"#[max_len({', '.join(map(str, limits))})]")
    name = names.public(f.name)
    return [*out, f"pub {name}: {types.name(f.type, f.span)},"]


def _limits(t: Type) -> list[int]:
    """Maximum lengths in the order in which `InitSpace` wants them: outer before inner."""
    match t:
        case StrType(max_len=int(n)):
            return [n]
        case ListType(elem=elem, max_len=int(n)):
            return [n, *_limits(elem)]
        case OptionType(inner=inner) | ArrayType(elem=inner):
            return _limits(inner)
        case _:
            return []


def _enum(decl: tree.EnumDecl) -> list[str]:
    derive = "AnchorSerialize, AnchorDeserialize, Clone, Copy, Debug, Default, PartialEq, Eq, InitSpace"
    attributes = _derive(derive.split(", "))
    variants: list[list[str]] = []
    for i, name in enumerate(decl.variants):
        docs = items.docs(decl.variant_docs.get(name, []))
        variants.append([*docs, *(["#[default]"] if i == 0 else []), f"{pascal_case(name)},"])
    return items.RustEnum(decl.name, variants, _lint(decl.name, decl.variants) + attributes, decl.docs).lines()


def _lint(name: str, variants: Sequence[str]) -> list[str]:
    """clippy objects to variants that all begin or end alike; in the language the names are the author's."""
    words = [pascal_case(v) for v in variants]
    if len(words) < 3:
        return []
    first = {names.snake(w).split("_")[0] for w in words}
    last = {names.snake(w).split("_")[-1] for w in words}
    return ["#[allow(clippy::enum_variant_names)]"] if len(first) == 1 or len(last) == 1 else []


def _repr(decl: tree.EnumDecl | tree.ClassDecl, types: TypeNames) -> list[str]:
    """The text that Python prints for a value."""
    types.used.add(("crate::python", "Repr"))
    if isinstance(decl, tree.EnumDecl):
        arms = [f'            Self::{pascal_case(v)} => "{decl.name}.{v}",' for v in decl.variants]
        body = ["        let name = match self {", *arms, "        };", "        name.to_string()"]
    else:
        fields = decl.all_fields()
        template = ", ".join(f"{f.name}={{}}" for f in fields)
        value: RustExpr = Macro("format", [Atom(f'"{decl.label}({template})"'), *(_field_repr(f) for f in fields)])
        if not fields:
            value = Atom(f'"{decl.label}()".to_string()')
        body = ["        " + statements([Do(value, False)], line(8))]
    return [f"impl Repr for {types.declared(decl)} {{", "    fn repr(&self) -> String {", *body, "    }", "}"]


def _field_repr(f: tree.Field) -> RustExpr:
    return Method(RustField(Atom("self"), names.public(f.name)), "repr")


# --- events ---------------------------------------------------------------------------------------------------


def events_file(crate: Crate) -> str | None:
    types = crate.functions.types("events")
    parts: list[list[str]] = []
    for decl in crate.program.events:
        fields = [_field(crate, f, types, False) for f in decl.all_fields()]
        attributes = [_marked("event", decl.discriminator)]
        if crate.functions.has_constructor(decl):
            attributes.append("#[derive(Clone, Debug, Default)]")
        parts.append(items.Struct(decl.name, fields, attributes, decl.docs).lines())
        parts += _methods(crate, decl)
    return file_text(crate.source, types, parts, without="crate::events") if parts else None


# --- errors and constants -------------------------------------------------------------------------------------


def errors_file(crate: Crate) -> str | None:
    """One enum for every code the program raises: Anchor allows one. `offset = 0`: the numbers are the codes."""
    p = crate.program
    parts: list[list[str]] = []
    if crate.dialect.duplicate is None and "DUPLICATE_MUTABLE_ACCOUNT" in crate.helpers:
        parts.append(_DUPLICATE)
    if p.errors:
        parts.append(_error_enum(crate))
    return items.File(header(crate.source), [[PRELUDE]], parts).text() if parts else None


_DUPLICATE = [
    "/// One account was given twice where it is written: later versions of Anchor check this, with this number.",
    "pub const DUPLICATE_MUTABLE_ACCOUNT: ProgramError = ProgramError::Custom(2040);",
]


def _error_enum(crate: Crate) -> list[str]:
    p = crate.program
    # Below Anchor's own offset it must not add any; the IDL that it derives then shows other numbers.
    offset = ERROR_CODE_OFFSET if all(e.code >= ERROR_CODE_OFFSET for e in p.errors) else 0
    variants: list[list[str]] = []
    seen: dict[str, int] = {}
    for e in p.errors:
        name = crate.error_variant(e)
        if seen.setdefault(name, e.code) != e.code:
            raise UnsupportedError(
                f"two errors of this program are called `{name}`: {seen[name]} and {e.code}",
                Span(p.path, 1, 1, 1, 1),
                "rename one: an Anchor program has one list of errors",
            )
        message = _message(crate, e)
        variants.append([f'#[msg("{message}")]', f"{name} = {e.code - offset},"])
    attributes = ["#[error_code]" if offset else "#[error_code(offset = 0)]"]
    docs: list[str] = next((e.docs for e in p.error_decls if e.name == crate.error_enum), list[str]())
    if offset:
        docs = [*docs, *([""] if docs else []), f"Anchor adds {offset} to every number."]
    return items.RustEnum(crate.error_enum, variants, attributes, docs).lines()


def _message(crate: Crate, e: tree.ErrorCode) -> str:
    if any(c in '"\\{}\n' for c in e.message):
        raise UnsupportedError(
            f"the message of error {e.code} has a quote, a backslash, a brace or a line break, which Anchor's macro "
            "cannot carry",
            Span(crate.program.path, 1, 1, 1, 1),
            "write the message without it",
        )
    return e.message


def constants_file(crate: Crate) -> str | None:
    if not crate.constants:
        return None
    made = [items.constant(c.name, c.type, c.value) for c in sorted(crate.constants.values(), key=lambda c: c.name)]
    keys = [[PRELUDE]] if any(c.type == "Pubkey" for c in crate.constants.values()) else []
    return items.File(header(crate.source), keys, [made]).text()
