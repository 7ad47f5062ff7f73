"""What the other services are told (who is verified, at which risk level), and what goes with a user."""

from sqlalchemy.orm import Session

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
        if not verified:
            for row in self.results(session, user_id):
                row.is_verified = False

    def risk_level(self, session: Session, user_id: str) -> int:
        """Return the level of the user's application; by hand, whoever is verified has level 40."""
        application = session.get(Application, user_id)
        if application is None:
            return super().risk_level(session, user_id)
        earned = Case(session, application).limits.level
        return min(earned, self.level_by_hand(session, user_id))

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
