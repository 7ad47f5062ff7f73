"""Euros have two decimals."""

import pytest


@pytest.mark.parametrize(
    ("amount", "status"), [("1.25", 201), ("1.250", 201), ("0.184112", 422), ("1e2", 422)]
)
async def test_an_account_starts_with_whole_cents(sandbox, amount, status):
    body = {"holder": "Dora", "balance": amount}
    answer = await sandbox.http.post("/_sandbox/bank/accounts", json=body)
    assert answer.status_code == status, answer.text
