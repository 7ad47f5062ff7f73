"""Transfers of coins that are signed: written down before a chain gets them."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    """Create the table."""
    op.create_table(
        "coin_payments",
        sa.Column("instance_id", sa.String(length=60), nullable=False),
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("purpose", sa.String(length=120), nullable=False),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("network_key", sa.String(length=60), nullable=False),
        sa.Column("account", sa.String(length=60), nullable=False),
        sa.Column("target", sa.String(length=100), nullable=False),
        sa.Column("amount", sa.String(length=64), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("tx_id", sa.String(length=100), nullable=False),
        sa.Column("raw", sa.LargeBinary(), nullable=False),
        sa.Column("nonce", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("instance_id", "purpose", "attempt"),
    )
    op.create_index("ix_coin_payments_purpose", "coin_payments", ["purpose"], unique=False)
    op.create_index("ix_coin_payments_state", "coin_payments", ["state"], unique=False)
    op.create_index("ix_coin_payments_tx_id", "coin_payments", ["tx_id"], unique=False)
