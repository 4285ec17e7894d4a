"""Clearing: when a quarter-hour is over, its market gets its price."""

import trading
from common import PoaConfig, now
from oracle.errors import OracleError
from oracle.events import MarketClearingTriggered
from oracle.rules import OraclePda, require_gateway
from seahorse.prelude import *


@instruction
def trigger_market_clearing(
    api_gateway: Signer,
    oracle_data: OraclePda,
    epoch_account: trading.Epoch,
    poa_config: PoaConfig,
    epoch: u64,
):
    """Clear an epoch that is over, even late; trading does it. Signed by the API gateway, once per epoch.

    Epochs are quarter-hours of the clock, so that lateness of one moves no other.
    """
    require_gateway(oracle_data, api_gateway, poa_config)
    assert oracle_data.auto_clearing_enabled, OracleError.AUTO_CLEARING_DISABLED
    assert epoch_account.index == epoch, OracleError.INVALID_EPOCH
    trading.clear_epoch(oracle_data=oracle_data.signer(), epoch=epoch_account)
    oracle_data.last_clearing = now()
    MarketClearingTriggered(authority=api_gateway.key(), timestamp=oracle_data.last_clearing, epoch=epoch).emit()
