"""Transfers of a token whose mint has a hook. Token-2022 itself runs in the virtual machine."""

from pathlib import Path

import pytest
from solders.instruction import AccountMeta, Instruction
from solders.pubkey import Pubkey

from seahorse.testing import Ledger, Result, expect_error
from seahorse.testing.tokens import MintState, TokenState

TOKEN_2022 = Pubkey.from_string("TokenzQdBNbLqP5VEhdkAS6EPFLC1PHnBqCXEpPxuEb")
HOOK, HOOK_ACCOUNT = 14, 15


def extension(number: int, data: bytes) -> bytes:
    return number.to_bytes(2, "little") + len(data).to_bytes(2, "little") + data


class World:
    """A mint with a hook and a limit of 100 at once; Anna has 1000 tokens, Ben has none."""

    def __init__(self) -> None:
        self.ledger = Ledger()
        self.hook = self.ledger.deploy(Path(__file__).with_name("transfer_hook.py"))
        self.anna, self.ben = self.ledger.signer(), self.ledger.signer()
        self.mint = self.ledger.key().pubkey()
        data = MintState(self.anna.pubkey(), 1_000, 6).pack().ljust(165, b"\0") + b"\1"
        data += extension(HOOK, bytes(32) + bytes(self.hook.id))
        self.ledger.set_account(self.mint, data=data, owner=TOKEN_2022)
        self.annas, self.bens = self.account(self.anna.pubkey(), 1_000), self.account(self.ben.pubkey(), 0)
        self.hook.create(admin=self.anna, mint=self.mint, limit=100)
        self.rules = self.hook.address("rules", self.mint)
        self.extras = self.hook.address("extra-account-metas", self.mint)

    def account(self, owner: Pubkey, amount: int) -> Pubkey:
        key = self.ledger.key().pubkey()
        data = TokenState(self.mint, owner, amount).pack() + b"\2" + extension(HOOK_ACCOUNT, b"\0")
        self.ledger.set_account(key, data=data, owner=TOKEN_2022)
        return key

    def transfer(self, amount: int) -> Result:
        """`TransferChecked` of Token-2022, with what the hook needs."""
        metas = [
            AccountMeta(self.annas, False, True),
            AccountMeta(self.mint, False, False),
            AccountMeta(self.bens, False, True),
            AccountMeta(self.anna.pubkey(), True, False),
            AccountMeta(self.rules, False, True),
            AccountMeta(self.hook.id, False, False),
            AccountMeta(self.extras, False, False),
        ]
        data = bytes([12]) + amount.to_bytes(8, "little") + b"\6"
        return self.ledger.send(Instruction(TOKEN_2022, data, metas), signers=[self.anna])


@pytest.fixture
def world() -> World:
    return World()


@pytest.fixture
def moving(world: World) -> World:
    if world.ledger.engine == "python":
        pytest.skip("Token-2022 runs in the virtual machine, which calls the hook's bytecode")
    return world


def test_what_token_2022_reads(world: World):
    held = world.ledger.account(world.extras)
    assert held is not None
    meta = b"\0" + bytes(world.rules) + b"\0\1"
    listed = (1).to_bytes(4, "little") + meta
    assert bytes(held.data) == bytes.fromhex("692565c54bfb661a") + len(listed).to_bytes(4, "little") + listed
    assert held.lamports == world.ledger.rent(len(held.data))


def test_transfers_are_counted_and_limited(moving: World):
    moving.transfer(60)
    moving.transfer(100)
    with expect_error("TooMuch"):
        moving.transfer(101)
    assert moving.hook.account(moving.rules).transfers == 2


def test_the_blocked_neither_send_nor_receive(moving: World):
    for person in (moving.anna, moving.ben):
        moving.hook.block(admin=moving.anna, mint=moving.mint, owner=person.pubkey(), on=True)
        with expect_error("Blocked"):
            moving.transfer(1)
        moving.hook.block(admin=moving.anna, mint=moving.mint, owner=person.pubkey(), on=False)
    moving.transfer(1)


def test_nobody_else_calls_the_hook(world: World):
    given = {"source": world.annas, "mint": world.mint, "destination": world.bens, "owner": world.anna.pubkey()}
    with expect_error("NotTransferring"):
        world.hook.execute(**given, amount=1)


def test_only_the_admin_blocks(world: World):
    with expect_error("NotAdmin"):
        world.hook.block(admin=world.ben, mint=world.mint, owner=world.anna.pubkey(), on=True)


def test_eight_at_most(world: World):
    for _ in range(8):
        world.hook.block(admin=world.anna, mint=world.mint, owner=world.ledger.key().pubkey(), on=True)
    with expect_error("Full"):
        world.hook.block(admin=world.anna, mint=world.mint, owner=world.ledger.key().pubkey(), on=True)
