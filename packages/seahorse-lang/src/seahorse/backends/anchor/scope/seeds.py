"""Seeds of program-derived addresses, in account constraints and in the signatures of calls."""

from __future__ import annotations

from collections.abc import Callable

from seahorse.backends.anchor.crate.crate import Crate
from seahorse.backends.anchor.naming import literals, names
from seahorse.backends.anchor.naming.errors import UnsupportedError
from seahorse.backends.anchor.naming.types import TypeNames
from seahorse.backends.anchor.rust.calls import RustArray, RustCall
from seahorse.backends.anchor.rust.chains import Method, RustField, Try
from seahorse.backends.anchor.rust.exprs import Atom, Cast, Prefix, RustExpr
from seahorse.ir import nodes as ir
from seahorse.ir.addresses import (
    ASSOCIATED_TOKEN_PROGRAM_ID,
    BPF_LOADER_UPGRADEABLE_ID,
    SYSTEM_PROGRAM_ID,
    TOKEN_PROGRAM_ID,
    encode_base58,
)
from seahorse.semantics import tree
from seahorse.semantics.tree.types import (
    ArrayType,
    BoolType,
    BytesType,
    EnumType,
    IntType,
    ListType,
    PubkeyType,
    StrType,
    Type,
    is_account,
)

MAX_SEED = 32
# How a parameter of the instruction is written where the seed stands.
ParameterWriter = Callable[[str], RustExpr]

# Sysvars by the modules of Solana's crates, and their types there. Anchor's IDL tells an address that is a path or a
# call, and no other.
_SYSVARS = {
    "SysvarC1ock11111111111111111111111111111111": ("clock", "Clock"),
    "SysvarRent111111111111111111111111111111111": ("rent", "Rent"),
    "SysvarEpochSchedu1e111111111111111111111111": ("epoch_schedule", "EpochSchedule"),
    "SysvarS1otHashes111111111111111111111111111": ("slot_hashes", "SlotHashes"),
    "Sysvar1nstructions1111111111111111111111111": ("instructions", "Instructions"),
}


def seed(crate: Crate, types: TypeNames, item: tree.Seed, place: ParameterWriter, accounts: set[str]) -> RustExpr:
    """A seed as something that derefs to bytes.

    `accounts`: the parameters that are accounts, whose seed is their key.
    """
    if isinstance(item, tree.SeedConst):
        return constant(crate, types, item.value)
    if isinstance(item, tree.SeedExpr):
        hint = "take the value as an argument; or build the bytecode alone: `seahorse build --no-rust`"
        raise UnsupportedError("a seed that is computed has no Rust form here", item.value.span, hint)
    value = place(item.param)
    if item.param in accounts and not item.fields:
        return Method(Method(value, "key"), "as_ref")
    for name in item.fields:
        value = RustField(value, name)
    if item.slice is not None:
        start, stop = item.slice
        types.used.add(("crate::python", "seed_chars"))
        crate.helpers.add("seed_chars")
        bounds = Atom(f"{start or ''}..{stop if stop is not None else ''}")
        return Try(RustCall("seed_chars", [Prefix("&", value), bounds]))
    return as_bytes(crate, types, value, item.type)


def constant(crate: Crate, types: TypeNames, value: bytes) -> RustExpr:
    """Literal bytes, or the id of a program by its name."""
    if value == crate.program.id:
        return Method(Atom("crate::ID"), "as_ref")
    for name, other in crate.program.foreign.items():
        if other.id == value:
            return Method(Atom(f"{types.program(name)}::ID"), "as_ref")
    return literals.data(value)


def as_bytes(crate: Crate, types: TypeNames, value: RustExpr, t: Type) -> RustExpr:
    """A value as the bytes of a seed. `value` is a place of the type."""
    if is_account(t):
        return Method(Method(value, "key"), "as_ref")
    match t:
        case IntType():
            return Method(Method(value, "to_le_bytes"), "as_ref")
        case BoolType():
            return Method(RustArray([Cast(value, "u8")]), "as_ref")
        case EnumType():
            # Borsh's tag is the position of the variant, which is its number.
            return Method(RustArray([Cast(Method(value, "clone"), "u8")]), "as_ref")
        case PubkeyType():
            return Method(value, "as_ref")
        case StrType(max_len=n):
            if n is not None and n <= MAX_SEED:
                return Method(value, "as_bytes")
            types.used.add(("crate::python", "seed"))
            crate.helpers.add("seed")
            return Try(RustCall("seed", [Method(value, "as_bytes")]))
        case BytesType() | ListType():
            types.used.add(("crate::python", "seed"))
            crate.helpers.add("seed")
            return Try(RustCall("seed", [Prefix("&", value)]))
        case ArrayType():
            return Method(value, "as_ref")
        case _:
            raise TypeError(f"not a seed: {t}")


def program(crate: Crate, types: TypeNames, pda: ir.ResolvedPda, slots: list[ir.AccountSlot]) -> RustExpr | None:
    """The value of `seeds::program`; None for this program."""
    if isinstance(pda.program, int):
        return Method(Atom(names.public(slots[pda.program].name)), "key")
    return None if pda.program == crate.program.id else address(crate, types, pda.program)


def address(crate: Crate, types: TypeNames, value: bytes) -> RustExpr:
    """A constant address by its best name."""
    if value == crate.program.id:
        return Atom("crate::ID")
    for name, other in crate.program.foreign.items():
        if other.id == value:
            return Atom(f"{types.program(name)}::ID")
    known = {
        BPF_LOADER_UPGRADEABLE_ID: ("anchor_lang::solana_program", "bpf_loader_upgradeable"),
        SYSTEM_PROGRAM_ID: ("anchor_lang", "system_program"),
        TOKEN_PROGRAM_ID: ("anchor_spl", "token"),
        ASSOCIATED_TOKEN_PROGRAM_ID: ("anchor_spl", "associated_token"),
    }
    if value in known:
        path, module = known[value]
        types.used.add((path, module))
        return Atom(f"{module}::ID")
    text = encode_base58(value)
    if text in _SYSVARS:
        module, kind = _SYSVARS[text]
        types.used.add(crate.dialect.sysvar_import)
        return Atom(crate.dialect.sysvar.format(module=module, type=kind))
    return Atom(f'pubkey!("{text}")')


def signer(
    crate: Crate, types: TypeNames, items: list[tree.Seed], bump: RustExpr, place: ParameterWriter, accounts: set[str]
) -> RustExpr:
    """The seeds and bump of one signing address: `&[b"market", &[market.bump]]`."""
    return Prefix(
        "&", RustArray([*(seed(crate, types, s, place, accounts) for s in items), Prefix("&", RustArray([bump]))])
    )
