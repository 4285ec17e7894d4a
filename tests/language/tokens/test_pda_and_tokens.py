"""Program addresses, token accounts and mints, lamports, closing, and calls of any program."""

from __future__ import annotations

import pytest
from solders.keypair import Keypair
from solders.pubkey import Pubkey

from seahorse.ir.addresses import create_program_address
from seahorse.testing import Ledger, expect_error

SOURCE = """
from seahorse.prelude import *
declare_id('Fg6PaFpoGXkYsidMpWTK6W2BeZ7FEfcYkg476zPFsLnS')

class Vault(Account):
    owner: Pubkey
    label: String[12]
    total: u64
    bump: u8

class NoBump(Account):
    n: u64

@instruction
def create(owner: Signer, vault: Empty[Vault], label: String[40], number: u16):
    v = vault.init(payer=owner, seeds=['vault', owner, label[:32], label[32:], number, b'\\x01'])
    v.owner = owner.key()
    v.total = u64(v.bump)
    print(vault.bump(), v.bump == vault.bump())

@instruction
def touch(owner: Signer, vault: Annotated[Vault, Seeds('vault', arg.owner, arg.label[:32], arg.label[32:], arg.number, b'\\x01')], label: str, number: u16):
    vault.total += 1

@instruction
def create_plain(owner: Signer, item: Empty[NoBump], n: u64):
    i = item.init(payer=owner, seeds=['item', n])
    i.n = n

@instruction
def touch_plain(item: Annotated[NoBump, Seeds('item', arg.n)], n: u64):
    item.n += 1

@instruction
def create_keyed(owner: Signer, item: Empty[NoBump]):
    i = item.init(payer=owner)
    i.n = 7

@instruction
def pay(owner: Signer, vault: Vault, amount: u64):
    owner.transfer_lamports(vault, amount)

@instruction
def withdraw(owner: Signer, vault: Vault, to: UncheckedAccount, amount: u64):
    assert vault.owner == owner.key(), 'not yours'
    vault.transfer_lamports(to, amount)

@instruction
def close(owner: Signer, vault: Vault):
    vault.close(owner)

@instruction
def facts(owner: Signer, vault: Vault) -> List[u64]:
    print(vault.key(), vault.owner, owner.key())
    return [vault.lamports(), owner.data_len(), vault.data_len()]

@instruction
def find(owner: Signer, n: u64) -> Pubkey:
    address, bump = Pubkey.find_program_address(['item', n])
    assert Pubkey.create_program_address(['item', n, bump]) == address
    return address

@instruction
def make_mint(owner: Signer, mint: Empty[TokenMint], vault: Vault):
    mint.init(payer=owner, seeds=['mint', vault], decimals=6, authority=vault)

@instruction
def make_account(owner: Signer, mint: TokenMint, account: Empty[TokenAccount]):
    account.init(payer=owner, seeds=['tokens', mint, owner], mint=mint, authority=owner)

@instruction
def make_associated(owner: Signer, mint: TokenMint, account: Empty[TokenAccount]):
    account.init(payer=owner, associated=True, mint=mint, authority=owner)

@instruction
def mint_to(owner: Signer, mint: TokenMint, account: TokenAccount, vault: Vault, label: str, number: u16, amount: u64):
    mint.mint(authority=vault.signer(['vault', owner, label[:32], label[32:], number, b'\\x01', vault.bump]), to=account, amount=amount)
    print(account.amount(), mint.supply(), mint.decimals(), account.authority() == owner.key(), account.mint() == mint.key(), mint.authority() == vault.key(), account.delegate())

@instruction
def send(owner: Signer, source: TokenAccount, to: TokenAccount, amount: u64):
    source.transfer(authority=owner, to=to, amount=amount)

@instruction
def burn(owner: Signer, mint: TokenMint, account: TokenAccount, amount: u64):
    mint.burn(authority=owner, holder=account, amount=amount)

@instruction
def raw_transfer(owner: Signer, to: UncheckedAccount, system: Program, amount: u64):
    data: List[u8] = [2, 0, 0, 0]
    data.extend(int_bytes(amount))
    system.invoke(accounts=[CpiAccount(owner, mut=True, signer=True), CpiAccount(to, mut=True)], data=data)
"""

LABELS = ["", "short", "x" * 32, "y" * 33, "z" * 40]


@pytest.fixture(scope="module")
def town():  # type: ignore[no-untyped-def]
    ledger = Ledger()
    return ledger, ledger.deploy_text(SOURCE)


def vault_address(program: Pubkey, owner: Keypair, label: str, number: int) -> tuple[Pubkey, int]:
    text = label.encode()
    seeds = [b"vault", bytes(owner.pubkey()), text[:32], text[32:], number.to_bytes(2, "little"), b"\1"]
    return Pubkey.find_program_address(seeds, program)


def test_addresses_with_every_bump(town) -> None:  # type: ignore[no-untyped-def]
    ledger, p = town
    bumps: set[int] = set()
    for i in range(24):
        owner, label = ledger.signer(), LABELS[i % len(LABELS)]
        address, bump = vault_address(p.id, owner, label, i)
        made = p.create(owner=owner, vault=address, label=label, number=i)
        assert made.messages == [f"{bump} True"]
        p.touch(owner=owner, vault=address, label=label, number=i)
        assert p.account(address).total == bump + 1
        bumps.add(bump)
        with expect_error(2006):
            p.touch(owner=owner, vault=address, label=label, number=i + 1)
    assert len(bumps) > 2
    other = ledger.signer()
    with expect_error(2006):
        p.create(owner=other, vault=ledger.key().pubkey(), label="a", number=1)


def test_a_bump_that_is_not_canonical_is_refused(town) -> None:  # type: ignore[no-untyped-def]
    ledger, p = town
    owner = ledger.signer()
    for n in range(6):
        seed = [b"item", n.to_bytes(8, "little")]
        canonical, top = Pubkey.find_program_address(seed, p.id)
        tries = (create_program_address([*seed, bytes([b])], bytes(p.id)) for b in range(top - 1, -1, -1))
        lower = Pubkey(next(t for t in tries if t is not None))
        with expect_error(2006):
            p.create_plain(owner=owner, item=lower, n=n)
        p.create_plain(owner=owner, item=canonical, n=n)
        p.touch_plain(item=canonical, n=n)
        account = ledger.account(canonical)
        ledger.set_account(lower, lamports=account.lamports, data=bytes(account.data), owner=p.id)
        with expect_error(2006):
            p.touch_plain(item=lower, n=n)
        assert p.find(owner=owner, n=n).value == canonical


def test_an_address_with_lamports_is_initialized_too(town) -> None:  # type: ignore[no-untyped-def]
    ledger, p = town
    for n, lamports in ((100, 1), (101, 5 * 10**9)):
        owner = ledger.signer()
        address, _ = Pubkey.find_program_address([b"item", n.to_bytes(8, "little")], p.id)
        ledger.set_account(address, lamports=lamports)
        p.create_plain(owner=owner, item=address, n=n)
        assert p.account(address).n == n
        assert ledger.lamports(address) == max(lamports, ledger.rent(16))
        with expect_error(0):
            p.create_plain(owner=owner, item=address, n=n)
    keyed = ledger.key()
    p.create_keyed(owner=owner, item=keyed)
    assert p.account(keyed.pubkey()).n == 7


def test_lamports_and_closing(town) -> None:  # type: ignore[no-untyped-def]
    ledger, p = town
    owner, friend = ledger.signer(), ledger.signer()
    vault, _ = vault_address(p.id, owner, "", 0)
    p.create(owner=owner, vault=vault, label="", number=0)
    start = ledger.lamports(vault)
    p.pay(owner=owner, vault=vault, amount=1000)
    assert ledger.lamports(vault) == start + 1000
    before = ledger.lamports(friend)
    p.withdraw(owner=owner, vault=vault, to=friend, amount=400)
    assert (ledger.lamports(vault), ledger.lamports(friend)) == (start + 600, before + 400)
    with expect_error("InsufficientFunds"):
        p.withdraw(owner=owner, vault=vault, to=friend, amount=start + 601)
    with expect_error(2500):
        p.withdraw(owner=friend, vault=vault, to=friend, amount=1)
    assert p.facts(owner=owner, vault=vault).value == [start + 600, 0, 8 + 32 + 16 + 8 + 1]
    held = ledger.lamports(owner)
    p.close(owner=owner, vault=vault)
    assert ledger.account(vault) is None and ledger.lamports(owner) == held + start + 600


def test_tokens(town) -> None:  # type: ignore[no-untyped-def]
    ledger, p = town
    owner, friend = ledger.signer(), ledger.signer()
    vault, _ = vault_address(p.id, owner, "lab", 5)
    p.create(owner=owner, vault=vault, label="lab", number=5)
    mint = Pubkey.find_program_address([b"mint", bytes(vault)], p.id)[0]
    p.make_mint(owner=owner, mint=mint, vault=vault)
    account = Pubkey.find_program_address([b"tokens", bytes(mint), bytes(owner.pubkey())], p.id)[0]
    p.make_account(owner=owner, mint=mint, account=account)
    associated = Pubkey.find_program_address(
        [bytes(friend.pubkey()), bytes(Pubkey.from_string("TokenkegQfeZyiNwAJbNbGKPFXCWuBvf9Ss623VQ5DA")), bytes(mint)],
        Pubkey.from_string("ATokenGPvbdGVxr1b2hvZbsiqW5xWH25efTNsLJA8knL"),
    )[0]
    p.make_associated(owner=friend, mint=mint, account=associated)
    given = p.mint_to(owner=owner, mint=mint, account=account, vault=vault, label="lab", number=5, amount=500)
    assert given.messages[-1] == "500 500 6 True True True None"
    p.send(owner=owner, source=account, to=associated, amount=120)
    p.burn(owner=owner, mint=mint, account=account, amount=80)
    assert (ledger.token(account).amount, ledger.token(associated).amount) == (300, 120)
    with expect_error(1):
        p.send(owner=owner, source=account, to=associated, amount=301)
    with expect_error(3007):
        p.send(owner=owner, source=vault, to=associated, amount=1)
    with expect_error("InvalidAccountData"):
        p.send(owner=owner, source=mint, to=associated, amount=1)


def test_any_program_is_called(town) -> None:  # type: ignore[no-untyped-def]
    ledger, p = town
    owner, friend = ledger.signer(), ledger.signer()
    before = ledger.lamports(friend)
    p.raw_transfer(owner=owner, to=friend, system=Pubkey.default(), amount=77)
    assert ledger.lamports(friend) == before + 77
