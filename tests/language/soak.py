"""Compares random programs in CPython and in the virtual machine: `python -m tests.language.soak --seeds 1000`.

Every seed is a program of its own. Exits with 1 when one differs, and shows the first differences.
"""

from __future__ import annotations

import argparse
import contextlib
import tempfile
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from solders.pubkey import Pubkey
from tests.language.generated_views import HEADER, ViewGenerator

from seahorse.diagnostics import CompileError
from seahorse.driver.compile import Compiler
from seahorse.testing import DeployedProgram, EnginesDiffer, Failed, Ledger

UNITS, CALLS, SPACE = 10, 2, 1500
CARDS = (Pubkey(bytes([7] * 32)), Pubkey(bytes([9] * 32)))


@dataclass
class Tally:
    """What came of calls. `different`: each with the instruction and the difference in words."""

    outcomes: Counter[str] = field(default_factory=Counter[str])
    different: list[str] = field(default_factory=list[str])

    def add(self, other: Tally) -> None:
        self.outcomes += other.outcomes
        self.different += other.different


def instructions(seed: int, folder: Path, count: int = UNITS) -> dict[str, str]:
    """The first instructions of a seed that are of the language: the generator knows most of its rules, not all."""
    generator = ViewGenerator(seed)
    found: dict[str, str] = {}
    path = folder / "unit.py"
    for at in range(3 * count):
        text = generator.instruction(f"f{at}")
        path.write_text(HEADER + text, encoding="utf-8")
        with contextlib.suppress(CompileError):
            Compiler().check(path)
            found[f"f{at}"] = text
        if len(found) == count:
            break
    return found


def keys_for_clients(value: Any) -> Any:
    """Keys are bytes in a generator, and Pubkeys in a call."""
    if isinstance(value, bytes):
        return Pubkey(value)
    if isinstance(value, dict):
        return {k: keys_for_clients(v) for k, v in value.items()}  # pyright: ignore[reportUnknownVariableType]
    return [keys_for_clients(v) for v in value] if isinstance(value, list) else value  # pyright: ignore[reportUnknownVariableType]


def one_call(program: DeployedProgram, name: str, values: ViewGenerator) -> str:
    """Send a call to both engines; what came of it. Raises EnginesDiffer."""
    for key in CARDS:
        program.set_account(key, "Card", space=SPACE, **keys_for_clients(values.account()))
    given = keys_for_clients(values.given())
    try:
        program.call(name, a=CARDS[0], b=CARDS[1], **given)
    except Failed as failed:
        return failed.failure.name
    return "succeeded"


def compare(seed: int, units: int = UNITS, calls: int = CALLS) -> Tally:
    """Run the program of one seed in both."""
    tally = Tally()
    with tempfile.TemporaryDirectory() as folder:
        made = instructions(seed, Path(folder), units)
    program = Ledger(engine="both").deploy_text(HEADER + "".join(made.values()))
    values = ViewGenerator(seed + 1_000_000_007)
    for name, text in made.items():
        for _ in range(calls):
            try:
                tally.outcomes[one_call(program, name, values)] += 1
            except EnginesDiffer as difference:
                tally.outcomes["different"] += 1
                tally.different.append(f"seed {seed}\n{text}{difference}")
                break
    return tally


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, default=100)
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--show", type=int, default=3, help="how many differences to show in full")
    options = parser.parse_args()
    started, tally = time.monotonic(), Tally()
    for seed in range(options.first, options.first + options.seeds):
        tally.add(compare(seed))
    print("\n\n".join(tally.different[: options.show]))
    print(
        f"{options.seeds} seeds, {tally.outcomes.total()} calls in {time.monotonic() - started:.0f} s: {dict(tally.outcomes)}"
    )
    return 1 if tally.different else 0


if __name__ == "__main__":
    raise SystemExit(main())
