"""What Keycloak's user calls tell about accounts, sessions and wrong passwords."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """Add the columns; nothing is known about the rows that are there."""
    op.add_column("accounts", sa.Column("first_name", sa.String(length=60), nullable=True))
    op.add_column("accounts", sa.Column("required_actions", sa.JSON(), nullable=True))
    op.add_column("accounts", sa.Column("groups", sa.JSON(), nullable=True))
    op.add_column("accounts", sa.Column("password_set_at", sa.DateTime(), nullable=True))
    op.add_column("grants", sa.Column("used_at", sa.DateTime(), nullable=True))
    op.add_column("grants", sa.Column("address", sa.String(length=64), nullable=True))
    op.add_column("failure_counts", sa.Column("last_address", sa.String(length=64), nullable=True))
