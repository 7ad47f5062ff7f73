"""Two instances in one database: neither sees, changes or takes what is the other's."""

import re
from pathlib import Path

import pytest
from sqlalchemy import (
    ForeignKey,
    UniqueConstraint,
    create_engine,
    delete,
    exists,
    func,
    insert,
    select,
    text,
    update,
)
from sqlalchemy.exc import IntegrityError, NoResultFound
from sqlalchemy.orm import DeclarativeBase, Mapped, aliased, mapped_column, relationship, selectinload

from sandbox.core.db import seed_fact
from sandbox.core.instances import (
    InstanceKeyRow,
    InstanceRow,
    InstanceSession,
    OtherInstanceError,
    current_instance,
)


class Base(DeclarativeBase):
    pass


class Owner(InstanceRow, Base):
    __tablename__ = "owners"
    __table_args__ = (UniqueConstraint("instance_id", "name", name="uq_owners_name"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    things: Mapped[list["Thing"]] = relationship()


class Thing(InstanceRow, Base):
    __tablename__ = "things"
    id: Mapped[int] = mapped_column(primary_key=True)
    owner_id: Mapped[int] = mapped_column(ForeignKey("owners.id"))
    name: Mapped[str]
    owner: Mapped[Owner] = relationship(overlaps="things")


class Cursor(InstanceKeyRow, Base):
    __tablename__ = "cursors"
    network: Mapped[str] = mapped_column(primary_key=True)
    number: Mapped[int]


@pytest.fixture
def session():
    """Sessions on a database with the same content in the instances `a` and `b`."""
    engine = create_engine("sqlite://")
    Base.metadata.create_all(engine)

    def open_session(instance):
        return InstanceSession(engine, instance=instance)

    for number, name in enumerate("ab"):
        with open_session(name) as made, made.begin():
            made.add(Owner(id=number, name="dora", things=[Thing(id=number, name=f"thing of {name}")]))
            made.merge(Cursor(network="ETH", number=number))
    # What no session would write: a thing of `b` that hangs on an owner of `a`.
    with engine.begin() as connection:
        connection.execute(
            text("INSERT INTO things (id, instance_id, owner_id, name) VALUES (9, 'b', 0, 'x')")
        )
    yield open_session
    engine.dispose()


def raw(session):
    with session("a") as one:
        return [
            row
            for table in Base.metadata.sorted_tables
            for row in one.connection().execute(select(table).order_by(*table.primary_key)).all()
        ]


READS = {
    "select": lambda s: s.scalars(select(Owner.id)).all() == [0],
    "entity": lambda s: [one.id for one in s.scalars(select(Owner))] == [0],
    "count": lambda s: s.scalar(select(func.count()).select_from(Thing)) == 1,
    "max": lambda s: s.scalar(select(func.max(Thing.id))) == 0,
    "where": lambda s: s.scalars(select(Owner).where(Owner.instance_id == "b")).all() == [],
    "or": lambda s: s.scalars(select(Owner.id).where((Owner.id == 1) | (Owner.id == 0))).all() == [0],
    "alias": lambda s: s.scalars(select(aliased(Owner).id)).all() == [0],
    "join": lambda s: s.scalars(select(Thing.id).join(Owner, Owner.id != Thing.id)).all() == [],
    "subquery": lambda s: (
        s.scalars(select(Owner.id).where(Owner.id.in_(select(Thing.owner_id)))).all() == [0]
    ),
    "union": lambda s: s.execute(select(Owner.id).union(select(Thing.id))).scalars().all() == [0],
    "cte": lambda s: s.scalars(select(select(Thing.id).cte().c.id)).all() == [0],
    "get": lambda s: s.get(Owner, 1) is None and s.get(Owner, 0) is not None,
    "get by key": lambda s: s.get(Cursor, "ETH").number == 0 and s.get(Cursor, ("b", "ETH")) is None,
    "get by names": lambda s: s.get(Cursor, {"instance_id": "b", "network": "ETH"}) is None,
    "lazy": lambda s: [one.id for one in s.get(Owner, 0).things] == [0],
    "eager": lambda s: (
        [one.id for one in s.scalars(select(Owner).options(selectinload(Owner.things))).one().things] == [0]
    ),
}


@pytest.mark.parametrize("name", READS)
def test_reading(session, name):
    with session("a") as one:
        assert READS[name](one)


def test_a_reference_to_another_instance_leads_nowhere(session):
    with session("b") as one:
        assert one.get_one(Thing, 9).owner is None
        with pytest.raises(NoResultFound):
            one.get_one(Owner, 0)


CHANGES = {
    "update": lambda s: s.execute(update(Owner).values(name="gone")),
    "update some": lambda s: s.execute(update(Owner).where(Owner.name == "dora").values(name="gone")),
    "delete": lambda s: s.execute(delete(Thing)),
    "delete by subquery": lambda s: s.execute(
        delete(Thing).where(exists().where(Owner.id == Thing.owner_id)),
        execution_options={"synchronize_session": False},
    ),
    "flush": lambda s: setattr(s.get(Cursor, "ETH"), "number", 77),
    "delete object": lambda s: s.delete(s.get(Cursor, "ETH")),
    "merge": lambda s: s.merge(Cursor(network="ETH", number=5)),
}


@pytest.mark.parametrize("name", CHANGES)
def test_changing_touches_the_own_rows_only(session, name):
    def of_b():
        return [row for row in raw(session) if "b" in row]

    before, others = raw(session), of_b()
    with session("a") as one, one.begin():
        CHANGES[name](one)
    assert raw(session) != before
    assert of_b() == others


def _foreign(session, kind, key):
    with session("b") as other:
        row = other.get_one(kind, key)
        other.expunge(row)
        return row


def _give_away(s):
    s.get(Owner, 0).instance_id = "b"
    s.flush()


def _take_child(s, thing):
    owner = s.get(Owner, 0)
    owner.things.append(thing)


REFUSED = {
    "a row for another": lambda s, _: s.add(Owner(id=5, name="x", instance_id="b")),
    "another's row": lambda s, other: s.add(_foreign(other, Owner, 1)),
    "another's row, merged": lambda s, other: s.merge(_foreign(other, Owner, 1)),
    "another's row, deleted": lambda s, other: s.delete(_foreign(other, Owner, 1)),
    "a child of another": lambda s, other: _take_child(s, _foreign(other, Thing, 1)),
    "giving away": lambda s, _: _give_away(s),
    "giving all away": lambda s, _: s.execute(update(Owner).values(instance_id="b")),
    "giving away by column": lambda s, _: s.execute(update(Owner).values({Owner.instance_id: "b"})),
    "update by keys": lambda s, _: s.execute(update(Owner), [{"id": 1, "name": "x"}, {"id": 0, "name": "y"}]),
    "update by a key": lambda s, _: s.execute(update(Owner), [{"id": 1, "name": "x"}]),
    "insert": lambda s, _: s.execute(insert(Owner).values(id=7, name="x", instance_id="b")),
    "table": lambda s, _: s.execute(select(Owner.__table__)),
    "table deleted": lambda s, _: s.execute(Owner.__table__.delete()),
    "without a class": lambda s, _: s.scalar(select(exists().where(Thing.name == "thing of b"))),
    "text": lambda s, _: s.execute(text("DELETE FROM owners")),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_would_reach_past_is_refused(session, name):
    before = raw(session)
    with pytest.raises(OtherInstanceError), session("a") as one, one.begin():
        REFUSED[name](one, session)
    assert raw(session) == before


def test_another_s_key_cannot_be_taken_over(session):
    before = raw(session)
    with pytest.raises(IntegrityError), session("a") as one, one.begin():
        one.merge(Owner(id=1, name="taken"))
    assert raw(session) == before


def test_unique_within_an_instance(session):
    with pytest.raises(IntegrityError), session("a") as one, one.begin():
        one.add(Owner(id=8, name="dora"))


async def test_users_of_two_instances(sandbox):
    """The same name twice, each with a wallet of its own; the one does not see the other."""
    headers = await sandbox.user("dora")
    token = current_instance.set("second")
    try:
        assert sandbox.db.fact("schema_version") == "2"
        answer = await sandbox.http.get("/_sandbox/users")
        assert answer.json()["users"] == []
        assert (await sandbox.http.get("/api/user/network", headers=headers)).status_code == 401
        created = await sandbox.http.post("/_sandbox/users", json={"username": "dora", "password": "x"})
        assert created.status_code == 201
    finally:
        current_instance.reset(token)
    first = (await sandbox.http.get("/_sandbox/users")).json()["users"]
    assert [one["username"] for one in first] == ["dora"]
    assert first[0]["id"] != created.json()["id"]


def test_a_reset_forgets_the_seed_of_its_own_instance_only(sandbox):
    facts = {name: seed_fact("user:dora", name) for name in ("default", "s_cond", "second")}
    for fact in facts.values():
        sandbox.db.remember(fact, "yes")
    with sandbox.db.write("s_cond") as session:
        sandbox.db.clear(session)
    left = {name for name, fact in facts.items() if sandbox.db.fact(fact)}
    assert left == {"default", "second"}


def test_nobody_goes_around_the_session():
    """Connections and bare tables know no instance, so services keep away from them."""
    around = re.compile(r"\.connection\(|__table__|import .*\btext\b|\.bulk_|db\.engine|from_statement")
    folder = Path(__file__).parents[3] / "sandbox"
    found = [
        f"{file.name}: {line.strip()}"
        for part in ("services", "control")
        for file in (folder / part).rglob("*.py")
        for line in file.read_text(encoding="utf-8").splitlines()
        if around.search(line)
    ]
    assert found == []
