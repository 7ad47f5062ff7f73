"""Consents, settings of clients, notices of sign-outs, and how sessions and locks end."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    """Add the columns and create the tables."""
    op.add_column("accounts", sa.Column("disabled_reason", sa.String(length=60), nullable=True))
    op.add_column("browser_sessions", sa.Column("used_at", sa.DateTime(), nullable=True))
    op.add_column("grants", sa.Column("offline", sa.Boolean(), nullable=True))
    op.add_column("failure_counts", sa.Column("locks", sa.Integer(), nullable=True))
    op.create_table(
        "consents",
        sa.Column("instance_id", sa.String(length=60), nullable=False),
        sa.Column("account_id", sa.String(length=36), nullable=False),
        sa.Column("client_id", sa.String(length=60), nullable=False),
        sa.Column("scopes", sa.JSON(), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("updated_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("account_id", "client_id"),
    )
    op.create_table(
        "client_settings",
        sa.Column("instance_id", sa.String(length=60), nullable=False),
        sa.Column("client_id", sa.String(length=60), nullable=False),
        sa.Column("changed", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("instance_id", "client_id"),
    )
    op.create_table(
        "logout_notices",
        sa.Column("instance_id", sa.String(length=60), nullable=False),
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("client_id", sa.String(length=60), nullable=False),
        sa.Column("url", sa.String(length=2000), nullable=False),
        sa.Column("subject", sa.String(length=36), nullable=False),
        sa.Column("session_id", sa.String(length=36), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("due_at", sa.DateTime(), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("told", sa.String(length=200), nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_logout_notices_due_at", "logout_notices", ["due_at"], unique=False)
