"""What registry announces: its events."""

from registry.accounts import MeterStatus, MeterType, UserStatus, UserType
from seahorse.prelude import *


class RegistryInitialized(Event):
    """The registry exists."""

    authority: Pubkey
    timestamp: i64


class UserRegistered(Event):
    """A user joined."""

    user: Pubkey
    user_type: UserType
    location: String[300]
    timestamp: i64


class UserDeregistered(Event):
    """A user left."""

    user: Pubkey
    timestamp: i64


class UserTypeUpdated(Event):
    """The authority changed what a user does in the market."""

    user: Pubkey
    old_type: UserType
    new_type: UserType
    timestamp: i64


class MeterRegistered(Event):
    """A meter was registered by its owner, or assigned to one."""

    meter_id: String[50]
    owner: Pubkey
    meter_type: MeterType
    timestamp: i64


class MeterRemoved(Event):
    """A meter that had never been read was removed; its id is free again."""

    meter_id: String[50]
    owner: Pubkey
    timestamp: i64


class MeterTransferred(Event):
    """A meter, with what it measured, has a new owner."""

    meter_id: String[50]
    old_owner: Pubkey
    new_owner: Pubkey
    timestamp: i64


class UserStatusUpdated(Event):
    """The authority changed what a user may do."""

    user: Pubkey
    old_status: UserStatus
    new_status: UserStatus
    timestamp: i64


class MeterStatusUpdated(Event):
    """The authority switched a meter on, off or into maintenance."""

    meter_id: String[50]
    owner: Pubkey
    old_status: MeterStatus
    new_status: MeterStatus
    timestamp: i64


class MeterReadingUpdated(Event):
    """A reading was added to a meter's totals.

    Energies are this reading's, in Wh; the time is the meter's.
    """

    meter_id: String[50]
    owner: Pubkey
    energy_generated: u64
    energy_consumed: u64
    timestamp: i64


class MeterBalanceSettled(Event):
    """Net generation was handed to energy_token for minting; both amounts are in Wh."""

    meter_id: String[50]
    owner: Pubkey
    tokens_to_mint: u64
    total_settled: u64
    timestamp: i64


class ErcGenerationClaimed(Event):
    """Generation was claimed for a certificate; both amounts are in Wh."""

    meter_id: String[50]
    owner: Pubkey
    amount: u64
    total_claimed: u64
    timestamp: i64


class RegistryConfigUpdated(Event):
    """The authority changed the registry's settings."""

    authority: Pubkey
    max_meters_per_user: u8
    open_registration: bool
    building_location: String[64]
    timestamp: i64
