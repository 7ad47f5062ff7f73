"""Transactions that were named for a purchase that has its payment: found by their id."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"


def upgrade() -> None:
    """Give them a table in place of a list with each purchase."""
    op.create_table(
        "further_payments",
        sa.Column("instance_id", sa.String(length=60), nullable=False),
        sa.Column("network_key", sa.String(length=60), nullable=False),
        sa.Column("tx_id", sa.String(length=100), nullable=False),
        sa.Column("purchase_id", sa.String(length=36), nullable=False),
        sa.ForeignKeyConstraint(["purchase_id"], ["purchases.id"]),
        sa.PrimaryKeyConstraint("instance_id", "network_key", "tx_id", "purchase_id"),
    )
    with op.batch_alter_table("purchases") as table:
        table.drop_column("further_txs")
        table.create_index("ix_purchases_committed_tx", ["committed_tx"])
