"""Compares random instructions in CPython and in the virtual machine: `python -m tests.language.oracle.soak --seeds 1000`.

A seed is one instruction. Many of them are one program, so that LLVM runs once for all. Exits with 1 when an
instruction differs, and shows the first differences. (tests/backends/rust/soak.py runs the same also in Rust.)
"""

from __future__ import annotations

import argparse
import json
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from solders.pubkey import Pubkey
from tests.language.generators.view_values import HEADER
from tests.language.generators.views import ViewGenerator

from seahorse.diagnostics import CompileError, Diagnostic
from seahorse.driver.compile import Compiler
from seahorse.testing import DeployedProgram, EnginesDiffer, Failed, Ledger
from seahorse.testing.compiling import compile_text

BATCH, CALLS, SPACE = 50, 3, 1500
CARDS = (Pubkey(bytes([7] * 32)), Pubkey(bytes([9] * 32)))


@dataclass
class Tally:
    """What came of calls. `different`: each with the instruction and the difference in words.

    `rust`: of how many instructions Rust has a form.
    """

    seeds: int = 0
    rust: int = 0
    outcomes: Counter[str] = field(default_factory=Counter[str])
    different: list[str] = field(default_factory=list[str])

    def add(self, other: Tally) -> None:
        self.seeds += other.seeds
        self.rust += other.rust
        self.outcomes += other.outcomes
        self.different += other.different

    def as_json(self) -> dict[str, Any]:
        return {**vars(self), "outcomes": dict(self.outcomes)}


# --- programs -------------------------------------------------------------------------------------------------


@dataclass
class Instruction:
    """The instruction of a seed."""

    seed: int
    text: str

    @property
    def name(self) -> str:
        return f"do_{self.seed}"


def program_of(instructions: Iterable[Instruction]) -> str:
    return HEADER + "".join(i.text for i in instructions)


def instructions(seeds: Iterable[int]) -> list[Instruction]:
    """The first instruction of each seed that is of the language: the generator knows most of its rules, not all."""
    makers = {seed: _texts(seed) for seed in seeds}
    made = {seed: Instruction(seed, next(texts)) for seed, texts in makers.items()}
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "program.py"
        while True:
            path.write_text(program_of(made.values()), encoding="utf-8")
            try:
                Compiler().check(path)
            except CompileError as error:
                for i in refused(made.values(), error.diagnostics):
                    made[i.seed] = Instruction(i.seed, next(makers[i.seed]))
            else:
                return list(made.values())


def _texts(seed: int) -> Iterator[str]:
    generator = ViewGenerator(seed)
    while True:
        yield generator.instruction(f"do_{seed}")


def refused(made: Iterable[Instruction], diagnostics: Iterable[Diagnostic]) -> list[Instruction]:
    """The instructions of a program that some diagnostics are about. Raises CompileError when there is another."""
    ends: list[tuple[int, Instruction]] = []
    line = HEADER.count("\n")
    for i in made:
        ends.append((line := line + i.text.count("\n"), i))
    found: list[Instruction] = []
    for d in diagnostics:
        at = next((i for end, i in ends if HEADER.count("\n") < d.span.line <= end), None)
        if at is None:
            raise CompileError([d])
        found += [at] if at not in found else []
    return found


# --- calls ----------------------------------------------------------------------------------------------------


def keys_for_clients(value: Any) -> Any:
    """Keys are bytes in a generator, and Pubkeys in a call."""
    if isinstance(value, bytes):
        return Pubkey(value)
    if isinstance(value, dict):
        return {k: keys_for_clients(v) for k, v in value.items()}  # pyright: ignore[reportUnknownVariableType]
    return [keys_for_clients(v) for v in value] if isinstance(value, list) else value  # pyright: ignore[reportUnknownVariableType]


def values_of(seed: int) -> ViewGenerator:
    """What makes the values for the calls of a seed."""
    return ViewGenerator(seed + 1_000_000_007)


def give_accounts(program: DeployedProgram, values: ViewGenerator) -> dict[str, Any]:
    """Put accounts in place; the arguments of a call."""
    for key in CARDS:
        program.set_account(key, "Card", space=SPACE, **keys_for_clients(values.account()))
    return {"a": CARDS[0], "b": CARDS[1], **keys_for_clients(values.given())}


def one_call(program: DeployedProgram, name: str, given: dict[str, Any]) -> str:
    """Send a call to both engines; what came of it. Raises EnginesDiffer."""
    try:
        program.call(name, **given)
    except Failed as failed:
        return failed.failure.name
    return "succeeded"


def compare(seeds: range, calls: int = CALLS) -> Tally:
    """Run the instructions of seeds, one program, in both."""
    made = instructions(seeds)
    tally = Tally(len(made))
    program = Ledger(engine="both").deploy(compile_text(program_of(made)))
    for i in made:
        values = values_of(i.seed)
        for _ in range(calls):
            given = give_accounts(program, values)
            try:
                tally.outcomes[one_call(program, i.name, given)] += 1
            except EnginesDiffer as difference:
                tally.outcomes["different"] += 1
                tally.different.append(f"seed {i.seed}\n{i.text}{difference}")
                break
    return tally


def batches(first: int, count: int, size: int = BATCH) -> Iterator[range]:
    for start in range(first, first + count, size):
        yield range(start, min(start + size, first + count))


def run(compare: Callable[[range], Tally], size: int, description: str | None) -> int:
    """The command of a soak: programs of `size` seeds, one after the other; what differs, and totals."""
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--seeds", type=int, default=100)
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--show", type=int, default=3, help="how many differences to show in full")
    parser.add_argument("--save", type=Path, help="a file that gets the result so far after each program")
    options = parser.parse_args()
    started, tally = time.monotonic(), Tally()
    for seeds in batches(options.first, options.seeds, size):
        tally.add(compare(seeds))
        if options.save is not None:
            options.save.write_text(json.dumps(tally.as_json(), indent=1), encoding="utf-8")
    print("\n\n".join(tally.different[: options.show]))
    spent = time.monotonic() - started
    natively = f", {tally.rust} of them also in Rust" if tally.rust else ""
    told = f"{tally.seeds} seeds{natively}, {tally.outcomes.total()} calls in {spent:.0f} s"
    print(f"{told}, {spent / tally.seeds:.3f} s a seed: {len(tally.different)} differ; {dict(tally.outcomes)}")
    return 1 if tally.different else 0


if __name__ == "__main__":
    raise SystemExit(run(compare, BATCH, __doc__))
