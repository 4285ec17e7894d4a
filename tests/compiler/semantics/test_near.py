"""A suggestion is made for a slip of the hand, and for nothing else."""

import pytest

from seahorse.semantics.names.near import near
from seahorse.semantics.names.prelude_names import PRELUDE

WORDS = ["amount", "authority", "price_per_kwh", "seller", "get_bump", "expires_at", "TokenAccount"]


@pytest.mark.parametrize("word", WORDS)
def test_every_slip_of_the_hand(word: str):
    """A letter left out, doubled, or swapped with the next, and other capitals or underscores."""
    slips = {word[:i] + word[i + 1 :] for i in range(1, len(word))}
    slips |= {word[:i] + word[i] + word[i:] for i in range(1, len(word))}
    slips |= {word[:i] + word[i + 1] + word[i] + word[i + 2 :] for i in range(1, len(word) - 1)}
    slips |= {word.upper(), word.replace("_", "")}
    for slip in slips - {word}:
        assert near(slip, WORDS) == word, slip


@pytest.mark.parametrize("name", ["u512", "u1", "u7", "u24", "f32", "int8", "uint64", "balance", "x", "map_of", "msg"])
def test_other_names_are_left_alone(name: str):
    assert near(name, PRELUDE) is None


def test_a_number_is_no_slip():
    assert near("u63", ["u64"]) is None
    assert near("sha265", ["sha256"]) is None
