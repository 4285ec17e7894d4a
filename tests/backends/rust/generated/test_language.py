"""Random functions of the language give in Rust what they give in the virtual machine: values, errors, and what they print.

(tests/language/oracle/test_differential.py compares the same functions in the virtual machine with CPython.)
"""

from __future__ import annotations

from collections import Counter
from pathlib import Path

from solders.pubkey import Pubkey
from tests.backends.rust.anchor import compiler
from tests.backends.rust.equality.compare import told_apart
from tests.backends.rust.equality.machines import Bytecode, Native
from tests.backends.rust.equality.three import HEAP_EXHAUSTED
from tests.backends.rust.equality.vector import Vector
from tests.backends.rust.natively import harness_for
from tests.language.generators.functions import Generator
from tests.language.oracle.test_differential import CALLS, programs

from seahorse.backends.anchor import UnsupportedError
from seahorse.testing import Ledger
from seahorse.testing.compiling import compile_file

PROGRAMS = 6


def made_programs(folder: Path) -> tuple[dict[str, int], dict[str, str]]:
    """The first seeds whose programs have a Rust form: the seed of every crate, and all crates' files."""
    seeds: dict[str, int] = {}
    files: dict[str, str] = {}
    seed = 0
    while len(seeds) < PROGRAMS:
        seed += 1
        assert seed < 10 * PROGRAMS, "hardly any program has a Rust form"
        path = folder / f"random_{seed}.py"
        path.write_text(programs(seed)[2], encoding="utf-8")
        try:
            files |= compiler().rust([path])
        except UnsupportedError:
            continue
        seeds[path.stem] = seed
    return seeds, files


def test_random_functions(tmp_path: Path) -> None:
    sources = tmp_path / "sources"
    sources.mkdir()
    seeds, files = made_programs(sources)
    harness = harness_for(tmp_path, files)
    found: list[str] = []
    codes: Counter[int] = Counter()
    for name, seed in seeds.items():
        artifacts = compile_file(sources / f"{name}.py")
        program = Ledger().deploy(artifacts)
        generator: Generator = programs(seed)[0]
        bytecode = Bytecode([artifacts])
        native = Native(harness, bytecode.rent, name)
        for made in programs(seed)[1]:
            for _ in range(3 * CALLS):
                arguments = generator.arguments(made)
                call = program.prepare(made.name, **{p.name: v for p, v in zip(made.params, arguments, strict=True)})
                id = Pubkey.from_string(artifacts.idl["address"])
                vector = Vector(made.name, "random", id, [], bytes(call.instruction.data), {}, (0, 0, 0, 0, 0))
                vm = bytecode.run(vector)
                assert vm is not None
                if vm.code == HEAP_EXHAUSTED:
                    continue
                different = told_apart(vector, vm, native.run(vector), [id])
                if different is not None:
                    found.append(f"seed {seed}: {made.name}({arguments}): {different}\n{made.text(0)}")
                codes[vm.code] += 1
        native.close()
    assert not found, f"{len(found)} of {codes.total()} differ\n" + "\n".join(found[:3])
    assert codes[0] > 200, codes
    assert len(codes) >= 3, codes
