"""Refusals of the exchange."""

from sandbox.core.errors import ForbiddenError, NotFoundError


class NotTradingError(ForbiddenError):
    """The user's risk level allows no exchange."""

    code = "not_trading"

    def __init__(self) -> None:
        super().__init__("You may not exchange anything yet. Finish the identity check first.")


class DetailNotFoundError(NotFoundError):
    """No such payment detail, or not one of this user."""

    def __init__(self) -> None:
        super().__init__("You have no payment detail with this id. Add it first.")


class ContractNotFoundError(NotFoundError):
    """No such contract, or not one of this user."""

    def __init__(self) -> None:
        super().__init__("You have no contract with this id.")


class OrderNotFoundError(NotFoundError):
    """No such order, or not one of this user."""

    def __init__(self) -> None:
        super().__init__("You have no order with this id.")
