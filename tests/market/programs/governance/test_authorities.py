"""Governance: roles change hands in two steps, and the other programs' authorities by governance's own signature."""

from __future__ import annotations

import pytest
from tests.support import calls
from tests.support.campus import People
from tests.support.errors import Framework, Governance, Oracle, Registry
from tests.support.events import Event
from tests.support.world import World

KINDS = {
    "registry": ("registry_account", "Registry"),
    "energy_token": ("token_info", "TokenInfo"),
    "oracle": ("oracle_data", "OracleData"),
    "trading": ("market", "Market"),
}


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
    proposed = {**before, pending: who.carol.pubkey(), "last_updated": now}
    assert await config(town) == proposed
    fields = {
        "role": role,
        "authority": holder.pubkey(),
        "proposed_authority": who.carol.pubkey(),
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


@pytest.mark.parametrize("given", [["registry"], ["energy_token"], ["oracle", "trading"], list(KINDS)])
async def test_manage_authorities_hands_over_what_is_given(town: World, who: People, given: list[str]) -> None:
    left_out = [account for program, (account, _) in KINDS.items() if program not in given]
    now = await town.now()
    keys = dict(zip(KINDS, (town.at.registry, town.at.token_info, town.at.oracle_data, town.at.market), strict=True))
    before = {name: await town.account(name, kind, keys[name]) for name, (_, kind) in KINDS.items()}
    done = await town.done(calls.manage_authorities(town, who.carol, *left_out))
    assert done.changed == {keys[name] for name in given}
    for name, (_, kind) in KINDS.items():
        new = {"authority": who.carol.pubkey()} if name in given else {}
        assert await town.account(name, kind, keys[name]) == {**before[name], **new}
    changed = {
        "old_authority": town.deployer.pubkey(),
        "new_authority": who.carol.pubkey(),
        "changed_by": town.at.poa_config,
        "timestamp": now,
    }
    managed = {"authority": town.deployer.pubkey(), "new_authority": who.carol.pubkey(), "timestamp": now}
    flags = {name: name in given for name in KINDS}
    assert done.events == [
        *(Event(name, "AuthorityChanged", changed) for name in KINDS if name in given),
        Event("governance", "AuthoritiesManaged", {**managed, **flags}),
    ]
    await town.run(calls.manage_authorities(town, town.deployer, *left_out))


async def test_manage_authorities_needs_a_program(town: World, who: People) -> None:
    nothing = calls.manage_authorities(town, who.carol, *(account for account, _ in KINDS.values()))
    await town.refused(nothing, Governance.NO_PROGRAM_GIVEN)


async def test_nobody_else_signs_for_governance(town: World, who: People) -> None:
    """REC cannot hand over programs, and governance's address does not help who cannot sign for it."""
    managed = calls.manage_authorities(town, who.carol).signed_by(authority=who.rec)
    await town.refused(managed, Governance.UNAUTHORIZED_AUTHORITY)
    registry = town.call("registry", "set_authority", who.rec.pubkey(), authority=who.rec)
    await town.refused(registry, Registry.UNAUTHORIZED_AUTHORITY)
    oracle = town.call("oracle", "set_authority", who.rec.pubkey(), authority=who.rec)
    await town.refused(oracle, Oracle.UNAUTHORIZED_AUTHORITY)
    await town.refused(oracle.with_accounts(poa_config=who.rec.pubkey()), Framework.CONSTRAINT_SEEDS)
    as_governance = town.call("oracle", "set_authority", who.rec.pubkey(), authority=town.at.poa_config)
    await town.refused(as_governance.unsigned("authority"), Framework.ACCOUNT_NOT_SIGNER)
