"""Logs as a tree of calls: a writer of logs as validators write them, and the reader must find what was written."""

import base64
from dataclasses import dataclass, field

from hypothesis import given, settings
from hypothesis import strategies as st
from solders.pubkey import Pubkey

from solana_localnet.explorer.invocations import BUILTIN_UNITS, LoggedInvocation, read_invocations

SYSTEM = "11111111111111111111111111111111"
PROGRAMS = [str(Pubkey(bytes([n + 1] * 32))) for n in range(4)]


@dataclass
class Call:
    """A call to be written. own: units besides its callees'. None as program: the system program."""

    program: str
    own: int
    ok: bool
    data: bytes
    children: "list[Call]" = field(default_factory=list)

    def units(self) -> int:
        return self.own + sum(child.units() for child in self.children)


def builtin() -> st.SearchStrategy[Call]:
    return st.builds(Call, st.just(SYSTEM), st.just(BUILTIN_UNITS[SYSTEM]), st.just(True), st.just(b""), st.just([]))


def programs(children: st.SearchStrategy[Call]) -> st.SearchStrategy[Call]:
    return st.builds(
        Call,
        st.sampled_from(PROGRAMS),
        st.integers(1, 5_000),
        st.just(True),
        st.binary(max_size=12),
        st.lists(children, max_size=3),
    )


CALLS = st.recursive(st.one_of(builtin(), programs(builtin())), programs, max_leaves=6)


def write(call: Call, depth: int, budget: int, lines: list[str]) -> int:
    """Appends the call's logs; answers what is left of the budget."""
    lines.append(f"Program {call.program} invoke [{depth}]")
    left = budget
    lines.append("Program log: Program 11111111111111111111111111111111 invoke [1]")
    for child in call.children:
        left = write(child, depth + 1, left, lines)
    left -= call.own
    if call.data:
        lines.append(f"Program data: {base64.b64encode(call.data).decode()}")
    if call.program != SYSTEM:
        lines.append(f"Program {call.program} consumed {budget - left} of {budget} compute units")
    lines.append(
        f"Program {call.program} success" if call.ok else f"Program {call.program} failed: custom program error: 0x1"
    )
    return left


def same(found: LoggedInvocation, call: Call, depth: int) -> None:
    assert (found.program, found.depth, found.ok) == (call.program, depth, call.ok)
    assert found.units == call.units()
    assert found.data == ([call.data] if call.data else [])
    assert len(found.children) == len(call.children)
    for inner, child in zip(found.children, call.children, strict=True):
        same(inner, child, depth + 1)


@settings(max_examples=400, deadline=None)
@given(st.lists(CALLS, min_size=1, max_size=6))
def test_the_tree_and_every_figure_are_found(calls: list[Call]) -> None:
    lines: list[str] = []
    left = 1_400_000
    for call in calls:
        left = write(call, 1, left, lines)
    found = read_invocations(lines, 1_400_000 - left)
    assert len(found) == len(calls)
    for invocation, call in zip(found, calls, strict=True):
        same(invocation, call, 1)


@settings(max_examples=200, deadline=None)
@given(st.lists(CALLS, min_size=1, max_size=4), st.data())
def test_cut_logs_still_add_up(calls: list[Call], data: st.DataObject) -> None:
    """Where the logs were cut, what is shown never exceeds what the transaction used."""
    lines: list[str] = []
    left = 1_400_000
    for call in calls:
        left = write(call, 1, left, lines)
    cut = data.draw(st.integers(0, len(lines)))
    found = read_invocations([*lines[:cut], "Log truncated"], 1_400_000 - left)
    assert sum(call.units or 0 for call in found) <= 1_400_000 - left


def test_builtins_that_charge_unlike_their_table_are_marked() -> None:
    a, b = "ComputeBudget111111111111111111111111111111", SYSTEM
    lines = [f"Program {name} {what}" for name in (a, b) for what in ("invoke [1]", "success")]
    found = read_invocations(lines, 500)
    assert [(call.units, call.estimated) for call in found] == [(250, True), (250, True)]
    assert [call.units for call in read_invocations(lines[:2], 500)] == [500]
