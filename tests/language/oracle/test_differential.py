"""Random functions give in the VM what they give in CPython, and fail where Python with checked integers raises."""

from __future__ import annotations

import copy
from typing import Any

from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from tests.language.generators.checked_python import TooLarge, host_names
from tests.language.generators.functions import Generator, Made

from seahorse.testing import DeployedProgram, Ledger
from seahorse.testing.result import Failed

HEADER = """from seahorse.prelude import *
declare_id('Fg6PaFpoGXkYsidMpWTK6W2BeZ7FEfcYkg476zPFsLnS')
"""
HELPERS, FUNCTIONS, CALLS = 4, 12, 6
# What a program may refuse that Python does not: its memory and its time are small.
LIMITS = {"HeapExhausted", "ProgramFailedToComplete", "ComputationalBudgetExceeded"}
MAX_RETURNED = 600


def programs(seed: int) -> tuple[Generator, list[Made], str, str]:
    """The functions of a seed; the program; the same in Python."""
    generator = Generator(seed)
    helpers = [generator.function(f"h{i}", helper=True) for i in range(HELPERS)]
    made = [generator.function(f"f{i}") for i in range(FUNCTIONS)]
    lang = HEADER + "".join(h.text(0) for h in helpers) + "".join("@instruction\n" + m.text(0) for m in made)
    host = "".join(m.text(1) for m in [*helpers, *made])
    return generator, made, lang, host


def outcome(program: DeployedProgram, made: Made, arguments: list[Any]) -> tuple[bool, Any]:
    """(succeeded, value or failure)."""
    given_arguments = {p.name: v for p, v in zip(made.params, arguments, strict=True)}
    try:
        return True, program.call(made.name, **given_arguments).value
    except Failed as failed:
        return False, failed.failure


def compare(seed: int) -> int:
    """Run the program of a seed in both; the number of values that were compared."""
    generator, functions, lang, host = programs(seed)
    names = host_names()
    exec(compile(host, "<host>", "exec"), names)
    program = Ledger().deploy_text(lang)
    compared = 0
    for made in functions:
        for _ in range(CALLS):
            arguments = generator.arguments(made)
            expected, raised = None, None
            try:
                expected = names[made.name](*copy.deepcopy(arguments))
            except (ArithmeticError, LookupError, ValueError) as error:
                raised = error
            except TooLarge:
                continue
            if len(repr(expected)) > MAX_RETURNED:
                continue
            succeeded, found = outcome(program, made, arguments)
            if not succeeded and raised is None and str(found.name) in LIMITS:
                continue
            told = f"seed {seed}: {made.name}({arguments})\n{made.text(0)}\n"
            assert succeeded == (raised is None), f"{told}Python: {raised or expected!r}; the program: {found!r}"
            assert not succeeded or found == expected, f"{told}Python: {expected!r}; the program: {found!r}"
            compared += succeeded
    return compared


@settings(max_examples=8, deadline=None, derandomize=True, phases=[Phase.generate])
@given(seed=st.integers(0, 2**32))
def test_random_functions(seed: int) -> None:
    compare(seed)


def test_most_of_it_is_compared() -> None:
    """The functions do not just fail: a good part of the calls give a value."""
    assert compare(1) + compare(2) > FUNCTIONS * CALLS // 3
