"""Accounts that change their size, and accounts of an older class that become those of a newer one."""

from __future__ import annotations

from typing import Any

import pytest
from solders.keypair import Keypair
from solders.pubkey import Pubkey
from tests.support.errors import TOO_SHORT

from seahorse.testing import Ledger, expect_error
from seahorse.testing.tokens import TOKEN_PROGRAM

SOURCE = """
from seahorse.prelude import *
declare_id('Fg6PaFpoGXkYsidMpWTK6W2BeZ7FEfcYkg476zPFsLnS')


class Log(Account):
    owner: Pubkey
    lines: List[u32]
    title: str


@dataclass
class Limits:
    low: u16
    high: u16


class Kind(Enum):
    PLAIN = 0
    GOLD = 1


class ProfileV1(Account):
    owner: Pubkey
    name: String[8]
    points: u32
    tags: List[u8, 4]
    bump: u8


class ProfileV2(Account):
    owner: Pubkey
    level: u16
    name: String[8]
    kind: Kind
    email: String[16] | None
    limits: Limits
    tags: List[u8, 4]
    history: List[u64, 6]
    since: i64
    bump: u8


class Small(Account):
    a: u64
    b: u64


class Other(Account):
    b: u64
    c: bool


@instruction
def grow(payer: Signer, log: Log, space: u64):
    log.resize(space, payer=payer)
    print(log.data_len())

@instruction
def add(payer: Signer, log: Log, n: u32):
    log.resize(log.data_len() + 5, payer)
    log.lines.append(n)
    log.title = log.title + '!'
    print(log.lines, log.title, len(log.data))

@instruction
def twice(payer: Signer, log: Log):
    log.resize(200, payer)
    log.resize(10400, payer)
    log.resize(60, payer)
    log.resize(100, payer)

@instruction
def shrink(payer: Signer, log: Log):
    log.lines.clear()
    log.title = ''
    log.resize(8 + 32 + 4 + 4, payer)
    rest = log.lamports() - 1000000
    log.transfer_lamports(payer, rest if rest < 5000 else u64(5000))

@instruction
def grow_all(payer: Signer, remaining_accounts: List[Log], space: u64):
    for log in remaining_accounts:
        log.resize(space, payer)
        log.lines.append(9)

@instruction
def upgrade(payer: Signer, profile: ProfileV1, now: i64):
    profile.points += 1
    profile.tags.append(7)
    points = profile.points
    new = profile.migrate(ProfileV2, payer=payer)
    new.level = u16(points // 10)
    new.since = now
    new.history.append(u64(points))
    new.limits.high = 5
    print(new.name, new.tags, new.email, new.kind, new.limits, new.history)
    if now > 100:
        new.email = 'a@b.c'
        new.name = ''

@instruction
def early(payer: Signer, profile: ProfileV1, stop: bool):
    profile.points = 77
    profile.tags.append(1)
    if stop:
        return
    new = profile.migrate(ProfileV2, payer)
    new.tags.append(2)

@instruction
def narrow(payer: Signer, account: Small) -> u64:
    other = account.migrate(Other, payer)
    other.c = True
    return other.b

@instruction
def read_new(profile: ProfileV2) -> u16:
    return profile.level
"""


class Shelf:
    def __init__(self) -> None:
        self.ledger = Ledger()
        self.p = self.ledger.deploy_text(SOURCE)
        self.payer = self.ledger.signer()

    def put(self, kind: str, space: int | None = None, **fields: Any) -> Pubkey:
        key = self.ledger.key().pubkey()
        self.p.set_account(key, kind, space=space, **fields)
        return key

    def log(self, lines: list[int], title: str = "", space: int = 64) -> Pubkey:
        return self.put("Log", space, owner=self.payer.pubkey(), lines=lines, title=title)

    def profile(self, **changed: Any) -> Pubkey:
        fields = {"owner": self.payer.pubkey(), "name": "ann", "points": 41, "tags": [1, 2], "bump": 9}
        return self.put("ProfileV1", 8 + 32 + 12 + 4 + 8 + 1, **{**fields, **changed})

    def raw(self, key: Pubkey) -> tuple[int, bytes]:
        found = self.ledger.account(key)
        assert found is not None
        return found.lamports, bytes(found.data)


@pytest.fixture
def shelf() -> Shelf:
    return Shelf()


def test_an_account_grows_and_the_payer_pays_the_rent(shelf: Shelf) -> None:
    log = shelf.log([1, 2], "title")
    before = shelf.ledger.lamports(shelf.payer)
    assert shelf.p.grow(payer=shelf.payer, log=log, space=500).messages == ["500"]
    lamports, data = shelf.raw(log)
    assert (lamports, len(data)) == (shelf.ledger.rent(500), 500)
    assert data[61:] == bytes(439)
    assert shelf.ledger.lamports(shelf.payer) == before - shelf.ledger.rent(500) + shelf.ledger.rent(64)
    assert shelf.p.account(log).title == "title"
    assert shelf.p.grow(payer=shelf.payer, log=log, space=100).messages == ["100"]
    assert shelf.raw(log)[0] == shelf.ledger.rent(500)


@pytest.mark.parametrize("space", [61, 64, 65, 64 + 10240])
def test_sizes_that_fit(shelf: Shelf, space: int) -> None:
    log = shelf.log([1, 2], "title")
    shelf.p.grow(payer=shelf.payer, log=log, space=space)
    assert len(shelf.raw(log)[1]) == space
    assert shelf.p.account(log).lines == [1, 2]


def test_sizes_that_do_not_fit(shelf: Shelf) -> None:
    log = shelf.log([1, 2], "title")
    for space, error in ((60, 3004), (0, 3004), (64 + 10241, "InvalidRealloc"), (2**63, "InvalidRealloc")):
        with expect_error(error):
            shelf.p.grow(payer=shelf.payer, log=log, space=space)


def test_a_payer_without_lamports(shelf: Shelf) -> None:
    poor = shelf.ledger.signer(sol=0.001)
    with expect_error(1):
        shelf.p.grow(payer=poor, log=shelf.log([]), space=5000)


def test_lists_and_texts_use_the_new_room(shelf: Shelf) -> None:
    log = shelf.log([1], "ab", space=55)
    for n in range(5):
        lines, title, size = [1, *range(n + 1)], "ab" + "!" * (n + 1), 55 + 5 * (n + 1)
        assert shelf.p.add(payer=shelf.payer, log=log, n=n).messages == [f"{lines} {title} {size}"]
    assert shelf.p.account(log).lines == [1, 0, 1, 2, 3, 4]
    assert shelf.p.account(log).title == "ab!!!!!"


def test_several_sizes_in_one_instruction(shelf: Shelf) -> None:
    log = shelf.log([5], "xyz")
    with expect_error("InvalidRealloc"):
        shelf.p.twice(payer=shelf.payer, log=log)
    log = shelf.log([5], "xyz", space=10400)
    shelf.p.twice(payer=shelf.payer, log=log)
    assert len(shelf.raw(log)[1]) == 100
    assert shelf.raw(log)[1][55:] == bytes(45)


def test_an_account_shrinks_to_what_it_holds(shelf: Shelf) -> None:
    log = shelf.log([5, 6, 7], "some text")
    shelf.ledger.set_account(log, data=shelf.raw(log)[1], owner=shelf.p.id, lamports=shelf.ledger.rent(1000))
    shelf.p.shrink(payer=shelf.payer, log=log)
    assert shelf.raw(log)[1][40:] == bytes(8)


def test_accounts_of_a_list(shelf: Shelf) -> None:
    logs = [shelf.log([1], "a", space=57), shelf.log([], "", space=64)]
    shelf.p.grow_all(payer=shelf.payer, remaining_accounts=logs, space=10297)
    assert [shelf.p.account(k).lines for k in logs] == [[1, 9], [9]]
    with expect_error("InvalidRealloc"):
        shelf.p.grow_all(payer=shelf.payer, remaining_accounts=[shelf.log([])], space=10305)


def test_an_older_account_becomes_a_newer_one(shelf: Shelf) -> None:
    key = shelf.profile()
    told = shelf.p.upgrade(payer=shelf.payer, profile=key, now=5).messages
    assert told == ["ann [1, 2, 7] None Kind.PLAIN Limits(low=0, high=5) [42]"]
    new = shelf.p.account(key)
    assert (new.owner, new.level, new.name, new.email, new.tags) == (shelf.payer.pubkey(), 4, "ann", None, [1, 2, 7])
    assert (new.history, new.since, new.bump, new.limits.high) == ([42], 5, 9, 5)
    assert shelf.raw(key)[0] == shelf.ledger.rent(len(shelf.raw(key)[1]))
    assert shelf.p.read_new(profile=key).value == 4
    with expect_error(3002):
        shelf.p.upgrade(payer=shelf.payer, profile=key, now=5)


def test_values_after_the_migration_have_their_room(shelf: Shelf) -> None:
    key = shelf.profile(name="abcdefgh")
    shelf.p.upgrade(payer=shelf.payer, profile=key, now=101)
    assert (shelf.p.account(key).email, shelf.p.account(key).name) == ("a@b.c", "")
    size = 8 + 32 + 2 + 4 + 1 + 1 + 4 + 5 + 4 + 4 + 3 + 4 + 8 + 8 + 1
    assert not any(shelf.raw(key)[1][size:])


@pytest.mark.parametrize("stop", [True, False])
def test_a_path_that_returns_before(shelf: Shelf, stop: bool) -> None:
    key = shelf.profile()
    shelf.p.early(payer=shelf.payer, profile=key, stop=stop)
    assert shelf.p.account(key).tags == ([1, 2, 1] if stop else [1, 2, 1, 2])


def test_only_accounts_of_the_older_class(shelf: Shelf) -> None:
    key = shelf.profile()
    data = shelf.raw(key)[1]
    given: dict[str, Any] = {"payer": shelf.payer, "now": 1}
    for owner, held, error in (
        (TOKEN_PROGRAM, data, 3007),
        (shelf.p.id, data[:30], 3003),
        (shelf.p.id, b"", TOO_SHORT),
        (shelf.p.id, bytes(80), 3002),
    ):
        bad = Keypair().pubkey()
        shelf.ledger.set_account(bad, data=held, owner=owner)
        with expect_error(error):
            shelf.p.upgrade(profile=bad, **given)
    with expect_error(3012):
        shelf.p.upgrade(profile=Keypair().pubkey(), **given)
    with expect_error(3004):
        shelf.p.upgrade(profile=shelf.profile(tags=[1, 2, 3, 4]), **given)


def test_a_class_with_less(shelf: Shelf) -> None:
    key = shelf.put("Small", a=1, b=2)
    assert shelf.p.narrow(payer=shelf.payer, account=key).value == 2
    assert shelf.p.account(key).c is True
    assert shelf.raw(key)[1][8:] == (2).to_bytes(8, "little") + b"\1" + bytes(7)
