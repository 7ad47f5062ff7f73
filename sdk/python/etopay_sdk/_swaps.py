"""Calls about swaps of coins and euros."""

from __future__ import annotations

from decimal import Decimal

from etopay_sdk import _wire_services as wire
from etopay_sdk._arguments import count, fee_limit
from etopay_sdk._base import Calls
from etopay_sdk._bridge import call
from etopay_sdk.amounts import to_wire
from etopay_sdk.kyc import ViviswapAddressDetail
from etopay_sdk.swap import Order, OrderList, ViviswapDeposit, ViviswapWithdrawal


class SwapCalls(Calls):
    """Bank account, deposits, withdrawals. Networks whose symbol is IOTA or ETH can be swapped."""

    async def get_iban_for_viviswap(self) -> ViviswapAddressDetail:
        """Ask for the user's bank account. NotFound when there is none yet."""
        return wire.address_detail(await call(self._services.get_iban_for_viviswap))

    async def update_iban_for_viviswap(self, pin: str, address: str) -> ViviswapAddressDetail:
        """Set or change the user's bank account (IBAN). Its check digits are checked."""
        return wire.address_detail(await call(self._services.update_iban_for_viviswap, pin, address))

    async def create_detail_for_viviswap(
        self, pin: str, *, network: str | None = None
    ) -> ViviswapAddressDetail:
        """Tell the exchange the wallet's address on a network."""
        return wire.address_detail(await call(self._services.create_detail_for_viviswap, pin, network))

    async def create_deposit_with_viviswap(self, pin: str, *, network: str | None = None) -> ViviswapDeposit:
        """Ask where to transfer euros to; they become coins at the wallet's address."""
        return wire.deposit(await call(self._services.create_deposit_with_viviswap, pin, network))

    async def create_withdrawal_with_viviswap(
        self,
        amount: Decimal | str,
        pin: str | None = None,
        data: bytes | None = None,
        *,
        payment_id: str | None = None,
        network: str | None = None,
        max_fee: Decimal | str | None = None,
    ) -> ViviswapWithdrawal:
        """Make a contract for coins into euros and, with a PIN, send the coins.

        Give every withdrawal its own `payment_id` and save it before calling, as for `send_amount`: a second
        call with the same id neither makes a second contract nor pays twice. Without a PIN send the coins to
        `details.crypto_address`. `max_fee` is as for `send_amount`.
        """
        return wire.withdrawal(
            await call(
                self._services.create_withdrawal_with_viviswap,
                to_wire(amount),
                pin,
                data,
                payment_id,
                network,
                fee_limit(max_fee),
            )
        )

    async def get_swap_list(self, start: int, limit: int) -> OrderList:
        """List the user's swaps."""
        return wire.orders(
            await call(self._services.get_swap_list, count("start", start), count("limit", limit))
        )

    async def get_swap_details(self, order_id: str) -> Order:
        """Tell about one swap. NotFound when the exchange does not know it."""
        return wire.order(await call(self._services.get_swap_details, order_id))
