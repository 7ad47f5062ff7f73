"""The bank, the exchange, the ledger, and rates as testers set them."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "bank_accounts",
        sa.Column("instance_id", sa.String(length=60), nullable=False),
        sa.Column("iban", sa.String(length=34), nullable=False),
        sa.Column("number", sa.Integer(), nullable=True),
        sa.Column("holder", sa.String(length=140), nullable=False),
        sa.Column("opened_at", sa.DateTime(), nullable=False),
        sa.Column("closed_at", sa.DateTime(), nullable=True),
        sa.PrimaryKeyConstraint("instance_id", "iban"),
        sa.UniqueConstraint("instance_id", "number"),
    )
    op.create_table(
        "bank_transfers",
        sa.Column("instance_id", sa.String(length=60), nullable=False),
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("from_iban", sa.String(length=34), nullable=False),
        sa.Column("from_name", sa.String(length=140), nullable=False),
        sa.Column("to_iban", sa.String(length=34), nullable=False),
        sa.Column("to_name", sa.String(length=140), nullable=False),
        sa.Column("amount", sa.String(length=64), nullable=False),
        sa.Column("reference", sa.String(length=140), nullable=False),
        sa.Column("is_instant", sa.Boolean(), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("ordered_at", sa.DateTime(), nullable=False),
        sa.Column("due_at", sa.DateTime(), nullable=False),
        sa.Column("done_at", sa.DateTime(), nullable=True),
        sa.Column("arrival", sa.Integer(), nullable=True),
        sa.Column("reason", sa.String(length=4), nullable=True),
        sa.Column("returns", sa.String(length=36), nullable=True),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("instance_id", "arrival"),
    )
    op.create_index("ix_bank_transfers_due_at", "bank_transfers", ["due_at"], unique=False)
    op.create_index("ix_bank_transfers_from_iban", "bank_transfers", ["from_iban"], unique=False)
    op.create_index("ix_bank_transfers_state", "bank_transfers", ["state"], unique=False)
    op.create_index("ix_bank_transfers_to_iban", "bank_transfers", ["to_iban"], unique=False)
    op.create_table(
        "exchange_cursors",
        sa.Column("instance_id", sa.String(length=60), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("instance_id", "name"),
    )
    op.create_table(
        "ledger_lines",
        sa.Column("instance_id", sa.String(length=60), nullable=False),
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("posting", sa.String(length=36), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("account", sa.String(length=80), nullable=False),
        sa.Column("cents", sa.BigInteger(), nullable=False),
        sa.Column("text", sa.String(length=200), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_ledger_lines_account", "ledger_lines", ["account"], unique=False)
    op.create_index("ix_ledger_lines_posting", "ledger_lines", ["posting"], unique=False)
    op.create_table(
        "rate_overrides",
        sa.Column("instance_id", sa.String(length=60), nullable=False),
        sa.Column("network_key", sa.String(length=60), nullable=False),
        sa.Column("mode", sa.String(length=10), nullable=False),
        sa.Column("rate", sa.String(length=64), nullable=True),
        sa.Column("since", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("instance_id", "network_key"),
    )
    op.create_table(
        "exchange_details",
        sa.Column("instance_id", sa.String(length=60), nullable=False),
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("user_id", sa.String(length=36), nullable=False),
        sa.Column("key", sa.String(length=10), nullable=False),
        sa.Column("address", sa.String(length=100), nullable=False),
        sa.Column("account", sa.String(length=100), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("verified_at", sa.DateTime(), nullable=True),
        sa.Column("removed_at", sa.DateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["user_id"],
            ["users.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_exchange_details_user_id", "exchange_details", ["user_id"], unique=False)
    op.create_table(
        "exchange_contracts",
        sa.Column("instance_id", sa.String(length=60), nullable=False),
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("user_id", sa.String(length=36), nullable=False),
        sa.Column("reference", sa.String(length=20), nullable=False),
        sa.Column("incoming_key", sa.String(length=10), nullable=False),
        sa.Column("incoming_detail_id", sa.String(length=36), nullable=True),
        sa.Column("outgoing_key", sa.String(length=10), nullable=False),
        sa.Column("outgoing_detail_id", sa.String(length=36), nullable=False),
        sa.Column("amount", sa.String(length=64), nullable=True),
        sa.Column("network_key", sa.String(length=60), nullable=False),
        sa.Column("deposit_account", sa.String(length=60), nullable=True),
        sa.Column("deposit_address", sa.String(length=100), nullable=True),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("expires_at", sa.DateTime(), nullable=False),
        sa.Column("closed_at", sa.DateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["incoming_detail_id"],
            ["exchange_details.id"],
        ),
        sa.ForeignKeyConstraint(
            ["outgoing_detail_id"],
            ["exchange_details.id"],
        ),
        sa.ForeignKeyConstraint(
            ["user_id"],
            ["users.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("instance_id", "reference"),
    )
    op.create_index(
        "ix_exchange_contracts_deposit_address", "exchange_contracts", ["deposit_address"], unique=False
    )
    op.create_index("ix_exchange_contracts_user_id", "exchange_contracts", ["user_id"], unique=False)
    op.create_table(
        "exchange_orders",
        sa.Column("instance_id", sa.String(length=60), nullable=False),
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("contract_id", sa.String(length=36), nullable=False),
        sa.Column("user_id", sa.String(length=36), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("reason", sa.String(length=40), nullable=True),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("changed_at", sa.DateTime(), nullable=False),
        sa.Column("incoming_amount", sa.String(length=64), nullable=False),
        sa.Column("outgoing_amount", sa.String(length=64), nullable=False),
        sa.Column("course", sa.String(length=64), nullable=False),
        sa.Column("eur", sa.String(length=64), nullable=False),
        sa.Column("fee_eur", sa.String(length=64), nullable=False),
        sa.Column("crypto_fee", sa.String(length=64), nullable=False),
        sa.Column("payment_id", sa.String(length=170), nullable=True),
        sa.Column("payer", sa.String(length=100), nullable=True),
        sa.Column("payer_name", sa.String(length=140), nullable=True),
        sa.Column("paid_at", sa.DateTime(), nullable=True),
        sa.Column("approved_at", sa.DateTime(), nullable=True),
        sa.Column("log_position", sa.Integer(), nullable=True),
        sa.Column("sending_at", sa.DateTime(), nullable=True),
        sa.Column("payout_id", sa.String(length=100), nullable=True),
        sa.Column("refund_id", sa.String(length=100), nullable=True),
        sa.ForeignKeyConstraint(
            ["contract_id"],
            ["exchange_contracts.id"],
        ),
        sa.ForeignKeyConstraint(
            ["user_id"],
            ["users.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("instance_id", "payment_id"),
    )
    op.create_index("ix_exchange_orders_contract_id", "exchange_orders", ["contract_id"], unique=False)
    op.create_index("ix_exchange_orders_created_at", "exchange_orders", ["created_at"], unique=False)
    op.create_index("ix_exchange_orders_state", "exchange_orders", ["state"], unique=False)
    op.create_index("ix_exchange_orders_user_id", "exchange_orders", ["user_id"], unique=False)
