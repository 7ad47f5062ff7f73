"""Payments for purchases that go back to whoever sent them."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    """Add what is known of refunds; payments from before have no moment and stay where they are."""
    op.add_column(
        "purchases", sa.Column("further_txs", sa.JSON(), nullable=False, server_default=sa.text("'[]'"))
    )
    op.add_column("system_payments", sa.Column("seen_at", sa.DateTime(), nullable=True))
    op.add_column("system_payments", sa.Column("refund_reason", sa.String(length=40), nullable=True))
    op.add_column("system_payments", sa.Column("refund_amount", sa.String(length=64), nullable=True))
    op.add_column("system_payments", sa.Column("refund_tx", sa.String(length=100), nullable=True))
    op.add_column("system_payments", sa.Column("refunded_at", sa.DateTime(), nullable=True))
    op.create_index("ix_system_payments_refund_reason", "system_payments", ["refund_reason"])
