"""Points in time as people say them."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from babel.dates import format_date, format_datetime, format_time, format_timedelta

from app.design.base import Ui


def _pattern(ui: Ui, english: str, skeleton: str) -> str:
    # English has the day first here, as the whole look has; other languages know best themselves.
    known = ui.locale.datetime_skeletons.get(skeleton)
    return english if ui.locale.language == "en" or known is None else str(known)


def local(moment: datetime) -> datetime:
    """A moment on the clock of this device."""
    return moment.astimezone()


def clock(ui: Ui, moment: datetime) -> str:
    """Hours and minutes; with the day where it was not today."""
    here = local(moment)
    if here.date() != local(datetime.now(UTC)).date():
        return format_datetime(here, f"{_pattern(ui, 'd MMM', 'MMMd')}, HH:mm", locale=ui.locale)
    return format_datetime(here, "HH:mm", locale=ui.locale)


def time_only(ui: Ui, moment: datetime, *, seconds: bool = False) -> str:
    """Hours and minutes, for rows under a day's name."""
    return format_time(local(moment), "HH:mm:ss" if seconds else "HH:mm", locale=ui.locale)


def age(ui: Ui, moment: datetime, now: datetime | None = None) -> str:
    """How long ago, in one unit, such as "2 hours"."""
    return format_timedelta((now or datetime.now(UTC)) - moment, threshold=1, locale=ui.locale)


def is_old(moment: datetime | None, now: datetime | None = None) -> bool:
    """Whether figures of that moment should be said to be old."""
    return moment is not None and (now or datetime.now(UTC)) - moment > timedelta(minutes=30)


def day(ui: Ui, moment: datetime, today: date | None = None) -> str:
    """The name of a day: today, yesterday with its date, the weekday, or with its year."""
    here = local(moment).date()
    today = today or local(datetime.now(UTC)).date()
    plain = format_date(here, _pattern(ui, "d MMMM", "MMMMd"), locale=ui.locale)
    if here == today:
        return ui.t("Today")
    if here == today - timedelta(days=1):
        return ui.t("Yesterday, {date}", date=plain)
    if here.year == today.year:
        return ui.t("{weekday}, {date}", weekday=format_date(here, "EEEE", locale=ui.locale), date=plain)
    return format_date(here, "long", locale=ui.locale)


def short_day(ui: Ui, moment: datetime) -> str:
    """Day and month, for a row in a mixed list; the time where it was today."""
    here = local(moment)
    if here.date() == local(datetime.now(UTC)).date():
        return format_datetime(here, "HH:mm", locale=ui.locale)
    return format_datetime(here, _pattern(ui, "d MMM", "MMMd"), locale=ui.locale)


def date_words(ui: Ui, moment: datetime) -> str:
    """A day inside a sentence, with its year only where that is another one."""
    here = local(moment)
    same_year = here.year == local(datetime.now(UTC)).year
    return format_date(
        here.date(), _pattern(ui, "d MMMM", "MMMMd") if same_year else "long", locale=ui.locale
    )


def full(ui: Ui, moment: datetime) -> str:
    """Date and time, nothing left to guess."""
    return format_datetime(local(moment), f"{_pattern(ui, 'd MMM y', 'yMMMd')}, HH:mm", locale=ui.locale)
