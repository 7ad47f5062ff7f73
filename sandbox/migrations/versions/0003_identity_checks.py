"""Identity checks: the chosen provider, cases at Postident, applications at the exchange."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "kyc_choices",
        _instance(),
        sa.Column("user_id", sa.String(length=36), sa.ForeignKey("users.id"), primary_key=True),
        _text("provider", 20),
    )
    op.create_table(
        "postident_cases",
        _instance(),
        sa.Column("id", sa.String(length=36), primary_key=True),
        sa.Column("user_id", sa.String(length=36), sa.ForeignKey("users.id"), nullable=False),
        _text("username", 100),
        _text("state", 30),
        _text("reason", 300),
        sa.Column("is_archived", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("changed_at", sa.DateTime(), nullable=False),
        sa.Column("due_at", sa.DateTime(), nullable=True),
        sa.Column("outcome", sa.String(length=60), nullable=True),
        _text("outcome_reason", 300),
    )
    op.create_table(
        "kyc_applications",
        _instance(),
        sa.Column("user_id", sa.String(length=36), sa.ForeignKey("users.id"), primary_key=True),
        _text("username", 100),
        _text("mail", 254),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("exists_from", sa.DateTime(), nullable=False),
        sa.Column("is_elevated", sa.Boolean(), nullable=False),
        sa.Column("has_bank_account", sa.Boolean(), nullable=False),
        sa.Column("set_level", sa.Integer(), nullable=True),
        sa.Column("agreed_daily_eur", sa.String(length=64), nullable=True),
        sa.Column("agreed_monthly_eur", sa.String(length=64), nullable=True),
        sa.Column("closed_reason", sa.String(length=300), nullable=True),
    )
    op.create_table(
        "kyc_parts",
        _instance(),
        sa.Column(
            "user_id", sa.String(length=36), sa.ForeignKey("kyc_applications.user_id"), primary_key=True
        ),
        sa.Column("name", sa.String(length=60), primary_key=True),
        _text("state", 20),
        _text("reason", 300),
        sa.Column("data", sa.JSON(), nullable=False),
        sa.Column("files", sa.JSON(), nullable=False),
        _text("fingerprint", 64),
        sa.Column("handed_in_at", sa.DateTime(), nullable=False),
        sa.Column("decided_at", sa.DateTime(), nullable=True),
        sa.Column("due_at", sa.DateTime(), nullable=True),
        sa.Column("outcome", sa.String(length=60), nullable=True),
        _text("outcome_reason", 300),
    )
    for table, columns in _INDEXED.items():
        for column in columns:
            op.create_index(f"ix_{table}_{column}", table, [column])


_INDEXED = {
    "postident_cases": ("user_id", "created_at", "due_at"),
    "kyc_applications": ("username",),
    "kyc_parts": ("state", "due_at"),
}


def _instance() -> sa.Column[str]:
    return _text("instance_id", 60)


def _text(name: str, length: int) -> sa.Column[str]:
    return sa.Column(name, sa.String(length=length), nullable=False)
