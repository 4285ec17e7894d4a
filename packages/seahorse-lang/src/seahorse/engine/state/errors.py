"""Failures of instructions: the chain's names for CPython's exceptions."""

from __future__ import annotations

from typing import Any, cast

from seahorse.ir.errors import PROGRAM_ERRORS, AnchorError, anchor_error
from seahorse.ir.layout import pascal_case

# The text of the runtime in `Program X failed: ...`, for errors that programs do not raise themselves.
_WORDS = {
    "PrivilegeEscalation": "Cross-program invocation with unauthorized signer or writable account",
    "MissingAccount": "An account required by the instruction is missing",
    "ReentrancyNotAllowed": "Cross-program invocation reentrancy not allowed for this instruction",
    "CallDepth": "Cross-program invocation call depth too deep",
    "ReadonlyDataModified": "instruction modified data of a read-only account",
    "ReadonlyLamportChange": "instruction changed the balance of a read-only account",
    "ExternalAccountDataModified": "instruction modified data of an account it does not own",
    "ExternalAccountLamportSpend": "instruction spent from the balance of an account it does not own",
    "UnbalancedInstruction": "sum of account balances before and after instruction do not match",
    "InvalidRealloc": "Failed to reallocate account data",
    "UnsupportedProgramId": "Unsupported program id",
    "ProgramFailedToComplete": "Program failed to complete",
    **{name: error.words for name, error in PROGRAM_ERRORS.items()},
}
# An error that CPython calls a TypeError although it depends on a value: a text that should be one character.
_OF_VALUES = ("The fill character", "ord() expected")


class InstructionError(Exception):
    """An instruction fails. `error` is the cluster's JSON form: a name, or {"Custom": code}.

    told: whether the program has already logged the error. account: the parameter whose check failed.
    keys: the address found and the one expected, which Anchor shows.
    """

    def __init__(self, error: Any, told: bool = False) -> None:
        super().__init__(str(error))
        self.error = error
        self.told = told
        self.account: str | None = None
        self.keys: tuple[bytes, bytes] | None = None

    @property
    def code(self) -> int | None:
        """The number of a custom error."""
        error = cast("str | dict[str, int]", self.error)
        return None if isinstance(error, str) else error["Custom"]

    @property
    def words(self) -> str:
        """As the runtime's log says it."""
        if self.code is not None:
            return f"custom program error: {self.code:#x}"
        return _WORDS.get(self.error, str(self.error))


def custom(code: int) -> InstructionError:
    return InstructionError({"Custom": int(code)})


class DeclaredError(Exception):
    """Base of the errors that a program declares. Each is a member of its class."""

    code: int
    message: str


class RaisedText(Exception):
    """A `raise` or `assert` of the program whose error is only a text."""


class EngineFault(RuntimeError):
    """CPython raised an exception that no program that compiles should cause: a fault of the compiler."""


def failure_of(error: BaseException) -> InstructionError:
    """The chain's error for an exception that left a program's own code. Raises EngineFault when the exception shows a
    mistake in the program that the compiler should have refused.
    """
    if isinstance(error, AssertionError):
        reason = error.args[0] if error.args else None
        return failure_of(reason) if isinstance(reason, DeclaredError) else custom(AnchorError.RequireViolated)
    match error:
        case InstructionError():
            return error
        case DeclaredError():
            return custom(error.code)
        case RaisedText():
            return custom(AnchorError.RequireViolated)
        case OverflowError() | ZeroDivisionError():
            return InstructionError("ArithmeticOverflow")
        case LookupError() | ValueError():
            return InstructionError("InvalidArgument")
        case TypeError() if str(error).startswith(_OF_VALUES):
            return InstructionError("InvalidArgument")
        case RuntimeError() if "during iteration" in str(error):
            return InstructionError("InvalidArgument")
        case MemoryError():
            return custom(AnchorError.HeapExhausted)
        case RecursionError():
            return InstructionError("ProgramFailedToComplete")
        case _:
            raise EngineFault(f"{type(error).__name__}: {error}") from error


def message_of(error: BaseException) -> str | None:
    """The text that the program logs with an error that is only a text."""
    if isinstance(error, AssertionError) and error.args and not isinstance(error.args[0], DeclaredError):
        return str(error.args[0])
    return str(error.args[0]) if isinstance(error, RaisedText) else None


def line_of(failure: InstructionError, error: BaseException, place: str) -> str:
    """Anchor's line for a failure. `place`: ` thrown in FILE:LINE`, ` caused by account: NAME`, or ` occurred`."""
    code = failure.code
    if code is not None:
        member = error.args[0] if isinstance(error, AssertionError) and error.args else error
        if isinstance(member, DeclaredError):
            name, message = pascal_case(cast("Any", member).name), member.message
        else:
            framework = anchor_error(code)
            name = "Custom" if framework is None else framework.name
            message = "Custom program error" if framework is None else framework.message
        kind = "AnchorError"
    else:
        name = str(failure.error)
        known = PROGRAM_ERRORS.get(name)
        number, message = (0, "") if known is None else (known.number, known.message)
        kind, code = "ProgramError", number << 32
    return f"{kind}{place}. Error Code: {name}. Error Number: {code}. Error Message: {message}."
