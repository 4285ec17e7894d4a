"""Random functions about objects with several names: refused, or the Rust does what the bytecode does.

(tests/language/oracle/test_differential_objects.py compares the same functions in the virtual machine with CPython.)
"""

from __future__ import annotations

import random
from collections import Counter
from pathlib import Path

from solders.pubkey import Pubkey
from tests.backends.rust.anchor import compiler
from tests.backends.rust.equality.compare import told_apart
from tests.backends.rust.equality.machines import Bytecode, Native
from tests.backends.rust.equality.three import HEAP_EXHAUSTED
from tests.backends.rust.equality.vector import Meta, Stored, Vector
from tests.backends.rust.natively import harness_for
from tests.language.generators.object_units import HEADER, Unit, body
from tests.language.generators.objects import Generator
from tests.language.oracle.test_differential_objects import ACCOUNTS, SPACE, arguments, units_of

from seahorse.backends.anchor import UnsupportedError
from seahorse.testing import DeployedProgram, Ledger
from seahorse.testing.compiling import compile_file

SEED, UNITS, CALLS = 1, 120, 4
NAME = "objects"


def translated(folder: Path) -> list[Unit]:
    """The units that have a Rust form, tried one by one: they share a crate afterwards."""
    found: list[Unit] = []
    path = folder / "unit.py"
    for unit in units_of(SEED, UNITS, folder):
        path.write_text(HEADER + body([unit]), encoding="utf-8")
        try:
            compiler().rust([path])
        except UnsupportedError:
            continue
        found.append(unit)
    return found


def vector_of(ledger: Ledger, program: DeployedProgram, unit: Unit, generator: Generator) -> Vector:
    given = arguments(generator, unit)
    accounts: dict[Pubkey, Stored] = {}
    for name in unit.accounts:
        program.set_account(ACCOUNTS[name], "Store", space=SPACE, **given[name])
        stored = ledger.account(ACCOUNTS[name])
        assert stored is not None
        accounts[ACCOUNTS[name]] = Stored(stored.owner, stored.lamports, bytes(stored.data))
    values = {name: ACCOUNTS[name] if name in unit.accounts else value for name, value in given.items()}
    call = program.prepare(unit.name, **values).instruction
    metas = [Meta(m.pubkey, m.is_signer, m.is_writable) for m in call.accounts]
    return Vector(unit.name, NAME, program.id, metas, bytes(call.data), accounts, (0, 0, 0, 0, 0))


def test_random_objects(tmp_path: Path) -> None:
    units = translated(tmp_path)
    assert len(units) > UNITS // 2, "hardly any unit has a Rust form"
    path = tmp_path / f"{NAME}.py"
    path.write_text(HEADER + body(units), encoding="utf-8")
    harness = harness_for(tmp_path, compiler().rust([path]))
    artifacts = compile_file(path)
    ledger, bytecode = Ledger(), Bytecode([artifacts])
    program = ledger.deploy(artifacts)
    native = Native(harness, bytecode.rent, NAME)
    found: list[str] = []
    codes: Counter[int] = Counter()
    for unit in units:
        generator = Generator(0)
        generator.r = random.Random(unit.name)
        for _ in range(CALLS):
            vector = vector_of(ledger, program, unit, generator)
            vm, rust = bytecode.run(vector), native.run(vector)
            assert vm is not None
            if vm.code == HEAP_EXHAUSTED:
                continue
            different = told_apart(vector, vm, rust, [program.id])
            if different is not None:
                found.append(f"{different}\n{body([unit])}")
            codes[vm.code] += 1
    native.close()
    assert not found, f"{len(found)} of {codes.total()} differ\n" + "\n".join(found[:3])
    assert codes[0] > UNITS, codes
