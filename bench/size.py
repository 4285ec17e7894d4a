"""Prints where the bytes of the five programs are: `python -m bench.size [program]`.

Without an argument, sections and parts of all programs and bench/size.json is written; with one, every function of it.
Figures are deterministic.
"""

import json
import sys
from collections import Counter

from rich.console import Console
from rich.table import Table

from bench.scenario import ROOT
from seahorse.backends.sbf.sizes import Sizes, measure
from seahorse.build.compile import Compiler
from seahorse.build.project import find_project

COMMITTED = ROOT / "bench" / "size.json"
SMALL = 600


def sizes() -> dict[str, Sizes]:
    """What each program is made of, by its name."""
    programs = Compiler().lower_all(find_project(ROOT).programs())
    return {program.name: measure(program) for program in programs}


def table(title: str, columns: list[str], rows: list[tuple[str, list[int]]]) -> Table:
    """Names and bytes, with a total where there are several columns."""
    out = Table(title=title)
    out.add_column("bytes")
    for name in columns:
        out.add_column(name, justify="right")
    for name, figures in rows:
        out.add_row(name, *[f"{n:,}" if n else "" for n in figures])
    return out


def by_program(found: dict[str, Sizes]) -> Table:
    """Sections and parts, a column for each program."""
    names = [*found, "all"]
    rows = [_row("total", {name: s.total for name, s in found.items()}, found)]
    for section in ("code", "constants", "headers"):
        rows.append(_row(f"  {section}", {name: s.sections[section] for name, s in found.items()}, found))
    totals: Counter[str] = Counter()
    for size in found.values():
        totals.update(size.parts)
    rows.append(("", []))
    for part, total in totals.most_common():
        if total >= SMALL:
            rows.append(_row(part, {name: s.parts.get(part, 0) for name, s in found.items()}, found))
    rest = {name: sum(n for part, n in s.parts.items() if totals[part] < SMALL) for name, s in found.items()}
    rows.append(_row(f"others, each below {SMALL}", rest, found))
    return table("bytes of the programs, and what their code is for", names, rows)


def _row(name: str, figures: dict[str, int], found: dict[str, Sizes]) -> tuple[str, list[int]]:
    own = [figures[program] for program in found]
    return name, [*own, sum(own)]


def main() -> None:
    found = sizes()
    console = Console(width=120)
    if len(sys.argv) > 1:
        functions = Counter(found[sys.argv[1]].functions)
        rows = [(name, [size]) for name, size in functions.most_common()]
        console.print(table(f"functions of {sys.argv[1]}", ["size"], rows))
        return
    console.print(by_program(found))
    COMMITTED.write_text(json.dumps({name: s.total for name, s in found.items()}, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
