"""Random instructions about views, order and effects: CPython, the virtual machine and Rust, on the same calls.

What Rust cannot say is refused there. Where the bytecode is known to be wrong (tests/language/test_random_views.py), Rust
is compared with CPython.
"""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest
from solders.pubkey import Pubkey
from tests.backends.python.machine import InPython
from tests.backends.rust.equality.machines import Bytecode, Native
from tests.backends.rust.equality.vector import Meta, Stored, Vector
from tests.backends.rust.natively import HEAP_EXHAUSTED, harness_for, told_apart
from tests.language.generated_views import HEADER, ViewGenerator
from tests.language.soak import CARDS, SPACE, instructions, keys_for_clients

from seahorse.backends.anchor import UnsupportedError
from seahorse.driver.compile import Compiler
from seahorse.testing import DeployedProgram, Ledger
from seahorse.testing.compiling import compile_file

PROGRAMS, UNITS, CALLS = 4, 10, 4
# Forms whose crate Rust's compiler refuses today; each is to be written otherwise, or refused with what to write instead.
DO_NOT_COMPILE = """
for x, y in [(a, b), (b, a)]: x.n += 1                    # clones of accounts, not even `mut`
list(filter(lambda v: v != a.t, ls))                       # `&String != String`
b'raw' < bytes(k)                                          # `&[u8; 3] < &[u8]`
n = a.n if n > 1 else sum(xs) % 97                         # `else { { ... } % 97 }`: a block begins a statement
for c in worded(a, a.pt.label()): n += 1                   # the `let` of the argument is inside of the loop
"""


def made_programs(folder: Path) -> tuple[dict[str, list[str]], dict[str, str]]:
    """Programs of instructions that have a Rust form: the instructions of each, and all crates' files."""
    names: dict[str, list[str]] = {}
    files: dict[str, str] = {}
    for seed in range(PROGRAMS):
        kept: dict[str, str] = {}
        path = folder / f"views_{seed}.py"
        for name, text in instructions(seed, folder, UNITS).items():
            path.write_text(HEADER + text, encoding="utf-8")
            try:
                Compiler().rust([path])
            except UnsupportedError:
                continue
            kept[name] = text
        path.write_text(HEADER + "".join(kept.values()), encoding="utf-8")
        files |= Compiler().rust([path])
        names[path.stem] = list(kept)
    return names, files


def vector_of(program: DeployedProgram, ledger: Ledger, name: str, values: ViewGenerator) -> Vector:
    """A random call, with accounts before it."""
    for key in CARDS:
        program.set_account(key, "Card", space=SPACE, **keys_for_clients(values.account()))
    call = program.prepare(name, a=CARDS[0], b=CARDS[1], **keys_for_clients(values.given())).instruction
    accounts = {key: ledger.account(key) for key in CARDS}
    stored = {k: Stored(a.owner, a.lamports, bytes(a.data)) for k, a in accounts.items() if a is not None}
    metas = [Meta(m.pubkey, m.is_signer, m.is_writable) for m in call.accounts]
    return Vector(name, "random", call.program_id, metas, bytes(call.data), stored, (1, 0, 0, 0, 1_750_000_000))


@pytest.mark.xfail(strict=True, reason=f"crates that do not compile:{DO_NOT_COMPILE}")
def test_random_views(tmp_path: Path) -> None:
    sources = tmp_path / "sources"
    sources.mkdir()
    names, files = made_programs(sources)
    harness = harness_for(tmp_path, files)
    found: list[str] = []
    codes: Counter[int] = Counter()
    for crate, units in names.items():
        artifacts = compile_file(sources / f"{crate}.py")
        ledger = Ledger(engine="vm")
        program = ledger.deploy(artifacts)
        id = Pubkey.from_string(artifacts.idl["address"])
        bytecode, python = Bytecode([artifacts]), InPython([artifacts])
        native = Native(harness, bytecode.rent, crate)
        values = ViewGenerator(1)
        for name in units:
            for _ in range(CALLS):
                vector = vector_of(program, ledger, name, values)
                expected = python.run(vector)
                assert expected is not None
                if expected.code == HEAP_EXHAUSTED:
                    continue
                codes[expected.code] += 1
                different = told_apart(vector, expected, native.run(vector), [id])
                if different is not None:
                    found.append(f"{crate}.{name}: {different}\n")
        native.close()
    assert not found, f"{len(found)} of {codes.total()} differ\n" + "\n".join(found[:5])
    assert codes[0] > 40, codes
