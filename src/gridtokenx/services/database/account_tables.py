"""The programs' accounts as they stand: each row says at which slot it was read, and whether the account is closed."""

from __future__ import annotations

from sqlalchemy.orm import Mapped, mapped_column

from gridtokenx.services.database.types import U64, Base


class AccountRow:
    """Columns of every account's row. `slot`: where it was read."""

    slot: Mapped[int]
    closed: Mapped[bool] = mapped_column(default=False)


class UserRow(AccountRow, Base):
    """A member of the market."""

    __tablename__ = "user"

    address: Mapped[str] = mapped_column(primary_key=True)
    wallet: Mapped[str] = mapped_column(index=True)
    user_type: Mapped[str]
    status: Mapped[str]
    location: Mapped[str]
    affiliation: Mapped[str]
    registered_at: Mapped[int]
    meter_count: Mapped[int]


class MeterRow(AccountRow, Base):
    """A meter and its totals, Wh."""

    __tablename__ = "meter"

    address: Mapped[str] = mapped_column(primary_key=True)
    meter_id: Mapped[str] = mapped_column(index=True)
    owner: Mapped[str] = mapped_column(index=True)
    meter_type: Mapped[str]
    status: Mapped[str]
    registered_at: Mapped[int]
    last_reading_at: Mapped[int]
    total_generation: Mapped[int] = mapped_column(U64)
    total_consumption: Mapped[int] = mapped_column(U64)
    settled_net_generation: Mapped[int] = mapped_column(U64)
    claimed_erc_generation: Mapped[int] = mapped_column(U64)

    @property
    def unsettled(self) -> int:
        """Net generation that is not minted yet, Wh."""
        return max(0, self.total_generation - self.total_consumption - self.settled_net_generation)


class CertificateRow(AccountRow, Base):
    """A renewable energy certificate, Wh."""

    __tablename__ = "certificate"

    address: Mapped[str] = mapped_column(primary_key=True)
    certificate_id: Mapped[str] = mapped_column(index=True)
    owner: Mapped[str] = mapped_column(index=True)
    meter_id: Mapped[str]
    energy_amount: Mapped[int] = mapped_column(U64)
    reserved_amount: Mapped[int] = mapped_column(U64)
    retired_amount: Mapped[int] = mapped_column(U64)
    renewable_source: Mapped[str]
    validation_data: Mapped[str]
    issued_at: Mapped[int]
    expires_at: Mapped[int | None]
    status: Mapped[str]
    validated_for_trading: Mapped[bool]


class TraderRow(AccountRow, Base):
    """A user's standing in the market."""

    __tablename__ = "trader"

    address: Mapped[str] = mapped_column(primary_key=True)
    wallet: Mapped[str] = mapped_column(index=True)
    open_orders: Mapped[int]


class OrderRow(AccountRow, Base):
    """An order. An address may be used again, a sequence number never is. `made_in` names the instruction that made it:
    signature and place."""

    __tablename__ = "order"

    address: Mapped[str] = mapped_column(primary_key=True)
    sequence: Mapped[int] = mapped_column(U64, primary_key=True, autoincrement=False)
    order_id: Mapped[int] = mapped_column(U64)
    side: Mapped[str]
    owner: Mapped[str] = mapped_column(index=True)
    epoch: Mapped[int] = mapped_column(U64, index=True)
    amount_wh: Mapped[int] = mapped_column(U64)
    filled_wh: Mapped[int] = mapped_column(U64)
    cancelled_wh: Mapped[int] = mapped_column(U64)
    price_per_kwh: Mapped[int] = mapped_column(U64)
    locked: Mapped[int] = mapped_column(U64)
    status: Mapped[str]
    created_at: Mapped[int]
    expires_at: Mapped[int]
    certificate: Mapped[str | None]
    payer: Mapped[str]
    made_in: Mapped[str | None] = mapped_column(unique=True)


class EpochRow(AccountRow, Base):
    """A quarter-hour of the market with its curves (Wh at each price of the grid) and its result."""

    __tablename__ = "epoch"

    index: Mapped[int] = mapped_column(U64, primary_key=True, autoincrement=False)
    starts_at: Mapped[int] = mapped_column(index=True)
    ends_at: Mapped[int]
    settles_until: Mapped[int]
    price_floor: Mapped[int] = mapped_column(U64)
    price_tick: Mapped[int] = mapped_column(U64)
    fee_bps: Mapped[int]
    orders: Mapped[int]
    supply: Mapped[int] = mapped_column(U64)
    demand: Mapped[int] = mapped_column(U64)
    cleared: Mapped[bool]
    price: Mapped[int] = mapped_column(U64)
    volume: Mapped[int] = mapped_column(U64)
    unsettled: Mapped[int] = mapped_column(U64)
    marginal_ask: Mapped[int] = mapped_column(U64)
    marginal_bid: Mapped[int] = mapped_column(U64)
    offers: Mapped[list[int]]
    bids: Mapped[list[int]]
    cleared_at: Mapped[int | None]
