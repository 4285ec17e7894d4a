"""Random functions over the builtins and methods of every day: CPython's engine and the virtual machine agree."""

from __future__ import annotations

import random
from typing import Any

import pytest
from tests.language.generators.everyday import PARAMETERS, WORDS, Generator

from seahorse.diagnostics import CompileError
from seahorse.testing import Ledger
from seahorse.testing.result import Failed

HEADER = "from seahorse.prelude import *\nimport math\ndeclare_id('Fg6PaFpoGXkYsidMpWTK6W2BeZ7FEfcYkg476zPFsLnS')\n"
PROGRAMS, CASES = 30, 6


def value(r: random.Random, t: str) -> Any:
    match t:
        case "u64":
            return r.choice([r.randrange(12), r.randrange(12), r.randrange(1 << 64)])
        case "i64":
            return r.choice([r.randrange(-9, 9), r.randrange(-(1 << 63), 1 << 63)])
        case "str":
            return r.choice(WORDS)
        case "bytes":
            return r.choice([b"", b"a", b"\0ab", b"aXa", bytes(r.randrange(256) for _ in range(6))])
        case _:
            return [value(r, t[5:-1]) for _ in range(r.randrange(5))]


def run(seed: int) -> int:
    """Deploy one random function and call it. How many calls gave a value; raises EnginesDiffer where they differ."""
    source = HEADER + Generator(seed).function("f")
    try:
        program = Ledger(engine="both").deploy_text(source)
    except CompileError as error:
        raise AssertionError(f"{error}\n{source}") from error
    r, given = random.Random(seed), 0
    for _ in range(CASES):
        try:
            program.call("f", **{n: value(r, t) for n, t in PARAMETERS.items()})
            given += 1
        except Failed:
            pass
    return given


@pytest.mark.parametrize("block", range(3))
def test_both_engines_agree(block: int) -> None:
    each = PROGRAMS // 3
    counts = [run(seed) for seed in range(block * each, (block + 1) * each)]
    assert sum(counts) > each, "nearly all calls failed: the functions are of no use"
