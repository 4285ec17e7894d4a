"""Energy token's guards: every signature, account, address, program and byte that its instructions check."""

from tests.support import calls, campus
from tests.support.call import Call
from tests.support.errors import EnergyToken, Framework, Registry
from tests.support.guards import Guards, Recipe, recipes
from tests.support.world import World


async def initialize(world: World) -> Call:
    await world.wallet("mallory")
    return calls.initialize_energy_token(world)


async def initialize_token(world: World) -> Call:
    await world.wallet("mallory")
    await world.run(calls.initialize_energy_token(world))
    return calls.initialize_token(world)


async def set_authority(world: World) -> Call:
    alice = await world.wallet("alice")
    return world.call("energy_token", "set_authority", alice.pubkey(), authority=world.deployer)


async def add_rec_validator(world: World) -> Call:
    return calls.add_rec_validator(world, (await world.wallet("stranger")).pubkey(), "TÜV")


async def remove_rec_validator(world: World) -> Call:
    validator = (await world.wallet("rec")).pubkey()
    await world.run(calls.add_rec_validator(world, validator, "REC"))
    return calls.remove_rec_validator(world, validator)


async def set_rec_cosign(world: World) -> Call:
    return calls.set_rec_cosign(world, required=True)


async def mint_grid_tokens(world: World) -> Call:
    await campus.read_meter(world, campus.SOLAR, 100, 0)
    return calls.mint_grid_tokens(world, await world.wallet("alice"), campus.SOLAR)


async def mint_for_generation(world: World) -> Call:
    alice = await world.wallet("alice")
    return world.call(
        "energy_token",
        "mint_for_generation",
        meter_account=world.at.meter(campus.SOLAR),
        user_account=world.at.user(alice.pubkey()),
        owner_token_account=world.grid(alice),
    )


async def transfer_tokens(world: World) -> Call:
    return calls.transfer_tokens(world, await world.wallet("alice"), await world.wallet("bob"), 1)


async def burn_tokens(world: World) -> Call:
    return calls.burn_tokens(world, await world.wallet("alice"), 1)


NOT_DEPLOYER = {"deployer": EnergyToken.UNAUTHORIZED_AUTHORITY}
NOT_AUTHORITY = {"authority": EnergyToken.UNAUTHORIZED_AUTHORITY}


class TestEnergyTokenGuards(Guards):
    """Every guard of every energy_token instruction."""

    program = "energy_token"
    recipes = recipes(
        Recipe("initialize", initialize, signers=("deployer", "payer"), stranger=NOT_DEPLOYER, initializer=True),
        Recipe(
            "initialize_token", initialize_token, signers=("deployer", "payer"), stranger=NOT_DEPLOYER, initializer=True
        ),
        Recipe(
            "set_authority",
            set_authority,
            signers=("authority",),
            stranger=NOT_AUTHORITY,
            by_address=frozenset({"poa_config"}),
        ),
        Recipe("add_rec_validator", add_rec_validator, signers=("authority", "payer"), stranger=NOT_AUTHORITY),
        Recipe("set_rec_cosign", set_rec_cosign, signers=("authority",), stranger=NOT_AUTHORITY),
        Recipe(
            "remove_rec_validator",
            remove_rec_validator,
            signers=("authority",),
            stranger=NOT_AUTHORITY,
            copies={"rec_validator": None},
        ),
        # A GRID account may be at any address; meters and certificates are told by what is in them.
        Recipe(
            "mint_grid_tokens",
            mint_grid_tokens,
            signers=("meter_owner",),
            stranger={"meter_owner": Registry.UNAUTHORIZED_USER},
            copies={"meter_account": None, "user_token_account": None, "user_account": None},
        ),
        Recipe(
            "mint_for_generation",
            mint_for_generation,
            signers=("oracle_data",),
            stranger={"oracle_data": Framework.CONSTRAINT_SEEDS},
            cpi_only=True,
        ),
        Recipe(
            "transfer_tokens",
            transfer_tokens,
            signers=("owner",),
            stranger={"owner": EnergyToken.INVALID_TOKEN_ACCOUNT},
            copies={"sender_token_account": None, "recipient_token_account": None},
        ),
        Recipe(
            "burn_tokens",
            burn_tokens,
            signers=("owner",),
            stranger={"owner": EnergyToken.INVALID_TOKEN_ACCOUNT},
            copies={"token_account": None},
        ),
    )
