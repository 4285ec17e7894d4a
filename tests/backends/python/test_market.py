"""The programs of the market do in CPython what their bytecode does: on the life of the market, and on variations of it.

(tests/backends/rust/test_equality.py compares the bytecode with the generated Rust on such vectors.)
"""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import dataclass

import pytest
from tests.backends.python.machine import InPython
from tests.backends.rust.equality.compare import told_apart
from tests.backends.rust.equality.corpus import Recorder, record
from tests.backends.rust.equality.machines import ROOT, Bytecode
from tests.backends.rust.equality.mutations import Mutator
from tests.backends.rust.equality.vector import Outcome, Vector

from seahorse.driver.compile import Compiler
from seahorse.driver.project import find_project

VARIATIONS = 2_200
PROGRAMS = ("registry", "oracle", "energy_token", "trading", "governance")


@dataclass
class Bench:
    recorder: Recorder
    bytecode: Bytecode
    python: InPython

    def of(self, program: str) -> list[Vector]:
        return [v for v in self.recorder.vectors if v.name.startswith(f"{program}.")]


@pytest.fixture(scope="module")
def bench() -> Bench:
    artifacts = Compiler().build(find_project(ROOT).programs())
    recorder = record(artifacts)
    bytecode = Bytecode(artifacts)
    for vector in recorder.vectors:
        vector.accounts.update({k: a for k, a in bytecode.executable.items() if k in vector.accounts})
    return Bench(recorder, bytecode, InPython(artifacts))


def difference(bench: Bench, vector: Vector, vm: Outcome, python: Outcome | None) -> str | None:
    if python is None:
        return "Python does not get as far as the program"
    return told_apart(vector, vm, python, [p.id for p in bench.recorder.programs.values()])


@pytest.mark.parametrize("program", PROGRAMS)
def test_calls_and_variations_of_them(bench: Bench, program: str) -> None:
    rng = random.Random(f"python {program}")
    keys = sorted({m.key for v in bench.recorder.vectors for m in v.metas}, key=bytes)
    mutator = Mutator(bench.recorder.programs, keys, bench.bytecode.executable, rng)
    good = bench.of(program)
    found: list[str] = []
    codes: Counter[int] = Counter()
    for vector in good + [mutator.vary(good[i % len(good)]) for i in range(VARIATIONS)]:
        vm = bench.bytecode.run(vector)
        if vm is None:
            continue
        codes[vm.code] += 1
        told = difference(bench, vector, vm, bench.python.run(vector))
        if told is not None:
            found.append(f"{vector.name} ({vector.what}): {told}")
    assert not found, f"{len(found)} of {codes.total()} differ\n" + "\n".join(found[:8])
    assert codes[0] >= 100
    assert len(codes) >= 10, codes
