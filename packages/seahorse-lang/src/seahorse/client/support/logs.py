"""A transaction's log: which program wrote each line, what it told as data, and which one failed."""

from __future__ import annotations

import binascii
import re
from base64 import b64decode
from collections.abc import Iterable, Iterator

from solders.pubkey import Pubkey

_INVOKE = re.compile(r"^Program (\w+) invoke \[(\d+)\]$")
_ENDED = re.compile(r"^Program (\w+) (?:success|failed: .*)$")
_FAILED = re.compile(r"^Program (\w+) failed: .*$")
_DATA = "Program data: "

EVENT_CALL = bytes.fromhex("e445a52e51cb9a1d")
"""How the data of a call begin by which a program tells itself an event (`emit_cpi!`)."""


def data_of(lines: Iterable[str], program: Pubkey) -> Iterator[bytes]:
    """What a program logged as data. What others logged that it called, or that called it, is theirs."""
    stack: list[str] = []
    for line in lines:
        if invoke := _INVOKE.match(line):
            del stack[int(invoke[2]) - 1 :]
            stack.append(invoke[1])
        elif stack and (ended := _ENDED.match(line)) and ended[1] == stack[-1]:
            stack.pop()
        elif stack and stack[-1] == str(program) and line.startswith(_DATA):
            try:
                yield b64decode(line.removeprefix(_DATA), validate=True)
            except binascii.Error:
                continue


def event_calls(
    calls: Iterable[tuple[Pubkey, bytes]],
    program: Pubkey,
) -> Iterator[bytes]:
    """The data of the calls by which a program told itself events, among inner instructions, each its program and its
    data."""
    for called, data in calls:
        if called == program and data.startswith(EVENT_CALL):
            yield data


def failed_program(lines: Iterable[str]) -> str | None:
    """The address of the program that failed first: whose error the transaction has."""
    return next((failed[1] for line in lines if (failed := _FAILED.match(line))), None)
