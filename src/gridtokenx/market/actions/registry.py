"""Instructions of the registry: users, meters, and the authority's settings."""

from __future__ import annotations

from typing import cast

from solders.instruction import Instruction
from solders.pubkey import Pubkey

from gridtokenx.chain.connection.client import Client
from gridtokenx.market.ami import Affiliation, MeterType, UserType
from gridtokenx.market.records import MeterAccount, MeterStatus, UserAccount, UserStatus

PROGRAM = "registry"


def initialize(client: Client, deployer: Pubkey, authority: Pubkey) -> Instruction:
    """Creates the registry. Signed by the program's upgrade authority, who pays."""
    return client.programs[PROGRAM].instruction(
        "initialize",
        {"deployer": deployer, "payer": deployer, "registry": client.addresses.registry},
        authority=authority,
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
    location: str,
    affiliation: Affiliation,
    registry_authority: Pubkey | None = None,
    payer: Pubkey | None = None,
) -> Instruction:
    """Joins the market. Signed by the user, by the payer of the rent (default: the user), and, while registration is
    not open, by the registry authority."""
    accounts = {
        "user_authority": user,
        "payer": payer or user,
        "registry_authority": registry_authority,
        "user_account": client.addresses.user(user),
    }
    return client.programs[PROGRAM].instruction(
        "register_user", accounts, user_type=user_type, location=location, affiliation=affiliation
    )


def deregister_user(client: Client, account: UserAccount, *, has_trading_account: bool) -> Instruction:
    """Leaves the market; whoever paid gets the rent. Signed by the user: Active, without meters and open orders."""
    trader = client.addresses.trader(account.authority)
    accounts = {
        "user_authority": account.authority,
        "payer": account.payer,
        "user_account": client.addresses.user(account.authority),
        "trading_address": trader,
        "trading_account": trader if has_trading_account else None,
    }
    return client.programs[PROGRAM].instruction("deregister_user", accounts)


def update_user_status(client: Client, authority: Pubkey, user: Pubkey, new_status: UserStatus) -> Instruction:
    """Activates, suspends or deactivates a user. Signed by the registry authority."""
    return client.programs[PROGRAM].instruction(
        "update_user_status",
        {"authority": authority, "user_account": client.addresses.user(user)},
        new_status=new_status,
    )


def update_user_type(client: Client, authority: Pubkey, user: Pubkey, new_type: UserType) -> Instruction:
    """Makes a consumer a prosumer, or the other way round. Signed by the registry authority."""
    return client.programs[PROGRAM].instruction(
        "update_user_type",
        {"authority": authority, "user_account": client.addresses.user(user)},
        new_type=new_type,
    )


def register_meter(
    client: Client,
    owner: Pubkey,
    *,
    meter_id: str,
    meter_type: MeterType,
    registry_authority: Pubkey | None = None,
    payer: Pubkey | None = None,
) -> Instruction:
    """Registers a meter of one's own. Signed by the owner, by the payer of the rent (default: the owner), and, while
    registration is not open, by the registry authority."""
    accounts = {
        "owner": owner,
        "payer": payer or owner,
        "registry_authority": registry_authority,
        "user_account": client.addresses.user(owner),
        "meter_account": client.addresses.meter(meter_id),
    }
    return client.programs[PROGRAM].instruction("register_meter", accounts, meter_id=meter_id, meter_type=meter_type)


def assign_meter(
    client: Client,
    authority: Pubkey,
    *,
    meter_id: str,
    owner: Pubkey,
    meter_type: MeterType,
    payer: Pubkey | None = None,
) -> Instruction:
    """Registers a meter for a user. Signed by the registry authority and the payer of the rent (default: the same)."""
    accounts = {
        "authority": authority,
        "payer": payer or authority,
        "user_account": client.addresses.user(owner),
        "meter_account": client.addresses.meter(meter_id),
    }
    return client.programs[PROGRAM].instruction(
        "assign_meter", accounts, meter_id=meter_id, owner=owner, meter_type=meter_type
    )


def transfer_meter(client: Client, authority: Pubkey, meter: MeterAccount, new_owner: Pubkey) -> Instruction:
    """Gives a meter, with what it measured, to another user. Signed by the registry authority and the new owner."""
    accounts = {
        "authority": authority,
        "new_owner": new_owner,
        "old_user_account": client.addresses.user(meter.owner),
        "new_user_account": client.addresses.user(new_owner),
        "meter_account": client.addresses.meter(meter.meter_id),
    }
    return client.programs[PROGRAM].instruction("transfer_meter", accounts)


def remove_meter(client: Client, authority: Pubkey, meter: MeterAccount) -> Instruction:
    """Frees the id of a meter that was never read; whoever paid gets the rent. Signed by the registry authority."""
    accounts = {
        "authority": authority,
        "payer": meter.payer,
        "user_account": client.addresses.user(meter.owner),
        "meter_account": client.addresses.meter(meter.meter_id),
    }
    return client.programs[PROGRAM].instruction("remove_meter", accounts)


def update_meter_status(client: Client, authority: Pubkey, meter_id: str, new_status: MeterStatus) -> Instruction:
    """Switches a meter. Signed by the registry authority: an owner who could silence his meter would mint energy that
    he consumed."""
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
