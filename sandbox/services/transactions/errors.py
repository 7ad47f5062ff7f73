"""Refusals of the purchases service."""

from sandbox.core.errors import ConflictError, NotFoundError


class PurchaseNotFoundError(NotFoundError):
    """No such purchase, or not one of this user."""

    def __init__(self) -> None:
        super().__init__("You have no purchase with this index.")


class AlreadyPaidError(ConflictError):
    """The purchase was committed with another transaction."""

    code = "already_paid"

    def __init__(self) -> None:
        super().__init__("This purchase was committed with another transaction already. Do not pay again.")


class NotPayableError(ConflictError):
    """The purchase is in a state in which it cannot be committed."""

    code = "not_payable"

    def __init__(self, state: str) -> None:
        super().__init__(f"This purchase is {state}; only a Valid one can be committed.")
