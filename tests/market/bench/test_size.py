"""No program grows: bytes against the committed figures of bench/size.json, and what `bench.size` says of them."""

import json

import pytest
from bench.size import COMMITTED, lowered, parts, sizes

from seahorse.backends.sbf import compile_program
from seahorse.backends.sbf.sizes import Sizes

TOLERANCE = 1.02


@pytest.fixture(scope="module")
def found() -> dict[str, Sizes]:
    return sizes()


def test_no_program_grew_by_more_than_two_percent(found: dict[str, Sizes]) -> None:
    committed = json.loads(COMMITTED.read_text(encoding="utf-8"))
    assert found.keys() == committed.keys(), "run `make size` and commit bench/size.json"
    grown = {p: (committed[p], s.total) for p, s in found.items() if s.total > committed[p] * TOLERANCE}
    assert grown == {}, "programs grew (committed, now)"


def test_what_is_measured_is_what_is_deployed(found: dict[str, Sizes]) -> None:
    """Marks change nothing in the code."""
    for program in lowered():
        assert found[program.name].total == len(compile_program(program))


def test_every_byte_is_accounted_for(found: dict[str, Sizes]) -> None:
    for size in found.values():
        assert sum(size.sections.values()) == size.total
        assert sum(size.functions.values()) == size.sections["code"]
        assert sum(size.parts.values()) == size.sections["code"]
    told = sum(figures[-1] for _, figures in parts(found))
    assert told == sum(s.sections["code"] for s in found.values())


def test_parts_are_those_of_the_source(found: dict[str, Sizes]) -> None:
    registry = found["registry"]
    assert {"body", "events", "errors", "accounts created"} <= registry.parts.keys()
    assert "calls of the token program" not in registry.parts
    assert {"entrypoint", "i_register_user", "fail"} <= registry.functions.keys()
