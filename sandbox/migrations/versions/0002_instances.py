"""Rows belong to an instance; events and repeated calls are kept."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

_DEFAULT = "default"
_NAMES = {"uq": "uq_%(table_name)s_%(column_0_name)s"}
_PLAIN = (
    "authorization_codes",
    "grants",
    "kyc_results",
    "purchases",
    "refresh_tokens",
    "shares",
    "sign_in_flows",
    "signing_keys",
    "user_addresses",
)
_UNIQUE = {
    "accounts": (("username",), ("email",)),
    "browser_sessions": (("cookie_hash",),),
    "users": (("issuer_key", "subject"),),
}
_KEYED = ("chain_cursors", "failure_counts", "network_overrides", "system_payments")


def upgrade() -> None:
    """Give every row to the default instance, and create the new tables."""
    for table in (*_PLAIN, *_UNIQUE):
        op.add_column(table, _instance(server_default=_DEFAULT))
        with op.batch_alter_table(table, naming_convention=_NAMES) as batch:
            batch.alter_column("instance_id", server_default=None)
            for columns in _UNIQUE.get(table, ()):
                batch.drop_constraint(f"uq_{table}_{columns[0]}", type_="unique")
                batch.create_unique_constraint(f"uq_{table}_{columns[0]}", ["instance_id", *columns])
    for table in _KEYED:
        _put_into_the_key(table)
    _create_new_tables()
    # Sandboxes that know no migrations read this, and refuse whatever is not theirs.
    op.execute("DELETE FROM facts WHERE name = 'schema_version'")
    op.execute("INSERT INTO facts (name, value) VALUES ('schema_version', '2')")


def _instance(*, primary_key: bool = False, server_default: str | None = None) -> sa.Column[str]:
    return sa.Column(
        "instance_id",
        sa.String(length=60),
        primary_key=primary_key,
        nullable=False,
        server_default=server_default,
    )


def _put_into_the_key(table: str) -> None:
    bind = op.get_bind()
    old = sa.Table(table, sa.MetaData(), autoload_with=bind)
    indexes = [(str(index.name), [column.name for column in index.columns]) for index in old.indexes]
    for name, _ in indexes:
        op.drop_index(name, table)
    op.rename_table(table, f"{table}_old")
    columns = [
        sa.Column(one.name, one.type, primary_key=one.primary_key, nullable=one.nullable) for one in old.c
    ]
    op.create_table(table, _instance(primary_key=True), *columns)
    names = ", ".join(column.name for column in columns)
    op.execute(f"INSERT INTO {table} (instance_id, {names}) SELECT '{_DEFAULT}', {names} FROM {table}_old")  # noqa: S608 — names of this file
    op.drop_table(f"{table}_old")
    for name, parts in indexes:
        op.create_index(name, table, parts)


def _create_new_tables() -> None:
    op.create_table(
        "outbox",
        sa.Column("id", sa.Integer(), primary_key=True, autoincrement=True),
        _instance(),
        sa.Column("kind", sa.String(length=60), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("subject", sa.String(length=100), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("payload", sa.JSON(), nullable=False),
        sa.UniqueConstraint("instance_id", "subject", "seq", name="uq_outbox_subject"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_outbox_kind", "outbox", ["kind"])
    op.create_table(
        "idempotent_calls",
        _instance(primary_key=True),
        sa.Column("principal", sa.String(length=250), primary_key=True),
        sa.Column("key", sa.String(length=255), primary_key=True),
        sa.Column("request_hash", sa.String(length=64), nullable=False),
        sa.Column("process", sa.String(length=36), nullable=False),
        sa.Column("started_at", sa.DateTime(), nullable=False),
        sa.Column("status", sa.Integer(), nullable=True),
        sa.Column("headers", sa.JSON(), nullable=True),
        sa.Column("body", sa.LargeBinary(), nullable=True),
    )
    op.create_index("ix_idempotent_calls_started_at", "idempotent_calls", ["started_at"])
