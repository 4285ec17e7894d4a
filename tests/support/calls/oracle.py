"""Calls of the oracle as their authors mean them."""

from __future__ import annotations

from bench import founding
from solders.keypair import Keypair
from solders.pubkey import Pubkey
from tests.support.call import Call
from tests.support.chain import keypair
from tests.support.world import World


def initialize_oracle(world: World, gateway: Pubkey) -> Call:
    """The deployer administers the oracle."""
    return world.step(founding.oracle(world.deployer, gateway))


def submit_meter_reading(world: World, meter: str, produced: int, consumed: int, timestamp: int) -> Call:
    """The gateway signs."""
    return world.call(
        "oracle",
        "submit_meter_reading",
        meter,
        produced,
        consumed,
        timestamp,
        api_gateway=keypair("gateway"),
        meter_account=world.at.meter(meter),
    )


def process_energy_data(world: World, owner: Keypair, meter: str, produced: int, consumed: int, timestamp: int) -> Call:
    """The gateway signs; what is minted goes to the owner."""
    return world.call(
        "oracle",
        "process_energy_data",
        meter,
        produced,
        consumed,
        timestamp,
        api_gateway=keypair("gateway"),
        meter_account=world.at.meter(meter),
        user_account=world.at.user(owner.pubkey()),
        owner_token_account=world.grid(owner),
    )


def trigger_market_clearing(world: World, epoch: int) -> Call:
    """The gateway signs."""
    return world.call(
        "oracle",
        "trigger_market_clearing",
        epoch,
        api_gateway=keypair("gateway"),
        epoch_account=world.at.epoch(epoch),
    )


def update_oracle_config(world: World, **changed: object) -> Call:
    """The oracle authority signs; what is not given is as `initialize` leaves it."""
    config: dict[str, object] = {
        "market_clearing_interval": 900,
        "auto_clearing_enabled": True,
        "ami_endpoint": "",
        "max_reading_wh": 1_000_000,
    }
    assert changed.keys() <= config.keys()
    return world.call("oracle", "update_oracle_config", {**config, **changed}, authority=world.deployer)
