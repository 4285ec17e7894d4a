"""Localnet answers what a real validator was recorded to answer, step by step."""

from tests.localnet.agave.__main__ import record
from tests.localnet.agave.compare import EXCUSED, SKIPPED, by_name, differences, excuse, left_over, recording


def test_every_step_is_answered_as_by_the_real_validator() -> None:
    reference, played = recording(), by_name(record())
    assert len(reference) == 875
    assert left_over(reference, played) == []
    # An excuse that excuses nothing any more hides the next fault.
    used = {
        excuse(name, found.path)
        for name, step in reference.items()
        if name in played
        for found in differences(step, played[name])
    }
    stale = [line for line in EXCUSED if line[2] not in used]
    assert [line for line in stale if line[0] not in SOMETIMES] == []
    assert [name for name in SKIPPED if name in played or name not in reference] == []


SOMETIMES = frozenset(
    ("cluster / identity", "*", "lookup table / create: landed", "lookup table / close too early: sent")
)
"""Steps that may be equal by chance."""
