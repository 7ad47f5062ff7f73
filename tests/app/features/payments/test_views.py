"""Every state of a payment as the user sees it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import flet as ft
import pytest

from app.core.errors import Action, AppError, ErrorCode, Lack
from app.core.model import (
    Direction,
    ExchangeRate,
    FeeEstimate,
    Payment,
    TransactionStatus,
    WalletTransaction,
)
from app.core.model.position import Position
from app.core.money import AmountReason
from app.design.base import Ui
from app.design.look import Width
from app.features.payments.actions import ProgressActions, SendActions
from app.features.payments.form import Facts
from app.features.payments.form_view import form_view
from app.features.payments.pin_view import pin_view
from app.features.payments.review_view import review_body
from app.features.payments.screens.send import end_view
from app.features.payments.state import (
    AmountCheck,
    AmountProblem,
    Draft,
    Editing,
    Failed,
    Failure,
    Funds,
    Order,
    OutcomeUnknown,
    Payee,
    RecipientCheck,
    Reviewing,
    Sending,
    SendState,
    Sent,
    Starting,
)
from app.gateway.addresses import check_address, checksum_address
from app.gateway.demo.chain import NETWORKS, network_of
from tests.support.money import EN, FRIEND, STRANGER
from tests.support.screens import LOOKS, show

NOW = datetime(2026, 11, 24, 9, 41, tzinfo=UTC)
ETH, EURX = network_of("ETH"), network_of("EURX")
RATE = ExchangeRate("ETH", Decimal("2449.10"), NOW)
FEE = FeeEstimate("ETH", "ETH", Decimal("0.00042"), Decimal("0.00063"))
PAYEE = Payee(FRIEND, 3, NOW - timedelta(days=1))
TWIN = checksum_address("71c7" + "0" * 32 + "976f")
ORDER = Order(Payment("p1", "ETH", FRIEND, Decimal("0.25")), ETH, FEE, RATE, RATE, PAYEE)
SENT = Sent(ORDER, NOW, "0x9f3a" + "0" * 56 + "7c21", NOW + timedelta(seconds=2))
TRANSACTION = WalletTransaction(
    SENT.tx_id,
    "ETH",
    Direction.OUT,
    TransactionStatus.CONFIRMED,
    Decimal("0.25"),
    Decimal("0.00039"),
    STRANGER,
    FRIEND,
    NOW,
    21483107,
)
OFFLINE = AppError(ErrorCode.OFFLINE, Action.RETRY)
FORM = Editing(Draft(ETH))
FILLED = Editing(
    Draft(ETH, FRIEND, "0.25"), RecipientCheck(FRIEND, payee=PAYEE), AmountCheck(Decimal("0.25")), FEE
)
POSITION = Position(ETH, Decimal("1.8042"), NOW, RATE)
FACTS = Facts(check_address, EN, STRANGER, (PAYEE,), POSITION, POSITION)

FORMS: dict[str, tuple[Editing, str]] = {
    "empty": (FORM, "send-payee-0"),
    "filled": (FILLED, "send-fee"),
    "busy": (replace(FILLED, busy=True), "send-review"),
    "lookalike": (
        replace(FILLED, draft=Draft(ETH, TWIN, "0.25"), recipient=RecipientCheck(TWIN, lookalike=PAYEE)),
        "send-use-known",
    ),
    "own lookalike": (
        replace(FILLED, recipient=RecipientCheck(TWIN, lookalike=Payee(FRIEND, 0, None, own=True))),
        "send-accept",
    ),
    "own": (replace(FILLED, recipient=RecipientCheck(STRANGER, own=True)), "send-recipient-address"),
    "bad address": (
        replace(
            FORM,
            recipient=RecipientCheck(
                error=AppError(ErrorCode.INVALID_ADDRESS, network="Ethereum", reason="too_short", missing=2)
            ),
        ),
        "send-recipient",
    ),
    "offline": (replace(FILLED, error=OFFLINE), "send-error"),
    "not enough": (
        replace(
            FILLED,
            error=AppError(
                ErrorCode.NOT_ENOUGH,
                have=Decimal(1),
                need=Decimal("1.00063"),
                symbol="ETH",
                lack=Lack.AMOUNT_AND_FEE,
            ),
        ),
        "send-error",
    ),
    "blocked": (replace(FILLED, error=AppError(ErrorCode.OUTCOME_UNKNOWN, Action.ACTIVITY)), "send-error"),
}
ENDS: dict[str, tuple[SendState, str]] = {
    "starting": (Starting(), "back"),
    "no networks": (Starting(OFFLINE), "back"),
    "sending": (Sending(ORDER, NOW), "send-progress"),
    "sent": (SENT, "send-progress"),
    "included": (replace(SENT, transaction=TRANSACTION), "send-progress"),
    "confirmed": (replace(SENT, transaction=TRANSACTION, ended=NOW + timedelta(seconds=24)), "send-success"),
    "refused": (Failed(ORDER, Failure.NOT_SENT, AppError(ErrorCode.PAYMENT_REFUSED)), "send-failed"),
    "failed offline": (Failed(ORDER, Failure.NOT_SENT, OFFLINE), "send-failed"),
    "not sent": (Failed(ORDER, Failure.NOT_SENT), "send-failed"),
    "failed on chain": (Failed(ORDER, Failure.ON_CHAIN, tx_id=SENT.tx_id), "send-failed"),
    "unknown": (OutcomeUnknown(ORDER, NOW), "send-unknown"),
}


class Calls:
    """Remembers what the view asked for."""

    def __init__(self) -> None:
        self.made: list[tuple[str, Any]] = []

    def __call__(self, name: str) -> Callable[..., Any]:
        async def note(*args: object) -> None:
            self.made.append((name, tuple(arg for arg in args if not isinstance(arg, ft.Event))))

        return note

    def send(self) -> SendActions:
        return SendActions(*(self(name) for name in SendActions.__dataclass_fields__))

    def progress(self) -> ProgressActions:
        return ProgressActions(*(self(name) for name in ProgressActions.__dataclass_fields__))


def form(state: Editing, calls: Calls | None = None) -> Callable[[Ui], ft.Control]:
    return lambda ui: form_view(ui, state, NETWORKS, FACTS, (calls or Calls()).send())


def end(state: SendState, calls: Calls | None = None) -> Callable[[Ui], ft.Control]:
    recorder = calls or Calls()
    return lambda ui: end_view(ui, state, recorder.send(), recorder.progress())


@pytest.mark.parametrize(("brand", "dark", "language"), LOOKS)
@pytest.mark.parametrize("name", FORMS)
async def test_each_state_of_the_form(name: str, brand: str, dark: bool, language: str) -> None:
    state, wanted = FORMS[name]
    async with show(form(state), brand=brand, dark=dark, language=language) as app:
        assert app.has(wanted)
        app.assert_mirror()


@pytest.mark.parametrize(("brand", "dark", "language"), LOOKS)
@pytest.mark.parametrize("name", ENDS)
async def test_each_state_after_the_pin(name: str, brand: str, dark: bool, language: str) -> None:
    state, wanted = ENDS[name]
    async with show(end(state), brand=brand, dark=dark, language=language, width=Width.TABLET) as app:
        assert app.has(wanted)
        app.assert_mirror()


@pytest.mark.parametrize(
    ("problem", "said"),
    [
        (AmountProblem(AmountReason.AMBIGUOUS), "two ways"),
        (AmountProblem(AmountReason.CHARACTERS), "digits only"),
        (AmountProblem(AmountReason.GROUPING), "not where they belong"),
        (AmountProblem(AmountReason.SIGN), "no plus or minus"),
        (AmountProblem(AmountReason.DECIMALS, decimals=6), "At most 6 places after the “.”"),
        (AmountProblem(AmountReason.TOO_LARGE), "No such amount"),
        (AmountProblem(Funds.ZERO), "more than zero"),
        (
            AmountProblem(Funds.NOT_ENOUGH, have=Decimal("0.2"), need=Decimal("0.25042"), symbol="ETH"),
            "You have 0.2\u00a0ETH. With the fee this needs 0.25042\u00a0ETH.",
        ),
        (
            AmountProblem(Funds.MORE_THAN_HELD, have=Decimal(25), need=Decimal(100), symbol="IOTA"),
            "You have 25\u00a0IOTA. This needs 100\u00a0IOTA, and the network fee on top.",
        ),
        (
            AmountProblem(Funds.FEE_COIN, have=Decimal(0), need=None, symbol="ETH"),
            "The network fee is paid in ETH: 0\u00a0ETH is too little for it.",
        ),
        (
            AmountProblem(Funds.FEE_COIN, have=Decimal(0), need=Decimal("0.001"), symbol="ETH"),
            "The network fee is paid in ETH: it needs 0.001\u00a0ETH, you have 0\u00a0ETH.",
        ),
    ],
)
async def test_each_problem_of_an_amount_has_its_own_sentence(problem: AmountProblem, said: str) -> None:
    state = replace(FILLED, amount=AmountCheck(Decimal(1), problem))
    async with show(form(state)) as app:
        assert app.shows(said)
        assert app.shows("Correct the amount to go on")


async def test_the_button_says_why_it_waits_and_what_was_tapped() -> None:
    calls = Calls()
    async with show(form(FORM, calls)) as app:
        assert app.shows("Enter an amount")
        with pytest.raises(AssertionError, match="disabled"):
            await app.tap("send-review")
        await app.type("send-amount", "0.25")
        await app.tap("send-payee-0")
        await app.tap("send-half")
        await app.tap("send-max")
        await app.tap("send-paste")
        assert [name for name, _ in calls.made] == ["amount", "recipient", "part", "part", "paste"]
        assert calls.made[1][1] == (FRIEND,)
        assert calls.made[3][1] == (Decimal(1),)
    async with show(form(FORMS["lookalike"][0], calls)) as app:
        assert app.shows("Choose an address to go on")
        assert app.shows("Looks like an address you know, but is not")
        await app.tap("send-use-known")
        assert calls.made[-1] == ("recipient", (FRIEND,))
    async with show(form(FILLED, calls)) as app:
        await app.tap("send-review")
        assert calls.made[-1][0] == "review"


@pytest.mark.parametrize(("brand", "dark", "language"), LOOKS)
async def test_the_review_shows_everything_in_full(brand: str, dark: bool, language: str) -> None:
    calls = Calls()
    async with show(
        lambda ui: review_body(ui, ORDER, calls("confirm")), brand=brand, dark=dark, language=language
    ) as app:
        groups = [FRIEND[at : at + 4] for at in range(2, len(FRIEND), 4)]
        assert all(app.shows(group) for group in groups)
        mark = "." if language == "en" else ","
        assert app.shows(f"0{mark}25042\u00a0ETH")
        assert app.shows(f"0{mark}00063\u00a0ETH")
        await app.tap("send-confirm")
        assert calls.made == [("confirm", ())]


@pytest.mark.parametrize(
    "order",
    [
        replace(ORDER, payee=None),
        replace(ORDER, payee=None, own=True),
        replace(ORDER, network=EURX, rate=None),
        replace(ORDER, fee_rate=None),
    ],
)
async def test_other_orders_can_be_reviewed(order: Order) -> None:
    async with show(lambda ui: review_body(ui, order, Calls()("confirm"))) as app:
        assert app.has("send-confirm")


async def test_a_wrong_pin_is_said_below_the_dots_and_fast_digits_arrive_once() -> None:
    review = Reviewing(FILLED, ORDER, asks_pin=True, error=AppError(ErrorCode.WRONG_PIN, tries_left=2))
    pins: list[str] = []
    async with show(lambda ui: pin_view(ui, review, Calls()("back"), pins.append, 6)) as app:
        assert app.shows("Wrong PIN. 2 tries left, then a pause.")
        await app.tap_fast(list("135790"))
        assert pins == ["135790"]


async def test_a_pause_is_counted_down_and_takes_no_digits() -> None:
    review = Reviewing(FILLED, ORDER, asks_pin=True, error=AppError(ErrorCode.PIN_PAUSED, seconds=2))
    pins: list[str] = []
    async with show(lambda ui: pin_view(ui, review, Calls()("back"), pins.append, 6)) as app:
        assert app.shows("Too many wrong PINs. Wait 0:02.")
        with pytest.raises(AssertionError, match="disabled"):
            await app.tap("pin-1")
        await app.until_shows("Wait 0:01.")
        await app.until(lambda: not app.shows("Too many wrong PINs."))
        await app.tap_fast(list("135790"))
        assert pins == ["135790"]


async def test_an_unknown_outcome_offers_no_second_send() -> None:
    calls = Calls()
    async with show(end(OutcomeUnknown(ORDER, NOW), calls)) as app:
        assert app.shows("Do not send again")
        assert not app.has("send-again")
        await app.tap("send-activity")
        assert calls.made == [("activity", ())]


async def test_each_failure_says_what_is_safe() -> None:
    async with show(end(ENDS["failed on chain"][0])) as app:
        assert app.shows("The amount is still yours. Only the network fee is gone.")
    async with show(end(ENDS["failed offline"][0])) as app:
        assert app.shows("Nothing was sent.")
    calls = Calls()
    async with show(end(ENDS["not sent"][0], calls)) as app:
        await app.tap("send-again")
        assert calls.made == [("again", ())]


async def test_the_receipt_copies_the_reference() -> None:
    calls = Calls()
    async with show(end(ENDS["confirmed"][0], calls)) as app:
        assert app.shows("Confirmed in 24 seconds.")
        await app.tap("receipt-copy")
        assert calls.made == [("copy", (SENT.tx_id,))]
