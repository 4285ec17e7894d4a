"""What the oracle announces: its events."""

from oracle.accounts import OracleConfig
from seahorse.prelude import *


class OracleInitialized(Event):
    """The oracle exists."""

    authority: Pubkey
    api_gateway: Pubkey
    timestamp: i64


class MeterReadingSubmitted(Event):
    """A reading was accepted. Energies are in Wh; the time is the meter's."""

    meter_id: String[50]
    energy_produced: u64
    energy_consumed: u64
    timestamp: i64
    submitter: Pubkey


class MarketClearingTriggered(Event):
    """The gateway had an epoch of the market cleared."""

    authority: Pubkey
    timestamp: i64
    epoch: u64


class OracleStatusUpdated(Event):
    """The authority switched the oracle on or off."""

    authority: Pubkey
    active: bool
    timestamp: i64


class ApiGatewayUpdated(Event):
    """The authority replaced the gateway."""

    authority: Pubkey
    old_gateway: Pubkey
    new_gateway: Pubkey
    timestamp: i64


class OracleConfigUpdated(Event):
    """The authority changed the oracle's settings."""

    authority: Pubkey
    config: OracleConfig
    timestamp: i64
