"""Explains a refused transaction in words: which program refused it, and with which of its errors."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from solders.pubkey import Pubkey
from solders.signature import Signature
from solders.transaction_status import (
    InstructionErrorCustom,
    TransactionErrorInstructionError,
)

from gridtokenx.chain.errors import GridTokenXError
from gridtokenx.chain.interface import logs as log_reader
from gridtokenx.chain.interface.programs import ErrorInfo, Programs, framework_error


@dataclass(frozen=True, slots=True)
class Failure:
    """Why a transaction failed. `code` is a program's error code; without one, `name` is the runtime's word for it."""

    name: str
    message: str
    code: int | None
    program: str | None
    instruction: int | None
    logs: tuple[str, ...]


class TransactionFailed(GridTokenXError):
    """A transaction that the chain refused; it changed nothing but its fee."""

    def __init__(self, failure: Failure, signature: Signature | None) -> None:
        self.failure = failure
        self.signature = signature
        where = f"{failure.program}: " if failure.program else ""
        code = f" ({failure.code})" if failure.code is not None else ""
        super().__init__(f"{where}{failure.name}{code}: {failure.message}")

    @property
    def code(self) -> int | None:
        """The program's error code, if a program refused."""
        return self.failure.code

    @property
    def name(self) -> str:
        """The error's name, such as UnauthorizedGateway."""
        return self.failure.name

    @property
    def logs(self) -> tuple[str, ...]:
        """The transaction's log."""
        return self.failure.logs


class TransactionExpired(GridTokenXError):
    """A transaction that did not land before its blockhash expired. It never will: it can be sent again."""


def explain(error: object, logs: Sequence[str], programs: Programs) -> Failure:
    """Words for a transaction error (as solders reads it) and the log that came with it."""
    lines = tuple(logs)
    if not isinstance(error, TransactionErrorInstructionError):
        return Failure(_name(error), _last_words(lines, _name(error)), None, None, None, lines)
    culprit = log_reader.failing_program(lines)
    program = programs.by_id(culprit) if culprit is not None else None
    where = program.name if program is not None else str(culprit) if culprit is not None else None
    inner = error.err
    if not isinstance(inner, InstructionErrorCustom):
        return Failure(_name(inner), _last_words(lines, _name(inner)), None, where, error.index, lines)
    info = _known(inner.code, culprit, programs)
    if info is None:
        name = f"custom error {inner.code:#x}"
        return Failure(name, _last_words(lines, name), inner.code, where, error.index, lines)
    return Failure(info.name, info.message, inner.code, where, error.index, lines)


def _known(code: int, culprit: Pubkey | None, programs: Programs) -> ErrorInfo | None:
    program = programs.by_id(culprit) if culprit is not None else None
    if program is None:
        return None
    # A program may raise another's error (SystemPaused is governance's wherever it is checked); ranges do not overlap.
    others = (p.error(code) for p in programs)
    return program.error(code) or framework_error(code) or next((info for info in others if info), None)


def _name(error: object) -> str:
    text = str(error)
    return text.rsplit(".", 1)[-1] if text else type(error).__name__


def _last_words(lines: Sequence[str], default: str) -> str:
    words = log_reader.said(lines)
    if words:
        return words[-1]
    reasons = [match[2] for line in lines if (match := log_reader.FAILED.match(line))]
    return reasons[-1] if reasons else default
