"""Whether a call that broke off had begun to have effects."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"


def upgrade() -> None:
    """Take it that what broke off until now had."""
    op.add_column(
        "idempotent_calls", sa.Column("has_effects", sa.Boolean(), nullable=False, server_default=sa.true())
    )
