"""The sandbox on PostgreSQL: the same tables, one writer at a time, the same rules."""

import os
import re
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import create_engine, make_url, text

import sandbox.main
from sandbox.core import schema
from sandbox.core.db import Base, Database, Fact
from sandbox.core.errors import StartError
from tests.sandbox.browsing import AppSignIn
from tests.sandbox.databases import SERVER
from tests.support import postgres
from tests.support.campaign import campaign

__all__ = ["campaign"]

assert sandbox.main  # it knows all tables

FIRST_TABLES = Path(__file__).parent / "core/tables_0005.sql"
ROOT = Path(__file__).parents[2]
FOLDERS = ("purchases", "core", "bank", "exchange", "kyc", "identity", "mail", "backend", "control")


@pytest.fixture(scope="module")
def server():
    with postgres.server() as address:
        yield address


@pytest.fixture
def url(server, request):
    name = request.node.name.lower()[:40]
    engine = create_engine(server, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    engine.dispose()
    return make_url(server).set(database=name).render_as_string(hide_password=False)


@pytest.fixture
def db(url):
    one = Database(url)
    one.create()
    yield one
    one.close()


def differences(engine):
    with engine.connect() as connection:
        return compare_metadata(MigrationContext.configure(connection), Base.metadata)


def test_the_tables_made_anew_are_those_of_the_models(db):
    assert differences(db.engine) == []


def test_a_database_of_the_first_version_on_postgresql_is_brought_up_to_date(url):
    engine = create_engine(url)
    with engine.begin() as connection:
        for statement in FIRST_TABLES.read_text(encoding="utf-8").split(";\n"):
            if statement.strip():
                connection.exec_driver_sql(statement.replace("%", "%%"))
        connection.execute(text("INSERT INTO facts VALUES ('kept', 'value')"))
    engine.dispose()
    db = Database(url)
    db.create()
    assert differences(db.engine) == []
    assert db.fact("kept") == "value"
    with db.engine.connect() as connection:
        assert connection.scalar(text("SELECT version_num FROM alembic_version")) == schema.revisions()[-1]
    db.close()


def test_writers_follow_each_other_and_a_reader_sees_one_moment(db):
    db.remember("count", "0")

    def add():
        for _ in range(20):
            with db.write() as session:
                fact = session.get(Fact, "count")
                fact.value = str(int(fact.value) + 1)

    writers = [threading.Thread(target=add) for _ in range(4)]
    with db.read() as session:
        assert session.get(Fact, "count").value == "0"
        for one in writers:
            one.start()
        for one in writers:
            one.join()
        session.expire_all()
        assert session.get(Fact, "count").value == "0"
    assert db.fact("count") == "80"


def test_what_only_reads_cannot_write(db):
    with db.read() as session:
        session.add(Fact(name="x", value="y"))
        with pytest.raises(Exception, match="read-only"):
            session.flush()


async def test_two_processes_on_one_database_share_people_and_tokens(make_sandbox, tmp_path, db):
    (tmp_path / "second").mkdir()
    address = db.engine.url.render_as_string(hide_password=False)
    first = make_sandbox(database_url=address)
    second = make_sandbox(folder=tmp_path / "second", database_url=address)
    headers = await first.user("dora")
    answer = await second.http.get("/api/user/network", headers=headers)
    assert answer.status_code == 200, answer.text
    async with second.browser() as browser:
        signed_in = await AppSignIn(browser).sign_in("dora", "correct horse battery")
    assert "code=" in signed_in.headers["location"]


def test_a_second_sandbox_on_the_database_is_refused(db, url):
    db.claim()
    second = Database(url)
    with pytest.raises(StartError, match="Another sandbox uses this database"):
        second.claim()
    db.close()
    second.claim()
    second.close()


@pytest.mark.campaign("postgres")
def test_the_tests_of_the_services_pass_on_it_too(server, campaign):
    for number in campaign.each(min(campaign.runs, len(FOLDERS))):
        command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider"]
        done = subprocess.run(
            [*command, f"tests/sandbox/{FOLDERS[number]}"],
            cwd=ROOT,
            env=os.environ | {SERVER: server},
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stdout[-3000:]
        campaign.figures["tests"] += int(re.findall(r"(\d+) passed", done.stdout)[-1])
