"""Checks of a payment before it is sent; pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from typing import Final

from babel import Locale

from app.core.errors import AppError, ErrorCode
from app.core.model import Direction, FeeEstimate, Network, NetworkKind
from app.core.model.activity import ActivityItem, ActivityStatus
from app.core.model.position import Position
from app.core.money import AmountError, parse_amount
from app.features.payments.state import AmountCheck, AmountProblem, Funds, Payee, RecipientCheck

AddressCheck = Callable[[Network, str], str]
_EARLY: Final = datetime.min.replace(tzinfo=UTC)
_PAID: Final = (ActivityStatus.CONFIRMED, ActivityStatus.PENDING)
# What `UnlockedWallet.send` promises to mean that nothing was sent.
NOTHING_SENT: Final = frozenset(
    {
        ErrorCode.INVALID_ADDRESS,
        ErrorCode.INVALID_AMOUNT,
        ErrorCode.NOT_ENOUGH,
        ErrorCode.FEE_RISEN,
        ErrorCode.PAYMENT_REFUSED,
        ErrorCode.OFFLINE,
    }
)
# A fee rises by an eighth a block at most, so as much again covers a minute between review and PIN. What is
# higher is shown first, not paid: a node can name any price.
_FEE_HEADROOM: Final = 2
PIN_ERRORS: Final = frozenset({ErrorCode.WRONG_PIN, ErrorCode.PIN_PAUSED})


def payees_of(items: Iterable[ActivityItem], network: Network) -> tuple[Payee, ...]:
    """Whom this wallet has paid with addresses of the same kind, latest first."""
    found: dict[str, Payee] = {}
    for item in items:
        if item.direction is not Direction.OUT or item.status not in _PAID:
            continue
        if _address_form(item.network) != _address_form(network):
            continue
        key = item.other.lower()
        known = found.get(key) or Payee(item.other, 0, None)
        latest = max((at for at in (known.last, item.at) if at), default=None)
        found[key] = replace(known, times=known.times + 1, last=latest)
    return tuple(sorted(found.values(), key=lambda payee: payee.last or _EARLY, reverse=True))


def _address_form(network: Network) -> bool:
    return network.kind is NetworkKind.IOTA


def check_recipient(
    text: str, network: Network, check: AddressCheck, payees: Sequence[Payee], own: str | None
) -> RecipientCheck:
    """Form and checksum by the gateway, then what the wallet's own past says of the address."""
    if not text.strip():
        return RecipientCheck()
    try:
        address = check(network, text)
    except AppError as error:
        return RecipientCheck(error=error)
    if own is not None and address.lower() == own.lower():
        return RecipientCheck(address, own=True)
    known = next((payee for payee in payees if payee.address.lower() == address.lower()), None)
    if known is not None:
        return RecipientCheck(address, payee=known)
    mine = (Payee(own, 0, None, own=True),) if own else ()
    similar = next((payee for payee in (*payees, *mine) if looks_like(address, payee.address)), None)
    return RecipientCheck(address, lookalike=similar)


def looks_like(address: str, known: str) -> bool:
    """Whether two different addresses begin and end alike, which is all that most people compare."""
    one, other = (value.lower().removeprefix("0x") for value in (address, known))
    return one != other and one[:4] == other[:4] and one[-4:] == other[-4:]


def differing(address: str, known: str) -> frozenset[int]:
    """The places (from the start, 0x included) at which two addresses differ."""
    pairs = zip(address.lower(), known.lower(), strict=False)
    return frozenset(index for index, (one, other) in enumerate(pairs) if one != other)


def check_amount(
    text: str,
    locale: Locale,
    network: Network,
    *,
    position: Position | None,
    fee: FeeEstimate | None,
    fee_position: Position | None,
) -> AmountCheck:
    """The amount as typed, and whether it can be paid together with the highest fee."""
    if not text.strip():
        return AmountCheck()
    try:
        amount = parse_amount(text, locale, network.decimals)
    except AmountError as error:
        return AmountCheck(problem=AmountProblem(error.reason, decimals=error.decimals))
    if amount == 0:
        return AmountCheck(amount, AmountProblem(Funds.ZERO))
    return AmountCheck(amount, check_funds(amount, network, position, fee, fee_position))


def check_funds(
    amount: Decimal,
    network: Network,
    position: Position | None,
    fee: FeeEstimate | None,
    fee_position: Position | None,
) -> AmountProblem | None:
    """None while it is enough as far as balances are known."""
    same_coin = fee is not None and fee.symbol == network.symbol
    need, reason = amount, Funds.MORE_THAN_HELD
    if fee is not None and same_coin:
        need, reason = amount + fee.at_most, Funds.NOT_ENOUGH
    have = position.amount if position else None
    if have is not None and have < need:
        return AmountProblem(reason, have=have, need=need, symbol=network.symbol)
    fee_have = fee_position.amount if fee_position else None
    if fee is not None and not same_coin and fee_have is not None and fee_have < fee.at_most:
        return AmountProblem(Funds.FEE_COIN, have=fee_have, need=fee.at_most, symbol=fee.symbol)
    return None


def largest_amount(have: Decimal, network: Network, fee: FeeEstimate) -> Decimal:
    """All there is, less the highest fee when the same coin pays it; never below zero."""
    rest = have - fee.at_most if fee.symbol == network.symbol else have
    return max(rest, Decimal(0))


def fee_bound(shown: FeeEstimate) -> Decimal:
    """The highest fee a payment may be signed for after its sender has seen this one."""
    return shown.at_most * _FEE_HEADROOM


def fee_position(network: Network, positions: Iterable[Position]) -> Position | None:
    """Where the coin is kept that pays the fees of a network."""
    return next(
        (
            one
            for one in positions
            if one.network.symbol == network.fee_symbol
            and one.network.chain_id == network.chain_id
            and (network.chain_id is not None or one.network.key == network.key)
        ),
        None,
    )


def unsettled_twin(items: Iterable[ActivityItem], network_key: str, recipient: str) -> ActivityItem | None:
    """A payment to the same recipient of which nobody knows yet whether it went out."""
    return next(
        (
            item
            for item in items
            if item.status in (ActivityStatus.UNKNOWN, ActivityStatus.SUBMITTING)
            and item.network.key == network_key
            and item.other.lower() == recipient.lower()
        ),
        None,
    )
