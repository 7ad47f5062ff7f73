"""The tables: made anew, brought up to date, or refused."""

import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine, inspect, text

import sandbox.main
from sandbox.core import schema
from sandbox.core.db import Base, Database, seed_fact
from sandbox.core.errors import StartError
from sandbox.core.outbox import newest, record
from sandbox.services.identity.tables import Account

assert sandbox.main  # it knows all tables

AT = "2026-01-02 03:04:05.000000"
OLD_ROWS = {
    "facts": [("schema_version", "1"), ("port", "9000")],
    "accounts": [("a1", "dora", "dora@example.com", 1, "Dora", "hash", 1, 0, AT)],
    "chain_cursors": [("ETH", 7), ("EURX", 3)],
    "failure_counts": [("k" * 64, 2, None, AT)],
    "network_overrides": [("ETH", '{"display_name": "Ether"}')],
    "sign_in_flows": [("f1", "b" * 64, "{}", AT)],
    "signing_keys": [("kid", "ES256", "pem", AT)],
    "system_payments": [("ETH", 1, "0x1", "0xa", "1.50", None, "p1")],
    "users": [
        ("u1", "realm:etopay", "a1", "dora", AT, None, "ETH"),
        ("u2", "realm:x", "s", "bo", AT, AT, None),
    ],
    "browser_sessions": [("s1", "c" * 64, "a1", AT, AT, None)],
    "grants": [("g1", "s1", "a1", "app", "openid", AT, None)],
    "kyc_results": [("u1", "sandbox", 1)],
    "purchases": [
        (
            *("p1", "u1", "dora", "u2", "bo", "ETH", "1.50", "1.425", "0.05", "2000.1", None, "Completed"),
            *("[]", AT, AT, "0x1", "0x1", "0xa", 1, "0x2", "0xb"),
        )
    ],
    "shares": [("u1", "backup", "sealed")],
    "user_addresses": [("u1", "ETH", "0xa")],
    "authorization_codes": [("h" * 64, "app", "http://x", None, None, "openid", "s1", AT, AT, "g1")],
    "refresh_tokens": [("t" * 64, "g1", AT, None)],
}


def alembic(connection):
    config = Config()
    config.set_main_option("script_location", str(schema.FOLDER))
    config.attributes["connection"] = connection
    return config


@pytest.fixture
def url(tmp_path):
    return f"sqlite:///{(tmp_path / 'sandbox.sqlite').as_posix()}"


@pytest.fixture
def old(url):
    """A data folder of the version before: its tables with rows, and no trace of Alembic."""
    engine = create_engine(url)
    with engine.begin() as connection:
        command.upgrade(alembic(connection), schema.FIRST)
        connection.execute(text("DROP TABLE alembic_version"))
        for table, rows in OLD_ROWS.items():
            for row in rows:
                marks = ", ".join("?" * len(row))
                connection.exec_driver_sql(f"INSERT INTO {table} VALUES ({marks})", row)
    engine.dispose()
    return url


def differences(engine):
    with engine.connect() as connection:
        context = MigrationContext.configure(connection)
        return compare_metadata(context, Base.metadata)


def opened(url):
    db = Database(url)
    db.create()
    return db


@pytest.mark.usefixtures("old")
def test_an_older_folder_is_brought_up_to_date_with_all_it_holds(url):
    db = opened(url)
    assert differences(db.engine) == []
    with db.engine.connect() as connection:
        for table, rows in OLD_ROWS.items():
            columns = [one["name"] for one in inspect(connection).get_columns(table)]
            kept = [name for name in columns if name != "instance_id"][: len(rows[0])]
            found = connection.exec_driver_sql(f"SELECT {', '.join(kept)} FROM {table}").all()
            expected = [("schema_version", "2") if row[0] == "schema_version" else row for row in rows]
            assert sorted(map(tuple, found)) == sorted(expected), table
            if "instance_id" in columns:
                owners = connection.exec_driver_sql(f"SELECT DISTINCT instance_id FROM {table}").all()
                assert owners == [("default",)]
        assert connection.exec_driver_sql("PRAGMA foreign_key_check").all() == []
    db.close()


@pytest.mark.usefixtures("old")
def test_it_still_works_and_keeps_instances_apart(url):
    db = opened(url)
    with db.write("other") as session:
        account = Account(username="dora", email="dora@example.com", name="", password_hash="x", id="a9")
        account.email_verified = False
        account.created_at = datetime(2026, 1, 1, tzinfo=UTC)
        session.add(account)
    with db.read() as session:
        assert session.get_one(Account, "a1").username == "dora"
    db.close()


def test_events_are_counted_on_and_seeds_are_not_put_in_twice(url):
    engine = create_engine(url)
    with engine.begin() as connection:
        command.upgrade(alembic(connection), "0004")
        connection.exec_driver_sql("INSERT INTO facts VALUES ('seed:user:alice', 'u1'), ('port', '9000')")
        for seq in (1, 2):
            row = ("default", "test.done", AT, "s", seq, "{}")
            connection.exec_driver_sql(
                "INSERT INTO outbox (instance_id, kind, at, subject, seq, payload) VALUES (?,?,?,?,?,?)", row
            )
    engine.dispose()
    db = opened(url)
    assert db.fact(seed_fact("user:alice")) == "u1"
    assert db.fact("port") == "9000"
    with db.write() as session:
        record(session, "test.done", "s", {})
        assert [one.seq for one in newest(session, 1)] == [3]
    db.close()


@pytest.mark.usefixtures("old")
def test_a_failed_step_leaves_the_old_tables(url, monkeypatch):
    connection_before = create_engine(url).connect()
    before = inspect(connection_before).get_table_names()
    connection_before.close()
    real = command.upgrade

    def broken(config, target):
        real(config, target)
        raise RuntimeError("power cut")

    monkeypatch.setattr(command, "upgrade", broken)
    with pytest.raises(RuntimeError, match="power cut"):
        opened(url)
    monkeypatch.undo()
    with create_engine(url).connect() as connection:
        assert inspect(connection).get_table_names() == before
        assert connection.scalar(text("SELECT count(*) FROM shares")) == 1
    opened(url).close()


def test_new_tables_are_those_of_the_models(url):
    db = opened(url)
    assert differences(db.engine) == []
    with db.engine.connect() as connection:
        assert connection.scalar(text("SELECT version_num FROM alembic_version")) == schema.revisions()[-1]
    db.close()
    opened(url).close()


def test_a_start_with_nothing_to_do_does_not_load_alembic(url):
    """Loading it takes a hundred times as long as finding the tables up to date."""
    script = (
        "import sys, sandbox.main; from sandbox.core.db import Database\n"
        "for _ in range(2):\n    db = Database(sys.argv[1]); db.create(); db.close()\n"
        "sys.exit('alembic' in sys.modules)"
    )
    root = Path(__file__).parents[3]
    assert subprocess.run([sys.executable, "-c", script, url], cwd=root, check=False).returncode == 0


def test_there_is_one_head_and_it_is_the_last_file():
    script = ScriptDirectory(str(schema.FOLDER))
    assert script.get_heads() == [schema.revisions()[-1]]
    chain = [one.revision for one in script.walk_revisions()]
    assert chain == sorted(chain, reverse=True) == schema.revisions()[::-1]


def test_all_tables_but_facts_belong_to_instances():
    without = {name for name, table in Base.metadata.tables.items() if "instance_id" not in table.columns}
    assert without == {"facts"}


@pytest.mark.parametrize("change", ["UPDATE alembic_version SET version_num = '9999'"])
def test_a_later_version_is_refused(url, change):
    opened(url).close()
    with create_engine(url).begin() as connection:
        connection.execute(text(change))
    with pytest.raises(StartError, match=r"another version of the sandbox \(tables 9999, this one knows"):
        opened(url)


@pytest.mark.usefixtures("old")
def test_a_later_version_from_before_migrations_is_refused(url):
    with create_engine(url).begin() as connection:
        connection.execute(text("UPDATE facts SET value = '7' WHERE name = 'schema_version'"))
    with pytest.raises(StartError, match=r"tables 7, this one knows .*--data"):
        opened(url)
