"""Errors: one number says which error it is and where it comes from; the program builds the text when the error
happens.

A number packs three things, so that raising an error costs one instruction in the program: bits 0-11 the kind (its code
and text), bits 12-13 the origin's form, bits 14-30 the origin: a line (13 bits) and a file (4), or an account's name
(11) and, when the error belongs to reading it, its position and one (6).
"""

from __future__ import annotations

from dataclasses import dataclass, field

from seahorse.backends.sbf.frame.memory_map import MISSING_ADDRESS
from seahorse.backends.sbf.frame.packed_texts import PackedTexts, pack, write_unpack
from seahorse.backends.sbf.llvm.function import FunctionBuilder
from seahorse.backends.sbf.llvm.module import LlvmModule
from seahorse.backends.sbf.llvm.values import StackSlot, Value
from seahorse.diagnostics import Span, fail, logged_name
from seahorse.ir.errors import PROGRAM_ERROR_NUMBERS, PROGRAM_ERRORS, TOO_SHORT, AnchorError
from seahorse.ir.layout import pascal_case
from seahorse.semantics.tree import ErrorCode

_NOWHERE, _LINE, _ACCOUNT = 0, 1, 2
_MAX_LINE = (1 << 13) - 1
_NAME_BITS, _MAX_POSITION, KIND_MASK = 11, 62, (1 << 12) - 1
_FILES = 16

# Mistakes that a program account can have. Their kinds are consecutive numbers, so that helpers count from the first.
ACCOUNT_ERRORS = tuple(
    dict.fromkeys(
        (
            AnchorError.AccountNotInitialized,
            AnchorError.AccountOwnedByWrongProgram,
            TOO_SHORT,
            AnchorError.AccountDiscriminatorMismatch,
            AnchorError.AccountDidNotDeserialize,
        )
    )
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

    def finish() -> None:
        f = module.function("fail", ["i64"], attributes="noinline")
        if errors.quiet:
            _write_quiet_body(f, errors)
            return
        texts = _gather(errors)
        _write_say(module, texts.packed)
        _write_body(f, errors, texts)

    module.finishers.append(finish)


# The texts around what an error says, in the order of their numbers behind the other texts.
_AROUND = (
    b"ProgramError",
    b"AnchorError",
    b" thrown in ",
    b":",
    b" caused by account: ",
    b" occurred",
    b". Error Code: ",
    b". Error Number: ",
    b". Error Message: ",
    b".",
)


@dataclass
class _Texts:
    """All texts, packed, by number: names and messages of the kinds of errors by turns, then files and names, then
    those around."""

    packed: PackedTexts
    # Numbers of the first file and of the first text around.
    files: int
    around: int
    # The first name of an account, as error numbers count them, has this number.
    names: int

    def number(self, text: bytes) -> int:
        return self.around + _AROUND.index(text)


def _gather(errors: Errors) -> _Texts:
    kinds = [text.encode() for _, *told in errors.kinds for text in told]
    files = [logged_name(file).encode() for file in errors.files][:_FILES]
    names = [name.encode() for name in errors.names]
    packed = pack([*kinds, *files, *names, *_AROUND])
    return _Texts(packed, len(kinds), len(kinds) + len(files) + len(names), len(kinds) + len(files) - _FILES)


def _write_say(module: LlvmModule, packed: PackedTexts) -> None:
    """`say(to, number) -> where the text ends that is written`."""
    f = module.function("say", ["ptr", "i64"], attributes="noinline")
    to, number = f.params
    offset = "i16" if len(packed.data) < 1 << 16 else "i32"
    width = int(offset[1:]) // 8
    entries = ", ".join(f"{offset} {start}" for start in packed.starts)
    module.globals.append(
        f"@starts = private unnamed_addr constant [{len(packed.starts)} x {offset}] [{entries}], align 4"
    )
    entry = f.at(Value(f, "ptr", "@starts"), number * width)
    texts = f.bytes(packed.data)
    start, end = (f.at(texts, f.load(offset, entry, at).zext("i64")) for at in (0, width))
    f.ret(f.address(write_unpack(f, packed, to, start, end)))


def _write_kind(f: FunctionBuilder, errors: Errors, origin: Value) -> tuple[StackSlot, Value, Value]:
    """The kind of an error, whether it is the runtime's, and its code."""
    numbers = [number for number, _, _ in errors.kinds]
    text = ", ".join(f"i32 {number}" for number in numbers)
    f.module.globals.append(f"@kinds = private unnamed_addr constant [{len(numbers)} x i32] [{text}], align 4")
    number = f.params[0]
    index = f.slot("i64", number & KIND_MASK)
    missing = f.load("i64", f.const("ptr", MISSING_ADDRESS))
    not_given = missing.ne(0) & (number >> (14 + _NAME_BITS)).uge(missing)
    f.if_(not_given & origin.eq(_ACCOUNT), lambda: index.set(errors.framework(AnchorError.AccountNotEnoughKeys)))
    kind = f.load("i32", f.at(Value(f, "ptr", "@kinds"), index.get() << 2)).zext("i64")
    program = kind.ult(PROGRAM_ERROR_NUMBERS)
    return index, program, f.select(program, kind << 32, kind)


def _write_quiet_body(f: FunctionBuilder, errors: Errors) -> None:
    _, _, code = _write_kind(f, errors, (f.params[0] >> 12) & 3)
    f.ret(code)


def _write_body(f: FunctionBuilder, errors: Errors, texts: _Texts) -> None:
    number = f.params[0]
    origin = (number >> 12) & 3
    index, program, code = _write_kind(f, errors, origin)
    longest = max((len(f"{name}{message}".encode()) for _, name, message in errors.kinds), default=0)
    origins = [*map(logged_name, errors.files), *errors.names]
    out = f.alloca(longest + max((len(n.encode()) for n in origins), default=0) + 128)
    end = f.slot("ptr", out)

    def say(number: Value) -> None:
        end.set(f.pointer(f.call("say", end.get(), number)))

    def around(text: bytes) -> None:
        say(f.i64(texts.number(text)))

    def digits(value: Value) -> None:
        f.module.use_runtime("put_u64")
        end.set(f.at(end.get(), f.call("put_u64", end.get(), value)))

    def line() -> None:
        around(b" thrown in ")
        say((number >> 27) + texts.files)
        around(b":")
        digits((number >> 14) & 0x1FFF)

    def account() -> None:
        around(b" caused by account: ")
        say(((number >> 14) & ((1 << _NAME_BITS) - 1)) + texts.names)

    say(f.select(program, *(f.i64(texts.number(text)) for text in (b"ProgramError", b"AnchorError"))))
    f.if_(origin.eq(_LINE), line, lambda: f.if_(origin.eq(_ACCOUNT), account, lambda: around(b" occurred")))
    around(b". Error Code: ")
    say(index.get() << 1)
    around(b". Error Number: ")
    digits(code)
    around(b". Error Message: ")
    say((index.get() << 1) + 1)
    around(b".")
    f.call("sol_log_", out, f.address(end.get()) - f.address(out))
    f.ret(code)
