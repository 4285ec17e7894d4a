"""Accounts behind those that an instruction names: lists of each kind, what is checked, and calls made of them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest
from solders.instruction import AccountMeta
from solders.keypair import Keypair
from solders.pubkey import Pubkey
from tests.support.errors import TOO_SHORT

from seahorse.testing import Ledger, expect_error
from seahorse.testing.tokens import TOKEN_PROGRAM

SOURCE = """
from seahorse.prelude import *
declare_id('Fg6PaFpoGXkYsidMpWTK6W2BeZ7FEfcYkg476zPFsLnS')


class Voter(Account):
    owner: Pubkey
    votes: u64
    name: String[12]
    bump: u8


class Basket(Account):
    n: u16
    items: List[u32]
    label: String[8]


def total(voters: List[Voter]) -> u64:
    return sum([v.votes for v in voters])


def cast(voter: Voter, votes: u64):
    voter.votes += votes


@instruction
def look(owner: Signer, remaining_accounts: List[UncheckedAccount]) -> u64:
    for i, x in enumerate(remaining_accounts):
        print(i, x.key(), x.lamports(), x.is_signer, x.is_writable)
    return len(remaining_accounts)

@instruction
def only(remaining_accounts: List[UncheckedAccount], i: i32):
    picked = remaining_accounts[i]
    print(picked.key(), [x.key() for x in remaining_accounts[1:]], [x.lamports() for x in reversed(remaining_accounts)])

@instruction
def signatures(needed: u64, members: List[Pubkey], remaining_accounts: List[UncheckedAccount]):
    signing = [x for x in remaining_accounts if x.is_signer]
    seen: List[Pubkey] = []
    for x in signing:
        if x.key() in members and x.key() not in seen:
            seen.append(x.key())
    assert len(seen) >= needed, 'too few'

@instruction
def all_sign(remaining_accounts: List[Signer], to: UncheckedAccount, amount: u64):
    for s in remaining_accounts:
        s.transfer_lamports(to, amount)

@instruction
def wallets(remaining_accounts: List[SystemAccount]) -> u64:
    return sum([x.lamports() for x in remaining_accounts])

@instruction
def split(owner: Signer, pot: TokenAccount, amount: u64, remaining_accounts: List[TokenAccount]):
    for t in remaining_accounts:
        pot.transfer(authority=owner, to=t, amount=amount // len(remaining_accounts))
    print(pot.amount(), [t.amount() for t in remaining_accounts])

@instruction
def count(voters: List[Voter]) -> u64:
    return total(voters) + len(voters)

@instruction
def vote(owner: Signer, chief: Voter, voters: List[Voter], votes: u64):
    for v in voters:
        assert v.owner == owner.key(), 'not yours'
        v.votes += votes
        cast(v, 1)
        v.name = v.name + '!'
        chief.votes += 1
    if len(voters) > 1:
        voters[-1].name = 'last'
        voters[0].name = ''
    voters.pop()
    print([v.name for v in voters])

@instruction
def shorten(voters: List[Voter]):
    for v in voters:
        v.name = v.name[:2]

@instruction
def fill(owner: Signer, first: Basket, remaining_accounts: List[Basket], n: u32):
    for b in remaining_accounts:
        b.items.append(n)
        b.n += u16(b.items[0])
        b.label = f'{len(b.items)}'
        first.items.append(n)
    print([sum(b.items) for b in remaining_accounts])

@instruction
def drain(remaining_accounts: List[Basket]):
    for b in remaining_accounts:
        b.items.pop()

@instruction
def peek(remaining_accounts: List[Basket]) -> u64:
    return sum([len(b.items) for b in remaining_accounts])

@instruction
def stamp(first: Voter, remaining_accounts: List[UncheckedAccount], byte: u8):
    for x in remaining_accounts:
        x.data[0] = byte
    first.votes += 1

@instruction
def close_all(to: Signer, voters: List[Voter]):
    for v in voters:
        v.close(to)
"""


class Hall:
    def __init__(self) -> None:
        self.ledger = Ledger()
        self.p = self.ledger.deploy_text(SOURCE)
        self.owner = self.ledger.signer()

    def voter(self, votes: int = 1, name: str = "ann", owner: Keypair | None = None, space: int = 80) -> Pubkey:
        key = self.ledger.key().pubkey()
        whose = (owner or self.owner).pubkey()
        self.p.set_account(key, "Voter", owner=whose, votes=votes, name=name, bump=5, space=space)
        return key

    def basket(self, items: Sequence[int] = (), label: str = "", space: int = 64) -> Pubkey:
        key = self.ledger.key().pubkey()
        self.p.set_account(key, "Basket", n=0, items=list(items), label=label, space=space)
        return key

    def data(self, key: Pubkey) -> bytes:
        found = self.ledger.account(key)
        assert found is not None
        return bytes(found.data)


@pytest.fixture
def hall() -> Hall:
    return Hall()


def read_only(key: Pubkey) -> AccountMeta:
    return AccountMeta(key, False, False)


def test_a_list_of_accounts_as_they_are(hall: Hall) -> None:
    a, b = hall.ledger.signer(sol=1), hall.ledger.signer(sol=2)
    given = [a, read_only(b.pubkey()), hall.p.id, a.pubkey()]
    done = hall.p.look(owner=hall.owner, remaining_accounts=given)
    assert done.value == 4
    assert done.messages[0] == f"0 {a.pubkey()} 1000000000 True True"
    assert done.messages[1] == f"1 {b.pubkey()} 2000000000 False False"
    assert done.messages[3] == f"3 {a.pubkey()} 1000000000 True True"
    assert hall.p.look(owner=hall.owner).value == 0


@pytest.mark.parametrize("i", [0, 2, -1, -3])
def test_indexes_and_slices(hall: Hall, i: int) -> None:
    keys = [hall.ledger.signer(sol=n).pubkey() for n in (1, 2, 3)]
    told = hall.p.only(i=i, remaining_accounts=keys).messages
    assert told == [f"{keys[i]} [{keys[1]}, {keys[2]}] [3000000000, 2000000000, 1000000000]"]


@pytest.mark.parametrize("i", [3, -4, 0])
def test_an_index_out_of_range(hall: Hall, i: int) -> None:
    keys = [hall.ledger.signer().pubkey() for _ in range(3 if i else 0)]
    with expect_error("InvalidArgument"):
        hall.p.only(i=i, remaining_accounts=keys)


def test_a_threshold_of_signatures(hall: Hall) -> None:
    a, b, c = (hall.ledger.signer() for _ in range(3))
    members = [a.pubkey(), b.pubkey()]
    hall.p.signatures(needed=2, members=members, remaining_accounts=[a, c, b])
    for given in ([a, b.pubkey()], [a, a], [a, c], []):
        with expect_error(2500):
            hall.p.signatures(needed=2, members=members, remaining_accounts=given)


def test_every_account_of_a_list_of_signers_signs(hall: Hall) -> None:
    a, b, to = hall.ledger.signer(), hall.ledger.signer(), hall.ledger.key().pubkey()
    hall.p.all_sign(to=to, amount=1_000_000, remaining_accounts=[a, b])
    assert hall.ledger.lamports(to) == 2_000_000
    with expect_error(3010):
        hall.p.all_sign(to=to, amount=1, remaining_accounts=[a, b.pubkey()])


def test_accounts_of_the_system_program(hall: Hall) -> None:
    keys = [hall.ledger.signer(sol=1).pubkey(), hall.ledger.key().pubkey()]
    assert hall.p.wallets(remaining_accounts=keys).value == 1_000_000_000
    with expect_error(3011):
        hall.p.wallets(remaining_accounts=[*keys, hall.voter()])


def test_tokens_go_to_all(hall: Hall) -> None:
    mint = hall.ledger.mint(authority=hall.owner)
    pot = hall.ledger.token_account(mint, hall.owner, 100)
    others = [hall.ledger.token_account(mint, hall.ledger.key()) for _ in range(3)]
    done = hall.p.split(owner=hall.owner, pot=pot, amount=90, remaining_accounts=others)
    assert done.messages == ["10 [30, 30, 30]"]
    wrong = [hall.voter(), mint, hall.owner.pubkey(), hall.ledger.key().pubkey()]
    for bad, error in zip(wrong, (3007, "InvalidAccountData", 3007, 3012), strict=True):
        with expect_error(error):
            hall.p.split(owner=hall.owner, pot=pot, amount=9, remaining_accounts=[others[0], bad])
    with expect_error("PrivilegeEscalation"):
        hall.p.split(owner=hall.owner, pot=pot, amount=9, remaining_accounts=[read_only(others[0])])


def test_accounts_of_the_program_are_read_and_written(hall: Hall) -> None:
    voters = [hall.voter(n, name) for n, name in ((1, "ann"), (2, "bob"), (3, "cyd"))]
    assert hall.p.count(remaining_accounts=voters).value == 9
    assert hall.p.count(remaining_accounts=[voters[0]] * 2).value == 4
    chief = hall.voter(0)
    told = hall.p.vote(owner=hall.owner, chief=chief, votes=10, remaining_accounts=voters).messages
    assert told == ["['', 'bob!']"]
    assert [hall.p.account(v).votes for v in voters] == [12, 13, 14]
    assert [hall.p.account(v).name for v in voters] == ["", "bob!", "last"]
    assert hall.p.account(chief).votes == 3


def test_what_is_wrong_with_one_fails_all(hall: Hall) -> None:
    good, chief = hall.voter(), hall.voter()
    given: dict[str, Any] = {"owner": hall.owner, "chief": chief, "votes": 1}
    stolen = hall.ledger.key().pubkey()
    hall.ledger.set_account(stolen, data=hall.data(good), owner=TOKEN_PROGRAM)
    short = hall.ledger.key().pubkey()
    hall.ledger.set_account(short, data=hall.data(good)[:40], owner=hall.p.id)
    tiny = hall.ledger.key().pubkey()
    hall.ledger.set_account(tiny, data=b"1234", owner=hall.p.id)
    nothing = hall.ledger.key().pubkey()
    for bad, error in ((stolen, 3007), (hall.basket(), 3002), (short, 3003), (tiny, TOO_SHORT), (nothing, 3012)):
        with expect_error(error):
            hall.p.vote(remaining_accounts=[good, bad], **given)
    with expect_error(2500):
        hall.p.vote(remaining_accounts=[good, hall.voter(owner=hall.ledger.signer())], **given)
    with expect_error("ReadonlyDataModified"):
        hall.p.vote(remaining_accounts=[good, read_only(hall.voter())], **given)


def test_one_account_twice_is_not_written(hall: Hall) -> None:
    a, chief = hall.voter(), hall.voter()
    given: dict[str, Any] = {"owner": hall.owner, "chief": chief, "votes": 1}
    with expect_error(2040):
        hall.p.vote(remaining_accounts=[a, hall.voter(), a], **given)
    with expect_error(2040):
        hall.p.vote(remaining_accounts=[a, chief], **given)


def test_a_closed_account_is_none_of_them_any_more(hall: Hall) -> None:
    a, b = hall.voter(), hall.voter()
    held = hall.ledger.lamports(a) + hall.ledger.lamports(b)
    before = hall.ledger.lamports(hall.owner)
    hall.p.close_all(to=hall.owner, remaining_accounts=[a, b])
    assert hall.ledger.lamports(hall.owner) == before + held
    with expect_error(3012):
        hall.p.count(remaining_accounts=[a])
    # Somebody opens the address again, with the same bytes but without the program.
    hall.ledger.set_account(a, data=hall.data(hall.voter()), owner=Pubkey.default())
    with expect_error(3007):
        hall.p.count(remaining_accounts=[a])


def test_bytes_behind_the_last_field_stay(hall: Hall) -> None:
    a = hall.voter(name="abcdef", space=70)
    before = hall.data(a)
    hall.p.shorten(remaining_accounts=[a, hall.voter(name="x")])
    after = hall.data(a)
    assert after[48:55] == b"\2\0\0\0ab\5"
    assert after[55:] == before[55:]
    basket = hall.basket([1, 2, 3], "abc", space=40)
    before = hall.data(basket)
    hall.p.drain(remaining_accounts=[basket])
    assert hall.data(basket)[10:29] == bytes([2, 0, 0, 0, 1, 0, 0, 0, 2, 0, 0, 0, 3, 0, 0, 0]) + b"abc"
    assert hall.data(basket)[29:] == before[29:]


def test_lists_in_listed_accounts_are_written_back(hall: Hall) -> None:
    first, a, b = hall.basket([1]), hall.basket([5]), hall.basket([7, 8], "ab")
    done = hall.p.fill(owner=hall.owner, first=first, n=4, remaining_accounts=[a, b])
    assert done.messages == ["[9, 19]"]
    assert hall.p.account(a) == hall.p.account(a)
    assert (hall.p.account(a).n, hall.p.account(a).items, hall.p.account(a).label) == (5, [5, 4], "2")
    assert (hall.p.account(b).n, hall.p.account(b).items, hall.p.account(b).label) == (7, [7, 8, 4], "3")
    assert hall.p.account(first).items == [1, 4, 4]
    with expect_error(2040):
        hall.p.fill(owner=hall.owner, first=first, n=4, remaining_accounts=[a, first])
    with expect_error(2040):
        hall.p.fill(owner=hall.owner, first=first, n=4, remaining_accounts=[a, a])
    with expect_error(3004):
        hall.p.fill(owner=hall.owner, first=first, n=4, remaining_accounts=[hall.basket([1], space=26)])
    assert hall.p.peek(remaining_accounts=[a, a, read_only(b)]).value == 7


def test_bytes_of_accounts_that_are_not_at_hand(hall: Hall) -> None:
    first = hall.voter()
    raw = [hall.ledger.key().pubkey() for _ in range(2)]
    for key in raw:
        hall.ledger.set_account(key, data=bytes(4), owner=hall.p.id)
    hall.p.stamp(first=first, byte=9, remaining_accounts=[*raw, raw[0]])
    assert [hall.data(k) for k in raw] == [b"\x09\0\0\0"] * 2
    with expect_error(2040):
        hall.p.stamp(first=first, byte=9, remaining_accounts=[raw[0], first])
    foreign = hall.ledger.key().pubkey()
    hall.ledger.set_account(foreign, data=bytes(4), owner=TOKEN_PROGRAM)
    with expect_error("ExternalAccountDataModified"):
        hall.p.stamp(first=first, byte=9, remaining_accounts=[raw[0], foreign])


def test_as_many_as_a_transaction_has_room_for(hall: Hall) -> None:
    keys = [hall.voter(1, str(n)) for n in range(20)]
    assert hall.p.count(remaining_accounts=keys).value == 40


ROUTER = """
from seahorse.prelude import *
declare_id('6NiZHxMUGDbn5PbdxVtbHcLnbzhQsmgGEZAjPmy2yvFn')


class Vault(Account):
    n: u64
    log: List[u64]
    bump: u8


@instruction
def create(owner: Signer, vault: Empty[Vault]):
    v = vault.init(payer=owner, seeds=['vault', owner], space=100)
    v.n = 0

@instruction
def forward(program: Program, data: bytes, remaining_accounts: List[UncheckedAccount]):
    metas: List[CpiAccount] = []
    for x in remaining_accounts:
        metas.append(CpiAccount(x, mut=x.is_writable, signer=x.is_signer))
    program.invoke(accounts=metas, data=data)

@instruction
def batch(owner: Signer, program: Program, amounts: List[u64], remaining_accounts: List[UncheckedAccount]):
    for i, to in enumerate(remaining_accounts):
        data: List[u8] = [2, 0, 0, 0]
        data.extend(int_bytes(amounts[i]))
        program.invoke([CpiAccount(owner, mut=True, signer=True)] + [CpiAccount(to, mut=True)], data)

@instruction
def as_vault(owner: Signer, vault: Annotated[Vault, Seeds('vault', arg.owner)], program: Program, data: bytes,
             remaining_accounts: List[UncheckedAccount]):
    vault.n += 1
    vault.log.append(vault.n)
    rest = [CpiAccount(x, mut=True) for x in remaining_accounts]
    program.invoke(accounts=rest + [CpiAccount(vault, signer=False, seeds=['vault', owner, vault.bump])], data=data)
    print(vault.log)

@instruction
def either(owner: Signer, to: UncheckedAccount, program: Program, more: bool, data: bytes):
    metas = [CpiAccount(owner, True, True)]
    if more:
        metas.append(CpiAccount(to, mut=more))
    program.invoke(accounts=metas, data=data)
"""


@pytest.fixture
def router() -> tuple[Ledger, Any, Keypair]:
    ledger = Ledger()
    return ledger, ledger.deploy_text(ROUTER), ledger.signer()


SYSTEM = Pubkey.default()


def transfer(amount: int) -> bytes:
    return (2).to_bytes(4, "little") + amount.to_bytes(8, "little")


def test_a_call_with_the_accounts_that_were_given(router: tuple[Ledger, Any, Keypair]) -> None:
    ledger, p, owner = router
    to = ledger.key().pubkey()
    p.forward(program=SYSTEM, data=transfer(2_000_000), remaining_accounts=[owner, to])
    assert ledger.lamports(to) == 2_000_000
    with expect_error("MissingRequiredSignature"):
        p.forward(program=SYSTEM, data=transfer(1), remaining_accounts=[owner.pubkey(), to])
    with expect_error("PrivilegeEscalation"):
        p.batch(owner=owner, program=SYSTEM, amounts=[1], remaining_accounts=[read_only(to)])


def test_calls_in_a_loop(router: tuple[Ledger, Any, Keypair]) -> None:
    ledger, p, owner = router
    keys = [ledger.key().pubkey() for _ in range(12)]
    amounts = [1_000_000 + n for n in range(12)]
    p.batch(owner=owner, program=SYSTEM, amounts=amounts, remaining_accounts=keys)
    assert [ledger.lamports(k) for k in keys] == amounts


def test_seeds_sign_beside_a_list(router: tuple[Ledger, Any, Keypair]) -> None:
    ledger, p, owner = router
    vault = p.address("vault", owner)
    p.create(owner=owner, vault=vault)
    mint = ledger.mint(authority=owner)
    pot, to = ledger.token_account(mint, vault, 50), ledger.token_account(mint, owner)
    data = bytes([3]) + (20).to_bytes(8, "little")
    given: dict[str, Any] = {"owner": owner, "vault": vault, "program": TOKEN_PROGRAM, "data": data}
    assert p.as_vault(remaining_accounts=[pot, to], **given).messages == ["[1]"]
    assert ledger.token(to).amount == 20
    assert p.account(vault).log == [1]
    stranger = ledger.token_account(mint, ledger.key(), 90)
    with expect_error("OwnerMismatch"):
        p.as_vault(remaining_accounts=[stranger, to], **given)


@pytest.mark.parametrize("more", [True, False])
def test_a_list_that_grows_in_a_branch(router: tuple[Ledger, Any, Keypair], more: bool) -> None:
    ledger, p, owner = router
    to = ledger.key().pubkey()
    call: dict[str, Any] = {"owner": owner, "to": to, "program": SYSTEM, "more": more}
    if more:
        p.either(data=transfer(3_000_000), **call)
        assert ledger.lamports(to) == 3_000_000
    else:
        with expect_error("MissingAccount"):
            p.either(data=transfer(1), **call)
