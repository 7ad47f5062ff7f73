"""Events are counted by subject for good, and what was put in of a seed is known by instance."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Count the events that are there, and give the facts of seeds to the default instance."""
    op.create_table(
        "outbox_subjects",
        sa.Column("instance_id", sa.String(length=60), nullable=False),
        sa.Column("subject", sa.String(length=100), nullable=False),
        sa.Column("last_seq", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("instance_id", "subject"),
    )
    op.execute(
        "INSERT INTO outbox_subjects (instance_id, subject, last_seq) "
        "SELECT instance_id, subject, max(seq) FROM outbox GROUP BY instance_id, subject"
    )
    op.execute("UPDATE facts SET name = 'seed:default:' || substr(name, 6) WHERE name LIKE 'seed:%'")
