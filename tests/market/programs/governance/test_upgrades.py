"""Governance: the code of the five programs is replaced by its signature, during maintenance only."""

from __future__ import annotations

import pytest
from solders.pubkey import Pubkey
from tests.support import calls, upgrades
from tests.support.campus import People
from tests.support.chain import NAMES
from tests.support.errors import Framework, Governance
from tests.support.events import Event
from tests.support.world import World

from gridtokenx.chain.interface.addresses import program_data_address


@pytest.mark.parametrize("program", NAMES)
async def test_governance_upgrades_its_programs_and_itself(town: World, who: People, program: str) -> None:
    await upgrades.give_to_governance(town, program)
    call = await upgrades.upgrade(town, program)
    await upgrades.maintenance(town, enabled=False)
    await town.refused(call, Governance.NOT_IN_MAINTENANCE)
    await upgrades.maintenance(town)
    await town.refused(call.signed_by(authority=who.rec), Governance.UNAUTHORIZED_AUTHORITY)
    now = await town.travel(60)
    done = await town.done(call)
    fields = {
        "authority": town.deployer.pubkey(),
        "program": town.ids[program],
        "buffer": upgrades.BUFFER,
        "timestamp": now,
    }
    assert done.events == [Event("governance", "ProgramUpgraded", fields)]
    assert await town.state(upgrades.BUFFER) is None
    # The new code works, from the next slot on.
    await town.travel(60)
    await upgrades.maintenance(town, enabled=False)
    assert await town.view(town.call("registry", "is_valid_user", user_account=town.at.user(who.alice.pubkey())))
    await town.run(calls.submit_meter_reading(town, "METER_002", 0, 1, await town.now()))
    await town.run(calls.transfer_tokens(town, who.alice, who.bob, 1))


async def test_governance_hands_the_upgrades_on(town: World, who: People) -> None:
    await upgrades.give_to_governance(town, "trading")
    call = await upgrades.hand_over(town, "trading", who.carol.pubkey())
    await upgrades.maintenance(town, enabled=False)
    await town.refused(call, Governance.NOT_IN_MAINTENANCE)
    await upgrades.maintenance(town)
    await town.refused(call.signed_by(authority=who.mallory), Governance.UNAUTHORIZED_AUTHORITY)
    nobody = await upgrades.hand_over(town, "trading", Pubkey.default())
    await town.refused(nobody, Governance.INVALID_AUTHORITY)
    now = await town.now()
    done = await town.done(call)
    fields = {
        "authority": town.deployer.pubkey(),
        "program": town.ids["trading"],
        "new_authority": who.carol.pubkey(),
        "timestamp": now,
    }
    assert done.events == [Event("governance", "UpgradeAuthorityChanged", fields)]
    assert await upgrades.upgrade_authority(town, "trading") == who.carol.pubkey()
    await upgrades.maintenance(town, enabled=False)


async def test_governance_upgrades_nothing_else(town: World) -> None:
    """Programs that are not its own, and a program with the data of another."""
    await upgrades.give_to_governance(town, "oracle")
    call = await upgrades.upgrade(town, "oracle")
    other = Pubkey.from_string("ATokenGPvbdGVxr1b2hvZbsiqW5xWH25efTNsLJA8knL")
    strange = call.with_accounts(program=other, program_data=program_data_address(other))
    await town.refused(strange, Governance.UNKNOWN_PROGRAM)
    mixed = call.with_accounts(program_data=program_data_address(town.ids["registry"]))
    await town.refused(mixed, Framework.CONSTRAINT_SEEDS)
    await upgrades.maintenance(town, enabled=False)
