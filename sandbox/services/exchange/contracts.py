"""What users agree with the exchange: contracts, each with its first order."""

from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal

from sqlalchemy.orm import Session

from sandbox.core.auth import CurrentUser
from sandbox.core.context import Context
from sandbox.core.errors import InvalidError
from sandbox.core.ids import new_id
from sandbox.core.moments import own_moment
from sandbox.core.outbox import record
from sandbox.services.exchange import schemas
from sandbox.services.exchange.details import end_contract, mine
from sandbox.services.exchange.errors import ContractNotFoundError, NotTradingError
from sandbox.services.exchange.rules import Key, Method, method_of, method_with, reference_of
from sandbox.services.exchange.tables import Contract, Order, State, contracts_of

HOLDER = "ETOPay Sandbox Exchange"
CLIENT_MONEY, FEES = "exchange", "exchange-fees"
"""Roles of the exchange's two accounts at the bank."""


def network_of(context: Context, key: Key) -> str:
    """Return the network a coin is exchanged on."""
    return "ETH" if key == Key.ETH else context.settings.exchange_iota_network


@dataclass(frozen=True)
class _Way:
    """What a new contract exchanges, and where its coins are paid to; nowhere if it takes euros."""

    contract_id: str
    incoming: Key
    outgoing: Key
    network_key: str
    account: str | None
    address: str | None


class Contracts:
    """The contracts of users."""

    def __init__(self, context: Context) -> None:
        self._context = context

    def create(self, user: CurrentUser, body: schemas.ContractIn) -> schemas.ContractOut:
        """Agree on an exchange; the order is pending until its payment arrives."""
        incoming = _known(body.incoming_payment_method_id, "incoming_payment_method_id")
        outgoing = _known(body.outgoing_payment_method_id, "outgoing_payment_method_id")
        if (incoming.key == Key.SEPA) == (outgoing.key == Key.SEPA):
            raise InvalidError("One of the two payment methods must be SEPA, the other a coin.")
        self._check_amount(incoming, body.amount)
        if incoming.key == Key.SEPA and body.incoming_payment_detail_id is None:
            raise InvalidError("`incoming_payment_detail_id`: name the account the transfer comes from.")
        context = self._context
        way = self._way(incoming.key, outgoing.key)
        with context.db.write() as session:
            if not context.kyc.limits(session, user.id).allow_trading:
                raise NotTradingError
            if body.incoming_payment_detail_id is not None:
                mine(session, user.id, body.incoming_payment_detail_id, incoming.key)
            mine(session, user.id, body.outgoing_payment_detail_id, outgoing.key)
            row = self._row(session, user, body, way)
            session.add(row)
            session.flush()
            session.add(pending_order(context, session, row))
            told = {"from": incoming.key.value, "to": outgoing.key.value, "username": user.username}
            record(session, "exchange.contract.created", row.id, told)
            return self._out(session, row, way.address)

    def get(self, user: CurrentUser, contract_id: str) -> schemas.ContractOut:
        """Return one contract with what its payer needs."""
        with self._context.db.read() as session:
            row = self._mine(session, user, contract_id)
        address = self._address(row.deposit_account, row.network_key)
        with self._context.db.write() as session:
            return self._out(session, self._mine(session, user, contract_id), address)

    def listed(self, user: CurrentUser) -> list[schemas.SimpleContract]:
        """Return the user's contracts in force."""
        with self._context.db.read() as session:
            return [_simple(row) for row in contracts_of(session, user.id)]

    def end(self, user: CurrentUser, contract_id: str) -> schemas.SimpleContract:
        """End a contract; what is paid for it later goes back."""
        with self._context.db.write() as session:
            row = self._mine(session, user, contract_id)
            end_contract(self._context, session, row)
            return _simple(row)

    def _address(self, account: str | None, network_key: str) -> str | None:
        # Never asked inside a transaction: a worker asks its keeper, who may wait for the very lock it holds.
        return None if account is None else self._context.chains.address(account, network_key)

    def _way(self, incoming: Key, outgoing: Key) -> _Way:
        contract_id = new_id()
        network_key = network_of(self._context, outgoing if incoming == Key.SEPA else incoming)
        account = None if incoming == Key.SEPA else f"in:{reference_of(contract_id)}"
        address = self._address(account, network_key)
        return _Way(contract_id, incoming, outgoing, network_key, account, address)

    def _row(self, session: Session, user: CurrentUser, body: schemas.ContractIn, way: _Way) -> Contract:
        context = self._context
        now = context.clock.now()
        return Contract(
            id=way.contract_id,
            user_id=user.id,
            reference=reference_of(way.contract_id),
            incoming_key=way.incoming,
            incoming_detail_id=body.incoming_payment_detail_id,
            outgoing_key=way.outgoing,
            outgoing_detail_id=body.outgoing_payment_detail_id,
            amount=body.amount,
            network_key=way.network_key,
            deposit_account=way.account,
            deposit_address=way.address.lower() if way.address else None,
            created_at=own_moment(session, Contract.created_at, now),
            expires_at=now + timedelta(days=context.settings.exchange_contract_days),
            closed_at=None,
        )

    def _check_amount(self, incoming: Method, amount: Decimal | None) -> None:
        if amount is None:
            if incoming.key != Key.SEPA:
                raise InvalidError("`amount`: say how many coins you will send.")
            return
        if not incoming.min_amount <= amount <= incoming.max_amount:
            span = f"{incoming.min_amount:f} to {incoming.max_amount:f} {incoming.currency}"
            raise InvalidError(f"`amount`: {span} can be exchanged at a time.")

    def _mine(self, session: Session, user: CurrentUser, contract_id: str) -> Contract:
        row = session.get(Contract, contract_id)
        if row is None or row.user_id != user.id or row.closed_at is not None:
            raise ContractNotFoundError
        return row

    def _out(self, session: Session, row: Contract, address: str | None) -> schemas.ContractOut:
        details: schemas.BankAccountForm | schemas.CryptoForm
        if address is None:
            account = self._context.bank.house_account(session, CLIENT_MONEY, HOLDER)
            details = schemas.BankAccountForm(
                BankAccount=schemas.BankDetails(
                    beneficiary=account.holder,
                    name_of_bank=account.bank,
                    address_of_bank=account.bank_address,
                    address=account.iban,
                    bic=account.bic,
                )
            )
        else:
            wallet = schemas.CryptoDetails(deposit_address=address, wallet_id=row.reference)
            details = schemas.CryptoForm(Crypto=wallet)
        return schemas.ContractOut(**_simple(row).model_dump(), details=details)


def pending_order(context: Context, session: Session, contract: Contract) -> Order:
    """Return an order that waits for its payment."""
    now = context.clock.now()
    nothing = Decimal(0)
    return Order(
        id=new_id(),
        contract_id=contract.id,
        user_id=contract.user_id,
        state=State.PENDING,
        reason=None,
        created_at=own_moment(session, Order.created_at, now),
        changed_at=now,
        incoming_amount=contract.amount or nothing,
        outgoing_amount=nothing,
        course=nothing,
        eur=nothing,
        fee_eur=nothing,
        crypto_fee=nothing,
    )


def _known(method_id: str, member: str) -> Method:
    method = method_with(method_id)
    if method is None:
        raise InvalidError(f"`{member}`: there is no such payment method. GET /viviswap/methods lists them.")
    return method


def _simple(row: Contract) -> schemas.SimpleContract:
    return schemas.SimpleContract(
        id=row.id,
        reference=row.reference,
        incoming_payment_method_id=method_of(row.incoming_key).id,
        incoming_payment_detail_id=row.incoming_detail_id,
        outgoing_payment_method_id=method_of(row.outgoing_key).id,
        outgoing_payment_detail_id=row.outgoing_detail_id,
    )
