"""Discriminators of accounts of other lengths than 8; what data could not tell apart; the fallback."""

from __future__ import annotations

from typing import Any

import pytest
from solders.instruction import AccountMeta, Instruction
from solders.pubkey import Pubkey
from tests.support.errors import TOO_SHORT

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


@pytest.mark.parametrize("n", LENGTHS)
@pytest.mark.parametrize("fields", ["total: u64", "total: u64\n    name: String[8]\n    items: List[u16, 4]"])
def test_accounts_of_every_length(n: int, fields: str) -> None:
    """Created, read, written, listed, resized and closed; every wrong beginning is refused."""
    items = "    b.items.append(u16(by))\n    b.name += 'x'\n" if "items" in fields else ""
    text = f"""{HEAD}
class Chest(Account, discriminator={_marker(n, 3)}):
    {fields}

class Plain(Account):
    total: u64

@instruction
def make(a: Signer, b: Empty[Chest]):
    box = b.init(payer=a, seeds=['box'])
    box.total = 5

@instruction
def add(a: Signer, b: Chest, by: u64) -> u64:
    b.total += by
{items}    return b.total

@instruction
def needed(a: Signer, b: Empty[Chest]) -> u64:
    box = b.init(payer=a, seeds=['box'], init_if_needed=True)
    box.total += 1
    return box.total

@instruction
def listed(a: Signer, rest: List[Chest]) -> u64:
    for b in rest:
        b.total += 100
    return rest[0].total

@instruction
def resized(a: Signer, b: Chest, space: u64):
    b.resize(space, a)

@instruction
def migrated(a: Signer, b: Chest) -> u64:
    new = b.migrate(Plain, a)
    return new.total

@instruction
def closed(a: Signer, b: Chest):
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
    with expect_error(TOO_SHORT):
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


def test_an_account_too_short_for_a_discriminator() -> None:
    """Anchor's own `zero` panics here."""
    text = f"""{HEAD}
class Book(Account):
    n: u64

@instruction
def adopt(book: Empty[Book]):
    book.init(zero=True)
"""
    ledger = Ledger()
    p = ledger.deploy_text(text)
    book = ledger.key()
    with expect_error(TOO_SHORT):
        p.adopt(book=book.pubkey())
    ledger.set_account(book, data=bytes(7), owner=p.id)
    with expect_error(TOO_SHORT):
        p.adopt(book=book.pubkey())
