"""The life of a quarter-hour: opened by anyone, cleared by the oracle, closed by anyone."""

import oracle
from common import OracleSigner, PoaConfig, now, require_operational
from seahorse.prelude import *
from trading.accounts import Epoch
from trading.auction import find_price
from trading.errors import TradingError
from trading.events import EpochClosed, EpochOpened, MarketCleared
from trading.rules import MarketPda

EPOCHS_AHEAD = 96  # a day of quarter-hours


@instruction(rare=True)
def open_epoch(payer: Signer, market: MarketPda, epoch: Empty[Epoch], poa_config: PoaConfig, index: u64):
    """Let orders enter an epoch, the present one or one of the next 96, under the market's rules as they are now.

    Anyone may.
    """
    require_operational(poa_config)
    assert market.clearing_enabled, TradingError.CLEARING_DISABLED
    timestamp = now()
    present = u64(timestamp // market.epoch_length)
    assert index >= present and index <= present + EPOCHS_AHEAD, TradingError.EPOCH_OUT_OF_RANGE
    state = epoch.init(payer=payer, seeds=["epoch", index])
    state.index = index
    state.starts_at = i64(index) * market.epoch_length
    state.ends_at = state.starts_at + market.epoch_length
    state.settles_until = state.ends_at + market.settlement_window
    state.payer = payer.key()
    state.rules = market.rules()
    EpochOpened(epoch=index, starts_at=state.starts_at, ends_at=state.ends_at, timestamp=timestamp).emit()


@instruction
def clear_epoch(oracle_data: OracleSigner, epoch: Epoch):
    """Find the price of an epoch that is over, and what each order is allotted. Only the oracle calls this."""
    timestamp = now()
    assert timestamp >= epoch.ends_at and not epoch.cleared, oracle.OracleError.MARKET_CLEARING_IN_PROGRESS
    assert timestamp <= epoch.settles_until, TradingError.EPOCH_OVER
    find_price(epoch)
    epoch.cleared = True
    MarketCleared(
        epoch=epoch.index,
        price=epoch.price,
        marginal_ask=epoch.marginal_ask,
        marginal_bid=epoch.marginal_bid,
        volume=epoch.volume,
        supply=epoch.supply,
        demand=epoch.demand,
        timestamp=timestamp,
    ).emit()


@instruction(rare=True)
def close_epoch(payer: UncheckedAccount, epoch: Epoch):
    """Delete a settled epoch, and return its rent to its payer. Anyone may call it."""
    timestamp = now()
    assert epoch.is_settled(timestamp), TradingError.EPOCH_NOT_SETTLED
    assert payer.key() == epoch.payer, TradingError.INVALID_PAYER
    EpochClosed(epoch=epoch.index, timestamp=timestamp).emit()
    epoch.close(payer)
