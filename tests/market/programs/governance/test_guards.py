"""Governance's guards: every signature, account, address, program and byte that its instructions check."""

from itertools import count

from tests.support import calls, campus, upgrades
from tests.support.call import Call
from tests.support.errors import Framework, Governance
from tests.support.guards import Guards, Recipe, recipes
from tests.support.world import World

CERTIFICATES = count(1)
YEAR = 31_536_000


async def initialize_poa(world: World) -> Call:
    await world.wallet("mallory")
    return calls.initialize_poa(world, (await world.wallet("rec")).pubkey())


async def emergency_pause(world: World) -> Call:
    return world.call("governance", "emergency_pause", "fire drill", authority=await world.wallet("rec"))


async def emergency_unpause(world: World) -> Call:
    """Good on a chain that is paused, where nothing else would be: a chain of its own."""
    await world.run(await initialize_poa(world), await emergency_pause(world))
    return world.call("governance", "emergency_unpause", authority=await world.wallet("rec"))


async def set_maintenance_mode(world: World) -> Call:
    return world.call("governance", "set_maintenance_mode", True, authority=world.deployer)


async def issue_erc(world: World) -> Call:
    alice = await world.wallet("alice")
    return calls.issue_erc(world, f"GUARD-{next(CERTIFICATES)}", (campus.SOLAR, alice), 1000)


async def issued(world: World) -> str:
    certificate = f"GUARD-{next(CERTIFICATES)}"
    alice = await world.wallet("alice")
    await world.run(calls.issue_erc(world, certificate, (campus.SOLAR, alice), 1000))
    return certificate


async def validate_erc_for_trading(world: World) -> Call:
    return calls.validate_erc(world, await world.wallet("alice"), await issued(world))


async def revoke_erc(world: World) -> Call:
    return calls.revoke_erc(world, await issued(world), "a reason")


async def expire_erc(world: World) -> Call:
    certificate = await issued(world)
    await world.travel(YEAR + 1)
    return world.call("governance", "expire_erc", erc_certificate=world.at.certificate(certificate))


async def transfer_erc(world: World) -> Call:
    await world.run(calls.update_parameters(world, allow_certificate_transfers=True))
    return calls.transfer_erc(world, await world.wallet("alice"), await issued(world), await world.wallet("bob"))


async def update_governance_config(world: World) -> Call:
    return world.call("governance", "update_governance_config", False, authority=world.deployer)


async def update_authority_info(world: World) -> Call:
    return world.call("governance", "update_authority_info", "rec@campus.example", authority=world.deployer)


async def update_erc_limits(world: World) -> Call:
    return world.call("governance", "update_erc_limits", 1, 2, 3, authority=world.deployer)


async def update_parameters(world: World) -> Call:
    return calls.update_parameters(world, campus_network="Campus")


async def propose_authority(world: World) -> Call:
    alice = (await world.wallet("alice")).pubkey()
    return world.call("governance", "propose_authority", "Engineering", alice, authority=world.deployer)


async def accept_authority(world: World) -> Call:
    await world.run(await propose_authority(world))
    alice = await world.wallet("alice")
    return world.call("governance", "accept_authority", "Engineering", new_authority=alice)


async def manage_authorities(world: World) -> Call:
    return calls.manage_authorities(world, "registry", (await world.wallet("alice")).pubkey())


async def withdraw_authority(world: World) -> Call:
    await world.run(await propose_authority(world))
    return world.call("governance", "withdraw_authority", "Engineering", authority=world.deployer)


async def retire_erc(world: World) -> Call:
    alice = await world.wallet("alice")
    return calls.retire_erc(world, alice, await issued(world), 1, alice.pubkey())


async def counted(world: World, name: str, *args: object) -> Call:
    account = world.at.certificate(await issued(world))
    return world.call("governance", name, *args, erc_certificate=account)


async def reserve_erc(world: World) -> Call:
    return await counted(world, "reserve_erc", (await world.wallet("alice")).pubkey(), 1)


async def release_erc(world: World) -> Call:
    return await counted(world, "release_erc", 1)


async def retire_erc_for_trade(world: World) -> Call:
    return await counted(world, "retire_erc_for_trade", (await world.wallet("bob")).pubkey(), 1)


async def upgrade_program(world: World) -> Call:
    await upgrades.give_to_governance(world, "registry")
    return await upgrades.upgrade(world, "registry")


async def set_upgrade_authority(world: World) -> Call:
    await upgrades.give_to_governance(world, "registry")
    return await upgrades.hand_over(world, "registry", (await world.wallet("alice")).pubkey())


async def get_governance_stats(world: World) -> Call:
    return world.call("governance", "get_governance_stats")


NOT_AUTHORITY = {"authority": Governance.UNAUTHORIZED_AUTHORITY}


class TestGovernanceGuards(Guards):
    """Every guard of every governance instruction."""

    program = "governance"
    recipes = recipes(
        Recipe(
            "initialize_poa",
            initialize_poa,
            signers=("deployer", "payer"),
            stranger={"deployer": Governance.UNAUTHORIZED_AUTHORITY},
            initializer=True,
        ),
        Recipe("emergency_pause", emergency_pause, signers=("authority",), stranger=NOT_AUTHORITY),
        Recipe(
            "emergency_unpause",
            emergency_unpause,
            signers=("authority",),
            stranger=NOT_AUTHORITY,
            initializer=True,
        ),
        Recipe("set_maintenance_mode", set_maintenance_mode, signers=("authority",), stranger=NOT_AUTHORITY),
        Recipe(
            "issue_erc",
            issue_erc,
            signers=("authority", "payer"),
            stranger=NOT_AUTHORITY,
            copies={"meter_account": None, "user_account": None},
        ),
        # Certificates are told by what is in them: any of the program's may be named.
        Recipe(
            "validate_erc_for_trading",
            validate_erc_for_trading,
            signers=("owner", "authority"),
            stranger={**NOT_AUTHORITY, "owner": Governance.UNAUTHORIZED_AUTHORITY},
            copies={"erc_certificate": None, "user_account": None},
        ),
        Recipe(
            "revoke_erc",
            revoke_erc,
            signers=("authority",),
            stranger=NOT_AUTHORITY,
            copies={"erc_certificate": None},
        ),
        Recipe("expire_erc", expire_erc, copies={"erc_certificate": None}),
        Recipe(
            "transfer_erc",
            transfer_erc,
            signers=("owner",),
            stranger={"owner": Governance.UNAUTHORIZED_AUTHORITY},
            copies={"erc_certificate": None},
        ),
        Recipe(
            "update_governance_config",
            update_governance_config,
            signers=("authority",),
            stranger=NOT_AUTHORITY,
        ),
        Recipe("update_authority_info", update_authority_info, signers=("authority",), stranger=NOT_AUTHORITY),
        Recipe("update_erc_limits", update_erc_limits, signers=("authority",), stranger=NOT_AUTHORITY),
        Recipe("update_parameters", update_parameters, signers=("authority",), stranger=NOT_AUTHORITY),
        Recipe("propose_authority", propose_authority, signers=("authority",), stranger=NOT_AUTHORITY),
        Recipe(
            "accept_authority",
            accept_authority,
            signers=("new_authority",),
            stranger={"new_authority": Governance.UNAUTHORIZED_AUTHORITY},
        ),
        # The program that is called checks where its own account is.
        Recipe("manage_authorities", manage_authorities, signers=("authority",), stranger=NOT_AUTHORITY),
        Recipe("withdraw_authority", withdraw_authority, signers=("authority",), stranger=NOT_AUTHORITY),
        Recipe(
            "retire_erc",
            retire_erc,
            signers=("owner",),
            stranger={"owner": Governance.UNAUTHORIZED_AUTHORITY},
            copies={"erc_certificate": None},
        ),
        *(
            Recipe(
                name,
                make,
                signers=("market",),
                stranger={"market": Framework.CONSTRAINT_SEEDS},
                cpi_only=True,
            )
            for name, make in (
                ("reserve_erc", reserve_erc),
                ("release_erc", release_erc),
                ("retire_erc_for_trade", retire_erc_for_trade),
            )
        ),
        Recipe("upgrade_program", upgrade_program, signers=("authority",), stranger=NOT_AUTHORITY),
        Recipe("set_upgrade_authority", set_upgrade_authority, signers=("authority",), stranger=NOT_AUTHORITY),
        Recipe("get_governance_stats", get_governance_stats),
    )
