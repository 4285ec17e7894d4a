"""Names of failures: which program gave an error code, and what that code is called there."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, cast

from seahorse.ir.errors import anchor_error

_FAILED = re.compile(r"^Program (\w+) failed: ")
_TOKEN = "TokenkegQfeZyiNwAJbNbGKPFXCWuBvf9Ss623VQ5DA"
_SYSTEM = "11111111111111111111111111111111"
_STANDARD = {
    _TOKEN: [
        "NotRentExempt",
        "InsufficientFunds",
        "InvalidMint",
        "MintMismatch",
        "OwnerMismatch",
        "FixedSupply",
        "AlreadyInUse",
        "InvalidNumberOfProvidedSigners",
        "InvalidNumberOfRequiredSigners",
        "UninitializedState",
        "NativeNotSupported",
        "NonNativeHasBalance",
        "InvalidInstruction",
        "InvalidState",
        "Overflow",
        "AuthorityTypeNotSupported",
        "MintCannotFreeze",
        "AccountFrozen",
        "MintDecimalsMismatch",
        "NonNativeNotSupported",
    ],
    _SYSTEM: [
        "AccountAlreadyInUse",
        "ResultWithNegativeLamports",
        "InvalidProgramId",
        "InvalidAccountDataLength",
        "MaxSeedLengthExceeded",
        "AddressWithSeedMismatch",
    ],
}


@dataclass(frozen=True)
class ProgramFailure:
    """Why a transaction failed.

    code: the custom program error, or None.
    name: what it, or the runtime's error, is called.
    program: the address of the program that failed first, or None.
    message: the program's own words for it, or None.
    """

    code: int | None
    name: str
    program: str | None
    message: str | None = None

    def matches(self, expected: int | str) -> bool:
        """Whether this is the expected code or name; NOT_OWNER is NotOwner."""
        if isinstance(expected, int):
            return self.code == expected
        return _plain(expected) == _plain(self.name)

    def __str__(self) -> str:
        code = "" if self.code is None else f" ({self.code})"
        return f"{self.name}{code}" + ("" if self.message is None else f": {self.message}")


def failure_of(error: Any, logs: list[str], declared: Callable[[str], dict[int, tuple[str, str]]]) -> ProgramFailure:
    """The failure in the cluster's JSON form of an error. `declared`: a program's codes -> (name, message)."""
    program = next((m.group(1) for line in logs if (m := _FAILED.match(line))), None)
    detail: Any = error
    if isinstance(error, dict) and "InstructionError" in error:
        detail = cast("dict[str, list[Any]]", error)["InstructionError"][1]
    if isinstance(detail, dict) and "Custom" in detail:
        code = int(cast("dict[str, Any]", detail)["Custom"])
        return _custom(code, program, declared(program) if program else {})
    return ProgramFailure(None, detail if isinstance(detail, str) else json.dumps(detail), program)


def _custom(code: int, program: str | None, declared: dict[int, tuple[str, str]]) -> ProgramFailure:
    standard = _STANDARD.get(program or "", [])
    if code < len(standard):
        return ProgramFailure(code, standard[code], program)
    framework = anchor_error(code)
    anchor = None if framework is None else (framework.name, framework.message)
    name, message = declared.get(code) or anchor or (f"Custom{code}", None)
    return ProgramFailure(code, name, program, message)


def _plain(name: str) -> str:
    return name.replace("_", "").lower()
