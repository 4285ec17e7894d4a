"""Trading: the campus energy market, with an order book, escrow and settlement in one step.

Prosumers sell energy, that is GRID (1 kWh = 1 GRID = 10**9 base units); buyers pay in the market's payment
mint, which is GRID itself unless another SPL token was chosen. Energy is in watt-hours (Wh), prices in base
units of the payment mint per kWh:

    value of a trade   = amount_wh * price_per_kwh / 1000, floored
    lock of a buy      = the same with the buyer's limit, rounded up, so that escrow is never short
    lock of a sell     = amount_wh * 1 000 000 base units of GRID
    fee                = value * market_fee_bps / 10 000, floored

What an order may spend is locked in a vault, one per mint, that the market's own account controls. At all
times a vault holds exactly what the open orders have locked in it, plus the fees not withdrawn yet. A match
moves everything at once: payment less the fee to the seller, energy to the buyer, and what the buyer bid
above the seller's price back to the buyer.

Who may do what:
- the trading authority: parameters, and withdrawing fees;
- the matcher: matching orders (anyone, when the market names no matcher);
- users: their own orders; anyone may expire an order that is past its time, which sends its money home;
- the oracle alone opens epochs.

During a pause orders can be cancelled, expired and closed, and the authority can change parameters; nothing
else moves.
"""

import governance
import registry
from common import (
    GRID_PER_WH,
    GridMint,
    OracleSigner,
    PoaAddress,
    PoaConfig,
    announce_handover,
    may_hand_over,
    now,
    require_operational,
)
from seahorse.prelude import *
from trading_accounts import *
from trading_events import *
from trading_rules import (
    buy_lock,
    fill,
    place_order,
    record_trade,
    require_authority,
    require_cover,
    require_crossing,
    require_deployer,
    require_fee,
    require_lock_accounts,
    require_matcher,
    require_refund_accounts,
    require_terms,
    require_token_account,
    require_trader,
    require_vault,
    take_off_book,
    trade_fee,
    trade_value,
)

declare_id("GZnqNTJsre6qB4pWCQRE9FiJU2GUeBtBDPp6s7zosctk")

ANYONE = Pubkey("11111111111111111111111111111111")  # as matcher
MAX_FEE_BPS = 1_000
DEFAULT_EPOCH_LENGTH = 900  # seconds: the interval of the meters
DEFAULT_MAX_ORDERS_PER_USER = 50
DEFAULT_ORDER_TTL = 86_400  # seconds


class TradingError(Error):
    """Why trading refuses."""

    UNAUTHORIZED_AUTHORITY = 6300, "Unauthorized authority"
    INVALID_AMOUNT = 6301, "Invalid amount"
    INVALID_PRICE = 6302, "Invalid price"
    INACTIVE_SELL_ORDER = 6303, "Inactive sell order"
    INACTIVE_BUY_ORDER = 6304, "Inactive buy order"
    PRICE_MISMATCH = 6305, "Price mismatch"
    ORDER_NOT_CANCELLABLE = 6306, "Order not cancellable"
    INSUFFICIENT_ESCROW_BALANCE = 6307, "Insufficient escrow balance"
    UNAUTHORIZED_USER = 6308, "Not this user's account"
    UNAUTHORIZED_MATCHER = 6309, "Unauthorized matcher"
    USER_NOT_ELIGIBLE = 6310, "User is not active, or not a prosumer"
    SELF_TRADE = 6311, "Seller and buyer are the same user"
    CLEARING_DISABLED = 6312, "Market clearing is disabled"
    ORDER_LIMIT_REACHED = 6313, "User already has the maximum number of open orders"
    CERTIFICATE_REQUIRED = 6314, "A renewable energy certificate is required"
    INVALID_CERTIFICATE = 6315, "Certificate does not cover this order"
    INVALID_TOKEN_ACCOUNT = 6316, "Token account has the wrong owner or mint"
    INVALID_VAULT = 6317, "Not the market's vault"
    ORDER_NOT_EXPIRED = 6318, "Order has not expired yet"
    ORDER_STILL_OPEN = 6319, "Order is still open"
    INVALID_FEE = 6320, "Fee must be at most 1000 basis points"
    INVALID_CONFIG = 6321, "Epoch length and order lifetime must be positive"
    NO_UNCLAIMED_FEES = 6322, "No fees to withdraw"


MarketPda = Annotated[Market, Seeds("market")]


# --- initialization and configuration -------------------------------------------------------------


@instruction
def initialize(deployer: Signer, program_data: ProgramData):
    """Announce that the program is deployed; changes nothing.

    Signed by the program's upgrade authority.
    """
    require_deployer(program_data, deployer)
    TradingInitialized(authority=deployer.key(), timestamp=now()).emit()


@instruction
def initialize_market(
    deployer: Signer,
    market: Empty[Market],
    energy_mint: GridMint,
    payment_mint: TokenMint,
    energy_vault: Empty[TokenAccount],
    payment_vault: Empty[TokenAccount] | None,
    program_data: ProgramData,
    market_fee_bps: u16,
    matcher: Pubkey,
):
    """Create the market and its vaults. Signed by the program's upgrade authority, who will administer it.

    A payment vault is given exactly when payment is not in GRID: there is one vault per mint.
    """
    require_deployer(program_data, deployer)
    require_fee(market_fee_bps)
    state = market.init(payer=deployer, seeds=["market"])
    energy = energy_vault.init(payer=deployer, seeds=["vault", energy_mint], mint=energy_mint, authority=market)
    state.energy_vault = energy.key()
    state.payment_vault = energy.key()
    if payment_vault is not None:
        payment = payment_vault.init(payer=deployer, seeds=["vault", payment_mint], mint=payment_mint, authority=market)
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
    state.order_ttl = DEFAULT_ORDER_TTL
    MarketInitialized(authority=state.authority, timestamp=state.created_at).emit()


@instruction
def update_market_params(authority: Signer, market: MarketPda, market_fee_bps: u16, clearing_enabled: bool):
    """Change the fee and the matching switch. Signed by the trading authority."""
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


@instruction
def update_market_config(
    authority: Signer,
    market: MarketPda,
    matcher: Pubkey,
    epoch_length: i64,
    max_orders_per_user: u32,
    require_erc: bool,
    order_ttl: i64,
):
    """Change the market's other settings. Signed by the trading authority."""
    require_authority(market, authority)
    assert epoch_length > 0 and order_ttl > 0, TradingError.INVALID_CONFIG
    market.matcher = matcher
    market.epoch_length = epoch_length
    market.max_orders_per_user = max_orders_per_user
    market.require_erc = require_erc
    market.order_ttl = order_ttl
    MarketConfigUpdated(
        authority=authority.key(),
        matcher=matcher,
        epoch_length=epoch_length,
        max_orders_per_user=max_orders_per_user,
        require_erc=require_erc,
        order_ttl=order_ttl,
        timestamp=now(),
    ).emit()


@instruction
def set_authority(
    authority: Signer,
    market: MarketPda,
    poa_config: PoaAddress,
    new_authority: Pubkey,
):
    """Hand the market over. Signed by the present trading authority, or by governance."""
    assert may_hand_over(authority, market.authority, poa_config), TradingError.UNAUTHORIZED_AUTHORITY
    announce_handover(authority, market.authority, new_authority)
    market.authority = new_authority


@instruction
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


# --- orders ---------------------------------------------------------------------------------------


@instruction
def open_trading_account(user: Signer, trading_account: Empty[TradingAccount], poa_config: PoaConfig):
    """Prepare to place orders; once per user, who signs."""
    require_operational(poa_config)
    account = trading_account.init(payer=user, seeds=["trader", user])
    account.user = user.key()
    account.created_at = now()
    TradingAccountOpened(user=account.user, timestamp=account.created_at).emit()


@instruction
def create_sell_order(
    seller: Signer,
    market: MarketPda,
    trading_account: TradingAccount,
    user_account: registry.UserAccount,
    order: Empty[Order],
    seller_token_account: TokenAccount,
    energy_vault: TokenAccount,
    erc_certificate: governance.ErcCertificate | None,
    poa_config: PoaConfig,
    order_id: u64,
    energy_amount: u64,
    price_per_kwh: u64,
):
    """Offer energy (Wh) for at least `price_per_kwh`, and lock it. Signed by an Active prosumer.

    A certificate that covers the amount may be given; it must be, while the market requires one.
    """
    require_operational(poa_config)
    require_trader(seller, trading_account, user_account)
    assert user_account.user_type == registry.UserType.PROSUMER, TradingError.USER_NOT_ELIGIBLE
    require_terms(energy_amount, price_per_kwh)
    locked = energy_amount * GRID_PER_WH
    require_lock_accounts(market, OrderType.SELL, seller, seller_token_account, energy_vault, locked)

    offer = order.init(payer=seller, seeds=["order", order_id])
    offer.order_type = OrderType.SELL
    offer.seller = seller.key()
    timestamp = now()
    if erc_certificate is not None:
        require_cover(erc_certificate, seller, energy_amount, timestamp)
        offer.erc_certificate = erc_certificate.key()
    else:
        assert not market.require_erc, TradingError.CERTIFICATE_REQUIRED
    place_order(market, trading_account, offer, order_id, energy_amount, price_per_kwh, locked, timestamp)

    seller_token_account.transfer(authority=seller, to=energy_vault, amount=locked)
    SellOrderCreated(
        seller=seller.key(),
        order_id=order_id,
        amount=energy_amount,
        price_per_kwh=price_per_kwh,
        timestamp=timestamp,
    ).emit()


@instruction
def create_buy_order(
    buyer: Signer,
    market: MarketPda,
    trading_account: TradingAccount,
    user_account: registry.UserAccount,
    order: Empty[Order],
    buyer_token_account: TokenAccount,
    payment_vault: TokenAccount,
    poa_config: PoaConfig,
    order_id: u64,
    energy_amount: u64,
    max_price_per_kwh: u64,
):
    """Ask for energy (Wh) at `max_price_per_kwh` or less, and lock the payment.

    Signed by an Active user.
    """
    require_operational(poa_config)
    require_trader(buyer, trading_account, user_account)
    require_terms(energy_amount, max_price_per_kwh)
    locked = buy_lock(energy_amount, max_price_per_kwh)
    require_lock_accounts(market, OrderType.BUY, buyer, buyer_token_account, payment_vault, locked)

    bid = order.init(payer=buyer, seeds=["order", order_id])
    bid.order_type = OrderType.BUY
    bid.buyer = buyer.key()
    timestamp = now()
    place_order(market, trading_account, bid, order_id, energy_amount, max_price_per_kwh, locked, timestamp)

    buyer_token_account.transfer(authority=buyer, to=payment_vault, amount=locked)
    BuyOrderCreated(
        buyer=buyer.key(),
        order_id=order_id,
        amount=energy_amount,
        price_per_kwh=max_price_per_kwh,
        timestamp=timestamp,
    ).emit()


@instruction
def cancel_order(
    owner: Signer,
    market: MarketPda,
    trading_account: TradingAccount,
    order: Annotated[Order, Seeds("order", arg.order_id)],
    vault: TokenAccount,
    owner_token_account: TokenAccount,
    order_id: u64,
):
    """Take an open order back, also one past its time; what it still has locked goes home.

    Signed by its user.
    """
    assert owner.key() == order.trader(), TradingError.UNAUTHORIZED_USER
    require_refund_accounts(market, order, vault, owner_token_account)
    refund = take_off_book(market, trading_account, order, OrderStatus.CANCELLED)
    vault.transfer(authority=market.signer(), to=owner_token_account, amount=refund)
    OrderCancelled(order_id=order_id, user=owner.key(), timestamp=now()).emit()


@instruction
def expire_order(
    market: MarketPda,
    trading_account: TradingAccount,
    order: Order,
    vault: TokenAccount,
    owner_token_account: TokenAccount,
):
    """Take an order that is past its time off the book; what it still has locked goes to its user.

    Anyone may.
    """
    timestamp = now()
    assert timestamp > order.expires_at, TradingError.ORDER_NOT_EXPIRED
    require_refund_accounts(market, order, vault, owner_token_account)
    refund = take_off_book(market, trading_account, order, OrderStatus.EXPIRED)
    vault.transfer(authority=market.signer(), to=owner_token_account, amount=refund)
    OrderExpired(order_id=order.order_id, user=order.trader(), timestamp=timestamp).emit()


@instruction
def close_order(owner: Signer, order: Order):
    """Delete a finished order; its rent goes back to its user, who signs."""
    assert owner.key() == order.trader(), TradingError.UNAUTHORIZED_USER
    assert not order.is_open(), TradingError.ORDER_STILL_OPEN
    OrderClosed(order_id=order.order_id, user=owner.key(), timestamp=now()).emit()
    order.close(owner)


@instruction
def get_order(order: Order) -> Order:
    """An order, as data."""
    return order


# --- matching and settlement ----------------------------------------------------------------------


@instruction
def match_orders(
    matcher: Signer,
    market: MarketPda,
    sell_order: Order,
    buy_order: Order,
    seller_trading_account: TradingAccount,
    buyer_trading_account: TradingAccount,
    trade_record: Empty[TradeRecord],
    energy_vault: TokenAccount,
    payment_vault: TokenAccount,
    seller_payment_account: TokenAccount,
    buyer_energy_account: TokenAccount,
    buyer_payment_account: TokenAccount,
    poa_config: PoaConfig,
):
    """Trade what two crossing orders have in common, at the seller's price, and settle it.

    Signed by the matcher. Payment less the fee goes to the seller, energy to the buyer, and what the buyer's lock
    then has too much back to the buyer.
    """
    require_operational(poa_config)
    require_matcher(market, matcher)
    timestamp = now()
    require_crossing(sell_order, buy_order, timestamp)
    require_vault(energy_vault, market.energy_vault)
    require_vault(payment_vault, market.payment_vault)
    require_token_account(seller_payment_account, sell_order.seller, market.payment_mint)
    require_token_account(buyer_energy_account, buy_order.buyer, market.energy_mint)
    require_token_account(buyer_payment_account, buy_order.buyer, market.payment_mint)

    amount = min(sell_order.remaining(), buy_order.remaining())
    total_value = trade_value(amount, sell_order.price_per_kwh)
    fee = trade_fee(total_value, market.market_fee_bps)
    trade = trade_record.init(payer=matcher, seeds=["trade", sell_order, buy_order])
    record_trade(market, trade, sell_order, buy_order, amount, total_value, fee, timestamp)

    energy = amount * GRID_PER_WH
    fill(market, seller_trading_account, sell_order, amount)
    sell_order.locked -= energy
    fill(market, buyer_trading_account, buy_order, amount)
    still_needed = buy_lock(buy_order.remaining(), buy_order.price_per_kwh)
    improvement = buy_order.locked - still_needed - total_value
    buy_order.locked = still_needed

    payment_vault.transfer(authority=market.signer(), to=seller_payment_account, amount=total_value - fee)
    energy_vault.transfer(authority=market.signer(), to=buyer_energy_account, amount=energy)
    if improvement > 0:
        payment_vault.transfer(authority=market.signer(), to=buyer_payment_account, amount=improvement)

    OrderMatched(
        sell_order=trade.sell_order,
        buy_order=trade.buy_order,
        seller=trade.seller,
        buyer=trade.buyer,
        amount=amount,
        price=trade.price_per_kwh,
        total_value=total_value,
        fee_amount=fee,
        timestamp=timestamp,
    ).emit()


@instruction
def open_epoch(oracle_data: OracleSigner, market: MarketPda):
    """Begin the market's next epoch, aligned with the meters' intervals. Only the oracle calls this."""
    timestamp = now()
    market.epoch += 1
    market.current_epoch_start = timestamp - timestamp % market.epoch_length
    EpochOpened(epoch=market.epoch, start=market.current_epoch_start, timestamp=timestamp).emit()
