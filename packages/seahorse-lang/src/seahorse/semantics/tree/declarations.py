"""Declarations of the checked program: seeds, instructions and their accounts, calls of other programs."""

from __future__ import annotations

import ast
from dataclasses import dataclass, field

from seahorse.diagnostics import Span
from seahorse.semantics.tree.nodes import (
    Expr,
    Function,
    Local,
    SignerSeeds,
    Stmt,
)
from seahorse.semantics.tree.types import (
    AccountDecl,
    AccountType,
    ClassDecl,
    ClassType,
    EnumDecl,
    EnumType,
    ErrorCode,
    ErrorDecl,
    IntType,
    Type,
)

# --- seeds and instructions -----------------------------------------------------------------------------------


@dataclass(frozen=True)
class SeedConst:
    """Literal bytes."""

    value: bytes


@dataclass(frozen=True)
class SeedParam:
    """A parameter of the instruction, or a field of an account parameter.

    `param`: parameter name; `fields`: path of field names below it. For an account with no fields: its key. `type` is
    the type of the value; `slice` is (start, stop) in characters for strings (None = open end), or None.
    """

    param: str
    fields: tuple[str, ...]
    type: Type
    slice: tuple[int | None, int | None] | None = None
    span: Span | None = field(default=None, compare=False)


@dataclass(frozen=True)
class SeedExpr:
    """Any other value, computed from parameters of the instruction when the account is checked or created."""

    value: Expr


Seed = SeedConst | SeedParam | SeedExpr


@dataclass
class Pda:
    """Seeds declared on a parameter or given to `Empty.init`.

    `program`: None = this program; bytes = a constant program id (of an imported program or a literal); str = the name
    of an account parameter whose key is the program id.
    `bump`: a u8 given explicitly; None = the stored `bump` field when the account type has one, else the canonical bump
    is searched.
    """

    seeds: list[Seed]
    program: bytes | str | None = None
    span: Span | None = None
    bump: Seed | None = None


@dataclass
class Init:
    """`empty.init(...)`, lifted to the account checks as Anchor does. All names are parameters of the instruction.

    `mint`, `authority`, `payer` name account parameters. `space`/`padding` are expressions over parameters.
    `if_needed`: the account may be there already, and is then checked as one of its type.
    `zero`: it is there, created by somebody else for this program, and all zeros where its discriminator will be; then
    there is no payer.
    """

    payer: str | None
    pda: Pda | None
    span: Span
    mint: str | None = None
    authority: str | None = None
    decimals: int | Expr | None = None
    associated: bool = False
    space: Expr | None = None
    padding: Expr | None = None
    if_needed: bool = False
    zero: bool = False


@dataclass
class AccountParam:
    """An account parameter as declared. `local` is how the body refers to it (type may be OptionType).

    `pda` comes from `Annotated[..., Seeds(...)]`, `address` from `Annotated[..., Address(...)]`.
    After `x = empty.init(...)` the variable x is another Local bound with `InitAccount`.
    """

    local: Local
    span: Span
    type: Type
    optional: bool = False
    pda: Pda | None = None
    address: bytes | None = None
    mut: bool = False
    init: Init | None = None
    docs: list[str] = field(default_factory=list[str])

    @property
    def name(self) -> str:
        return self.local.name


@dataclass
class ArgParam:
    """An argument in the instruction data, Borsh encoded, in order of declaration.

    `default`: a literal, which callers in Python leave out. It is in the data like every value.
    """

    local: Local
    span: Span
    type: Type
    docs: list[str] = field(default_factory=list[str])
    default: Expr | None = None

    @property
    def name(self) -> str:
        return self.local.name


@dataclass
class RemainingParam:
    """`name: List[T]` of an account type T: the accounts that stand behind all those which the instruction names."""

    local: Local
    span: Span
    elem: Type

    @property
    def name(self) -> str:
        return self.local.name


@dataclass(eq=False)
class CheckedInstruction:
    """`@instruction def name(...)`. `docs` is the docstring. `signature_only` for imported programs: no body."""

    name: str
    module: str
    span: Span
    accounts: list[AccountParam] = field(default_factory=list[AccountParam])
    args: list[ArgParam] = field(default_factory=list[ArgParam])
    remaining: RemainingParam | None = None
    # The discriminator that the program declares, if it does.
    discriminator: bytes | None = None
    # It takes what no discriminator matches.
    fallback: bool = False
    # Its events are calls of the program itself.
    event_cpi: bool = False
    # It is called seldom: few bytes matter more than few compute units.
    rare: bool = False
    param_order: list[str] = field(default_factory=list[str])
    returns: Type | None = None
    body: list[Stmt] = field(default_factory=list["Stmt"])
    docs: list[str] = field(default_factory=list[str])
    # The syntax of what `init` computes before the body, with what variables were given in their place.
    written: dict[Expr, ast.expr] = field(default_factory=dict[Expr, ast.expr])


# --- calls of other programs ----------------------------------------------------------------------------------


@dataclass(eq=False)
class CpiCall(Expr):
    """A typed call of another program of the workspace: one expression per account parameter and per argument of
    the callee, by name. An account given as `x.signer()` appears in `signers`. `type` is the callee's return type."""

    program: str
    instruction: CheckedInstruction
    accounts: dict[str, Expr]
    args: dict[str, Expr]
    signers: list[SignerSeeds]


# --- the program ----------------------------------------------------------------------------------------------


@dataclass(eq=False)
class ForeignProgram:
    """Another program of the workspace, as far as its declarations go (bodies are not checked).

    `external`: it is a program of others, known by its declarations alone.
    """

    name: str
    id: bytes
    external: bool = False
    instructions: dict[str, CheckedInstruction] = field(default_factory=dict[str, CheckedInstruction])
    accounts: dict[str, AccountDecl] = field(default_factory=dict[str, AccountDecl])
    classes: dict[str, ClassDecl] = field(default_factory=dict[str, ClassDecl])
    enums: dict[str, EnumDecl] = field(default_factory=dict[str, EnumDecl])
    errors: dict[str, ErrorDecl] = field(default_factory=dict[str, ErrorDecl])


@dataclass(frozen=True)
class ConstDecl:
    """A constant of a module that clients may know: its name in upper case, and its value; of a Pubkey, 32 bytes."""

    name: str
    type: Type
    value: bool | int | float | str | bytes
    docs: tuple[str, ...] = ()


@dataclass(eq=False)
class CheckedProgram:
    """The result of the semantics phase. Lists hold this program's own declarations, also those of library modules that
    it imports; `functions` every reachable function and method, callees before callers where possible. `errors`: own
    error classes plus, in `foreign_errors`, codes of other programs raised here."""

    name: str
    path: str
    id: bytes
    docs: list[str]
    instructions: list[CheckedInstruction]
    accounts: list[AccountDecl]
    classes: list[ClassDecl]
    events: list[ClassDecl]
    enums: list[EnumDecl]
    errors: list[ErrorDecl]
    foreign_errors: list[ErrorCode]
    functions: list[Function]
    foreign: dict[str, ForeignProgram]
    constants: list[ConstDecl] = field(default_factory=list[ConstDecl])
    # A program of others: declarations without code.
    external: bool = False


def account_type(decl: AccountDecl) -> AccountType:
    return AccountType(decl, decl.name, decl.module)


def class_type(decl: ClassDecl) -> ClassType:
    return ClassType(decl, decl.name, decl.module)


def enum_type(decl: EnumDecl) -> EnumType:
    return EnumType(decl, decl.name, decl.module)


def is_int(t: Type) -> bool:
    return isinstance(t, IntType)
