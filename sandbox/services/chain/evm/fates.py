"""Execution of a transaction that a tester ordered to fail."""

from __future__ import annotations

from etopay_sandbox_evm import BlockContext, Engine, Outcome, Transaction

# PUSH1 0, PUSH1 0, REVERT: whoever calls this fails, and pays for it.
REVERTING = bytes.fromhex("60006000fd")
LAST_PRECOMPILE = 0xFFFF


def can_revert(transaction: Transaction) -> bool:
    """Whether the order can be carried out: not for creations, precompiles and payments to oneself."""
    to = transaction.to
    return to is not None and to != transaction.sender and int(to, 16) > LAST_PRECOMPILE


def execute_reverting(engine: Engine, transaction: Transaction, context: BlockContext) -> Outcome:
    """Executes with the recipient's code exchanged, so that gas, nonce and status 0 are the EVM's own."""
    to = transaction.to
    assert to is not None, "only payments and calls are ordered to fail"
    code = engine.code(to)
    engine.set_account(to, engine.balance(to), engine.nonce(to), REVERTING)
    try:
        return engine.execute(transaction, context)
    finally:
        engine.set_account(to, engine.balance(to), engine.nonce(to), code or None)
