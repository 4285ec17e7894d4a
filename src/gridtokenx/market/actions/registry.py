"""Instructions of the registry: users, meters, and the authority's settings."""

from __future__ import annotations

from solders.instruction import Instruction
from solders.pubkey import Pubkey

from gridtokenx.chain.connection.client import Client
from gridtokenx.clients.registry import instructions as registry
from gridtokenx.market.ami import Affiliation, MeterType, UserType
from gridtokenx.market.records import MeterAccount, MeterStatus, UserAccount, UserStatus


def initialize(client: Client, deployer: Pubkey, authority: Pubkey) -> Instruction:
    """Creates the registry. Signed by the program's upgrade authority, who pays."""
    return registry.initialize(
        deployer=deployer,
        payer=deployer,
        authority=authority,
        programs=client.programs.deployed,
    )


def update_registry_config(
    client: Client, authority: Pubkey, *, max_meters_per_user: int, open_registration: bool, building_location: str
) -> Instruction:
    """Changes the settings. Signed by the registry authority."""
    return registry.update_registry_config(
        authority=authority,
        max_meters_per_user=max_meters_per_user,
        open_registration=open_registration,
        building_location=building_location,
        programs=client.programs.deployed,
    )


def set_authority(client: Client, authority: Pubkey, new_authority: Pubkey) -> Instruction:
    """Hands the registry over. Signed by its present authority."""
    return registry.set_authority(
        authority=authority,
        new_authority=new_authority,
        programs=client.programs.deployed,
    )


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
    return registry.register_user(
        user_authority=user,
        payer=payer or user,
        registry_authority=registry_authority,
        user_type=user_type,
        location=location,
        affiliation=affiliation,
        programs=client.programs.deployed,
    )


def deregister_user(client: Client, account: UserAccount, *, has_trading_account: bool) -> Instruction:
    """Leaves the market; whoever paid gets the rent. Signed by the user: Active, without meters and open orders."""
    trader = client.addresses.trader(account.authority)
    return registry.deregister_user(
        user_authority=account.authority,
        payer=account.payer,
        trading_account=trader if has_trading_account else None,
        programs=client.programs.deployed,
    )


def update_user_status(client: Client, authority: Pubkey, user: Pubkey, new_status: UserStatus) -> Instruction:
    """Activates, suspends or deactivates a user. Signed by the registry authority."""
    return registry.update_user_status(
        authority=authority,
        user_account=client.addresses.user(user),
        new_status=new_status,
        programs=client.programs.deployed,
    )


def update_user_type(client: Client, authority: Pubkey, user: Pubkey, new_type: UserType) -> Instruction:
    """Makes a consumer a prosumer, or the other way round. Signed by the registry authority."""
    return registry.update_user_type(
        authority=authority,
        user_account=client.addresses.user(user),
        new_type=new_type,
        programs=client.programs.deployed,
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
    return registry.register_meter(
        owner=owner,
        payer=payer or owner,
        registry_authority=registry_authority,
        meter_account=client.addresses.meter(meter_id),
        meter_id=meter_id,
        meter_type=meter_type,
        programs=client.programs.deployed,
    )


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
    return registry.assign_meter(
        authority=authority,
        payer=payer or authority,
        meter_account=client.addresses.meter(meter_id),
        meter_id=meter_id,
        owner=owner,
        meter_type=meter_type,
        programs=client.programs.deployed,
    )


def transfer_meter(client: Client, authority: Pubkey, meter: MeterAccount, new_owner: Pubkey) -> Instruction:
    """Gives a meter, with what it measured, to another user. Signed by the registry authority and the new owner."""
    return registry.transfer_meter(
        authority=authority,
        new_owner=new_owner,
        old_user_account=client.addresses.user(meter.owner),
        meter_account=client.addresses.meter(meter.meter_id),
        programs=client.programs.deployed,
    )


def remove_meter(client: Client, authority: Pubkey, meter: MeterAccount) -> Instruction:
    """Frees the id of a meter that was never read; whoever paid gets the rent. Signed by the registry authority."""
    return registry.remove_meter(
        authority=authority,
        payer=meter.payer,
        user_account=client.addresses.user(meter.owner),
        meter_account=client.addresses.meter(meter.meter_id),
        programs=client.programs.deployed,
    )


def update_meter_status(client: Client, authority: Pubkey, meter_id: str, new_status: MeterStatus) -> Instruction:
    """Switches a meter. Signed by the registry authority: an owner who could silence his meter would mint energy that
    he consumed."""
    return registry.update_meter_status(
        authority=authority,
        meter_account=client.addresses.meter(meter_id),
        new_status=new_status,
        programs=client.programs.deployed,
    )


def verify_user(client: Client, user: Pubkey) -> Instruction:
    """Fails with the reason when a user may not act. Needs no signature but the payer's."""
    return registry.verify_user(
        user_account=client.addresses.user(user),
        programs=client.programs.deployed,
    )


async def is_valid_user(client: Client, user: Pubkey) -> bool:
    """Whether a wallet belongs to an Active user, as the program judges it."""
    address = client.addresses.user(user)
    known = address if await client.account(address) is not None else None
    call = registry.is_valid_user(user_account=known, programs=client.programs.deployed)
    return await client.view(call, registry.IsValidUser.decode_return)


async def is_valid_meter(client: Client, meter_id: str) -> bool:
    """Whether a meter is registered and Active, as the program judges it."""
    address = client.addresses.meter(meter_id)
    known = address if await client.account(address) is not None else None
    call = registry.is_valid_meter(meter_account=known, programs=client.programs.deployed)
    return await client.view(call, registry.IsValidMeter.decode_return)


async def get_unsettled_balance(client: Client, meter_id: str) -> int:
    """A meter's net generation that is not minted yet, Wh, as the program computes it."""
    meter = client.addresses.meter(meter_id)
    call = registry.get_unsettled_balance(meter_account=meter, programs=client.programs.deployed)
    return await client.view(call, registry.GetUnsettledBalance.decode_return)
