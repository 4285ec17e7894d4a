"""No instruction grows: compute units against the committed figures of bench/cu.json."""

import json

import pytest
from bench import rosetta
from bench.cu import COMMITTED, DOCUMENT, document
from bench.peers import PEERS
from bench.scenario import measure

TOLERANCE = 1.02


@pytest.fixture(scope="module")
def measured() -> dict[str, int]:
    return measure()


def test_no_instruction_grew_by_more_than_two_percent(measured: dict[str, int]) -> None:
    committed = json.loads(COMMITTED.read_text(encoding="utf-8"))
    assert measured.keys() == committed.keys(), "run `make bench` and commit bench/cu.json"
    grown = {name: (committed[name], cu) for name, cu in measured.items() if cu > committed[name] * TOLERANCE}
    assert grown == {}, "compute units grew (committed, now)"


def test_figures_are_the_same_in_every_run(measured: dict[str, int]) -> None:
    assert measure() == measured


def test_every_row_of_the_peers_is_measured(measured: dict[str, int]) -> None:
    assert PEERS.keys() <= measured.keys()


def test_the_document_has_the_committed_figures() -> None:
    committed = json.loads(COMMITTED.read_text(encoding="utf-8"))
    assert DOCUMENT.read_text(encoding="utf-8") == document(committed, rosetta.measure()), "run `make bench`"
