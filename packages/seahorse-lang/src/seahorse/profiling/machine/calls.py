"""The calls that were made, with the units that each instruction of the bytecode took in each of them."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field

from seahorse.profiling.machine.code import TracedCode

FrameKey = tuple[int, str, TracedCode | None]


@dataclass(eq=False)
class CallCount:
    """One way to reach a function of the bytecode, or a program; the same way taken again counts in the same object.

    label: what is called. code: the program whose function it is, or None for a program of others.
    counts: by place in the code, how often each instruction ran. syscalls: units by place and name.
    own: units of a program of others. calls: by place, label and code. times: how often it was called.
    """

    label: str
    code: TracedCode | None = None
    is_program: bool = False
    counts: dict[int, int] = field(default_factory=lambda: defaultdict[int, int](int))
    syscalls: dict[tuple[int, str], int] = field(default_factory=lambda: defaultdict[tuple[int, str], int](int))
    own: int = 0
    times: int = 0
    calls: dict[FrameKey, CallCount] = field(default_factory=dict["FrameKey", "CallCount"])

    def call(self, place: int, label: str, code: TracedCode | None, *, is_program: bool = False) -> CallCount:
        """The call that is made at a place of this one."""
        found = self.calls.get((place, label, code))
        if found is None:
            found = self.calls[place, label, code] = CallCount(label, code, is_program)
        found.times += 1
        return found

    def units(self) -> int:
        """All compute units of the call, with what it calls."""
        return (
            self.own
            + sum(self.counts.values())
            + sum(self.syscalls.values())
            + sum(call.units() for call in self.calls.values())
        )
