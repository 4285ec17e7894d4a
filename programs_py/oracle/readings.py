"""Readings: what the meters measured enters the chain."""

import energy_token
import registry
from common import GridMint, PoaConfig, now
from oracle.accounts import OracleData
from oracle.errors import OracleError
from oracle.events import MeterReadingSubmitted
from oracle.rules import OraclePda, require_gateway
from seahorse.prelude import *

MAX_CLOCK_SKEW = 60  # seconds that a meter's clock may run ahead of the chain's


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
    user_account: registry.UserAccount,
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

    Signed by the API gateway. An owner who is not Active gets nothing yet; his meter is still read.
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
    if meter_account.unsettled_energy() > 0 and user_account.status == registry.UserStatus.ACTIVE:
        energy_token.mint_for_generation(
            oracle_data=oracle_data.signer(),
            token_info=token_info,
            mint=mint,
            meter_account=meter_account,
            user_account=user_account,
            owner_token_account=owner_token_account,
        )


def accept_reading(
    oracle_data: OracleData,
    meter: registry.MeterAccount,
    meter_id: str,
    produced: u64,
    consumed: u64,
    timestamp: i64,
):
    """Refuse an implausible reading; count and announce a plausible one.

    The account must be the meter that is named. That the reading is newer than its last one, registry checks too.
    """
    assert meter.meter_id == meter_id, OracleError.INVALID_METER_READING
    assert timestamp <= now() + MAX_CLOCK_SKEW, OracleError.INVALID_METER_READING
    measured_until = meter.measured_until()
    assert timestamp > measured_until, OracleError.INVALID_METER_READING
    elapsed = u64(timestamp - measured_until)
    assert is_possible(oracle_data, max(produced, consumed), elapsed), OracleError.INVALID_METER_READING
    oracle_data.total_readings += 1
    oracle_data.last_reading_timestamp = timestamp
    MeterReadingSubmitted(
        meter_id=meter_id,
        energy_produced=produced,
        energy_consumed=consumed,
        timestamp=timestamp,
        submitter=oracle_data.api_gateway,
    ).emit()


def is_possible(oracle_data: OracleData, energy_wh: u64, elapsed: u64) -> bool:
    """Whether a meter can measure this much energy in some seconds."""
    return u128(energy_wh) * u64(oracle_data.market_clearing_interval) <= u128(oracle_data.max_reading_wh) * elapsed
