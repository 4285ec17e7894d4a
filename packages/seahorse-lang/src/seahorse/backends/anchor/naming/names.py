"""Names: Python's in Rust, without Rust's keywords and without the names that generated code uses itself."""

from __future__ import annotations

from seahorse.semantics.tree.account_kinds import SYSVARS

# fmt: off
KEYWORDS = frozenset((
    "as", "async", "await", "become", "box", "break", "const", "continue", "crate", "do", "dyn", "else", "enum",
    "extern", "false", "final", "fn", "for", "gen", "if", "impl", "in", "let", "loop", "macro", "match", "mod",
    "move", "mut", "override", "priv", "pub", "ref", "return", "self", "Self", "static", "struct", "super",
    "trait", "true", "try", "type", "typeof", "union", "unsafe", "unsized", "use", "virtual", "where", "while",
    "yield", "abstract",
))
# fmt: on
# What Anchor's macros put beside the program's module, and crates that its code refers to.
TAKEN_PROGRAMS = KEYWORDS | {
    "accounts",
    "alloc",
    "anchor_lang",
    "anchor_spl",
    "core",
    "cpi",
    "entry",
    "instruction",
    "program",
    "proc_macro",
    "std",
    "test",
}  # fmt: skip
# Types that generated code names without a path, or that Anchor's macros do.
TAKEN_TYPES = frozenset(
    (
        "Account",
        "AccountInfo",
        "AccountDeserialize",
        "AccountSerialize",
        "AccountMeta",
        "Accounts",
        "AccountsClose",
        "AccountsExit",
        "AnchorDeserialize",
        "AnchorSerialize",
        "AssociatedToken",
        "Box",
        "Bumps",
        "Burn",
        "Clone",
        "CloseAccount",
        "Context",
        "Copy",
        "CpiContext",
        "Debug",
        "Default",
        "Discriminator",
        "Eq",
        "Err",
        "Error",
        "ErrorCode",
        "Event",
        "From",
        "Id",
        "InitSpace",
        "Into",
        "IntoIterator",
        "Iterator",
        "Key",
        "Lamports",
        "Mint",
        "MintTo",
        "None",
        "Ok",
        "Option",
        "Ord",
        "Owner",
        "PartialEq",
        "PartialOrd",
        "Program",
        "ProgramData",
        "ProgramError",
        "Pubkey",
        "Repr",
        "Result",
        "Self",
        "Signer",
        "Some",
        "Space",
        "String",
        "System",
        "Sysvar",
        "ToAccountInfo",
        "ToAccountInfos",
        "ToAccountMetas",
        "ToString",
        "Token",
        "TokenAccount",
        "Transfer",
        "TryFrom",
        "TryInto",
        "UncheckedAccount",
        "UpgradeableLoaderState",
        "Vec",
        *SYSVARS,
    )
)
# Modules of a generated crate; a library module of the program may not take their place.
# fmt: off
MODULES = frozenset((
    "accounts", "bounded", "constants", "errors", "events", "functions", "instructions", "lib", "programs", "pyth",
    "python", "state",
))
# fmt: on


def public(name: str) -> str:
    """A name that clients see. Rust's keywords get an underscore: its IDL shows that, bytes and addresses do not."""
    return name + "_" if name in KEYWORDS else name


def local(name: str) -> str:
    """A name that only the function itself sees."""
    if name == "self":
        return name
    return name + "_" if name in KEYWORDS or name == "ctx" else name


def pascal(name: str) -> str:
    """`register_user` -> `RegisterUser`, as Anchor's macros derive names of instructions."""
    return "".join(part[:1].upper() + part[1:] for part in name.split("_") if part)


def snake(name: str) -> str:
    """`PoAConfig` -> `poa_config`."""
    out = ""
    for i, c in enumerate(name):
        if c.isupper() and i and (name[i - 1].islower() or (i + 1 < len(name) and name[i + 1].islower() and i > 1)):
            out += "_"
        out += c.lower()
    return out


def is_snake(name: str) -> bool:
    return name == name.lower()
