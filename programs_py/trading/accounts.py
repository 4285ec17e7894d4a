"""What trading stores: the market, its users' standing, the quarter-hours, their orders, and the trades."""

from seahorse.prelude import *

TICKS = 512  # prices on the grid of an epoch


class OrderType(Enum):
    """Which side of the book an order is on."""

    SELL = 0
    BUY = 1


class OrderStatus(Enum):
    """The state of an order; Active and PartiallyFilled orders are open."""

    ACTIVE = 0
    PARTIALLY_FILLED = 1
    COMPLETED = 2
    CANCELLED = 3
    EXPIRED = 4


@dataclass
class MarketConfig:
    """The market's rules besides the fee, as the authority sets them."""

    matcher: Pubkey  # who may settle; all zero: anyone
    epoch_length: i64  # seconds
    max_orders_per_user: u32
    min_order_wh: u64
    require_erc: bool  # whether a sell order needs a certificate
    price_floor: u64  # the lowest price, in base units of the payment mint per kWh
    price_tick: u64  # prices are price_floor + i * price_tick, i < 512
    settlement_window: i64  # seconds after an epoch's end in which its orders are settled
    price_weight_bps: u16  # where the price lies between marginal ask (0) and marginal bid (10000)


@dataclass
class EpochRules:
    """The market's rules as they were when an epoch was opened: nothing changes under an order that stands."""

    market_fee_bps: u16
    matcher: Pubkey
    min_order_wh: u64
    require_erc: bool
    price_floor: u64
    price_tick: u64
    price_weight_bps: u16


class Market(Account):
    """The market's rules and counters; it controls the vaults. PDA: ["market"]."""

    authority: Pubkey
    active_orders: u64
    total_volume: u64  # base units of the payment mint: the value of all trades, or the most that a u64 holds
    total_trades: u64
    created_at: i64
    clearing_enabled: bool  # whether epochs can be opened
    market_fee_bps: u16
    energy_mint: Pubkey
    payment_mint: Pubkey
    matcher: Pubkey
    epoch_length: i64
    next_order_id: u64  # the sequence number of the next order, never used twice
    max_orders_per_user: u32
    min_order_wh: u64
    require_erc: bool
    price_floor: u64
    price_tick: u64
    settlement_window: i64
    price_weight_bps: u16
    energy_vault: Pubkey
    payment_vault: Pubkey  # the energy vault, when energy is paid in GRID
    unclaimed_fees: u64  # base units of the payment mint
    bump: u8

    def vault_of(self, side: OrderType) -> Pubkey:
        """Where an order of this side has its lock."""
        return self.energy_vault if side == OrderType.SELL else self.payment_vault

    def mint_of(self, side: OrderType) -> Pubkey:
        """The token an order of this side has locked."""
        return self.energy_mint if side == OrderType.SELL else self.payment_mint

    def rules(self) -> EpochRules:
        """The rules as an epoch takes them that is opened now."""
        return EpochRules(
            market_fee_bps=self.market_fee_bps,
            matcher=self.matcher,
            min_order_wh=self.min_order_wh,
            require_erc=self.require_erc,
            price_floor=self.price_floor,
            price_tick=self.price_tick,
            price_weight_bps=self.price_weight_bps,
        )


class TradingAccount(Account):
    """A user's standing in the market. PDA: ["trader", user]."""

    user: Pubkey
    open_orders: u32
    created_at: i64
    bump: u8


class Epoch(Account):
    """A quarter-hour of the market: its rules, its book, and its result. PDA: ["epoch", index as 8 bytes].

    The book is two histograms over the price grid: how many Wh are offered, and asked, at each price.
    """

    index: u64  # unix time // length of an epoch
    starts_at: i64
    ends_at: i64
    settles_until: i64  # the end of the settlement window
    payer: Pubkey
    rules: EpochRules
    orders: u64  # in the book
    supply: u64  # Wh offered
    demand: u64  # Wh asked

    # the result, all zero until cleared
    cleared: bool
    price: u64  # one price for all
    volume: u64  # Wh that trade
    unsettled: u64  # Wh of the volume that are not settled yet
    marginal_ask: u64  # offers below it trade whole
    marginal_bid: u64  # bids above it trade whole
    offered_at_margin: u64  # Wh offered at the marginal ask
    sold_at_margin: u64  # Wh of them that trade
    asked_at_margin: u64  # Wh asked at the marginal bid
    bought_at_margin: u64  # Wh of them that trade
    bump: u8

    # the book
    offers: Array[u64, 512]  # Wh offered at each price
    bids: Array[u64, 512]  # Wh asked at each price

    def is_settled(self, timestamp: i64) -> bool:
        """Whether only the Wh that rounding leaves over are unsettled, or the settlement window has ended."""
        return timestamp > self.settles_until or (self.cleared and self.unsettled < max(self.orders, 1))


class Order(Account):
    """An offer to sell or to buy energy in one epoch. PDA: ["order", order_id as 8 bytes, little-endian]."""

    seller: Pubkey  # of a sell order; all zero in a buy order
    buyer: Pubkey  # of a buy order; all zero in a sell order
    amount: u64  # Wh
    filled_amount: u64  # Wh
    price_per_kwh: u64  # the least a seller takes, the most a buyer pays
    order_type: OrderType
    status: OrderStatus
    created_at: i64
    expires_at: i64  # the end of its epoch's settlement window: the last second at which it can be settled
    order_id: u64
    sequence: u64  # older orders have smaller ones
    epoch: u64  # the epoch's index
    locked: u64  # base units still in the vault for this order
    cancelled_amount: u64  # Wh taken back
    erc_certificate: Optional[Pubkey]  # the certificate that backs a sell order
    payer: Pubkey
    bump: u8

    def trader(self) -> Pubkey:
        """Whose order it is."""
        return self.seller if self.order_type == OrderType.SELL else self.buyer

    def is_open(self) -> bool:
        """Whether the order is on the book, even if past its time."""
        return self.status == OrderStatus.ACTIVE or self.status == OrderStatus.PARTIALLY_FILLED

    def remaining(self) -> u64:
        """Energy that is neither traded nor cancelled, in Wh."""
        return self.amount - self.filled_amount - self.cancelled_amount


class TradeRecord(Account):
    """A trade. PDA: ["trade", sequence of the sell order, sequence of the buy order], each as 8 bytes."""

    sell_order: Pubkey
    buy_order: Pubkey
    seller: Pubkey
    buyer: Pubkey
    amount: u64  # Wh
    price_per_kwh: u64
    total_value: u64  # base units of the payment mint, fee included
    fee_amount: u64  # base units of the payment mint
    executed_at: i64
    sell_sequence: u64
    buy_sequence: u64
    epoch: u64
    erc_certificate: Optional[Pubkey]  # the certificate whose energy the buyer bought
    payer: Pubkey
    bump: u8
