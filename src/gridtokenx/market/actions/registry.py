"""Instructions of the registry: users, meters, and the authority's settings."""

from __future__ import annotations

from typing import cast

from solders.instruction import Instruction
from solders.pubkey import Pubkey

from gridtokenx.chain.client import Client
from gridtokenx.market.ami import Affiliation, MeterType, UserType
from gridtokenx.market.records import MeterStatus, UserStatus

PROGRAM = "registry"


def initialize(client: Client, deployer: Pubkey, authority: Pubkey) -> Instruction:
    """Creates the registry. Signed by the program's upgrade authority, who pays."""
    return client.programs[PROGRAM].instruction(
        "initialize", {"deployer": deployer, "registry": client.addresses.registry}, authority=authority
    )


def update_registry_config(
    client: Client, authority: Pubkey, *, max_meters_per_user: int, open_registration: bool, building_location: str
) -> Instruction:
    """Changes the settings. Signed by the registry authority."""
    return client.programs[PROGRAM].instruction(
        "update_registry_config",
        {"authority": authority},
        max_meters_per_user=max_meters_per_user,
        open_registration=open_registration,
        building_location=building_location,
    )


def set_authority(client: Client, authority: Pubkey, new_authority: Pubkey) -> Instruction:
    """Hands the registry over. Signed by its present authority."""
    return client.programs[PROGRAM].instruction("set_authority", {"authority": authority}, new_authority=new_authority)


def register_user(
    client: Client,
    user: Pubkey,
    *,
    user_type: UserType,
    affiliation: Affiliation,
    location: str,
    registry_authority: Pubkey | None = None,
) -> Instruction:
    """Joins the market. Signed by the user, who pays; while registration is closed, by the registry authority too."""
    accounts = {
        "user_authority": user,
        "registry_authority": registry_authority,
        "user_account": client.addresses.user(user),
    }
    return client.programs[PROGRAM].instruction(
        "register_user", accounts, user_type=user_type, affiliation=affiliation, location=location
    )


def update_user_status(client: Client, authority: Pubkey, user: Pubkey, new_status: UserStatus) -> Instruction:
    """Activates, suspends or deactivates a user. Signed by the registry authority."""
    return client.programs[PROGRAM].instruction(
        "update_user_status",
        {"authority": authority, "user_account": client.addresses.user(user)},
        new_status=new_status,
    )


def register_meter(client: Client, owner: Pubkey, *, meter_id: str, meter_type: MeterType) -> Instruction:
    """Registers a meter of one's own. Signed by the owner, who pays."""
    return client.programs[PROGRAM].instruction(
        "register_meter",
        {
            "owner": owner,
            "user_account": client.addresses.user(owner),
            "meter_account": client.addresses.meter(meter_id),
        },
        meter_id=meter_id,
        meter_type=meter_type,
    )


def assign_meter(
    client: Client, authority: Pubkey, *, meter_id: str, owner: Pubkey, meter_type: MeterType
) -> Instruction:
    """Registers a meter for a user. Signed and paid for by the registry authority."""
    accounts = {
        "authority": authority,
        "user_account": client.addresses.user(owner),
        "meter_account": client.addresses.meter(meter_id),
    }
    return client.programs[PROGRAM].instruction(
        "assign_meter", accounts, meter_id=meter_id, owner=owner, meter_type=meter_type
    )


def remove_meter(client: Client, authority: Pubkey, *, meter_id: str, owner: Pubkey) -> Instruction:
    """Frees the id of a meter that was never read. Signed by the registry authority; the owner gets the rent."""
    accounts = {
        "authority": authority,
        "owner": owner,
        "user_account": client.addresses.user(owner),
        "meter_account": client.addresses.meter(meter_id),
    }
    return client.programs[PROGRAM].instruction("remove_meter", accounts)


def update_meter_status(client: Client, authority: Pubkey, meter_id: str, new_status: MeterStatus) -> Instruction:
    """Switches a meter. Signed by its owner (Active, Maintenance) or the registry authority (any)."""
    return client.programs[PROGRAM].instruction(
        "update_meter_status",
        {"authority": authority, "meter_account": client.addresses.meter(meter_id)},
        new_status=new_status,
    )


def verify_user(client: Client, user: Pubkey) -> Instruction:
    """Fails with the reason when a user may not act. Needs no signature but the payer's."""
    return client.programs[PROGRAM].instruction("verify_user", {"user_account": client.addresses.user(user)})


async def is_valid_user(client: Client, user: Pubkey) -> bool:
    """Whether a wallet belongs to an Active user, as the program judges it."""
    address = client.addresses.user(user)
    known = address if await client.account(address) is not None else None
    return cast(bool, await client.view(PROGRAM, "is_valid_user", {"user_account": known}))


async def is_valid_meter(client: Client, meter_id: str) -> bool:
    """Whether a meter is registered and Active, as the program judges it."""
    address = client.addresses.meter(meter_id)
    known = address if await client.account(address) is not None else None
    return cast(bool, await client.view(PROGRAM, "is_valid_meter", {"meter_account": known}))


async def get_unsettled_balance(client: Client, meter_id: str) -> int:
    """A meter's net generation that is not minted yet, Wh, as the program computes it."""
    accounts = {"meter_account": client.addresses.meter(meter_id)}
    return cast(int, await client.view(PROGRAM, "get_unsettled_balance", accounts))
