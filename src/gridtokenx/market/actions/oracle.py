"""Instructions of the oracle: readings, market clearing, and the authority's settings."""

from __future__ import annotations

from solders.instruction import Instruction
from solders.pubkey import Pubkey

from gridtokenx.chain.connection.client import Client

PROGRAM = "oracle"


def initialize(client: Client, deployer: Pubkey, api_gateway: Pubkey) -> Instruction:
    """Creates the oracle. Signed by the program's upgrade authority, who pays and becomes its authority."""
    return client.programs[PROGRAM].instruction(
        "initialize",
        {"deployer": deployer, "payer": deployer, "oracle_data": client.addresses.oracle_data},
        api_gateway=api_gateway,
    )


def submit_meter_reading(
    client: Client, gateway: Pubkey, *, meter_id: str, produced: int, consumed: int, timestamp: int
) -> Instruction:
    """Records what a meter measured: energies in Wh, time in unix seconds. Signed by the API gateway."""
    return client.programs[PROGRAM].instruction(
        "submit_meter_reading",
        {"api_gateway": gateway, "meter_account": client.addresses.meter(meter_id)},
        meter_id=meter_id,
        produced=produced,
        consumed=consumed,
        timestamp=timestamp,
    )


def process_energy_data(
    client: Client, gateway: Pubkey, *, meter_id: str, owner: Pubkey, produced: int, consumed: int, timestamp: int
) -> Instruction:
    """Records a reading and mints what the meter then has of unminted net generation to its owner's GRID account.
    Signed by the API gateway."""
    accounts = {
        "api_gateway": gateway,
        "meter_account": client.addresses.meter(meter_id),
        "user_account": client.addresses.user(owner),
        "owner_token_account": client.addresses.grid_account(owner),
    }
    return client.programs[PROGRAM].instruction(
        "process_energy_data", accounts, meter_id=meter_id, produced=produced, consumed=consumed, timestamp=timestamp
    )


def trigger_market_clearing(client: Client, gateway: Pubkey, epoch: int) -> Instruction:
    """Has the market find the price of an epoch that is over, also a late one. Signed by the API gateway."""
    accounts = {"api_gateway": gateway, "epoch_account": client.addresses.epoch(epoch)}
    return client.programs[PROGRAM].instruction("trigger_market_clearing", accounts, epoch=epoch)


def update_oracle_status(client: Client, authority: Pubkey, active: bool) -> Instruction:
    """Switches the oracle on or off. Signed by the oracle authority."""
    return client.programs[PROGRAM].instruction("update_oracle_status", {"authority": authority}, active=active)


def update_api_gateway(client: Client, authority: Pubkey, new_gateway: Pubkey) -> Instruction:
    """Replaces the gateway's key. Signed by the oracle authority."""
    return client.programs[PROGRAM].instruction("update_api_gateway", {"authority": authority}, new_gateway=new_gateway)


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
    return client.programs[PROGRAM].instruction(
        "update_oracle_config",
        {"authority": authority},
        config={
            "market_clearing_interval": market_clearing_interval,
            "auto_clearing_enabled": auto_clearing_enabled,
            "ami_endpoint": ami_endpoint,
            "max_reading_wh": max_reading_wh,
        },
    )


def set_authority(client: Client, authority: Pubkey, new_authority: Pubkey) -> Instruction:
    """Hands the oracle over. Signed by its present authority."""
    return client.programs[PROGRAM].instruction("set_authority", {"authority": authority}, new_authority=new_authority)
