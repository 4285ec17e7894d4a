"""Values that Anchor derives from names and types: discriminators, account sizes, and the names that clients see."""

from __future__ import annotations

from hashlib import sha256

from seahorse.semantics.tree import AccountDecl, ClassDecl
from seahorse.semantics.tree.types import Type


def instruction_discriminator(name: str) -> bytes:
    """First 8 bytes of sha256("global:<snake_case name>") (Anchor `sighash`)."""
    return sha256(f"global:{name}".encode()).digest()[:8]


def account_discriminator(decl: AccountDecl) -> bytes:
    """The discriminator that the program declares, else the first 8 bytes of sha256("account:<Name>")."""
    return decl.discriminator if decl.discriminator is not None else hashed_account_discriminator(decl.name)


def hashed_account_discriminator(name: str) -> bytes:
    """First 8 bytes of sha256("account:<Name>")."""
    return sha256(f"account:{name}".encode()).digest()[:8]


def event_discriminator(decl: ClassDecl) -> bytes:
    """The discriminator that the program declares, else the first 8 bytes of sha256("event:<Name>")."""
    if decl.discriminator is not None:
        return decl.discriminator
    return hashed_event_discriminator(decl.name)


def hashed_event_discriminator(name: str) -> bytes:
    """First 8 bytes of sha256("event:<Name>")."""
    return sha256(f"event:{name}".encode()).digest()[:8]


# The first bytes of a program's call of itself that carries an event (Anchor's EVENT_IX_TAG_LE), and the seed of the
# address that signs the call.
EVENT_TAG = bytes.fromhex("e445a52e51cb9a1d")
EVENT_AUTHORITY = "event_authority"
EVENT_AUTHORITY_SEED = b"__event_authority"


def account_space(decl: AccountDecl) -> int | None:
    """Bytes of account data, discriminator included; None when a field is unbounded."""
    total = decl.header
    for f in decl.fields:
        size = f.type.max_size
        if size is None:
            return None
        total += size
    return total


def rust_memory_size(t: Type) -> int:
    """Seahorse's sizing of an unbounded field: Rust's `size_of` on a 64-bit host (String and Vec are 24 bytes)."""
    size = t.max_size
    return 24 if size is None else size


def class_space(decl: ClassDecl) -> int | None:
    sizes = [f.type.max_size for f in decl.all_fields()]
    return None if any(s is None for s in sizes) else sum(s for s in sizes if s is not None)


def pascal_case(name: str) -> str:
    """`UNAUTHORIZED_USER`, `unauthorized_user` -> `UnauthorizedUser`; a name already in PascalCase stays as it is."""
    if "_" in name or name.isupper() or name.islower():
        return "".join(part[:1].upper() + part[1:].lower() for part in name.split("_") if part)
    return name[:1].upper() + name[1:]
