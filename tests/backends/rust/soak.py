"""Compares random instructions in all three executions: `python -m tests.backends.rust.soak --seeds 100`.

As tests/language/oracle/soak.py, which makes the instructions, and whose seeds are the same. Those that Rust has a form of are
one crate for many seeds, since Rust's compiler takes longer than all the rest.
"""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from pathlib import Path

from tests.backends.rust.anchor import compiler
from tests.backends.rust.equality.three import Three
from tests.backends.rust.equality.vector import Meta, Stored, Vector
from tests.backends.rust.natively import DoesNotCompile, harness_for
from tests.language.generators.views import ViewGenerator
from tests.language.oracle.soak import (
    CALLS,
    CARDS,
    Instruction,
    Tally,
    give_accounts,
    instructions,
    program_of,
    refused,
    run,
    values_of,
)

from seahorse.backends.anchor import UnsupportedError
from seahorse.testing import DeployedProgram, Ledger
from seahorse.testing.compiling import compile_text

BATCH = 100
_CLOCK = (1, 0, 0, 0, 1_750_000_000)


def in_rust(made: Sequence[Instruction], path: Path) -> tuple[list[Instruction], dict[str, str]]:
    """The instructions that have a Rust form, and their crate, which has the name of the file `path`."""
    kept = list(made)
    while kept:
        path.write_text(program_of(kept), encoding="utf-8")
        try:
            return kept, compiler().rust([path])
        except UnsupportedError as error:
            gone = refused(kept, error.diagnostics)
            kept = [i for i in kept if i not in gone]
    return [], {}


def compiled(made: Sequence[Instruction], path: Path, tally: Tally) -> tuple[list[Instruction], Path | None]:
    """The instructions that have a Rust form, and the native program. What Rust's compiler refuses is a difference."""
    kept, files = in_rust(made, path)
    while kept:
        try:
            return kept, harness_for(path.parent.parent, files)
        except DoesNotCompile as refusal:
            wrong = [i for i in kept if i.name in refusal.errors]
            if not wrong:
                raise
            for i in wrong:
                tally.different.append(f"seed {i.seed}\n{i.text}" + "\n\n".join(refusal.errors[i.name]))
            kept, files = in_rust([i for i in kept if i not in wrong], path)
    return [], None


def vector_of(ledger: Ledger, program: DeployedProgram, name: str, values: ViewGenerator) -> Vector:
    """A random call, with the accounts that it finds."""
    given = give_accounts(program, values)
    call = program.prepare(name, **given).instruction
    accounts = {key: ledger.account(key) for key in CARDS}
    stored = {k: Stored(a.owner, a.lamports, bytes(a.data)) for k, a in accounts.items() if a is not None}
    metas = [Meta(m.pubkey, m.is_signer, m.is_writable) for m in call.accounts]
    return Vector(name, "random", program.id, metas, bytes(call.data), stored, _CLOCK)


def compare(seeds: range, calls: int = CALLS) -> Tally:
    """Run the instructions of seeds in all three."""
    made = instructions(seeds)
    tally = Tally(len(made))
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder, "sources")
        home.mkdir()
        kept, harness = compiled(made, home / f"views_{seeds.start}.py", tally)
        tally.rust = len(kept)
        artifacts = compile_text(program_of(made))
        ledger = Ledger()
        program = ledger.deploy(artifacts)
        three = Three([artifacts], harness, f"views_{seeds.start}")
        for i in made:
            values = values_of(i.seed)
            for _ in range(calls):
                vector = vector_of(ledger, program, i.name, values)
                told = three.difference(vector, natively=i in kept)
                if told is not None:
                    tally.different.append(f"seed {i.seed}\n{i.text}{told}")
                    break
        three.close()
    tally.outcomes.update({f"{code:#x}": count for code, count in three.codes.items()})
    return tally


if __name__ == "__main__":
    raise SystemExit(run(compare, BATCH, __doc__))
