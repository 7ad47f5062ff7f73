"""Engines work in every instance, and what fails in one does not hold up another."""

from contextlib import contextmanager
from datetime import timedelta
from decimal import Decimal

import pytest

from sandbox.core.engine import Engine
from sandbox.core.instances import current_instance
from sandbox.core.users import UserDirectory
from sandbox.services.kyc.magic import Outcome
from sandbox.services.kyc.postident.tables import CaseState, PostidentCase
from sandbox.services.transactions.repository import Purchase, State, SystemPayment
from sandbox.services.transactions.steps import system_account

TEST_NET = "iota_rebased_testnet"
BOB = "0x" + "b0" * 32


@contextmanager
def within(instance):
    before = current_instance.set(instance)
    try:
        yield
    finally:
        current_instance.reset(before)


class Recorder(Engine):
    def __init__(self, context):
        super().__init__("recorder", 1, context)
        self.seen = []

    async def _work(self):
        self.seen.append(current_instance.get())
        if self.seen[-1] == "b":
            raise RuntimeError("b is broken")


def add_user(sandbox, instance, name="bob"):
    with sandbox.db.write(instance) as session:
        user = UserDirectory(session, sandbox.clock).ensure("x", f"{instance} {name}", name)
        session.flush()
        sandbox.app.state.context.addresses.register(session, user.id, TEST_NET, BOB)
    return user.id


async def test_a_step_is_taken_in_each_instance(sandbox):
    for instance in ("c", "a", "b"):
        add_user(sandbox, instance)
    engine = Recorder(sandbox.app.state.context)
    with pytest.raises(RuntimeError, match="b is broken"):
        await engine.step()
    assert engine.seen == ["default", "a", "b", "c"]
    assert current_instance.get() == "default"


async def test_reviews_end_in_each_instance(sandbox):
    now = sandbox.clock.now()
    for instance in ("default", "other"):
        user_id = add_user(sandbox, instance)
        with sandbox.db.write(instance) as session:
            case = PostidentCase(id=instance, user_id=user_id, username="bob", state=CaseState.NEW, reason="")
            case.is_archived, case.outcome, case.outcome_reason = False, Outcome.CASE_APPROVED, ""
            case.created_at = case.changed_at = now
            case.due_at = now + timedelta(seconds=5)
            session.add(case)
    sandbox.clock.advance(5)
    await sandbox.app.state.review_engine.step()
    for instance in ("default", "other"):
        with sandbox.db.read(instance) as session:
            assert session.get_one(PostidentCase, instance).state == CaseState.APPROVED


def sold(sandbox, instance):
    now, user_id = sandbox.clock.now(), add_user(sandbox, instance)
    two = Decimal(2)
    row = Purchase(
        id=instance, sender_id=user_id, receiver_id=user_id, sender_name="bob", receiver_name="bob"
    )
    row.network_key, row.amount, row.payout, row.fee_rate, row.exchange_rate = TEST_NET, two, two, two, two
    row.state, row.reasons, row.created_at, row.changed_at = State.VALID, [], now, now
    with sandbox.db.write(instance) as session:
        session.add(row)
    with within(instance):
        return sandbox.chains.address(system_account(), TEST_NET)


async def test_purchases_have_an_address_for_each_instance(sandbox):
    system = {instance: sold(sandbox, instance) for instance in ("default", "other")}
    assert system["default"] != system["other"]
    payments = {
        instance: sandbox.chains.pay(TEST_NET, BOB, address, Decimal(2))
        for instance, address in system.items()
    }
    for instance, tx_id in payments.items():
        with sandbox.db.write(instance) as session:
            session.get_one(Purchase, instance).committed_tx = tx_id
    for _ in range(4):
        await sandbox.step()
    for instance, address in system.items():
        with sandbox.db.read(instance) as session:
            assert session.get_one(Purchase, instance).state == State.COMPLETED
            assert [one.tx_id for one in session.query(SystemPayment)] == [payments[instance]]
        sent = [one for one in sandbox.chains.log[TEST_NET] if one.sender == address]
        assert [one.amount for one in sent] == [2]
