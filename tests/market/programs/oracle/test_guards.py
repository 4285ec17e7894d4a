"""Oracle's guards: every signature, account, address, program and byte that its instructions check."""

from tests.support import calls, campus
from tests.support.call import Call
from tests.support.errors import Oracle
from tests.support.guards import Guards, Recipe, recipes
from tests.support.world import World

INTERVAL = 900


async def initialize(world: World) -> Call:
    await world.wallet("mallory")
    return calls.initialize_oracle(world, (await world.wallet("gateway")).pubkey())


async def update_oracle_status(world: World) -> Call:
    return world.call("oracle", "update_oracle_status", False, authority=world.deployer)


async def update_api_gateway(world: World) -> Call:
    alice = await world.wallet("alice")
    return world.call("oracle", "update_api_gateway", alice.pubkey(), authority=world.deployer)


async def update_oracle_config(world: World) -> Call:
    return calls.update_oracle_config(world, market_clearing_interval=600, ami_endpoint="https://ami.example")


async def set_authority(world: World) -> Call:
    alice = await world.wallet("alice")
    return world.call("oracle", "set_authority", alice.pubkey(), authority=world.deployer)


async def submit_meter_reading(world: World) -> Call:
    meter = await world.account("registry", "MeterAccount", world.at.meter("METER_001"))
    return calls.submit_meter_reading(world, "METER_001", 100, 50, meter["last_reading_at"] + 1)


async def process_energy_data(world: World) -> Call:
    alice = await world.wallet("alice")
    meter = await world.account("registry", "MeterAccount", world.at.meter("METER_001"))
    return calls.process_energy_data(world, alice, "METER_001", 100, 50, meter["last_reading_at"] + 1)


async def trigger_market_clearing(world: World) -> Call:
    epoch = await campus.next_quarter(world)
    await world.travel(INTERVAL)
    return calls.trigger_market_clearing(world, epoch)


NOT_AUTHORITY = {"authority": Oracle.UNAUTHORIZED_AUTHORITY}
NOT_GATEWAY = {"api_gateway": Oracle.UNAUTHORIZED_GATEWAY}


class TestOracleGuards(Guards):
    """Every guard of every oracle instruction."""

    program = "oracle"
    recipes = recipes(
        Recipe(
            "initialize",
            initialize,
            signers=("deployer", "payer"),
            stranger={"deployer": Oracle.UNAUTHORIZED_AUTHORITY},
            initializer=True,
        ),
        Recipe("update_oracle_status", update_oracle_status, signers=("authority",), stranger=NOT_AUTHORITY),
        Recipe("update_api_gateway", update_api_gateway, signers=("authority",), stranger=NOT_AUTHORITY),
        Recipe("update_oracle_config", update_oracle_config, signers=("authority",), stranger=NOT_AUTHORITY),
        Recipe(
            "set_authority",
            set_authority,
            signers=("authority",),
            stranger=NOT_AUTHORITY,
            by_address=frozenset({"poa_config"}),
        ),
        # The meter is told by the meter_id in it, not by its address: a copy would do, if it could exist.
        Recipe(
            "submit_meter_reading",
            submit_meter_reading,
            signers=("api_gateway",),
            stranger=NOT_GATEWAY,
            copies={"meter_account": None},
        ),
        # The owner may have GRID accounts at any address.
        Recipe(
            "process_energy_data",
            process_energy_data,
            signers=("api_gateway",),
            stranger=NOT_GATEWAY,
            copies={"meter_account": None, "owner_token_account": None, "user_account": None},
        ),
        Recipe(
            "trigger_market_clearing",
            trigger_market_clearing,
            signers=("api_gateway",),
            stranger=NOT_GATEWAY,
            copies={"epoch_account": None},
        ),
    )
