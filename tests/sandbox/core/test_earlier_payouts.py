"""A data folder from before coins were signed ahead: what was paid there is not paid again."""

from decimal import Decimal

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import create_engine, text

from sandbox.core import schema

AT = "2026-03-01 11:00:00.000000"
BOB = "0x" + "b0" * 20
NOTED, UNSEEN, UNSENT, DONE = ("noted", "unseen", "unsent", "done")
PURCHASES = {
    NOTED: ("ProcessingOutgoing", "0xaa01", BOB, "1.9"),
    UNSEEN: ("ProcessingOutgoing", None, None, "2.85"),
    UNSENT: ("ProcessingOutgoing", None, None, "3.8"),
    DONE: ("Completed", "0xaa04", BOB, "0.95"),
}
ORDERS = {
    NOTED: ("paying_out", "0xbb01", AT, "5"),
    UNSEEN: ("paying_out", None, AT, "6"),
    UNSENT: ("paying_out", None, None, "7"),
}


def insert(connection, table, **values):
    names = ", ".join(values)
    marks = ", ".join(f":{name}" for name in values)
    statement = text(f"INSERT INTO {table} (instance_id, {names}) VALUES ('default', {marks})")
    connection.execute(statement, values)


@pytest.fixture
def folder(tmp_path):
    engine = create_engine(f"sqlite:///{(tmp_path / 'sandbox.sqlite').as_posix()}")
    config = Config()
    config.set_main_option("script_location", str(schema.FOLDER))
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "0006")
        for name in ("alice", "bob"):
            insert(
                connection,
                "users",
                id=name,
                issuer_key="realm:etopay",
                subject=name,
                username=name,
                created_at=AT,
            )
        insert(connection, "user_addresses", user_id="bob", network_key="ETH", address=BOB)
        for name, (state, tx_id, target, payout) in PURCHASES.items():
            people = {
                "sender_id": "alice",
                "sender_name": "alice",
                "receiver_id": "bob",
                "receiver_name": "bob",
            }
            worth = {"amount": payout, "payout": payout, "fee_rate": "0", "exchange_rate": "1"}
            moments = {"created_at": AT, "changed_at": AT, "reasons": "[]", "state": state}
            insert(
                connection,
                "purchases",
                id=name,
                network_key="ETH",
                outgoing_tx=tx_id,
                outgoing_to=target,
                **people,
                **worth,
                **moments,
            )
        _swaps(connection)
    engine.dispose()
    return tmp_path


def _swaps(connection):
    for name, key, address in (("iban", "SEPA", "DE89370400440532013000"), ("coins", "ETH", BOB)):
        insert(
            connection,
            "exchange_details",
            id=name,
            user_id="alice",
            key=key,
            address=address,
            account=address,
            created_at=AT,
        )
    ways = {
        "incoming_key": "SEPA",
        "incoming_detail_id": "iban",
        "outgoing_key": "ETH",
        "outgoing_detail_id": "coins",
    }
    insert(
        connection,
        "exchange_contracts",
        id="c",
        user_id="alice",
        reference="ETO-1",
        network_key="ETH",
        created_at=AT,
        expires_at="2027-01-01 00:00:00.000000",
        **ways,
    )
    for name, (state, tx_id, sending_at, amount) in ORDERS.items():
        worth = {
            "incoming_amount": "100",
            "outgoing_amount": amount,
            "course": "1",
            "eur": "100",
            "fee_eur": "0",
            "crypto_fee": "0",
        }
        moments = {"created_at": AT, "changed_at": AT, "approved_at": AT, "sending_at": sending_at}
        insert(
            connection,
            "exchange_orders",
            id=name,
            contract_id="c",
            user_id="alice",
            state=state,
            payout_id=tx_id,
            **worth,
            **moments,
        )


async def test_payouts_under_way_are_made_once(folder, make_sandbox):
    # Also where the other tests run on PostgreSQL: the old folder is a file.
    url = f"sqlite:///{(folder / 'sandbox.sqlite').as_posix()}"
    sandbox = make_sandbox(folder=folder, database_url=url)
    chains, states = (
        sandbox.chains,
        text("SELECT id, state FROM purchases UNION SELECT 'order ' || id, state FROM exchange_orders"),
    )
    purchases, exchange = (chains.address(name, "ETH") for name in ("purchases", "exchange"))
    for tx_id, sender, amount in (
        ("0xaa01", purchases, "1.9"),
        ("0xaa02", purchases, "2.85"),
        ("0xaa04", purchases, "0.95"),
        ("0xbb01", exchange, "5"),
        ("0xbb02", exchange, "6"),
    ):
        chains.pay("ETH", sender, BOB, Decimal(amount), tx_id=tx_id)
    for _ in range(3):
        await sandbox.step()
        await sandbox.app.state.exchange.step()
    with sandbox.db.engine.connect() as connection:
        found = dict(connection.execute(states).all())
    assert found == dict.fromkeys(PURCHASES, "Completed") | {f"order {name}": "paid_out" for name in ORDERS}
    assert chains.signed == 2
    paid = sum((Decimal(row[3]) for row in (*PURCHASES.values(), *ORDERS.values())), Decimal(0))
    assert await chains.balance("ETH", BOB) == paid
