"""Registry's guards: every signature, account, address, program and byte that its instructions check."""

from tests.support import calls
from tests.support.call import Call
from tests.support.errors import Framework, Registry
from tests.support.guards import Guards, Recipe, recipes
from tests.support.world import World


async def initialize(world: World) -> Call:
    await world.wallet("mallory")
    return calls.initialize_registry(world)


async def update_registry_config(world: World) -> Call:
    return world.call("registry", "update_registry_config", 5, False, "Library", authority=world.deployer)


async def set_authority(world: World) -> Call:
    alice = await world.wallet("alice")
    return world.call("registry", "set_authority", alice.pubkey(), authority=world.deployer)


async def register_user(world: World) -> Call:
    return calls.register_user(world, await world.wallet("stranger"))


async def deregister_user(world: World) -> Call:
    leaver = await world.wallet("leaver")
    await world.run(calls.register_user(world, leaver), calls.open_trading_account(world, leaver))
    return calls.deregister_user(world, leaver)


async def update_user_type(world: World) -> Call:
    return calls.update_user_type(world, await world.wallet("alice"), "Consumer")


async def update_user_status(world: World) -> Call:
    return calls.update_user_status(world, await world.wallet("alice"), "Suspended")


async def view_user(world: World, name: str) -> Call:
    alice = await world.wallet("alice")
    return world.call("registry", name, user_account=world.at.user(alice.pubkey()))


async def is_valid_user(world: World) -> Call:
    return await view_user(world, "is_valid_user")


async def verify_user(world: World) -> Call:
    return await view_user(world, "verify_user")


async def register_meter(world: World) -> Call:
    return calls.register_meter(world, await world.wallet("alice"), "METER_NEW")


async def assign_meter(world: World) -> Call:
    return calls.assign_meter(world, await world.wallet("alice"), "METER_NEW")


async def transfer_meter(world: World) -> Call:
    alice, bob = await world.wallet("alice"), await world.wallet("bob")
    return calls.transfer_meter(world, alice, bob, "METER_001")


async def remove_meter(world: World) -> Call:
    alice = await world.wallet("alice")
    await world.run(calls.register_meter(world, alice, "METER_UNREAD"))
    return calls.remove_meter(world, alice, "METER_UNREAD")


async def update_meter_status(world: World) -> Call:
    return calls.update_meter_status(world, "METER_001", "Maintenance")


async def is_valid_meter(world: World) -> Call:
    return world.call("registry", "is_valid_meter", meter_account=world.at.meter("METER_001"))


async def get_unsettled_balance(world: World) -> Call:
    return world.call("registry", "get_unsettled_balance", meter_account=world.at.meter("METER_001"))


async def update_meter_reading(world: World) -> Call:
    meter = world.at.meter("METER_001")
    return world.call("registry", "update_meter_reading", 1, 1, await world.now(), meter_account=meter)


async def settle_meter_balance(world: World) -> Call:
    alice = await world.wallet("alice")
    user, meter = world.at.user(alice.pubkey()), world.at.meter("METER_001")
    return world.call("registry", "settle_meter_balance", meter_account=meter, user_account=user)


async def claim_erc_generation(world: World) -> Call:
    return world.call("registry", "claim_erc_generation", 1, meter_account=world.at.meter("METER_001"))


NOT_AUTHORITY = {"authority": Registry.UNAUTHORIZED_AUTHORITY}
# Any user or meter may be named where the instruction is about that one: its address is not tied to the signer.
ANY_USER, ANY_METER = {"user_account": None}, {"meter_account": None}


class TestRegistryGuards(Guards):
    """Every guard of every registry instruction."""

    program = "registry"
    recipes = recipes(
        Recipe(
            "initialize",
            initialize,
            signers=("deployer", "payer"),
            stranger={"deployer": Registry.UNAUTHORIZED_AUTHORITY},
            initializer=True,
        ),
        Recipe("update_registry_config", update_registry_config, signers=("authority",), stranger=NOT_AUTHORITY),
        Recipe(
            "set_authority",
            set_authority,
            signers=("authority",),
            stranger=NOT_AUTHORITY,
            by_address=frozenset({"poa_config"}),
        ),
        Recipe(
            "register_user",
            register_user,
            signers=("user_authority", "payer"),
            stranger={
                "user_authority": Framework.CONSTRAINT_SEEDS,
                "registry_authority": Registry.UNAUTHORIZED_AUTHORITY,
            },
        ),
        Recipe(
            "deregister_user",
            deregister_user,
            signers=("user_authority",),
            stranger={"user_authority": Framework.CONSTRAINT_SEEDS},
            by_address=frozenset({"trading_address"}),
            copies={"trading_account": Registry.TRADING_ACCOUNT_REQUIRED},
        ),
        Recipe(
            "update_user_type",
            update_user_type,
            signers=("authority",),
            stranger=NOT_AUTHORITY,
            copies=ANY_USER,
        ),
        Recipe(
            "update_user_status",
            update_user_status,
            signers=("authority",),
            stranger=NOT_AUTHORITY,
            copies=ANY_USER,
        ),
        Recipe("is_valid_user", is_valid_user, copies=ANY_USER),
        Recipe("verify_user", verify_user, copies=ANY_USER),
        Recipe(
            "register_meter",
            register_meter,
            signers=("owner", "payer"),
            stranger={"owner": Framework.CONSTRAINT_SEEDS, "registry_authority": Registry.UNAUTHORIZED_AUTHORITY},
        ),
        Recipe("assign_meter", assign_meter, signers=("authority", "payer"), stranger=NOT_AUTHORITY),
        Recipe(
            "transfer_meter",
            transfer_meter,
            signers=("authority", "new_owner"),
            stranger={**NOT_AUTHORITY, "new_owner": Framework.CONSTRAINT_SEEDS},
            copies={"old_user_account": None, **ANY_METER},
        ),
        Recipe(
            "remove_meter",
            remove_meter,
            signers=("authority",),
            stranger=NOT_AUTHORITY,
            copies={**ANY_USER, **ANY_METER},
        ),
        Recipe(
            "update_meter_status",
            update_meter_status,
            signers=("authority",),
            stranger=NOT_AUTHORITY,
            copies=ANY_METER,
        ),
        Recipe("is_valid_meter", is_valid_meter, copies=ANY_METER),
        Recipe("get_unsettled_balance", get_unsettled_balance, copies=ANY_METER),
        Recipe(
            "update_meter_reading",
            update_meter_reading,
            signers=("oracle_data",),
            stranger={"oracle_data": Framework.CONSTRAINT_SEEDS},
            cpi_only=True,
        ),
        Recipe(
            "settle_meter_balance",
            settle_meter_balance,
            signers=("token_info",),
            stranger={"token_info": Framework.CONSTRAINT_SEEDS},
            cpi_only=True,
        ),
        Recipe(
            "claim_erc_generation",
            claim_erc_generation,
            signers=("poa_config",),
            stranger={"poa_config": Framework.CONSTRAINT_SEEDS},
            cpi_only=True,
        ),
    )
