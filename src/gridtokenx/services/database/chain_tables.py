"""The history of the chain: transactions, events, cursors, and the rows that follow from them."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from gridtokenx.services.database.types import U64, Base


class TxSeen(Base):
    """A transaction that was taken in. `state`: confirmed, finalized, retracted (it never became final)."""

    __tablename__ = "tx_seen"

    signature: Mapped[str] = mapped_column(primary_key=True)
    slot: Mapped[int] = mapped_column(index=True)
    block_time: Mapped[int | None]
    failed: Mapped[bool]
    truncated: Mapped[bool]
    state: Mapped[str] = mapped_column(index=True)


class ChainEvent(Base):
    """An event of a program. `seq` is given by one writer and grows; readers resume after the last that they have."""

    __tablename__ = "chain_event"
    __table_args__ = (UniqueConstraint("signature", "ordinal"), Index("ix_chain_event_name", "name", "seq"))

    seq: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    signature: Mapped[str]
    ordinal: Mapped[int]
    slot: Mapped[int] = mapped_column(index=True)
    block_time: Mapped[int | None]
    program: Mapped[str]
    name: Mapped[str]
    fields: Mapped[dict[str, Any]]
    retracted: Mapped[bool] = mapped_column(default=False)


class Cursor(Base):
    """How far something was read: the slot of an address's sweep, or a baseline of counters."""

    __tablename__ = "cursor"

    name: Mapped[str] = mapped_column(primary_key=True)
    value: Mapped[int]


class ChainIdentity(Base):
    """Of which chain the tables are. One row, written by the first process that had both."""

    __tablename__ = "chain_identity"

    genesis_hash: Mapped[str] = mapped_column(primary_key=True)


class ReadingRow(Base):
    """A reading that the chain took: Wh over the interval that ended at `timestamp`."""

    __tablename__ = "reading"
    __table_args__ = (UniqueConstraint("signature", "ordinal"),)

    meter_id: Mapped[str] = mapped_column(primary_key=True)
    timestamp: Mapped[int] = mapped_column(primary_key=True)
    generated_wh: Mapped[int] = mapped_column(U64)
    consumed_wh: Mapped[int] = mapped_column(U64)
    signature: Mapped[str]
    ordinal: Mapped[int]
    slot: Mapped[int] = mapped_column(index=True)


class GridMovement(Base):
    """GRID that came to be or ceased to be, in base units: `mint` or `burn`."""

    __tablename__ = "grid_movement"

    signature: Mapped[str] = mapped_column(primary_key=True)
    ordinal: Mapped[int] = mapped_column(primary_key=True)
    slot: Mapped[int] = mapped_column(index=True)
    block_time: Mapped[int | None]
    kind: Mapped[str]
    account: Mapped[str] = mapped_column(index=True)
    amount: Mapped[int] = mapped_column(U64)


class GovernanceLog(Base):
    """An action of an authority: the instruction, its signer and its arguments."""

    __tablename__ = "governance_log"

    signature: Mapped[str] = mapped_column(primary_key=True)
    ordinal: Mapped[int] = mapped_column(primary_key=True)
    slot: Mapped[int] = mapped_column(index=True)
    block_time: Mapped[int | None]
    program: Mapped[str]
    instruction: Mapped[str]
    authority: Mapped[str]
    arguments: Mapped[dict[str, Any]]


class Trade(Base):
    """A trade: Wh, and money in base units of the payment mint. The row stays when the record is closed."""

    __tablename__ = "trade"

    address: Mapped[str] = mapped_column(primary_key=True)
    signature: Mapped[str] = mapped_column(index=True)
    slot: Mapped[int] = mapped_column(index=True)
    seller: Mapped[str] = mapped_column(index=True)
    buyer: Mapped[str] = mapped_column(index=True)
    sell_order: Mapped[str]
    buy_order: Mapped[str]
    sell_sequence: Mapped[int | None] = mapped_column(U64)
    buy_sequence: Mapped[int | None] = mapped_column(U64)
    epoch: Mapped[int] = mapped_column(U64, index=True)
    amount_wh: Mapped[int] = mapped_column(U64)
    price_per_kwh: Mapped[int] = mapped_column(U64)
    total_value: Mapped[int] = mapped_column(U64)
    fee_amount: Mapped[int] = mapped_column(U64)
    executed_at: Mapped[int] = mapped_column(index=True)
    certificate: Mapped[str | None]
