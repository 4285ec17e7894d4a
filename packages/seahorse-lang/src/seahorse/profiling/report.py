"""A profile as text: tables of instructions, functions, lines and services, and the source with its units beside it."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from seahorse.profiling.stacks import FUNCTION, LINE, PROGRAM, SYSCALL, Profile, WayFrame

_BODY = "body"
_LINES_SHOWN = 20
# Reads a source: (file, line) -> its text, or None.
Quote = Callable[[str, int], str | None]


@dataclass
class LineUnits:
    """Units of one line. `own`: of its instructions and the helpers that it calls; by purpose."""

    own: Counter[str] = field(default_factory=Counter[str])
    syscalls: int = 0
    programs: int = 0

    @property
    def total(self) -> int:
        return self.own.total() + self.syscalls + self.programs


def by_line(profile: Profile) -> dict[tuple[str, int], LineUnits]:
    """Units by (file, line) of the program. Every unit counts once; ("", 0) holds the units that belong to no line.

    A line has the units of its own instructions, and of the helpers, syscalls and programs that they call. The units of
    the program's own functions count at their lines.
    """
    found: dict[tuple[str, int], LineUnits] = defaultdict(LineUnits)
    for way, units in profile.stacks.items():
        last = _last(way, lambda f: f.program == profile.program)
        frame = _line(way[: last + 1], way)
        entry = found[frame.file, frame.line]
        if any(f.kind == PROGRAM for f in way[last + 1 :]):
            entry.programs += units
        elif way[-1].kind == SYSCALL:
            entry.syscalls += units
        else:
            entry.own[frame.text] += units
    return dict(found)


def _line(deepest: tuple[WayFrame, ...], way: tuple[WayFrame, ...]) -> WayFrame:
    """The line for which the last frames of the program run; an empty one where there is none."""
    at = _last(deepest, lambda f: f.kind == LINE or (f.kind == FUNCTION and not _is_helper(f, way)))
    return deepest[at] if at >= 0 and deepest[at].kind == LINE else WayFrame(LINE, "")


def _last(way: tuple[WayFrame, ...], holds: Callable[[WayFrame], bool]) -> int:
    return max((i for i, frame in enumerate(way) if holds(frame)), default=-1)


def _is_helper(frame: WayFrame, way: tuple[WayFrame, ...]) -> bool:
    """A function without lines: one of the runtime's own."""
    at = way.index(frame)
    return not (at + 1 < len(way) and way[at + 1].kind == LINE)


def _share(units: int, total: int) -> str:
    return f"{100 * units / total:.1f} %" if total else ""


def _table(titles: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> list[str]:
    """Columns; the last one is text, all others are numbers."""
    lines = [titles, *rows]
    widths = [max(len(row[i]) for row in lines) for i in range(len(titles) - 1)]
    return ["  ".join([*(c.rjust(w) for c, w in zip(row, widths, strict=False)), row[-1]]).rstrip() for row in lines]


def tables(profile: Profile, quote: Quote) -> str:
    """The text for a terminal."""
    total = profile.total
    head = (
        f"{profile.program}: {total:,} compute units in {profile.transactions} transaction(s), "
        "each of which costs here exactly what the virtual machine counts"
    )
    parts = [[head], _instructions(profile), _functions(profile), _lines(profile, quote), _services(profile)]
    return "\n\n".join("\n".join(part) for part in parts) + "\n"


def by_instruction(profile: Profile) -> Counter[str]:
    """Units by instruction of the program, whose names begin with the program's."""
    units: Counter[str] = Counter()
    for way, taken in profile.stacks.items():
        units[next(f for f in way if f.kind == PROGRAM and f.program == profile.program).text] += taken
    return units


def _instructions(profile: Profile) -> list[str]:
    units = by_instruction(profile)
    rows = [
        (f"{n:,}", _share(n, profile.total), f"{profile.times.get(name, 0):,}", f"{_each(n, profile, name):,}", name)
        for name, n in units.most_common()
    ]
    return _table(("units", "share", "calls", "each", "instruction"), rows)


def _each(units: int, profile: Profile, name: str) -> int:
    return round(units / max(profile.times.get(name, 1), 1))


def _functions(profile: Profile) -> list[str]:
    own: Counter[str] = Counter()
    whole: Counter[str] = Counter()
    for way, units in profile.stacks.items():
        mine = [f.text for f in way if f.kind == FUNCTION and f.program == profile.program]
        whole.update(dict.fromkeys(mine, units))
        # The units of another program count as its own, though a function called it.
        if mine and not any(f.kind == PROGRAM for f in way[_last(way, lambda f: f.kind == FUNCTION) :]):
            own[mine[-1]] += units
    rows = [(f"{own[name]:,}", _share(own[name], profile.total), f"{n:,}", name) for name, n in whole.most_common()]
    rows.sort(key=lambda row: -int(row[0].replace(",", "")))
    return _table(("own", "share", "with calls", "function or helper"), rows)


def _lines(profile: Profile, quote: Quote) -> list[str]:
    found = sorted(by_line(profile).items(), key=lambda item: -item[1].total)
    rows = [
        (*_columns(entry), _share(entry.total, profile.total), _named(profile, file, line, quote))
        for (file, line), entry in found[:_LINES_SHOWN]
    ]
    return _table(("units", "own", "syscalls", "programs", "share", "line"), rows)


def _columns(entry: LineUnits) -> tuple[str, ...]:
    return tuple(f"{n:,}" if n else "" for n in (entry.total, entry.own.total(), entry.syscalls, entry.programs))


def _named(profile: Profile, file: str, line: int, quote: Quote) -> str:
    if not line:
        return "(finding accounts and instruction; registers on the stack)"
    own = "" if file == profile.path else f"{file}:"
    return f"{own}{line} | {(quote(file, line) or '').strip()}"


def _services(profile: Profile) -> list[str]:
    units: Counter[str] = Counter()
    for way, taken in profile.stacks.items():
        called = way[_last(way, lambda f: f.program == profile.program) + 1 :]
        outer = next((f for f in called if f.kind == PROGRAM), None)
        if outer is not None:
            units[f"program {outer.text}"] += taken
        elif way[-1].kind == SYSCALL:
            units[f"syscall {way[-1].text}"] += taken
    rows = [(f"{n:,}", _share(n, profile.total), name) for name, n in units.most_common()]
    return _table(("units", "share", "syscall or called program"), rows)


def listing(profile: Profile, sources: dict[str, str]) -> str:
    """The source, each line behind its units; below it what they are for, where that is not the line itself."""
    found = by_line(profile)
    out = [f"{profile.program}: {profile.total:,} compute units", ""]
    rest = found.get(("", 0), LineUnits())
    out += [f"{rest.total:>9,}  (finding accounts and instruction; registers on the stack)", ""]
    for file in sorted({file for file, line in found if line}, key=lambda f: (f != profile.path, f)):
        out.append(f"--- {file}")
        for number, text in enumerate(sources.get(file, "").splitlines(), 1):
            entry = found.get((file, number), LineUnits())
            out.append(f"{entry.total or '':>9}  {number:4} | {text}".rstrip())
            if set(entry.own) - {_BODY} or entry.syscalls or entry.programs:
                out.append(f"{'':9}       | # {_purposes(entry)}")
        out.append("")
    return "\n".join(out)


def _purposes(entry: LineUnits) -> str:
    parts = [f"{purpose} {units:,}" for purpose, units in entry.own.most_common()]
    parts += [f"syscalls {entry.syscalls:,}"] if entry.syscalls else []
    parts += [f"called programs {entry.programs:,}"] if entry.programs else []
    return ", ".join(parts)
