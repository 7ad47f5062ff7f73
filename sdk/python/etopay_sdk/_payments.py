"""Calls that move money, and purchases."""

from __future__ import annotations

from decimal import Decimal

from etopay_sdk import _wire
from etopay_sdk._arguments import count, fee_limit
from etopay_sdk._base import Calls
from etopay_sdk._bridge import call
from etopay_sdk.amounts import to_wire
from etopay_sdk.types import PendingPayment, PurchaseDetails, PurchaseModel, TxInfo


class PaymentCalls(Calls):
    """Payments happen at most once per payment id, and go on when their awaitable is cancelled."""

    async def send_amount(
        self,
        pin: str,
        address: str,
        amount: Decimal | str,
        data: bytes | None = None,
        *,
        payment_id: str | None = None,
        network: str | None = None,
        max_fee: Decimal | str | None = None,
    ) -> str:
        """Pay, wait for the chain and return the transaction's hash.

        Give every payment its own `payment_id` and save it before calling: a second call with the same
        id returns the outcome of the first and never pays again. When the first was not made, it tries again.
        UncertainOutcome means that the outcome is not known yet; `resolve_payment` finds it out.

        `max_fee` is the most the fee may be, in the coin that pays it, as `GasCostEstimation.max_fee`
        tells it. FeeTooHigh says that it could be more: then nothing was signed.
        """
        return str(
            await call(
                self._client.send_amount,
                pin,
                address,
                to_wire(amount),
                data,
                payment_id,
                network,
                fee_limit(max_fee),
            )
        )

    async def pending_payments(self) -> list[PendingPayment]:
        """List the payments without a final outcome. Only while unlocked."""
        return _wire.payments(await call(self._client.pending_payments))

    async def resolve_payment(self, payment_id: str) -> PendingPayment:
        """Look at the chain and settle one payment."""
        return _wire.payment(await call(self._client.resolve_payment, payment_id))

    async def create_purchase_request(
        self,
        receiver: str,
        amount: Decimal | str,
        product_hash: str,
        app_data: str,
        purchase_type: PurchaseModel | str,
        *,
        network: str | None = None,
    ) -> str:
        """Ask the backend for a purchase and return its id."""
        return str(
            await call(
                self._client.create_purchase_request,
                receiver,
                to_wire(amount),
                product_hash,
                app_data,
                str(purchase_type),
                network,
            )
        )

    async def get_purchase_details(self, purchase_id: str) -> PurchaseDetails:
        """Tell what a purchase costs and whether it can be paid."""
        return _wire.purchase(await call(self._client.get_purchase_details, purchase_id))

    async def confirm_purchase_request(
        self, pin: str, purchase_id: str, *, max_fee: Decimal | str | None = None
    ) -> None:
        """Pay a purchase and report it to the backend.

        Repeating it never pays twice. When the payment was not made, calling it again tries again;
        from another address, once the first attempt is proven dead. `max_fee` is as for `send_amount`.
        """
        await call(self._client.confirm_purchase_request, pin, purchase_id, fee_limit(max_fee))

    async def get_tx_list(self, start: int, limit: int) -> list[TxInfo]:
        """List the user's purchases at the backend."""
        return _wire.tx_list(
            await call(self._client.get_tx_list, count("start", start), count("limit", limit))
        )
