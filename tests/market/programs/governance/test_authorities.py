"""Governance: roles change hands in two steps, and the other programs' authorities by governance's own signature."""

from __future__ import annotations

import pytest
from solders.pubkey import Pubkey
from tests.support import calls
from tests.support.campus import People
from tests.support.errors import Framework, Governance, Oracle, Registry
from tests.support.events import Event
from tests.support.world import World

from gridtokenx.chain.interface.addresses import SYSTEM_PROGRAM, TOKEN_PROGRAM

KINDS = {"registry": "Registry", "energy_token": "TokenInfo", "oracle": "OracleData", "trading": "Market"}


async def config(world: World) -> dict:
    return await world.account("governance", "PoAConfig", world.at.poa_config)


@pytest.mark.parametrize("role", ["Rec", "Engineering"])
async def test_a_role_is_proposed_and_accepted(town: World, who: People, role: str) -> None:
    holder, field = (who.rec, "authority") if role == "Rec" else (town.deployer, "engineering_authority")
    pending = f"pending_{field}"
    propose = town.call("governance", "propose_authority", role, who.carol.pubkey(), authority=holder)
    accept = town.call("governance", "accept_authority", role, new_authority=who.carol)
    await town.refused(accept, Governance.NO_PENDING_AUTHORITY)
    other = who.rec if role == "Engineering" else town.deployer
    await town.refused(propose.signed_by(authority=other), Governance.UNAUTHORIZED_AUTHORITY)

    before, now = await config(town), await town.travel(3)
    done = await town.done(propose)
    assert done.changed == {town.at.poa_config}
    ends_at = now + 172_800
    proposed = {**before, pending: {"candidate": who.carol.pubkey(), "ends_at": ends_at}, "last_updated": now}
    assert await config(town) == proposed
    fields = {
        "role": role,
        "authority": holder.pubkey(),
        "proposed_authority": who.carol.pubkey(),
        "ends_at": ends_at,
        "timestamp": now,
    }
    assert done.events == [Event("governance", "AuthorityProposed", fields)]
    await town.refused(accept.signed_by(new_authority=who.mallory), Governance.UNAUTHORIZED_AUTHORITY)
    other_role = "Engineering" if role == "Rec" else "Rec"
    crossed = town.call("governance", "accept_authority", other_role, new_authority=who.carol)
    await town.refused(crossed, Governance.NO_PENDING_AUTHORITY)

    now = await town.travel(3)
    done = await town.done(accept)
    assert done.changed == {town.at.poa_config}
    assert await config(town) == {**before, field: who.carol.pubkey(), "last_updated": now}
    fields = {
        "role": role,
        "old_authority": holder.pubkey(),
        "new_authority": who.carol.pubkey(),
        "timestamp": now,
    }
    assert done.events == [Event("governance", "AuthorityAccepted", fields)]
    await town.refused(accept, Governance.NO_PENDING_AUTHORITY)
    await town.refused(propose, Governance.UNAUTHORIZED_AUTHORITY)
    await town.run(
        town.call("governance", "propose_authority", role, holder.pubkey(), authority=who.carol),
        town.call("governance", "accept_authority", role, new_authority=holder),
    )


async def test_a_new_proposal_replaces_the_old_one(town: World, who: People) -> None:
    propose = town.call("governance", "propose_authority", "Rec", who.mallory.pubkey(), authority=who.rec)
    await town.run(propose, propose.with_args(propose.args[0], who.carol.pubkey()))
    accept = town.call("governance", "accept_authority", "Rec", new_authority=who.mallory)
    await town.refused(accept, Governance.UNAUTHORIZED_AUTHORITY)
    assert (await config(town))["authority"] == who.rec.pubkey()


@pytest.mark.parametrize("role", ["Rec", "Engineering"])
async def test_an_offer_is_withdrawn_or_ends_after_48_hours(town: World, who: People, role: str) -> None:
    holder, field = (who.rec, "authority") if role == "Rec" else (town.deployer, "engineering_authority")
    propose = town.call("governance", "propose_authority", role, who.carol.pubkey(), authority=holder)
    withdraw = town.call("governance", "withdraw_authority", role, authority=holder)
    accept = town.call("governance", "accept_authority", role, new_authority=who.carol)
    if (await config(town))[f"pending_{field}"] is not None:
        await town.run(withdraw)
    await town.refused(withdraw, Governance.NO_PENDING_AUTHORITY)
    before = await config(town)
    await town.run(propose)
    await town.refused(withdraw.signed_by(authority=who.carol), Governance.UNAUTHORIZED_AUTHORITY)
    now = await town.travel(3)
    done = await town.done(withdraw)
    assert await config(town) == {**before, "last_updated": now}
    fields = {
        "role": role,
        "authority": holder.pubkey(),
        "withdrawn_authority": who.carol.pubkey(),
        "timestamp": now,
    }
    assert done.events == [Event("governance", "AuthorityWithdrawn", fields)]
    await town.refused(accept, Governance.NO_PENDING_AUTHORITY)
    await town.run(propose)
    await town.travel(172_800)
    assert await town.simulated(accept) is None
    await town.travel(1)
    await town.refused(accept, Governance.OFFER_EXPIRED)
    await town.run(withdraw)
    nobody = propose.with_args(propose.args[0], Pubkey.default())
    await town.refused(nobody, Governance.INVALID_AUTHORITY)


@pytest.mark.parametrize("program", KINDS)
async def test_manage_authorities_hands_a_program_over(town: World, who: People, program: str) -> None:
    now = await town.now()
    keys = dict(zip(KINDS, (town.at.registry, town.at.token_info, town.at.oracle_data, town.at.market), strict=True))
    before = {name: await town.account(name, kind, keys[name]) for name, kind in KINDS.items()}
    done = await town.done(calls.manage_authorities(town, program, who.carol.pubkey()))
    assert done.changed == {keys[program]}
    for name, kind in KINDS.items():
        new = {"authority": who.carol.pubkey()} if name == program else {}
        assert await town.account(name, kind, keys[name]) == {**before[name], **new}
    changed = {
        "old_authority": town.deployer.pubkey(),
        "new_authority": who.carol.pubkey(),
        "changed_by": town.at.poa_config,
        "timestamp": now,
    }
    managed = {
        "authority": town.deployer.pubkey(),
        "program": town.ids[program],
        "new_authority": who.carol.pubkey(),
        "timestamp": now,
    }
    assert done.events == [
        Event(program, "AuthorityChanged", changed),
        Event("governance", "AuthoritiesManaged", managed),
    ]
    await town.run(calls.manage_authorities(town, program, town.deployer.pubkey()))


async def test_manage_authorities_manages_four_programs(town: World, who: People) -> None:
    call = calls.manage_authorities(town, "registry", who.carol.pubkey())
    for other in (town.ids["governance"], TOKEN_PROGRAM, SYSTEM_PROGRAM):
        await town.refused(call.with_accounts(program=other), Governance.UNKNOWN_PROGRAM)


async def test_nobody_else_signs_for_governance(town: World, who: People) -> None:
    """REC cannot hand over programs, and governance's address does not help who cannot sign for it."""
    managed = calls.manage_authorities(town, "registry", who.carol.pubkey()).signed_by(authority=who.rec)
    await town.refused(managed, Governance.UNAUTHORIZED_AUTHORITY)
    registry = town.call("registry", "set_authority", who.rec.pubkey(), authority=who.rec)
    await town.refused(registry, Registry.UNAUTHORIZED_AUTHORITY)
    oracle = town.call("oracle", "set_authority", who.rec.pubkey(), authority=who.rec)
    await town.refused(oracle, Oracle.UNAUTHORIZED_AUTHORITY)
    await town.refused(oracle.with_accounts(poa_config=who.rec.pubkey()), Framework.CONSTRAINT_SEEDS)
    as_governance = town.call("oracle", "set_authority", who.rec.pubkey(), authority=town.at.poa_config)
    await town.refused(as_governance.unsigned("authority"), Framework.ACCOUNT_NOT_SIGNER)
