"""Names and discriminators that clients see are Anchor's."""

import pytest

from seahorse.diagnostics import Span
from seahorse.ir.layout import (
    account_discriminator,
    event_discriminator,
    hashed_account_discriminator,
    instruction_discriminator,
    pascal_case,
)
from seahorse.semantics.tree import AccountDecl, ClassDecl


def test_discriminators_are_anchors() -> None:
    # From Anchor's own documentation and generated clients: `initialize` and the `Counter` account.
    assert list(instruction_discriminator("initialize")) == [175, 175, 109, 31, 13, 152, 155, 237]
    assert list(hashed_account_discriminator("Counter")) == [255, 176, 4, 245, 188, 253, 124, 25]
    where = Span("x.py", 1, 1, 1, 1)
    account, event = AccountDecl("X", "m", "m", where), ClassDecl("X", "m", where, True)
    assert event_discriminator(event) != account_discriminator(account) == hashed_account_discriminator("X")
    account.discriminator = event.discriminator = b"ab"
    assert event_discriminator(event) == account_discriminator(account) == b"ab"


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("UNAUTHORIZED_USER", "UnauthorizedUser"),
        ("PROSUMER", "Prosumer"),
        ("PartiallyFilled", "PartiallyFilled"),
        ("partially_filled", "PartiallyFilled"),
        ("ONE", "One"),
        ("Sell", "Sell"),
    ],
)
def test_pascal_case(name: str, expected: str) -> None:
    assert pascal_case(name) == expected
