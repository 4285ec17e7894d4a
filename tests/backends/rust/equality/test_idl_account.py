"""Anchor's IDL instructions, which our bytecode has too, do in it what they do in the generated crates."""

import random
from collections import Counter
from dataclasses import replace

from solders.pubkey import Pubkey
from tests.backends.idl_account.vectors import CODES, Calls
from tests.backends.rust.anchor import IS_DEFAULT
from tests.backends.rust.equality.compare import difference
from tests.backends.rust.equality.machines import ROOT, Bytecode, Native
from tests.backends.rust.equality.vector import RUNTIME, RUNTIME_ERRORS, SYSTEM, Stored
from tests.backends.rust.natively import market_harness

from seahorse.driver.compile import Compiler
from seahorse.driver.project import find_project
from seahorse.ir.errors import AnchorError

LOADER = Pubkey.from_string("NativeLoader1111111111111111111111111111111")
PANIC = RUNTIME | RUNTIME_ERRORS["ProgramFailedToComplete"]
NUMBER = 300
# What Anchor 1 changed in these instructions, by instruction and code: the bytecode has those of Anchor 0.32.
CHANGED = {
    ("CREATE_BUFFER", int(AnchorError.ConstraintSigner)): "the buffer signs",
    ("CREATE_BUFFER", int(AnchorError.AccountDidNotDeserialize)): "a buffer without room for anything has an error",
    ("SET_BUFFER", int(AnchorError.ConstraintDuplicateMutableAccount)): "the buffer is not the account of the IDL",
    ("SET_BUFFER", 0): "there are zeros behind the IDL",
}


def test_anchor_answers_them_alike() -> None:
    artifacts = Compiler().build(find_project(ROOT).programs())
    ids = {a.name: Pubkey.from_string(a.idl["address"]) for a in artifacts}
    bytecode = Bytecode(artifacts)
    harness, crates = market_harness()
    native = Native(harness, bytecode.rent, crates)
    programs = bytecode.executable | {SYSTEM: Stored(LOADER, 1, b"system_program", executable=True)}
    codes: Counter[int] = Counter()
    changed: set[tuple[str, int]] = set()
    panics = 0
    made = Calls(ids["registry"], ids["oracle"], random.Random(3))
    for vector in made.every(NUMBER):
        # The runtime gives no instruction a program that it may write.
        vector.metas = [replace(m, writable=m.writable and m.key not in programs) for m in vector.metas]
        vector.accounts.update({k: a for k, a in programs.items() if k in {m.key for m in vector.metas}})
        one = bytecode.run(vector)
        if one is None:
            continue
        other = native.run(vector)
        if other.code == PANIC:
            # Ours says what is wrong instead.
            panics += 1
            other = replace(other, code=int(AnchorError.AccountDidNotSerialize))
        told = difference(vector, one, other)
        if told is not None and not IS_DEFAULT and (vector.name, other.code) in CHANGED:
            changed.add((vector.name, other.code))
            told = None
        assert told is None, f"{vector.name} ({vector.what}): {told}"
        codes[one.code] += 1
    native.close()
    assert set(codes) >= CODES, f"never: {sorted(CODES - set(codes))}"
    assert panics > 0
    assert changed == (set() if IS_DEFAULT else set(CHANGED))
