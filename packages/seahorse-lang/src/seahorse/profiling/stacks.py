"""Units by the way that led to them: program, function, line of source, helper, syscall, called program."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import cast

from seahorse.profiling.machine.calls import CallCount
from seahorse.profiling.machine.code import Origin, TracedCode

PROGRAM, FUNCTION, LINE, SYSCALL = "program", "function", "line", "syscall"


@dataclass(frozen=True)
class WayFrame:
    """One step of a way. `program`: whose it is; "" for a program of others.

    kind: PROGRAM is one instruction of a program; FUNCTION a function of the source, or a helper of the bytecode; LINE
    a line of the source, for its own sake or for a purpose (`accounts`, `events`, ...); SYSCALL one of the runtime.
    """

    kind: str
    text: str
    program: str = ""
    file: str = ""
    line: int = 0


@dataclass
class Profile:
    """The measurements of one program. `stacks`: units by ways. `times`: how often each instruction ran, by name.

    transactions: how many were executed; all of them cost here what the virtual machine counted.
    """

    program: str
    path: str
    stacks: dict[tuple[WayFrame, ...], int]
    times: dict[str, int] = field(default_factory=dict[str, int])
    transactions: int = 0

    @property
    def total(self) -> int:
        return sum(self.stacks.values())

    def beside(self, folder: Path) -> Profile:
        """The same with files named from a folder on, as diagnostics name them."""
        root = f"{folder}/"
        moved = {f: replace(f, file=f.file.removeprefix(root)) for way in self.stacks for f in way}
        stacks = {tuple(moved[f] for f in way): units for way, units in self.stacks.items()}
        return replace(self, path=self.path.removeprefix(root), stacks=stacks)

    def only(self, instruction: str) -> Profile:
        """The units of one instruction of the program, in all its calls."""
        wanted = f"{self.program}.{instruction}"
        kept = {way: n for way, n in self.stacks.items() if any(f.kind == PROGRAM and f.text == wanted for f in way)}
        times = {wanted: self.times[wanted]} if wanted in self.times else {}
        return Profile(self.program, self.path, kept, times, self.transactions)

    def write(self, path: Path) -> None:
        frames: dict[WayFrame, int] = {}
        stacks = [[[frames.setdefault(f, len(frames)) for f in way], units] for way, units in self.stacks.items()]
        table = [[f.kind, f.text, f.program, f.file, f.line] for f in frames]
        path.write_text(json.dumps([self.program, self.path, self.times, self.transactions, table, stacks]))


def read_profile(path: Path) -> Profile:
    """The files that `Profile.write` wrote."""
    program, source, times, transactions, table, stacks = json.loads(path.read_text())
    frames = [WayFrame(*row) for row in table]
    ways = cast("list[tuple[list[int], int]]", stacks)
    told = {tuple(frames[i] for i in way): units for way, units in ways}
    return Profile(program, source, told, times, transactions)


def profile_of(root: CallCount, code: TracedCode, transactions: int) -> Profile:
    """The profile of one program. `root`: has the instructions of all transactions as its calls."""
    stacks: dict[tuple[WayFrame, ...], int] = defaultdict(int)
    for way, units in _stacks(root, ()):
        if units and any(f.program == code.name for f in way):
            stacks[way] += units
    times: dict[str, int] = defaultdict(int)
    _count(root, code, times)
    return Profile(code.name, code.path, dict(stacks), dict(times), transactions)


def _count(call: CallCount, code: TracedCode, times: dict[str, int]) -> None:
    for inner in call.calls.values():
        if inner.is_program and inner.code is not None and inner.code.name == code.name:
            times[inner.label] += inner.times
        _count(inner, code, times)


def _stacks(call: CallCount, way: tuple[WayFrame, ...]) -> Iterator[tuple[tuple[WayFrame, ...], int]]:
    if call.own:
        yield way, call.own
    for place, units in call.counts.items():
        yield (*way, *_frames(call, place)), units
    for (place, name), units in call.syscalls.items():
        yield (*way, *_frames(call, place), WayFrame(SYSCALL, name, _program(call))), units
    for (place, _, _), inner in call.calls.items():
        yield from _stacks(inner, (*way, *_frames(call, place), _of(inner)))


def _of(call: CallCount) -> WayFrame:
    return WayFrame(PROGRAM if call.is_program else FUNCTION, call.label, _program(call))


def _program(call: CallCount) -> str:
    return "" if call.code is None else call.code.name


def _frames(call: CallCount, place: int) -> tuple[WayFrame, ...]:
    """The line that an instruction comes from, and its function where the code of that one is written here."""
    if call.code is None or call.is_program:
        return ()
    found: Origin = call.code.places[place]
    if not found.line:
        return ()
    inside = () if found.source in (None, call.label) else (WayFrame(FUNCTION, found.source, call.code.name),)
    return (*inside, WayFrame(LINE, found.purpose, call.code.name, found.file, found.line))
