"""Discriminators of other lengths than 8, of instructions and events; accounts that somebody else created."""

from __future__ import annotations

import pytest
from solders.instruction import AccountMeta, Instruction

from seahorse.testing import Ledger, expect_error

HEAD = """
from seahorse.prelude import *
declare_id('Fg6PaFpoGXkYsidMpWTK6W2BeZ7FEfcYkg476zPFsLnS')
"""


LENGTHS = [1, 2, 3, 4, 5, 7, 8, 9, 12, 16, 17, 32]


def _marker(length: int, first: int) -> list[int]:
    return [first, *((7 * i + first) % 256 for i in range(1, length))]


@pytest.mark.parametrize("with_usual", [True, False])
def test_instructions_of_every_length(with_usual: bool) -> None:
    """Each is found by its bytes, with its arguments behind them; one byte less or another is no instruction."""
    text = HEAD
    for n in LENGTHS:
        text += f"""
@instruction(discriminator={_marker(n, n)})
def take{n}(a: Signer, amount: u64, b: UncheckedAccount):
    print({n}, amount, b.key() == a.key())
"""
    text += "\n@instruction\ndef usual(a: Signer):\n    print('usual')\n" if with_usual else ""
    ledger = Ledger()
    p = ledger.deploy_text(text)
    a, b = ledger.signer(), ledger.signer()
    for n in LENGTHS:
        assert getattr(p, f"take{n}")(a=a, amount=10 + n, b=b).messages == [f"{n} {10 + n} False"]
        marker = bytes(_marker(n, n))
        metas = [AccountMeta(a.pubkey(), True, False), AccountMeta(b.pubkey(), False, False)]
        wrong = [marker[:-1] + bytes([marker[-1] ^ 1]) + bytes(8), marker[:-1]]
        for data in wrong:
            with expect_error(101):
                ledger.send(Instruction(p.id, data, metas), signers=[a])
        with expect_error(102):
            ledger.send(Instruction(p.id, marker + bytes(7), metas), signers=[a])
        with expect_error(3005):
            ledger.send(Instruction(p.id, marker + bytes(8), metas[:1]), signers=[a])
    if with_usual:
        assert p.usual(a=a).messages == ["usual"]


@pytest.mark.parametrize("n", LENGTHS)
def test_events_of_every_length(n: int) -> None:
    text = f"""{HEAD}
class Said(Event, discriminator={_marker(n, 9)}):
    what: str

@instruction
def say(a: Signer):
    Said('hello').emit()
"""
    ledger = Ledger()
    p = ledger.deploy_text(text)
    (event,) = p.say(a=ledger.signer()).events
    assert event["what"] == "hello"
    assert bytes(p.idl["events"][0]["discriminator"]) == bytes(_marker(n, 9))


ZERO = f"""{HEAD}
class Book(Account, discriminator={{marker}}):
    owner: Pubkey
    flag: bool
    name: String[8]
    items: List[u64, 2000]

@instruction
def adopt(owner: Signer, book: Empty[Book]):
    b = book.init(zero=True)
    b.owner = owner.key()
    b.name = 'new'
    b.items.append(7)

@instruction
def add(owner: Signer, book: Book, n: u64) -> u64:
    assert book.owner == owner.key(), 'not yours'
    book.items.append(n)
    return sum(book.items)
"""


HASHED = list(bytes.fromhex("0102030405060708"))


@pytest.mark.parametrize("marker", [HASHED, [1], [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]])
def test_an_account_that_somebody_else_created(marker: list[int]) -> None:
    ledger = Ledger()
    p = ledger.deploy_text(ZERO.replace("{marker}", str(marker)))
    owner, book = ledger.signer(), ledger.key()
    size = len(marker) + 32 + 1 + 12 + 4 + 16_000
    ledger.set_account(book, data=bytes(size), owner=p.id)
    p.adopt(owner=owner, book=book.pubkey())
    found = p.account(book)
    assert (found["name"], found["items"], found["owner"]) == ("new", [7], owner.pubkey())
    assert p.add(owner=owner, book=book, n=4).value == 11
    with expect_error(2013):
        p.adopt(owner=owner, book=book.pubkey())
    assert not any(i["name"] == "system_program" for i in p.instructions["adopt"]["accounts"])


def test_what_is_not_such_an_account() -> None:
    ledger = Ledger()
    p = ledger.deploy_text(ZERO.replace("{marker}", str(HASHED)))
    owner, book = ledger.signer(), ledger.key()
    place = book.pubkey()
    ledger.set_account(book, data=bytes(40), owner=p.id)
    with expect_error(3003):
        p.adopt(owner=owner, book=place)
    ledger.set_account(book, data=bytes(200), owner=owner)
    with expect_error(3007):
        p.adopt(owner=owner, book=place)
    for at in range(8):
        ledger.set_account(book, data=bytes(at) + b"\1" + bytes(200), owner=p.id)
        with expect_error(2013):
            p.adopt(owner=owner, book=place)
    ledger.set_account(book, data=bytes(40) + b"\2" + bytes(200), owner=p.id)
    with expect_error(3003):
        p.adopt(owner=owner, book=place)
    ledger.set_account(book, data=bytes(200), owner=p.id, lamports=ledger.rent(200) - 1)
    with expect_error(2005):
        p.adopt(owner=owner, book=place)
    call = p.prepare("adopt", owner=owner, book=place)
    metas = [AccountMeta(m.pubkey, m.is_signer, False) for m in call.instruction.accounts]
    ledger.set_account(book, data=bytes(200), owner=p.id)
    with expect_error(2000):
        ledger.send(Instruction(p.id, bytes(call.instruction.data), metas), signers=[owner])


def test_two_names_for_one_such_account() -> None:
    text = f"""{HEAD}
class Book(Account):
    n: u64

@instruction
def both(owner: Signer, a: Empty[Book], b: Empty[Book]):
    x = a.init(zero=True)
    y = b.init(zero=True)
    x.n = 1
    y.n = 2
"""
    ledger = Ledger()
    p = ledger.deploy_text(text)
    owner, one, two = ledger.signer(), ledger.key(), ledger.key()
    for key in (one, two):
        ledger.set_account(key, data=bytes(16), owner=p.id)
    with expect_error(2013):
        p.both(owner=owner, a=one.pubkey(), b=one.pubkey())
    p.both(owner=owner, a=one.pubkey(), b=two.pubkey())
    assert [p.account(k)["n"] for k in (one, two)] == [1, 2]
