"""Data that only the services have: readings on their way, keys, sessions, prepared transactions, leases."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Index, LargeBinary, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from gridtokenx.services.database.types import U64, Base


class Ingest(Base):
    """A reading on its way to the chain, once for each meter and interval end.

    `state`: quarantined, queued, submitted, confirmed, refused, late, dead. `signature` is written before the
    transaction is sent.
    """

    __tablename__ = "ingest"
    __table_args__ = (
        UniqueConstraint("meter_id", "interval_end"),
        Index("ix_ingest_state", "state", "meter_id", "interval_end"),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    meter_id: Mapped[str]
    interval_end: Mapped[int]
    generated_wh: Mapped[int] = mapped_column(U64)
    consumed_wh: Mapped[int] = mapped_column(U64)
    source: Mapped[str]
    received_at: Mapped[int]
    state: Mapped[str]
    reason: Mapped[str | None]
    signature: Mapped[str | None] = mapped_column(index=True)
    last_valid_height: Mapped[int | None]
    slot: Mapped[int | None]
    attempts: Mapped[int] = mapped_column(default=0)


class DeadLetter(Base):
    """Something that came in and could not be used, with the reason, until a person decides."""

    __tablename__ = "dead_letter"

    id: Mapped[str] = mapped_column(primary_key=True)
    source: Mapped[str]
    content: Mapped[str]
    reason: Mapped[str]
    created_at: Mapped[int] = mapped_column(index=True)
    state: Mapped[str] = mapped_column(default="open", index=True)
    ingest_id: Mapped[str | None]


class Register(Base):
    """The last reading of a meter's cumulative registers, to take differences from (Wh)."""

    __tablename__ = "meter_register"

    meter_id: Mapped[str] = mapped_column(primary_key=True)
    serial: Mapped[str]
    timestamp: Mapped[int]
    imported: Mapped[int] = mapped_column(U64)
    exported: Mapped[int] = mapped_column(U64)


class MeterKey(Base):
    """How a meter proves itself: the keyed hash of an API key, or an Ed25519 key with the last counter it used."""

    __tablename__ = "meter_key"

    id: Mapped[str] = mapped_column(primary_key=True)
    meter_id: Mapped[str] = mapped_column(index=True)
    kind: Mapped[str]
    value: Mapped[str] = mapped_column(unique=True)
    counter: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[int]
    revoked_at: Mapped[int | None]


class Enrolment(Base):
    """Which wallet may register a meter; readings of a meter whose owner on chain is another wait for a person."""

    __tablename__ = "enrolment"

    meter_id: Mapped[str] = mapped_column(primary_key=True)
    wallet: Mapped[str] = mapped_column(index=True)
    meter_type: Mapped[str]
    created_at: Mapped[int]


class PreparedTx(Base):
    """A transaction that waits for signatures, or that was sent.

    `state`: prepared, awaiting_approval, submitted, confirmed, failed, expired. `signed` has every signature.
    """

    __tablename__ = "prepared_tx"

    id: Mapped[str] = mapped_column(primary_key=True)
    wallet: Mapped[str] = mapped_column(index=True)
    kind: Mapped[str]
    message: Mapped[bytes] = mapped_column(LargeBinary)
    message_hash: Mapped[str] = mapped_column(index=True)
    last_valid_height: Mapped[int]
    sponsored: Mapped[int]
    approver: Mapped[str | None] = mapped_column(index=True)
    answer: Mapped[dict[str, Any]]
    created_at: Mapped[int] = mapped_column(index=True)
    state: Mapped[str] = mapped_column(index=True)
    partly_signed: Mapped[bytes | None] = mapped_column(LargeBinary)
    signed: Mapped[bytes | None] = mapped_column(LargeBinary)
    signature: Mapped[str | None] = mapped_column(index=True)
    slot: Mapped[int | None]
    reason: Mapped[str | None]


class Idempotency(Base):
    """The answer to a POST under its key, so that the same request again does nothing again."""

    __tablename__ = "idempotency"

    owner: Mapped[str] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(primary_key=True)
    request_hash: Mapped[str]
    status: Mapped[int | None]
    answer: Mapped[dict[str, Any] | None]
    created_at: Mapped[int] = mapped_column(index=True)


class Nonce(Base):
    """A number that a wallet signs once to sign in."""

    __tablename__ = "nonce"

    value: Mapped[str] = mapped_column(primary_key=True)
    wallet: Mapped[str]
    message: Mapped[str]
    expires_at: Mapped[int] = mapped_column(index=True)


class SessionRow(Base):
    """Somebody who signed in: the hash of the cookie, and the token that forms must send along."""

    __tablename__ = "session"

    token_hash: Mapped[str] = mapped_column(primary_key=True)
    wallet: Mapped[str] = mapped_column(index=True)
    csrf: Mapped[str]
    expires_at: Mapped[int] = mapped_column(index=True)


class SponsorLedger(Base):
    """The most lamports that the sponsor promised for a transaction, and those that it lost in fact."""

    __tablename__ = "sponsor_ledger"

    prepared_id: Mapped[str] = mapped_column(primary_key=True)
    wallet: Mapped[str] = mapped_column(index=True)
    promised: Mapped[int]
    spent: Mapped[int | None]
    created_at: Mapped[int] = mapped_column(index=True)


class ErcRequest(Base):
    """A prosumer's request for a certificate. `state`: open, rejected, or the id of the approval's transaction."""

    __tablename__ = "erc_request"

    id: Mapped[str] = mapped_column(primary_key=True)
    wallet: Mapped[str] = mapped_column(index=True)
    meter_id: Mapped[str]
    energy_amount: Mapped[int] = mapped_column(U64)
    renewable_source: Mapped[str]
    validation_data: Mapped[str]
    certificate_id: Mapped[str] = mapped_column(unique=True)
    created_at: Mapped[int]
    state: Mapped[str] = mapped_column(index=True)
    reason: Mapped[str | None]


class Notification(Base):
    """A notice: for a wallet (or the operator), on a channel (`page`, `mail`, `webhook`), once for each cause."""

    __tablename__ = "notification"
    __table_args__ = (UniqueConstraint("cause", "channel"),)

    id: Mapped[str] = mapped_column(primary_key=True)
    cause: Mapped[str]
    channel: Mapped[str]
    recipient: Mapped[str] = mapped_column(index=True)
    text: Mapped[str]
    created_at: Mapped[int] = mapped_column(index=True)
    sent_at: Mapped[int | None] = mapped_column(index=True)
    attempts: Mapped[int] = mapped_column(default=0)
    next_attempt: Mapped[int] = mapped_column(default=0)


class Contact(Base):
    """Where a wallet wants its notices: an e-mail address, a webhook."""

    __tablename__ = "contact"

    wallet: Mapped[str] = mapped_column(primary_key=True)
    mail: Mapped[str | None]
    webhook: Mapped[str | None]


class Alert(Base):
    """Something that a person must see to, while it lasts."""

    __tablename__ = "alert"

    name: Mapped[str] = mapped_column(primary_key=True)
    text: Mapped[str]
    what_to_do: Mapped[str]
    since: Mapped[int]


class LeaseRow(Base):
    """The process that does work which only one process may do, and until when. `fence` grows with every change of
    hands."""

    __tablename__ = "lease"

    name: Mapped[str] = mapped_column(primary_key=True)
    holder: Mapped[str]
    fence: Mapped[int]
    expires_ms: Mapped[int]
