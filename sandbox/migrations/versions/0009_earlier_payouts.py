"""Coins that were paid before transfers were signed ahead: written down, so that none is paid again."""

import uuid
from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.engine import RowMapping

revision = "0009"
down_revision = "0008"

_PURCHASES = sa.text(
    "SELECT p.instance_id, p.id, p.state, p.network_key, p.payout AS amount, p.outgoing_tx AS tx_id, "
    "COALESCE(p.outgoing_to, a.address) AS target FROM purchases p LEFT JOIN user_addresses a "
    "ON a.instance_id = p.instance_id AND a.user_id = p.receiver_id AND a.network_key = p.network_key "
    "WHERE p.outgoing_tx IS NOT NULL OR p.state = 'ProcessingOutgoing'"
)
_ORDERS = (
    "SELECT o.instance_id, o.id, o.state, c.network_key, c.deposit_account AS account, {columns} "
    "FROM exchange_orders o JOIN exchange_contracts c ON c.id = o.contract_id "
    "LEFT JOIN exchange_details d ON d.id = c.outgoing_detail_id WHERE {condition}"
)
_PAYOUTS = sa.text(
    _ORDERS.format(
        columns="o.outgoing_amount AS amount, o.payout_id AS tx_id, d.address AS target",
        condition="c.deposit_account IS NULL AND (o.payout_id IS NOT NULL "
        "OR (o.state = 'paying_out' AND o.sending_at IS NOT NULL))",
    )
)
_REFUNDS = sa.text(
    _ORDERS.format(
        columns="o.incoming_amount AS amount, o.refund_id AS tx_id, o.payer AS target",
        condition="c.deposit_account IS NOT NULL AND (o.refund_id IS NOT NULL "
        "OR (o.state = 'refunding' AND o.sending_at IS NOT NULL))",
    )
)
_DONE = {"Completed", "Failed", "paid_out", "refunded", "failed"}
_payments = sa.table(
    "coin_payments",
    *(sa.column(name) for name in ("instance_id", "id", "purpose", "attempt", "network_key", "account")),
    *(sa.column(name) for name in ("target", "amount", "state", "tx_id", "raw", "nonce")),
)


def upgrade() -> None:
    """Note each payment that is not noted; what may have been sent unseen is looked for later."""
    connection = op.get_bind()
    noted = connection.execute(sa.select(_payments.c.instance_id, _payments.c.purpose))
    known = {tuple(row) for row in noted}
    rows = [_row(found, "purchase {id}", "purchases") for found in connection.execute(_PURCHASES).mappings()]
    rows += [
        _row(found, "order {id} payout", "exchange") for found in connection.execute(_PAYOUTS).mappings()
    ]
    rows += [_row(found, "order {id} refund") for found in connection.execute(_REFUNDS).mappings()]
    fresh = [row for row in rows if row["target"] and (row["instance_id"], row["purpose"]) not in known]
    if fresh:
        connection.execute(sa.insert(_payments), fresh)


def _row(found: RowMapping, purpose: str, account: str | None = None) -> dict[str, Any]:
    state = "unsure" if found["tx_id"] is None else "final" if found["state"] in _DONE else "signed"
    return {
        "instance_id": found["instance_id"],
        "id": str(uuid.uuid4()),
        "purpose": purpose.format(id=found["id"]),
        "attempt": 0,
        "network_key": found["network_key"],
        "account": account or found["account"],
        "target": found["target"],
        "amount": found["amount"],
        "state": state,
        "tx_id": found["tx_id"] or "",
        "raw": b"",
        "nonce": None,
    }
