"""The bytecode and the generated Rust do the same: on the life of the market, and on thousands of variations of it."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from tests.backends.rust.equality.compare import difference
from tests.backends.rust.equality.corpus import WITH_LOADER, Recorder, record
from tests.backends.rust.equality.machines import ROOT, Bytecode, Native
from tests.backends.rust.equality.mutations import Mutator
from tests.backends.rust.equality.vector import Vector
from tests.backends.rust.natively import market_harness

from seahorse.driver.compile import Compiler
from seahorse.driver.project import find_project

VARIATIONS = 2_200
PROGRAMS = ("registry", "oracle", "energy_token", "trading", "governance")


@dataclass
class Bench:
    recorder: Recorder
    bytecode: Bytecode
    native: Native

    def of(self, program: str) -> list[Vector]:
        return [v for v in self.recorder.vectors if v.name.startswith(f"{program}.")]


@pytest.fixture(scope="module")
def bench() -> Iterator[Bench]:
    artifacts = Compiler().build(find_project(ROOT).programs())
    recorder = record(artifacts)
    bytecode = Bytecode(artifacts)
    for vector in recorder.vectors:
        vector.accounts.update({k: a for k, a in bytecode.executable.items() if k in vector.accounts})
    harness, crates = market_harness()
    native = Native(harness, bytecode.rent, crates)
    yield Bench(recorder, bytecode, native)
    native.close()


def differences(bench: Bench, vectors: list[Vector]) -> tuple[list[str], dict[int, int]]:
    """Where the two differ, and how often which code was given."""
    found: list[str] = []
    codes: dict[int, int] = {}
    for vector in vectors:
        native = bench.native.run(vector)
        vm = bench.bytecode.run(vector)
        if vm is None:
            continue
        codes[vm.code] = codes.get(vm.code, 0) + 1
        if (what := difference(vector, vm, native)) is not None:
            found.append(f"{vector.name} ({vector.what}): {what}")
    return found, codes


@pytest.mark.parametrize("program", PROGRAMS)
def test_recorded_calls(bench: Bench, program: str) -> None:
    """Every instruction's happy path, and the refusals that were recorded beside."""
    for what in ("good", "refused"):
        vectors = [v for v in bench.of(program) if v.what == what]
        found, codes = differences(bench, vectors)
        assert not found, "\n".join(found[:5])
        assert (set(codes) == {0}) if what == "good" else (0 not in codes), codes


@pytest.mark.parametrize("program", PROGRAMS)
def test_variations(bench: Bench, program: str) -> None:
    """Generated vectors. Among them is every error code of the program."""
    rng = random.Random(f"equality {program}")
    keys = sorted({m.key for v in bench.recorder.vectors for m in v.metas}, key=bytes)
    mutator = Mutator(bench.recorder.programs, keys, bench.bytecode.executable, rng)
    # A `Program` that is no program is refused while accounts are loaded in the bytecode, after that in Rust: where a
    # variation spoils two accounts, the two may tell different ones. What is recorded of these is compared all the same.
    good = [v for v in bench.of(program) if v.name not in WITH_LOADER | {"governance.manage_authorities"}]
    vectors = bench.of(program) + [mutator.vary(good[i % len(good)]) for i in range(VARIATIONS)]
    found, codes = differences(bench, vectors)
    assert not found, f"{len(found)} of {len(vectors)} differ\n" + "\n".join(found[:5])
    errors = bench.recorder.programs[program].errors
    missing = [f"{code} {name}" for code, (name, _) in errors.items() if code not in codes]
    assert not missing, f"no vector gives {', '.join(missing)}"
    assert codes[0] >= 100
    assert sum(codes.values()) >= 2_000
    assert len(codes) >= 15, codes


def test_every_instruction_is_recorded(bench: Bench) -> None:
    recorded = {v.name for v in bench.recorder.vectors if v.what == "good"} | WITH_LOADER
    for program in bench.recorder.programs.values():
        assert {f"{program.name}.{i}" for i in program.instructions} <= recorded
