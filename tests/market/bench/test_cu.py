"""No instruction grows: compute units against the committed figures of bench/cu.json."""

import json

import pytest
from bench import families, rosetta
from bench.cu import BUMPS, COMMITTED, DOCUMENT, FAMILIES, PARTS_OF, document, is_missed
from bench.families.parts import measure_parts
from bench.peers import PEERS
from bench.scenario import measure, over_bumps

from seahorse.driver.compile import Compiler

TOLERANCE = 1.02
FAMILY_TOLERANCE = 1.01


@pytest.fixture(scope="module")
def measured() -> dict[str, int]:
    return measure()


def test_no_instruction_grew_by_more_than_two_percent(measured: dict[str, int]) -> None:
    committed = json.loads(COMMITTED.read_text(encoding="utf-8"))
    assert measured.keys() == committed.keys(), "run `make bench` and commit bench/cu.json"
    grown = {name: (committed[name], cu) for name, cu in measured.items() if cu > committed[name] * TOLERANCE}
    assert grown == {}, "compute units grew (committed, now)"


def test_only_these_targets_are_missed(measured: dict[str, int]) -> None:
    missed = {name for name, cu in measured.items() if is_missed(name, cu)}
    assert missed == {"energy_token.burn_tokens", "energy_token.transfer_tokens", "trading.cancel_order"}


def test_settling_without_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    """On a cluster without p-token, each transfer is a call of its own."""
    monkeypatch.setattr("bench.scenario.Compiler", lambda: Compiler(batch=False))
    assert measure()["trading.match_orders"] <= 6_000


def test_figures_are_the_same_in_every_run(measured: dict[str, int]) -> None:
    assert measure() == measured


def test_every_row_of_the_peers_is_measured(measured: dict[str, int]) -> None:
    assert PEERS.keys() <= measured.keys()


def test_the_document_has_the_committed_figures() -> None:
    committed = json.loads(COMMITTED.read_text(encoding="utf-8"))
    figures = json.loads(FAMILIES.read_text(encoding="utf-8"))
    bumps = json.loads(BUMPS.read_text(encoding="utf-8"))
    told = DOCUMENT.read_text(encoding="utf-8")
    parts = json.loads(PARTS_OF.read_text(encoding="utf-8"))
    assert told == document(committed, rosetta.measure(), figures, parts, bumps), "run `make bench`"


def test_the_parts_of_a_case_are_its_units() -> None:
    figures = json.loads(FAMILIES.read_text(encoding="utf-8"))
    parts = json.loads(PARTS_OF.read_text(encoding="utf-8"))
    assert parts == measure_parts(), "run `make bench`"
    assert {case: sum(of.values()) for case, of in parts.items()} == {c: figures[c] for c in families.PUBLISHED}


def test_some_sets_of_keys_lie_within_the_committed_bounds() -> None:
    bumps = {name: tuple(figures) for name, figures in json.loads(BUMPS.read_text(encoding="utf-8")).items()}
    few = over_bumps(2)
    assert few.keys() == bumps.keys()
    outside = {
        name: (few[name], (low, high))
        for name, (low, _, high) in bumps.items()
        if few[name][0] < low / TOLERANCE or few[name][2] > high * TOLERANCE
    }
    assert outside == {}, "run `make bench`"
    assert all(low <= mean <= high for low, mean, high in bumps.values())
    assert bumps["trading.create_buy_order"][2] - bumps["trading.create_buy_order"][0] >= 318


def test_no_family_grew_by_more_than_one_percent() -> None:
    """Each instruction does what it says too: `measure` looks."""
    committed = json.loads(FAMILIES.read_text(encoding="utf-8"))
    now = {**families.measure(), **families.sizes()}
    assert now.keys() == committed.keys() == {**families.PUBLISHED, **families.SIZES}.keys()
    grown = {case: (committed[case], n) for case, n in now.items() if n > committed[case] * FAMILY_TOLERANCE}
    assert grown == {}, "run `make bench`"


def test_a_missed_goal_says_why() -> None:
    figures = json.loads(FAMILIES.read_text(encoding="utf-8"))
    goals = {**families.PUBLISHED, **families.SIZES}
    assert [case for case, n in figures.items() if n > goals[case].goal and not goals[case].why] == []
