"""The token program's instructions from programs: what they do, and that nothing changes where they may not."""

from __future__ import annotations

from typing import Any

import pytest
from solders.keypair import Keypair
from solders.pubkey import Pubkey

from seahorse.testing import Ledger, expect_error
from seahorse.testing.tokens import TOKEN_PROGRAM, MintState, TokenState

SOURCE = """
from seahorse.prelude import *
declare_id('Fg6PaFpoGXkYsidMpWTK6W2BeZ7FEfcYkg476zPFsLnS')


class Safe(Account):
    owner: Pubkey
    bump: u8


SafePda = Annotated[Safe, Seeds('safe', arg.owner)]


@instruction
def create(owner: Signer, safe: Empty[Safe]):
    s = safe.init(payer=owner, seeds=['safe', owner])
    s.owner = owner.key()

@instruction
def approve(owner: Signer, source: TokenAccount, delegate: UncheckedAccount, amount: u64):
    source.approve(authority=owner, delegate=delegate, amount=amount)
    print(source.delegate(), source.delegated_amount())

@instruction
def revoke(owner: Signer, source: TokenAccount):
    source.revoke(owner)

@instruction
def close(owner: Signer, source: TokenAccount, to: UncheckedAccount):
    source.close(authority=owner, destination=to)

@instruction
def give(owner: Signer, source: TokenAccount, to: Pubkey):
    source.set_authority(owner, new_authority=to)

@instruction
def close_authority(owner: Signer, source: TokenAccount, to: Pubkey | None):
    source.set_close_authority(owner, to)
    print(source.close_authority())

@instruction
def mint_authority(owner: Signer, mint: TokenMint, to: Pubkey | None):
    mint.set_authority(authority=owner, new_authority=to)

@instruction
def freeze_authority(owner: Signer, mint: TokenMint, to: Pubkey | None):
    mint.set_freeze_authority(authority=owner, new_authority=to)

@instruction
def nobody_mints(owner: Signer, mint: TokenMint):
    mint.set_authority(authority=owner, new_authority=None)

@instruction
def freeze(owner: Signer, mint: TokenMint, account: TokenAccount):
    mint.freeze(owner, account)
    print(account.is_frozen())

@instruction
def thaw(owner: Signer, mint: TokenMint, account: TokenAccount):
    mint.thaw(authority=owner, account=account)
    print(account.is_frozen())

@instruction
def send_checked(owner: Signer, source: TokenAccount, to: TokenAccount, mint: TokenMint, amount: u64, decimals: u8):
    source.transfer_checked(owner, to, mint, amount, decimals)

@instruction
def send_known(owner: Signer, source: TokenAccount, to: TokenAccount, mint: TokenMint, amount: u64):
    source.transfer_checked(authority=owner, to=to, mint=mint, amount=amount)

@instruction
def mint_checked(owner: Signer, mint: TokenMint, to: TokenAccount, amount: u64, decimals: u8):
    mint.mint_to_checked(owner, to, amount, decimals)
    mint.mint_to_checked(owner, to, 1)

@instruction
def burn_checked(owner: Signer, mint: TokenMint, holder: TokenAccount, amount: u64, decimals: u8):
    mint.burn_checked(owner, holder, amount, decimals=decimals)

@instruction
def sync(account: TokenAccount) -> u64:
    account.sync_native()
    assert account.is_native()
    return account.amount()

@instruction
def safe_pays(owner: Signer, safe: SafePda, source: TokenAccount, to: TokenAccount, mint: TokenMint, amount: u64):
    source.transfer_checked(safe.signer(), to, mint, amount)
    source.approve(safe, owner, 5, signer=['safe', owner, safe.bump])
    source.revoke(safe.signer())
"""
# Signers of a multisig account, which the Rust form does not have.
TOGETHER = """
from seahorse.prelude import *
declare_id('6NiZHxMUGDbn5PbdxVtbHcLnbzhQsmgGEZAjPmy2yvFn')

@instruction
def together(multisig: UncheckedAccount, a: Signer, b: Signer, source: TokenAccount, to: TokenAccount, amount: u64):
    source.transfer(multisig, to, amount, signers=[a, b])

@instruction
def together_minted(multisig: UncheckedAccount, a: Signer, b: Signer, mint: TokenMint, to: TokenAccount):
    mint.mint(multisig, to, 10, signers=[a, b])
    mint.burn(multisig, to, 1, signers=[b, a])
    mint.set_authority(multisig, None, signers=[a, b])
"""


class Town:
    def __init__(self) -> None:
        self.ledger = Ledger()
        self.p = self.ledger.deploy_text(SOURCE)
        self.together = self.ledger.deploy_text(TOGETHER)
        self.owner, self.other = self.ledger.signer(), self.ledger.signer()
        self.mint = self.ledger.key().pubkey()
        state = MintState(self.owner.pubkey(), 0, 6, self.owner.pubkey())
        self.ledger.set_account(self.mint, data=state.pack(), owner=TOKEN_PROGRAM)
        self.mine = self.ledger.token_account(self.mint, self.owner, 1000)
        self.theirs = self.ledger.token_account(self.mint, self.other, 10)

    def amounts(self) -> tuple[int, int]:
        return self.ledger.token(self.mine).amount, self.ledger.token(self.theirs).amount


@pytest.fixture
def town() -> Town:
    return Town()


def test_a_delegate_is_made_and_loses_its_right(town: Town) -> None:
    done = town.p.approve(owner=town.owner, source=town.mine, delegate=town.other, amount=70)
    assert done.messages == [f"{town.other.pubkey()} 70"]
    assert town.ledger.token(town.mine).delegated_amount == 70
    with expect_error("OwnerMismatch"):
        town.p.approve(owner=town.other, source=town.mine, delegate=town.other, amount=71)
    with expect_error("OwnerMismatch"):
        town.p.revoke(owner=town.ledger.signer(), source=town.mine)
    town.p.revoke(owner=town.owner, source=town.mine)
    assert town.ledger.token(town.mine).delegate is None


def test_an_empty_account_is_closed_to_the_destination(town: Town) -> None:
    empty = town.ledger.token_account(town.mint, town.owner, address=town.ledger.key())
    held, before = town.ledger.lamports(empty), town.ledger.lamports(town.other)
    with expect_error("NonNativeHasBalance"):
        town.p.close(owner=town.owner, source=town.mine, to=town.other)
    with expect_error("OwnerMismatch"):
        town.p.close(owner=town.other, source=empty, to=town.other)
    town.p.close(owner=town.owner, source=empty, to=town.other)
    assert town.ledger.account(empty) is None
    assert town.ledger.lamports(town.other) == before + held
    with expect_error(3012):
        town.p.close(owner=town.owner, source=empty, to=town.other)


def test_authorities_go_to_others_and_to_nobody(town: Town) -> None:
    town.p.close_authority(owner=town.owner, source=town.mine, to=town.other.pubkey())
    with expect_error("OwnerMismatch"):
        town.p.close_authority(owner=town.owner, source=town.mine, to=None)
    told = town.p.close_authority(owner=town.other, source=town.mine, to=None)
    assert told.messages == ["None"]
    with expect_error("OwnerMismatch"):
        town.p.give(owner=town.other, source=town.mine, to=town.other.pubkey())
    town.p.give(owner=town.owner, source=town.mine, to=town.other.pubkey())
    assert town.ledger.token(town.mine).owner == town.other.pubkey()
    town.p.mint_authority(owner=town.owner, mint=town.mint, to=town.other.pubkey())
    with expect_error("OwnerMismatch"):
        town.p.mint_authority(owner=town.owner, mint=town.mint, to=town.owner.pubkey())
    town.p.nobody_mints(owner=town.other, mint=town.mint)
    assert town.ledger.mint_state(town.mint).authority is None
    with expect_error("FixedSupply"):
        town.p.mint_authority(owner=town.other, mint=town.mint, to=town.other.pubkey())
    town.p.freeze_authority(owner=town.owner, mint=town.mint, to=None)
    assert town.ledger.mint_state(town.mint).freeze_authority is None


def test_a_frozen_account_moves_nothing(town: Town) -> None:
    assert town.p.freeze(owner=town.owner, mint=town.mint, account=town.mine).messages == ["True"]
    with expect_error("AccountFrozen"):
        town.p.send_known(owner=town.owner, source=town.mine, to=town.theirs, mint=town.mint, amount=1)
    with expect_error("OwnerMismatch"):
        town.p.thaw(owner=town.other, mint=town.mint, account=town.mine)
    assert town.p.thaw(owner=town.owner, mint=town.mint, account=town.mine).messages == ["False"]
    town.p.send_known(owner=town.owner, source=town.mine, to=town.theirs, mint=town.mint, amount=1)
    assert town.amounts() == (999, 11)


def test_checked_operations_check_the_mint_and_its_decimals(town: Town) -> None:
    given: dict[str, Any] = {"owner": town.owner, "mint": town.mint}
    town.p.send_checked(source=town.mine, to=town.theirs, amount=5, decimals=6, **given)
    with expect_error("MintDecimalsMismatch"):
        town.p.send_checked(source=town.mine, to=town.theirs, amount=5, decimals=7, **given)
    other = town.ledger.mint(authority=town.owner, decimals=6)
    with expect_error("MintMismatch"):
        town.p.send_checked(source=town.mine, to=town.theirs, amount=5, decimals=6, owner=town.owner, mint=other)
    town.p.mint_checked(to=town.mine, amount=9, decimals=6, **given)
    with expect_error("MintDecimalsMismatch"):
        town.p.mint_checked(to=town.mine, amount=9, decimals=0, **given)
    town.p.burn_checked(holder=town.mine, amount=4, decimals=6, **given)
    with expect_error("MintDecimalsMismatch"):
        town.p.burn_checked(holder=town.mine, amount=4, decimals=2, **given)
    assert town.amounts() == (1001, 15)
    assert town.ledger.mint_state(town.mint).supply == 1016


def test_wrapped_lamports_are_counted(town: Town) -> None:
    native = Pubkey.from_string("So11111111111111111111111111111111111111112")
    town.ledger.set_account(native, data=MintState(None, 0, 9).pack(), owner=TOKEN_PROGRAM)
    data = bytearray(TokenState(native, town.owner.pubkey(), 0).pack())
    reserve = town.ledger.rent(165)
    data[109:121] = (1).to_bytes(4, "little") + reserve.to_bytes(8, "little")
    wrapped = town.ledger.key().pubkey()
    town.ledger.set_account(wrapped, data=bytes(data), owner=TOKEN_PROGRAM, lamports=reserve + 77)
    assert town.p.sync(account=wrapped).value == 77
    with expect_error("NonNativeNotSupported"):
        town.p.sync(account=town.mine)


def test_an_address_of_the_program_signs(town: Town) -> None:
    safe = town.p.address("safe", town.owner)
    town.p.create(owner=town.owner, safe=safe)
    pot = town.ledger.token_account(town.mint, safe, 100)
    town.p.safe_pays(owner=town.owner, safe=safe, source=pot, to=town.mine, mint=town.mint, amount=30)
    assert town.ledger.token(pot).amount == 70
    assert town.ledger.token(pot).delegate is None
    with expect_error("OwnerMismatch"):
        town.p.safe_pays(owner=town.owner, safe=safe, source=town.theirs, to=pot, mint=town.mint, amount=1)


def multisig(town: Town, keys: list[Keypair], needed: int) -> Pubkey:
    """An account of the token program that needs some of several signers."""
    held = b"".join(bytes(k.pubkey()) for k in keys).ljust(11 * 32, b"\0")
    address = town.ledger.key().pubkey()
    town.ledger.set_account(address, data=bytes([needed, len(keys), 1]) + held, owner=TOKEN_PROGRAM)
    return address


def test_signers_of_a_multisig_sign_together(town: Town) -> None:
    keys = [town.ledger.signer() for _ in range(3)]
    together = multisig(town, keys, 2)
    pot = town.ledger.token_account(town.mint, together, 50, address=town.ledger.key())
    a, b, c = keys
    town.together.together(multisig=together, a=a, b=c, source=pot, to=town.mine, amount=20)
    assert town.ledger.token(pot).amount == 30
    stranger = town.ledger.signer()
    with expect_error("MissingRequiredSignature"):
        town.together.together(multisig=together, a=a, b=stranger, source=pot, to=town.mine, amount=1)
    with expect_error("MissingRequiredSignature"):
        town.together.together(multisig=together, a=a, b=a, source=pot, to=town.mine, amount=1)
    minted = town.ledger.mint(authority=together)
    held = town.ledger.token_account(minted, together, address=town.ledger.key())
    town.together.together_minted(multisig=together, a=b, b=c, mint=minted, to=held)
    assert town.ledger.token(held).amount == 9
    assert town.ledger.mint_state(minted).authority is None
