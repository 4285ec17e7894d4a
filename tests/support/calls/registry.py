"""Calls of the registry as their authors mean them."""

from __future__ import annotations

from bench import founding
from solders.keypair import Keypair
from solders.pubkey import Pubkey
from tests.support.call import Call
from tests.support.world import World


def initialize_registry(world: World, authority: Pubkey | None = None) -> Call:
    """The deployer administers the registry, unless told otherwise."""
    return world.step(founding.registry(world.deployer, authority))


def register_user(
    world: World, user: Keypair, kind: str = "Prosumer", location: str = "Building 3", affiliation: str = "Student"
) -> Call:
    """The user signs and pays, and the registry authority signs too."""
    return world.call(
        "registry",
        "register_user",
        kind,
        location,
        affiliation,
        user_authority=user,
        payer=user,
        registry_authority=world.deployer,
        user_account=world.at.user(user.pubkey()),
    )


def register_meter(world: World, owner: Keypair, meter: str, kind: str = "Solar") -> Call:
    """The owner signs and pays, and the registry authority signs too."""
    return world.call(
        "registry",
        "register_meter",
        meter,
        kind,
        owner=owner,
        payer=owner,
        registry_authority=world.deployer,
        user_account=world.at.user(owner.pubkey()),
        meter_account=world.at.meter(meter),
    )


def assign_meter(world: World, owner: Keypair, meter: str, kind: str = "Solar") -> Call:
    """The registry authority signs and pays."""
    return world.call(
        "registry",
        "assign_meter",
        meter,
        owner.pubkey(),
        kind,
        authority=world.deployer,
        payer=world.deployer,
        user_account=world.at.user(owner.pubkey()),
        meter_account=world.at.meter(meter),
    )


def transfer_meter(world: World, owner: Keypair, new_owner: Keypair, meter: str) -> Call:
    """The registry authority and the new owner sign."""
    return world.call(
        "registry",
        "transfer_meter",
        authority=world.deployer,
        new_owner=new_owner,
        old_user_account=world.at.user(owner.pubkey()),
        new_user_account=world.at.user(new_owner.pubkey()),
        meter_account=world.at.meter(meter),
    )


def deregister_user(world: World, user: Keypair, trades: bool = True) -> Call:
    """The user signs, who paid the rent; `trades`: whether there is a trading account."""
    trader = world.at.trader(user.pubkey())
    return world.call(
        "registry",
        "deregister_user",
        user_authority=user,
        payer=user.pubkey(),
        user_account=world.at.user(user.pubkey()),
        trading_address=trader,
        trading_account=trader if trades else None,
    )


def remove_meter(world: World, owner: Keypair, meter: str) -> Call:
    """The registry authority signs; the owner paid the rent, and gets it back."""
    return world.call(
        "registry",
        "remove_meter",
        authority=world.deployer,
        payer=owner.pubkey(),
        user_account=world.at.user(owner.pubkey()),
        meter_account=world.at.meter(meter),
    )


def update_user_status(world: World, user: Keypair, status: str) -> Call:
    """The registry authority signs."""
    account = world.at.user(user.pubkey())
    return world.call("registry", "update_user_status", status, authority=world.deployer, user_account=account)


def update_user_type(world: World, user: Keypair, kind: str) -> Call:
    """The registry authority signs."""
    account = world.at.user(user.pubkey())
    return world.call("registry", "update_user_type", kind, authority=world.deployer, user_account=account)


def update_meter_status(world: World, meter: str, status: str) -> Call:
    """The registry authority signs."""
    account = world.at.meter(meter)
    return world.call("registry", "update_meter_status", status, authority=world.deployer, meter_account=account)
