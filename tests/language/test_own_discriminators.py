"""Discriminators of other lengths than 8, of instructions, accounts and events; the fallback; accounts that somebody
else created."""

from __future__ import annotations

from typing import Any

import pytest
from solders.instruction import AccountMeta, Instruction
from solders.pubkey import Pubkey

from seahorse.diagnostics import CompileError
from seahorse.testing import Ledger, expect_error
from seahorse.testing.compiling import compile_text

HEAD = """
from seahorse.prelude import *
declare_id('Fg6PaFpoGXkYsidMpWTK6W2BeZ7FEfcYkg476zPFsLnS')
"""
LENGTHS = [1, 2, 3, 4, 5, 7, 8, 9, 12, 16, 17, 32]


def _marker(length: int, first: int) -> list[int]:
    return [first, *((7 * i + first) % 256 for i in range(1, length))]


def _send(ledger: Ledger, program: Any, data: bytes, *metas: AccountMeta) -> list[str]:
    return ledger.send(Instruction(program.id, data, list(metas))).messages


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
@pytest.mark.parametrize("fields", ["total: u64", "total: u64\n    name: String[8]\n    items: List[u16, 4]"])
def test_accounts_of_every_length(n: int, fields: str) -> None:
    """Created, read, written, listed, resized and closed; every wrong beginning is refused."""
    items = "    b.items.append(u16(by))\n    b.name += 'x'\n" if "items" in fields else ""
    text = f"""{HEAD}
class Box(Account, discriminator={_marker(n, 3)}):
    {fields}

class Plain(Account):
    total: u64

@instruction
def make(a: Signer, b: Empty[Box]):
    box = b.init(payer=a, seeds=['box'])
    box.total = 5

@instruction
def add(a: Signer, b: Box, by: u64) -> u64:
    b.total += by
{items}    return b.total

@instruction
def needed(a: Signer, b: Empty[Box]) -> u64:
    box = b.init(payer=a, seeds=['box'], init_if_needed=True)
    box.total += 1
    return box.total

@instruction
def listed(a: Signer, rest: List[Box]) -> u64:
    for b in rest:
        b.total += 100
    return rest[0].total

@instruction
def resized(a: Signer, b: Box, space: u64):
    b.resize(space, a)

@instruction
def migrated(a: Signer, b: Box) -> u64:
    new = b.migrate(Plain, a)
    return new.total

@instruction
def closed(a: Signer, b: Box):
    b.close(a)
"""
    ledger = Ledger()
    p = ledger.deploy_text(text)
    a = ledger.signer()
    box = p.address("box")
    p.make(a=a, b=box)
    marker = bytes(_marker(n, 3))
    found = ledger.account(box)
    assert found is not None
    assert found.data[:n] == marker
    assert len(found.data) == n + 8 + (4 + 8 + 4 + 8 if items else 0)
    assert p.add(a=a, b=box, by=2).value == 7
    assert p.account(box)["total"] == 7
    assert p.needed(a=a, b=box).value == 8
    assert p.listed(a=a, remaining_accounts=[AccountMeta(box, False, True)]).value == 108
    p.resized(a=a, b=box, space=len(found.data) + 10)
    assert p.add(a=a, b=box, by=1).value == 109
    held = bytes(ledger.account(box).data)  # type: ignore[union-attr]
    for at in range(n):
        ledger.set_account(box, data=held[:at] + bytes([held[at] ^ 1]) + held[at + 1 :], owner=p.id)
        for call in (
            lambda: p.add(a=a, b=box, by=1),
            lambda: p.listed(a=a, remaining_accounts=[AccountMeta(box, False, True)]),
        ):
            with expect_error(3002):
                call()
    ledger.set_account(box, data=held[: n - 1], owner=p.id)
    with expect_error(3001):
        p.add(a=a, b=box, by=1)
    ledger.set_account(box, data=held[: n + 7], owner=p.id)
    with expect_error(3003):
        p.add(a=a, b=box, by=1)
    ledger.set_account(box, data=held, owner=ledger.signer())
    with expect_error(3007):
        p.add(a=a, b=box, by=1)
    ledger.set_account(box, data=held, owner=p.id)
    assert p.migrated(a=a, b=box).value == 109
    ledger.set_account(box, data=held, owner=p.id)
    p.closed(a=a, b=box)
    assert ledger.account(box) is None


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


@pytest.mark.parametrize(
    ("one", "other", "message"),
    [
        ("@instruction(discriminator=b'ab')", "@instruction(discriminator=b'abc')", "is the beginning of"),
        ("@instruction(discriminator=b'abc')", "@instruction(discriminator=b'ab')", "is the beginning of"),
        ("@instruction(discriminator=b'ab')", "@instruction(discriminator=b'ab')", "the same discriminator"),
        ("@instruction(fallback=True)", "@instruction(fallback=True)", "is the fallback already"),
        ("@instruction", "@instruction(discriminator=[0xe4, 0x45])", "events which a program sends"),
    ],
)
def test_instructions_that_data_could_not_tell_apart(one: str, other: str, message: str) -> None:
    text = f"{HEAD}\n{one}\ndef first(a: Signer):\n    pass\n\n{other}\ndef second(a: Signer):\n    pass\n"
    with pytest.raises(CompileError, match=message):
        compile_text(text)


@pytest.mark.parametrize("kind", ["Account", "Event"])
def test_classes_that_data_could_not_tell_apart(kind: str) -> None:
    text = HEAD + "".join(
        f"\nclass {name}({kind}, discriminator={marker}):\n    n: u64\n"
        for name, marker in (("A", b"ab"), ("B", b"abc"))
    )
    text += "\n@instruction\ndef run(a: Signer):\n    pass\n"
    with pytest.raises(CompileError, match="begins the other"):
        compile_text(text)


FALLBACK = f"""{HEAD}
class Count(Account):
    calls: u64

@instruction
def make(a: Signer, c: Empty[Count]):
    c.init(payer=a, seeds=['count'])

@instruction(discriminator=b'xy')
def short(a: Signer):
    print('short')

@instruction(fallback=True)
def anything(c: Count, data: bytes, rest: List[UncheckedAccount]):
    c.calls += 1
    print(len(data), data.hex(), len(rest), [x.is_writable for x in rest])
    assert data != b'no'
"""


def test_the_fallback_takes_what_no_discriminator_matches() -> None:
    ledger = Ledger()
    p = ledger.deploy_text(FALLBACK)
    a = ledger.signer()
    count = p.address("count")
    p.make(a=a, c=count)
    mine, other = AccountMeta(count, False, True), AccountMeta(a.pubkey(), False, False)
    for data in (b"", b"x", b"yx", b"xz", bytes(7), bytes(8), bytes(300)):
        said = _send(ledger, p, data, mine, other, mine)
        assert said == [f"{len(data)} {data.hex()} 2 [False, True]"]
    assert p.account(count)["calls"] == 7
    assert [i["name"] for i in p.idl["instructions"]] == ["make", "short"]
    with expect_error(3005):
        _send(ledger, p, b"")
    with expect_error(2500):
        _send(ledger, p, b"no", mine)
    with expect_error(3010):
        _send(ledger, p, b"xy", other)


def test_a_fallback_alone() -> None:
    """A whole program in the way of programs without Anchor: the data's first byte says what to do."""
    text = f"""{HEAD}
@instruction(fallback=True)
def main(accounts: List[UncheckedAccount], data: bytes):
    if len(data) == 0:
        print('nothing')
    elif data[0] == 1:
        print(u64.from_bytes(data[1:9], 'little') * 2)
    else:
        print(len(accounts))
"""
    ledger = Ledger()
    p = ledger.deploy_text(text)
    assert _send(ledger, p, b"") == ["nothing"]
    assert _send(ledger, p, b"\1" + (21).to_bytes(8, "little")) == ["42"]
    assert _send(ledger, p, b"\2", AccountMeta(Pubkey.default(), False, False)) == ["1"]


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
    with expect_error(2001):
        p.adopt(owner=owner, book=book.pubkey())
    assert not any(i["name"] == "system_program" for i in p.instructions["adopt"]["accounts"])


def test_what_is_not_such_an_account() -> None:
    ledger = Ledger()
    p = ledger.deploy_text(ZERO.replace("{marker}", str(HASHED)))
    owner, book = ledger.signer(), ledger.key()
    place = book.pubkey()
    with expect_error(3001):
        p.adopt(owner=owner, book=place)
    ledger.set_account(book, data=bytes(7), owner=p.id)
    with expect_error(3001):
        p.adopt(owner=owner, book=place)
    ledger.set_account(book, data=bytes(40), owner=p.id)
    with expect_error(3003):
        p.adopt(owner=owner, book=place)
    ledger.set_account(book, data=bytes(200), owner=owner)
    with expect_error(3007):
        p.adopt(owner=owner, book=place)
    for at in range(8):
        ledger.set_account(book, data=bytes(at) + b"\1" + bytes(200), owner=p.id)
        with expect_error(2001):
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
    with expect_error(2001):
        p.both(owner=owner, a=one.pubkey(), b=one.pubkey())
    p.both(owner=owner, a=one.pubkey(), b=two.pubkey())
    assert [p.account(k)["n"] for k in (one, two)] == [1, 2]
