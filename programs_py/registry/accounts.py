"""What registry stores: its settings, the users, and their meters."""

from seahorse.prelude import *


class UserType(Enum):
    """What a user does in the market."""

    PROSUMER = 0  # generates and consumes; may sell
    CONSUMER = 1  # only buys


class UserStatus(Enum):
    """Whether a user may act."""

    ACTIVE = 0
    SUSPENDED = 1
    INACTIVE = 2


class Affiliation(Enum):
    """The role of a user at the university."""

    STUDENT = 0
    FACULTY = 1
    STAFF = 2
    EXTERNAL = 3


class MeterType(Enum):
    """What stands behind a meter."""

    SOLAR = 0
    WIND = 1
    BATTERY = 2
    GRID = 3


class MeterStatus(Enum):
    """Whether a meter's readings count; the authority alone changes it."""

    ACTIVE = 0
    INACTIVE = 1  # switched off: no readings, no minting
    MAINTENANCE = 2  # being worked on: no readings


class Registry(Account):
    """The registry's settings and counters. PDA: ["registry"]."""

    authority: Pubkey
    user_count: u64
    meter_count: u64
    created_at: i64
    max_meters_per_user: u8
    open_registration: bool  # false: the authority signs every registration too
    building_location: String[64]  # informs people; no rule reads it
    bump: u8


class UserAccount(Account):
    """A member of the campus market. PDA: ["user", wallet]."""

    authority: Pubkey  # the user's wallet
    user_type: UserType
    location: String[300]
    status: UserStatus
    registered_at: i64
    meter_count: u32
    affiliation: Affiliation  # informs people; no rule reads it
    payer: Pubkey
    bump: u8


class MeterAccount(Account):
    """A smart meter and everything it measured. PDA: ["meter", meter_id in chunks of 32 bytes]."""

    meter_id: String[50]
    owner: Pubkey
    meter_type: MeterType
    status: MeterStatus
    registered_at: i64
    last_reading_at: i64
    total_generation: u64  # Wh since registration
    total_consumption: u64  # Wh since registration
    settled_net_generation: u64  # Wh already minted as GRID
    claimed_erc_generation: u64  # Wh already certified as renewable
    payer: Pubkey
    bump: u8

    def measured_until(self) -> i64:
        """The time up to which the meter's energy is counted: its last reading, or its registration."""
        return max(self.last_reading_at, self.registered_at)

    def unsettled_energy(self) -> u64:
        """Net generation that is not minted yet, in Wh: max(0, generation - consumption - settled)."""
        net = self.total_generation - min(self.total_generation, self.total_consumption)
        return net - min(net, self.settled_net_generation)
