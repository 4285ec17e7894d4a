"""The files of a crate, and of the Cargo workspace around the crates."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import Any

from seahorse.backends.anchor.accounts import accounts_struct, programs_file, struct_name
from seahorse.backends.anchor.body import handler, write_function
from seahorse.backends.anchor.crate import bounded, declarations, helpers
from seahorse.backends.anchor.crate.crate import Crate
from seahorse.backends.anchor.crate.files import HEADER, PRELUDE, file_text, header
from seahorse.backends.anchor.expressions.accounts import pyth
from seahorse.backends.anchor.limits import LimitedTypes, unlimited
from seahorse.backends.anchor.naming import names
from seahorse.backends.anchor.naming.dialect import ANCHOR_0_32, Dialect
from seahorse.backends.anchor.naming.errors import UnsupportedError
from seahorse.backends.anchor.rust import items
from seahorse.backends.anchor.rust.blocks import Do
from seahorse.backends.anchor.rust.calls import RustCall
from seahorse.backends.anchor.rust.exprs import Atom, RustExpr
from seahorse.diagnostics import Diagnostic, Span
from seahorse.idl.anchor import anchor_idl
from seahorse.ir import nodes as ir
from seahorse.ir.addresses import encode_base58
from seahorse.ir.layout import instruction_discriminator
from seahorse.semantics import tree
from seahorse.semantics.tree.types import (
    ArrayType,
    ListType,
    NoneType,
    OptionType,
    TupleType,
    Type,
    U256Type,
    UnionType,
)
from seahorse.semantics.tree.walk import walk

VERSION = "0.1.0"
LIBRARY_MODULES = "seahorse.library."


def _hashes(program: ir.LoweredProgram) -> bool:
    """Whether a program computes SHA-256, for which Anchor brings nothing."""
    bodies = [*(i.body for i in program.instructions), *(f.body for f in program.functions)]
    return any(isinstance(n, tree.Builtin) and n.name == "sha256" for n in walk(bodies))


def _require_no_library(program: ir.LoweredProgram) -> None:
    """Raises UnsupportedError for what the language's own library does: at the program's own line."""
    own = [f.body for f in program.functions if not f.module.startswith(LIBRARY_MODULES)]
    for node in walk([*(i.body for i in program.instructions), *own]):
        if isinstance(node, tree.Call) and node.function.module.startswith(LIBRARY_MODULES):
            what = (node.library or node.function.name).replace("_", " ")
            raise UnsupportedError(f"`{what}` of the language's library has no Rust form", node.span, "write it out")


def _require_types(program: ir.LoweredProgram) -> None:
    """Raises UnsupportedError for values of types that have no Rust form."""
    hint = "build the bytecode alone: `seahorse build --no-rust`"
    for instruction in program.instructions:
        for arg in instruction.args:
            if _formless(arg.type):
                raise UnsupportedError(f"{_formless(arg.type)} has no Rust form here", arg.span, hint)
    for decl in (*program.accounts, *program.classes, *program.events):
        for field in decl.fields:
            if _formless(field.type):
                raise UnsupportedError(f"{_formless(field.type)} has no Rust form here", field.span, hint)
    for node in walk([*(i.body for i in program.instructions), *(f.body for f in program.functions)]):
        if isinstance(node, tree.Expr) and (what := _formless(node.type)):
            raise UnsupportedError(f"{what} has no Rust form here", node.span, hint)


def _formless(t: Type) -> str | None:
    match t:
        case U256Type():
            return "u256"
        case UnionType():
            return "an object of several classes"
        case ListType(inner) | ArrayType(inner) | OptionType(inner):
            return _formless(inner)
        case TupleType(elems):
            return next((f for f in map(_formless, elems) if f), None)
        case _:
            return None


def generate(program: ir.LoweredProgram, dialect: Dialect = ANCHOR_0_32) -> dict[str, str]:
    """The crate of a program for a version of Anchor: text by path below `programs/<name>/`.

    Raises UnsupportedError for what has no Rust form: of each instruction, the first such thing.
    """
    _require_types(program)
    _require_no_library(program)
    crate = Crate(program, write_function, dialect)
    _require_names(program)
    files: dict[str, str] = {}
    modules: list[str] = []
    refused: list[Diagnostic] = []
    for instruction in program.instructions:
        name = names.public(instruction.name)
        try:
            files[f"src/instructions/{name}.rs"] = _instruction_file(crate, instruction)
        except UnsupportedError as error:
            refused += error.diagnostics
    if refused:
        raise UnsupportedError.of_all(refused)
    if program.instructions:
        files["src/instructions/mod.rs"] = _instructions_module(crate)
        modules.append("instructions")
    for module, text in crate.functions.modules().items():
        files[f"src/{module}.rs"] = text
        modules.append(module)
    module_of_program = _program_module(crate)
    made = {
        "state": declarations.state_file(crate),
        "events": declarations.events_file(crate),
        "errors": declarations.errors_file(crate),
        "constants": declarations.constants_file(crate),
        "programs": programs_file(crate),
        "python": helpers.python_file(HEADER.format(source=crate.source), crate.helpers),
        "bounded": _bounded(crate),
        "pyth": pyth.pyth_file(HEADER.format(source=crate.source), crate.helpers),
    }
    for module, text in made.items():
        if text is not None:
            files[f"src/{module}.rs"] = text
            modules.append(module)
    files["src/lib.rs"] = _lib_file(crate, modules, module_of_program)
    files["Cargo.toml"] = _manifest(crate)
    return dict(sorted(files.items()))


def workspace_files(programs: Sequence[ir.LoweredProgram], dialect: Dialect = ANCHOR_0_32) -> dict[str, str]:
    """Files of the workspace root: the manifest, and the IDLs from which the crates declare each other."""
    out = {"Cargo.toml": _workspace_manifest(any(map(_hashes, programs)), dialect)}
    called = {name for p in programs for name in p.foreign}
    for p in programs:
        if p.name in called:
            idl = anchor_idl(p)
            # `declare_program!` would make an error enum of them with other numbers, and Anchor takes one enum a crate.
            idl.pop("errors", None)
            # It would make Rust constants of texts that are not always Rust.
            idl.pop("constants", None)
            out[f"idls/{p.name}.json"] = json.dumps(_renamed(idl), indent=2, ensure_ascii=False) + "\n"
    return out


def _renamed(node: Any) -> Any:
    """The IDL with the names that Rust gives to what it would take for keywords."""
    if isinstance(node, list):
        return [_renamed(item) for item in node]  # pyright: ignore[reportUnknownVariableType]
    if isinstance(node, dict):
        return {
            key: names.public(value) if key == "name" and isinstance(value, str) else _renamed(value)
            for key, value in node.items()  # pyright: ignore[reportUnknownVariableType]
        }
    return node


# --- source files ---------------------------------------------------------------------------------------------


def _instruction_file(crate: Crate, instruction: ir.Instruction) -> str:
    types = crate.functions.types(f"instructions/{instruction.name}")
    accounts = accounts_struct(crate, instruction, types)
    function = handler(crate, instruction, types, accounts.name)
    return file_text(crate.source, types, [accounts.lines, function.lines()])


def _bounded(crate: Crate) -> str | None:
    types = crate.functions.types("bounded")
    return bounded.bounded_file(
        crate.source, crate.helpers, crate.bounded.values(), types, crate.dialect.limits_in_signature
    )


def _instructions_module(crate: Crate) -> str:
    ordered = sorted(names.public(i.name) for i in crate.program.instructions)
    parts = [[f"pub mod {n};" for n in ordered], [f"pub use {n}::*;" for n in ordered]]
    return items.File(header(crate.source), (), parts).text()


def _lib_file(crate: Crate, modules: list[str], program: list[str]) -> str:
    p = crate.program
    shown = ("bounded",) if crate.dialect.limits_in_signature else ()
    reexported = [m for m in (*shown, "errors", "events", "instructions", "state") if m in modules]
    parts: list[list[str]] = [
        [f"pub mod {m};" for m in sorted(modules)],
        [PRELUDE],
        [f"pub use {m}::*;" for m in reexported],
        [f'declare_id!("{encode_base58(p.id)}");'],
    ]
    declared = [name for name in sorted(p.foreign) if name in crate.called]
    if declared:
        parts.append([f"declare_program!({name});" for name in declared])
    parts.append(program)
    allow = _allowed(crate, declared)
    return items.File(header(crate.source), (), [x for x in [allow, *parts] if x]).text()


def _allowed(crate: Crate, declared: list[str]) -> list[str]:
    """An instruction has as many arguments as it needs; `declare_program!` makes a function of each of another's."""
    p = crate.program
    counts = [len(i.args) + 1 for i in p.instructions] + [len(f.params) + 1 for f in p.functions]
    lints = ["clippy::too_many_arguments"] if declared or max(counts, default=0) > 7 else []
    if not all(names.is_snake(n) for n in _variables(p)):
        # The program's own spelling, which clients see.
        lints.append("non_snake_case")
    if p.idl_account:
        lints += crate.dialect.idl_lints
    return [f"#![allow({', '.join(lints)})]"] if lints else []


def _variables(p: ir.LoweredProgram) -> Iterator[str]:
    for i in p.instructions:
        yield from (i.name, *(s.name for s in i.slots), *(a.name for a in i.args))
    for decl in [*p.accounts, *p.classes, *p.events]:
        yield from (f.name for f in decl.fields)
    for f in p.functions:
        yield from (x.name for x in f.params)
    for node in walk([*(i.body for i in p.instructions), *(f.body for f in p.functions)]):
        if isinstance(node, tree.VarTarget):
            yield node.local.name


def _program_module(crate: Crate) -> list[str]:
    p = crate.program
    head = [*items.docs(p.docs), crate.dialect.idl_program if p.idl_account else crate.dialect.program]
    if not p.instructions:
        return [*head, f"pub mod {p.name} {{}}"]
    out = [*head, f"pub mod {p.name} {{", "    use super::*;"]
    for instruction in p.instructions:
        out += ["", *_entry(crate, instruction).lines(4)]
    return [*out, "}"]


def _entry(crate: Crate, instruction: ir.Instruction) -> items.RustFunction:
    """The instruction as clients know it; the work is done by the handler."""
    types = crate.functions.types(f"lib/{instruction.name}")
    params = [items.Param("ctx", f"Context<{struct_name(crate, instruction.name)}>")]
    args: list[RustExpr] = [Atom("ctx")]
    for arg in instruction.args:
        name = names.public(arg.name)
        if crate.dialect.limits_in_signature:
            params.append(items.Param(name, LimitedTypes(crate, types).of_argument(arg.type, arg.span)))
            args.append(unlimited(Atom(name), arg.type))
        else:
            params.append(items.Param(name, types.name(arg.type, arg.span)))
            args.append(Atom(name))
    returned = instruction.returns
    result = "()" if returned is None or isinstance(returned, NoneType) else types.name(returned)
    body = [Do(RustCall(f"instructions::handle_{instruction.name}", args), False)]
    name = names.public(instruction.name)
    attributes: list[str] = []
    if name != instruction.name or instruction.discriminator != instruction_discriminator(instruction.name):
        # Rust's name is another; the instruction's number is that of its own.
        attributes = [f"#[instruction(discriminator = &{list(instruction.discriminator)})]"]
    return items.RustFunction(name, params, f"Result<{result}>", body, instruction.docs, attributes=attributes)


def _require_names(program: ir.LoweredProgram) -> None:
    """Raises UnsupportedError for a name that Rust, Anchor or the generated code has for something else, and for
    functions that call themselves."""
    if program.name in names.TAKEN_PROGRAMS | names.MODULES:
        raise UnsupportedError(
            f"a crate cannot be called `{program.name}`: Rust or Anchor has that name for something else",
            Span(program.path, 1, 1, 1, 1),
            "rename the program's file",
        )
    for function in program.functions:
        if function.recursive:
            message = f"`{function.name}` calls itself, which the Rust form does not have"
            raise UnsupportedError(message, function.span, "write a loop")
    for account in program.accounts:
        for field in account.fields:
            if field.in_place:
                message = f"the list `{field.name}` stays in its account, which the Rust form does not have"
                raise UnsupportedError(message, field.span, "build the bytecode alone: `seahorse build --no-rust`")
    for decl in [*program.accounts, *program.classes, *program.enums, *program.events]:
        if decl.name in names.TAKEN_TYPES:
            message = f"Anchor has the name `{decl.name}` for something else"
            raise UnsupportedError(message, decl.span, "rename the class")


# --- manifests ------------------------------------------------------------------------------------------------


def _manifest(crate: Crate) -> str:
    p = crate.program
    description = json.dumps(p.docs[0], ensure_ascii=False) if p.docs else None
    described = f"description = {description}\n" if description else ""
    hasher = "solana-sha256-hasher.workspace = true\n" if _hashes(p) else ""
    default = "" if p.idl_account else ", ".join(f'"{name}"' for name in crate.dialect.no_idl)
    return f"""# Generated by seahorse from {crate.source}: change that file, not this one.
[package]
name = "{p.name}"
version = "{VERSION}"
{described}edition.workspace = true
rust-version.workspace = true
publish = false

[lib]
crate-type = ["cdylib", "lib"]
# What is indented in the documentation is no Rust.
doctest = false

[features]
default = [{default}]
cpi = ["no-entrypoint"]
no-entrypoint = []
no-idl = []
no-log-ix-name = []
idl-build = ["anchor-lang/idl-build", "anchor-spl/idl-build"]
anchor-debug = []
custom-heap = []
custom-panic = []

[dependencies]
anchor-lang.workspace = true
anchor-spl.workspace = true
{hasher}
[lints]
workspace = true
"""


def _workspace_manifest(hashes: bool, dialect: Dialect) -> str:
    hasher = f'solana-sha256-hasher = {{ version = "={dialect.hasher}", features = ["sha2"] }}\n' if hashes else ""
    return f"""# Generated by `seahorse build`: the Anchor form of the programs.
[workspace]
members = ["programs/*"]
resolver = "{dialect.resolver}"

[workspace.package]
edition = "2021"
rust-version = "{dialect.rust}"

[workspace.dependencies]
anchor-lang = "={dialect.version}"
anchor-spl = "={dialect.version}"
{hasher}
[workspace.lints.rust]
# Anchor's macros ask for these; a crate need not have them.
unexpected_cfgs = {{ level = "warn", check-cfg = ['cfg(target_os, values("solana"))'] }}
{dialect.lints}
[profile.dev]
debug = 0

[profile.test]
debug = 0

[profile.release]
overflow-checks = true
lto = "fat"
codegen-units = 1
"""
