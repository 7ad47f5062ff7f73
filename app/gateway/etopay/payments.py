"""Sending money: checks before, and the truth about the outcome after."""

from __future__ import annotations

import logging
from collections.abc import Callable
from decimal import Decimal
from typing import Final

import etopay_sdk as sdk

from app.core.errors import Action, AppError, ErrorCode, Lack
from app.core.model import FeeEstimate, Payment
from app.gateway.addresses import check_address
from app.gateway.amounts import check_amount
from app.gateway.etopay import models
from app.gateway.etopay.errors import app_error
from app.gateway.etopay.networks import Networks

Pin = Callable[[], str]
"""The PIN for one call; it raises once the wallet is locked."""

_log = logging.getLogger(__name__)
# Nothing was sent in all of these.
_NOT_SENT: Final = frozenset(
    {
        ErrorCode.WRONG_PIN,
        ErrorCode.PIN_PAUSED,
        ErrorCode.INVALID_ADDRESS,
        ErrorCode.INVALID_AMOUNT,
        ErrorCode.NOT_ENOUGH,
        ErrorCode.FEE_RISEN,
        ErrorCode.PAYMENT_REFUSED,
        ErrorCode.OUTCOME_UNKNOWN,
    }
)


class Payments:
    """The payments of one unlocked wallet."""

    def __init__(self, opened: sdk.Sdk, networks: Networks) -> None:
        self._sdk = opened
        self._networks = networks

    async def estimate(self, pin: Pin, network_key: str, recipient: str, amount: Decimal) -> FeeEstimate:
        """The fee, after everything that a send would refuse."""
        network = await self._networks.get(network_key)
        shown = self._networks.shown(network)
        address = check_address(shown, recipient)
        check_amount(shown, amount)
        try:
            gas = await self._sdk.estimate_gas(pin(), address, amount, network=network_key)
        except sdk.InsufficientFunds:
            raise await self._not_enough(pin, network, amount) from None
        except sdk.NetworkError as error:
            raise await self._refused(pin, network, amount, app_error(error)) from None
        fee = models.fee(gas, network, shown)
        if shortage := await self._shortage(pin, network, amount, fee.at_most):
            raise shortage
        return fee

    async def send(self, pin: Pin, payment: Payment, max_fee: Decimal | None = None) -> str:
        """The transaction id."""
        network = await self._networks.get(payment.network_key)
        shown = self._networks.shown(network)
        address = check_address(shown, payment.recipient)
        check_amount(shown, payment.amount)
        try:
            return await self._sdk.send_amount(
                pin(),
                address,
                payment.amount,
                payment_id=payment.payment_id,
                network=payment.network_key,
                max_fee=max_fee,
            )
        except sdk.InsufficientFunds:
            raise await self._not_enough(pin, network, payment.amount) from None
        except sdk.EtopayError as error:
            outcome = await self._outcome(payment, app_error(error))
            raise await self._refused(pin, network, payment.amount, outcome) from None

    async def _outcome(self, payment: Payment, error: AppError) -> AppError:
        """What to say of a failed send: only the journal knows whether something may be on its way."""
        if error.code in _NOT_SENT:
            return error
        journal = await self._sdk.pending_payments()
        if any(entry.payment_id == payment.payment_id for entry in journal):
            return AppError(ErrorCode.OUTCOME_UNKNOWN, Action.ACTIVITY, payment_id=payment.payment_id)
        if error.code in {ErrorCode.OFFLINE, ErrorCode.TIMEOUT}:
            return AppError(ErrorCode.OFFLINE, Action.RETRY)
        _log.warning("A payment was refused: %s", error.code.value)
        return AppError(ErrorCode.PAYMENT_REFUSED, Action.RETRY)

    async def _refused(self, pin: Pin, network: sdk.Network, amount: Decimal, error: AppError) -> AppError:
        """A token's contract refuses too large an amount without a reason that nodes agree on."""
        if error.code in {ErrorCode.SERVICE, ErrorCode.PAYMENT_REFUSED}:
            return await self._shortage(pin, network, amount, Decimal(0)) or error
        return error

    async def _shortage(
        self, pin: Pin, network: sdk.Network, amount: Decimal, at_most: Decimal
    ) -> AppError | None:
        """What is missing to pay amount and fee, if anything."""
        payer = self._networks.fee_network(network)
        have = await self._sdk.get_balance(pin(), network=network.key)
        need, lack = amount, Lack.AMOUNT
        if payer == network and at_most:
            need, lack = amount + at_most, Lack.AMOUNT_AND_FEE
        if have < need:
            return _not_enough(network, have, need, lack)
        if payer is not None and payer != network:
            coins = await self._sdk.get_balance(pin(), network=payer.key)
            if coins < at_most:
                return _not_enough(payer, coins, at_most, Lack.FEE)
        return None

    async def _not_enough(self, pin: Pin, network: sdk.Network, amount: Decimal) -> AppError:
        """The node said that it is too little; find out what is missing."""
        shortage = await self._shortage(pin, network, amount, Decimal(0))
        if shortage is not None:
            return shortage
        # The amount is there, so the fee is not.
        payer = self._networks.fee_network(network) or network
        have = await self._sdk.get_balance(pin(), network=payer.key)
        if payer == network:
            return _not_enough(network, have, amount, Lack.AMOUNT)
        return _not_enough(payer, have, None, Lack.FEE)


def _not_enough(network: sdk.Network, have: Decimal, need: Decimal | None, lack: Lack) -> AppError:
    return AppError(ErrorCode.NOT_ENOUGH, have=have, need=need, symbol=network.display_symbol, lack=lack)
