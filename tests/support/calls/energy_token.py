"""Calls of the energy token as their authors mean them."""

from __future__ import annotations

from bench import founding
from solders.keypair import Keypair
from solders.pubkey import Pubkey
from tests.support.call import Call
from tests.support.world import World


def initialize_energy_token(world: World) -> Call:
    """The deployer administers the token."""
    return world.step(founding.energy_token(world.deployer))


def initialize_token(world: World) -> Call:
    """Creates the GRID mint."""
    return world.step(founding.grid_mint(world.deployer))


def add_rec_validator(world: World, validator: Pubkey, name: str) -> Call:
    """The token authority signs and pays."""
    account = world.at.rec_validator(validator)
    return world.call(
        "energy_token",
        "add_rec_validator",
        validator,
        name,
        authority=world.deployer,
        payer=world.deployer,
        rec_validator=account,
    )


def remove_rec_validator(world: World, validator: Pubkey) -> Call:
    """The token authority signs, and gets the rent."""
    account = world.at.rec_validator(validator)
    return world.call(
        "energy_token",
        "remove_rec_validator",
        authority=world.deployer,
        payer=world.deployer.pubkey(),
        rec_validator=account,
    )


def set_rec_cosign(world: World, required: bool) -> Call:
    """The token authority signs."""
    return world.call("energy_token", "set_rec_cosign", required, authority=world.deployer)


def mint_grid_tokens(world: World, owner: Keypair, meter: str, validator: Keypair | None = None) -> Call:
    """The meter's owner signs; a validator where one is given."""
    return world.call(
        "energy_token",
        "mint_grid_tokens",
        meter_account=world.at.meter(meter),
        user_account=world.at.user(owner.pubkey()),
        user_token_account=world.grid(owner),
        meter_owner=owner,
        validator=validator,
        rec_validator=None if validator is None else world.at.rec_validator(validator.pubkey()),
    )


def transfer_tokens(world: World, sender: Keypair, receiver: Keypair, amount: int) -> Call:
    """The sender signs."""
    return world.call(
        "energy_token",
        "transfer_tokens",
        amount,
        owner=sender,
        sender_token_account=world.grid(sender),
        recipient_token_account=world.grid(receiver),
    )


def burn_tokens(world: World, owner: Keypair, amount: int) -> Call:
    """The owner signs."""
    return world.call("energy_token", "burn_tokens", amount, owner=owner, token_account=world.grid(owner))
