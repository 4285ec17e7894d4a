"""Constants of a module, and events with and without a constructor."""

from collections.abc import Callable

import pytest
from solders.keypair import Keypair

from seahorse.testing import DeployedProgram, Ledger

START = 10 * 10**9


def test_constants(ledger: Ledger, deploy: Callable[[str], DeployedProgram], alice: Keypair):
    result = deploy("countdown").count(pilot=alice)
    assert result.messages == [
        "Ready for take-off",
        *(f"Second {i} of 9" for i in range(3, 9)),
        "Steps: 6 12",
        "Ready for take-off: 6",
    ]
    assert (result.events, result.changed) == ([], [])
    assert ledger.lamports(alice) == START


@pytest.mark.parametrize("words", ["", "Hear, hear!", "Καλημέρα κόσμε", "x" * 500])
def test_an_event_with_a_generated_constructor(deploy: Callable[[str], DeployedProgram], alice: Keypair, words: str):
    result = deploy("herald").proclaim(herald=alice, rank=200, words=words)
    assert result.events == [{"rank": 200, "words": words, "herald": alice.pubkey()}]
    assert (result.messages, result.changed) == ([], [])


def test_an_event_with_its_own_constructor(deploy: Callable[[str], DeployedProgram], alice: Keypair):
    result = deploy("herald").count(herald=alice, first=-2_000_000_000, second=100)
    votes = [-2_000_000_000, 100, -2_000_000_100]
    assert result.events == [{"votes": votes, "total": sum(votes)}]
    assert result.messages == [str(sum(votes))]
