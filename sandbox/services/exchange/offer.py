"""What the exchange offers: payment methods and currencies."""

from sandbox.core.clock import iso
from sandbox.core.context import Context
from sandbox.core.network import Network
from sandbox.services.exchange.contracts import network_of
from sandbox.services.exchange.rules import METHODS, Key, Method
from sandbox.services.exchange.schemas import CurrencyNetwork, CurrencyOut, MethodOut

_NAMES = {Key.IOTA: "IOTA", Key.ETH: "Ether"}
_SIGNS = {Key.IOTA: "IOTA", Key.ETH: "Ξ"}


def methods_on_offer(context: Context) -> list[MethodOut]:
    """Return all payment methods; a coin is offered as long as its network is."""
    offered = {network.key for network in context.networks.all()}
    coins = [m for m in METHODS if m.key != Key.SEPA and network_of(context, m.key) in offered]
    offer = [method for method in METHODS if method.key == Key.SEPA or method in coins]
    return [_method(context, method, coins) for method in offer]


def _method(context: Context, method: Method, coins: list[Method]) -> MethodOut:
    by_bank = method.key == Key.SEPA
    return MethodOut(
        id=method.id,
        key=method.key,
        min_amount=float(method.min_amount),
        max_amount=float(method.max_amount),
        supported_deposit_currencies=[coin.currency for coin in coins] if by_bank else ["EUR"],
        supported_withdrawal_method_keys=[coin.key for coin in coins] if by_bank else [Key.SEPA],
        contract_type="BankAccount" if by_bank else "Crypto",
        is_incoming_payment_detail_required=by_bank,
        is_incoming_amount_required=not by_bank,
        network_identifier="SEPA" if by_bank else network_of(context, method.key),
    )


def currencies_on_offer(context: Context) -> list[CurrencyOut]:
    """Return the euro and the coins, each with what it is worth."""
    now = context.clock.now()
    euro = CurrencyOut(
        short="EUR",
        name="Euro",
        character="€",
        course=1.0,
        date=iso(now),
        decimals=2,
        iso_code="EUR",
        is_digital_asset=False,
        networks=[],
    )
    networks = {network.key: network for network in context.networks.all()}
    coins = [method.key for method in METHODS if method.key != Key.SEPA]
    keys = [(key, networks.get(network_of(context, key))) for key in coins]
    return [euro, *(_coin(context, key, network) for key, network in keys if network is not None)]


def _coin(context: Context, key: Key, network: Network) -> CurrencyOut:
    quote = context.rates.quote(network.key, context.clock.now())
    return CurrencyOut(
        short=key.value,
        name=_NAMES[key],
        character=_SIGNS[key],
        course=float(quote.rate),
        date=iso(quote.at),
        decimals=network.decimals,
        iso_code=key.value,
        is_digital_asset=True,
        networks=[
            CurrencyNetwork(
                name=network.display_name,
                identifier=network.key,
                explorer_url=network.block_explorer_url,
                level=1,
                base_network_identifier=None,
                is_disabled=False,
            )
        ],
    )
