"""Errors: one number says which error it is and where it comes from; the program builds the text when the error
happens.

A number packs three things, so that raising an error costs one instruction in the program: bits 0-11 the kind (its code
and text), bits 12-13 the origin's form, bits 14-30 the origin: a line (13 bits) and a file (4), or an account's name
(11) and, when the error belongs to reading it, its position and one (6).
"""

from __future__ import annotations

from dataclasses import dataclass, field

from seahorse.backends.sbf.frame.memory_map import MISSING_ADDRESS
from seahorse.backends.sbf.llvm.function import FunctionBuilder
from seahorse.backends.sbf.llvm.module import LlvmModule
from seahorse.backends.sbf.llvm.values import StackSlot, Value
from seahorse.diagnostics import Span, fail, logged_name
from seahorse.ir.errors import PROGRAM_ERROR_NUMBERS, PROGRAM_ERRORS, AnchorError
from seahorse.ir.layout import pascal_case
from seahorse.semantics.tree import ErrorCode

_NOWHERE, _LINE, _ACCOUNT = 0, 1, 2
_MAX_LINE = (1 << 13) - 1
_NAME_BITS, _MAX_POSITION, KIND_MASK = 11, 62, (1 << 12) - 1
_FILES = 16

# Mistakes that a program account can have. Their kinds are consecutive numbers, so that helpers count from the first.
ACCOUNT_ERRORS = (
    AnchorError.AccountNotInitialized,
    AnchorError.AccountOwnedByWrongProgram,
    AnchorError.AccountDiscriminatorNotFound,
    AnchorError.AccountDiscriminatorMismatch,
    AnchorError.AccountDidNotDeserialize,
)


@dataclass
class Errors:
    """Gives out error numbers, and writes the tables that the `fail` helper reads."""

    # Where to point when the program has more errors than numbers.
    program: Span
    # Whether an error is only its code: no text, and no place.
    quiet: bool = False
    # (number, name, message) of each.
    kinds: dict[tuple[int, str, str], int] = field(default_factory=dict[tuple[int, str, str], int])
    files: dict[str, int] = field(default_factory=dict[str, int])
    names: dict[str, int] = field(default_factory=dict[str, int])

    def __post_init__(self) -> None:
        for code in (*ACCOUNT_ERRORS, AnchorError.AccountNotEnoughKeys):
            self._framework(code)

    def _kind(self, number: int, name: str, message: str) -> int:
        told = (number, "", "") if self.quiet else (number, name, message)
        kind = self.kinds.setdefault(told, len(self.kinds))
        if kind > KIND_MASK:
            raise fail(self.program, f"more than {KIND_MASK + 1} different errors", "split the program")
        return kind

    def _name(self, name: str) -> int:
        index = self.names.setdefault(name, _FILES + len(self.names))
        if index >> _NAME_BITS:
            raise fail(self.program, "too many accounts with different names", "use the same names for the same roles")
        return index

    def _framework(self, error: AnchorError) -> int:
        return self._kind(int(error), error.name, error.message)

    def _program(self, name: str) -> int:
        error = PROGRAM_ERRORS[name]
        return self._kind(error.number, name, error.message)

    def _at(self, span: Span) -> int:
        if not span.file or self.quiet:
            # Code that stands in no source has no place to tell.
            return 0
        place = self.files.setdefault(span.file, len(self.files))
        if place >= _FILES:
            return 0
        return _LINE << 12 | min(span.line, _MAX_LINE) << 14 | place << 27

    def framework(self, code: AnchorError) -> int:
        """An Anchor error without an origin."""
        return self._framework(code)

    def framework_number(self, code: AnchorError) -> int:
        """An Anchor error without an origin; the program tells its number only, unless it has the text anyway."""
        if (int(code), code.name, code.message) in self.kinds:
            return self._framework(code)
        return self._kind(int(code), "", "")

    def framework_at(self, code: AnchorError, span: Span) -> int:
        return self._framework(code) | self._at(span)

    def origin(self, name: str, position: int | None = None) -> int:
        """The origin `caused by account: NAME`, to be added to an error without one.

        `position` of the account when the error can happen while the account is read: for a missing account the error
        becomes AccountNotEnoughKeys.
        """
        place = 0 if position is None or position > _MAX_POSITION else position + 1
        return _ACCOUNT << 12 | (self._name("" if self.quiet else name) | place << _NAME_BITS) << 14

    def account(self, code: AnchorError, name: str, position: int | None = None) -> int:
        """`AnchorError caused by account: NAME.`"""
        return self._framework(code) | self.origin(name, position)

    def account_program_error(self, error: str, name: str, position: int | None = None) -> int:
        return self._program(error) | self.origin(name, position)

    def program_error(self, error: str, span: Span | None = None) -> int:
        return self._program(error) | (self._at(span) if span else 0)

    def user(self, error: ErrorCode, span: Span) -> int:
        return self._kind(error.code, pascal_case(error.name), error.message) | self._at(span)


def write_fail(module: LlvmModule, errors: Errors) -> None:
    """`fail(number) -> code`: log the error as Anchor words it. Written last, when all errors are known."""
    write = _write_quiet_body if errors.quiet else _write_body

    def finish() -> None:
        write(module.function("fail", ["i64"], attributes="noinline"), errors)

    module.finishers.append(finish)


def write_append(module: LlvmModule) -> None:
    """`append(to, data, size) -> where the copy ends`."""
    f = module.function("append", ["ptr", "ptr", "i64"], attributes="noinline")
    to, data, size = f.params
    f.copy_bytes(to, data, size)
    f.ret(f.address(f.at(to, size)))


@dataclass
class _Tables:
    """The texts of all errors, one after the other, and where each begins; it ends where the next one does."""

    text: Value
    # An offset in the texts.
    offset: str
    files: int

    def starts(self, f: FunctionBuilder, table: str, index: Value, row: int, at: int) -> Value:
        entry = f.at(Value(f, "ptr", table), index * row)
        return f.load(self.offset, entry, at).zext("i64")

    @property
    def width(self) -> int:
        return int(self.offset[1:]) // 8


def _write_tables(f: FunctionBuilder, errors: Errors) -> _Tables:
    """`@kinds`: the number, where the name begins and where the message does; `@names`: where each begins."""
    blob = bytearray()

    def place(text: str) -> int:
        blob.extend(text.encode())
        return len(blob) - len(text.encode())

    kinds = [(number, place(name), place(message)) for number, name, message in errors.kinds]
    kinds.append((0, len(blob), len(blob)))
    files = [logged_name(file) for file in errors.files][:_FILES]
    names = [place(name) for name in [*files, *errors.names]] + [len(blob)]
    offset = "i16" if len(blob) < 1 << 16 else "i32"
    row = f"{{ i32, {offset}, {offset} }}"
    rows = [f"{row} {{ i32 {n}, {offset} {a}, {offset} {b} }}" for n, a, b in kinds]
    entries = [f"{offset} {where}" for where in names]
    for table, ty, values in (("@kinds", row, rows), ("@names", offset, entries)):
        text = f"constant [{len(values)} x {ty}] [{', '.join(values)}], align 4"
        f.module.globals.append(f"{table} = private unnamed_addr {text}")
    return _Tables(f.bytes(bytes(blob)), offset, len(files))


def _write_kind(f: FunctionBuilder, errors: Errors, row: int, origin: Value) -> tuple[StackSlot, Value, Value]:
    """The kind of an error, whether it is the runtime's, and its code. `row`: bytes of a row of `@kinds`."""
    number = f.params[0]
    index = f.slot("i64", number & KIND_MASK)
    missing = f.load("i64", f.const("ptr", MISSING_ADDRESS))
    not_given = missing.ne(0) & (number >> (14 + _NAME_BITS)).uge(missing)
    f.if_(not_given & origin.eq(_ACCOUNT), lambda: index.set(errors.framework(AnchorError.AccountNotEnoughKeys)))
    kind = f.load("i32", f.at(Value(f, "ptr", "@kinds"), index.get() * row)).zext("i64")
    program = kind.ult(PROGRAM_ERROR_NUMBERS)
    return index, program, f.select(program, kind << 32, kind)


def _write_quiet_body(f: FunctionBuilder, errors: Errors) -> None:
    numbers = [number for number, _, _ in errors.kinds]
    text = ", ".join(f"i32 {number}" for number in numbers)
    f.module.globals.append(f"@kinds = private unnamed_addr constant [{len(numbers)} x i32] [{text}], align 4")
    _, _, code = _write_kind(f, errors, 4, (f.params[0] >> 12) & 3)
    f.ret(code)


def _write_body(f: FunctionBuilder, errors: Errors) -> None:
    tables = _write_tables(f, errors)
    row = 4 + 2 * tables.width
    number = f.params[0]
    origin = (number >> 12) & 3
    index, program, code = _write_kind(f, errors, row, origin)
    longest = max((len(f"{name}{message}".encode()) for _, name, message in errors.kinds), default=0)
    origins = [*map(logged_name, errors.files), *errors.names]
    out = f.alloca(longest + max((len(n.encode()) for n in origins), default=0) + 128)
    end = f.slot("ptr", out)

    def put(data: Value, size: Value) -> None:
        end.set(f.pointer(f.runtime("append", end.get(), data, size)))

    def literal(data: bytes) -> None:
        put(f.bytes(data), f.i64(len(data)))

    def between(start: Value, stop: Value) -> None:
        put(f.at(tables.text, start), stop - start)

    def digits(value: Value) -> None:
        f.module.use_runtime("put_u64")
        end.set(f.at(end.get(), f.call("put_u64", end.get(), value)))

    def name(index: Value) -> None:
        first = tables.starts(f, "@names", index, tables.width, 0)
        between(first, tables.starts(f, "@names", index + 1, tables.width, 0))

    def line() -> None:
        literal(b" thrown in ")
        name(number >> 27)
        literal(b":")
        digits((number >> 14) & 0x1FFF)

    def account() -> None:
        literal(b" caused by account: ")
        # The numbers of names begin after the largest number of a file.
        name(((number >> 14) & ((1 << _NAME_BITS) - 1)) - (_FILES - tables.files))

    prefix = f.select(program, f.bytes(b"ProgramError"), f.bytes(b"AnchorError"))
    put(prefix, f.select(program, f.i64(12), f.i64(11)))
    f.if_(origin.eq(_LINE), line, lambda: f.if_(origin.eq(_ACCOUNT), account, lambda: literal(b" occurred")))
    literal(b". Error Code: ")
    message = tables.starts(f, "@kinds", index.get(), row, 4 + tables.width)
    between(tables.starts(f, "@kinds", index.get(), row, 4), message)
    literal(b". Error Number: ")
    digits(code)
    literal(b". Error Message: ")
    between(message, tables.starts(f, "@kinds", index.get() + 1, row, 4))
    literal(b".")
    f.call("sol_log_", out, f.address(end.get()) - f.address(out))
    f.ret(code)
