"""Energy token: the mint, its authority, and the list of validators."""

from __future__ import annotations

from solders.pubkey import Pubkey
from tests.support import calls, campus
from tests.support.campus import People
from tests.support.errors import EnergyToken, Framework
from tests.support.events import Event
from tests.support.world import NOBODY, World

TOKEN_INFO_SPACE = 8 + 32 + 32 + 8 + 8 + (4 + 32) + (4 + 16) + 1 + 32 + 1 + 1
VALIDATOR_SPACE = 8 + 32 + (4 + 192) + 8 + 32 + 1
MINT_SPACE = 82


async def token_info(world: World) -> dict:
    return await world.account("energy_token", "TokenInfo", world.at.token_info)


async def test_initialize_then_initialize_token(bare: World) -> None:
    now = await bare.now()
    await bare.refused(calls.initialize_token(bare), Framework.ACCOUNT_NOT_INITIALIZED)
    done = await bare.done(calls.initialize_energy_token(bare))
    assert done.changed == {bare.at.token_info, bare.deployer.pubkey()}
    assert len(done.after[bare.at.token_info].data) == TOKEN_INFO_SPACE
    assert done.lamports(bare.deployer.pubkey()) == -done.lamports(bare.at.token_info)
    account = await token_info(bare)
    assert account.pop("bump") in range(256)
    expected = {
        "authority": bare.deployer.pubkey(),
        "mint": NOBODY,
        "total_supply": 0,
        "created_at": now,
        "name": "Engineering GRID",
        "symbol": "ENG_GRID",
        "decimals": 9,
        "registry_program": bare.ids["registry"],
        "require_rec_cosign": False,
    }
    assert account == expected
    fields = {"authority": bare.deployer.pubkey(), "timestamp": now}
    assert done.events == [Event("energy_token", "EnergyTokenInitialized", fields)]
    await bare.refused(calls.initialize_energy_token(bare), 0)

    done = await bare.done(calls.initialize_token(bare))
    assert done.changed == {bare.at.token_info, bare.at.energy_mint, bare.deployer.pubkey()}
    assert done.lamports(bare.deployer.pubkey()) == -done.lamports(bare.at.energy_mint)
    account = await token_info(bare)
    account.pop("bump")
    assert account == {**expected, "mint": bare.at.energy_mint}
    mint = done.after[bare.at.energy_mint].data
    assert len(mint) == MINT_SPACE
    # COption<authority>, supply, decimals, is_initialized, COption<freeze authority>
    assert mint[:36] == (1).to_bytes(4, "little") + bytes(bare.at.token_info)
    assert mint[36:46] == bytes(8) + bytes([9, 1])
    assert mint[46:50] == bytes(4)
    fields = {"authority": bare.deployer.pubkey(), "mint": bare.at.energy_mint, "decimals": 9, "timestamp": now}
    assert done.events == [Event("energy_token", "TokenMintInitialized", fields)]
    await bare.refused(calls.initialize_token(bare), 0)


async def test_set_authority_hands_over_and_back(town: World, who: People) -> None:
    before, now = await token_info(town), await town.now()
    handover = town.call("energy_token", "set_authority", who.carol.pubkey(), authority=town.deployer)
    done = await town.done(handover)
    assert done.changed == {town.at.token_info}
    assert await token_info(town) == {**before, "authority": who.carol.pubkey()}
    fields = {
        "old_authority": town.deployer.pubkey(),
        "new_authority": who.carol.pubkey(),
        "changed_by": town.deployer.pubkey(),
        "timestamp": now,
    }
    assert done.events == [Event("energy_token", "AuthorityChanged", fields)]
    await town.refused(handover, EnergyToken.UNAUTHORIZED_AUTHORITY)
    await town.run(handover.with_args(town.deployer.pubkey()).signed_by(authority=who.carol))


async def test_validators_are_listed_and_struck_off(town: World, who: People) -> None:
    validator, now = who.stranger.pubkey(), await town.now()
    key = town.at.rec_validator(validator)
    done = await town.done(calls.add_rec_validator(town, validator, "ห" * 64))
    assert done.changed == {key, town.deployer.pubkey()}
    assert len(done.after[key].data) == VALIDATOR_SPACE
    assert done.lamports(town.deployer.pubkey()) == -done.lamports(key)
    account = await town.account("energy_token", "RecValidator", key)
    assert account.pop("bump") in range(256)
    assert account == {
        "validator": validator,
        "authority_name": "ห" * 64,
        "added_at": now,
        "payer": town.deployer.pubkey(),
    }
    fields = {
        "authority": town.deployer.pubkey(),
        "validator": validator,
        "authority_name": "ห" * 64,
        "timestamp": now,
    }
    assert done.events == [Event("energy_token", "RecValidatorAdded", fields)]
    await town.refused(calls.add_rec_validator(town, validator, "again"), 0)

    rent = done.lamports(key)
    done = await town.done(calls.remove_rec_validator(town, validator))
    assert done.changed == {key, town.deployer.pubkey()}
    assert key not in done.after
    assert done.lamports(town.deployer.pubkey()) == rent
    fields = {"authority": town.deployer.pubkey(), "validator": validator, "timestamp": now}
    assert done.events == [Event("energy_token", "RecValidatorRemoved", fields)]
    await town.refused(calls.remove_rec_validator(town, validator), Framework.ACCOUNT_NOT_INITIALIZED)
    await town.run(calls.add_rec_validator(town, validator, "back"))


async def test_a_validators_name_has_64_characters_of_three_bytes(town: World, who: People) -> None:
    call = calls.add_rec_validator(town, who.gateway.pubkey(), "ห" * 64 + "x")
    await town.refused(call, Framework.INSTRUCTION_DID_NOT_DESERIALIZE)


async def test_the_authority_may_require_a_validators_signature(town: World, who: People) -> None:
    before, now = await token_info(town), await town.now()
    done = await town.done(calls.set_rec_cosign(town, required=True))
    assert done.changed == {town.at.token_info}
    assert await token_info(town) == {**before, "require_rec_cosign": True}
    fields = {"authority": town.deployer.pubkey(), "require_rec_cosign": True, "timestamp": now}
    assert done.events == [Event("energy_token", "RecCosignUpdated", fields)]
    await campus.read_meter(town, campus.SOLAR, 100, 0)
    alone = calls.mint_grid_tokens(town, who.alice, campus.SOLAR)
    await town.refused(alone, EnergyToken.REC_COSIGN_REQUIRED)
    both = calls.mint_grid_tokens(town, who.alice, campus.SOLAR, who.rec)
    await town.refused(both, Framework.ACCOUNT_NOT_INITIALIZED)
    await town.run(calls.add_rec_validator(town, who.rec.pubkey(), "REC"))
    impostor = both.signed_by(validator=who.mallory)
    await town.refused(impostor, EnergyToken.REC_COSIGN_REQUIRED)
    assert town.at.energy_mint in (await town.done(both)).changed
    await town.run(calls.set_rec_cosign(town, required=False))
    await campus.read_meter(town, campus.SOLAR, 100, 0)
    assert await town.simulated(alone) is None


async def test_the_rent_is_the_payers(town: World, who: People) -> None:
    validator = who.carol.pubkey()
    await town.run(calls.add_rec_validator(town, validator, "C").signed_by(payer=who.gateway))
    remove = calls.remove_rec_validator(town, validator)
    await town.refused(remove, EnergyToken.INVALID_PAYER)
    done = await town.done(remove.with_accounts(payer=who.gateway.pubkey()))
    assert done.lamports(who.gateway.pubkey()) > 0


async def test_nobody_is_no_authority(town: World) -> None:
    call = town.call("energy_token", "set_authority", Pubkey.default(), authority=town.deployer)
    await town.refused(call, EnergyToken.INVALID_AUTHORITY)
