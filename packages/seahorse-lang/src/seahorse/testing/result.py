"""The result of a call: value, events and logs of a success; the reason of a failure; `expect_error`."""

from __future__ import annotations

import base64
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any

from solders.pubkey import Pubkey

from seahorse.testing.codec import DecodedRecord
from seahorse.testing.failures import ProgramFailure

_PRINTED = "Program log: "
_EMITTED = "Program data: "

__all__ = ["Failed", "NoComputeUnits", "ProgramFailure", "Result", "expect_error"]


class NoComputeUnits(LookupError):
    """The test asks for compute units, which the Python engine does not count."""


@dataclass(frozen=True)
class Result:
    """A transaction that was executed.

    events: of all deployed programs, decoded, in order.
    value: the last instruction's decoded return value.
    failure: why it failed, or None.
    changed: the accounts that are not what they were before.
    counted: the compute units, or None where nothing counts them.
    """

    logs: list[str]
    counted: int | None
    events: list[DecodedRecord] = field(default_factory=list[DecodedRecord])
    value: Any = None
    failure: ProgramFailure | None = None
    changed: list[Pubkey] = field(default_factory=list[Pubkey])

    @property
    def compute_units(self) -> int:
        """The compute units of the transaction on the virtual machine. Raises NoComputeUnits for programs that CPython
        ran."""
        if self.counted is None:
            raise NoComputeUnits(
                "CPython ran the program, which costs no compute units: Ledger(engine='vm') counts them"
            )
        return self.counted

    @property
    def messages(self) -> list[str]:
        """The lines that the programs printed, without those of the runtime."""
        return printed(self.logs)


class Failed(AssertionError):
    """A call failed. `result` has its logs, `failure` the reason."""

    def __init__(self, what: str, result: Result) -> None:
        assert result.failure is not None
        self.result = result
        self.failure: ProgramFailure = result.failure
        super().__init__(f"{what} failed with {self.failure}\n" + "\n".join(f"    {line}" for line in result.logs))


def printed(logs: list[str]) -> list[str]:
    return [line.removeprefix(_PRINTED) for line in logs if line.startswith(_PRINTED)]


def emitted(logs: list[str]) -> list[tuple[str, bytes]]:
    """The data that programs logged, each with the address of the program that did."""
    stack: list[str] = []
    found: list[tuple[str, bytes]] = []
    for line in logs:
        words = line.split()
        if line.startswith(_EMITTED) and stack:
            found.append((stack[-1], base64.b64decode(words[2])))
        elif len(words) >= 3 and words[0] == "Program" and words[2] == "invoke":
            stack.append(words[1])
        elif len(words) >= 3 and words[0] == "Program" and words[2].rstrip(":") in ("success", "failed") and stack:
            stack.pop()
    return found


class expect_error:  # noqa: N801 - reads as a statement
    """Asserts that the call inside fails with this error, and that no account was changed by it.

        with expect_error("NotOwner") as failed:
            counter.increment(owner=bob)

    `error`: a name (NotOwner or NOT_OWNER) or a code, of the program, of Anchor (ConstraintSeeds, 2006), of the token
    program, or of the runtime (ArithmeticOverflow). Afterwards `failed.failure` and `failed.result` tell more.
    """

    result: Result
    failure: ProgramFailure

    def __init__(self, error: int | str) -> None:
        self.expected = error

    def __enter__(self) -> expect_error:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> bool:
        if error is None:
            raise AssertionError(f"nothing failed; expected {self.expected}")
        if not isinstance(error, Failed):
            return False
        self.result, self.failure = error.result, error.failure
        if not error.failure.matches(self.expected):
            raise AssertionError(f"expected {self.expected}, but {error}") from None
        if error.result.changed:
            changed = ", ".join(str(key) for key in error.result.changed)
            raise AssertionError(f"failed as expected with {error.failure}, but these accounts changed: {changed}")
        return True
