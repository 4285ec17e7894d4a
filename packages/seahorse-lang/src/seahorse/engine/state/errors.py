"""Failures of instructions: what the chain calls what CPython raises."""

from __future__ import annotations

from typing import Any, cast

from seahorse.ir.layout import pascal_case

# ProgramErrors as the runtime words them in `Program X failed: ...`.
_WORDS = {
    "InvalidArgument": "invalid program argument",
    "InvalidInstructionData": "invalid instruction data",
    "InvalidAccountData": "invalid account data for instruction",
    "InsufficientFunds": "insufficient funds for instruction",
    "IncorrectProgramId": "incorrect program id for instruction",
    "UninitializedAccount": "instruction requires an initialized account",
    "MaxSeedLengthExceeded": "Length of the seed is too long for address generation",
    "InvalidSeeds": "Provided seeds do not result in a valid address",
    "InvalidAccountOwner": "Invalid account owner",
    "ArithmeticOverflow": "Program arithmetic overflowed",
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
}
HEAP_EXHAUSTED = 4200
REQUIRE_VIOLATED = 2500


class InstructionError(Exception):
    """An instruction fails. `error` is the cluster's JSON form: a name, or {"Custom": code}.

    told: whether the program has logged its own words for it. account: the parameter whose check failed.
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
    return InstructionError({"Custom": code})


class Declared(Exception):
    """Base of the errors that a program declares. Each is a member of its class."""

    code: int
    message: str


class RaisedText(Exception):
    """A `raise` or `assert` of the program whose error is only a text."""


class EngineFault(RuntimeError):
    """CPython refused the program in a way that no program that compiles should be refused: a fault of the compiler."""


def failure_of(error: BaseException) -> InstructionError:
    """What the chain calls an exception that left a program's own code.

    Raises EngineFault for an exception that means a mistake in the program that the compiler let through.
    """
    if isinstance(error, AssertionError):
        reason = error.args[0] if error.args else None
        return failure_of(reason) if isinstance(reason, Declared) else custom(REQUIRE_VIOLATED)
    match error:
        case InstructionError():
            return error
        case Declared():
            return custom(error.code)
        case RaisedText():
            return custom(REQUIRE_VIOLATED)
        case OverflowError() | ZeroDivisionError():
            return InstructionError("ArithmeticOverflow")
        case IndexError() | ValueError():
            return InstructionError("InvalidArgument")
        case MemoryError():
            return custom(HEAP_EXHAUSTED)
        case _:
            raise EngineFault(f"{type(error).__name__}: {error}") from error


def message_of(error: BaseException) -> str | None:
    """The text that the program logs with an error that is only a text."""
    if isinstance(error, AssertionError) and error.args and not isinstance(error.args[0], Declared):
        return str(error.args[0])
    return str(error.args[0]) if isinstance(error, RaisedText) else None


def line_of(failure: InstructionError, error: BaseException, place: str) -> str:
    """Anchor's line for a failure. `place`: ` thrown in FILE:LINE`, ` caused by account: NAME`, or ` occurred`."""
    # Here, since it brings the back end along, and most instructions succeed.
    from seahorse.backends.sbf.frame import errors

    code = failure.code
    if code is not None:
        member = error.args[0] if isinstance(error, AssertionError) and error.args else error
        if isinstance(member, Declared):
            name, message = pascal_case(cast("Any", member).name), member.message
        else:
            name, message = errors.FRAMEWORK.get(code, ("Custom", "Custom program error"))
        kind = "AnchorError"
    else:
        names: dict[str, tuple[int, str]] = errors._BUILTIN  # pyright: ignore[reportPrivateUsage]
        number, message = names.get(str(failure.error), (0, ""))
        kind, code, name = "ProgramError", number << 32, str(failure.error)
    return f"{kind}{place}. Error Code: {name}. Error Number: {code}. Error Message: {message}."
