"""Setting the market up, changing its rules, and taking its fees."""

from common import (
    NOBODY,
    GridMint,
    PoaAddress,
    PoaConfig,
    announce_handover,
    may_hand_over,
    now,
    require_operational,
)
from seahorse.prelude import *
from trading.accounts import Market, MarketConfig
from trading.errors import TradingError
from trading.events import (
    FeesWithdrawn,
    MarketConfigUpdated,
    MarketInitialized,
    MarketParamsUpdated,
    TradingInitialized,
)
from trading.rules import (
    MarketPda,
    require_authority,
    require_config,
    require_deployer,
    require_fee,
    require_price_grid,
    require_token_account,
    require_vault,
)

DEFAULT_EPOCH_LENGTH = 900  # seconds: the interval of the meters
DEFAULT_MAX_ORDERS_PER_USER = 50
DEFAULT_MIN_ORDER_WH = 100
DEFAULT_SETTLEMENT_WINDOW = 86_400  # seconds
MIN_PAYMENT_DECIMALS = 6
MAX_PAYMENT_DECIMALS = 9


@instruction(rare=True)
def initialize(deployer: Signer, program_data: ProgramData):
    """Announce that the program is deployed; changes nothing.

    Signed by the program's upgrade authority.
    """
    require_deployer(program_data, deployer)
    TradingInitialized(authority=deployer.key(), timestamp=now()).emit()


@instruction(rare=True)
def initialize_market(
    deployer: Signer,
    payer: Signer,
    market: Empty[Market],
    energy_mint: GridMint,
    payment_mint: TokenMint,
    energy_vault: Empty[TokenAccount],
    payment_vault: Empty[TokenAccount] | None,
    program_data: ProgramData,
    market_fee_bps: u16,
    matcher: Pubkey,
    price_floor: u64,
    price_tick: u64,
):
    """Create the market and its vaults. Signed by the program's upgrade authority, who will administer it.

    A payment vault is given exactly when payment is not in GRID: there is one vault per mint.
    """
    require_deployer(program_data, deployer)
    require_fee(market_fee_bps)
    require_price_grid(price_floor, price_tick)
    assert payment_mint.decimals() >= MIN_PAYMENT_DECIMALS, TradingError.INVALID_PAYMENT_MINT
    assert payment_mint.decimals() <= MAX_PAYMENT_DECIMALS, TradingError.INVALID_PAYMENT_MINT
    state = market.init(payer=payer, seeds=["market"])
    energy = energy_vault.init(payer=payer, seeds=["vault", energy_mint], mint=energy_mint, authority=market)
    state.energy_vault = energy.key()
    state.payment_vault = energy.key()
    if payment_vault is not None:
        payment = payment_vault.init(payer=payer, seeds=["vault", payment_mint], mint=payment_mint, authority=market)
        state.payment_vault = payment.key()
    else:
        assert payment_mint.key() == energy_mint.key(), TradingError.INVALID_VAULT

    state.authority = deployer.key()
    state.created_at = now()
    state.clearing_enabled = True
    state.market_fee_bps = market_fee_bps
    state.energy_mint = energy_mint.key()
    state.payment_mint = payment_mint.key()
    state.matcher = matcher
    state.epoch_length = DEFAULT_EPOCH_LENGTH
    state.max_orders_per_user = DEFAULT_MAX_ORDERS_PER_USER
    state.min_order_wh = DEFAULT_MIN_ORDER_WH
    state.price_floor = price_floor
    state.price_tick = price_tick
    state.settlement_window = DEFAULT_SETTLEMENT_WINDOW
    MarketInitialized(authority=state.authority, timestamp=state.created_at).emit()


@instruction(rare=True)
def update_market_params(authority: Signer, market: MarketPda, market_fee_bps: u16, clearing_enabled: bool):
    """Change the fee of the epochs opened from now on, and whether any are opened. Signed by the trading authority."""
    require_authority(market, authority)
    require_fee(market_fee_bps)
    market.market_fee_bps = market_fee_bps
    market.clearing_enabled = clearing_enabled
    MarketParamsUpdated(
        authority=authority.key(),
        market_fee_bps=market_fee_bps,
        clearing_enabled=clearing_enabled,
        timestamp=now(),
    ).emit()


@instruction(rare=True)
def update_market_config(authority: Signer, market: MarketPda, config: MarketConfig):
    """Change the other rules of the epochs opened from now on. Signed by the trading authority."""
    require_authority(market, authority)
    require_config(config)
    market.matcher = config.matcher
    market.epoch_length = config.epoch_length
    market.max_orders_per_user = config.max_orders_per_user
    market.min_order_wh = config.min_order_wh
    market.require_erc = config.require_erc
    market.price_floor = config.price_floor
    market.price_tick = config.price_tick
    market.settlement_window = config.settlement_window
    market.price_weight_bps = config.price_weight_bps
    MarketConfigUpdated(authority=authority.key(), config=config, timestamp=now()).emit()


@instruction(rare=True)
def set_authority(
    authority: Signer,
    market: MarketPda,
    poa_config: PoaAddress,
    new_authority: Pubkey,
):
    """Hand the market over. Signed by the present trading authority, or by governance."""
    assert may_hand_over(authority, market.authority, poa_config), TradingError.UNAUTHORIZED_AUTHORITY
    assert new_authority != NOBODY, TradingError.INVALID_AUTHORITY
    announce_handover(authority, market.authority, new_authority)
    market.authority = new_authority


@instruction(rare=True)
def withdraw_fees(
    authority: Signer,
    market: MarketPda,
    payment_vault: TokenAccount,
    fee_token_account: TokenAccount,
    poa_config: PoaConfig,
):
    """Send all unclaimed fees to the trading authority's own token account.

    Signed by the trading authority.
    """
    require_operational(poa_config)
    require_authority(market, authority)
    require_vault(payment_vault, market.payment_vault)
    require_token_account(fee_token_account, authority.key(), market.payment_mint)
    amount = market.unclaimed_fees
    assert amount > 0, TradingError.NO_UNCLAIMED_FEES
    market.unclaimed_fees = 0
    payment_vault.transfer(authority=market.signer(), to=fee_token_account, amount=amount)
    FeesWithdrawn(authority=authority.key(), amount=amount, timestamp=now()).emit()
