"""The first form of the tables."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """To the new form."""
    op.create_table(
        "alert",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("what_to_do", sa.String(), nullable=False),
        sa.Column("since", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("name"),
    )
    op.create_table(
        "certificate",
        sa.Column("address", sa.String(), nullable=False),
        sa.Column("certificate_id", sa.String(), nullable=False),
        sa.Column("owner", sa.String(), nullable=False),
        sa.Column("meter_id", sa.String(), nullable=False),
        sa.Column("energy_amount", sa.BigInteger(), nullable=False),
        sa.Column("reserved_amount", sa.BigInteger(), nullable=False),
        sa.Column("retired_amount", sa.BigInteger(), nullable=False),
        sa.Column("renewable_source", sa.String(), nullable=False),
        sa.Column("validation_data", sa.String(), nullable=False),
        sa.Column("issued_at", sa.BigInteger(), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=True),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("validated_for_trading", sa.Boolean(), nullable=False),
        sa.Column("slot", sa.BigInteger(), nullable=False),
        sa.Column("closed", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("address"),
    )
    op.create_index(op.f("ix_certificate_certificate_id"), "certificate", ["certificate_id"], unique=False)
    op.create_index(op.f("ix_certificate_owner"), "certificate", ["owner"], unique=False)
    op.create_table(
        "chain_event",
        sa.Column("seq", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("signature", sa.String(), nullable=False),
        sa.Column("ordinal", sa.BigInteger(), nullable=False),
        sa.Column("slot", sa.BigInteger(), nullable=False),
        sa.Column("block_time", sa.BigInteger(), nullable=True),
        sa.Column("program", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("fields", sa.JSON(), nullable=False),
        sa.Column("retracted", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("seq"),
        sa.UniqueConstraint("signature", "ordinal"),
    )
    op.create_index("ix_chain_event_name", "chain_event", ["name", "seq"], unique=False)
    op.create_index(op.f("ix_chain_event_slot"), "chain_event", ["slot"], unique=False)
    op.create_table(
        "contact",
        sa.Column("wallet", sa.String(), nullable=False),
        sa.Column("mail", sa.String(), nullable=True),
        sa.Column("webhook", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("wallet"),
    )
    op.create_table(
        "cursor",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("value", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("name"),
    )
    op.create_table(
        "dead_letter",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("content", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("ingest_id", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(op.f("ix_dead_letter_created_at"), "dead_letter", ["created_at"], unique=False)
    op.create_index(op.f("ix_dead_letter_state"), "dead_letter", ["state"], unique=False)
    op.create_table(
        "enrolment",
        sa.Column("meter_id", sa.String(), nullable=False),
        sa.Column("wallet", sa.String(), nullable=False),
        sa.Column("meter_type", sa.String(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("meter_id"),
    )
    op.create_index(op.f("ix_enrolment_wallet"), "enrolment", ["wallet"], unique=False)
    op.create_table(
        "epoch",
        sa.Column("index", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("starts_at", sa.BigInteger(), nullable=False),
        sa.Column("ends_at", sa.BigInteger(), nullable=False),
        sa.Column("settles_until", sa.BigInteger(), nullable=False),
        sa.Column("price_floor", sa.BigInteger(), nullable=False),
        sa.Column("price_tick", sa.BigInteger(), nullable=False),
        sa.Column("fee_bps", sa.BigInteger(), nullable=False),
        sa.Column("orders", sa.BigInteger(), nullable=False),
        sa.Column("supply", sa.BigInteger(), nullable=False),
        sa.Column("demand", sa.BigInteger(), nullable=False),
        sa.Column("cleared", sa.Boolean(), nullable=False),
        sa.Column("price", sa.BigInteger(), nullable=False),
        sa.Column("volume", sa.BigInteger(), nullable=False),
        sa.Column("unsettled", sa.BigInteger(), nullable=False),
        sa.Column("marginal_ask", sa.BigInteger(), nullable=False),
        sa.Column("marginal_bid", sa.BigInteger(), nullable=False),
        sa.Column("offers", sa.JSON(), nullable=False),
        sa.Column("bids", sa.JSON(), nullable=False),
        sa.Column("cleared_at", sa.BigInteger(), nullable=True),
        sa.Column("slot", sa.BigInteger(), nullable=False),
        sa.Column("closed", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("index"),
    )
    op.create_index(op.f("ix_epoch_starts_at"), "epoch", ["starts_at"], unique=False)
    op.create_table(
        "erc_request",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("wallet", sa.String(), nullable=False),
        sa.Column("meter_id", sa.String(), nullable=False),
        sa.Column("energy_amount", sa.BigInteger(), nullable=False),
        sa.Column("renewable_source", sa.String(), nullable=False),
        sa.Column("validation_data", sa.String(), nullable=False),
        sa.Column("certificate_id", sa.String(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("certificate_id"),
    )
    op.create_index(op.f("ix_erc_request_state"), "erc_request", ["state"], unique=False)
    op.create_index(op.f("ix_erc_request_wallet"), "erc_request", ["wallet"], unique=False)
    op.create_table(
        "governance_log",
        sa.Column("signature", sa.String(), nullable=False),
        sa.Column("ordinal", sa.BigInteger(), nullable=False),
        sa.Column("slot", sa.BigInteger(), nullable=False),
        sa.Column("block_time", sa.BigInteger(), nullable=True),
        sa.Column("program", sa.String(), nullable=False),
        sa.Column("instruction", sa.String(), nullable=False),
        sa.Column("authority", sa.String(), nullable=False),
        sa.Column("arguments", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("signature", "ordinal"),
    )
    op.create_index(op.f("ix_governance_log_slot"), "governance_log", ["slot"], unique=False)
    op.create_table(
        "grid_movement",
        sa.Column("signature", sa.String(), nullable=False),
        sa.Column("ordinal", sa.BigInteger(), nullable=False),
        sa.Column("slot", sa.BigInteger(), nullable=False),
        sa.Column("block_time", sa.BigInteger(), nullable=True),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("account", sa.String(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("signature", "ordinal"),
    )
    op.create_index(op.f("ix_grid_movement_account"), "grid_movement", ["account"], unique=False)
    op.create_index(op.f("ix_grid_movement_slot"), "grid_movement", ["slot"], unique=False)
    op.create_table(
        "idempotency",
        sa.Column("owner", sa.String(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("request_hash", sa.String(), nullable=False),
        sa.Column("status", sa.BigInteger(), nullable=True),
        sa.Column("answer", sa.JSON(), nullable=True),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("owner", "key"),
    )
    op.create_index(op.f("ix_idempotency_created_at"), "idempotency", ["created_at"], unique=False)
    op.create_table(
        "ingest",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("meter_id", sa.String(), nullable=False),
        sa.Column("interval_end", sa.BigInteger(), nullable=False),
        sa.Column("generated_wh", sa.BigInteger(), nullable=False),
        sa.Column("consumed_wh", sa.BigInteger(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("received_at", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=True),
        sa.Column("signature", sa.String(), nullable=True),
        sa.Column("last_valid_height", sa.BigInteger(), nullable=True),
        sa.Column("slot", sa.BigInteger(), nullable=True),
        sa.Column("attempts", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("meter_id", "interval_end"),
    )
    op.create_index(op.f("ix_ingest_signature"), "ingest", ["signature"], unique=False)
    op.create_index("ix_ingest_state", "ingest", ["state", "meter_id", "interval_end"], unique=False)
    op.create_table(
        "lease",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("holder", sa.String(), nullable=False),
        sa.Column("fence", sa.BigInteger(), nullable=False),
        sa.Column("expires_ms", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("name"),
    )
    op.create_table(
        "meter",
        sa.Column("address", sa.String(), nullable=False),
        sa.Column("meter_id", sa.String(), nullable=False),
        sa.Column("owner", sa.String(), nullable=False),
        sa.Column("meter_type", sa.String(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("registered_at", sa.BigInteger(), nullable=False),
        sa.Column("last_reading_at", sa.BigInteger(), nullable=False),
        sa.Column("total_generation", sa.BigInteger(), nullable=False),
        sa.Column("total_consumption", sa.BigInteger(), nullable=False),
        sa.Column("settled_net_generation", sa.BigInteger(), nullable=False),
        sa.Column("claimed_erc_generation", sa.BigInteger(), nullable=False),
        sa.Column("slot", sa.BigInteger(), nullable=False),
        sa.Column("closed", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("address"),
    )
    op.create_index(op.f("ix_meter_meter_id"), "meter", ["meter_id"], unique=False)
    op.create_index(op.f("ix_meter_owner"), "meter", ["owner"], unique=False)
    op.create_table(
        "meter_key",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("meter_id", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("value", sa.String(), nullable=False),
        sa.Column("counter", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("revoked_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("value"),
    )
    op.create_index(op.f("ix_meter_key_meter_id"), "meter_key", ["meter_id"], unique=False)
    op.create_table(
        "meter_register",
        sa.Column("meter_id", sa.String(), nullable=False),
        sa.Column("serial", sa.String(), nullable=False),
        sa.Column("timestamp", sa.BigInteger(), nullable=False),
        sa.Column("imported", sa.BigInteger(), nullable=False),
        sa.Column("exported", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("meter_id"),
    )
    op.create_table(
        "nonce",
        sa.Column("value", sa.String(), nullable=False),
        sa.Column("wallet", sa.String(), nullable=False),
        sa.Column("message", sa.String(), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("value"),
    )
    op.create_index(op.f("ix_nonce_expires_at"), "nonce", ["expires_at"], unique=False)
    op.create_table(
        "notification",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("cause", sa.String(), nullable=False),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("recipient", sa.String(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("sent_at", sa.BigInteger(), nullable=True),
        sa.Column("attempts", sa.BigInteger(), nullable=False),
        sa.Column("next_attempt", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("cause", "channel"),
    )
    op.create_index(op.f("ix_notification_created_at"), "notification", ["created_at"], unique=False)
    op.create_index(op.f("ix_notification_recipient"), "notification", ["recipient"], unique=False)
    op.create_index(op.f("ix_notification_sent_at"), "notification", ["sent_at"], unique=False)
    op.create_table(
        "order",
        sa.Column("address", sa.String(), nullable=False),
        sa.Column("sequence", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("order_id", sa.BigInteger(), nullable=False),
        sa.Column("side", sa.String(), nullable=False),
        sa.Column("owner", sa.String(), nullable=False),
        sa.Column("epoch", sa.BigInteger(), nullable=False),
        sa.Column("amount_wh", sa.BigInteger(), nullable=False),
        sa.Column("filled_wh", sa.BigInteger(), nullable=False),
        sa.Column("cancelled_wh", sa.BigInteger(), nullable=False),
        sa.Column("price_per_kwh", sa.BigInteger(), nullable=False),
        sa.Column("locked", sa.BigInteger(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
        sa.Column("certificate", sa.String(), nullable=True),
        sa.Column("payer", sa.String(), nullable=False),
        sa.Column("made_in", sa.String(), nullable=True),
        sa.Column("slot", sa.BigInteger(), nullable=False),
        sa.Column("closed", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("address", "sequence"),
        sa.UniqueConstraint("made_in"),
    )
    op.create_index(op.f("ix_order_epoch"), "order", ["epoch"], unique=False)
    op.create_index(op.f("ix_order_owner"), "order", ["owner"], unique=False)
    op.create_table(
        "prepared_tx",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("wallet", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("message", sa.LargeBinary(), nullable=False),
        sa.Column("message_hash", sa.String(), nullable=False),
        sa.Column("last_valid_height", sa.BigInteger(), nullable=False),
        sa.Column("sponsored", sa.BigInteger(), nullable=False),
        sa.Column("approver", sa.String(), nullable=True),
        sa.Column("answer", sa.JSON(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("partly_signed", sa.LargeBinary(), nullable=True),
        sa.Column("signed", sa.LargeBinary(), nullable=True),
        sa.Column("signature", sa.String(), nullable=True),
        sa.Column("slot", sa.BigInteger(), nullable=True),
        sa.Column("reason", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(op.f("ix_prepared_tx_approver"), "prepared_tx", ["approver"], unique=False)
    op.create_index(op.f("ix_prepared_tx_created_at"), "prepared_tx", ["created_at"], unique=False)
    op.create_index(op.f("ix_prepared_tx_message_hash"), "prepared_tx", ["message_hash"], unique=False)
    op.create_index(op.f("ix_prepared_tx_signature"), "prepared_tx", ["signature"], unique=False)
    op.create_index(op.f("ix_prepared_tx_state"), "prepared_tx", ["state"], unique=False)
    op.create_index(op.f("ix_prepared_tx_wallet"), "prepared_tx", ["wallet"], unique=False)
    op.create_table(
        "reading",
        sa.Column("meter_id", sa.String(), nullable=False),
        sa.Column("timestamp", sa.BigInteger(), nullable=False),
        sa.Column("generated_wh", sa.BigInteger(), nullable=False),
        sa.Column("consumed_wh", sa.BigInteger(), nullable=False),
        sa.Column("signature", sa.String(), nullable=False),
        sa.Column("ordinal", sa.BigInteger(), nullable=False),
        sa.Column("slot", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("meter_id", "timestamp"),
        sa.UniqueConstraint("signature", "ordinal"),
    )
    op.create_index(op.f("ix_reading_slot"), "reading", ["slot"], unique=False)
    op.create_table(
        "session",
        sa.Column("token_hash", sa.String(), nullable=False),
        sa.Column("wallet", sa.String(), nullable=False),
        sa.Column("csrf", sa.String(), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("token_hash"),
    )
    op.create_index(op.f("ix_session_expires_at"), "session", ["expires_at"], unique=False)
    op.create_index(op.f("ix_session_wallet"), "session", ["wallet"], unique=False)
    op.create_table(
        "sponsor_ledger",
        sa.Column("prepared_id", sa.String(), nullable=False),
        sa.Column("wallet", sa.String(), nullable=False),
        sa.Column("promised", sa.BigInteger(), nullable=False),
        sa.Column("spent", sa.BigInteger(), nullable=True),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("prepared_id"),
    )
    op.create_index(op.f("ix_sponsor_ledger_created_at"), "sponsor_ledger", ["created_at"], unique=False)
    op.create_index(op.f("ix_sponsor_ledger_wallet"), "sponsor_ledger", ["wallet"], unique=False)
    op.create_table(
        "trade",
        sa.Column("address", sa.String(), nullable=False),
        sa.Column("signature", sa.String(), nullable=False),
        sa.Column("slot", sa.BigInteger(), nullable=False),
        sa.Column("seller", sa.String(), nullable=False),
        sa.Column("buyer", sa.String(), nullable=False),
        sa.Column("sell_order", sa.String(), nullable=False),
        sa.Column("buy_order", sa.String(), nullable=False),
        sa.Column("sell_sequence", sa.BigInteger(), nullable=True),
        sa.Column("buy_sequence", sa.BigInteger(), nullable=True),
        sa.Column("epoch", sa.BigInteger(), nullable=False),
        sa.Column("amount_wh", sa.BigInteger(), nullable=False),
        sa.Column("price_per_kwh", sa.BigInteger(), nullable=False),
        sa.Column("total_value", sa.BigInteger(), nullable=False),
        sa.Column("fee_amount", sa.BigInteger(), nullable=False),
        sa.Column("executed_at", sa.BigInteger(), nullable=False),
        sa.Column("certificate", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("address"),
    )
    op.create_index(op.f("ix_trade_buyer"), "trade", ["buyer"], unique=False)
    op.create_index(op.f("ix_trade_epoch"), "trade", ["epoch"], unique=False)
    op.create_index(op.f("ix_trade_executed_at"), "trade", ["executed_at"], unique=False)
    op.create_index(op.f("ix_trade_seller"), "trade", ["seller"], unique=False)
    op.create_index(op.f("ix_trade_signature"), "trade", ["signature"], unique=False)
    op.create_index(op.f("ix_trade_slot"), "trade", ["slot"], unique=False)
    op.create_table(
        "trader",
        sa.Column("address", sa.String(), nullable=False),
        sa.Column("wallet", sa.String(), nullable=False),
        sa.Column("open_orders", sa.BigInteger(), nullable=False),
        sa.Column("slot", sa.BigInteger(), nullable=False),
        sa.Column("closed", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("address"),
    )
    op.create_index(op.f("ix_trader_wallet"), "trader", ["wallet"], unique=False)
    op.create_table(
        "tx_seen",
        sa.Column("signature", sa.String(), nullable=False),
        sa.Column("slot", sa.BigInteger(), nullable=False),
        sa.Column("block_time", sa.BigInteger(), nullable=True),
        sa.Column("failed", sa.Boolean(), nullable=False),
        sa.Column("truncated", sa.Boolean(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("signature"),
    )
    op.create_index(op.f("ix_tx_seen_slot"), "tx_seen", ["slot"], unique=False)
    op.create_index(op.f("ix_tx_seen_state"), "tx_seen", ["state"], unique=False)
    op.create_table(
        "user",
        sa.Column("address", sa.String(), nullable=False),
        sa.Column("wallet", sa.String(), nullable=False),
        sa.Column("user_type", sa.String(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("location", sa.String(), nullable=False),
        sa.Column("affiliation", sa.String(), nullable=False),
        sa.Column("registered_at", sa.BigInteger(), nullable=False),
        sa.Column("meter_count", sa.BigInteger(), nullable=False),
        sa.Column("slot", sa.BigInteger(), nullable=False),
        sa.Column("closed", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("address"),
    )
    op.create_index(op.f("ix_user_wallet"), "user", ["wallet"], unique=False)


def downgrade() -> None:
    """Back to the form before."""
    op.drop_index(op.f("ix_user_wallet"), table_name="user")
    op.drop_table("user")
    op.drop_index(op.f("ix_tx_seen_state"), table_name="tx_seen")
    op.drop_index(op.f("ix_tx_seen_slot"), table_name="tx_seen")
    op.drop_table("tx_seen")
    op.drop_index(op.f("ix_trader_wallet"), table_name="trader")
    op.drop_table("trader")
    op.drop_index(op.f("ix_trade_slot"), table_name="trade")
    op.drop_index(op.f("ix_trade_signature"), table_name="trade")
    op.drop_index(op.f("ix_trade_seller"), table_name="trade")
    op.drop_index(op.f("ix_trade_executed_at"), table_name="trade")
    op.drop_index(op.f("ix_trade_epoch"), table_name="trade")
    op.drop_index(op.f("ix_trade_buyer"), table_name="trade")
    op.drop_table("trade")
    op.drop_index(op.f("ix_sponsor_ledger_wallet"), table_name="sponsor_ledger")
    op.drop_index(op.f("ix_sponsor_ledger_created_at"), table_name="sponsor_ledger")
    op.drop_table("sponsor_ledger")
    op.drop_index(op.f("ix_session_wallet"), table_name="session")
    op.drop_index(op.f("ix_session_expires_at"), table_name="session")
    op.drop_table("session")
    op.drop_index(op.f("ix_reading_slot"), table_name="reading")
    op.drop_table("reading")
    op.drop_index(op.f("ix_prepared_tx_wallet"), table_name="prepared_tx")
    op.drop_index(op.f("ix_prepared_tx_state"), table_name="prepared_tx")
    op.drop_index(op.f("ix_prepared_tx_signature"), table_name="prepared_tx")
    op.drop_index(op.f("ix_prepared_tx_message_hash"), table_name="prepared_tx")
    op.drop_index(op.f("ix_prepared_tx_created_at"), table_name="prepared_tx")
    op.drop_index(op.f("ix_prepared_tx_approver"), table_name="prepared_tx")
    op.drop_table("prepared_tx")
    op.drop_index(op.f("ix_order_owner"), table_name="order")
    op.drop_index(op.f("ix_order_epoch"), table_name="order")
    op.drop_table("order")
    op.drop_index(op.f("ix_notification_sent_at"), table_name="notification")
    op.drop_index(op.f("ix_notification_recipient"), table_name="notification")
    op.drop_index(op.f("ix_notification_created_at"), table_name="notification")
    op.drop_table("notification")
    op.drop_index(op.f("ix_nonce_expires_at"), table_name="nonce")
    op.drop_table("nonce")
    op.drop_table("meter_register")
    op.drop_index(op.f("ix_meter_key_meter_id"), table_name="meter_key")
    op.drop_table("meter_key")
    op.drop_index(op.f("ix_meter_owner"), table_name="meter")
    op.drop_index(op.f("ix_meter_meter_id"), table_name="meter")
    op.drop_table("meter")
    op.drop_table("lease")
    op.drop_index("ix_ingest_state", table_name="ingest")
    op.drop_index(op.f("ix_ingest_signature"), table_name="ingest")
    op.drop_table("ingest")
    op.drop_index(op.f("ix_idempotency_created_at"), table_name="idempotency")
    op.drop_table("idempotency")
    op.drop_index(op.f("ix_grid_movement_slot"), table_name="grid_movement")
    op.drop_index(op.f("ix_grid_movement_account"), table_name="grid_movement")
    op.drop_table("grid_movement")
    op.drop_index(op.f("ix_governance_log_slot"), table_name="governance_log")
    op.drop_table("governance_log")
    op.drop_index(op.f("ix_erc_request_wallet"), table_name="erc_request")
    op.drop_index(op.f("ix_erc_request_state"), table_name="erc_request")
    op.drop_table("erc_request")
    op.drop_index(op.f("ix_epoch_starts_at"), table_name="epoch")
    op.drop_table("epoch")
    op.drop_index(op.f("ix_enrolment_wallet"), table_name="enrolment")
    op.drop_table("enrolment")
    op.drop_index(op.f("ix_dead_letter_state"), table_name="dead_letter")
    op.drop_index(op.f("ix_dead_letter_created_at"), table_name="dead_letter")
    op.drop_table("dead_letter")
    op.drop_table("cursor")
    op.drop_table("contact")
    op.drop_index(op.f("ix_chain_event_slot"), table_name="chain_event")
    op.drop_index("ix_chain_event_name", table_name="chain_event")
    op.drop_table("chain_event")
    op.drop_index(op.f("ix_certificate_owner"), table_name="certificate")
    op.drop_index(op.f("ix_certificate_certificate_id"), table_name="certificate")
    op.drop_table("certificate")
    op.drop_table("alert")
