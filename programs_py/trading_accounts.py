"""What trading stores: the market, its users' standing, their orders, and the trades."""

from seahorse.prelude import *


class OrderType(Enum):
    """Which side of the book an order is on."""

    SELL = 0
    BUY = 1


class OrderStatus(Enum):
    """What became of an order; Active and PartiallyFilled orders are open."""

    ACTIVE = 0
    PARTIALLY_FILLED = 1
    COMPLETED = 2
    CANCELLED = 3
    EXPIRED = 4


class Market(Account):
    """The market's parameters and counters; it controls the vaults. PDA: ["market"]."""

    authority: Pubkey
    active_orders: u64
    total_volume: u64  # base units of the payment mint: the value of all trades
    total_trades: u64
    created_at: i64
    clearing_enabled: bool  # whether orders are matched
    market_fee_bps: u16
    energy_mint: Pubkey
    payment_mint: Pubkey
    matcher: Pubkey  # who may match; all zero: anyone
    epoch_length: i64  # seconds
    current_epoch_start: i64
    epoch: u64
    next_order_id: u64  # the sequence number of the next order: time priority
    max_orders_per_user: u32
    require_erc: bool  # whether a sell order needs a certificate
    order_ttl: i64  # seconds until an order expires
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


class TradingAccount(Account):
    """A user's standing in the market. PDA: ["trader", user]."""

    user: Pubkey
    open_orders: u32
    created_at: i64
    bump: u8


class Order(Account):
    """An offer to sell or to buy energy. PDA: ["order", order_id as 8 bytes, little-endian]."""

    seller: Pubkey  # of a sell order; all zero in a buy order
    buyer: Pubkey  # of a buy order; all zero in a sell order
    amount: u64  # Wh
    filled_amount: u64  # Wh
    price_per_kwh: u64  # the least a seller takes, the most a buyer pays
    order_type: OrderType
    status: OrderStatus
    created_at: i64
    expires_at: i64  # the last second at which it can be matched
    order_id: u64
    sequence: u64  # older orders have smaller ones
    locked: u64  # base units still in the vault for this order
    erc_certificate: Optional[Pubkey]  # the certificate that backs a sell order
    bump: u8

    def trader(self) -> Pubkey:
        """Whose order it is."""
        return self.seller if self.order_type == OrderType.SELL else self.buyer

    def is_open(self) -> bool:
        """Whether the order is on the book, even if past its time."""
        return self.status == OrderStatus.ACTIVE or self.status == OrderStatus.PARTIALLY_FILLED

    def is_matchable(self, side: OrderType, timestamp: i64) -> bool:
        """Whether the order can be matched as an order of this side."""
        return self.order_type == side and self.is_open() and timestamp <= self.expires_at

    def remaining(self) -> u64:
        """What is not traded yet, in Wh."""
        return self.amount - self.filled_amount


class TradeRecord(Account):
    """A trade. PDA: ["trade", sell_order, buy_order]; that address is the trade's id."""

    sell_order: Pubkey
    buy_order: Pubkey
    seller: Pubkey
    buyer: Pubkey
    amount: u64  # Wh
    price_per_kwh: u64
    total_value: u64  # base units of the payment mint, fee included
    fee_amount: u64  # base units of the payment mint
    executed_at: i64
    bump: u8
