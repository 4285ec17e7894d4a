"""Prints the compute units of every instruction beside the peers' figures and our targets, and writes them down.

Run as `.venv-localnet/bin/python -m bench.cu` (or `make bench`). Figures are deterministic: fixed keys, a fixed clock.
Writes bench/cu.json, bench/bumps.json and what is in bench/families, to which tests hold every figure, and
docs/compute-units.md.
"""

import json

from rich.console import Console

from bench import families, rosetta
from bench.families.parts import PARTS, measure_parts
from bench.floors import FLOORS, MISS, OUR_MISS, missed_bumps
from bench.peers import PEERS
from bench.scenario import ROOT, measure, over_bumps
from bench.tables import markdown, shown

COMMITTED = ROOT / "bench" / "cu.json"
BUMPS = ROOT / "bench" / "bumps.json"
FAMILIES = ROOT / "bench" / "families" / "figures.json"
PARTS_OF = ROOT / "bench" / "families" / "parts.json"
DOCUMENT = ROOT / "docs" / "compute-units.md"
# Sets of keys over which minimum, mean and maximum are told.
VARIANTS = 24
PartsByInstruction = dict[str, dict[str, int]]
Bumps = dict[str, tuple[int, int, int]]
BUMP_TITLES = ("instruction", "minimum", "mean", "maximum")
MARKET_TITLES = ("instruction", "ours", "target", "peer", "peer's instruction")
FLOOR_TITLES = ("instruction", "ours", "bumps missed in it", "without them", "floor")
FAMILY_TITLES = ("case", "ours", "goal", *families.FRAMEWORKS, "what stands in the way")
PART_TITLES = ("case", "ours", "over the goal", *PARTS)
ROSETTA_TITLES = ("task", "ours", *rosetta.LANGUAGES)
LEFT = ("instruction", "peer's instruction", "task", "case", "what stands in the way")


def _figure(cu: int | None) -> str:
    return "" if cu is None else f"{cu:,}"


def is_missed(name: str, cu: int) -> bool:
    peer = PEERS.get(name)
    return peer is not None and peer.target is not None and cu > peer.target


def market_rows(measured: dict[str, int]) -> list[list[str]]:
    """One row per instruction, as text."""
    out: list[list[str]] = []
    for name, cu in measured.items():
        peer = PEERS.get(name)
        told = [_figure(peer.target), _figure(peer.cu), peer.theirs] if peer else ["", "", ""]
        out.append([name, _figure(cu), *told])
    return out


def floor_rows(measured: dict[str, int]) -> list[list[str]]:
    """One row per instruction whose floor is reckoned, as text."""
    out: list[list[str]] = []
    for name, floor in FLOORS.items():
        cu, missed = measured[name], missed_bumps(name)
        out.append([name, *map(_figure, (cu, missed, cu - missed * OUR_MISS, floor))])
    return out


def bump_rows(bumps: Bumps) -> list[list[str]]:
    """One row per instruction that depends on bumps, as text."""
    return [[name, *map(_figure, figures)] for name, figures in bumps.items() if figures[0] != figures[2]]


def rosetta_rows(measured: dict[str, int]) -> list[list[str]]:
    """One row per task, as text."""
    return [[task, _figure(cu), *map(_figure, rosetta.PEERS[task])] for task, cu in measured.items()]


def family_rows(figures: dict[str, int], published: dict[str, families.Published]) -> list[list[str]]:
    """One row per case, as text; a reason is told where the goal is missed."""
    out: list[list[str]] = []
    for case, theirs in published.items():
        ours = figures[case]
        why = theirs.why if ours > theirs.goal else ""
        out.append([case, _figure(ours), _figure(theirs.goal), *map(_figure, theirs.theirs), why])
    return out


def part_rows(parts: dict[str, dict[str, int]], figures: dict[str, int]) -> list[list[str]]:
    """One row per case that misses its goal: its parts, and how much too much it takes."""
    rows: list[list[str]] = []
    for case, theirs in families.PUBLISHED.items():
        over = figures[case] - theirs.goal
        if over > 0:
            rows.append([case, _figure(figures[case]), _figure(over), *(_figure(parts[case][part]) for part in PARTS)])
    return rows


def missed_goals(figures: dict[str, int]) -> set[str]:
    """The cases over their goals."""
    goals = {**families.PUBLISHED, **families.SIZES}
    return {case for case, figure in figures.items() if figure > goals[case].goal}


def summary(measured: dict[str, int]) -> str:
    targets = [name for name, peer in PEERS.items() if peer.target is not None]
    met = sum(not is_missed(name, measured[name]) for name in targets)
    return f"{met} of {len(targets)} targets met; {len(measured)} instructions measured"


def marked(rows: list[list[str]], missed: set[str], form: str) -> list[list[str]]:
    """The rows with figures over their targets in another form."""
    return [[row[0], form.format(row[1]), *row[2:]] if row[0] in missed else row for row in rows]


def document(
    measured: dict[str, int], tasks: dict[str, int], figures: dict[str, int], parts: PartsByInstruction, bumps: Bumps
) -> str:
    """docs/compute-units.md. `figures`: units and bytes of the families. `parts`: where their units go. `bumps`:
    minimum, mean and maximum."""
    over = missed_goals(figures)
    missed = {name for name, cu in measured.items() if is_missed(name, cu)}
    return "\n".join(
        [
            "<!-- Generated by bench/cu.py (`make bench`); do not edit. -->",
            "# Compute units",
            "",
            "Figures include every call of another program. They are the same on every machine: keys and clock are",
            "fixed. `peer` is the Anchor program of the same name, or the closest one (bench/peers.py names its",
            f"source); a figure over its target is bold. {summary(measured)}.",
            "",
            *markdown(MARKET_TITLES, marked(market_rows(measured), missed, "**{}**"), LEFT),
            "",
            "## What the syscalls alone take",
            "",
            "The floor is the price of the syscalls and of the programs that are called (bench/floors.py), with the",
            "first bump an address. Half of all bumps are none: a new account misses one on average. A miss costs",
            f"{OUR_MISS} more, {MISS} of them for syscalls; how many the figures above include, the ids of this",
            "measurement decide. Transfers that follow one another are one call of the token program (option `--batch`",
            "of `seahorse build`).",
            "",
            *markdown(FLOOR_TITLES, floor_rows(measured), LEFT),
            "",
            "## Over bumps",
            "",
            f"Minimum, mean and maximum over {VARIANTS} sets of keys and order numbers; the other figures are those of",
            "the first set. The table omits instructions that derive no address, or one that never changes.",
            "",
            *markdown(BUMP_TITLES, bump_rows(bumps), LEFT),
            "",
            "## Beside the frameworks",
            "",
            "The five families of Anchor's `anchor-next` benchmark (August 2026) with its keys and program ids, ours",
            "as a user would write them ([bench/families](../bench/families)); a figure over its goal is bold. Ours",
            "have 8-byte discriminators and Anchor's error texts. The multisig has remaining accounts as its signers.",
            "",
            *markdown(FAMILY_TITLES, marked(family_rows(figures, families.PUBLISHED), over, "**{}**"), LEFT),
            "",
            "Where the units of those go that miss their goals. What the syscalls and the called programs take, nobody",
            "can save who checks the same; `checks` are those of accounts; `entry and the rest` is the walk over the",
            "accounts, the search for the instruction, and registers that lines share.",
            "",
            *markdown(PART_TITLES, part_rows(parts, figures), LEFT),
            "",
            "Bytes of the programs; the goal is a fifth less than the best.",
            "",
            *markdown(FAMILY_TITLES, marked(family_rows(figures, families.SIZES), over, "**{}**"), LEFT),
            "",
            "## The Rosetta tasks",
            "",
            "Measurements of joncinque/solana-program-rosetta in other languages. Theirs are bare entrypoints, one",
            "program per task; ours is one program with four instructions, each with its discriminator and its account",
            "checks ([bench/rosetta/program.py](../bench/rosetta/program.py)).",
            "",
            *markdown(ROSETTA_TITLES, rosetta_rows(tasks), LEFT),
            "",
        ]
    )


def main() -> None:
    measured, tasks, bumps = measure(), rosetta.measure(), over_bumps(VARIANTS)
    figures, parts = {**families.measure(), **families.sizes()}, measure_parts()
    missed = {name for name, cu in measured.items() if is_missed(name, cu)}
    console = Console(width=120)
    rows = marked(market_rows(measured), missed, "[bold red]{}[/]")
    console.print(shown("compute units, CPIs included", MARKET_TITLES, rows, LEFT))
    over = missed_goals(figures)
    for title, published in (("beside the frameworks", families.PUBLISHED), ("bytes", families.SIZES)):
        rows = marked(family_rows(figures, published), over, "[bold red]{}[/]")
        console.print(shown(title, FAMILY_TITLES, rows, LEFT))
    console.print(shown(f"over {VARIANTS} sets of keys", BUMP_TITLES, bump_rows(bumps), LEFT))
    console.print(shown("the Rosetta tasks", ROSETTA_TITLES, rosetta_rows(tasks), LEFT))
    print(summary(measured))
    COMMITTED.write_text(json.dumps(measured, indent=2) + "\n", encoding="utf-8")
    BUMPS.write_text(json.dumps(bumps, indent=2) + "\n", encoding="utf-8")
    PARTS_OF.write_text(json.dumps(parts, indent=2) + "\n", encoding="utf-8")
    FAMILIES.write_text(json.dumps(figures, indent=2) + "\n", encoding="utf-8")
    DOCUMENT.write_text(document(measured, tasks, figures, parts, bumps), encoding="utf-8")


if __name__ == "__main__":
    main()
