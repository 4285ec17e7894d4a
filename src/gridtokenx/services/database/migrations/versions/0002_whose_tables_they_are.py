"""The tables say of which chain they are."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """To the new form."""
    op.create_table(
        "chain_identity",
        sa.Column("genesis_hash", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("genesis_hash"),
    )


def downgrade() -> None:
    """Back to the form before."""
    op.drop_table("chain_identity")
