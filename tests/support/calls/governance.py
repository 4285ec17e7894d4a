"""Calls of governance as their authors mean them."""

from __future__ import annotations

from bench import founding
from solders.keypair import Keypair
from solders.pubkey import Pubkey
from tests.support.call import Call
from tests.support.chain import keypair
from tests.support.world import World


def initialize_poa(world: World, rec: Pubkey) -> Call:
    """The deployer becomes the engineering authority."""
    return world.step(founding.governance(world.deployer, rec))


def issue_erc(
    world: World,
    certificate: str,
    meter: tuple[str, Keypair],
    energy: int,
    source: str = "Solar",
    data: str = "REC-CERT-2025-001",
    oracle_authority: Keypair | None = None,
) -> Call:
    """For a meter and its owner. The REC authority signs and pays; the oracle authority signs where one is given."""
    return world.call(
        "governance",
        "issue_erc",
        certificate,
        energy,
        source,
        data,
        authority=keypair("rec"),
        payer=keypair("rec"),
        oracle_authority=oracle_authority,
        meter_account=world.at.meter(meter[0]),
        user_account=world.at.user(meter[1].pubkey()),
        erc_certificate=world.at.certificate(certificate),
    )


def validate_erc(world: World, owner: Keypair, certificate: str, authority: Keypair | None = None) -> Call:
    """The certificate's owner signs, and the REC authority, or who may in its place."""
    return world.call(
        "governance",
        "validate_erc_for_trading",
        owner=owner,
        authority=authority or keypair("rec"),
        user_account=world.at.user(owner.pubkey()),
        erc_certificate=world.at.certificate(certificate),
    )


def revoke_erc(world: World, certificate: str, reason: str) -> Call:
    """The REC authority signs."""
    account = world.at.certificate(certificate)
    return world.call("governance", "revoke_erc", reason, authority=keypair("rec"), erc_certificate=account)


def transfer_erc(world: World, owner: Keypair, certificate: str, new_owner: Keypair) -> Call:
    """The owner signs."""
    account = world.at.certificate(certificate)
    user = world.at.user(new_owner.pubkey())
    return world.call(
        "governance", "transfer_erc", new_owner.pubkey(), owner=owner, new_user_account=user, erc_certificate=account
    )


def retire_erc(world: World, owner: Keypair, certificate: str, amount: int, beneficiary: Pubkey) -> Call:
    """The owner signs."""
    account = world.at.certificate(certificate)
    return world.call("governance", "retire_erc", amount, beneficiary, owner=owner, erc_certificate=account)


def manage_authorities(world: World, program: str, new_authority: Pubkey) -> Call:
    """The engineering authority signs."""
    state = {
        "registry": world.at.registry,
        "energy_token": world.at.token_info,
        "oracle": world.at.oracle_data,
        "trading": world.at.market,
    }
    return world.call(
        "governance",
        "manage_authorities",
        new_authority,
        authority=world.deployer,
        program=world.ids[program],
        state=state[program],
    )


def update_parameters(world: World, **changed: object) -> Call:
    """The engineering authority signs; what is not given is as `initialize_poa` leaves it."""
    parameters: dict[str, object] = {
        "auto_revoke_expired": True,
        "require_oracle_validation": False,
        "delegation_enabled": False,
        "oracle_authority": None,
        "min_oracle_confidence": 80,
        "allow_certificate_transfers": False,
        "campus_network": "Engineering Complex",
    }
    assert changed.keys() <= parameters.keys()
    return world.call("governance", "update_parameters", {**parameters, **changed}, authority=world.deployer)
