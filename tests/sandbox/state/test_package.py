"""A snapshot as one file: it goes elsewhere, and one from elsewhere is trusted in nothing."""

import hashlib
import io
import json
import random
import sqlite3
import struct
import subprocess
import sys
import zipfile

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import create_engine, text

from sandbox.core import schema
from sandbox.core.snapshots.manifest import SnapshotError
from sandbox.core.snapshots.package import unpack


def parts_of(package):
    with zipfile.ZipFile(io.BytesIO(package)) as found:
        return {name: found.read(name) for name in found.namelist()}


def packed(parts, method=zipfile.ZIP_DEFLATED):
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w", method) as package:
        for name, content in parts.items():
            package.writestr(name, content)
    return whole.getvalue()


def changed(parts, **members):
    """The package with another manifest."""
    manifest = json.loads(parts["manifest.json"]) | members
    return packed(parts | {"manifest.json": json.dumps(manifest)})


def with_file(parts, path, content):
    """The package with another file, which the manifest knows."""
    manifest = json.loads(parts["manifest.json"])
    for one in manifest["files"]:
        if one["path"] == path:
            one |= {"bytes": len(content), "sha256": hashlib.sha256(content).hexdigest()}
    return packed(parts | {path: content, "manifest.json": json.dumps(manifest)})


def edited(content, tmp_path, *statements):
    """A database after some statements."""
    path = tmp_path / "edited.sqlite"
    path.write_bytes(content)
    with sqlite3.connect(path) as found:
        for statement in statements:
            found.execute(statement)
    found.close()
    return path.read_bytes()


@pytest.fixture
async def package(whole):
    await whole.save("x")
    return (await whole.desk("GET", "snapshots/x/export", 200)).content


@pytest.fixture
def parts(package):
    return parts_of(package)


async def test_it_goes_to_another_sandbox(whole, make_whole, tmp_path):
    await whole.user("dora")
    await whole.fund("2")
    await whole.save("x")
    package = (await whole.desk("GET", "snapshots/x/export", 200)).content
    other = await make_whole(tmp_path / "other")
    told = await other.desk("POST", "snapshots/import?name=theirs", 201, content=package)
    assert (told["name"], await other.users()) == ("theirs", ["alice", "bob"])
    await other.restore("theirs")
    assert (await other.users(), await other.held()) == (["alice", "bob", "dora"], 7)
    await other.adds_up()


async def test_the_same_snapshot_gives_the_same_file(whole, package):
    assert (await whole.desk("GET", "snapshots/x/export", 200)).content == package


async def refusal(whole, content):
    """What is said to a file; the state and the shelf stay as they are."""
    before = await whole.desk("GET", "snapshots", 200)
    answer = await whole.desk("POST", "snapshots/import?name=theirs", 422, content=content)
    assert answer["error"] == "snapshot_invalid"
    assert await whole.desk("GET", "snapshots", 200) == before
    assert await whole.users() == ["alice", "bob"]
    await whole.adds_up()
    return answer["detail"]


@pytest.mark.parametrize("content", [b"", b"no zip", b"PK\x03\x04" + b"\0" * 100])
async def test_what_is_no_package(whole, package, content):
    assert "not a whole ZIP file" in await refusal(whole, content)


async def test_half_a_package(whole, package):
    assert "not a whole ZIP file" in await refusal(whole, package[: len(package) // 2])


def test_spoiled_bytes(package, tmp_path):
    """Wherever a bit is wrong, it is told as what it is, or nothing depends on it."""
    chance, file = random.Random(7), tmp_path / "x.zip"
    told = set()
    (tmp_path / "x").write_bytes(package)
    expected = unpack(tmp_path / "x", tmp_path / "whole", limit=1 << 30)
    with zipfile.ZipFile(io.BytesIO(package)) as found:
        directory = found.start_dir
    for turn in range(240):
        # Half of them in the deflated bytes, which are most; half in what says where they are.
        place = chance.randrange(directory) if turn % 2 else chance.randrange(directory, len(package))
        spoiled = bytearray(package)
        spoiled[place] ^= 1 << chance.randrange(8)
        file.write_bytes(spoiled)
        try:
            assert unpack(file, tmp_path / "unpacked", limit=1 << 30) == expected
        except SnapshotError as error:
            told.add(str(error))
    assert "The file is no snapshot: it is not a whole ZIP file." in told


async def test_a_spoiled_file_is_refused_as_such(whole, package):
    spoiled = bytearray(package)
    spoiled[30 + sum(struct.unpack("<HH", package[26:30]))] = 0xFF  # a block of a kind there is not
    assert "not a whole ZIP file" in await refusal(whole, bytes(spoiled))


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
async def test_ways_to_pack_that_snapshots_never_use(whole, parts, method):
    assert "is packed in a way that" in await refusal(whole, packed(parts, method))


@pytest.mark.parametrize(
    "name", ["../evil", "/etc/evil", "chains/../../evil", "C:\\evil", "chains/eth.sqlite/", "more.txt"]
)
async def test_names_that_lead_elsewhere(whole, parts, name, tmp_path):
    assert "A snapshot has the files" in await refusal(whole, packed(parts | {name: b"x"}))
    assert not list(tmp_path.rglob("*evil*"))


async def test_a_file_that_is_missing_or_comes_twice(whole, parts):
    missing = {name: content for name, content in parts.items() if name != "chains/eth.sqlite"}
    assert "chains/eth.sqlite" in await refusal(whole, packed(missing))
    without = {name: content for name, content in parts.items() if name != "manifest.json"}
    assert "no manifest" in await refusal(whole, packed(without))


async def test_a_bomb(make_whole, tmp_path):
    whole = await make_whole(snapshot_limit=1024 * 1024)
    await whole.save("x")
    parts = parts_of((await whole.desk("GET", "snapshots/x/export", 200)).content)
    bomb = with_file(parts, "seed.toml", b"#" * 3_000_000)
    assert len(bomb) < 500_000
    told = await refusal(whole, bomb)
    assert "bytes unpacked, 1048576 are allowed" in told
    hidden = packed(parts | {"seed.toml": b"#" * 3_000_000})
    assert "seed.toml has another size than the manifest says" in await refusal(whole, hidden)
    too_large = await whole.sandbox.http.post("/_sandbox/snapshots/import", content=b"x" * (1024 * 1024 + 1))
    assert too_large.status_code == 413


@pytest.mark.parametrize(
    ("members", "told"),
    [
        ({"format": 2}, "has format 2, this version of the sandbox knows 1"),
        ({"product": "another"}, "no snapshot of the sandbox"),
        ({"schema_revision": "9999"}, "newer version of the sandbox (tables 9999"),
        ({"schema_revision": "0001"}, "another version than the manifest says"),
        ({"more": 1}, "unknown member `more`"),
        ({"name": "../x"}, "`name`"),
        ({"created_at": "yesterday"}, "`created_at`"),
        ({"files": []}, "A snapshot has the files"),
        ({"faults": [{"kind": "status"}]}, "`faults.0.method` is missing"),
        ({"faults": "all"}, "`faults`"),
    ],
)
async def test_manifests_that_are_wrong(whole, parts, members, told):
    assert told in await refusal(whole, changed(parts, **members))


async def test_planned_failures_of_before_partners_could_fail(whole, parts):
    await whole.desk("POST", "faults", 201, json={"path": "/api/*", "kind": "drop"})
    await whole.save("planned")
    told = (await whole.desk("GET", "snapshots/planned/export", 200)).content
    faults = json.loads(parts_of(told)["manifest.json"])["faults"]
    del faults[0]["partner"]
    assert faults[0]["kind"] == "drop"
    await whole.desk("POST", "snapshots/import?name=older", 201, content=changed(parts, faults=faults))
    await whole.desk("DELETE", "faults", 204)
    await whole.restore("older")
    assert [one["path"] for one in (await whole.desk("GET", "faults", 200))["faults"]] == ["/api/*"]


async def test_a_manifest_that_is_no_object(whole, parts):
    assert "not valid JSON" in await refusal(whole, packed(parts | {"manifest.json": b"{"}))
    assert "no snapshot" in await refusal(whole, packed(parts | {"manifest.json": b"[]"}))
    deep = b"[" * 100_000
    assert "not valid JSON" in await refusal(whole, packed(parts | {"manifest.json": deep}))


async def test_another_content_than_was_written(whole, parts):
    content = parts["chains/eth.sqlite"]
    spoiled = content[:-1] + bytes([content[-1] ^ 1])
    told = await refusal(whole, packed(parts | {"chains/eth.sqlite": spoiled}))
    assert told == "The file chains/eth.sqlite of the snapshot is not as it was written."


async def test_databases_that_are_none_or_do_more(whole, parts, tmp_path):
    assert "is no database" in await refusal(whole, with_file(parts, "sandbox.sqlite", b"x" * 4096))
    trigger = "CREATE TRIGGER t AFTER INSERT ON users BEGIN DELETE FROM users; END"
    evil = edited(parts["sandbox.sqlite"], tmp_path, trigger)
    assert "triggers or views" in await refusal(whole, with_file(parts, "sandbox.sqlite", evil))
    poor = edited(parts["sandbox.sqlite"], tmp_path, "DROP TABLE shares")
    assert "The table shares is missing" in await refusal(whole, with_file(parts, "sandbox.sqlite", poor))


async def test_a_seed_that_cannot_be_used(whole, parts):
    told = await refusal(whole, with_file(parts, "seed.toml", b"usrs = []\n"))
    assert "Did you mean `users`" in told


async def test_an_older_one_is_brought_up_to_date(whole, parts, tmp_path):
    path = tmp_path / "older.sqlite"
    engine = create_engine(f"sqlite:///{path}")
    config = Config()
    config.set_main_option("script_location", str(schema.FOLDER))
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "0007")
        connection.execute(text("INSERT INTO facts VALUES ('from_then', 'kept')"))
    engine.dispose()
    older = path.read_bytes()
    manifest = json.loads(with_manifest(parts, "sandbox.sqlite", older)) | {"schema_revision": "0007"}
    content = packed(parts | {"sandbox.sqlite": older, "manifest.json": json.dumps(manifest)})
    told = await whole.desk("POST", "snapshots/import?name=old", 201, content=content)
    assert told["schema_revision"] == schema.revisions()[-1] > "0007"
    await whole.user("dora")
    await whole.restore("old")
    assert whole.sandbox.db.fact("from_then") == "kept"
    # It had no users, so the seed that came along is planted.
    assert await whole.users() == ["alice", "bob"]
    await whole.adds_up()


def with_manifest(parts, path, content):
    return parts_of(with_file(parts, path, content))["manifest.json"]


class TestBranch:
    """A second data folder, made by the program itself."""

    def branched(self, file, folder):
        arguments = [sys.executable, "-m", "sandbox", "branch", "--file", str(file), "--data", str(folder)]
        return subprocess.run(arguments, capture_output=True, text=True, check=False)

    async def test_another_sandbox_goes_on_from_it(self, whole, package, tmp_path, start):
        file, folder = tmp_path / "x.zip", tmp_path / "data"
        file.write_bytes(package)
        await whole.user("dora")
        done = self.branched(file, folder)
        assert done.returncode == 0, done.stderr
        assert sorted(entry.name for entry in folder.iterdir()) == ["chains", "sandbox.sqlite", "seed.toml"]
        running = start()
        async with running.browser() as browser:
            users = (await browser.get("/_sandbox/users")).json()["users"]
            assert [user["username"] for user in users] == ["alice", "bob"]
            assert (await browser.get("/_sandbox/ledger/check")).json()["holds"]
            body = {"username": "alice", "network_key": "ETH", "amount": "1"}
            assert (await browser.post("/_sandbox/faucet", json=body)).status_code == 200

    def test_a_folder_in_use_is_left_alone(self, package, tmp_path):
        folder = tmp_path / "taken"
        folder.mkdir()
        (folder / "mine").touch()
        file = tmp_path / "x.zip"
        file.write_bytes(package)
        done = self.branched(file, folder)
        assert (done.returncode, "is not empty" in done.stderr) == (3, True)
        assert [entry.name for entry in folder.iterdir()] == ["mine"]

    def test_a_file_that_is_none(self, tmp_path):
        file = tmp_path / "x.zip"
        file.write_text("no zip")
        done = self.branched(file, tmp_path / "made")
        assert (done.returncode, "not a whole ZIP file" in done.stderr) == (2, True)
        assert [entry.name for entry in tmp_path.iterdir()] == ["x.zip"]
