"""When sessions and what was made in them end: by age, and by standing idle."""

from datetime import datetime, timedelta

from sandbox.services.identity.realm import RealmRules
from sandbox.services.identity.tables import BrowserSession, Grant


def grant_ends(grant: Grant, browser: BrowserSession | None, rules: RealmRules) -> datetime:
    """Return when a grant ends if it is used no more; its session's use in the browser keeps it alive."""
    used = grant.used_at or grant.signed_in_at
    if grant.offline:
        idle, oldest = rules.offline_session_idle_timeout, rules.offline_session_max_lifespan
        return _ends(grant.signed_in_at, used, idle, oldest)
    if browser is not None and browser.ended_at is None:
        used = max(used, browser.used_at or browser.signed_in_at)
    return _ends(grant.signed_in_at, used, rules.sso_session_idle_timeout, rules.sso_session_max_lifespan)


def browser_ends(browser: BrowserSession, rules: RealmRules) -> datetime:
    """Return when a browser has to sign in again if nothing is asked for any more."""
    used = browser.used_at or browser.signed_in_at
    idle, oldest = rules.sso_session_idle_timeout, rules.sso_session_max_lifespan
    return min(browser.expires_at, _ends(browser.signed_in_at, used, idle, oldest))


def _ends(start: datetime, used: datetime, idle: int, oldest: int) -> datetime:
    ends = used + timedelta(seconds=idle)
    return min(ends, start + timedelta(seconds=oldest)) if oldest else ends
