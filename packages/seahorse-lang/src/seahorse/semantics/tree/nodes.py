"""Expressions, statements and functions of the checked program."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from seahorse.diagnostics import Span
from seahorse.semantics.tree.types import ClassDecl, ClassType, EnumDecl, ErrorCode, Type

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
    """`obj[start:stop:step]` of a list or array (gives a list), str (in characters) or bytes. Python's clamping."""

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
    """Operands of one type after coercion. ==, != on ints, floats, bool, str, bytes, Pubkey, enums, options, tuples,
    lists, arrays, dataclasses; <, <=, >, >= on ints, floats, str, bytes, tuples and lists."""

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
    """An implicit conversion that loses nothing: a wider int, int to f64, String[N] to str, T to Option[T] (Some)."""

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
    """The value inside an Option; the checker has proven that there is one."""

    value: Expr


@dataclass(eq=False)
class IsMember(Expr):
    """Whether a value of a UnionType is an object of this class."""

    value: Expr
    member: ClassType


@dataclass(eq=False)
class AsMember(Unwrap):
    """A value of a UnionType as an object of one of its classes, or of their common base; the checker has proven that
    it is one."""


@dataclass(eq=False)
class Call(Expr):
    """A call of a function or static method; for a method `args[0]` is self (dispatch is static).

    `library`: of a function of the language's library, what the program wrote for it: `str.zfill`, `math.isqrt`.
    """

    function: Function
    args: list[Expr]
    library: str | None = None


@dataclass(eq=False)
class Construct(Expr):
    """`C(...)` for a class or an event. With a user `__init__`, the `constructor`, `args` are its arguments (without
    self); else one value per field, in order (fields of the base first)."""

    decl: ClassDecl
    args: list[Expr]
    constructor: Function | None = None


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
    """`signer=[...]` of a token operation or CPI, or `account.signer()`: seeds as expressions, the bump last.

    `account` names the account parameter when it came from `account.signer()`: then the ir phase fills `seeds` from the
    account's declared Pda and stored bump.
    """

    seeds: list[Expr]
    account: Local | None = None


@dataclass(eq=False)
class InitAccount(Expr):
    """The value of `empty.init(...)`: the account parameter, now of the initialized type."""

    param: Local


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
class Declare(Stmt):
    """A variable that inner blocks assign; on every path an assignment comes before every use. `again`: it may be
    assigned while it has a value already.
    """

    local: Local
    again: bool = False


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


# --- functions ------------------------------------------------------------------------------------------------


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
    body: list[Stmt] = field(default_factory=list["Stmt"])
    owner: str | None = None
    is_static: bool = False
    # Whether it calls itself, directly or through others.
    recursive: bool = False
    # Whether the compiler wrote it for an expression, whose place its parts have. In CPython there is no such function.
    made: bool = False
    docs: list[str] = field(default_factory=list[str])
    param_defaults: dict[str, Expr] = field(default_factory=dict[str, "Expr"])

    @property
    def qualified_name(self) -> str:
        return f"{self.module}.{self.owner + '.' if self.owner else ''}{self.name}"
