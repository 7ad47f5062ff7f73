"""What the other services are told (who is verified, at which risk level), and what goes with a user."""

from sqlalchemy.orm import Session

from sandbox.core.trading import NOT_TRADING, Limits, limits_of
from sandbox.services.kyc.postident.tables import forget_cases
from sandbox.services.kyc.providers import forget_choice
from sandbox.services.kyc.repository import KycResults
from sandbox.services.kyc.viviswap.desk import Case
from sandbox.services.kyc.viviswap.tables import Application, forget_application


class KycOffice(KycResults):
    """Knows results and applications."""

    def set_verified(self, session: Session, user_id: str, verified: bool) -> None:
        """Set the result by hand; to take it away counts for the providers' results too."""
        super().set_verified(session, user_id, verified)
        application = session.get(Application, user_id)
        if application is not None and not verified and Case(session, application).limits.allow_trading:
            # Who has earned nothing yet, as somebody whom a seed left unverified, may still earn it.
            application.set_level = NOT_TRADING
        elif application is not None and application.set_level == NOT_TRADING:
            application.set_level = None
        if not verified:
            for row in self.results(session, user_id):
                row.is_verified = False

    def limits(self, session: Session, user_id: str) -> Limits:
        """Return those of the user's application; by hand, whoever is verified has level 40."""
        application = session.get(Application, user_id)
        if application is None:
            return super().limits(session, user_id)
        earned = Case(session, application).limits
        if application.closed_reason is not None:
            return earned
        by_hand = limits_of(self.level_by_hand(session, user_id))
        return by_hand if by_hand.level < earned.level else earned

    def note_bank_account(self, session: Session, user_id: str) -> None:
        """Note that the exchange has seen the user's bank account."""
        application = session.get(Application, user_id)
        if application is not None:
            application.has_bank_account = True

    def forget(self, session: Session, user_id: str) -> None:
        """Drop everything about a user: she may begin anew, with any provider."""
        super().forget(session, user_id)
        forget_cases(session, user_id)
        forget_application(session, user_id)
        forget_choice(session, user_id)
