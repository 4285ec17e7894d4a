"""The tree of calls that a transaction's logs describe, with the compute units of each call."""

import base64
import binascii
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

# Compute units that each builtin program charges (Agave's DEFAULT_COMPUTE_UNITS); it logs no `consumed` line.
BUILTIN_UNITS = {
    "11111111111111111111111111111111": 150,
    "ComputeBudget111111111111111111111111111111": 150,
    "Vote111111111111111111111111111111111111111": 2_100,
    "BPFLoaderUpgradeab1e11111111111111111111111": 2_370,
    "BPFLoader2111111111111111111111111111111111": 570,
    "BPFLoader1111111111111111111111111111111111": 1_140,
    "LoaderV411111111111111111111111111111111111": 2_000,
}
INVOKE = re.compile(r"Program (\w{32,44}) invoke \[(\d+)\]$")
CONSUMED = re.compile(r"Program (\w{32,44}) consumed (\d+) of (\d+) compute units$")
SUCCESS = re.compile(r"Program (\w{32,44}) success$")
FAILED = re.compile(r"Program (\w{32,44}) failed: (.*)$", re.DOTALL)
DATA = "Program data: "


@dataclass(slots=True)
class LoggedInvocation:
    """One call of a program.

    units: what it and its callees used, None when the logs do not say. budget: what was left when it began.
    estimated: units come from a table and not from the logs. lines: what it logged itself. data: what it emitted.
    """

    program: str
    depth: int
    units: int | None = None
    budget: int | None = None
    estimated: bool = False
    ok: bool | None = None
    failure: str | None = None
    lines: list[str] = field(default_factory=list[str])
    data: list[bytes] = field(default_factory=list[bytes])
    children: "list[LoggedInvocation]" = field(default_factory=list["LoggedInvocation"])

    def callees(self) -> "Iterator[LoggedInvocation]":
        """Every call below this one, in the order in which they began."""
        for child in self.children:
            yield child
            yield from child.callees()


def read_invocations(logs: list[str], total: int) -> list[LoggedInvocation]:
    """The calls of a transaction's instructions. total: compute units of the whole transaction."""
    roots: list[LoggedInvocation] = []
    stack: list[LoggedInvocation] = []
    for line in logs:
        if match := INVOKE.match(line):
            call = LoggedInvocation(match[1], int(match[2]))
            # Cut logs may have lost the end of a call.
            del stack[call.depth - 1 :]
            (stack[-1].children if stack else roots).append(call)
            stack.append(call)
        elif stack:
            _note(stack, line)
    _charge_roots(roots, total)
    for root in roots:
        for call in root.callees():
            _charge_builtin(call)
    return roots


def _note(stack: list[LoggedInvocation], line: str) -> None:
    call = stack[-1]
    if match := CONSUMED.match(line):
        call.units, call.budget = int(match[2]), int(match[3])
    elif SUCCESS.match(line):
        call.ok = True
        stack.pop()
    elif match := FAILED.match(line):
        call.ok, call.failure = False, match[2]
        stack.pop()
    else:
        call.lines.append(line)
        if line.startswith(DATA):
            call.data += _emitted(line)


def _emitted(line: str) -> list[bytes]:
    try:
        return [base64.b64decode(part, validate=True) for part in line[len(DATA) :].split(" ")]
    except (ValueError, binascii.Error):
        return []


def _charge_builtin(call: LoggedInvocation) -> None:
    if call.units is None and call.program in BUILTIN_UNITS:
        call.units, call.estimated = BUILTIN_UNITS[call.program], True


def _charge_roots(roots: list[LoggedInvocation], total: int) -> None:
    """Units of builtins between programs: what the budget lost between the end of one and the start of the next."""
    known = sum(call.units for call in roots if call.units is not None)
    rest = max(0, total - known)
    run: list[LoggedInvocation] = []
    left: int | None = None
    first_run: list[LoggedInvocation] = []
    for call in roots:
        if call.units is None or call.budget is None:
            run.append(call)
            continue
        if left is None:
            first_run = run
        else:
            rest -= _share(run, left - call.budget)
        left, run = call.budget - call.units, []
    # Where the first run is followed by programs, the budget at its start is not in the logs: it gets what remains
    # after the last run has taken its usual price.
    if left is None:
        _share(run, rest)
    elif not run:
        _share(first_run, rest)
    elif not first_run:
        _share(run, rest)
    else:
        usual = sum(BUILTIN_UNITS.get(call.program, 0) for call in first_run)
        _share(first_run, min(usual, rest))
        _share(run, max(0, rest - usual))


def _share(run: list[LoggedInvocation], units: int) -> int:
    """Divides `units` among calls: by their usual prices where these add up, else evenly. Answers what was given."""
    if not run:
        return 0
    usual = [BUILTIN_UNITS.get(call.program, 0) for call in run]
    exact = sum(usual) == units
    for index, call in enumerate(run):
        call.units = usual[index] if exact else units // len(run) + (index < units % len(run))
        call.estimated = not exact and len(run) > 1
    return units
