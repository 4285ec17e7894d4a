"""Every instruction of the five programs can be built, and its accounts are the ones that the program expects."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from solders.instruction import Instruction
from solders.pubkey import Pubkey
from tests.client.library.market import make

from gridtokenx.chain.connection.client import Client
from gridtokenx.chain.files.workspace import PROGRAM_NAMES, Checkout
from gridtokenx.chain.interface.addresses import SYSTEM_PROGRAM, TOKEN_PROGRAM, program_data_address
from gridtokenx.market.actions import energy_token, governance, oracle, registry, trading
from gridtokenx.market.actions import market as actions
from gridtokenx.market.ami import Affiliation, MeterType, UserType
from gridtokenx.market.records import (
    Market,
    MeterAccount,
    MeterStatus,
    Order,
    OrderType,
    RecValidator,
    TradeRecord,
    UserAccount,
    UserStatus,
)

K = Pubkey.new_unique()
OTHER = Pubkey.new_unique()
# Instructions that only another program calls, or whose value is asked for by simulation.
INTERNAL = {
    "registry": {"update_meter_reading", "settle_meter_balance", "claim_erc_generation"},
    "energy_token": {"mint_for_generation"},
    "trading": {"clear_epoch"},
    "oracle": set[str](),
    "governance": {"reserve_erc", "release_erc", "retire_erc_for_trade"},
}
VIEWS = {
    "registry": {"is_valid_user", "is_valid_meter", "get_unsettled_balance"},
    "trading": {"get_order"},
    "governance": {"get_governance_stats"},
    "oracle": set[str](),
    "energy_token": set[str](),
}


def market(client: Client) -> Market:
    mint, vault = OTHER, client.addresses.vault
    return make.blank(
        Market,
        authority=K,
        clearing_enabled=True,
        market_fee_bps=25,
        energy_mint=client.addresses.energy_mint,
        payment_mint=mint,
        matcher=K,
        epoch_length=900,
        max_orders_per_user=50,
        min_order_wh=100,
        price_floor=1000,
        price_tick=1000,
        settlement_window=86_400,
        energy_vault=vault(client.addresses.energy_mint),
        payment_vault=vault(mint),
        bump=255,
    )


def order(order_id: int, side: OrderType) -> Order:
    return make.order(side, K if side is OrderType.SELL else OTHER, 2000, 50, order_id, payer=OTHER)


def meter() -> MeterAccount:
    return make.blank(
        MeterAccount,
        meter_id="M",
        owner=OTHER,
        meter_type=MeterType.SOLAR,
        status=MeterStatus.ACTIVE,
        payer=OTHER,
        bump=255,
    )


def member() -> UserAccount:
    return make.blank(
        UserAccount,
        authority=K,
        user_type=UserType.PROSUMER,
        location="B1",
        status=UserStatus.ACTIVE,
        affiliation=Affiliation.STAFF,
        payer=OTHER,
        bump=255,
    )


def trade() -> TradeRecord:
    return make.blank(
        TradeRecord,
        sell_order=K,
        buy_order=K,
        seller=K,
        buyer=OTHER,
        amount=1500,
        price_per_kwh=150,
        total_value=225,
        sell_sequence=1,
        buy_sequence=2,
        epoch=7,
        payer=K,
        bump=255,
    )


Build = Callable[[Client], Instruction]
BUILDS: dict[str, dict[str, Build]] = {
    "registry": {
        "initialize": lambda c: registry.initialize(c, K, K),
        "update_registry_config": lambda c: registry.update_registry_config(
            c, K, max_meters_per_user=3, open_registration=False, building_location="B1"
        ),
        "set_authority": lambda c: registry.set_authority(c, K, OTHER),
        "register_user": lambda c: registry.register_user(
            c, K, user_type=UserType.PROSUMER, location="B1", affiliation=Affiliation.STAFF, payer=OTHER
        ),
        "deregister_user": lambda c: registry.deregister_user(c, member(), has_trading_account=True),
        "update_user_type": lambda c: registry.update_user_type(c, K, OTHER, UserType.CONSUMER),
        "update_user_status": lambda c: registry.update_user_status(c, K, OTHER, UserStatus.SUSPENDED),
        "register_meter": lambda c: registry.register_meter(c, K, meter_id="M" * 50, meter_type=MeterType.WIND),
        "assign_meter": lambda c: registry.assign_meter(c, K, meter_id="M", owner=OTHER, meter_type=MeterType.GRID),
        "transfer_meter": lambda c: registry.transfer_meter(c, K, meter(), OTHER),
        "remove_meter": lambda c: registry.remove_meter(c, K, meter()),
        "update_meter_status": lambda c: registry.update_meter_status(c, K, "M", MeterStatus.MAINTENANCE),
        "verify_user": lambda c: registry.verify_user(c, K),
    },
    "oracle": {
        "initialize": lambda c: oracle.initialize(c, K, OTHER),
        "submit_meter_reading": lambda c: oracle.submit_meter_reading(
            c, K, meter_id="M", produced=5000, consumed=2000, timestamp=1
        ),
        "process_energy_data": lambda c: oracle.process_energy_data(
            c, K, meter_id="M", owner=OTHER, produced=5000, consumed=2000, timestamp=1
        ),
        "trigger_market_clearing": lambda c: oracle.trigger_market_clearing(c, K, 7),
        "update_oracle_status": lambda c: oracle.update_oracle_status(c, K, False),
        "update_api_gateway": lambda c: oracle.update_api_gateway(c, K, OTHER),
        "update_oracle_config": lambda c: oracle.update_oracle_config(
            c, K, market_clearing_interval=900, auto_clearing_enabled=True, ami_endpoint="", max_reading_wh=1
        ),
        "set_authority": lambda c: oracle.set_authority(c, K, OTHER),
    },
    "energy_token": {
        "initialize": lambda c: energy_token.initialize(c, K),
        "initialize_token": lambda c: energy_token.initialize_token(c, K),
        "set_authority": lambda c: energy_token.set_authority(c, K, OTHER),
        "add_rec_validator": lambda c: energy_token.add_rec_validator(c, K, OTHER, "REC"),
        "set_rec_cosign": lambda c: energy_token.set_rec_cosign(c, K, True),
        "remove_rec_validator": lambda c: energy_token.remove_rec_validator(
            c, K, RecValidator(OTHER, "REC", 0, OTHER, 255)
        ),
        "mint_grid_tokens": lambda c: energy_token.mint_grid_tokens(c, K, "M", validator=OTHER),
        "transfer_tokens": lambda c: energy_token.transfer_tokens(c, K, OTHER, 1),
        "burn_tokens": lambda c: energy_token.burn_tokens(c, K, 1),
    },
    "trading": {
        "initialize": lambda c: actions.initialize(c, K),
        "initialize_market": lambda c: actions.initialize_market(
            c, K, fee_bps=25, payment_mint=OTHER, price_floor=1000, price_tick=1000
        ),
        "update_market_params": lambda c: actions.update_market_params(
            c, K, market_fee_bps=25, clearing_enabled=True
        ),
        "update_market_config": lambda c: actions.update_market_config(c, K, actions.config_of(market(c))),
        "set_authority": lambda c: actions.set_authority(c, K, OTHER),
        "withdraw_fees": lambda c: actions.withdraw_fees(c, K, market(c)),
        "open_trading_account": lambda c: trading.open_trading_account(c, K),
        "open_epoch": lambda c: trading.open_epoch(c, K, 7),
        "close_epoch": lambda c: trading.close_epoch(c, 7, OTHER),
        "create_sell_order": lambda c: trading.create_sell_order(
            c, K, market(c), epoch=7, order_id=1, energy_amount=2000, price_per_kwh=150,
            certificate=c.addresses.certificate("C" * 64),
        ),
        "create_buy_order": lambda c: trading.create_buy_order(
            c, K, market(c), epoch=7, order_id=2, energy_amount=1500, max_price_per_kwh=160, payer=OTHER
        ),
        "cancel_order": lambda c: trading.cancel_order(c, market(c), order(1, OrderType.SELL)),
        "expire_order": lambda c: trading.expire_order(c, market(c), order(2, OrderType.BUY)),
        "close_order": lambda c: trading.close_order(c, order(2, OrderType.BUY)),
        "match_orders": lambda c: trading.match_orders(
            c, K, market(c), order(1, OrderType.SELL), order(2, OrderType.BUY)
        ),
        "close_trade_record": lambda c: trading.close_trade_record(c, trade()),
    },
    "governance": {
        "initialize_poa": lambda c: governance.initialize_poa(c, K, OTHER),
        "emergency_pause": lambda c: governance.emergency_pause(c, K, "drill"),
        "emergency_unpause": lambda c: governance.emergency_unpause(c, K),
        "set_maintenance_mode": lambda c: governance.set_maintenance_mode(c, K, True),
        "issue_erc": lambda c: governance.issue_erc(
            c, K, certificate_id="C" * 64, meter_id="M", owner=OTHER, energy_amount=5000,
            renewable_source="Solar", validation_data="REC-CERT-2025-001",
        ),
        "validate_erc_for_trading": lambda c: governance.validate_erc_for_trading(c, K, OTHER, "C"),
        "revoke_erc": lambda c: governance.revoke_erc(c, K, "C", "wrong"),
        "retire_erc": lambda c: governance.retire_erc(c, K, "C", amount=1, beneficiary=OTHER),
        "expire_erc": lambda c: governance.expire_erc(c, "C"),
        "transfer_erc": lambda c: governance.transfer_erc(c, K, "C", OTHER),
        "update_governance_config": lambda c: governance.update_governance_config(c, K, False),
        "update_authority_info": lambda c: governance.update_authority_info(c, K, "rec@campus"),
        "update_erc_limits": lambda c: governance.update_erc_limits(
            c, K, min_energy=1, max_erc=2, validity_period=3
        ),
        "update_parameters": lambda c: governance.update_parameters(
            c, K, auto_revoke_expired=True, require_oracle_validation=True, delegation_enabled=False,
            oracle_authority=OTHER, min_oracle_confidence=90, allow_certificate_transfers=True, campus_network="N",
        ),
        "propose_authority": lambda c: governance.propose_authority(c, K, governance.GovernanceRole.REC, OTHER),
        "accept_authority": lambda c: governance.accept_authority(c, K, governance.GovernanceRole.ENGINEERING),
        "withdraw_authority": lambda c: governance.withdraw_authority(c, K, governance.GovernanceRole.REC),
        "manage_authorities": lambda c: governance.manage_authority(c, K, "oracle", OTHER),
        "upgrade_program": lambda c: governance.upgrade_program(c, K, "trading", OTHER, K),
        "set_upgrade_authority": lambda c: governance.set_upgrade_authority(c, K, "trading", OTHER),
    },
}  # fmt: skip
CASES = [(program, name) for program, builds in BUILDS.items() for name in builds]


@pytest.mark.parametrize("program", PROGRAM_NAMES)
def test_no_instruction_of_a_program_is_missing(workspace: Checkout, program: str):
    names = {entry["name"] for entry in workspace.load_idl(program)["instructions"]}
    assert set(BUILDS[program]) | INTERNAL[program] | VIEWS[program] == names


@pytest.mark.parametrize(("program", "name"), CASES)
async def test_an_instruction_is_built(client: Client, workspace: Checkout, program: str, name: str):
    built = BUILDS[program][name](client)
    entry = next(e for e in workspace.load_idl(program)["instructions"] if e["name"] == name)
    assert built.program_id == workspace.program_ids[program]
    assert bytes(built.data[:8]) == bytes(entry["discriminator"])
    assert len(built.accounts) == len(entry["accounts"])
    signers = [meta.pubkey for meta in built.accounts if meta.is_signer]
    assert set(signers) <= {K, OTHER}


async def test_singletons_and_programs_are_found_without_being_named(client: Client):
    built = oracle.submit_meter_reading(client, K, meter_id="METER_001", produced=1, consumed=2, timestamp=3)
    names = client.programs["oracle"].account_names("submit_meter_reading")
    found = dict(zip(names, [meta.pubkey for meta in built.accounts], strict=True))
    assert found == {
        "api_gateway": K,
        "oracle_data": client.addresses.oracle_data,
        "meter_account": client.addresses.meter("METER_001"),
        "poa_config": client.addresses.poa_config,
        "registry_program": client.programs.ids["registry"],
    }


async def test_an_absent_optional_account_is_the_program_itself_and_read_only(client: Client):
    built = trading.create_sell_order(client, K, market(client), epoch=7, order_id=1, energy_amount=1, price_per_kwh=1)
    names = client.programs["trading"].account_names("create_sell_order")
    certificate = dict(zip(names, built.accounts, strict=True))["erc_certificate"]
    assert certificate.pubkey == client.programs.ids["trading"]
    assert not certificate.is_writable
    assert not certificate.is_signer
    unsigned = BUILDS["registry"]["register_user"](client)
    names = client.programs["registry"].account_names("register_user")
    authority = dict(zip(names, unsigned.accounts, strict=True))["registry_authority"]
    assert authority.pubkey == client.programs.ids["registry"]
    assert not authority.is_signer


async def test_an_initializer_names_its_program_data(client: Client):
    built = governance.initialize_poa(client, K, OTHER)
    keys = [meta.pubkey for meta in built.accounts]
    assert program_data_address(client.programs.ids["governance"]) in keys
    assert SYSTEM_PROGRAM in keys


async def test_the_market_has_one_vault_when_grid_pays(client: Client):
    mint = client.addresses.energy_mint
    built = actions.initialize_market(client, K, fee_bps=25, payment_mint=mint, price_floor=1000, price_tick=1000)
    names = client.programs["trading"].account_names("initialize_market")
    found = dict(zip(names, [meta.pubkey for meta in built.accounts], strict=True))
    assert found["payment_vault"] == client.programs.ids["trading"]
    assert found["energy_vault"] == client.addresses.vault(mint)
    assert found["token_program"] == TOKEN_PROGRAM


async def test_what_no_program_takes_is_told(client: Client):
    with pytest.raises(ValueError, match="-1 is no u64"):
        oracle.submit_meter_reading(client, K, meter_id="M", produced=-1, consumed=0, timestamp=1)
    with pytest.raises(ValueError, match="1 to 50 printable ASCII"):
        oracle.submit_meter_reading(client, K, meter_id="é", produced=1, consumed=0, timestamp=1)
