"""SPL mints and token accounts that no program of ours made: other currencies, and tokens that only look like GRID."""

from __future__ import annotations

from solders.keypair import Keypair
from solders.pubkey import Pubkey
from tests.support.chain import keypair
from tests.support.snapshots import TOKEN_PROGRAM, AccountState
from tests.support.world import World

MINT_SPACE = 82
TOKEN_SPACE = 165


def _option(key: Pubkey | None) -> bytes:
    return bytes(36) if key is None else (1).to_bytes(4, "little") + bytes(key)


async def other_mint(world: World, name: str, decimals: int = 9, supply: int = 0) -> Pubkey:
    """A mint of the SPL token program that has nothing to do with GRID; its mint authority is the fee payer."""
    key = keypair(f"mint {name}").pubkey()
    data = _option(world.payer.pubkey()) + supply.to_bytes(8, "little") + bytes([decimals, 1]) + _option(None)
    assert len(data) == MINT_SPACE
    rent = await world.rpc("getMinimumBalanceForRentExemption", MINT_SPACE)
    await world.set_account(key, AccountState(rent, TOKEN_PROGRAM, data))
    return key


async def holding(world: World, owner: Keypair, mint: Pubkey, amount: int) -> Pubkey:
    """The owner's associated token account for a mint, with so many base units in it from nowhere."""
    key = world.token_account(owner, mint)
    data = bytes(mint) + bytes(owner.pubkey()) + amount.to_bytes(8, "little") + _option(None) + b"\x01"
    data += bytes(12) + bytes(8) + _option(None)
    assert len(data) == TOKEN_SPACE
    rent = await world.rpc("getMinimumBalanceForRentExemption", TOKEN_SPACE)
    await world.set_account(key, AccountState(rent, TOKEN_PROGRAM, data))
    return key
