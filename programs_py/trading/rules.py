"""What trading refuses: checks that several instructions share."""

import governance
import registry
from common import NOBODY, WH_PER_KWH, is_lifetime
from seahorse.prelude import *
from trading.accounts import TICKS, Epoch, EpochRules, Market, MarketConfig, Order, OrderType, TradingAccount
from trading.errors import TradingError
from trading.money import BASIS_POINTS, U64_MAX

MarketPda = Annotated[Market, Seeds("market")]

MAX_FEE_BPS = 1_000


# --- authorities and rules ------------------------------------------------------------------------


def require_deployer(program_data: ProgramData, signer: Signer):
    """Refuse a signer who is not the program's upgrade authority."""
    assert program_data.upgrade_authority() == signer.key(), TradingError.UNAUTHORIZED_AUTHORITY


def require_authority(market: Market, signer: Signer):
    """Refuse a signer who does not administer the market."""
    assert signer.key() == market.authority, TradingError.UNAUTHORIZED_AUTHORITY


def require_matcher(rules: EpochRules, signer: Signer):
    """Refuse a signer who may not settle."""
    assert rules.matcher == NOBODY or signer.key() == rules.matcher, TradingError.UNAUTHORIZED_MATCHER


def require_fee(market_fee_bps: u16):
    """Refuse a fee above the maximum."""
    assert market_fee_bps <= MAX_FEE_BPS, TradingError.INVALID_FEE


def require_price_grid(price_floor: u64, price_tick: u64):
    """Refuse a price grid on which a watt-hour may cost nothing, or a part of a base unit, or too much for a u64."""
    assert is_whole_per_wh(price_floor) and is_whole_per_wh(price_tick), TradingError.INVALID_PRICE_GRID
    # The highest price must be a number too.
    assert price_tick <= (U64_MAX - price_floor) // (TICKS - 1), TradingError.INVALID_PRICE_GRID


def is_whole_per_wh(price_per_kwh: u64) -> bool:
    """Whether a watt-hour costs a whole number of base units, and at least one."""
    return price_per_kwh > 0 and price_per_kwh % WH_PER_KWH == 0


def require_config(config: MarketConfig):
    """Refuse rules under which no epoch could be opened, or settled."""
    assert is_lifetime(config.epoch_length) and is_lifetime(config.settlement_window), TradingError.INVALID_CONFIG
    assert config.price_weight_bps <= BASIS_POINTS and config.min_order_wh > 0, TradingError.INVALID_CONFIG
    require_price_grid(config.price_floor, config.price_tick)


# --- orders ---------------------------------------------------------------------------------------


def require_trader(signer: Signer, trading_account: TradingAccount, user: registry.UserAccount):
    """Refuse accounts that are not the signer's, and a user who is not Active."""
    assert trading_account.user == signer.key(), TradingError.UNAUTHORIZED_USER
    assert user.authority == signer.key(), TradingError.UNAUTHORIZED_USER
    assert user.status == registry.UserStatus.ACTIVE, TradingError.USER_NOT_ELIGIBLE


def place_on_grid(rules: EpochRules, price_per_kwh: u64) -> u64:
    """Where a price stands on the grid. Refuses a price that is not on it."""
    assert price_per_kwh >= rules.price_floor, TradingError.INVALID_PRICE
    above_floor = price_per_kwh - rules.price_floor
    tick = above_floor // rules.price_tick
    assert tick < TICKS and above_floor == tick * rules.price_tick, TradingError.INVALID_PRICE
    return tick


def is_epoch_of(order: Order, epoch: Epoch) -> bool:
    """Whether an order was placed in this epoch.

    After the length of epochs was changed, an index can come again: then the end of the settlement window tells.
    """
    return epoch.index == order.epoch and epoch.settles_until == order.expires_at


def require_epoch_of(order: Order, epoch: Epoch):
    """Refuse an epoch that is not the order's."""
    assert is_epoch_of(order, epoch), TradingError.INVALID_EPOCH


def require_certificate_of(order: Order, certificate: governance.ErcCertificate):
    """Refuse a certificate that is not the one behind the order."""
    assert order.erc_certificate == certificate.key(), TradingError.INVALID_CERTIFICATE


# --- token accounts -------------------------------------------------------------------------------


def require_token_account(account: TokenAccount, owner: Pubkey, mint: Pubkey):
    """Refuse a token account that is not this owner's, or not of this mint."""
    assert account.authority() == owner and account.mint() == mint, TradingError.INVALID_TOKEN_ACCOUNT


def require_vault(vault: TokenAccount, expected: Pubkey):
    """Refuse a token account that is not the vault meant."""
    assert vault.key() == expected, TradingError.INVALID_VAULT


def require_lock_accounts(
    market: Market,
    side: OrderType,
    signer: Signer,
    token_account: TokenAccount,
    vault: TokenAccount,
    amount_wh: u64,
    per_wh: u64,
):
    """Refuse to lock out of somebody else's account, into anything but the vault, or more than there is.

    `per_wh` is what a Wh has to have locked.
    """
    require_token_account(token_account, signer.key(), market.mint_of(side))
    require_vault(vault, market.vault_of(side))
    # Divided, since the product may be no u64.
    assert amount_wh <= token_account.amount() // per_wh, TradingError.INSUFFICIENT_ESCROW_BALANCE


def require_refund_accounts(market: Market, order: Order, vault: TokenAccount, token_account: TokenAccount):
    """Refuse to refund from anything but the order's vault, or to anybody but its user."""
    require_vault(vault, market.vault_of(order.order_type))
    require_token_account(token_account, order.trader(), market.mint_of(order.order_type))
