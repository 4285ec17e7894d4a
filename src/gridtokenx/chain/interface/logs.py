"""Reads a transaction's log: which program wrote each line, the events, the cost of each call, and where it failed."""

from __future__ import annotations

import binascii
import re
from base64 import b64decode
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from solders.pubkey import Pubkey

from gridtokenx.chain.interface.programs import DecodedEvent, Programs

INVOKE = re.compile(r"^Program (\w+) invoke \[(\d+)\]$")
SUCCESS = re.compile(r"^Program (\w+) success$")
FAILED = re.compile(r"^Program (\w+) failed: (.*)$")
CONSUMED = re.compile(r"^Program (\w+) consumed (\d+) of (\d+) compute units$")
DATA = "Program data: "
MESSAGE = "Program log: "
CUT_OFF = "Log truncated"
"""What the runtime writes in place of everything after the first 10,000 bytes."""


@dataclass(frozen=True, slots=True)
class LogLine:
    """A log line with the program that was running (None outside all) and its depth (1: called by the transaction)."""

    text: str
    program: Pubkey | None
    depth: int


@dataclass(frozen=True, slots=True)
class LoggedCall:
    """A top-level instruction: its program and the compute units that it took, calls included."""

    program: Pubkey
    units: int


def attribute(lines: Iterable[str]) -> Iterator[LogLine]:
    """Each line with the program that wrote it. `consumed` lines belong to the program that they name."""
    stack: list[Pubkey] = []
    for text in lines:
        if invoke := INVOKE.match(text):
            del stack[int(invoke[2]) - 1 :]
            stack.append(Pubkey.from_string(invoke[1]))
        yield LogLine(text, stack[-1] if stack else None, len(stack))
        if stack and (ended := SUCCESS.match(text) or FAILED.match(text)) and ended[1] == str(stack[-1]):
            stack.pop()


def events(lines: Sequence[str], programs: Programs) -> list[DecodedEvent]:
    """Events of our programs in the order in which they were emitted. Skips lines that are not events."""
    found: list[DecodedEvent] = []
    for line in attribute(lines):
        if line.program is None or not line.text.startswith(DATA):
            continue
        program = programs.by_id(line.program)
        try:
            data = b64decode(line.text.removeprefix(DATA), validate=True)
        except binascii.Error:
            continue
        if program is not None and (event := program.decode_event(data)) is not None:
            found.append(event)
    return found


def calls(lines: Iterable[str]) -> list[LoggedCall]:
    """The transaction's own instructions in order, with what each consumed."""
    found: list[LoggedCall] = []
    for line in attribute(lines):
        if line.depth == 1 and (consumed := CONSUMED.match(line.text)):
            found.append(LoggedCall(Pubkey.from_string(consumed[1]), int(consumed[2])))
    return found


def failing_program(lines: Iterable[str]) -> Pubkey | None:
    """The program that failed first, which is the one whose error the transaction reports."""
    for line in lines:
        if failed := FAILED.match(line):
            return Pubkey.from_string(failed[1])
    return None


def truncated(lines: Iterable[str]) -> bool:
    """Whether a log was cut off: events may be missing then, and the accounts must be asked."""
    return any(line == CUT_OFF for line in lines)


def said(lines: Iterable[str]) -> list[str]:
    """The lines that programs logged as text."""
    return [line.removeprefix(MESSAGE) for line in lines if line.startswith(MESSAGE)]
