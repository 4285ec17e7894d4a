"""Oracle: the one door through which measurements enter the chain.

The API gateway submits what the smart meters (AMI) report. A reading passes four layers: the gateway's
signature, the oracle's own switch, plausibility, and then registry adds it to the meter's totals. The event
is the permanent record: it is written to the transaction log in base64. Every 15 minutes the gateway also
triggers market clearing.

Who may do what:
- the oracle authority: configuration, status, the gateway's key;
- the API gateway: readings and clearing.

During a pause the authority can still replace the gateway and change the configuration, so that the cause can
be mended.
"""

import energy_token
import governance
import registry
import trading
from common import (
    GridMint,
    PoaAddress,
    PoaConfig,
    announce_handover,
    may_hand_over,
    now,
    require_operational,
    unsettled_energy,
)
from seahorse.prelude import *

declare_id("DvdtU4quEbuxUY2FckmvcXwTpC9qp4HLJKb1PMLaqAoE")

DEFAULT_CLEARING_INTERVAL = 900  # seconds: the interval of the meters
DEFAULT_MAX_READING_WH = 1_000_000  # 1 MWh in a quarter of an hour is 4 MW, more than the campus draws
MAX_CLOCK_SKEW = 60  # seconds that a meter's clock may run ahead of the chain's


class OracleData(Account):
    """The oracle's settings and counters; it signs the oracle's calls. PDA: ["oracle_data"]."""

    authority: Pubkey
    api_gateway: Pubkey
    total_readings: u64
    last_reading_timestamp: i64
    last_clearing: i64
    active: bool
    created_at: i64
    market_clearing_interval: i64  # seconds between two clearings
    auto_clearing_enabled: bool
    ami_endpoint: String[128]  # where the gateway reads the meters, for operators
    max_reading_wh: u64  # the largest plausible energy of one reading, in either direction
    bump: u8


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
    """The gateway opened a new epoch of the market."""

    authority: Pubkey
    timestamp: i64


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
    market_clearing_interval: i64
    auto_clearing_enabled: bool
    ami_endpoint: String[128]
    max_reading_wh: u64
    timestamp: i64


class OracleError(Error):
    """Why the oracle refuses."""

    UNAUTHORIZED_AUTHORITY = 6200, "Unauthorized authority"
    UNAUTHORIZED_GATEWAY = 6201, "Unauthorized API Gateway"
    ORACLE_INACTIVE = 6202, "Oracle is inactive"
    INVALID_METER_READING = 6203, "Invalid meter reading"
    MARKET_CLEARING_IN_PROGRESS = 6204, "Market clearing in progress"
    AUTO_CLEARING_DISABLED = 6205, "Automatic market clearing is disabled"
    INVALID_CONFIG = 6206, "Clearing interval and largest reading must be positive"


OraclePda = Annotated[OracleData, Seeds("oracle_data")]


# --- initialization and configuration -------------------------------------------------------------


@instruction
def initialize(
    deployer: Signer,
    oracle_data: Empty[OracleData],
    program_data: ProgramData,
    api_gateway: Pubkey,
):
    """Create the oracle, active. Signed by the program's upgrade authority, who becomes its authority."""
    assert program_data.upgrade_authority() == deployer.key(), OracleError.UNAUTHORIZED_AUTHORITY
    state = oracle_data.init(payer=deployer, seeds=["oracle_data"])
    state.authority = deployer.key()
    state.api_gateway = api_gateway
    state.active = True
    state.created_at = now()
    state.market_clearing_interval = DEFAULT_CLEARING_INTERVAL
    state.auto_clearing_enabled = True
    state.max_reading_wh = DEFAULT_MAX_READING_WH
    OracleInitialized(authority=state.authority, api_gateway=api_gateway, timestamp=state.created_at).emit()


@instruction
def update_oracle_status(authority: Signer, oracle_data: OraclePda, active: bool):
    """Switch the oracle on or off. Signed by the oracle authority."""
    require_authority(oracle_data, authority)
    oracle_data.active = active
    OracleStatusUpdated(authority=authority.key(), active=active, timestamp=now()).emit()


@instruction
def update_api_gateway(authority: Signer, oracle_data: OraclePda, new_gateway: Pubkey):
    """Replace the key that submits readings. Signed by the oracle authority."""
    require_authority(oracle_data, authority)
    ApiGatewayUpdated(
        authority=authority.key(),
        old_gateway=oracle_data.api_gateway,
        new_gateway=new_gateway,
        timestamp=now(),
    ).emit()
    oracle_data.api_gateway = new_gateway


@instruction
def update_oracle_config(
    authority: Signer,
    oracle_data: OraclePda,
    market_clearing_interval: i64,
    auto_clearing_enabled: bool,
    ami_endpoint: String[128],
    max_reading_wh: u64,
):
    """Change the oracle's settings. Signed by the oracle authority."""
    require_authority(oracle_data, authority)
    assert market_clearing_interval > 0 and max_reading_wh > 0, OracleError.INVALID_CONFIG
    oracle_data.market_clearing_interval = market_clearing_interval
    oracle_data.auto_clearing_enabled = auto_clearing_enabled
    oracle_data.ami_endpoint = ami_endpoint
    oracle_data.max_reading_wh = max_reading_wh
    OracleConfigUpdated(
        authority=authority.key(),
        market_clearing_interval=market_clearing_interval,
        auto_clearing_enabled=auto_clearing_enabled,
        ami_endpoint=ami_endpoint,
        max_reading_wh=max_reading_wh,
        timestamp=now(),
    ).emit()


@instruction
def set_authority(
    authority: Signer,
    oracle_data: OraclePda,
    poa_config: PoaAddress,
    new_authority: Pubkey,
):
    """Hand the oracle over. Signed by its present authority, or by governance."""
    assert may_hand_over(authority, oracle_data.authority, poa_config), OracleError.UNAUTHORIZED_AUTHORITY
    announce_handover(authority, oracle_data.authority, new_authority)
    oracle_data.authority = new_authority


# --- readings -------------------------------------------------------------------------------------


@instruction
def submit_meter_reading(
    api_gateway: Signer,
    oracle_data: OraclePda,
    meter_account: registry.MeterAccount,
    poa_config: PoaConfig,
    meter_id: String[50],
    produced: u64,
    consumed: u64,
    timestamp: i64,
):
    """Record what a meter measured (Wh) since its last reading. Signed by the API gateway."""
    require_gateway(oracle_data, api_gateway, poa_config)
    accept_reading(oracle_data, meter_account, meter_id, produced, consumed, timestamp)
    registry.update_meter_reading(
        oracle_data=oracle_data.signer(),
        meter_account=meter_account,
        generated=produced,
        consumed=consumed,
        timestamp=timestamp,
    )


@instruction
def process_energy_data(
    api_gateway: Signer,
    oracle_data: OraclePda,
    meter_account: registry.MeterAccount,
    meter_owner: UncheckedAccount,
    token_info: Annotated[energy_token.TokenInfo, Seeds("token_info", program=energy_token.ID)],
    mint: GridMint,
    owner_token_account: TokenAccount,
    poa_config: PoaConfig,
    meter_id: String[50],
    produced: u64,
    consumed: u64,
    timestamp: i64,
):
    """Record a reading, and at once mint the meter's unminted net generation, if any, to its owner.

    Signed by the API gateway.
    """
    require_gateway(oracle_data, api_gateway, poa_config)
    accept_reading(oracle_data, meter_account, meter_id, produced, consumed, timestamp)
    registry.update_meter_reading(
        oracle_data=oracle_data.signer(),
        meter_account=meter_account,
        generated=produced,
        consumed=consumed,
        timestamp=timestamp,
    )
    if unsettled_energy(meter_account) > 0:
        energy_token.mint_for_generation(
            oracle_data=oracle_data.signer(),
            token_info=token_info,
            mint=mint,
            meter_account=meter_account,
            meter_owner=meter_owner,
            owner_token_account=owner_token_account,
        )


# --- market clearing ------------------------------------------------------------------------------


@instruction
def trigger_market_clearing(
    api_gateway: Signer,
    oracle_data: OraclePda,
    market: Annotated[trading.Market, Seeds("market", program=trading.ID)],
    poa_config: PoaConfig,
):
    """Open the market's next epoch. Signed by the API gateway, once per clearing interval."""
    require_gateway(oracle_data, api_gateway, poa_config)
    assert oracle_data.auto_clearing_enabled, OracleError.AUTO_CLEARING_DISABLED
    timestamp = now()
    assert timestamp - oracle_data.last_clearing >= oracle_data.market_clearing_interval, (
        OracleError.MARKET_CLEARING_IN_PROGRESS
    )
    oracle_data.last_clearing = timestamp
    trading.open_epoch(oracle_data=oracle_data.signer(), market=market)
    MarketClearingTriggered(authority=api_gateway.key(), timestamp=timestamp).emit()


# --- shared steps ---------------------------------------------------------------------------------


def require_authority(oracle_data: OracleData, signer: Signer):
    """Refuse a signer who does not administer the oracle."""
    assert signer.key() == oracle_data.authority, OracleError.UNAUTHORIZED_AUTHORITY


def require_gateway(oracle_data: OracleData, signer: Signer, poa_config: governance.PoAConfig):
    """Refuse a signer who is not the API gateway, and everybody while the oracle or the system is off."""
    assert signer.key() == oracle_data.api_gateway, OracleError.UNAUTHORIZED_GATEWAY
    assert oracle_data.active, OracleError.ORACLE_INACTIVE
    require_operational(poa_config)


def accept_reading(
    oracle_data: OracleData,
    meter: registry.MeterAccount,
    meter_id: str,
    produced: u64,
    consumed: u64,
    timestamp: i64,
):
    """Refuse an implausible reading; count and announce a plausible one.

    The account must be the meter that is named. Whether the reading is newer than its last one, registry checks.
    """
    assert produced > 0 or consumed > 0, OracleError.INVALID_METER_READING
    assert max(produced, consumed) <= oracle_data.max_reading_wh, OracleError.INVALID_METER_READING
    assert meter.meter_id == meter_id, OracleError.INVALID_METER_READING
    assert timestamp <= now() + MAX_CLOCK_SKEW, OracleError.INVALID_METER_READING
    oracle_data.total_readings += 1
    oracle_data.last_reading_timestamp = timestamp
    MeterReadingSubmitted(
        meter_id=meter_id,
        energy_produced=produced,
        energy_consumed=consumed,
        timestamp=timestamp,
        submitter=oracle_data.api_gateway,
    ).emit()
