"""The intermediate form that every backend reads: account slots, explicit checks, and typed bodies.

Bodies are the checked tree of `seahorse.semantics.tree`; what Python leaves implicit about accounts (who signs, what is
written, who owns what, which address, in which order Anchor would check it) is explicit here.
"""

from __future__ import annotations

import ast
from dataclasses import dataclass, field
from enum import Enum, auto

from seahorse.diagnostics import Span
from seahorse.semantics.tree import (
    AccountDecl,
    ArgParam,
    ClassDecl,
    ConstDecl,
    EnumDecl,
    ErrorCode,
    ErrorDecl,
    Expr,
    ForeignProgram,
    Function,
    Local,
    Seed,
    Stmt,
)
from seahorse.semantics.tree.types import Type


class SlotKind(Enum):
    """The kind of account that a slot holds. The checks and the fields follow from it."""

    SIGNER = auto()
    PROGRAM_ACCOUNT = auto()  # `decl` says which; owned by `owner`
    TOKEN_ACCOUNT = auto()
    TOKEN_MINT = auto()
    ANY_TOKEN_ACCOUNT = auto()  # of the token program or of Token-2022
    ANY_TOKEN_MINT = auto()
    UNCHECKED = auto()
    SYSTEM_ACCOUNT = auto()  # owned by the system program
    PROGRAM = auto()  # executable; `address` is set when it is a known one
    PROGRAM_DATA = auto()  # this program's ProgramData account
    SYSVAR = auto()  # `address` says which
    PRICE_ACCOUNT = auto()
    NEW = auto()  # an Empty: `init` says what it becomes


@dataclass(frozen=True)
class BumpConst:
    """The canonical bump, known at compile time because all seeds are constant."""

    value: int


@dataclass(frozen=True)
class BumpStored:
    """The `bump: u8` field of the account in the slot (of a checked program account)."""

    slot: int


@dataclass(frozen=True)
class BumpFound:
    """The bump that the slot's `Init` or `CheckSeeds` found by search in this instruction."""

    slot: int


@dataclass(frozen=True)
class BumpGiven:
    """A bump that the rule of the account names: any that gives an address off the curve is taken."""

    seed: Seed


Bump = BumpConst | BumpStored | BumpFound | BumpGiven


@dataclass
class ResolvedPda:
    """Seeds and the program they belong to.

    `program`: 32 bytes, or the slot index of an account whose key it is. `address`: the address when it is known at
    compile time (then `bump` is a BumpConst). The seed list excludes the bump.
    """

    seeds: list[Seed]
    program: bytes | int
    bump: Bump
    address: bytes | None = None


@dataclass
class AccountSlot:
    """One account of an instruction, at its position `index` in the instruction's account list.

    `local` is the body's variable (None for implicit accounts). `owner`: the program id that must own a PROGRAM_ACCOUNT
    (32 bytes). `space`: for NEW program accounts the size in bytes with discriminator, when known at compile time.
    """

    index: int
    name: str
    kind: SlotKind
    type: Type
    local: Local | None
    signer: bool = False
    writable: bool = False
    optional: bool = False
    address: bytes | None = None
    owner: bytes | None = None
    decl: AccountDecl | None = None
    pda: ResolvedPda | None = None
    implicit: bool = False
    # It is created if need be, or was created by somebody else: it may hold bytes already.
    may_exist: bool = False
    # Its bytes are written as such, so it must be none of the accounts whose fields are at hand.
    raw: bool = False
    docs: list[str] = field(default_factory=list[str])
    span: Span | None = None


# --- checks, in the order in which they run -------------------------------------------------------------------


@dataclass
class Check:
    """Base: `slot` is the index of the account checked. On an optional slot a check runs only when it is present."""

    slot: int


@dataclass
class CheckSigner(Check):
    """Anchor 3010 AccountNotSigner (deserialization of `Signer`), or 2002 ConstraintSigner when `constraint`."""

    constraint: bool = False


@dataclass
class CheckProgramAccount(Check):
    """Owner and discriminator of a program account: 3012 AccountNotInitialized when owned by the system program with no
    lamports, 3007 AccountOwnedByWrongProgram, 3001 AccountDiscriminatorNotFound (data < 8 bytes), 3002
    AccountDiscriminatorMismatch, 3003 AccountDidNotDeserialize (data does not hold a valid value)."""

    owner: bytes
    discriminator: bytes
    decl: AccountDecl
    # The account's address, which its CheckSeeds requires, can hold data of this owner only (facts/kept_addresses.py):
    # a back end need not compare the owner but to tell which error it is.
    owner_proven: bool = False


@dataclass
class CheckSystemOwned(Check):
    """3011 AccountNotSystemOwned."""


@dataclass
class CheckTokenAccount(Check):
    """3012 / 3007 (owner is not the SPL Token program), then an unpackable, initialized token account of 165 bytes:
    ProgramError UninitializedAccount or InvalidAccountData as spl-token's unpack gives."""


@dataclass
class CheckMint(Check):
    """As `CheckTokenAccount`, for the 82 bytes of a mint."""


@dataclass
class CheckAnyToken(Check):
    """3012 / 3007 (owner is neither the token program nor Token-2022), then an initialized token account (or a mint)
    with or without extensions: ProgramError UninitializedAccount or InvalidAccountData."""

    mint: bool


@dataclass
class CheckProgram(Check):
    """3008 InvalidProgramId when the key is not `id` (if given), 3009 InvalidProgramExecutable."""

    id: bytes | None
    # Calls name the program by its address, so that no other one can run in its place: a back end need not compare all
    # of the key but to tell which error it is.
    only_called: bool = False


@dataclass
class CheckSysvar(Check):
    """3015 AccountSysvarMismatch when the key is not `address`."""

    address: bytes


@dataclass
class CheckProgramData(Check):
    """ProgramData of this program: owner BPFLoaderUpgradeable (3007), state 3 (3003). The address is a CheckSeeds."""


@dataclass
class CheckPriceAccount(Check):
    """A Pyth price account: magic and version; InvalidAccountData otherwise."""


@dataclass
class CheckWritable(Check):
    """2000 ConstraintMut."""


@dataclass
class CheckAddress(Check):
    """2012 ConstraintAddress."""

    address: bytes


@dataclass
class CheckSeeds(Check):
    """2006 ConstraintSeeds."""

    pda: ResolvedPda


@dataclass
class CheckDistinct(Check):
    """2040 ConstraintDuplicateMutableAccount: two writable program accounts of one type must not be one account, nor an
    account whose bytes are written and one whose fields are at hand."""

    other: int


@dataclass
class AccountCreation(Check):
    """Create the account: allocate `space` bytes, assign, fund rent exemption from `payer`, write the discriminator,
    store the bump in a `bump: u8` field. As Anchor: when the address already holds lamports, the account is topped up,
    allocated and assigned instead of created; an address in use fails (system program's AccountAlreadyInUse, custom 0).

    `if_needed`: an account that the system program does not own is there already; it is checked as one of its type (and
    2014, 2015: mint and owner of a token account; 2016, 2018: authority and decimals of a mint), writable (2000).

    `zero`: somebody else has created it for this program. Nothing is created; its data begins with zeros where the
    discriminator is to be (else 2013, 3001 when it is shorter), this program owns it (3012, 3007), it holds the fields
    (3003), and is exempt from rent (2005). The discriminator is written.

    A seeds mismatch is 2006. `pda` None: a plain account, which signs itself (`signer` of the slot is set).
    `space`: int (with discriminator) or an expression; for token accounts and mints 165 and 82.
    """

    payer: int | None
    pda: ResolvedPda | None
    space: int | Expr
    owner: bytes
    decl: AccountDecl | None = None
    mint: int | None = None
    authority: int | None = None
    decimals: int | Expr | None = None
    associated: bool = False
    token_program: int | None = None
    system_program: int | None = None
    if_needed: bool = False
    zero: bool = False
    # A token account of the program that owns the mint.
    any_token: bool = False


@dataclass
class RemainingAccounts:
    """The accounts behind all slots, as a list. They are checked like slots of `kind`, after all other checks.

    `written`: the instruction may write one of them, so that the same account twice is 2040; `raw`: byte by byte.
    `apart`: slots of which none may be among them (2040).
    """

    name: str
    local: Local
    kind: SlotKind
    type: Type
    span: Span
    decl: AccountDecl | None = None
    owner: bytes | None = None
    written: bool = False
    raw: bool = False
    apart: list[int] = field(default_factory=list[int])


@dataclass(eq=False)
class Instruction:
    """One entry point.

    `discriminator`: what instruction data begins with. `fallback`: it takes all data that begins with no discriminator;
    its argument, if it has one, is that data. `slots`: declared accounts in order, then the implicit ones.
    `checks` run before the body, in order. `args` are decoded from the data before the checks.
    """

    name: str
    discriminator: bytes
    slots: list[AccountSlot]
    args: list[ArgParam]
    checks: list[Check]
    body: list[Stmt]
    returns: Type | None
    docs: list[str]
    span: Span
    param_order: list[str] = field(default_factory=list[str])
    fallback: bool = False
    # It is called seldom: few bytes matter more than few compute units.
    rare: bool = False
    # Its events are calls of the program itself: where the account that signs them, and the program, stand in `slots`.
    event_authority: int | None = None
    remaining: RemainingAccounts | None = None
    # The seeds with which `account.signer()` of an account parameter signs, by the parameter's Local id.
    signer_pdas: dict[int, ResolvedPda] = field(default_factory=dict[int, ResolvedPda])
    # The syntax of what `init` computes before the body.
    written: dict[Expr, ast.expr] = field(default_factory=dict[Expr, ast.expr])

    def slot(self, name: str) -> AccountSlot:
        return next(s for s in self.slots if s.name == name)

    def slot_of(self, local: Local) -> AccountSlot | None:
        return next((s for s in self.slots if s.local is not None and s.local.id == local.id), None)


@dataclass
class CpiTarget:
    """An instruction of another program that this one calls: what a caller must know to build the call."""

    program: str
    program_id: bytes
    name: str
    discriminator: bytes
    slots: list[AccountSlot]
    args: list[ArgParam]
    returns: Type | None


@dataclass(eq=False)
class LoweredProgram:
    """A program ready for the backends. `account_discriminators`/`event_discriminators` by declaration name."""

    name: str
    path: str
    id: bytes
    docs: list[str]
    instructions: list[Instruction]
    accounts: list[AccountDecl]
    classes: list[ClassDecl]
    events: list[ClassDecl]
    enums: list[EnumDecl]
    errors: list[ErrorCode]
    functions: list[Function]
    foreign: dict[str, ForeignProgram]
    # By (program, instruction), every instruction of another program that a `CpiCall` here names.
    cpi_targets: dict[tuple[str, str], CpiTarget] = field(default_factory=dict[tuple[str, str], CpiTarget])
    constants: list[ConstDecl] = field(default_factory=list[ConstDecl])
    # The error classes behind `errors`, for their documentation; own ones only.
    error_decls: list[ErrorDecl] = field(default_factory=list[ErrorDecl])
    # Whether it answers Anchor's instructions for the account that keeps its IDL (idl_account.py).
    idl_account: bool = False
