"""What came in: transfers at the exchange's account, coins at the addresses of contracts."""

import logging
from datetime import datetime
from decimal import Decimal

from sqlalchemy.orm import Session

from sandbox.core.banking import BankArrival, BankOrder
from sandbox.core.context import Context
from sandbox.core.errors import UnavailableError
from sandbox.core.outbox import record
from sandbox.core.ports import ChainTransfer
from sandbox.services.exchange.contracts import CLIENT_MONEY, HOLDER, pending_order
from sandbox.services.exchange.details import move
from sandbox.services.exchange.rules import references_in
from sandbox.services.exchange.tables import (
    Contract,
    ExchangeCursor,
    Order,
    State,
    contract_with,
    contracts_at,
    is_known_payment,
    networks_with_deposits,
    of_contract,
    position,
)

log = logging.getLogger("sandbox.exchange")
_PAGE = 100
_BANK, _NOTICED, _STATEMENT = "bank", "bank notices", "bank statement"
_STATEMENT_SECONDS = 3600
TREASURY = "treasury"
"""Name of the chain account behind the faucet."""


class Arrivals:
    """Turns payments into orders; how far it read is stored together with them."""

    def __init__(self, context: Context) -> None:
        self._context = context

    def from_bank(self) -> None:
        """Book what is due at the bank, and take what arrived at the exchange's account."""
        context = self._context
        with context.db.write() as session:
            context.bank.settle(session)
            iban = context.bank.house_account(session, CLIENT_MONEY, HOLDER).iban
            booked = position(session, _BANK)
            noticed = max(position(session, _NOTICED), booked)
            for arrival in context.bank.notices(session, iban, noticed):
                if not self._take_once(session, iban, arrival):
                    break
                noticed = max(noticed, arrival.number)
            session.merge(ExchangeCursor(name=_NOTICED, position=noticed))
            self._read_statement(session, iban, booked)

    def _read_statement(self, session: Session, iban: str, booked: int) -> None:
        """Take from the statement, once an hour, what no notice told of."""
        now = int(self._context.clock.now().timestamp())
        if 0 <= now - position(session, _STATEMENT) < _STATEMENT_SECONDS:
            return
        for arrival in self._context.bank.arrivals(session, iban, booked):
            if not self._take_once(session, iban, arrival):
                return
            booked = arrival.number
        session.merge(ExchangeCursor(name=_BANK, position=booked))
        session.merge(ExchangeCursor(name=_STATEMENT, position=now))

    def _take_once(self, session: Session, iban: str, arrival: BankArrival) -> bool:
        """Take a transfer that was not taken yet: notices repeat, and the statement tells of all again.

        False if the bank does not answer, which has to send it back; then it is still to be taken.
        """
        known = is_known_payment(session, arrival.transfer_id)
        if known or self._context.bank.gave_back(session, arrival.transfer_id):
            return True
        try:
            with session.begin_nested():
                self._take_transfer(session, iban, arrival)
        except UnavailableError as error:
            log.warning("transfer %s waits: %s", arrival.transfer_id, error.message)
            return False
        return True

    async def from_chains(self) -> None:
        """Take the coins that arrived at addresses of contracts."""
        with self._context.db.read() as session:
            networks = networks_with_deposits(session)
        for key in networks:
            await self._from_chain(key)

    async def _from_chain(self, key: str) -> None:
        context = self._context
        while True:
            with context.db.read() as session:
                after = position(session, key)
            found = await context.chains.transfers(key, after=after, limit=_PAGE)
            if not found:
                return
            with context.db.write() as session:
                addresses = sorted({item.recipient.lower() for item in found})
                contracts, now = contracts_at(session, key, addresses), context.clock.now()
                for item in found:
                    contract = contracts.get(item.recipient.lower())
                    if contract is None or self._is_fee(session, contract, item):
                        continue
                    # By its transaction: after a reorganisation the log has the same coins at a new place.
                    payment = f"{key} {item.tx_id} {contract.reference}"
                    if not is_known_payment(session, payment):
                        self._paid(session, contract, payment, at=now, amount=item.amount, payer=item.sender)
                session.merge(ExchangeCursor(name=key, position=found[-1].sequence))

    def _is_fee(self, session: Session, contract: Contract, item: ChainTransfer) -> bool:
        """Say whether coins are what the treasury gives a deposit address so that it can send a refund."""
        treasury = self._context.chains.address(TREASURY, contract.network_key)
        if item.sender.lower() != treasury.lower():
            return False
        return any(
            order.refund_id is not None or order.state == State.REFUNDING
            for order in of_contract(session, contract.id)
        )

    def _take_transfer(self, session: Session, iban: str, arrival: BankArrival) -> None:
        """Give a transfer to the contract it names; one that names none goes back at once."""
        if arrival.returns is not None:
            return
        named = (contract_with(session, reference) for reference in references_in(arrival.reference))
        contract = next((one for one in named if one is not None and one.deposit_account is None), None)
        if contract is not None:
            self._paid(
                session,
                contract,
                arrival.transfer_id,
                at=arrival.at,
                amount=arrival.amount,
                payer=arrival.from_iban,
                name=arrival.from_name,
            )
            return
        order = BankOrder(
            from_iban=iban,
            from_name=HOLDER,
            to_iban=arrival.from_iban,
            to_name=arrival.from_name,
            amount=arrival.amount,
            reference="Refund: your transfer names no contract",
            returns=arrival.transfer_id,
        )
        self._context.bank.send(session, order)
        told = {"state": "sent back", "reason": "it names no contract", "amount": f"{arrival.amount:f}"}
        record(session, "exchange.transfer.sent_back", arrival.transfer_id, told)

    def _paid(
        self,
        session: Session,
        contract: Contract,
        payment: str,
        *,
        at: datetime,
        amount: Decimal,
        payer: str,
        name: str = "",
    ) -> None:
        waiting = [order for order in of_contract(session, contract.id) if order.state == State.PENDING]
        order = waiting[0] if waiting else pending_order(self._context, session, contract)
        if not waiting:
            session.add(order)
        order.payment_id = payment
        order.incoming_amount = amount
        order.payer = payer
        order.payer_name = name
        order.paid_at = at
        move(self._context, session, order, State.PAID_IN)


def late(contract: Contract, order: Order) -> bool:
    """Say whether a payment came after its contract had ended."""
    ends = min(contract.expires_at, contract.closed_at or contract.expires_at)
    return order.paid_at is not None and order.paid_at > ends
