"""Programs whose upgrades are governance's, and buffers with other code for them."""

from __future__ import annotations

from solders.pubkey import Pubkey
from tests.support.call import Call
from tests.support.chain import keypair, program_folder
from tests.support.snapshots import AccountState
from tests.support.world import World

from gridtokenx.chain.interface.addresses import UPGRADEABLE_LOADER, program_data_address

BUFFER = keypair("a buffer").pubkey()
# Tag, slot, and whether there is an authority: what stands before the authority in a program's data.
BEFORE_AUTHORITY = 13


async def maintenance(world: World, enabled: bool = True) -> None:
    """Puts the system into maintenance, or takes it out."""
    await world.run(world.call("governance", "set_maintenance_mode", enabled, authority=world.deployer))


async def give_to_governance(world: World, program: str) -> None:
    """What `gridtokenx govern-upgrades` does for a program; and maintenance begins."""
    key = program_data_address(world.ids[program])
    state = await world.state(key)
    data = state.data[:BEFORE_AUTHORITY] + bytes(world.at.upgrade_authority) + state.data[BEFORE_AUTHORITY + 32 :]
    await world.set_account(key, AccountState(state.lamports, state.owner, data))
    await maintenance(world)


async def upgrade_authority(world: World, program: str) -> Pubkey:
    """Who may upgrade a program."""
    state = await world.state(program_data_address(world.ids[program]))
    return Pubkey.from_bytes(state.data[BEFORE_AUTHORITY : BEFORE_AUTHORITY + 32])


async def upgrade(world: World, program: str) -> Call:
    """The call that gives a program its own code anew, out of a buffer that governance controls."""
    code = (program_folder() / f"{program}.so").read_bytes()
    data = (1).to_bytes(4, "little") + b"\1" + bytes(world.at.upgrade_authority) + code
    await world.set_account(BUFFER, AccountState(10**10, UPGRADEABLE_LOADER, data))
    return world.call(
        "governance",
        "upgrade_program",
        authority=world.deployer,
        program=world.ids[program],
        program_data=program_data_address(world.ids[program]),
        buffer=BUFFER,
        spill=world.deployer.pubkey(),
    )


async def hand_over(world: World, program: str, new_authority: Pubkey) -> Call:
    """The call that gives the right to upgrade a program to another key."""
    return world.call(
        "governance",
        "set_upgrade_authority",
        authority=world.deployer,
        program=world.ids[program],
        program_data=program_data_address(world.ids[program]),
        new_authority=new_authority,
    )
