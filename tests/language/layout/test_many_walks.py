"""Instructions that need different fields of one type, behind strings and options: each finds its own."""

from __future__ import annotations

import pytest

from seahorse.testing import Ledger, expect_error

CALLEE = """
from seahorse.prelude import *
declare_id('2XPQmFYMdXjP7ffoBB3mXeCdboSFg5Yeb6QmTSGbW8a7')

class Card(Account):
    name: String[20]
    one: u8
    note: Optional[String[9]]
    two: u8
    maybe: Optional[u64]
    three: u8
    city: String[12]
    four: u8
    last: Optional[u16]
    five: u8
    flag: bool

@instruction
def create(payer: Signer, card: Empty[Card], name: String[20], note: Optional[String[9]], maybe: Optional[u64], city: String[12]):
    c = card.init(payer=payer, seeds=['card', name])
    c.name, c.note, c.maybe, c.city, c.last = name, note, maybe, city, 77
    c.one, c.two, c.three, c.four, c.five, c.flag = 1, 2, 3, 4, 5, True

@instruction
def whole(card: Card) -> Card:
    return card
"""
CALLER = """
from seahorse.prelude import *
import callee
declare_id('DvdtU4quEbuxUY2FckmvcXwTpC9qp4HLJKb1PMLaqAoE')

@instruction
def two(card: callee.Card) -> u8:
    return card.two

@instruction
def three(card: callee.Card) -> u8:
    return card.three

@instruction
def two_and_four(card: callee.Card) -> List[u8]:
    return [card.two, card.four]

@instruction
def city(card: callee.Card) -> str:
    return card.city

@instruction
def of_returned(card: UncheckedAccount) -> List[u8]:
    c = callee.whole(card=card)
    return [c.one, c.two, c.three, c.four, c.five, u8(c.flag)]
"""
CARDS = [("a", None, None, ""), ("abc", "note", None, "town"), ("x" * 20, "n" * 9, 2**64 - 1, "c" * 12)]


@pytest.fixture(scope="module")
def ledger() -> Ledger:
    return Ledger()


@pytest.mark.parametrize(("name", "note", "maybe", "city"), CARDS)
def test_each_finds_its_fields(ledger: Ledger, name: str, note: str | None, maybe: int | None, city: str) -> None:
    callee = ledger.deploy_text(CALLEE, "callee")
    caller = ledger.deploy_text(CALLER, "caller", callee=CALLEE)
    payer = ledger.signer()
    card = callee.address("card", name)
    callee.create(payer=payer, card=card, name=name, note=note, maybe=maybe, city=city)
    assert caller.two(card=card).value == 2
    assert caller.three(card=card).value == 3
    assert caller.two_and_four(card=card).value == [2, 4]
    assert caller.city(card=card).value == city
    assert caller.of_returned(card=card).value == [1, 2, 3, 4, 5, 1]


def test_data_that_ends_within_a_field_is_refused(ledger: Ledger) -> None:
    callee = ledger.deploy_text(CALLEE, "callee")
    caller = ledger.deploy_text(CALLER, "caller", callee=CALLEE)
    name, note, city = "abcdef", "note", "town"
    card = callee.address("card", name)
    callee.create(payer=ledger.signer(), card=card, name=name, note=note, maybe=5, city=city)
    raw = ledger.account(card)
    assert raw is not None
    whole = bytes(raw.data)
    # The city begins behind discriminator, name, one, note, two, maybe and three.
    begins = 8 + 4 + len(name) + 1 + 1 + 4 + len(note) + 1 + 9 + 1
    for end in range(12, begins + 4 + len(city)):
        ledger.set_account(card, lamports=raw.lamports, data=whole[:end], owner=callee.id)
        with expect_error("AccountDidNotDeserialize"):
            caller.city(card=card)
    ledger.set_account(card, lamports=raw.lamports, data=whole[:8] + b"\xff" * 4 + whole[12:], owner=callee.id)
    with expect_error("AccountDidNotDeserialize"):
        caller.three(card=card)
