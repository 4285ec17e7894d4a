"""The checked program: every name resolved, every expression typed, every implicit conversion written out."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from seahorse.diagnostics import Span
from seahorse.semantics.types import AccountType, ClassType, EnumType, IntType, Type

# --- declarations ---------------------------------------------------------------------------------------------


@dataclass
class Field:
    name: str
    type: Type
    span: Span
    docs: list[str] = field(default_factory=list[str])


@dataclass(eq=False)
class EnumDecl:
    """`class X(Enum)`. Variants in source order; a variant's Borsh tag is its position."""

    name: str
    module: str
    variants: list[str]
    span: Span
    docs: list[str] = field(default_factory=list[str])
    variant_docs: dict[str, list[str]] = field(default_factory=dict[str, list[str]])


@dataclass(eq=False)
class ClassDecl:
    """A plain class, a dataclass or an Event (`is_event`). `constructor` is the user's `__init__`, if any.

    Without one, construction takes one value per field, in order (fields of the base first).
    """

    name: str
    module: str
    span: Span
    is_event: bool = False
    base: ClassDecl | None = None
    fields: list[Field] = field(default_factory=list[Field])
    methods: dict[str, Function] = field(default_factory=lambda: {})
    constructor: Function | None = None
    docs: list[str] = field(default_factory=list[str])

    def all_fields(self) -> list[Field]:
        return (self.base.all_fields() if self.base else []) + self.fields


@dataclass(eq=False)
class AccountDecl:
    """`class X(Account)`. `program` is the module name of the program that owns such accounts."""

    name: str
    module: str
    program: str
    span: Span
    fields: list[Field] = field(default_factory=list[Field])
    methods: dict[str, Function] = field(default_factory=lambda: {})
    docs: list[str] = field(default_factory=list[str])

    def field(self, name: str) -> Field | None:
        return next((f for f in self.fields if f.name == name), None)


@dataclass(frozen=True)
class ErrorCode:
    """One member of a `class X(Error)`: the literal number and the message."""

    enum: str
    name: str
    code: int
    message: str


@dataclass(eq=False)
class ErrorDecl:
    name: str
    module: str
    span: Span
    codes: dict[str, ErrorCode] = field(default_factory=dict[str, ErrorCode])
    docs: list[str] = field(default_factory=list[str])


@dataclass(frozen=True)
class Local:
    """A local variable or parameter. `id` is unique in its function; `name` is the source name."""

    id: int
    name: str
    type: Type


@dataclass(eq=False)
class Function:
    """A function, a method (first parameter `self`) or a static method."""

    name: str
    module: str
    span: Span
    params: list[Local] = field(default_factory=list[Local])
    returns: Type | None = None
    body: list[Stmt] = field(default_factory=lambda: [])
    owner: str | None = None
    is_static: bool = False
    docs: list[str] = field(default_factory=list[str])
    param_defaults: dict[str, Expr] = field(default_factory=lambda: {})

    @property
    def qualified_name(self) -> str:
        return f"{self.module}.{self.owner + '.' if self.owner else ''}{self.name}"


# --- seeds and instructions -----------------------------------------------------------------------------------


@dataclass(frozen=True)
class SeedConst:
    """Literal bytes."""

    value: bytes


@dataclass(frozen=True)
class SeedParam:
    """A parameter of the instruction, or a field of an account parameter.

    `param`: parameter name; `fields`: path of field names below it. For an account with no fields: its key. `type` is the
    type of the value; `slice` is (start, stop) in characters for strings (None = open end), or None.
    """

    param: str
    fields: tuple[str, ...]
    type: Type
    slice: tuple[int | None, int | None] | None = None


Seed = SeedConst | SeedParam


@dataclass
class Pda:
    """Seeds declared on a parameter or given to `Empty.init`.

    `program`: None = this program; bytes = a constant program id (of an imported program or a literal); str = the name of an
    account parameter whose key is the program id.
    `bump`: name of the u8 parameter or (param, field) given explicitly; None = the stored `bump` field when the account
    type has one, else the canonical bump is searched.
    """

    seeds: list[Seed]
    program: bytes | str | None = None
    span: Span | None = None


@dataclass
class Init:
    """`empty.init(...)`, lifted to the account checks as Anchor does. All names are parameters of the instruction.

    `mint`, `authority`, `payer` name account parameters. `space`/`padding` are expressions over parameters.
    """

    payer: str
    pda: Pda | None
    span: Span
    mint: str | None = None
    authority: str | None = None
    decimals: int | Expr | None = None
    associated: bool = False
    space: Expr | None = None
    padding: Expr | None = None


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
    """An argument in the instruction data, Borsh encoded, in order of declaration."""

    local: Local
    span: Span
    type: Type
    docs: list[str] = field(default_factory=list[str])

    @property
    def name(self) -> str:
        return self.local.name


@dataclass(eq=False)
class Instruction:
    """`@instruction def name(...)`. `docs` is the docstring. `signature_only` for imported programs: no body."""

    name: str
    module: str
    span: Span
    accounts: list[AccountParam] = field(default_factory=list[AccountParam])
    args: list[ArgParam] = field(default_factory=list[ArgParam])
    param_order: list[str] = field(default_factory=list[str])
    returns: Type | None = None
    body: list[Stmt] = field(default_factory=lambda: [])
    docs: list[str] = field(default_factory=list[str])


# --- expressions ----------------------------------------------------------------------------------------------


@dataclass(eq=False)
class Expr:
    type: Type
    span: Span


@dataclass(eq=False)
class IntLit(Expr):
    value: int


@dataclass(eq=False)
class FloatLit(Expr):
    value: float


@dataclass(eq=False)
class BoolLit(Expr):
    value: bool


@dataclass(eq=False)
class StrLit(Expr):
    value: str


@dataclass(eq=False)
class BytesLit(Expr):
    value: bytes


@dataclass(eq=False)
class NoneLit(Expr):
    """`None` of an OptionType."""


@dataclass(eq=False)
class PubkeyLit(Expr):
    """A constant address: `Pubkey('base58')`, or the id of a program (`ID`, `registry.ID`)."""

    value: bytes


@dataclass(eq=False)
class EnumLit(Expr):
    decl: EnumDecl
    variant: str

    @property
    def ordinal(self) -> int:
        return self.decl.variants.index(self.variant)


@dataclass(eq=False)
class Var(Expr):
    local: Local


@dataclass(eq=False)
class GetField(Expr):
    """A field of an account (`obj.type` AccountType) or of a class instance (ClassType)."""

    obj: Expr
    name: str


@dataclass(eq=False)
class GetIndex(Expr):
    """`obj[index]` of a list, array, bytes or str (a one-character str). Negative indexes count from the end.

    For a tuple the index is an IntLit that the checker verified. Out of range: InvalidArgument.
    """

    obj: Expr
    index: Expr


@dataclass(eq=False)
class GetSlice(Expr):
    """`obj[start:stop:step]` of a list or array (gives a list), str (counted in characters) or bytes. Python's clamping."""

    obj: Expr
    start: Expr | None
    stop: Expr | None
    step: Expr | None = None


ArithOp = Literal["+", "-", "*", "//", "%", "/", "**", "&", "|", "^", "<<", ">>"]


@dataclass(eq=False)
class Arith(Expr):
    """Both operands have the type of the result (IntType: checked; FloatType), except `**` on an int: `right` is u32,
    and shifts: `right` is u32. `/` is always f64. `//` and `%` follow Python's sign rules."""

    op: ArithOp
    left: Expr
    right: Expr


@dataclass(eq=False)
class Concat(Expr):
    """`+` of two str, two bytes or two lists."""

    left: Expr
    right: Expr


@dataclass(eq=False)
class Repeat(Expr):
    """`seq * n`: a list, str or bytes repeated; `count` is an integer (negative counts as 0)."""

    seq: Expr
    count: Expr


@dataclass(eq=False)
class Negate(Expr):
    value: Expr


@dataclass(eq=False)
class Invert(Expr):
    """`~x` of an integer."""

    value: Expr


@dataclass(eq=False)
class Not(Expr):
    value: Expr


@dataclass(eq=False)
class Compare(Expr):
    """Operands of one type after coercion. ==, != on ints, floats, bool, str, bytes, Pubkey, enums, options, tuples, lists,
    arrays, dataclasses; <, <=, >, >= on ints, floats, str, bytes, tuples and lists."""

    op: Literal["==", "!=", "<", "<=", ">", ">="]
    left: Expr
    right: Expr


@dataclass(eq=False)
class Contains(Expr):
    """`item in seq` (list, array, str in str, range)."""

    item: Expr
    seq: Expr
    negate: bool = False


@dataclass(eq=False)
class BoolOp(Expr):
    """Short-circuit `and` / `or` of bools."""

    op: Literal["and", "or"]
    values: list[Expr]


@dataclass(eq=False)
class IfExp(Expr):
    test: Expr
    then: Expr
    orelse: Expr


@dataclass(eq=False)
class Coerce(Expr):
    """An implicit conversion that cannot lose: a wider int, int to f64, String[N] to str, T to Option[T] (Some)."""

    value: Expr


@dataclass(eq=False)
class Convert(Expr):
    """An explicit conversion: `u64(x)`, `f64(x)`, `bool(x)`; int(enum). Out of range: ArithmeticOverflow; f64 to int
    truncates toward zero and checks the range (NaN is out of range)."""

    value: Expr


@dataclass(eq=False)
class IsNone(Expr):
    value: Expr
    negate: bool = False


@dataclass(eq=False)
class Unwrap(Expr):
    """The value inside an Option which the checker has proven to be there."""

    value: Expr


@dataclass(eq=False)
class Call(Expr):
    """A call of a function or static method; for a method `args[0]` is self (dispatch is static)."""

    function: Function
    args: list[Expr]


@dataclass(eq=False)
class Construct(Expr):
    """`C(...)` for a class or an event. With a user `__init__`, `args` are its arguments (without self); else one value a field."""

    decl: ClassDecl
    args: list[Expr]


@dataclass(eq=False)
class ListLit(Expr):
    items: list[Expr]


@dataclass(eq=False)
class ArrayLit(Expr):
    """`array(a, b, c)`."""

    items: list[Expr]


@dataclass(eq=False)
class TupleLit(Expr):
    items: list[Expr]


@dataclass(eq=False)
class ListComp(Expr):
    """`[element for targets in iterable if conditions]`, nested left to right."""

    element: Expr
    clauses: list[CompClause]


@dataclass(eq=False)
class CompClause:
    target: Target
    iterable: Expr
    conditions: list[Expr]


@dataclass(eq=False)
class Lambda(Expr):
    """A lambda or function name given to map/filter/sorted: its parameters and result expression."""

    params: list[Local]
    body: Expr


@dataclass(eq=False)
class FString(Expr):
    """An f-string, or the arguments of print joined by spaces: parts are converted to text and concatenated.

    A part may carry a format spec (text after the colon), only for those the checker accepts.
    """

    parts: list[tuple[Expr, str | None]]


@dataclass(eq=False)
class Builtin(Expr):
    """A call of the prelude or of a Python builtin: `name` says which (the table is in semantics/README.md)."""

    name: str
    args: list[Expr]
    kwargs: dict[str, Expr] = field(default_factory=dict[str, Expr])


@dataclass(eq=False)
class SignerSeeds(Expr):
    """`signer=[...]` of a token operation or CPI, or `account.signer()`: seeds with the bump as last item, as expressions.

    `account` names the account parameter when it came from `account.signer()`: then the ir phase fills `seeds` from the
    account's declared Pda and stored bump.
    """

    seeds: list[Expr]
    account: Local | None = None


@dataclass(eq=False)
class InitAccount(Expr):
    """The value of `empty.init(...)`: the account parameter, now of the initialized type."""

    param: Local


@dataclass(eq=False)
class CpiCall(Expr):
    """A typed call of another program of the workspace: one expression per account parameter and per argument of
    the callee, by name. An account given as `x.signer()` appears in `signers`. `type` is the callee's return type."""

    program: str
    instruction: Instruction
    accounts: dict[str, Expr]
    args: dict[str, Expr]
    signers: list[SignerSeeds]


# --- statements -----------------------------------------------------------------------------------------------


@dataclass(eq=False)
class TupleTarget:
    items: list[Target]


# A target is a variable (declared here when `declares`), a place, or a tuple of targets.
@dataclass(eq=False)
class VarTarget:
    local: Local
    declares: bool


@dataclass(eq=False)
class PlaceTarget:
    """GetField or GetIndex as a place to store to."""

    place: Expr


Target = VarTarget | PlaceTarget | TupleTarget


@dataclass(eq=False)
class Stmt:
    span: Span


@dataclass(eq=False)
class Assign(Stmt):
    """`target = value`. Augmented assignment appears as `AugAssign`."""

    target: Target
    value: Expr


@dataclass(eq=False)
class AugAssign(Stmt):
    """`place op= value`: the place is evaluated once. `value` is already coerced to the place's type."""

    target: VarTarget | PlaceTarget
    op: ArithOp
    value: Expr
    type: Type


@dataclass(eq=False)
class ExprStmt(Stmt):
    value: Expr


@dataclass(eq=False)
class If(Stmt):
    test: Expr
    then: list[Stmt]
    orelse: list[Stmt]


@dataclass(eq=False)
class While(Stmt):
    test: Expr
    body: list[Stmt]
    orelse: list[Stmt] = field(default_factory=list[Stmt])


@dataclass(eq=False)
class For(Stmt):
    target: Target
    iterable: Expr
    body: list[Stmt]
    orelse: list[Stmt] = field(default_factory=list[Stmt])


@dataclass(eq=False)
class Break(Stmt):
    pass


@dataclass(eq=False)
class Continue(Stmt):
    pass


@dataclass(eq=False)
class Return(Stmt):
    value: Expr | None


@dataclass(eq=False)
class Assert(Stmt):
    """`assert test, error`. `error` is an ErrorCode, or a str expression (classic Seahorse), or None."""

    test: Expr
    error: ErrorCode | Expr | None


@dataclass(eq=False)
class Raise(Stmt):
    error: ErrorCode | Expr


@dataclass(eq=False)
class Emit(Stmt):
    """`event.emit()`: `value` is any expression of an event ClassType, most often a Construct."""

    value: Expr


@dataclass(eq=False)
class Print(Stmt):
    """`print(...)`: one FString of all arguments."""

    value: Expr


# --- the program ----------------------------------------------------------------------------------------------


@dataclass(eq=False)
class ForeignProgram:
    """Another program of the workspace, as far as its declarations go (bodies are not checked)."""

    name: str
    id: bytes
    instructions: dict[str, Instruction] = field(default_factory=dict[str, Instruction])
    accounts: dict[str, AccountDecl] = field(default_factory=dict[str, AccountDecl])
    classes: dict[str, ClassDecl] = field(default_factory=dict[str, ClassDecl])
    enums: dict[str, EnumDecl] = field(default_factory=dict[str, EnumDecl])
    errors: dict[str, ErrorDecl] = field(default_factory=dict[str, ErrorDecl])


@dataclass(eq=False)
class CheckedProgram:
    """What the semantics phase gives. Lists hold this program's own declarations, also those of library modules that it
    imports; `functions` every reachable function and method, callees before callers where possible.
    `errors`: own error classes plus, in `foreign_errors`, codes of other programs raised here."""

    name: str
    path: str
    id: bytes
    docs: list[str]
    instructions: list[Instruction]
    accounts: list[AccountDecl]
    classes: list[ClassDecl]
    events: list[ClassDecl]
    enums: list[EnumDecl]
    errors: list[ErrorDecl]
    foreign_errors: list[ErrorCode]
    functions: list[Function]
    foreign: dict[str, ForeignProgram]


def account_type(decl: AccountDecl) -> AccountType:
    return AccountType(decl, decl.name, decl.module)


def class_type(decl: ClassDecl) -> ClassType:
    return ClassType(decl, decl.name, decl.module)


def enum_type(decl: EnumDecl) -> EnumType:
    return EnumType(decl, decl.name, decl.module)


def is_int(t: Type) -> bool:
    return isinstance(t, IntType)
