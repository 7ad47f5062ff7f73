"""Snapshots of a sandbox on PostgreSQL, and their way from one kind of database to the other."""

import asyncio

import pytest
from sqlalchemy import create_engine, make_url, text

from sandbox.core import process
from sandbox.core.db import Base, Fact
from sandbox.core.outbox import record
from sandbox.core.snapshots import exchange, rows
from tests.support import postgres


@pytest.fixture(scope="module")
def server():
    with postgres.server() as address:
        yield address


@pytest.fixture
def url(server):
    engine = create_engine(server, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text("CREATE DATABASE state"))
    yield make_url(server).set(database="state").render_as_string(hide_password=False)
    with engine.connect() as connection:
        connection.execute(text("DROP DATABASE state WITH (FORCE)"))
    engine.dispose()


async def test_there_and_back(make_whole, url):
    whole = await make_whole(database_url=url)
    index = await whole.purchase()
    await whole.save("before")
    held = await whole.held()
    await whole.user("dora")
    await whole.fund("3")
    last = (await whole.events())[-1]["id"]
    await whole.restore("before")
    assert (await whole.users(), await whole.held()) == (["alice", "bob"], held)
    told = await whole.events(after=last)
    assert [one["kind"] for one in told] == ["sandbox.restored"]
    await whole.user("emil")
    await whole.settle()
    assert (await whole.desk("GET", f"purchases/{index}", 200))["purchase"]["state"] == "Valid"
    await whole.adds_up()


async def test_from_a_file_of_sqlite_and_back_to_one(make_whole, tmp_path, url):
    first = await make_whole()
    await first.user("dora")
    await first.purchase()
    await first.save("x")
    package = (await first.desk("GET", "snapshots/x/export", 200)).content
    second = await make_whole(tmp_path / "second", database_url=url)
    await second.desk("POST", "snapshots/import", 201, content=package)
    await second.restore("x")
    assert await second.users() == ["alice", "bob", "dora"]
    assert rows_of(second, "purchases") == rows_of(first, "purchases")
    await second.fund("1")
    await second.save("y")
    package = (await second.desk("GET", "snapshots/y/export", 200)).content
    await first.desk("POST", "snapshots/import", 201, content=package)
    await first.restore("y")
    for table in Base.metadata.tables.keys() - {"facts", "outbox", "outbox_subjects", "idempotent_calls"}:
        assert rows_of(first, table) == rows_of(second, table), table
    await first.adds_up()


async def test_a_kill_before_the_rows_are_in_is_made_good(make_whole, tmp_path, url):
    whole = await make_whole(database_url=url)
    await whole.save("before")
    await whole.user("dora")
    folder, manifest = whole.sandbox.app.state.keeper.shelf.find("before")
    prepared = exchange.prepare_beside(folder, manifest, tmp_path)
    exchange.adapt(prepared / "sandbox.sqlite", manifest, exchange.Kept())
    await whole.hub.close()
    exchange.decide(tmp_path)
    exchange.finish_files(tmp_path, with_database=False)
    assert await whole.users() == ["alice", "bob", "dora"]
    for _ in range(2):  # the second start finds nothing left to do
        exchange.finish_rows(tmp_path, whole.sandbox.db)
        assert await whole.users() == ["alice", "bob"]
        assert not (tmp_path / "restoring").exists()


class EndedError(BaseException):
    """Stands for the end of the process."""


def ends():
    raise EndedError


async def test_a_failure_halfway_ends_the_process_and_the_next_start_finishes(
    make_whole, tmp_path, url, monkeypatch, caplog
):
    whole = await make_whole(database_url=url)
    await whole.save("before")
    await whole.user("dora")

    def fails(_path, _db):
        raise OSError("the server is gone")

    with monkeypatch.context() as broken:
        broken.setattr(process, "end_at_once", ends)
        broken.setattr(rows, "load", fails)
        with pytest.raises(EndedError):
            await whole.sandbox.app.state.keeper.restore("before")
    assert "Start it again: it finishes the restore first." in caplog.text
    assert (tmp_path / "restoring" / "sandbox.sqlite").exists()
    assert await whole.users() == ["alice", "bob", "dora"]
    exchange.finish_files(tmp_path, with_database=False)
    exchange.finish_rows(tmp_path, whole.sandbox.db)
    assert await whole.users() == ["alice", "bob"]
    assert not (tmp_path / "restoring").exists()


async def test_a_failure_before_the_decision_ends_nothing(make_whole, tmp_path, monkeypatch):
    whole = await make_whole()
    await whole.save("before")

    def fails(_folder):
        raise OSError("the disk is full")

    with monkeypatch.context() as broken:
        broken.setattr(process, "end_at_once", ends)
        broken.setattr(exchange, "sync_tree", fails)
        with pytest.raises(OSError, match="full"):
            await whole.sandbox.app.state.keeper.restore("before")
    assert not (tmp_path / "restoring").exists()
    await whole.restore("before")


async def test_writers_of_all_instances_are_done_before_the_rows_are_exchanged(make_whole, url):
    whole = await make_whole(database_url=url)
    db = whole.sandbox.db
    await whole.save("before")
    file = whole.sandbox.app.state.keeper.shelf.find("before")[0] / "sandbox.sqlite"
    with db.write("another") as session:
        record(session, "sandbox.restored", "sandbox", {"state": "restored"})
    with db.write("another") as session:
        session.add(Fact(name="late", value="of the old life"))
        session.flush()
        loading = asyncio.create_task(asyncio.to_thread(rows.load, file, db))
        await asyncio.wait({loading}, timeout=2)
        waited = not loading.done()
    await loading
    assert waited
    assert db.fact("late") is None


def rows_of(whole, table):
    found = Base.metadata.tables[table]
    with whole.sandbox.db.engine.connect() as connection:
        return sorted(map(repr, connection.execute(found.select()).mappings()))
