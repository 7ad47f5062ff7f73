"""`/_sandbox/bank`: what a tester does at the bank."""

from typing import Annotated, cast

from fastapi import APIRouter, Depends, Query, Request
from sqlalchemy import select
from sqlalchemy.orm import Session

from sandbox.core.banking import BankOrder
from sandbox.core.clock import iso
from sandbox.core.context import Ctx
from sandbox.core.ledger import balance
from sandbox.services.bank import schemas
from sandbox.services.bank.iban import bank_of
from sandbox.services.bank.service import SepaBank, ledger_account
from sandbox.services.bank.tables import BankAccount, BankTransfer, of_account

router = APIRouter(tags=["bank"], prefix="/_sandbox/bank")


def _bank(request: Request) -> SepaBank:
    return cast("SepaBank", request.app.state.bank)


Bank = Annotated[SepaBank, Depends(_bank)]


@router.get("/accounts")
def list_accounts(context: Ctx, bank: Bank) -> schemas.AccountList:
    """Return every account, those of the exchange first."""
    with context.db.write() as session:
        bank.settle(session)
        statement = select(BankAccount).order_by(BankAccount.number.is_(None), BankAccount.number)
        rows = session.scalars(statement.order_by(BankAccount.iban)).all()
        return schemas.AccountList(accounts=[_account(session, row) for row in rows])


@router.post("/accounts", status_code=201)
def open_account(context: Ctx, bank: Bank, body: schemas.AccountIn) -> schemas.AccountOut:
    """Open an account at the sandbox's bank."""
    with context.db.write() as session:
        return _account(session, bank.open_account(session, body.holder, body.balance))


@router.post("/accounts/{iban}/funds")
def fund(context: Ctx, bank: Bank, iban: str, body: schemas.FundsIn) -> schemas.AccountOut:
    """Pay in money from outside."""
    with context.db.write() as session:
        bank.fund(session, iban, body.amount)
        return _account(session, bank.account(session, iban))


@router.delete("/accounts/{iban}", status_code=204)
def close_account(context: Ctx, bank: Bank, iban: str) -> None:
    """Close an account: transfers to it come back."""
    with context.db.write() as session:
        bank.close_account(session, iban)


@router.get("/accounts/{iban}/statement")
def statement(
    context: Ctx, bank: Bank, iban: str, limit: Annotated[int, Query(ge=1, le=500)] = 100
) -> schemas.Statement:
    """Return an account with its transfers."""
    with context.db.write() as session:
        bank.settle(session)
        account = bank.account(session, iban)
        transfers = [_transfer(row) for row in of_account(session, account.iban, limit)]
        return schemas.Statement(account=_account(session, account), transfers=transfers)


@router.post("/transfers", status_code=201)
def transfer(context: Ctx, bank: Bank, body: schemas.TransferIn) -> schemas.TransferOut:
    """Order a transfer as the holder of an account; accounts elsewhere always have cover."""
    order = BankOrder(
        from_iban=body.from_iban,
        from_name=body.from_name,
        to_iban=body.to_iban,
        to_name=body.to_name,
        amount=body.amount,
        reference=body.reference,
        instant=body.instant,
    )
    with context.db.write() as session:
        return _transfer(session.get_one(BankTransfer, bank.send(session, order)))


def _account(session: Session, row: BankAccount) -> schemas.AccountOut:
    bank = bank_of(row.iban)
    return schemas.AccountOut(
        iban=row.iban,
        bic=bank.bic,
        bank=bank.name,
        holder=row.holder,
        balance=balance(session, ledger_account(row.iban)),
        is_closed=row.closed_at is not None,
    )


def _transfer(row: BankTransfer) -> schemas.TransferOut:
    return schemas.TransferOut(
        id=row.id,
        from_iban=row.from_iban,
        from_name=row.from_name,
        to_iban=row.to_iban,
        to_name=row.to_name,
        amount=row.amount,
        reference=row.reference,
        instant=row.is_instant,
        state=row.state,
        ordered_at=iso(row.ordered_at),
        due_at=iso(row.due_at),
        done_at=iso(row.done_at) if row.done_at else None,
        reason=row.reason,
        returns=row.returns,
    )
