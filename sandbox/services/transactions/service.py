"""What users do with purchases: create, look, commit, list."""

from collections.abc import Sequence
from datetime import date
from decimal import ROUND_DOWN, Decimal

from sqlalchemy.orm import Session

from sandbox.core.auth import CurrentUser
from sandbox.core.clock import iso
from sandbox.core.context import Context
from sandbox.core.errors import InvalidError, NotFoundError
from sandbox.core.ids import new_id
from sandbox.core.moments import own_moment
from sandbox.core.network import Network
from sandbox.core.users import UserDirectory
from sandbox.services.transactions.errors import AlreadyPaidError, NotPayableError, PurchaseNotFoundError
from sandbox.services.transactions.events import tell
from sandbox.services.transactions.repository import FurtherPayment, Purchase, State, of_user
from sandbox.services.transactions.schemas import CreateIn, Details, Leg, PurchaseOut
from sandbox.services.transactions.steps import system_account


def payout_of(amount: Decimal, fee_rate: Decimal, decimals: int) -> Decimal:
    """Return what the receiver gets, rounded down to the network's decimals."""
    exact = amount * (1 - fee_rate)
    return exact.quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_DOWN).normalize()


def tx_key(network: Network, tx_id: str) -> str:
    """Return the spelling a transaction id is compared in (hex has no letter case, base58 has)."""
    return tx_id if network.protocol.IotaRebased else tx_id.lower()


class Purchases:
    """Purchases of one user."""

    def __init__(self, context: Context) -> None:
        self._context = context

    def create(self, user: CurrentUser, body: CreateIn) -> str:
        """Create a purchase; whether it is valid is decided a moment later."""
        context = self._context
        network = context.networks.get(body.network_key)
        if not network.can_do_purchases:
            raise InvalidError(f"{network.display_name} offers no purchases.")
        if body.amount.normalize().as_tuple().exponent < -network.decimals:  # type: ignore[operator]
            raise InvalidError(f"`amount`: {network.display_name} has {network.decimals} decimals.")
        fee_rate = context.settings.fee_rate
        payout = payout_of(body.amount, fee_rate, network.decimals)
        if payout <= 0:
            raise InvalidError("`amount`: nothing would be left for the receiver after the fee.")
        now = context.clock.now()
        metadata = body.application_metadata
        with context.db.write() as session:
            directory = UserDirectory(session, context.clock)
            receiver = directory.named(user.principal.issuer_key, body.receiver)
            if receiver is None:
                raise NotFoundError(f"No user is called {body.receiver!r}.")
            purchase = Purchase(
                id=new_id(),
                sender_id=user.id,
                sender_name=user.username,
                receiver_id=receiver.id,
                receiver_name=receiver.username,
                network_key=network.key,
                amount=body.amount,
                payout=payout,
                fee_rate=fee_rate,
                exchange_rate=context.rates.eur_rate(network.key, now),
                app_metadata=metadata.model_dump() if metadata else None,
                state=State.PENDING,
                reasons=[],
                created_at=own_moment(session, Purchase.created_at, now),
                changed_at=now,
            )
            session.add(purchase)
            tell(purchase, "created")
        return purchase.id

    def details(self, user: CurrentUser, purchase_id: str) -> Details:
        """Return what is needed to pay, and the status."""
        with self._context.db.read() as session:
            purchase = self._mine(session, user, purchase_id)
        network = self._context.networks.get(purchase.network_key)
        return Details(
            system_address=self._context.chains.address(system_account(), purchase.network_key),
            amount=purchase.amount,
            status=purchase.wire_status(),
            network=network,
        )

    def commit(self, user: CurrentUser, purchase_id: str, tx_id: str) -> None:
        """Note which transaction pays; saying the same again is fine, another one is not."""
        extra = False
        with self._context.db.write() as session:
            purchase = self._mine(session, user, purchase_id)
            if purchase.sender_id != user.id:
                raise PurchaseNotFoundError
            network = self._context.networks.get(purchase.network_key)
            key = tx_key(network, tx_id)
            known = {purchase.committed_tx, purchase.incoming_tx} - {None}
            if known and key not in known:
                extra = True
                session.merge(FurtherPayment(network_key=network.key, tx_id=key, purchase_id=purchase.id))
                tell(purchase, "paid_twice", second_tx=key)
            elif not known and purchase.state != State.VALID:
                raise NotPayableError(purchase.state)
            elif purchase.committed_tx is None:
                purchase.committed_tx = key
                if purchase.state == State.VALID:
                    purchase.state = State.INCOMING
                    purchase.changed_at = self._context.clock.now()
                tell(purchase, "committed")
        if extra:
            raise AlreadyPaidError

    def listed(
        self,
        user: CurrentUser,
        *,
        only_sent: bool,
        partner: str | None,
        page: int,
        size: int,
        day: date | None = None,
    ) -> list[PurchaseOut]:
        """Return a page of the user's purchases, both directions unless asked otherwise."""
        with self._context.db.read() as session:
            rows: Sequence[Purchase] = of_user(
                session,
                user.id,
                only_sent=only_sent,
                partner=partner.lower() if partner else None,
                day=day,
                offset=min(page * size, 2**31),
                limit=size,
            )
            return [self._out(session, row) for row in rows]

    def _mine(self, session: Session, user: CurrentUser, purchase_id: str) -> Purchase:
        purchase = session.get(Purchase, purchase_id)
        if purchase is None or user.id not in {purchase.sender_id, purchase.receiver_id}:
            raise PurchaseNotFoundError
        return purchase

    def _out(self, session: Session, row: Purchase) -> PurchaseOut:
        network = self._context.networks.get(row.network_key)
        addresses = self._context.addresses
        payer = row.incoming_from or addresses.address(session, row.sender_id, network.key) or ""
        receiver = row.outgoing_to or addresses.address(session, row.receiver_id, network.key) or ""
        return PurchaseOut(
            index=row.id,
            status=row.wire_status(),
            created_at=iso(row.created_at),
            updated_at=iso(row.changed_at),
            fee_rate=row.fee_rate,
            incoming=Leg(
                transaction_id=row.incoming_tx or row.committed_tx,
                username=row.sender_name,
                address=payer,
                network=network,
                amount=row.amount,
                exchange_rate=row.exchange_rate,
            ),
            outgoing=Leg(
                transaction_id=row.outgoing_tx,
                username=row.receiver_name,
                address=receiver,
                network=network,
                amount=row.payout,
                exchange_rate=row.exchange_rate,
            ),
            application_metadata=row.app_metadata,
        )
