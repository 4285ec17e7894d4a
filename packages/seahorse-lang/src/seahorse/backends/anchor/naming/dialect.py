"""What generated Rust must know of the version of Anchor that it is for: everything in which the versions differ."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Dialect:
    """A version of Anchor.

    name: what `seahorse build --anchor` takes. rust: the oldest Rust that compiles its crates. hasher: the
    `solana-sha256-hasher` of its own crates. resolver: the newest resolver of Cargo that its command line reads.
    lints: lines of the workspace's manifest.
    program: the attribute of the program's module; idl_program: the same with the instructions for the account of the
    IDL, idl_lints: what the compiler warns of then, and no_idl: the default features that leave them out.
    callee: the method of a program account that gives what `CpiContext` wants of it.
    sysvar: how the id of a sysvar is written, by its module and its type, and sysvar_import: what that needs.
    limits_in_signature: the types of `#[instruction(...)]` must be those of the handler, so that limits of arguments
    stand in both.
    duplicate: the error for one account given twice where it is written; None where Anchor has none, so that the crate
    declares its own. allows_duplicates: the constraint without which Anchor itself refuses them, and the order of
    errors would be another; None where it does not refuse.
    """

    name: str
    version: str
    rust: str
    hasher: str
    resolver: str
    lints: str
    program: str
    idl_program: str
    idl_lints: tuple[str, ...]
    no_idl: tuple[str, ...]
    callee: str
    sysvar: str
    sysvar_import: tuple[str, str]
    limits_in_signature: bool
    duplicate: str | None
    allows_duplicates: str | None


ANCHOR_0_32 = Dialect(
    name="0.32",
    version="0.32.1",
    # What the platform tools of Anchor 0.32 compile.
    rust="1.84",
    hasher="2.3.0",
    resolver="2",
    lints="",
    program="#[program]",
    idl_program="#[program]",
    idl_lints=(),
    no_idl=("no-idl",),
    callee="to_account_info",
    sysvar="sysvar::{module}::ID",
    sysvar_import=("anchor_lang::solana_program", "sysvar"),
    limits_in_signature=False,
    duplicate=None,
    allows_duplicates=None,
)
ANCHOR_1 = Dialect(
    name="1",
    version="1.2.2",
    rust="1.89",
    hasher="3.1.0",
    resolver="3",
    lints="""
[workspace.lints.clippy]
# The Rust says `a % b == 0` where the Python does.
manual_is_multiple_of = "allow"
""",
    program="#[program]",
    # Anchor 1 keeps IDLs with the Program Metadata program, and calls the instructions of before deprecated.
    idl_program="#[program(legacy_idl)]",
    idl_lints=("deprecated",),
    no_idl=(),
    callee="key",
    sysvar="{type}::id()",
    sysvar_import=("anchor_lang::solana_program::sysvar", "SysvarId"),
    limits_in_signature=True,
    duplicate="ErrorCode::ConstraintDuplicateMutableAccount",
    allows_duplicates="dup",
)
DIALECTS = {d.name: d for d in (ANCHOR_0_32, ANCHOR_1)}
