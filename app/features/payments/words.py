"""Sentences about amounts and recipients of a payment."""

from __future__ import annotations

from decimal import Decimal
from typing import Final

from app.core.errors import AppError, ErrorCode, Lack
from app.core.money import AmountReason, input_text
from app.design.base import Ui
from app.features.payments.state import AmountProblem, Editing, Funds, Payee
from app.widgets.amounts import coin_words
from app.widgets.error_text import ErrorText, error_text
from app.widgets.moments import date_words

_EXAMPLE = Decimal("0.25")
_LACKING: Final = {
    Lack.AMOUNT: Funds.MORE_THAN_HELD,
    Lack.AMOUNT_AND_FEE: Funds.NOT_ENOUGH,
    Lack.FEE: Funds.FEE_COIN,
}


def problem_words(ui: Ui, problem: AmountProblem) -> str:
    """Why the amount does not do, and what would."""
    if problem.reason in _LACKING.values():
        return _funds(ui, problem)
    example = input_text(_EXAMPLE, ui.locale)
    mark = example[1]
    return {
        AmountReason.AMBIGUOUS: ui.t(
            "This can be read in two ways. Write {example} for a quarter, and no other marks.",
            example=example,
        ),
        AmountReason.GROUPING: ui.t(
            "The marks are not where they belong. Write it without them, such as {example}.", example=example
        ),
        AmountReason.SIGN: ui.t("An amount has no plus or minus."),
        AmountReason.DECIMALS: ui.tn(
            "At most {n} place after the “{mark}” here.",
            "At most {n} places after the “{mark}” here.",
            problem.decimals,
            mark=mark,
        ),
        AmountReason.TOO_LARGE: ui.t("No such amount exists."),
        Funds.ZERO: ui.t("Enter more than zero."),
    }.get(problem.reason) or ui.t("Write digits only, such as {example}.", example=example)


def _funds(ui: Ui, problem: AmountProblem) -> str:
    have = coin_words(ui, problem.have, problem.symbol)
    if problem.need is None:
        return ui.t(
            "The network fee is paid in {symbol}: {have} is too little for it.",
            symbol=problem.symbol,
            have=have,
        )
    need = coin_words(ui, problem.need, problem.symbol, up=True)
    if problem.reason is Funds.MORE_THAN_HELD:
        return ui.t("You have {have}. This needs {need}, and the network fee on top.", have=have, need=need)
    if problem.reason is Funds.FEE_COIN:
        return ui.t(
            "The network fee is paid in {symbol}: it needs {need}, you have {have}.",
            symbol=problem.symbol,
            need=need,
            have=have,
        )
    return ui.t("You have {have}. With the fee this needs {need}.", have=have, need=need)


def failure_words(ui: Ui, error: AppError) -> ErrorText:
    """What to say about an error, with amounts as amounts."""
    have, need, lack = (error.params.get(name) for name in ("have", "need", "lack"))
    words = error_text(ui.t, error)
    if error.code is not ErrorCode.NOT_ENOUGH or not isinstance(have, Decimal) or not isinstance(lack, Lack):
        return words
    problem = AmountProblem(
        _LACKING[lack],
        have=have,
        need=need if isinstance(need, Decimal) else None,
        symbol=str(error.params.get("symbol", "")),
    )
    return ErrorText(words.title, f"{_funds(ui, problem)} {words.next_step}", words.action)


def payee_words(ui: Ui, payee: Payee) -> str:
    """How often and when this address was paid."""
    times = ui.tn("Paid once", "Paid {n} times", payee.times)
    return (
        ui.t("{times} · last on {date}", times=times, date=date_words(ui, payee.last))
        if payee.last
        else times
    )


def waiting_words(ui: Ui, form: Editing) -> str | None:
    """Why the button waits; None when it does not."""
    if form.needs_comparing:
        return ui.t("Choose an address to go on")
    if form.amount.amount is None and form.amount.problem is None:
        return ui.t("Enter an amount")
    if form.amount.problem is not None:
        return ui.t("Correct the amount to go on")
    if form.recipient.error is not None:
        return ui.t("Correct the address to go on")
    if form.recipient.address is None:
        return ui.t("Enter an address")
    return None
