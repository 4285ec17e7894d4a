"""The types of the language: what a value is, how it is laid out in Borsh, how large it is; and what declares them."""

from __future__ import annotations

from dataclasses import dataclass, field

from seahorse.diagnostics import Span


@dataclass(frozen=True)
class Type:
    """Base of all types. Types compare by structure; declared types compare by declaration identity."""

    @property
    def fixed_size(self) -> int | None:
        """Borsh size in bytes when every value of the type has the same one, else None."""
        return None

    @property
    def max_size(self) -> int | None:
        """Largest Borsh size in bytes (Anchor's InitSpace), or None when the type is unbounded."""
        return self.fixed_size


@dataclass(frozen=True)
class NoneType(Type):
    """The type of `None` and of a function that returns nothing."""

    def __str__(self) -> str:
        return "None"


@dataclass(frozen=True)
class IntType(Type):
    """u8 .. u128 and i8 .. i128."""

    bits: int
    signed: bool

    @property
    def fixed_size(self) -> int:
        return self.bits // 8

    @property
    def min(self) -> int:
        return -(1 << (self.bits - 1)) if self.signed else 0

    @property
    def max(self) -> int:
        return (1 << (self.bits - (1 if self.signed else 0))) - 1

    def __str__(self) -> str:
        return f"{'i' if self.signed else 'u'}{self.bits}"


@dataclass(frozen=True)
class FloatType(Type):
    """f64, IEEE 754 binary64."""

    @property
    def fixed_size(self) -> int:
        return 8

    def __str__(self) -> str:
        return "f64"


@dataclass(frozen=True)
class BoolType(Type):
    @property
    def fixed_size(self) -> int:
        return 1

    def __str__(self) -> str:
        return "bool"


@dataclass(frozen=True)
class PubkeyType(Type):
    @property
    def fixed_size(self) -> int:
        return 32

    def __str__(self) -> str:
        return "Pubkey"


@dataclass(frozen=True)
class U256Type(PubkeyType):
    """u256: 32 bytes, little-endian, that are used where they lie, as those of a key. Its operators are functions of
    the language's library."""

    def __str__(self) -> str:
        return "u256"


@dataclass(frozen=True)
class StrType(Type):
    """`str`, or `String[N]` when `max_len` (in bytes of UTF-8) is set. As values both are immutable strings.

    A `String[N]` is assignable to `str`; a `str` is assignable to `String[N]` with a check at run time.
    """

    max_len: int | None = None

    @property
    def max_size(self) -> int | None:
        return None if self.max_len is None else 4 + self.max_len

    def __str__(self) -> str:
        return "str" if self.max_len is None else f"String[{self.max_len}]"


@dataclass(frozen=True)
class BytesType(Type):
    """`bytes`: immutable, what `str.encode()` and bytes literals give. Borsh: Vec<u8>."""

    def __str__(self) -> str:
        return "bytes"


@dataclass(frozen=True)
class EnumType(Type):
    """A declared enum without data. One byte: the variant's position, not its Python value."""

    decl: EnumDecl = field(compare=False)
    name: str = ""
    module: str = ""

    @property
    def fixed_size(self) -> int:
        return 1

    def __str__(self) -> str:
        return self.name


@dataclass(frozen=True)
class ArrayType(Type):
    """`Array[T, N]`: fixed length, mutable, passed by reference. Borsh: the elements one after the other."""

    elem: Type
    length: int

    @property
    def fixed_size(self) -> int | None:
        size = self.elem.fixed_size
        return None if size is None else size * self.length

    @property
    def max_size(self) -> int | None:
        size = self.elem.max_size
        return None if size is None else size * self.length

    def __str__(self) -> str:
        return f"Array[{self.elem}, {self.length}]"


@dataclass(frozen=True)
class ListType(Type):
    """`List[T]`, or `List[T, N]` with a maximum length when `max_len` is set; mutable, by reference. Borsh: Vec."""

    elem: Type
    max_len: int | None = None

    @property
    def max_size(self) -> int | None:
        size = self.elem.max_size
        return None if size is None or self.max_len is None else 4 + size * self.max_len

    def __str__(self) -> str:
        return f"List[{self.elem}]" if self.max_len is None else f"List[{self.elem}, {self.max_len}]"


@dataclass(frozen=True)
class DictType(ListType):
    """`Dict[K, V]`: in memory the list of its pairs, in the order of insertion; no two keys are equal."""

    @property
    def key(self) -> Type:
        assert isinstance(self.elem, TupleType)
        return self.elem.elems[0]

    @property
    def value(self) -> Type:
        assert isinstance(self.elem, TupleType)
        return self.elem.elems[1]

    def __str__(self) -> str:
        return f"Dict[{self.key}, {self.value}]"


@dataclass(frozen=True)
class SetType(ListType):
    """`Set[T]`: in memory the list of its items, in the order of insertion; no two are equal."""

    def __str__(self) -> str:
        return f"Set[{self.elem}]"


@dataclass(frozen=True)
class BytearrayType(ListType):
    """`bytearray`: in memory a list of u8."""

    def __str__(self) -> str:
        return "bytearray"


def dict_type(key: Type, value: Type) -> DictType:
    return DictType(TupleType((key, value)))


@dataclass(frozen=True)
class OptionType(Type):
    """`Optional[T]` / `T | None`. Borsh: a tag byte, then the value when the tag is 1."""

    inner: Type

    @property
    def max_size(self) -> int | None:
        size = self.inner.max_size
        return None if size is None else 1 + size

    def __str__(self) -> str:
        return f"{self.inner} | None"


@dataclass(frozen=True)
class TupleType(Type):
    """`Tuple[A, B, ...]`: immutable. Borsh: the elements one after the other."""

    elems: tuple[Type, ...]

    @property
    def fixed_size(self) -> int | None:
        sizes = [e.fixed_size for e in self.elems]
        return None if any(s is None for s in sizes) else sum(s for s in sizes if s is not None)

    @property
    def max_size(self) -> int | None:
        sizes = [e.max_size for e in self.elems]
        return None if any(s is None for s in sizes) else sum(s for s in sizes if s is not None)

    def __str__(self) -> str:
        return f"Tuple[{', '.join(map(str, self.elems))}]"


@dataclass(frozen=True)
class IterType(Type):
    """The type that `range`, `enumerate`, `zip`, `map`, `filter`, `reversed` return. Only loops and functions that read
    items accept it."""

    elem: Type

    def __str__(self) -> str:
        return f"Iter[{self.elem}]"


@dataclass(frozen=True)
class ClassType(Type):
    """A plain class or dataclass of the program, or an Event; mutable, passed by reference."""

    decl: ClassDecl = field(compare=False)
    name: str = ""
    module: str = ""

    @property
    def fixed_size(self) -> int | None:
        sizes = [f.type.fixed_size for f in self.decl.all_fields()]
        return None if any(s is None for s in sizes) else sum(s for s in sizes if s is not None)

    @property
    def max_size(self) -> int | None:
        sizes = [f.type.max_size for f in self.decl.all_fields()]
        return None if any(s is None for s in sizes) else sum(s for s in sizes if s is not None)

    def __str__(self) -> str:
        return self.name


@dataclass(frozen=True)
class UnionType(Type):
    """`Circle | Square`, or a base class with objects of its derived classes. Borsh: the position of the class in
    `members`, one byte, then its fields, as an enum with data."""

    members: tuple[ClassType, ...]
    name: str = field(default="", compare=False)
    # The base class, when it is one that stands for its derived classes.
    base: ClassDecl | None = field(default=None, compare=False)

    @property
    def max_size(self) -> int | None:
        sizes = [m.max_size for m in self.members]
        return None if any(s is None for s in sizes) else 1 + max(s for s in sizes if s is not None)

    def __str__(self) -> str:
        return self.name or " | ".join(map(str, self.members))


@dataclass(frozen=True)
class AccountType(Type):
    """A program account: a class deriving from `Account`, of this program or of another one of the workspace."""

    decl: AccountDecl = field(compare=False)
    name: str = ""
    module: str = ""

    def __str__(self) -> str:
        return self.name


@dataclass(frozen=True)
class BuiltinAccountType(Type):
    """An account type of the prelude.

    `name` is one of `account_kinds.ACCOUNT_KINDS`. The type of a sysvar is also that of its value: `Clock.get()`.
    """

    name: str

    def __str__(self) -> str:
        return self.name


@dataclass(frozen=True)
class EmptyType(Type):
    """`Empty[T]`: an account to be initialized; `inner` is an AccountType, TokenAccount or TokenMint."""

    inner: Type

    def __str__(self) -> str:
        return f"Empty[{self.inner}]"


@dataclass(frozen=True)
class CpiAccountType(Type):
    """`CpiAccount`: an account and its flags for `Program.invoke`."""

    def __str__(self) -> str:
        return "CpiAccount"


@dataclass(frozen=True)
class PriceFeedType(Type):
    """Pyth's `PriceFeed` and `Price` (name tells which)."""

    name: str

    def __str__(self) -> str:
        return self.name


# --- declarations ---


@dataclass
class Field:
    name: str
    type: Type
    span: Span
    docs: list[str] = field(default_factory=list[str])
    # A list of an account that is not read to the heap: its elements stay in the account.
    in_place: bool = False


@dataclass(eq=False)
class EnumDecl:
    """`class X(Enum)`. Variants in source order; a variant's Borsh tag is its position. `values`: their values in
    Python, which are all numbers or all texts. `is_int`: an IntEnum, whose members are numbers in Python."""

    name: str
    module: str
    variants: list[str]
    span: Span
    docs: list[str] = field(default_factory=list[str])
    variant_docs: dict[str, list[str]] = field(default_factory=dict[str, list[str]])
    values: list[int | str] = field(default_factory=list[int | str])
    is_int: bool = False


@dataclass(eq=False)
class ClassDecl:
    """A plain class, a dataclass or an Event (`is_event`)."""

    name: str
    module: str
    span: Span
    is_event: bool = False
    base: ClassDecl | None = None
    fields: list[Field] = field(default_factory=list[Field])
    docs: list[str] = field(default_factory=list[str])
    # The class of the source, when it is generic and this is what it is for certain types.
    generic: str | None = None
    # A class whose objects may be the same as those of this one, since both stand in one union.
    together: ClassDecl | None = None
    # "Flag" or "IntFlag": in Python the class is one of sets of flags.
    flags: str | None = None
    # Whether equal objects are as good as one: a frozen dataclass or a NamedTuple.
    frozen: bool = False
    # The discriminator of an event that the program declares, if it does.
    discriminator: bytes | None = None

    @property
    def label(self) -> str:
        """The name that Python has for the class."""
        return self.generic or self.name

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
    docs: list[str] = field(default_factory=list[str])
    # The discriminator that the program declares; without it the data begins with 8 bytes made of the name.
    discriminator: bytes | None = None

    @property
    def header(self) -> int:
        """Bytes in front of the first field."""
        return len(self.discriminator) if self.discriminator is not None else 8

    @property
    def has_list_in_place(self) -> bool:
        return any(f.in_place for f in self.fields)

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


# --- the types that have a name ---

NONE = NoneType()
BOOL = BoolType()
STR = StrType()
BYTES = BytesType()
F64 = FloatType()
PUBKEY = PubkeyType()
U256 = U256Type()
U8, U16, U32, U64, U128 = (IntType(b, False) for b in (8, 16, 32, 64, 128))
I8, I16, I32, I64, I128 = (IntType(b, True) for b in (8, 16, 32, 64, 128))
BYTEARRAY = BytearrayType(U8)
INTS = {str(t): t for t in (U8, U16, U32, U64, U128, I8, I16, I32, I64, I128)}
SIGNER, UNCHECKED, SYSTEM_ACCOUNT, TOKEN_ACCOUNT, TOKEN_MINT, ANY_TOKEN_ACCOUNT, ANY_TOKEN_MINT, PROGRAM = (
    BuiltinAccountType(n)
    for n in (
        "Signer",
        "UncheckedAccount",
        "SystemAccount",
        "TokenAccount",
        "TokenMint",
        "AnyTokenAccount",
        "AnyTokenMint",
        "Program",
    )
)
CPI_ACCOUNT = CpiAccountType()


def root_of(decl: ClassDecl) -> ClassDecl:
    """The class that stands for all whose objects may be the same as those of `decl`."""
    while (above := decl.together or decl.base) is not None:
        decl = above
    return decl


def union_of(members: tuple[ClassType, ...], name: str = "", base: ClassDecl | None = None) -> UnionType:
    """The type of objects of several classes."""
    first = root_of(members[0].decl)
    for member in members[1:]:
        root = root_of(member.decl)
        if root is not first:
            root.together = first
    return UnionType(members, name, base)


def is_account(t: Type) -> bool:
    """Whether values of the type are accounts passed to the instruction (also inside an Option)."""
    if isinstance(t, OptionType):
        return is_account(t.inner)
    return isinstance(t, AccountType | EmptyType | BuiltinAccountType)
