"""Instructions of the oracle: readings, market clearing, and the authority's settings."""

from __future__ import annotations

from solders.instruction import Instruction
from solders.pubkey import Pubkey

from gridtokenx.chain.connection.client import Client
from gridtokenx.clients.oracle import instructions as oracle
from gridtokenx.clients.oracle.types import OracleConfig


def initialize(client: Client, deployer: Pubkey, api_gateway: Pubkey) -> Instruction:
    """Creates the oracle. Signed by the program's upgrade authority, who pays and becomes its authority."""
    return oracle.initialize(
        deployer=deployer, payer=deployer, api_gateway=api_gateway, programs=client.programs.deployed
    )


def submit_meter_reading(
    client: Client, gateway: Pubkey, *, meter_id: str, produced: int, consumed: int, timestamp: int
) -> Instruction:
    """Records what a meter measured: energies in Wh, time in unix seconds. Signed by the API gateway."""
    return oracle.submit_meter_reading(
        api_gateway=gateway,
        meter_account=client.addresses.meter(meter_id),
        meter_id=meter_id,
        produced=produced,
        consumed=consumed,
        timestamp=timestamp,
        programs=client.programs.deployed,
    )


def process_energy_data(
    client: Client, gateway: Pubkey, *, meter_id: str, owner: Pubkey, produced: int, consumed: int, timestamp: int
) -> Instruction:
    """Records a reading and mints what the meter then has of unminted net generation to its owner's GRID account.
    Signed by the API gateway."""
    return oracle.process_energy_data(
        api_gateway=gateway,
        meter_account=client.addresses.meter(meter_id),
        user_account=client.addresses.user(owner),
        owner_token_account=client.addresses.grid_account(owner),
        meter_id=meter_id,
        produced=produced,
        consumed=consumed,
        timestamp=timestamp,
        programs=client.programs.deployed,
    )


def trigger_market_clearing(client: Client, gateway: Pubkey, epoch: int) -> Instruction:
    """Has the market find the price of an epoch that is over, also a late one. Signed by the API gateway."""
    return oracle.trigger_market_clearing(
        api_gateway=gateway,
        epoch_account=client.addresses.epoch(epoch),
        epoch=epoch,
        programs=client.programs.deployed,
    )


def update_oracle_status(client: Client, authority: Pubkey, active: bool) -> Instruction:
    """Switches the oracle on or off. Signed by the oracle authority."""
    return oracle.update_oracle_status(authority=authority, active=active, programs=client.programs.deployed)


def update_api_gateway(client: Client, authority: Pubkey, new_gateway: Pubkey) -> Instruction:
    """Replaces the gateway's key. Signed by the oracle authority."""
    return oracle.update_api_gateway(authority=authority, new_gateway=new_gateway, programs=client.programs.deployed)


def update_oracle_config(
    client: Client,
    authority: Pubkey,
    *,
    market_clearing_interval: int,
    auto_clearing_enabled: bool,
    ami_endpoint: str,
    max_reading_wh: int,
) -> Instruction:
    """Changes the settings (interval in seconds). Signed by the oracle authority."""
    config = OracleConfig(
        market_clearing_interval=market_clearing_interval,
        auto_clearing_enabled=auto_clearing_enabled,
        ami_endpoint=ami_endpoint,
        max_reading_wh=max_reading_wh,
    )
    return oracle.update_oracle_config(authority=authority, config=config, programs=client.programs.deployed)


def set_authority(client: Client, authority: Pubkey, new_authority: Pubkey) -> Instruction:
    """Hands the oracle over. Signed by its present authority."""
    return oracle.set_authority(authority=authority, new_authority=new_authority, programs=client.programs.deployed)
