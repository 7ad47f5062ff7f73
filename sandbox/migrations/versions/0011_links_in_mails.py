"""Links in mails, what somebody has to do before she is signed in, and the realm's settings."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    """Add the columns and create the tables."""
    op.add_column("accounts", sa.Column("terms_accepted_at", sa.DateTime(), nullable=True))
    op.add_column("accounts", sa.Column("language", sa.String(length=10), nullable=True))
    op.add_column("sign_in_flows", sa.Column("account_id", sa.String(length=36), nullable=True))
    op.add_column("sign_in_flows", sa.Column("session_id", sa.String(length=36), nullable=True))
    op.create_table(
        "action_tokens",
        sa.Column("instance_id", sa.String(length=60), nullable=False),
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("account_id", sa.String(length=36), nullable=False),
        sa.Column("kind", sa.String(length=60), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("actions", sa.JSON(), nullable=True),
        sa.Column("client_id", sa.String(length=60), nullable=True),
        sa.Column("redirect_uri", sa.String(length=2000), nullable=True),
        sa.Column("flow_id", sa.String(length=60), nullable=True),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("expires_at", sa.DateTime(), nullable=False),
        sa.Column("used_at", sa.DateTime(), nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_action_tokens_account_id", "action_tokens", ["account_id"], unique=False)
    op.create_table(
        "realm_settings",
        sa.Column("instance_id", sa.String(length=60), nullable=False),
        sa.Column("realm", sa.String(length=60), nullable=False),
        sa.Column("changed", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("instance_id", "realm"),
    )
