"""What the oracle stores."""

from seahorse.prelude import *


@dataclass
class OracleConfig:
    """The oracle's settings, as its authority makes them."""

    market_clearing_interval: i64
    auto_clearing_enabled: bool
    ami_endpoint: String[128]
    max_reading_wh: u64


class OracleData(Account):
    """The oracle's settings and counters; it signs the oracle's calls. PDA: ["oracle_data"]."""

    authority: Pubkey
    api_gateway: Pubkey
    total_readings: u64
    last_reading_timestamp: i64
    last_clearing: i64
    active: bool
    created_at: i64
    market_clearing_interval: i64  # seconds: the time in which a meter measures at most max_reading_wh
    auto_clearing_enabled: bool  # whether the gateway may trigger clearing
    max_reading_wh: u64  # the most energy of one interval, in either direction
    bump: u8
    ami_endpoint: String[128]  # where the gateway reads the meters; informs people, no rule reads it
