"""`/viviswap/details`, `/methods`, `/contracts`, `/orders`, `/currencies`."""

from typing import Annotated

from fastapi import APIRouter, Query

from sandbox.core.auth import Me
from sandbox.core.context import Ctx
from sandbox.services.exchange import schemas
from sandbox.services.exchange.contracts import Contracts
from sandbox.services.exchange.details import Details, detail_out
from sandbox.services.exchange.offer import currencies_on_offer, methods_on_offer
from sandbox.services.exchange.orders import Orders
from sandbox.services.exchange.rules import Key
from sandbox.services.exchange.tables import PaymentDetail

router = APIRouter(tags=["exchange"], prefix="/viviswap")
_MOST = 200
MethodKey = Annotated[Key, Query(alias="payment_method_key")]
Count = Annotated[int, Query(ge=0, lt=2**32)]


@router.get("/details")
def list_details(context: Ctx, user: Me, key: MethodKey) -> schemas.DetailListOut:
    """Return the user's IBANs or addresses."""
    rows = Details(context).listed(user, key)
    return schemas.DetailListOut(payment_detail=[_out(row) for row in rows])


@router.post("/details")
def add_detail(context: Ctx, user: Me, key: MethodKey, body: schemas.DetailIn) -> schemas.OneDetailOut:
    """Add an IBAN or an address."""
    return schemas.OneDetailOut(payment_detail=_out(Details(context).add(user, key, body.address)))


@router.delete("/details")
def remove_detail(
    context: Ctx, user: Me, key: MethodKey, payment_detail_id: Annotated[str, Query(max_length=60)]
) -> schemas.OneDetailOut:
    """Remove an IBAN or an address; contracts that need it end."""
    return schemas.OneDetailOut(payment_detail=_out(Details(context).remove(user, key, payment_detail_id)))


@router.get("/methods")
def list_methods(context: Ctx, _user: Me) -> schemas.MethodList:
    """Return the payment methods; their ids never change."""
    return schemas.MethodList(methods=methods_on_offer(context))


@router.get("/currencies")
def list_currencies(context: Ctx, _user: Me) -> schemas.CurrencyList:
    """Return the currencies that can be exchanged."""
    return schemas.CurrencyList(currencies=currencies_on_offer(context))


@router.post("/contracts")
def create_contract(context: Ctx, user: Me, body: schemas.ContractIn) -> schemas.OneContract:
    """Agree on an exchange."""
    return schemas.OneContract(contract=Contracts(context).create(user, body))


@router.get("/contracts")
def list_contracts(context: Ctx, user: Me) -> schemas.ContractList:
    """Return the user's contracts in force."""
    return schemas.ContractList(contracts=Contracts(context).listed(user))


@router.get("/contracts/{contract_id}")
def get_contract(context: Ctx, user: Me, contract_id: str) -> schemas.OneContract:
    """Return one contract."""
    return schemas.OneContract(contract=Contracts(context).get(user, contract_id))


@router.delete("/contracts/{contract_id}")
def end_contract(context: Ctx, user: Me, contract_id: str) -> schemas.DeletedContract:
    """End a contract."""
    return schemas.DeletedContract(contract=Contracts(context).end(user, contract_id))


@router.get("/orders")
def orders(
    context: Ctx,
    user: Me,
    order_id: Annotated[str | None, Query(alias="id", max_length=60)] = None,
    start: Count = 0,
    limit: Count = 10,
) -> schemas.OrderList | schemas.OrderOut:
    """Return a page of orders, or with `id` that order, not wrapped."""
    if order_id is not None:
        return Orders(context).get(user, order_id)
    return Orders(context).listed(user, start, min(limit, _MOST))


def _out(row: PaymentDetail) -> schemas.DetailOut:
    found = detail_out(row)
    assert found is not None
    return found
